"""Makes the templates for administrators, and docs/POLICIES.md, from the descriptors in `app.policy.items`.

    python -m installers.policy.make_admx           # write them
    python -m installers.policy.make_admx --check   # only say whether they are up to date

`chorale.admx` has the policies, `en-US/chorale.adml` and `de-DE/chorale.adml` their words. Group Policy takes
them from C:\\Windows\\PolicyDefinitions or the domain's central store, Intune as imported templates. They are
committed, so that whoever has the checkout has them. Read next: `app.policy.items`.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from pathlib import Path

from app.policy.item import SECTION_WORDS, Item, Kind, Section
from app.policy.items import ITEMS
from app.policy.registry import KEY
from app.wording import Words

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parents[1] / "docs" / "POLICIES.md"
LANGUAGES = {"en-US": "en", "de-DE": "de"}
NAMESPACE = "http://www.microsoft.com/GroupPolicy/PolicyDefinitions"
OWN = "Chorale.Policies"
REVISION = "1.0"
_LONGEST_TEXT = 1023  # characters; what a TEXT may have at most in the editor

PRODUCT = Words("Chorale", "Chorale")
SUPPORTED = Words("Chorale 0.1 or later", "Chorale ab Version 0.1")
_EXPLAIN = {
    "enabled": Words("Enabled: it is so.", "Aktiviert: Es ist so."),
    "disabled": Words("Disabled: it is not so.", "Deaktiviert: Es ist nicht so."),
    "unset": Words(
        "Not configured: nothing is decided here.",
        "Nicht konfiguriert: Hier wird nichts entschieden.",
    ),
    "broken": Words(
        "A value that cannot be understood locks it: {then}.",
        "Ein Wert, der nicht zu verstehen ist, sperrt: Dann {then}.",
    ),
    "lines": Words("Write one to a line.", "Einen in jede Zeile schreiben."),
    "machine": Words(
        "Where the computer's and the user's policy differ, the computer's counts.",
        "Wo sich die Richtlinien von Computer und Benutzer widersprechen, gilt die des Computers.",
    ),
}


def made() -> dict[Path, str]:
    """Every file and what it must hold."""
    files = {FOLDER / "chorale.admx": _text(admx())}
    for name, language in LANGUAGES.items():
        files[FOLDER / name / "chorale.adml"] = _text(adml(language))
    files[PAGE] = page()
    return files


def admx() -> ET.Element:
    """The policies."""
    root = _root("policyDefinitions")
    namespaces = ET.SubElement(root, "policyNamespaces")
    ET.SubElement(namespaces, "target", prefix="chorale", namespace=OWN)
    ET.SubElement(root, "resources", minRequiredRevision=REVISION)
    supported = ET.SubElement(ET.SubElement(root, "supportedOn"), "definitions")
    ET.SubElement(supported, "definition", name="SUPPORTED_Chorale", displayName="$(string.Supported)")
    categories = ET.SubElement(root, "categories")
    ET.SubElement(categories, "category", name="Chorale", displayName="$(string.Chorale)")
    for section in Section:
        category = ET.SubElement(
            categories, "category", name=section.value, displayName=f"$(string.Section_{section.value})"
        )
        ET.SubElement(category, "parentCategory", ref="Chorale")
    policies = ET.SubElement(root, "policies")
    for item in ITEMS:
        _add_policy(policies, item)
    return root


def _add_policy(policies: ET.Element, item: Item) -> None:
    attributes = {
        "name": item.name,
        "class": "Both",
        "displayName": f"$(string.{item.name})",
        "explainText": f"$(string.{item.name}_Explain)",
        "key": KEY,
    }
    if item.kind is Kind.SWITCH:
        attributes["valueName"] = item.name
    else:
        attributes["presentation"] = f"$(presentation.{item.name})"
    policy = ET.SubElement(policies, "policy", attributes)
    ET.SubElement(policy, "parentCategory", ref=item.section.value)
    ET.SubElement(policy, "supportedOn", ref="SUPPORTED_Chorale")
    if item.kind is Kind.SWITCH:
        for name, value in (("enabledValue", "1"), ("disabledValue", "0")):
            ET.SubElement(ET.SubElement(policy, name), "decimal", value=value)
        return
    elements = ET.SubElement(policy, "elements")
    own = {"id": item.name, "valueName": item.name, "required": "true"}
    match item.kind:
        case Kind.TEXT:
            ET.SubElement(elements, "text", own, maxLength=str(_LONGEST_TEXT), expandable="true")
        case Kind.NUMBER:
            ET.SubElement(elements, "decimal", own, minValue=str(item.least), maxValue=str(item.most))
        case Kind.LIST:
            ET.SubElement(elements, "multiText", own)
        case Kind.CHOICE:
            choice = ET.SubElement(elements, "enum", own)
            for value, _ in item.choices:
                one = ET.SubElement(choice, "item", displayName=f"$(string.{item.name}_{value})")
                ET.SubElement(ET.SubElement(one, "value"), "string").text = value


def adml(language: str) -> ET.Element:
    """Their words in one language."""
    root = _root("policyDefinitionResources")
    ET.SubElement(root, "displayName").text = PRODUCT.said(language)
    ET.SubElement(root, "description").text = PRODUCT.said(language)
    resources = ET.SubElement(root, "resources")
    table = ET.SubElement(resources, "stringTable")

    def string(id: str, text: str) -> None:
        ET.SubElement(table, "string", id=id).text = text

    string("Chorale", PRODUCT.said(language))
    string("Supported", SUPPORTED.said(language))
    for section in Section:
        string(f"Section_{section.value}", SECTION_WORDS[section].said(language))
    presentations = ET.SubElement(resources, "presentationTable")
    for item in ITEMS:
        string(item.name, item.title.said(language))
        string(f"{item.name}_Explain", explanation(item, language))
        if item.kind is Kind.CHOICE:
            for value, words in item.choices:
                string(f"{item.name}_{value}", words.said(language))
        if item.kind is not Kind.SWITCH:
            _add_presentation(presentations, item, language)
    return root


def _add_presentation(presentations: ET.Element, item: Item, language: str) -> None:
    presentation = ET.SubElement(presentations, "presentation", id=item.name)
    label = item.title.said(language)
    match item.kind:
        case Kind.TEXT:
            box = ET.SubElement(presentation, "textBox", refId=item.name)
            ET.SubElement(box, "label").text = label
        case Kind.NUMBER:
            box = ET.SubElement(presentation, "decimalTextBox", refId=item.name, defaultValue="90")
            box.text = label
        case Kind.LIST:
            ET.SubElement(presentation, "text").text = label  # the schema gives the box no words of its own
            ET.SubElement(presentation, "multiTextBox", refId=item.name)
        case Kind.CHOICE:
            ET.SubElement(presentation, "dropdownList", refId=item.name, defaultItem="0").text = label


def explanation(item: Item, language: str) -> str:
    """What stands beside a policy in the editor."""
    parts = [item.sentence.said(language)]
    if item.kind is Kind.SWITCH:
        parts += [_EXPLAIN["enabled"].said(language), _EXPLAIN["disabled"].said(language)]
    elif item.kind is Kind.LIST:
        parts.append(_EXPLAIN["lines"].said(language))
    parts += [
        _EXPLAIN["unset"].said(language),
        _EXPLAIN["broken"].said(language).format(then=item.then.said(language)),
        _EXPLAIN["machine"].said(language),
    ]
    return "\n\n".join(parts)


def page() -> str:
    """docs/POLICIES.md."""
    lines = [
        "# Policies",
        "",
        "Made by `python -m installers.policy.make_admx` from `app/policy/items.py`; do not edit.",
        "",
        f"On Windows each policy is a value of `HKLM\\{KEY}` or `HKCU\\{KEY}`; where both have it, HKLM's counts.",
        "Group Policy and Intune take the templates in `installers/policy` (`chorale.admx`, English and German words",
        'beside it). Elsewhere `/etc/chorale/policy.json` holds them: `{"AllowDownloads": false}`.',
        "",
        "Policies are read once, when Chorale starts. What is not set restricts nothing. A value that cannot be",
        "understood locks what it governs, as the last column says, and the refusal names it; a file or key that",
        "cannot be read at all locks everything. `chorale doctor` prints what is in force and where it comes from.",
        "What a policy forbids, the command line refuses with exit code 3.",
        "",
    ]
    for section in Section:
        lines += [
            f"## {SECTION_WORDS[section].en}",
            "",
            "| Value | Type | What it does | Not understood |",
            "|:--|:--|:--|:--|",
            *(_row(item) for item in ITEMS if item.section is section),
            "",
        ]
    return "\n".join(lines)


def _row(item: Item) -> str:
    then = item.then.en[0].upper() + item.then.en[1:]
    return f"| `{item.name}` | {_type(item)} | {item.sentence.en} | {then}. |"


def _type(item: Item) -> str:
    match item.kind:
        case Kind.SWITCH:
            return "REG_DWORD 1 or 0; true or false"
        case Kind.NUMBER:
            return f"REG_DWORD, {item.least} to {item.most} {item.unit.en}"
        case Kind.TEXT:
            return "REG_SZ or REG_EXPAND_SZ; text"
        case Kind.CHOICE:
            return "REG_SZ: " + ", ".join(f"`{value}`" for value, _ in item.choices)
        case Kind.LIST:
            return "REG_MULTI_SZ; list of texts"


def _root(tag: str) -> ET.Element:
    return ET.Element(
        tag,
        {
            "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
            "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
            "xmlns": NAMESPACE,
            "revision": REVISION,
            "schemaVersion": "1.0",
        },
    )


def _text(root: ET.Element) -> str:
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def stale(files: Iterable[tuple[Path, str]]) -> list[Path]:
    """Those of the files that hold something else."""

    def content(path: Path) -> str:
        return path.read_text("utf-8") if path.is_file() else ""

    return [path for path, text in files if content(path) != text]


def main(arguments: list[str], say: Callable[[str], object] = sys.stdout.write) -> int:
    """Write, or check; the exit code."""
    files = made()
    old = stale(files.items())
    if "--check" in arguments:
        for path in old:
            say(f"{path} is not up to date: run python -m installers.policy.make_admx\n")
        return 1 if old else 0
    for path in old:
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[path], "utf-8", newline="\n")
        say(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
