"""What the user chose, kept between runs: one typed descriptor a setting, one private JSON file.

    settings = Settings(paths.settings_file)
    settings.effort = Effort.HIGH          # saved at once; `settings_writer` is for who must not wait

Saving takes a lock, reads the file again and changes the one key, so that two windows never undo or damage
each other's choices. Nothing here raises: a file that is damaged is set aside under another name, a folder
that cannot be written costs the memory of the choice; both are said in `problems`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import setting_looks as looks
from app.policy import NO_POLICY, Policy
from app.private_files import locked, write_whole
from app.setting import Setting, one_of, optional_number, optional_text, optional_whole, switch
from app.setting import device as device_name
from runtime.conversation import Effort

VERSION = 1
_LARGEST_FILE = 1 << 20  # bytes; ours has some hundred


class Settings:
    """The settings of one user.

    Attributes:
        values: what the file holds, by key, unknown keys included (a newer Chorale's are kept).
        policy: what the organisation decides.
        problems: sentences for the user about what could not be read or saved, each once.
    """

    effort = Setting(
        "window.effort",
        Effort.MEDIUM,
        Effort,
        "How long the model thinks before it answers.",
        looks.EFFORT,
    )
    instructions = Setting(
        "chat.instructions",
        None,
        optional_text,
        "Standing instructions for conversations that have none of their own; null is none.",
        looks.INSTRUCTIONS,
    )
    temperature = Setting(
        "chat.temperature",
        None,
        optional_number(0, 2),
        "How freely words are chosen; null is the model's own.",
        looks.TEMPERATURE,
    )
    top_p = Setting(
        "chat.top_p",
        None,
        optional_number(0.01, 1),
        "The share of likely words that are drawn from; null is the model's own.",
        looks.TOP_P,
    )
    context_length = Setting(
        "chat.context_length",
        None,
        optional_whole(1024, 131_072),
        "Most tokens of a conversation; null is what fits this PC.",
        looks.CONTEXT_LENGTH,
    )
    history_keep = Setting(
        "history.keep", True, switch, "Whether new conversations are kept.", looks.HISTORY_KEEP
    )
    history_days = Setting(
        "history.days",
        None,
        optional_whole(1, 36_500),
        "Days after which conversations that were not changed are removed; null is never.",
        looks.HISTORY_DAYS,
    )
    device = Setting(
        "device",
        "auto",
        device_name,
        "The processor that runs the model: auto, cpu, gpu, npu, dml:N, or an adapter as "
        "`chorale devices --use` writes it.",
        looks.DEVICE,
    )
    threads = Setting(
        "threads", None, optional_whole(1, 1024), "Threads of the CPU to use; null picks.", looks.THREADS
    )
    model = Setting("model", None, optional_text, "The model to open: a name or a folder.")
    models_folder = Setting(
        "models_folder",
        None,
        optional_text,
        "The folder models are kept in; null is the usual one.",
        looks.MODELS_FOLDER,
    )
    shared_models_folder = Setting(
        "shared_models_folder",
        None,
        optional_text,
        "A folder of models for everyone, on this PC or a share, that is only read; null is none.",
    )
    theme = Setting(
        "window.theme",
        "system",
        one_of("system", "light", "dark", "contrast"),
        "The window's colours: system, light, dark or contrast.",
        looks.THEME,
    )
    motion = Setting(
        "window.motion",
        "system",
        one_of("system", "on", "off"),
        "Whether motion is reduced: system, on or off.",
        looks.MOTION,
    )
    language = Setting(
        "window.language",
        "system",
        one_of("system", "en", "de"),
        "The window's language: system, en or de.",
        looks.LANGUAGE,
    )
    send_with = Setting(
        "window.send", "enter", one_of("enter", "ctrl_enter"), "The keys that send a message.", looks.SEND
    )
    tray = Setting("window.tray", False, switch, "Whether there is a sign in the tray.", looks.TRAY)
    hub_endpoint = Setting(
        "hub_endpoint",
        None,
        optional_text,
        "Where models are downloaded from; null is HF_ENDPOINT or the public hub.",
    )
    download_limit = Setting(
        "download_limit",
        None,
        optional_whole(10_000),  # bytes a second; slower than that no server waits for
        "Bytes a second that a download may take; null is as fast as it goes.",
        looks.DOWNLOAD_LIMIT,
    )
    list_open = Setting(
        "window.list_open", True, switch, "Whether the list of conversations stands beside them."
    )
    keep_logs = Setting("keep_logs", False, switch, "Whether log files are written.", looks.KEEP_LOGS)
    window_geometry = Setting(
        "window.geometry", None, optional_text, "Where the window was, as Qt describes it, in base64."
    )
    analysis_open = Setting("window.analysis_open", False, switch, "Whether the analysis pane starts open.")
    commentary_open = Setting(
        "window.commentary_open", True, switch, "Whether the commentary pane starts open."
    )

    def __init__(self, path: Path, policy: Policy = NO_POLICY) -> None:
        """Read `path`; a file that is not there is an empty one. What `policy` decides is as it says."""
        self._path = path
        self.policy = policy
        self.values: dict[str, Any] = {}
        self.problems: list[str] = []
        self._readable = True
        if not self._load():
            try:
                with locked(self._lock_path):
                    if not self._load():  # another window may have mended it meanwhile
                        self._set_aside()
            except OSError as error:
                self._give_up(f"is damaged and cannot be renamed ({error.strerror})")
        for setting in all_settings():
            if setting.is_damaged(self.values):
                self._say(
                    f"The setting {setting.key} in {path} has a value it cannot have; its default is used."
                )

    def get(self, key: str) -> str | int | bool | None:
        """The value of the setting named `key`; None if it was never set, is damaged, or does not exist."""
        setting = _by_key().get(key)
        if setting is not None and (rule := self.policy.locking(key)) is not None:
            locked_to: str | int | bool | None = rule.value
            return locked_to
        values = self.values  # another thread may be saving
        if setting is None or key not in values or setting.is_damaged(values):
            return None
        value: str | int | bool | None = values[key]
        return value

    def set(self, key: str, value: str | int | float | bool | None) -> None:
        """Set the setting named `key` and save it.

        Raises `KeyError` if there is none, `PolicyError` if the organisation decides it.
        """
        _by_key()[key].__set__(self, value)

    def check(self, key: str, value: str | int | float | bool | None) -> None:
        """Raises `KeyError` if there is no such setting, `ValueError` or `TypeError` for no such value."""
        _by_key()[key].check(value)

    def save(self, changes: Mapping[str, Any]) -> None:
        """Keep some values, by key, here and in the file; one thread at a time."""
        values = self.values
        changes = {key: value for key, value in changes.items() if key not in values or values[key] != value}
        if not changes:
            return
        values.update(changes)
        try:
            with locked(self._lock_path):
                if not self._load():  # also for what another window chose meanwhile
                    self._set_aside()
                self.values.update(changes)
                if self._readable:
                    text = json.dumps({**self.values, "version": VERSION}, indent=2)
                    write_whole(self._path, text + "\n")
        except OSError as error:
            self._say(f"Settings are not kept: {self._path} cannot be written ({error.strerror}).")

    @property
    def _lock_path(self) -> Path:
        return self._path.with_name(self._path.name + ".lock")

    def _load(self) -> bool:
        """Read the file into `values`, if it is there; false if it is damaged."""
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST_FILE + 1)
        except FileNotFoundError:
            return True
        except OSError as error:
            # It may be whole, so it is never written over.
            self._give_up(f"cannot be opened ({error.strerror})")
            return True
        try:
            values = json.loads(data.decode("utf-8-sig")) if len(data) <= _LARGEST_FILE else None
        except (ValueError, RecursionError):
            values = None
        if not isinstance(values, dict):
            return False
        self._readable = True
        self.values = values
        return True

    def _set_aside(self) -> None:
        """Rename the damaged file; raises `OSError`."""
        numbers = itertools.count(1)
        while (aside := self._path.with_name(f"settings.damaged-{next(numbers)}.json")).exists():
            pass
        self._path.replace(aside)
        self._say(
            f"{self._path} was damaged. It is now {aside.name}, and settings start from their defaults."
        )

    def _give_up(self, why: str) -> None:
        self._readable = False
        self._say(f"Settings are neither read nor kept: {self._path} {why}.")

    def _say(self, problem: str) -> None:
        if problem not in self.problems:
            self.problems.append(problem)


def all_settings() -> tuple[Setting[Any], ...]:
    """Every setting, in the order of the class."""
    return tuple(value for value in vars(Settings).values() if isinstance(value, Setting))


def _by_key() -> Mapping[str, Setting[Any]]:
    return {setting.key: setting for setting in all_settings()}
