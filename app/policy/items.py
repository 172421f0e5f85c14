"""The policies, one descriptor each.

Everything else is made from this list: `Policy`'s properties, the lines of `chorale doctor`, what the settings
page shows as locked, the ADMX and ADML files (`installers/policy`), docs/POLICIES.md. A policy's name is the
name of its value in the registry, for ever. Read next: `values`, `policy`.
"""

from __future__ import annotations

from app.policy import values
from app.policy.item import Item, Kind, Section
from app.wording import Words

_NO_DOWNLOADS = Words("nothing is downloaded", "wird nichts heruntergeladen")

ALLOW_DOWNLOADS = Item(
    "AllowDownloads",
    Kind.SWITCH,
    Section.DOWNLOADS,
    Words("Allow downloads of models", "Herunterladen von Modellen erlauben"),
    Words(
        "Whether models may be downloaded; models that are on the PC or are brought from a folder or an archive "
        "are not affected.",
        "Ob Modelle heruntergeladen werden dürfen; Modelle, die auf dem PC sind oder aus einem Ordner oder Archiv "
        "geholt werden, sind nicht betroffen.",
    ),
    values.switch,
    False,
    _NO_DOWNLOADS,
)
MIRROR_ADDRESS = Item(
    "MirrorAddress",
    Kind.TEXT,
    Section.DOWNLOADS,
    Words("Address of the mirror", "Adresse des Spiegelservers"),
    Words(
        "The only address that models are downloaded from, for example https://mirror.example.org; HF_ENDPOINT is "
        "not heard then, and another --endpoint is refused.",
        "Die einzige Adresse, von der Modelle heruntergeladen werden, zum Beispiel https://mirror.example.org; "
        "HF_ENDPOINT gilt dann nicht, und ein anderes --endpoint wird abgelehnt.",
    ),
    values.address,
    None,
    _NO_DOWNLOADS,
    locks=("hub_endpoint",),
)
PROXY = Item(
    "Proxy",
    Kind.TEXT,
    Section.DOWNLOADS,
    Words("Proxy for downloads", "Proxy für Downloads"),
    Words(
        "The proxy that downloads go through, for example http://proxy.example.org:8080, or none for a direct "
        "connection; not set, it is that of the system.",
        "Der Proxy, über den Downloads laufen, zum Beispiel http://proxy.example.org:8080, oder none für eine direkte "
        "Verbindung; nicht gesetzt ist es der des Systems.",
    ),
    values.proxy,
    None,
    _NO_DOWNLOADS,
)
MODEL_FOLDER = Item(
    "ModelFolder",
    Kind.TEXT,
    Section.MODELS,
    Words("Folder of the models", "Ordner der Modelle"),
    Words(
        "The folder that models are kept in, a whole path on this PC or a share; nobody can choose another then.",
        "Der Ordner, in dem Modelle liegen, ein vollständiger Pfad auf diesem PC oder einer Freigabe; niemand kann "
        "dann einen anderen wählen.",
    ),
    values.folder,
    None,
    Words(
        "the usual folder is used and nothing is changed in it",
        "gilt der übliche Ordner, und in ihm wird nichts geändert",
    ),
    locks=("models_folder",),
)
MODEL_FOLDER_READ_ONLY = Item(
    "ModelFolderReadOnly",
    Kind.SWITCH,
    Section.MODELS,
    Words("Models are only read", "Modelle werden nur gelesen"),
    Words(
        "Whether the models folder is only read: no model is downloaded, imported, repaired, moved or removed.",
        "Ob der Ordner der Modelle nur gelesen wird: Kein Modell wird heruntergeladen, importiert, repariert, "
        "verschoben oder entfernt.",
    ),
    values.switch,
    True,
    Words("models are only read", "werden Modelle nur gelesen"),
)
SHARED_MODEL_FOLDER = Item(
    "SharedModelFolder",
    Kind.TEXT,
    Section.MODELS,
    Words("Folder of models for everyone", "Ordner mit Modellen für alle"),
    Words(
        "A second folder, on this PC or a share, in which models are looked for and which is only read.",
        "Ein zweiter Ordner, auf diesem PC oder einer Freigabe, in dem Modelle gesucht werden und der nur gelesen "
        "wird.",
    ),
    values.folder,
    None,
    Words("there is no such folder", "gibt es keinen solchen Ordner"),
    locks=("shared_models_folder",),
)
ALLOWED_MODELS = Item(
    "AllowedModels",
    Kind.LIST,
    Section.MODELS,
    Words("Allowed models", "Erlaubte Modelle"),
    Words(
        "The only models that may be used besides the demo, each by its hash as chorale models list --json tells it.",
        "Die einzigen Modelle, die neben der Demo benutzt werden dürfen, jedes mit seinem Hash, wie ihn "
        "chorale models list --json nennt.",
    ),
    values.hashes,
    frozenset(),
    Words("no model but the demo may be used", "darf nur die Demo benutzt werden"),
)
ALLOWED_DEVICES = Item(
    "AllowedDevices",
    Kind.LIST,
    Section.DEVICES,
    Words("Allowed processors", "Erlaubte Prozessoren"),
    Words(
        "The kinds of processor that models may run on: cpu, gpu, npu; cpu is always allowed, because every model "
        "can fall back on it.",
        "Die Arten von Prozessoren, auf denen Modelle laufen dürfen: cpu, gpu, npu; cpu ist immer erlaubt, weil "
        "jedes Modell darauf ausweichen kann.",
    ),
    values.device_kinds,
    frozenset({"cpu"}),
    Words("models run on the CPU only", "laufen Modelle nur auf der CPU"),
    choices=(("cpu", Words("CPU", "CPU")), ("gpu", Words("GPU", "GPU")), ("npu", Words("NPU", "NPU"))),
)
KEEP_HISTORY = Item(
    "KeepHistory",
    Kind.SWITCH,
    Section.HISTORY,
    Words("Keep conversations", "Unterhaltungen aufbewahren"),
    Words(
        "Whether conversations are kept; when they are not, those kept before are neither shown nor removed.",
        "Ob Unterhaltungen aufbewahrt werden; wenn nicht, werden früher aufbewahrte weder gezeigt noch entfernt.",
    ),
    values.switch,
    False,
    Words("no conversation is kept", "wird keine Unterhaltung aufbewahrt"),
    locks=("history.keep",),
)
HISTORY_DAYS = Item(
    "HistoryDays",
    Kind.NUMBER,
    Section.HISTORY,
    Words("Days that conversations are kept", "Tage, die Unterhaltungen aufbewahrt werden"),
    Words(
        "Conversations that were not changed for so many days are removed for ever, at each start; pinned ones stay.",
        "Unterhaltungen, die so viele Tage nicht geändert wurden, werden bei jedem Start für immer entfernt; angeheftete "
        "bleiben.",
    ),
    values.number(1, 36_500),
    None,
    # The shortest time would be safest only for who wanted them gone; a typing mistake must destroy nothing.
    Words(
        "no conversation is kept, and none is removed",
        "wird keine Unterhaltung aufbewahrt und keine entfernt",
    ),
    locks=("history.days",),
    least=1,
    most=36_500,
    unit=Words("days", "Tage"),
)
REQUIRE_ENCRYPTION = Item(
    "RequireEncryption",
    Kind.SWITCH,
    Section.HISTORY,
    Words("Require encryption of conversations", "Verschlüsselung der Unterhaltungen verlangen"),
    Words(
        "Whether conversations are kept only encrypted, so that nobody can choose to keep them unprotected.",
        "Ob Unterhaltungen nur verschlüsselt aufbewahrt werden, sodass niemand sie ungeschützt aufbewahren kann.",
    ),
    values.switch,
    True,
    Words(
        "conversations are kept only encrypted",
        "werden Unterhaltungen nur verschlüsselt aufbewahrt",
    ),
)
ALLOW_DOCUMENTS = Item(
    "AllowDocuments",
    Kind.SWITCH,
    Section.FEATURES,
    Words("Allow documents", "Dokumente erlauben"),
    Words(
        "Whether documents may be attached to a conversation and summarised.",
        "Ob Dokumente an eine Unterhaltung angehängt und zusammengefasst werden dürfen.",
    ),
    values.switch,
    False,
    Words("no document is read", "wird kein Dokument gelesen"),
)
ALLOW_TOOLS = Item(
    "AllowTools",
    Kind.SWITCH,
    Section.FEATURES,
    Words("Allow tools", "Werkzeuge erlauben"),
    Words(
        "Whether models may call tools, such as the calculator; searching in attached documents belongs to documents.",
        "Ob Modelle Werkzeuge aufrufen dürfen, etwa den Rechner; das Suchen in angehängten Dokumenten gehört zu den "
        "Dokumenten.",
    ),
    values.switch,
    False,
    Words("no tool is offered to models", "wird Modellen kein Werkzeug angeboten"),
)
ALLOW_LOCAL_SERVER = Item(
    "AllowLocalServer",
    Kind.SWITCH,
    Section.FEATURES,
    Words("Allow the local server", "Lokalen Server erlauben"),
    Words(
        "Whether other programs on this PC may talk to models through Chorale; this version has no such server.",
        "Ob andere Programme auf diesem PC über Chorale mit Modellen sprechen dürfen; diese Version hat keinen "
        "solchen Server.",
    ),
    values.switch,
    False,
    Words("there is no local server", "gibt es keinen lokalen Server"),
)
UPDATE_CHECK = Item(
    "UpdateCheck",
    Kind.SWITCH,
    Section.UPKEEP,
    Words("Look for updates", "Nach Updates suchen"),
    Words(
        "Whether Chorale may look for a newer version; not set, it never does, and this version cannot.",
        "Ob Chorale nach einer neueren Version suchen darf; nicht gesetzt tut es das nie, und diese Version kann es "
        "nicht.",
    ),
    values.switch,
    False,
    Words("no update is looked for", "wird nach keinem Update gesucht"),
)
KEEP_LOGS = Item(
    "KeepLogs",
    Kind.SWITCH,
    Section.UPKEEP,
    Words("Keep log files", "Protokolldateien schreiben"),
    Words(
        "Whether log files are written; they never hold what the user or the model wrote.",
        "Ob Protokolldateien geschrieben werden; sie enthalten nie, was Benutzer oder Modell geschrieben haben.",
    ),
    values.switch,
    False,
    Words("no log file is written", "wird keine Protokolldatei geschrieben"),
    locks=("keep_logs",),
)
LOG_LEVEL = Item(
    "LogLevel",
    Kind.CHOICE,
    Section.UPKEEP,
    Words("What is logged", "Was protokolliert wird"),
    Words(
        "How much stands in log files, where they are written.",
        "Wie viel in Protokolldateien steht, wo sie geschrieben werden.",
    ),
    values.choice("error", "warning", "info"),
    "error",
    Words("only errors are logged", "werden nur Fehler protokolliert"),
    choices=(
        ("error", Words("Errors only", "Nur Fehler")),
        ("warning", Words("Errors and warnings", "Fehler und Warnungen")),
        ("info", Words("Everything", "Alles")),
    ),
)

ITEMS: tuple[Item, ...] = (
    ALLOW_DOWNLOADS,
    MIRROR_ADDRESS,
    PROXY,
    MODEL_FOLDER,
    MODEL_FOLDER_READ_ONLY,
    SHARED_MODEL_FOLDER,
    ALLOWED_MODELS,
    ALLOWED_DEVICES,
    KEEP_HISTORY,
    HISTORY_DAYS,
    REQUIRE_ENCRYPTION,
    ALLOW_DOCUMENTS,
    ALLOW_TOOLS,
    ALLOW_LOCAL_SERVER,
    UPDATE_CHECK,
    KEEP_LOGS,
    LOG_LEVEL,
)
