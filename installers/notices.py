"""The licences of everything that is not ours, as one page: what a package brings, else the text it names.

The page is plain HTML without scripts or addresses to load, so it opens anywhere and offline.
"""

from __future__ import annotations

import email
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from installers.packages import is_notice
from installers.version import ROOT
from runtime.kernels.build import BuildError

NO_CHARGE = "commercial"  # Qt's paid licence is offered in its wheel, and is not the one that is used

MIT = """Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""

QT_NOTE = """Qt and Qt for Python are used under the GNU Lesser General Public License 3, as unchanged dynamic libraries in packages/PySide6 and packages/shiboken6. You may replace them by your own builds of the same version. Their source code is published by The Qt Company at download.qt.io."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What is told of one component.

    Attributes:
        licence: its name or SPDX expression.
        texts: (title, text) in the order they are shown.
    """

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]


def of_package(packages: Path, metadata: Path, gnu: Sequence[tuple[str, str]] = ()) -> Notice:
    """The notice of an unpacked package, from its METADATA and its own files.

    Args:
        gnu: the licences that Qt is used under (`gnu.texts`), which its packages do not bring.

    Raises:
        BuildError: it brings no licence, and names none that is known.
    """
    about = email.message_from_string(metadata.read_text(encoding="utf-8"))
    name, version = str(about["Name"]), str(about["Version"])
    licence = _licence(about)
    texts = [
        (path.name, path.read_text(encoding="utf-8", errors="replace")) for path in _files(packages, metadata)
    ]
    if name.lower().startswith(("pyside6", "shiboken6")):
        texts = [("How Qt is used", QT_NOTE), *gnu]
    if not texts:
        texts = [_standard(name, licence, about)]
    return Notice(name, version, licence, tuple(texts))


def _licence(about: email.message.Message) -> str:
    if expression := about["License-Expression"] or about["License"]:
        return " ".join(str(expression).split("\n", 1)[0].split())
    classifiers = [
        str(text) for text in about.get_all("Classifier", []) if str(text).startswith("License ::")
    ]
    return ", ".join(text.rpartition(":: ")[2] for text in classifiers) or "see below"


def _files(packages: Path, metadata: Path) -> list[Path]:
    """Licence files of a package: in its .dist-info, and in the folders of its own name."""
    distribution = metadata.parent
    record = distribution / "RECORD"
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    inside = {Path(line.rsplit(",", 2)[0].strip('"')) for line in lines}
    inside |= {path.relative_to(packages) for path in distribution.rglob("*") if path.is_file()}
    found = sorted(path for path in inside if is_notice(path) and (packages / path).is_file())
    return [
        packages / path
        for path in found
        if NO_CHARGE not in path.name.lower() and path.suffix not in (".json", ".toml")
    ]


def _standard(name: str, licence: str, about: email.message.Message) -> tuple[str, str]:
    if "apache" in licence.lower():
        return "Apache-2.0", (ROOT / "LICENSE").read_text(encoding="utf-8")
    if re.match(r"MIT\b", licence):
        author = about["Author"] or about["Author-email"] or f"the authors of {name}"
        return "MIT", f"Copyright (c) {author}\n\n{MIT}"
    raise BuildError(f"{name} brings no licence text and names none that is known ({licence}).")


def page(notices: list[Notice], title: str) -> str:
    """The page: a table of contents, then every text. The same text stands there once."""
    rows: list[str] = []
    parts: list[str] = []
    seen: dict[str, str] = {}  # text -> where it stands
    for notice in notices:
        anchor = re.sub(r"[^a-z0-9]+", "-", notice.name.lower())
        label = html.escape(f"{notice.name} {notice.version}")
        rows.append(f'<li><a href="#{anchor}">{label}</a> — {html.escape(notice.licence)}</li>')
        parts.append(f'<h2 id="{anchor}">{label}</h2>\n<p>{html.escape(notice.licence)}</p>')
        for name, text in notice.texts:
            key = " ".join(text.split())
            shown = f"<h3>{html.escape(name)}</h3>\n<pre>{html.escape(text.strip())}</pre>"
            if key in seen:
                shown = f'<p>{html.escape(name)}: the same text as <a href="#{seen[key]}">above</a>.</p>'
            seen.setdefault(key, anchor)
            parts.append(shown)
    head = f'<!DOCTYPE html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{html.escape(title)}</title>'
    style = "<style>body{font:15px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{white-space:pre-wrap;font-size:12px}</style>"
    contents = "\n".join(rows)
    body = "\n".join(parts)
    return f"{head}\n{style}\n<h1>{html.escape(title)}</h1>\n<ul>\n{contents}\n</ul>\n{body}\n</html>\n"
