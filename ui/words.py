"""How Chorale words things: translation, and numbers and durations as a person reads them.

Every visible string goes through `tr`, and numbers are written as its language writes them. Sentences that were
made below the window go through `ui.sentences`. Read next: `ui.language`, which chooses the language.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.wording import Words

LANGUAGE = "language"  # the application's property: two letters
_LOCALES = {
    "en": QLocale(QLocale.Language.English, QLocale.Country.UnitedStates),
    "de": QLocale(QLocale.Language.German, QLocale.Country.Germany),
}


def tr(text: str) -> str:
    """`text` in the language of the application."""
    return QCoreApplication.translate("Chorale", text)


def said(words: Words) -> str:
    """Words that bring both languages with them, in that of the application."""
    return words.said(language())


def language() -> str:
    """The language of the application: `en` or `de`."""
    app = QCoreApplication.instance()
    return str((app.property(LANGUAGE) if app is not None else None) or "en")


def locale() -> QLocale:
    """How numbers and dates are written in it."""
    return _LOCALES.get(language(), _LOCALES["en"])


def number(value: int) -> str:
    """`1,204`."""
    return locale().toString(value)


def decimal(value: float, places: int = 1) -> str:
    """`23.4`, with so many places and no separators of thousands."""
    return f"{value:.{places}f}".replace(".", locale().decimalPoint())


def tokens(count: int) -> str:
    """`1 token`, `1,204 tokens`."""
    return tr("1 token") if count == 1 else tr("{count} tokens").format(count=number(count))


def duration(seconds: float) -> str:
    """`0.3 s`, `4 s`, `1 min 12 s`; at least a tenth of a second."""
    if seconds < 0.95:
        return tr("{seconds} s").format(seconds=decimal(max(0.1, seconds)))
    whole = round(seconds)
    if whole < 60:
        return tr("{seconds} s").format(seconds=whole)
    return tr("{minutes} min {seconds} s").format(minutes=number(whole // 60), seconds=whole % 60)


def speed(tokens_per_second: float) -> str:
    """`23.4 tokens/s`; whole numbers from a hundred up."""
    figure = decimal(tokens_per_second) if tokens_per_second < 100 else number(round(tokens_per_second))
    return tr("{figure} tokens/s").format(figure=figure)


def size(count: int) -> str:
    """`13.8 GB`, `940 MB`, `2 kB`: bytes, in powers of ten as disks are sold."""
    if count >= 999_500_000:
        figure = decimal(count / 1e9) if count < 99.95e9 else number(round(count / 1e9))
        return tr("{figure} GB").format(figure=figure)
    if count < 100_000:
        return tr("{figure} kB").format(figure=-(-count // 1000))
    figure = number(round(count / 1e6)) if count >= 10e6 else decimal(count / 1e6)
    return tr("{figure} MB").format(figure=figure)


def rate(bytes_per_second: float) -> str:
    """`24.1 MB/s`, `1.2 GB/s`."""
    if bytes_per_second >= 999.5e6:
        return tr("{figure} GB/s").format(figure=decimal(bytes_per_second / 1e9))
    return tr("{figure} MB/s").format(figure=decimal(bytes_per_second / 1e6))


def about(seconds: float) -> str:
    """`less than a minute`, `7 min`, `1 h 20 min`: how long something takes, as well as one can know."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return tr("less than a minute")
    if minutes < 60:
        return tr("{minutes} min").format(minutes=minutes)
    if minutes >= 5 * 60:
        return tr("{hours} h").format(hours=round(minutes / 60))
    step = 5 * round(minutes / 5)
    if step % 60 == 0:
        return tr("{hours} h").format(hours=step // 60)
    return tr("{hours} h {minutes} min").format(hours=step // 60, minutes=step % 60)


def left(seconds: float) -> str:
    """`about 7 min left`, `less than a minute left`."""
    if round(seconds / 60) < 1:
        return tr("less than a minute left")
    return tr("about {time} left").format(time=about(seconds))


def breakable(path: str) -> str:
    """A path that may be broken into lines behind its separators."""
    zero_width_space = "\u200b"
    return path.replace("/", "/" + zero_width_space).replace("\\", "\\" + zero_width_space)
