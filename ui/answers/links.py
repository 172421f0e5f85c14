"""Opening a link an answer holds: only after showing where it leads, and only what a browser or mail opens.

The words of a link are the model's and may say anything; the address shown here is the one that opens.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from ui.glyphs import TextButton
from ui.words import tr

SAFE_SCHEMES = ("http", "https", "mailto")
LINE = 72  # letters


def address(url: QUrl) -> str:
    """`url` as it will be opened, with look-alike letters in the host spelled out (punycode)."""
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


def _in_lines(text: str) -> str:
    """A long address in lines short enough for a dialog, none of it left out."""
    return "\n".join(text[i : i + LINE] for i in range(0, len(text), LINE))


def tip(url: QUrl) -> str:
    """Where `url` leads, to be shown before it is opened: all of it, in lines."""
    return html.escape(_in_lines(address(url))).replace("\n", "<br>")


def other_host(words: str, url: QUrl) -> str:
    """The host that a link's words name, if it is not the one that `url` leads to; else empty."""
    words = words.strip()
    if not words or any(sign.isspace() for sign in words) or "@" in words:
        return ""
    named = QUrl.fromUserInput(words).host(QUrl.ComponentFormattingOption.FullyEncoded)
    host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
    same = named.removeprefix("www.") == host.removeprefix("www.")
    return "" if same or "." not in named else named


def ask_to_open(url: QUrl, parent: QWidget, words: str = "") -> QMessageBox:
    """Show where `url` leads; it opens, or its address is copied, only if the person says so.

    `words` are the link's: if they name another host than the address does, that is said.
    """
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(tr("Open link"))
    told = _in_lines(address(url))
    named = other_host(words, url)
    if named:
        host = url.host(QUrl.ComponentFormattingOption.FullyEncoded)
        warning = tr("Take care: the link's words name {named}, but it leads to {host}.")
        told += "\n\n" + warning.format(named=named, host=host or tr("another place"))
    box.setInformativeText(told)
    copy = _button(box, tr("Copy address"), QMessageBox.ButtonRole.ActionRole, "quiet")
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(address(url)))
    cancel = _button(box, tr("Cancel"), QMessageBox.ButtonRole.RejectRole, "plain")
    if url.isValid() and url.scheme().lower() in SAFE_SCHEMES:
        box.setText(tr("Open this address outside Chorale?"))
        go = _button(box, tr("Open"), QMessageBox.ButtonRole.AcceptRole, "main")
        go.clicked.connect(lambda: QDesktopServices.openUrl(url))
    else:
        box.setText(tr("Chorale does not open addresses of this kind."))
    box.setDefaultButton(cancel)
    box.open()
    return box


def _button(box: QMessageBox, text: str, role: QMessageBox.ButtonRole, kind: str) -> QPushButton:
    button = TextButton(text, box)
    button.setProperty("kind", kind)  # before it is added: the stylesheet looks once
    box.addButton(button, role)
    return button
