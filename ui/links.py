"""Opening a link an answer holds: only after showing where it leads, and only what a browser or mail opens.

The words of a link are the model's and may say anything; the address shown here is the one that opens.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from ui.words import tr

SAFE_SCHEMES = ("http", "https", "mailto")


def address(url: QUrl) -> str:
    """`url` as it will be opened, with look-alike letters in the host spelled out (punycode)."""
    return url.toString(QUrl.ComponentFormattingOption.FullyEncoded)


def ask_to_open(url: QUrl, parent: QWidget) -> QMessageBox:
    """Show where `url` leads; it opens, or its address is copied, only if the person says so."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(tr("Open link"))
    box.setInformativeText(address(url))
    safe = url.isValid() and url.scheme().lower() in SAFE_SCHEMES
    copy = box.addButton(tr("Copy address"), QMessageBox.ButtonRole.ActionRole)
    copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(address(url)))
    if safe:
        box.setText(tr("Open this address outside Chorale?"))
        go = box.addButton(tr("Open"), QMessageBox.ButtonRole.AcceptRole)
        go.clicked.connect(lambda: QDesktopServices.openUrl(url))
    else:
        box.setText(tr("Chorale does not open addresses of this kind."))
    cancel = box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.open()
    return box
