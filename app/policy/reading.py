"""Reads the policy, once, from where this system keeps it; what cannot be understood is locked.

Sources are asked in order and the first that has a value wins, so that the PC's policy stands above the user's.
A value that cannot be understood does not make way for the next source's: it is locked. A source that cannot be
read at all locks everything. Read next: `registry`, `file`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from app.policy.file import FileSource
from app.policy.item import Item
from app.policy.items import ITEMS
from app.policy.policy import Policy, Rule

_LONGEST_SHOWN = 60  # characters of a value in a sentence


class PolicySource(Protocol):
    """A place where policies stand."""

    @property
    def name(self) -> str:
        """For people."""
        ...

    def read(self) -> Mapping[str, object]:
        """Raw values by name; empty if nothing is set. Raises `OSError` or `ValueError` if it cannot be read."""
        ...


def read_policy() -> Policy:
    """The policy of this PC and user."""
    return read_from(system_sources())


def system_sources() -> tuple[PolicySource, ...]:
    """Where this system keeps policies, the strongest first."""
    if sys.platform == "win32":
        from app.policy.registry import registry_sources

        return tuple(registry_sources())
    return (FileSource(),)


def read_from(sources: Sequence[PolicySource]) -> Policy:
    """The policy that stands in `sources`."""
    rules: dict[str, Rule] = {}
    problems: list[str] = []
    known = {item.name: item for item in ITEMS}
    for source in sources:
        try:
            found = source.read()
        except (OSError, ValueError) as error:
            why = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
            problem = (
                f"The policies in {source.name} cannot be read ({why}), so all they may govern is locked: "
                "nothing is downloaded or kept, and documents and tools cannot be used. Ask your IT department."
            )
            problems.append(problem)
            for item in ITEMS:
                rules.setdefault(item.name, Rule(item, item.safest, source.name, problem))
            continue
        for name in sorted(found):
            if name not in known:
                problems.append(
                    f"{source.name} has the policy {name[:_LONGEST_SHOWN]}, which does not exist."
                )
        for item in ITEMS:
            if item.name in found and item.name not in rules:
                rule = rules[item.name] = _rule(item, found[item.name], source.name)
                problems += [rule.problem] if rule.is_broken else []
    return Policy(MappingProxyType(rules), tuple(problems))


def _rule(item: Item, raw: object, source: str) -> Rule:
    try:
        return Rule(item, item.read(raw), source)
    except ValueError as error:
        shown = repr(raw)
        if len(shown) > _LONGEST_SHOWN:
            shown = shown[: _LONGEST_SHOWN - 1] + "…"
        problem = (
            f"The policy {item.name} in {source} is {shown}, which is {error}, so {item.then.en}. "
            "Ask your IT department."
        )
        return Rule(item, item.safest, source, problem)
