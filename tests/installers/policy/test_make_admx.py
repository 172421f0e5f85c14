"""The administrators' templates are those of the descriptors, and what the Group Policy editor takes.

The rules below are those of Microsoft's ADMX schema ([MS-GPREG], appendix B) that our files touch; the schema
itself is not ours to ship.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from app.policy.item import Kind
from app.policy.items import ITEMS
from app.policy.registry import KEY
from installers.policy import make_admx
from tests.fakes.registry import policy_of

NS = f"{{{make_admx.NAMESPACE}}}"
LANGUAGES = tuple(make_admx.LANGUAGES)
# Each kind of element, and how the editor may show it.
SHOWN_AS = {
    "text": "textBox",
    "decimal": "decimalTextBox",
    "multiText": "multiTextBox",
    "enum": "dropdownList",
}


def read(path: str) -> ET.Element:
    return ET.fromstring((make_admx.FOLDER / path).read_bytes())


@pytest.fixture(scope="module")
def admx() -> ET.Element:
    return read("chorale.admx")


@pytest.fixture(scope="module", params=LANGUAGES)
def adml(request: pytest.FixtureRequest) -> ET.Element:
    return read(f"{request.param}/chorale.adml")


def references(root: ET.Element, table: str) -> Iterator[str]:
    for element in root.iter():
        for value in element.attrib.values():
            yield from re.findall(rf"\$\({table}\.(\w+)\)", value)


def names(element: ET.Element) -> list[str]:
    return [child.tag.removeprefix(NS) for child in element]


def policies(admx: ET.Element) -> list[ET.Element]:
    return admx.findall(f"{NS}policies/{NS}policy")


def test_the_files_are_up_to_date() -> None:
    said: list[str] = []
    assert make_admx.main(["--check"], said.append) == 0, said


def test_a_file_that_is_not_up_to_date_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make_admx, "made", lambda: {make_admx.PAGE: "other words"})
    said: list[str] = []
    assert make_admx.main(["--check"], said.append) == 1
    assert "POLICIES.md" in said[0]


def test_the_file_has_its_parts_in_the_schemas_order(admx: ET.Element) -> None:
    assert admx.tag == f"{NS}policyDefinitions"
    assert names(admx) == ["policyNamespaces", "resources", "supportedOn", "categories", "policies"]
    assert {"revision", "schemaVersion"} <= set(admx.attrib)


def test_every_policy_is_there_with_key_value_and_class(admx: ET.Element) -> None:
    assert [policy.get("name") for policy in policies(admx)] == [item.name for item in ITEMS]
    for policy in policies(admx):
        assert policy.get("class") == "Both"
        assert policy.get("key") == KEY
        assert not (policy.get("key") or "").startswith(("HK", "\\"))
        values = [policy, *policy.findall(f"{NS}elements/*")]
        assert [value.get("valueName") for value in values if value.get("valueName")] == [policy.get("name")]
        order = ["parentCategory", "supportedOn", "enabledValue", "disabledValue", "elements"]
        assert names(policy) == [name for name in order if name in names(policy)]


def test_what_a_policy_refers_to_exists(admx: ET.Element) -> None:
    categories = {category.get("name") for category in admx.findall(f"{NS}categories/{NS}category")}
    supported = {each.get("name") for each in admx.findall(f"{NS}supportedOn/{NS}definitions/{NS}definition")}
    for parent in admx.iter(f"{NS}parentCategory"):
        assert parent.get("ref") in categories
    for policy in policies(admx):
        reference = policy.find(f"{NS}supportedOn")
        assert reference is not None
        assert reference.get("ref") in supported


def test_every_string_exists_once_in_each_language_and_none_is_left_over(
    admx: ET.Element, adml: ET.Element
) -> None:
    table = adml.find(f"{NS}resources/{NS}stringTable")
    assert table is not None
    ids = [string.get("id") for string in table]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(references(admx, "string"))
    assert all(string.text and string.text.strip() for string in table)


def test_each_element_is_shown_as_its_kind_can_be(admx: ET.Element, adml: ET.Element) -> None:
    shown = {
        presentation.get("id"): presentation
        for presentation in adml.iterfind(f"{NS}resources/{NS}presentationTable/{NS}presentation")
    }
    assert set(shown) == set(references(admx, "presentation"))
    for policy in policies(admx):
        elements = policy.find(f"{NS}elements")
        assert (elements is not None) == (policy.get("presentation") is not None)
        if elements is None:
            continue
        (element,) = elements
        boxes = [box for box in shown[policy.get("name")] if box.get("refId")]
        assert [(box.get("refId"), box.tag.removeprefix(NS)) for box in boxes] == [
            (element.get("id"), SHOWN_AS[element.tag.removeprefix(NS)])
        ]


def test_both_languages_have_the_same_parts_and_other_words() -> None:
    english, german = (read(f"{language}/chorale.adml") for language in LANGUAGES)
    assert [element.tag for element in english.iter()] == [element.tag for element in german.iter()]
    texts = [
        (one.text or "", other.text or "") for one, other in zip(english.iter(), german.iter(), strict=True)
    ]
    assert sum(one != other for one, other in texts) > 2 * len(ITEMS)
    assert "�" not in "".join(german.itertext())


def test_what_the_editor_writes_is_understood(admx: ET.Element) -> None:
    """Every value that a policy of the template can write, one after the other."""
    written: list[tuple[str, object]] = []
    for policy in policies(admx):
        name = policy.get("name") or ""
        written += [
            (name, int(value.get("value") or "")) for value in policy.findall(f"*/{NS}decimal[@value]")
        ]
        written += [(name, value.text) for value in policy.iter(f"{NS}string")]
        if (number := policy.find(f"{NS}elements/{NS}decimal")) is not None:
            written += [(name, int(number.attrib[limit])) for limit in ("minValue", "maxValue")]
    assert len(written) == 2 * sum(item.kind in (Kind.SWITCH, Kind.NUMBER) for item in ITEMS) + 3
    for name, value in written:
        assert policy_of(**{name: value}).problems == ()
    lowest = [item.least for item in ITEMS if item.kind is Kind.NUMBER]
    assert lowest
    for item in ITEMS:
        if item.kind is Kind.NUMBER:
            assert policy_of(**{item.name: item.least - 1}).problems
            assert policy_of(**{item.name: item.most + 1}).problems


def test_the_page_for_administrators_names_every_policy() -> None:
    page = make_admx.PAGE.read_text("utf-8")
    for item in ITEMS:
        assert f"| `{item.name}` |" in page
        assert item.sentence.en in page
