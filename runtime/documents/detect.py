"""What a file is, by its content; its name is asked only where content cannot tell (CSV, Markdown).

An extension that lies is no trouble: the file is read as what it is, and that is said.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from enum import Enum
from pathlib import PurePath

from runtime.documents.source import Source, UnreadableError, damaged, encrypted


class Kind(Enum):
    """A format: its name for people, and the extensions that promise it."""

    PDF = ("a PDF document", ".pdf")
    DOCX = ("a Word document", ".docx .docm .dotx .dotm")
    PPTX = ("a PowerPoint presentation", ".pptx .pptm .ppsx .potx .ppsm")
    SHEET = ("a spreadsheet", ".xlsx .xlsm .xlsb .xls .ods .xltx .xltm .xlam .ots")
    ODT = ("an OpenDocument text", ".odt .ott .fodt")
    ODP = ("an OpenDocument presentation", ".odp .otp")
    EPUB = ("an EPUB book", ".epub")
    MSG = ("an Outlook message", ".msg .oft")
    EML = ("a mail message", ".eml .mht .mhtml")
    RTF = ("a rich text document", ".rtf .doc")
    HTML = ("a web page", ".html .htm .xhtml")
    MARKDOWN = ("a Markdown text", ".md .markdown")
    CSV = ("a table of values", ".csv .tsv .tab")
    TEXT = ("a plain text", "")

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def extensions(self) -> frozenset[str]:
        return frozenset(self.value[1].split())


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# What is not text: how it begins, and what to call it.
_OTHER = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"BM", "a picture"),
    (b"II*\0", "a picture"),
    (b"MM\0*", "a picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound or film"),
    (b"\x1aE\xdf\xa3", "a film"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"BZh", "an archive"),
    (b"\xfd7zXZ", "an archive"),
    (b"SQLite format 3\0", "a database"),
)
_HTML = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)
_HEADER = re.compile(
    rb"^(From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version|Delivered-To|X-[\w-]+|"
    rb"Content-Type|DKIM-Signature|Reply-To|Sender|Cc):[ \t]",
    re.I | re.M,
)
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
_TEXT_NAMES = frozenset((".txt", ".md", ".markdown", ".log", ".csv", ".tsv"))


def detect(source: Source) -> Kind:
    """The kind of `source`.

    Raises `UnreadableError` with a sentence for what is no document, is empty or is encrypted.
    """
    head = source.head()
    if not head:
        raise UnreadableError(f"{source.name} is empty.")
    if b"%PDF-" in head[:1024]:
        return Kind.PDF
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _packed(source)
    if head.startswith(_OLE):
        return _compound(source)
    if head.startswith(b"{\\rtf"):
        return Kind.RTF
    for magic, words in _OTHER:
        if head.startswith(magic) and (len(magic) > 3 or not _looks_like_text(head)):
            raise UnreadableError(
                f"{source.name} is {words}. Chorale reads text only: attach a document instead."
            )
    return _text(source, head)


def mismatch(source: Source, kind: Kind) -> str | None:
    """A sentence if the name promises another kind, else None."""
    extension = PurePath(source.name).suffix.lower()
    promised = next((known for known in Kind if extension in known.extensions), None)
    if promised is None or promised is kind:
        return None
    return f"{source.name} is named like {promised.words}, but is {kind.words}; it was read as that."


def _packed(source: Source) -> Kind:
    try:
        with source.open() as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            mimetype = archive.open("mimetype").read(100) if "mimetype" in names else b""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise damaged(source, "a packed document", type(error).__name__) from error
    opendocument: tuple[tuple[bytes, Kind], ...] = (
        (b"application/epub+zip", Kind.EPUB),
        (b"application/vnd.oasis.opendocument.text", Kind.ODT),
        (b"application/vnd.oasis.opendocument.spreadsheet", Kind.SHEET),
        (b"application/vnd.oasis.opendocument.presentation", Kind.ODP),
    )
    for beginning, kind in opendocument:
        if mimetype.strip().startswith(beginning):
            return kind
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", Kind.DOCX), ("ppt/", Kind.PPTX), ("xl/", Kind.SHEET)):
            if any(name.startswith(folder) for name in names):
                return kind
    if "META-INF/container.xml" in names:
        return Kind.EPUB
    raise UnreadableError(f"{source.name} is an archive. Unpack it, and attach the documents inside.")


def _compound(source: Source) -> Kind:
    import olefile

    try:
        with source.open() as file, olefile.OleFileIO(file) as compound:
            has: Callable[[str], bool] = compound.exists
            if has("EncryptedPackage"):
                raise encrypted(source)
            if has("__properties_version1.0"):
                return Kind.MSG
            if has("Workbook") or has("Book"):
                return Kind.SHEET
            if has("WordDocument"):
                raise _old(source, "Word", ".docx")
            if has("PowerPoint Document"):
                raise _old(source, "PowerPoint", ".pptx")
    except (OSError, ValueError, IndexError, AttributeError, TypeError) as error:
        raise damaged(source, "an Office document", type(error).__name__) from error
    raise UnreadableError(
        f"{source.name} is of a kind that Chorale does not know. Save it as PDF, and attach that."
    )


def _old(source: Source, program: str, extension: str) -> UnreadableError:
    return UnreadableError(
        f"{source.name} is in {program}'s format from before 2007, which Chorale does not read. "
        f"Open it in {program} or LibreOffice, save it as {extension}, and attach that."
    )


def _text(source: Source, head: bytes) -> Kind:
    if not _looks_like_text(head):
        raise UnreadableError(
            f"{source.name} is not a document that Chorale knows. Save it as PDF or as text, and attach that."
        )
    extension = PurePath(source.name).suffix.lower()
    if _HTML.match(head.removeprefix(_BOMS[2])):
        is_mail_archive = extension in Kind.EML.extensions
        return Kind.EML if is_mail_archive and _HEADER.match(head) else Kind.HTML
    if extension not in _TEXT_NAMES and _HEADER.match(head) and len(_HEADER.findall(head)) >= 2:
        return Kind.EML
    for kind in (Kind.HTML, Kind.MARKDOWN, Kind.CSV):
        if extension in kind.extensions:
            return kind
    return Kind.TEXT


def _looks_like_text(head: bytes) -> bool:
    """Whether these bytes can be text in some encoding, UTF-16 included."""
    if head.startswith(_BOMS):
        return True
    zeros = head.count(0)
    if zeros:
        # UTF-16 without a mark: of Western text, every other byte is zero.
        even, odd = head[::2].count(0), head[1::2].count(0)
        return max(even, odd) > len(head) // 5 and min(even, odd) < len(head) // 50 + 1
    controls = sum(head.count(bytes((byte,))) for byte in (*range(1, 7), *range(14, 27), *range(28, 32), 127))
    return controls <= len(head) // 20
