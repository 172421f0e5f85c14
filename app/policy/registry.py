r"""Policies in Windows' registry: `HKLM\Software\Policies\Chorale`, and below it in rank the same of HKCU.

Both keys are writable for administrators only. `winreg` is imported when it is asked, and only there; tests and
other systems give another `Registry`. Read next: `reading`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.policy.items import ITEMS

KEY = r"Software\Policies\Chorale"
HIVES = ("HKLM", "HKCU")
_MOST_VALUES = 1000


class Registry(Protocol):
    """What is asked of the registry."""

    def values(self, hive: str, key: str) -> Mapping[str, object]:
        """The values of a key: text, whole numbers, lists of texts, or bytes; empty if there is no such key.

        Raises `OSError` if it cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class RegistrySource:
    """See `reading.PolicySource`. `hive` is HKLM or HKCU."""

    registry: Registry
    hive: str

    @property
    def name(self) -> str:
        return rf"{self.hive}\{KEY}"

    def read(self) -> Mapping[str, object]:
        # The registry does not tell capitals from small letters.
        names = {item.name.lower(): item.name for item in ITEMS}
        found = self.registry.values(self.hive, KEY)
        # The unnamed value is what a key has from birth, and what editors write when in doubt.
        return {names.get(name.lower(), name): value for name, value in found.items() if name}


def registry_sources(registry: Registry | None = None) -> Sequence[RegistrySource]:
    """The two keys, the stronger first."""
    return tuple(RegistrySource(registry or WindowsRegistry(), hive) for hive in HIVES)


class WindowsRegistry:
    """The registry of this PC."""

    def values(self, hive: str, key: str) -> Mapping[str, object]:
        found: dict[str, object] = {}
        if sys.platform == "win32":
            import winreg

            root = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[hive]
            try:
                opened = winreg.OpenKey(root, key, 0, winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
            except FileNotFoundError:
                return found
            with opened:
                _, count, _ = winreg.QueryInfoKey(opened)
                for i in range(min(count, _MOST_VALUES)):
                    name, value, kind = winreg.EnumValue(opened, i)
                    if kind == winreg.REG_EXPAND_SZ and isinstance(value, str):
                        value = winreg.ExpandEnvironmentStrings(value)
                    found[name] = value
        return found
