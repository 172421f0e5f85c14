"""Mail messages (EML): headers, the text, and what is attached, also mail within mail."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from runtime.documents.readers.html import decode_html, html_blocks
from runtime.documents.readers.plain_text import decode
from runtime.documents.source import Items, Opened, Source, Trouble, damaged
from runtime.documents.text import Block, one_line

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
# Attachments that never hold text and are not worth a sentence each.
_PICTURES = ("image/", "audio/", "video/", "font/")


def read(source: Source) -> Items:
    """A message, its attachments after it, each with pages of its own."""
    from runtime.documents.readers.nested import letter_pages, read_attachment

    with source.open() as file:
        try:
            message = email.message_from_binary_file(file, policy=email.policy.default)
        except (ValueError, LookupError, IndexError, RecursionError) as error:
            raise damaged(source, "a mail message", type(error).__name__) from error
    yield Opened("mail message")
    attachments: list[tuple[str, bytes]] = []
    pictures = [0]
    blocks = [*header_blocks(message), *_body(message, attachments, pictures)]
    yield from letter_pages(source, blocks)
    for number, (name, data) in enumerate(attachments, 1):
        yield from read_attachment(source, name or f"attachment {number}", data)
    if pictures[0]:
        many = "pictures" if pictures[0] > 1 else "picture"
        yield Trouble(f"{source.name} has {pictures[0]} {many} attached; what they show was not read.")


def header_blocks(message: EmailMessage) -> Iterator[Block]:
    lines = []
    for name in _HEADERS:
        try:
            value = str(message.get(name, ""))
        except Exception:  # the library fails in many ways on malformed headers
            value = "(cannot be read)"
        if value:
            lines.append(f"{name}: {one_line(value)}")
    yield Block("\n".join(lines) + "\n")


def _body(part: EmailMessage, attachments: list[tuple[str, bytes]], pictures: list[int]) -> Iterator[Block]:
    """The message's own text; what is attached goes to `attachments`, pictures are counted."""
    kind = part.get_content_type()
    if kind == "multipart/alternative":
        parts = list(_parts(part))
        chosen = [p for p in parts if p.get_content_type() == "text/plain"] or [
            p for p in parts if p.get_content_type() in ("text/html", "multipart/related", "multipart/mixed")
        ]
        for other in parts:
            if other in chosen[:1]:
                yield from _body(other, attachments, pictures)
            elif not other.get_content_type().startswith(("text/", "multipart/related")):
                for _ in _body(other, attachments, pictures):
                    pass
    elif part.is_multipart() and kind != "message/rfc822":
        for child in _parts(part):
            yield from _body(child, attachments, pictures)
    elif kind == "message/rfc822":
        inner = next(_parts(part), None)
        if inner is not None:
            subject = one_line(str(inner.get("Subject", "") or "message"))
            attachments.append((f"{subject}.eml", inner.as_bytes(policy=email.policy.default)))
    else:
        yield from _leaf(part, kind, attachments, pictures)


def _leaf(
    part: EmailMessage, kind: str, attachments: list[tuple[str, bytes]], pictures: list[int]
) -> Iterator[Block]:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    name = part.get_filename() or ""
    is_attached = part.get_content_disposition() == "attachment" or bool(name)
    if kind.startswith(_PICTURES):
        pictures[0] += 1
    elif kind in ("text/plain", "text/html") and not is_attached:
        charset = part.get_content_charset()
        if kind == "text/html":
            yield from html_blocks(decode_html(data, charset))
        else:
            for paragraph in decode(data, charset)[0].replace("\r\n", "\n").split("\n\n"):
                yield Block(paragraph + "\n")
    elif data:
        attachments.append((one_line(name), data))


def _parts(part: EmailMessage) -> Iterator[EmailMessage]:
    payload = part.get_payload()
    if isinstance(payload, list):
        for child in payload:
            if isinstance(child, EmailMessage):
                yield child
