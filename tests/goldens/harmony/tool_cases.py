"""What the Harmony goldens about tools are made from: JSON schemas of all kinds, some of them broken."""

from __future__ import annotations

from tests.goldens.harmony.cases import GET_DATE, SEARCH, Json, RenderCase, conversation, schema, user


def offered(
    name: str, about: str, parameters: Json | None, description: str = "Does one thing."
) -> RenderCase:
    """A case that is about one tool's parameters."""
    tool: Json = {"name": "do_it", "description": description}
    if parameters is not None:
        tool["parameters"] = parameters
    return RenderCase(name, about, conversation(user("Do it."), tools=[tool]))


TOOLS = [
    RenderCase(
        "two_tools_and_instructions",
        "several tools after instructions",
        conversation(user("Hi"), instructions="Use tools.", tools=[GET_DATE, SEARCH, GET_DATE]),
    ),
    offered("tool_without_description", "no comment line", None, description=""),
    offered("tool_description_lines", "a description of several lines", None, "One.\n\nTwo.\r\n Three.\r\n"),
    offered("no_parameters", "a tool without arguments", None),
    offered(
        "no_properties",
        "an object without properties; the page wants `() => any` for a function without arguments, which "
        "the library, and so we, take to mean one without a schema",
        {"type": "object", "properties": {}},
    ),
    offered("object_alone", "an object that says nothing else", {"type": "object"}),
    offered("empty_schema", "a schema that says nothing", {}),
    offered(
        "scalars",
        "every scalar type, and one unknown",
        schema(
            "s", "b", s={"type": "string"}, n={"type": "number"}, i={"type": "integer"}, b={"type": "boolean"}
        )
        | {
            "properties": {k: {"type": k} for k in ("string", "number", "integer", "boolean", "null", "date")}
        },
    ),
    offered(
        "comments",
        "title, description and examples of a property, and of the object",
        {
            "type": "object",
            "description": "What to do",
            "title": "Arguments",
            "properties": {
                "place": {
                    "type": "string",
                    "title": "Place",
                    "description": "City, and\ncountry",
                    "examples": ["Oslo", 5, 'the "Hague"'],
                },
                "when": {"type": "string", "description": "", "examples": []},
                "how": {"type": "integer", "examples": [1, 2]},
            },
            "required": ["place"],
        },
    ),
    offered(
        "defaults",
        "defaults of all kinds",
        schema(
            s={"type": "string", "default": "noon"},
            quoted={"type": "string", "default": 'a "b" \\ \n c'},
            empty={"type": "string", "default": ""},
            i={"type": "integer", "default": -3},
            yes={"type": "boolean", "default": True},
            list={"type": "array", "items": {"type": "number"}, "default": [1, 2.5, "x", None]},
            object={"type": "object", "default": {"b": 1, "a": {"c": "é\u0001\u007f"}}},
            enum={"type": "string", "enum": ["a", "b"], "default": "a"},
            number_enum={"type": "number", "enum": [1, 2], "default": 2},
        ),
    ),
    offered(
        "float_defaults",
        "how numbers are written",
        schema(
            **{
                f"n{i}": {"type": "number", "default": value}
                for i, value in enumerate(
                    # No more digits than every reader of decimals gets right.
                    (
                        1.0,
                        0.1,
                        -2.5,
                        1e15,
                        1e16,
                        1e17,
                        1.5e300,
                        1e-4,
                        1e-5,
                        1.5e-5,
                        -1.25e-5,
                        1e-6,
                        2.5e-7,
                        1e-10,
                    )
                )
            },
            zero={"type": "number", "default": 0.0},
            minus_zero={"type": "number", "default": -0.0},
            large={"type": "integer", "default": 9007199254740993},
        ),
    ),
    offered(
        "enums",
        "enums of strings, of other things, of both, and none",
        schema(
            a={"type": "string", "enum": ["x", "y z", 'q"r']},
            b={"type": "string", "enum": [1, 2]},
            c={"type": "string", "enum": ["x", 1, None]},
            d={"type": "string", "enum": []},
            e={"type": "integer", "enum": [1, 2]},
            f={"enum": ["x", "y"]},
        ),
    ),
    offered(
        "unions",
        "several types for one property",
        schema(
            "a",
            a={"type": ["string", "null"]},
            b={
                "type": ["integer", "number", "array", "object"],
                "description": "Any of them",
                "default": None,
            },
            c={"type": []},
            d={"type": ["string", 5]},
            e={"anyOf": [{"type": "string"}, {"type": "number"}], "description": "Not said"},
            f={"allOf": []},
            g={"$ref": "#/x"},
            h={"const": 3},
        ),
    ),
    offered(
        "nullable",
        "nullable properties",
        schema(
            "a",
            a={"type": "string", "nullable": True},
            b={"type": ["string", "null"], "nullable": True},
            c={"type": "integer", "nullable": False},
            d={"type": "array", "items": {"type": "string", "nullable": True}, "nullable": True},
            e={"type": "string", "enum": ["null"], "nullable": True},
        ),
    ),
    offered(
        "arrays",
        "arrays of all kinds",
        schema(
            a={"type": "array"},
            b={"type": "array", "items": {"type": "integer"}, "description": "Whole numbers", "minItems": 1},
            c={"type": "array", "items": {"type": "array", "items": {"type": "string", "enum": ["x", "y"]}}},
            d={"type": "array", "items": schema("k", k={"type": "string", "description": "The key"})},
            e={"type": "array", "items": {}},
            f={"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "number"}]}},
        ),
    ),
    offered(
        "nested_objects",
        "objects in objects",
        schema(
            "outer",
            outer=schema(
                "inner",
                inner=schema(leaf={"type": "string", "default": "x", "title": "Leaf", "examples": ["y"]})
                | {"description": "Inside"},
                other={"type": "boolean"},
            )
            | {"description": "Outside"},
            free={"type": "object", "additionalProperties": {"type": "string"}},
        ),
    ),
    offered(
        "one_of",
        "a property that is one of several types",
        schema(
            "a",
            a={"oneOf": [{"type": "string"}, {"type": "number", "description": "as a number"}]},
            b={
                "description": "How many",
                "title": "Count",
                "default": 20,
                "examples": ["7"],
                "oneOf": [
                    {"type": "string", "default": "many", "description": "in words"},
                    {"type": "integer", "default": 3, "description": "How many"},
                    {"type": "string", "enum": ["all", "none"], "default": "all", "nullable": True},
                ],
            },
            c={"description": "Same", "default": "s", "oneOf": [{"type": "string", "description": "Same"}]},
            d={"enum": ["x"], "default": "x", "oneOf": []},
            e={"oneOf": [schema(k={"type": "string"}), {"type": "array", "items": {"type": "string"}}]},
            f={"description": "Strange", "oneOf": "string", "type": "string", "default": "x"},
        ),
    ),
    offered(
        "one_of_at_the_top",
        "parameters that are one of several objects",
        {
            "oneOf": [
                schema("id", id={"type": "integer"}) | {"description": "By number"},
                {"type": "string", "enum": ["a"], "default": "a", "nullable": True},
                {"type": "string", "default": "b"},
                {"oneOf": [{"type": "number", "default": 1}]},
            ]
        },
    ),
    offered(
        "malformed",
        "schemas that are not quite schemas",
        {
            "type": "object",
            "properties": {
                "a": True,
                "b": "string",
                "c": None,
                "d": {"type": "string", "description": 5, "title": [], "examples": "x", "enum": "y"},
                "e": {"type": "object", "properties": [], "required": "e"},
                "f": {"type": "array", "items": "string"},
                "ключ с пробелом": {"type": 7},
            },
            "required": [5, "a", None],
        },
    ),
    offered(
        "parameters_of_one_type",
        "parameters that are no object",
        {"type": "string", "description": "Why not"},
    ),
]
