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
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from app.private_files import locked, write_whole
from runtime.conversation import Effort
from runtime.devices.pin import Pin

T = TypeVar("T")
VERSION = 1
_LARGEST_FILE = 1 << 20  # bytes; ours has some hundred


class Setting(Generic[T]):
    """One setting, as an attribute of `Settings`.

    Attributes:
        key: its name in the file, for ever.
        default: its value when nothing was chosen.
        description: one sentence for people.
        lockable: whether an organisation's policy may fix it.
    """

    def __init__(
        self, key: str, default: T, read: Callable[[Any], T], description: str, *, lockable: bool = False
    ) -> None:
        self.key = key
        self.default = default
        self.description = description
        self.lockable = lockable
        self._read = read  # what JSON holds → the value; raises ValueError or TypeError

    @overload
    def __get__(self, settings: None, owner: type) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: type) -> T: ...
    def __get__(self, settings: Settings | None, owner: type) -> T | Setting[T]:
        if settings is None:
            return self
        try:
            return self._read(settings.values[self.key])
        except (KeyError, ValueError, TypeError):
            return self.default

    def __set__(self, settings: Settings, value: T) -> None:
        self.check(value)  # a wrong value is a bug of the caller's
        settings.save({self.key: value})

    def check(self, value: Any) -> None:
        """Raises `ValueError` or `TypeError` if this cannot be its value."""
        self._read(value)

    def is_damaged(self, values: Mapping[str, Any]) -> bool:
        """Whether `values` has something for this key that cannot be its value."""
        try:
            if self.key in values:
                self._read(values[self.key])
        except (ValueError, TypeError):
            return True
        return False


def _optional_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError


def _threads(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise TypeError
    if not 1 <= value <= 1024:
        raise ValueError
    return value


def _device(value: Any) -> str:
    if not re.fullmatch(r"auto|cpu|gpu|npu|dml:\d{1,2}", value) and Pin.parse(value) is None:
        raise ValueError
    return str(value)


def _bytes_per_second(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is not int:
        raise TypeError
    if value < 10_000:  # slower than that no server waits for
        raise ValueError
    return value


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


class Settings:
    """The settings of one user.

    Attributes:
        values: what the file holds, by key, unknown keys included (a newer Chorale's are kept).
        problems: sentences for the user about what could not be read or saved, each once.
    """

    effort = Setting("window.effort", Effort.MEDIUM, Effort, "How long the model thinks before it answers.")
    device = Setting(
        "device",
        "auto",
        _device,
        "The processor that runs the model: auto, cpu, gpu, npu, dml:N, or an adapter as "
        "`chorale devices --use` writes it.",
        lockable=True,
    )
    threads = Setting("threads", None, _threads, "Threads of the CPU to use; null picks.", lockable=True)
    model = Setting("model", None, _optional_text, "The model to open: a name or a folder.", lockable=True)
    models_folder = Setting(
        "models_folder",
        None,
        _optional_text,
        "The folder models are kept in; null is the usual one.",
        lockable=True,
    )
    hub_endpoint = Setting(
        "hub_endpoint",
        None,
        _optional_text,
        "Where models are downloaded from; null is HF_ENDPOINT or the public hub.",
        lockable=True,
    )
    download_limit = Setting(
        "download_limit",
        None,
        _bytes_per_second,
        "Bytes a second that a download may take; null is as fast as it goes.",
        lockable=True,
    )
    shared_models_folder = Setting(
        "shared_models_folder",
        None,
        _optional_text,
        "A folder of models for everyone, on this PC or a share, that is only read; null is none.",
        lockable=True,
    )
    window_geometry = Setting(
        "window.geometry", None, _optional_text, "Where the window was, as Qt describes it, in base64."
    )
    analysis_open = Setting("window.analysis_open", False, _switch, "Whether the analysis pane starts open.")
    commentary_open = Setting(
        "window.commentary_open", True, _switch, "Whether the commentary pane starts open."
    )
    keep_logs = Setting("keep_logs", False, _switch, "Whether log files are written.", lockable=True)

    def __init__(self, path: Path) -> None:
        """Read `path`; a file that is not there is an empty one."""
        self._path = path
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
        values = self.values  # another thread may be saving
        if setting is None or key not in values or setting.is_damaged(values):
            return None
        value: str | int | bool | None = values[key]
        return value

    def set(self, key: str, value: str | int | float | bool | None) -> None:
        """Set the setting named `key` and save it. Raises `KeyError` if there is none."""
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
