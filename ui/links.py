"""Opening a link an answer holds: only after showing where it leads, and only what a browser or mail opens.

The words of a link are the model's and may say anything; the address shown here is the one that opens.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from ui.words import tr

SAFE_SCHEMES = ("http", "https", "mailto")
LINE = 72  # letters


def address(url: QUrl) -> str:
    """`url` as it will be opened, with look-alike letters in the host spelled out (punycode)."""
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


def _in_lines(text: str) -> str:
    """A long address in lines short enough for a dialog, none of it left out."""
    return "\n".join(text[i : i + LINE] for i in range(0, len(text), LINE))


def ask_to_open(url: QUrl, parent: QWidget) -> QMessageBox:
    """Show where `url` leads; it opens, or its address is copied, only if the person says so."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(tr("Open link"))
    box.setInformativeText(_in_lines(address(url)))
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
    button = QPushButton(text, box)
    button.setProperty("kind", kind)  # before it is added: the stylesheet looks once
    box.addButton(button, role)
    return button
