"""A registry of Windows for tests: keys of values, or an error where one cannot be read."""

from __future__ import annotations

from collections.abc import Mapping

from app.policy import Policy, read_from
from app.policy.registry import KEY, registry_sources


class FakeRegistry:
    """Holds what each hive has under Chorale's key; an `OSError` in its place is raised."""

    def __init__(self, **hives: Mapping[str, object] | OSError) -> None:
        self._hives = hives

    def values(self, hive: str, key: str) -> Mapping[str, object]:
        assert key == KEY
        found = self._hives.get(hive, {})
        if isinstance(found, OSError):
            raise found
        return found


def policy_of(**values: object) -> Policy:
    """The policy that HKLM has with these values."""
    return read_from(registry_sources(FakeRegistry(HKLM=values)))
