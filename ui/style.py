"""How Chorale looks: Fusion, one restrained palette for light and one for dark, and a small stylesheet.

The colours travel in the application's `QPalette`, so that a widget that paints asks its own palette and
follows a change of scheme without being told. What each role means here:

    Window           the page                     Base          raised: composer, cards, open panes
    AlternateBase    sunken: questions, code      Mid           hairlines
    Dark             edges of controls            Light         what a bar that grows lies on
    WindowText       text                         PlaceholderText   quiet text
    Link, Accent     the one accent               BrightText    text on the accent
    ToolTipBase      tooltips                     LinkVisited   what went wrong

Sizes are in logical pixels and scale with the screen; fonts are the system's, in points.
Read next: `ui.colours`, `ui.window`.
"""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ui.colours import DARK as DARK
from ui.colours import LIGHT as LIGHT
from ui.colours import Colours as Colours
from ui.colours import colours as colours
from ui.colours import of_system

GAP = 8  # every distance is a multiple of this, or half of it
READING_WIDTH = 720  # a line longer than this is hard to read
SIDE_WIDTH = 316
SIDE_GAP = 36
CONTENT_WIDTH = READING_WIDTH + SIDE_GAP + SIDE_WIDTH
MARGIN = 24  # least distance between content and the window's edge
WIDE = 800  # content at least this wide shows voices side by side

_PLAIN_FAMILIES = ("", "sans", "sans serif", "sans-serif", "dejavu sans")
_BETTER_FAMILIES = ("Inter", "Cantarell", "Ubuntu", "Noto Sans")
_MONO_FAMILIES = ("Cascadia Mono", "JetBrains Mono", "SF Mono", "Menlo", "Consolas", "Noto Sans Mono")


def dress(app: QApplication, theme: object) -> None:
    """Dress the application as the setting says: `light`, `dark`, `contrast`; all else follows the system.

    High contrast is light or dark as the system is. The system draws its frame around the window to match.
    """
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    scheme = schemes.get(theme, Qt.ColorScheme.Unknown) if isinstance(theme, str) else Qt.ColorScheme.Unknown
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(scheme)
    dark = None if scheme is Qt.ColorScheme.Unknown else scheme is Qt.ColorScheme.Dark
    apply(app, dark, contrast=True if theme == "contrast" else None)


def apply(app: QApplication, dark: bool | None = None, *, contrast: bool | None = None) -> None:
    """Dress the application, as the system is unless `dark` and `contrast` say; again when that changes."""
    if app.style().name().lower() != "fusion":
        app.setStyle(QStyleFactory.create("Fusion"))
    look = _look(app, dark, contrast)
    app.setFont(body_font())
    app.setPalette(palette(look))
    app.setStyleSheet(stylesheet(look))


def _look(app: QApplication, dark: bool | None, contrast: bool | None) -> Colours:
    scheme = QGuiApplication.styleHints().colorScheme()
    if contrast is None and _system_has_contrast():
        if dark is None:
            app.setPalette(QPalette())  # ours would be read back
            return of_system(app.palette())
        contrast = True
    return colours(scheme == Qt.ColorScheme.Dark if dark is None else dark, bool(contrast))


def _system_has_contrast() -> bool:
    """Whether the system is set to high contrast, as Windows can be (contrast themes) and macOS."""
    hints = QGuiApplication.styleHints()  # held, for what it gives goes with it
    return hints.accessibility().contrastPreference() == Qt.ContrastPreference.HighContrast


def body_font() -> QFont:
    """The system's own font, at a size to read by; a better one where the system has none to speak of."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if font.family().lower() in _PLAIN_FAMILIES:
        there = set(QFontDatabase.families())
        font.setFamily(next((family for family in _BETTER_FAMILIES if family in there), font.family()))
    font.setPointSizeF(max(font.pointSizeF(), 10.0) + 0.5)
    return font


def quiet_colour() -> QColor:
    """Quiet text. Of the application's palette: a stylesheet thins the placeholder text of a widget's own."""
    return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)


def line_height(font: QFont) -> int:
    """Pixels that a line of a text field is high: Qt lays lines out at whole pixels, rounded up."""
    return math.ceil(QFontMetricsF(font).lineSpacing())


def scaled(font: QFont, factor: float, weight: QFont.Weight | None = None) -> QFont:
    """`font`, `factor` times as large."""
    other = QFont(font)
    other.setPointSizeF(font.pointSizeF() * factor)
    if weight is not None:
        other.setWeight(weight)
    return other


@cache
def _mono_family() -> str:
    there = set(QFontDatabase.families())  # takes milliseconds
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
    return next((family for family in _MONO_FAMILIES if family in there), system)


def mono_font(beside: QFont, factor: float = 0.93) -> QFont:
    """The font for code that stands beside `beside`."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setFamily(_mono_family())
    font.setPointSizeF(beside.pointSizeF() * factor)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def palette(look: Colours) -> QPalette:
    """`look` as a palette; the roles are told at the top of this file."""
    role = QPalette.ColorRole
    result = QPalette(QColor(look.window))
    for where, colour in {
        role.Window: look.window,
        role.WindowText: look.text,
        role.Base: look.raised,
        role.AlternateBase: look.sunken,
        role.Text: look.text,
        role.PlaceholderText: look.quiet,
        role.Button: look.raised,
        role.ButtonText: look.text,
        role.BrightText: look.on_accent,
        role.Mid: look.line,
        role.Dark: look.edge,
        role.Light: look.track,
        role.Midlight: look.hover,
        role.Link: look.accent,
        role.LinkVisited: look.wrong,
        role.Accent: look.accent,
        role.Highlight: look.accent_soft,
        role.HighlightedText: look.text,
        role.ToolTipBase: look.raised,
        role.ToolTipText: look.text,
    }.items():
        result.setColor(where, QColor(colour))
    for where in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, where, QColor(look.faint))
    return result


def stylesheet(look: Colours) -> str:
    """What a palette cannot say: corners, padding, and how controls answer the pointer and the keyboard."""
    return f"""
QToolTip {{ background: {look.raised}; color: {look.text}; border: 1px solid {look.line}; padding: 4px 8px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; border: none; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; border: none; }}
QScrollBar::handle {{ background: {look.edge}; border-radius: 4px; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: 40px; }}
QScrollBar::handle:horizontal {{ min-width: 40px; }}
QScrollBar::handle:hover {{ background: {look.quiet}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QMenu {{ background: {look.raised}; border: 1px solid {look.line}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {look.hover}; color: {look.text}; }}
QMenu::item:disabled {{ color: {look.faint}; }}
QMenu::separator {{ height: 1px; background: {look.line}; margin: 4px 8px; }}

QAbstractButton[kind="quiet"] {{
    background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px 10px;
    color: {look.quiet};
}}
QAbstractButton[kind="quiet"]:hover {{ background: {look.hover}; color: {look.text}; }}
QAbstractButton[kind="quiet"]:pressed {{ background: {look.accent_soft}; color: {look.text}; }}
QAbstractButton[kind="quiet"]:focus {{ border: 2px solid {look.accent}; padding: 3px 9px; color: {look.text}; }}
QAbstractButton[kind="quiet"]:disabled {{ color: {look.faint}; }}

QAbstractButton[kind="plain"] {{
    background: {look.raised}; border: 1px solid {look.edge}; border-radius: 8px; padding: 6px 14px;
    color: {look.text};
}}
QAbstractButton[kind="plain"]:hover {{ background: {look.hover}; }}
QAbstractButton[kind="plain"]:pressed {{ background: {look.accent_soft}; color: {look.text}; }}
QAbstractButton[kind="plain"]:focus {{ border: 2px solid {look.accent}; padding: 5px 13px; }}
QAbstractButton[kind="plain"]:disabled {{ color: {look.faint}; background: transparent; }}

QAbstractButton[kind="main"] {{
    background: {look.accent}; border: 1px solid {look.accent}; border-radius: 8px; padding: 6px 14px;
    color: {look.on_accent};
}}
QAbstractButton[kind="main"]:hover {{ border: 1px solid {look.text}; }}
QAbstractButton[kind="main"]:pressed {{ background: {look.quiet}; }}
QAbstractButton[kind="main"]:focus {{ border: 2px solid {look.text}; padding: 5px 13px; }}
QAbstractButton[kind="main"]:disabled {{
    background: {look.sunken}; border: 1px solid {look.line}; color: {look.faint};
}}

QAbstractButton[kind="suggestion"] {{
    background: {look.raised}; border: 1px solid {look.edge}; border-radius: 10px; padding: 12px 16px;
    color: {look.text}; text-align: left;
}}
QAbstractButton[kind="suggestion"]:hover {{ background: {look.hover}; border: 1px solid {look.quiet}; }}
QAbstractButton[kind="suggestion"]:pressed {{ background: {look.accent_soft}; color: {look.text}; }}
QAbstractButton[kind="suggestion"]:focus {{ border: 2px solid {look.accent}; padding: 11px 15px; }}
QAbstractButton[kind="suggestion"]:disabled {{ color: {look.faint}; background: transparent; }}

QLineEdit[kind="field"] {{
    background: {look.raised}; border: 1px solid {look.edge}; border-radius: 8px; padding: 6px 10px;
    color: {look.text};
}}
QLineEdit[kind="field"], QPlainTextEdit[kind="edit"] {{ placeholder-text-color: {look.quiet}; }}
QLineEdit[kind="field"]:focus {{ border: 2px solid {look.accent}; padding: 5px 9px; }}
QPlainTextEdit[kind="edit"] {{
    background: {look.raised}; border: 1px solid {look.line}; border-radius: 12px; padding: 8px;
    color: {look.text};
}}
QPlainTextEdit[kind="edit"]:focus {{ border: 2px solid {look.accent}; padding: 7px; }}
QLineEdit[kind="field"]:disabled, QPlainTextEdit[kind="edit"]:disabled {{
    background: transparent; color: {look.faint};
}}
QLabel[kind="quiet"] {{ color: {look.quiet}; }}
QLabel[kind="wrong"] {{ color: {look.wrong}; }}
QLabel[kind="badge"] {{
    color: {look.accent}; border: 1px solid {look.accent}; border-radius: 9px; padding: 1px 8px;
}}
QLabel[kind="state"] {{
    color: {look.quiet}; border: 1px solid {look.quiet}; border-radius: 9px; padding: 1px 8px;
}}
QLabel[kind="bad"] {{
    color: {look.wrong}; border: 1px solid {look.wrong}; border-radius: 9px; padding: 1px 8px;
}}
QFrame[kind="card"] {{ background: {look.raised}; border: 1px solid {look.line}; border-radius: 12px; }}
QFrame[kind="ask"] {{ background: {look.sunken}; border: 1px solid {look.line}; border-radius: 10px; }}
QCheckBox[kind="choice"] {{ border: 2px solid transparent; border-radius: 6px; padding: 2px 6px 2px 2px; }}
QCheckBox[kind="choice"]:focus {{ border: 2px solid {look.accent}; }}
QCheckBox[kind="choice"]::indicator {{
    width: 14px; height: 14px; border: 2px solid {look.quiet}; border-radius: 4px; background: {look.raised};
}}
QCheckBox[kind="choice"]::indicator:checked {{
    width: 8px; height: 8px; border: 5px solid {look.accent}; border-radius: 4px; background: {look.on_accent};
}}
QCheckBox[kind="choice"]:disabled {{ color: {look.faint}; }}
QRadioButton[kind="choice"] {{ border: 2px solid transparent; border-radius: 6px; padding: 2px 6px 2px 2px; }}
QRadioButton[kind="choice"]:focus {{ border: 2px solid {look.accent}; }}
QRadioButton[kind="choice"]::indicator {{
    width: 14px; height: 14px; border: 2px solid {look.quiet}; border-radius: 9px; background: {look.raised};
}}
QRadioButton[kind="choice"]::indicator:checked {{
    width: 8px; height: 8px; border: 5px solid {look.accent}; border-radius: 9px; background: {look.on_accent};
}}
QRadioButton[kind="choice"]:disabled, QCheckBox[kind="switch"]:disabled {{ color: {look.faint}; }}
QFrame[kind="line"] {{ background: {look.line}; border: none; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QAbstractButton[kind="plain"]::menu-indicator {{ image: none; width: 0; }}
QMessageBox QLabel {{ min-width: 340px; padding: 4px 12px 4px 4px; }}
QMessageBox QLabel#qt_msgbox_label {{ font-weight: 600; }}
QMessageBox QDialogButtonBox {{ padding: 8px; }}
QPlainTextEdit[kind="details"]:focus {{ border: 2px solid {look.accent}; padding: 7px; }}
QPlainTextEdit[kind="details"] {{
    background: {look.sunken}; border: 1px solid {look.edge}; border-radius: 8px; padding: 8px;
    color: {look.text};
}}
QProgressBar {{ background: {look.track}; border: none; border-radius: 2px; }}
QProgressBar::chunk {{ background: {look.accent}; border-radius: 2px; }}
"""
