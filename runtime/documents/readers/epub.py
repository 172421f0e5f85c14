"""Books (EPUB): chapters in reading order, each split into parts. Standard: EPUB 3, package documents."""

from __future__ import annotations

import posixpath

from runtime.documents.guarded_zip import Start, open_zip, resolve
from runtime.documents.readers.html import decode_html, html_blocks
from runtime.documents.source import Items, Opened, Source, Trouble, UnreadableError, damaged
from runtime.documents.text import pages_of

_KIND = "an EPUB book"
_CONTAINER = "META-INF/container.xml"
_TEXTS = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
# Fonts may be scrambled; texts under this algorithm are locked to a reader.
_FONT_ALGORITHMS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read(source: Source) -> Items:
    """A book; every chapter begins a part of its own."""
    with open_zip(source, _KIND) as archive:
        if _CONTAINER not in archive:
            raise damaged(source, _KIND, "no container")
        if "META-INF/encryption.xml" in archive:
            for event in archive.xml("META-INF/encryption.xml"):
                locks = isinstance(event, Start) and event.name == "EncryptionMethod"
                if (
                    locks
                    and isinstance(event, Start)
                    and event.attributes.get("Algorithm") not in _FONT_ALGORITHMS
                ):
                    raise UnreadableError(
                        f"{source.name} is locked to the program it was bought for (DRM), and cannot be read here."
                    )
        package = next(
            (
                event.attributes.get("full-path", "")
                for event in archive.xml(_CONTAINER)
                if isinstance(event, Start) and event.name == "rootfile"
            ),
            "",
        )
        if package not in archive:
            raise damaged(source, _KIND, "no package")
        folder = posixpath.dirname(package)
        manifest: dict[str, str] = {}
        spine: list[str] = []
        for event in archive.xml(package):
            if isinstance(event, Start) and event.name == "item":
                if event.attributes.get("media-type") in _TEXTS:
                    manifest[event.attributes.get("id", "")] = resolve(
                        folder, event.attributes.get("href", "")
                    )
            elif isinstance(event, Start) and event.name == "itemref":
                spine.append(event.attributes.get("idref", ""))
        yield Opened("EPUB book")
        for number, reference in enumerate(spine, 1):
            part = manifest.get(reference)
            if part is None:
                continue
            if part not in archive:
                yield Trouble(f"Section {number} of {source.name} is missing in the file.")
                continue
            try:
                yield from pages_of(html_blocks(decode_html(archive.read(part))))
            except UnreadableError as error:
                yield Trouble(
                    f"Section {number} of {source.name} is damaged and was not read ({error.detail})."
                )
