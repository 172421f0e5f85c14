"""Packed files (DOCX, PPTX, ODT, EPUB …) whose parts can be no bombs, and their XML as events.

What a part says of its size is not believed: unpacking is counted. XML may define no entities, which rules
out the ones that grow (a billion laughs) and those that name files; expat fetches nothing by itself.
"""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO
from urllib.parse import unquote
from xml.parsers import expat

from runtime.documents.source import Source, UnreadableError, damaged, encrypted, too_large

_CHUNK = 1 << 16
_DEEPEST = 512
_MOST_PARTS = 100_000


@dataclass(frozen=True, slots=True)
class Start:
    """An element begins. Names are local ones, without namespaces."""

    name: str
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """An element ends."""

    name: str


XmlEvent = Start | End | str


class GuardedZip:
    """A packed file. Raises `UnreadableError` for whatever is wrong with it."""

    def __init__(self, archive: zipfile.ZipFile, source: Source, kind: str) -> None:
        self._archive = archive
        self._source = source
        self._kind = kind
        self._names = set(archive.namelist())

    def __contains__(self, name: str) -> bool:
        return name in self._names

    @property
    def names(self) -> list[str]:
        return sorted(self._names)

    def read(self, name: str) -> bytes:
        """All of a part."""
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece."""
        most, done = self._source.limits.unpacked_bytes, 0
        try:
            with self._archive.open(name) as part:
                while chunk := part.read(_CHUNK):
                    done += len(chunk)
                    if done > most:
                        raise too_large(self._source, f"a part of it unpacks to more than {most >> 20} MB")
                    yield chunk
        except RuntimeError as error:  # what zipfile raises for encrypted parts
            raise encrypted(self._source) from error
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise damaged(self._source, self._kind, f"{name}: {type(error).__name__}") from error

    def xml(self, name: str) -> Iterator[XmlEvent]:
        """The XML of a part as events; text comes in pieces."""
        return xml_events(self.chunks(name), self._source, self._kind)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """The relationships of an Office part: id → (last word of the type, name of the part)."""
        folder, file = posixpath.split(name)
        path = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        found: dict[str, tuple[str, str]] = {}
        if path in self:
            for event in self.xml(path):
                if isinstance(event, Start) and event.name == "Relationship":
                    attributes = event.attributes
                    if attributes.get("TargetMode") != "External":
                        target = resolve(folder, attributes.get("Target", ""))
                        kind = attributes.get("Type", "").rpartition("/")[2]
                        found[attributes.get("Id", "")] = (kind, target)
        return found


@contextmanager
def open_zip(source: Source, kind: str) -> Iterator[GuardedZip]:
    """Open a packed file."""
    try:
        file: IO[bytes]
        with source.open() as file, zipfile.ZipFile(file) as archive:
            if len(archive.namelist()) > _MOST_PARTS:
                raise too_large(source, f"it has more than {_MOST_PARTS:,} parts")
            yield GuardedZip(archive, source, kind)
    except zipfile.BadZipFile as error:
        raise damaged(source, kind, type(error).__name__) from error


def resolve(folder: str, target: str) -> str:
    """The part that `target` names, seen from `folder`."""
    target = unquote(target.partition("#")[0])
    path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(path)


def xml_events(chunks: Iterator[bytes], source: Source, kind: str) -> Iterator[XmlEvent]:
    """XML as events. Raises `UnreadableError` if it is malformed, too deep, or defines entities."""
    events: list[XmlEvent] = []
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise too_large(source, f"it nests more than {_DEEPEST} elements")
        events.append(Start(_local(name), {_local(key): value for key, value in attributes.items()}))

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        events.append(End(_local(name)))

    def entity(*_: object) -> None:
        raise too_large(source, "it defines words that stand for others")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = events.append
    parser.EntityDeclHandler = entity
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            yield from events
            events.clear()
        parser.Parse(b"", True)
        yield from events
    except expat.ExpatError as error:
        raise damaged(source, kind, f"XML: {expat.errors.messages.get(error.code, '')}") from error


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


__all__ = ["End", "GuardedZip", "Start", "UnreadableError", "XmlEvent", "open_zip", "resolve", "xml_events"]
