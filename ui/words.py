"""How Chorale words things: translation, and numbers and durations as a person reads them.

Every visible string goes through `tr`. The strings are English for now, so numbers are written the
English way too; both change together when translations come. Read next: `ui.voices`.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

LOCALE = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)


def tr(text: str) -> str:
    """`text` in the language of the application."""
    return QCoreApplication.translate("Chorale", text)


def number(value: int) -> str:
    """`1,204`."""
    return LOCALE.toString(value)


def tokens(count: int) -> str:
    """`1 token`, `1,204 tokens`."""
    return tr("1 token") if count == 1 else tr("{count} tokens").format(count=number(count))


def duration(seconds: float) -> str:
    """`0.3 s`, `4 s`, `1 min 12 s`; at least a tenth of a second."""
    if seconds < 0.95:
        return tr("{seconds} s").format(seconds=f"{max(0.1, seconds):.1f}")
    whole = round(seconds)
    if whole < 60:
        return tr("{seconds} s").format(seconds=whole)
    return tr("{minutes} min {seconds} s").format(minutes=number(whole // 60), seconds=whole % 60)


def speed(tokens_per_second: float) -> str:
    """`23.4 tokens/s`; whole numbers from a hundred up."""
    figure = f"{tokens_per_second:.1f}" if tokens_per_second < 100 else number(round(tokens_per_second))
    return tr("{figure} tokens/s").format(figure=figure)
