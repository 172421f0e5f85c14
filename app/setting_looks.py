"""How the settings page shows each setting: section, title, sentence, choices, in English and German.

Apart from `settings` for their number; a look without a setting cannot be. Read next: `settings`.
"""

from __future__ import annotations

from app.setting import Control, Look
from app.wording import Words

ANSWERS = Words("Answers", "Antworten")
HISTORY = Words("Conversations", "Unterhaltungen")
MODELS = Words("Models and processors", "Modelle und Prozessoren")
WINDOW = Words("Window", "Fenster")
UPKEEP = Words("Downloads and logs", "Downloads und Protokolle")
SECTIONS = (ANSWERS, HISTORY, MODELS, WINDOW, UPKEEP)

_MODELS_OWN = Words("The model's own", "Wie vom Modell vorgesehen")

EFFORT = Look(
    ANSWERS,
    Control.CHOICE,
    Words("Effort", "Aufwand"),
    Words(
        "How long the model thinks before it answers, also chosen beside the message.",
        "Wie lange das Modell nachdenkt, bevor es antwortet, auch neben der Nachricht zu wählen.",
    ),
    Words("thinking reasoning analysis time", "denken nachdenken analyse zeit"),
    (
        ("low", Words("Low", "Niedrig")),
        ("medium", Words("Medium", "Mittel")),
        ("high", Words("High", "Hoch")),
    ),
)
INSTRUCTIONS = Look(
    ANSWERS,
    Control.TEXT,
    Words("Instructions", "Anweisungen"),
    Words(
        "What the model is told in every conversation that has no instructions of its own.",
        "Was dem Modell in jeder Unterhaltung gesagt wird, die keine eigenen Anweisungen hat.",
    ),
    Words("system prompt custom persona developer", "systemprompt eigene vorgaben rolle"),
)
TEMPERATURE = Look(
    ANSWERS,
    Control.NUMBER,
    Words("Temperature", "Temperatur"),
    Words(
        "How freely words are chosen: 0 always takes the likeliest, 1 is what gpt-oss was made for.",
        "Wie frei Wörter gewählt werden: 0 nimmt immer das wahrscheinlichste, für 1 ist gpt-oss gemacht.",
    ),
    Words("sampling random creative", "zufall kreativ sampling"),
    least=0,
    most=2,
    decimals=2,
    unset=_MODELS_OWN,
)
TOP_P = Look(
    ANSWERS,
    Control.NUMBER,
    Words("Share of likely words (top p)", "Anteil wahrscheinlicher Wörter (top p)"),
    Words(
        "Only the likeliest words, up to this share of the probability, are drawn from; 1 draws from all.",
        "Gewählt wird nur unter den wahrscheinlichsten Wörtern bis zu diesem Anteil; 1 wählt unter allen.",
    ),
    Words("sampling nucleus top_p", "sampling nucleus top_p"),
    least=0.01,
    most=1,
    decimals=2,
    unset=_MODELS_OWN,
)
CONTEXT_LENGTH = Look(
    ANSWERS,
    Control.NUMBER,
    Words("Length of a conversation", "Länge einer Unterhaltung"),
    Words(
        "The most tokens a conversation may have, documents included; more needs more memory, from the next load on.",
        "Wie viele Tokens eine Unterhaltung samt Dokumenten höchstens hat; mehr braucht mehr Speicher, ab dem nächsten "
        "Laden.",
    ),
    Words("context window memory kv cache tokens", "kontext fenster speicher kv cache tokens"),
    least=1024,
    most=131_072,
    unit=Words("tokens", "Tokens"),
    unset=Words("What fits this PC", "Was auf diesen PC passt"),
)
HISTORY_KEEP = Look(
    HISTORY,
    Control.SWITCH,
    Words("Keep conversations", "Unterhaltungen aufbewahren"),
    Words(
        "New conversations are kept on this PC; without this, they are gone when the window closes.",
        "Neue Unterhaltungen werden auf diesem PC aufbewahrt; sonst sind sie weg, wenn das Fenster schließt.",
    ),
    Words("history save remember privacy", "verlauf speichern merken datenschutz"),
)
HISTORY_DAYS = Look(
    HISTORY,
    Control.NUMBER,
    Words("Remove old conversations", "Alte Unterhaltungen entfernen"),
    Words(
        "Conversations that were not changed for so many days are removed for ever; pinned ones stay.",
        "Unterhaltungen, die so viele Tage nicht geändert wurden, werden für immer entfernt; angeheftete bleiben.",
    ),
    Words("history retention delete days", "verlauf löschen aufbewahrung tage"),
    least=1,
    most=36_500,
    unit=Words("days", "Tage"),
    unset=Words("Never", "Nie"),
)
DEVICE = Look(
    MODELS,
    Control.DEVICE,
    Words("Processor", "Prozessor"),
    Words(
        "What runs the model, from the next start on; a processor that does not suit it makes way for the CPU.",
        "Was das Modell rechnet, ab dem nächsten Start; ein Prozessor, der nicht passt, weicht der CPU.",
    ),
    Words("device gpu npu cpu graphics card directml", "gerät gpu npu cpu grafikkarte directml"),
)
THREADS = Look(
    MODELS,
    Control.NUMBER,
    Words("Threads of the CPU", "Threads der CPU"),
    Words(
        "How many threads compute at once, from the next start on.",
        "Wie viele Threads zugleich rechnen, ab dem nächsten Start.",
    ),
    Words("cores speed cpu", "kerne geschwindigkeit cpu"),
    least=1,
    most=1024,
    unset=Words("As many as suit this PC", "So viele, wie zu diesem PC passen"),
)
MODELS_FOLDER = Look(
    MODELS,
    Control.FOLDER,
    Words("Folder of the models", "Ordner der Modelle"),
    Words(
        "Where models are kept; the Models page moves them along to another folder.",
        "Wo die Modelle liegen; die Seite Modelle nimmt sie in einen anderen Ordner mit.",
    ),
    Words("path disk drive move", "pfad platte laufwerk verschieben"),
)
THEME = Look(
    WINDOW,
    Control.CHOICE,
    Words("Colours", "Farben"),
    Words("How the window looks, at once.", "Wie das Fenster aussieht, sofort."),
    Words("theme dark light contrast appearance", "design dunkel hell kontrast aussehen"),
    (
        ("system", Words("As the system", "Wie das System")),
        ("light", Words("Light", "Hell")),
        ("dark", Words("Dark", "Dunkel")),
        ("contrast", Words("High contrast", "Hoher Kontrast")),
    ),
)
MOTION = Look(
    WINDOW,
    Control.CHOICE,
    Words("Reduced motion", "Weniger Bewegung"),
    Words(
        "Whether anything in the window moves by itself.",
        "Ob sich im Fenster etwas von selbst bewegt.",
    ),
    Words("animation accessibility", "animation barrierefreiheit"),
    (
        ("system", Words("As the system", "Wie das System")),
        ("on", Words("Nothing moves", "Nichts bewegt sich")),
        ("off", Words("Things may move", "Es darf sich etwas bewegen")),
    ),
)
LANGUAGE = Look(
    WINDOW,
    Control.CHOICE,
    Words("Language", "Sprache"),
    Words(
        "The language of the window, from the next start on.",
        "Die Sprache des Fensters, ab dem nächsten Start.",
    ),
    Words("german english deutsch", "deutsch englisch english"),
    (
        ("system", Words("As the system", "Wie das System")),
        ("en", Words("English", "English")),
        ("de", Words("Deutsch", "Deutsch")),
    ),
)
SEND = Look(
    WINDOW,
    Control.CHOICE,
    Words("Keys that send", "Tasten zum Senden"),
    Words(
        "What sends a message; the other begins a new line.",
        "Was eine Nachricht sendet; das andere beginnt eine neue Zeile.",
    ),
    Words("enter return keyboard shortcut", "eingabe enter tastatur tastenkürzel"),
    (("enter", Words("Enter", "Eingabe")), ("ctrl_enter", Words("Ctrl+Enter", "Strg+Eingabe"))),
)
TRAY = Look(
    WINDOW,
    Control.SWITCH,
    Words("Sign in the tray", "Symbol im Infobereich"),
    Words(
        "Chorale has a sign in the system's tray while it runs, from the next start on.",
        "Chorale hat, solange es läuft, ein Symbol im Infobereich, ab dem nächsten Start.",
    ),
    Words("notification area icon background", "benachrichtigung symbol hintergrund"),
)
DOWNLOAD_LIMIT = Look(
    UPKEEP,
    Control.NUMBER,
    Words("Most speed of a download", "Höchste Geschwindigkeit eines Downloads"),
    Words(
        "How much of the connection a download of a model may take, from the next one on.",
        "Wie viel von der Verbindung der Download eines Modells nehmen darf, ab dem nächsten.",
    ),
    Words("bandwidth limit network", "bandbreite grenze netz"),
    least=0.01,
    most=10_000,
    scale=1e6,
    decimals=2,
    unit=Words("MB a second", "MB je Sekunde"),
    unset=Words("As fast as it goes", "So schnell es geht"),
)
KEEP_LOGS = Look(
    UPKEEP,
    Control.SWITCH,
    Words("Keep log files", "Protokolldateien schreiben"),
    Words(
        "Log files help to find faults and never hold what you or the model wrote; from the next start on.",
        "Protokolle helfen bei der Fehlersuche und enthalten nie, was Sie oder das Modell geschrieben haben; ab dem "
        "nächsten Start.",
    ),
    Words("diagnostics support faults", "diagnose hilfe fehler"),
)
