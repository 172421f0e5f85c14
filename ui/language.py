"""The language of the window: which there are, and how the one that is chosen is spoken, from the start on.

Words of widgets come from a translation in `ui/translations` through `ui.words.tr`, Qt's own (the menu of a text
field) from the one that comes with it; sentences made below the window are translated by `ui.sentences`; words of
settings and policies bring both languages with them (`app.wording`). Read next: `ui.words`.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ui.words import LANGUAGE

FOLDER = Path(__file__).resolve().parent / "translations"
OWN = "en"  # what the sources are written in


def languages(folder: Path = FOLDER) -> tuple[str, ...]:
    """Every language that the window can speak, as two letters."""
    found = (path.stem.removeprefix("chorale_") for path in folder.glob("chorale_??.qm"))
    return (OWN, *sorted(set(found) - {OWN}))


def speak(app: QCoreApplication, chosen: object, folder: Path = FOLDER) -> str:
    """Speak the language that was `chosen`, or the system's; the one it became."""
    wanted = chosen if isinstance(chosen, str) and chosen != "system" else _of_system()
    language = wanted if wanted in languages(folder) else OWN
    if language != OWN:
        of_qt = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        for file in (f"{of_qt}/qtbase_{language}.qm", str(folder / f"chorale_{language}.qm")):
            translator = QTranslator(app)
            if translator.load(file):
                app.installTranslator(translator)
    app.setProperty(LANGUAGE, language)
    return language


def _of_system() -> str:
    preferred = QLocale.system().uiLanguages()
    return preferred[0].partition("-")[0].lower() if preferred else OWN
