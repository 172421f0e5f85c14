"""How gpt-oss is told of its tools: JSON schema written as TypeScript types.

The model was trained on this very text, down to blank lines and trailing commas, so every branch follows
OpenAI's reference renderer (`json_schema_to_typescript` and `template_tools_section` in openai/harmony),
oddities included; `tests/goldens/harmony` holds both to the same ids. `render.py` puts the result into the
developer message.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeGuard

from runtime.conversation import ToolSpec


def tools_section(tools: Iterable[ToolSpec]) -> str:
    """The `# Tools` section that offers `tools` in the namespace `functions`."""
    lines = ["# Tools\n\n## functions\n", "namespace functions {\n"]
    for tool in tools:
        lines += [f"// {line}" for line in _lines(tool.description)]
        arguments = "" if tool.parameters is None else f"_: {schema_text(tool.parameters)}"
        lines.append(f"type {tool.name} = ({arguments}) => any;\n")
    return "\n".join([*lines, "} // namespace functions"])


def schema_text(schema: Any, indent: str = "") -> str:
    """The TypeScript type of a JSON schema.

    Anything that the notation cannot say (`$ref`, `anyOf`, a schema that is not an object) is `any`.
    Raises RecursionError for a schema nested some hundreds deep.
    """
    if not isinstance(schema, Mapping):
        return "any"
    variants = schema.get("oneOf")
    if _is_list(variants):
        return "".join(_top_level_variant(variant, indent) for variant in variants)
    kind = schema.get("type")
    if _is_list(kind):
        names = [("number" if name == "integer" else name) for name in kind if isinstance(name, str)]
        return " | ".join(names) if names else "any"
    if kind == "object":
        return _object(schema, indent)
    if kind == "string":
        choices = schema.get("enum")
        names = [f'"{value}"' for value in choices if isinstance(value, str)] if _is_list(choices) else []
        return " | ".join(names) if names else "string"
    if kind == "array":
        return f"{schema_text(schema['items'], indent)}[]" if "items" in schema else "Array<any>"
    return {"number": "number", "integer": "number", "boolean": "boolean"}.get(str(kind), "any")


def _object(schema: Mapping[str, Any], indent: str) -> str:
    out = [f"{indent}// {text}\n" for text in _texts(schema, "description")]
    out.append("{\n")
    properties = schema.get("properties")
    listed = schema.get("required")
    required = listed if _is_list(listed) else ()
    for key, value in properties.items() if isinstance(properties, Mapping) else ():
        mark = "" if key in required else "?"
        value = value if isinstance(value, Mapping) else {}
        out += [f"{indent}// {title}\n{indent}//\n" for title in _texts(value, "title")]
        if "oneOf" not in value:
            out += [f"{indent}// {text}\n" for text in _texts(value, "description")]
        out.append(_examples(value, indent))
        if _is_list(value.get("oneOf")):
            out.append(_one_of_property(f"{key}{mark}", value, indent))
            continue
        out.append(f"{indent}{key}{mark}: {_nullable(value, indent + '    ')},")
        if "oneOf" not in value:
            out += [f" // default: {text}" for text in _default(value)]
        out.append("\n")
    return "".join([*out, indent, "}"])


def _one_of_property(name: str, schema: Mapping[str, Any], indent: str) -> str:
    """A property that is one of several types: its comments, its name, then a line for each variant."""
    variants = schema["oneOf"]
    description = next(_texts(schema, "description"), None)
    first = next(_texts(variants[0], "description"), None) if variants else None
    # Said above the name unless the first variant says the same.
    above = description is not None and description != first
    out = [f"{indent}// {description}\n"] if above else []
    out += [f"{indent}// default: {text}\n" for text in _default(schema)]
    out.append(f"{indent}{name}:\n")
    for position, variant in enumerate(variants):
        comments = []
        if not (position == 0 and above):
            comments += [text for text in _texts(variant, "description") if text != description]
        comments += [f"default: {text}" for text in _default(variant)]
        out.append(f"{indent} | {_nullable(variant, indent + '   ')}{_trailing(comments)}\n")
    return "".join([*out, indent, ",\n"])


def _top_level_variant(variant: Any, indent: str) -> str:
    comments = list(_texts(variant, "description"))
    # Here, unlike elsewhere, the reference quotes the default of an enum too.
    comments += [f"default: {text}" for text in _default(variant, quote_enum=True)]
    return f"\n{indent} | {_nullable(variant, indent + '   ')}{_trailing(comments)}"


def _nullable(schema: Any, indent: str) -> str:
    text = schema_text(schema, indent)
    if isinstance(schema, Mapping) and schema.get("nullable") is True and "null" not in text:
        return f"{text} | null"
    return text


def _examples(schema: Mapping[str, Any], indent: str) -> str:
    examples = schema.get("examples")
    if not _is_list(examples) or not examples:
        return ""
    lines = [f'{indent}// - "{text}"\n' for text in examples if isinstance(text, str)]
    return "".join([f"{indent}// Examples:\n", *lines])


def _default(schema: Any, quote_enum: bool = False) -> list[str]:
    """The default as text, if there is one; the string default of an enum has no quotes."""
    if not isinstance(schema, Mapping) or "default" not in schema:
        return []
    default = schema["default"]
    if not isinstance(default, str):
        return [_json(default)]
    choices = schema.get("enum")
    is_enum = _is_list(choices) and bool(choices)
    if is_enum:
        return [_json(default) if quote_enum else default]
    return [f'"{default}"']


def _trailing(comments: Sequence[str]) -> str:
    return f" // {' '.join(comments)}" if comments else ""


def _texts(schema: Any, key: str) -> Iterator[str]:
    """Yield `schema[key]` if it is a string; nothing otherwise."""
    value = schema.get(key) if isinstance(schema, Mapping) else None
    if isinstance(value, str):
        yield value


def _is_list(value: Any) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, (list, tuple))


def _lines(text: str) -> list[str]:
    """Lines as Rust's `str::lines` counts them: no empty last one, `\\r\\n` is one break, `\\r` alone none."""
    lines = text.split("\n")
    last = lines.pop()
    return [line.removesuffix("\r") for line in lines] + ([last] if last else [])


def _json(value: Any) -> str:
    """Compact JSON as Rust's serde_json writes it, which differs from Python's in its floats."""
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_json(str(key))}:{_json(item)}" for key, item in value.items()) + "}"
    if _is_list(value):
        return "[" + ",".join(map(_json, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _float(value: float) -> str:
    if not math.isfinite(value):
        return "null"
    text = repr(value)
    if 1e-5 <= abs(value) < 1e-4:  # Python turns to exponents one decimal earlier
        digits, exponent = text.split("e")
        sign = "-" if value < 0 else ""
        return f"{sign}0.{'0' * (-int(exponent) - 1)}{digits.lstrip('-').replace('.', '')}"
    return text.replace("e+", "e").replace("e-0", "e-")
