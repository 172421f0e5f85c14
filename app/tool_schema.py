"""Checks tool arguments against the part of JSON Schema that tools here use.

A model's arguments are untrusted: before a tool sees them they are held against the schema the model was
told (`type`, `enum`, `properties`, `required`, `additionalProperties: false`, `items`). Keywords not in
that list are ignored, as JSON Schema asks. Used by `tools`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": Mapping,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}


def mismatch(value: Any, schema: Mapping[str, Any], where: str = "arguments") -> str | None:
    """Say in one sentence why `value` does not fit `schema`, or None if it fits.

    The sentence names the place (`arguments.query`) and goes to the model, which can mend its call.
    """
    wanted = schema.get("type")
    kinds = [wanted] if isinstance(wanted, str) else list(wanted or ())
    if kinds and not any(_is(value, kind) for kind in kinds):
        return f"{where} must be of type {' or '.join(kinds)}."
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} must be one of {', '.join(map(str, schema['enum']))}."
    if isinstance(value, Mapping):
        return _object_mismatch(value, schema, where)
    if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
        for index, item in enumerate(value):
            if found := mismatch(item, schema["items"], f"{where}[{index}]"):
                return found
    return None


def _object_mismatch(value: Mapping[str, Any], schema: Mapping[str, Any], where: str) -> str | None:
    properties: Mapping[str, Any] = schema.get("properties") or {}
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where}.{name} is missing."
    for name, item in value.items():
        if name in properties:
            if found := mismatch(item, properties[name], f"{where}.{name}"):
                return found
        elif schema.get("additionalProperties") is False:
            return f"{where}.{name} is not known."
    return None


def _is(value: Any, kind: str) -> bool:
    if kind == "integer":
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        return whole and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    known = _TYPES.get(kind)
    return known is None or isinstance(value, known)
