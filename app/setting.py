"""One setting as a typed descriptor: its name in the file, its default, how it is read, how a page shows it.

`settings` has the settings and the file; `setting_looks` has their words. Read next: `settings`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, overload

from app.policy import ITEMS, Policy
from app.wording import NO_WORDS, Words
from runtime.devices.pin import Pin

T = TypeVar("T")
Read = Callable[[Any], T]  # what JSON holds → the value; raises ValueError or TypeError


class Kept(Protocol):
    """What settings stand in: `settings.Settings`."""

    @property
    def policy(self) -> Policy: ...

    @property
    def values(self) -> Mapping[str, Any]: ...

    def save(self, changes: Mapping[str, Any]) -> None: ...


class Control(StrEnum):
    """What a page lets a person set it with."""

    SWITCH = "switch"
    CHOICE = "choice"  # of `Look.choices`
    NUMBER = "number"  # whole, or with decimals; may be unset where the default is None
    TEXT = "text"  # some lines
    FOLDER = "folder"  # chosen elsewhere
    DEVICE = "device"  # one of those of this PC


@dataclass(frozen=True, slots=True)
class Look:
    """How a setting is shown.

    Attributes:
        section: the heading it stands under.
        control: what it is set with.
        title: some words; `sentence` says what it does.
        search: other words a person may look for.
        choices: value and words, of a `CHOICE`.
        least, most, decimals: of a `NUMBER` as it is shown, which is its value divided by `scale`; `unit` is what
            it counts, and `unset` says what None means.
    """

    section: Words
    control: Control
    title: Words
    sentence: Words
    search: Words = NO_WORDS
    choices: tuple[tuple[str, Words], ...] = ()
    least: float = 0
    most: float = 0
    scale: float = 1
    decimals: int = 0
    unit: Words = NO_WORDS
    unset: Words = NO_WORDS


class Setting(Generic[T]):
    """One setting, as an attribute of `Settings`.

    Attributes:
        key: its name in the file, for ever.
        default: its value when nothing was chosen.
        description: one sentence for people.
        look: how the settings page shows it; None if it is remembered without being asked about.
    """

    def __init__(
        self, key: str, default: T, read: Callable[[Any], T], description: str, look: Look | None = None
    ) -> None:
        self.key = key
        self.default = default
        self.description = description
        self.look = look
        self._read = read

    @property
    def lockable(self) -> bool:
        """Whether an organisation's policy may fix it."""
        return any(self.key in item.locks for item in ITEMS)

    @overload
    def __get__(self, settings: None, owner: type) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Kept, owner: type) -> T: ...
    def __get__(self, settings: Kept | None, owner: type) -> T | Setting[T]:
        if settings is None:
            return self
        if (rule := settings.policy.locking(self.key)) is not None:
            return self.default if rule.value is None else self._read(rule.value)
        try:
            return self._read(settings.values[self.key])
        except (KeyError, ValueError, TypeError):
            return self.default

    def __set__(self, settings: Kept, value: T) -> None:
        self.check(value)  # a wrong value is a bug of the caller's
        if (rule := settings.policy.locking(self.key)) is not None:
            raise rule.refusal(f"decides the setting {self.key}")
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


# How values are read


def optional_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise TypeError


def optional_whole(least: int, most: int | None = None) -> Read[int | None]:
    """A whole number or None."""

    def read(value: Any) -> int | None:
        if value is None:
            return None
        if type(value) is not int:
            raise TypeError
        if value < least or (most is not None and value > most):
            raise ValueError
        return value

    return read


def optional_number(least: float, most: float) -> Read[float | None]:
    """A number or None."""

    def read(value: Any) -> float | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError
        if not math.isfinite(value) or not least <= value <= most:
            raise ValueError
        return float(value)

    return read


def one_of(*allowed: str) -> Read[str]:
    """One of some words."""

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError
        return str(value)

    return read


def switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def device(value: Any) -> str:
    """As `LoadRequest.device`, or an adapter as `Pin` writes it."""
    if not re.fullmatch(r"auto|cpu|gpu|npu|dml:\d{1,2}", value) and Pin.parse(value) is None:
        raise ValueError
    return str(value)
