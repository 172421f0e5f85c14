"""Tool calls of a model: good ones run, bad ones go back to it with a reason."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from app.tool_schema import mismatch
from app.tools import Tool, ToolRegistry, built_in_tools
from models.errors import InputError
from runtime.conversation import Channel, Message, Role, ToolSpec
from tests.fakes.engine import call

SEARCH = ToolSpec(
    "search",
    "Find text.",
    {
        "type": "object",
        "properties": {
            "query": {"type": "string"},
            "limit": {"type": "integer"},
            "kinds": {"type": "array", "items": {"enum": ["pdf", "docx"]}},
        },
        "required": ["query"],
        "additionalProperties": False,
    },
)


def search(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    if arguments["query"] == "broken":
        raise InputError("The index is being rebuilt. Try later.")
    return {"found": arguments["query"]}


TOOLS = ToolRegistry([Tool(SEARCH, search)])


def result_of(message: Message) -> Any:
    return json.loads(TOOLS.answer(message).content)


def test_the_date_comes_from_the_clock_with_an_english_weekday() -> None:
    tools = built_in_tools(lambda: date(2026, 11, 21))
    answer = tools.answer(call("get_current_date", "{}"))
    assert json.loads(answer.content) == {"date": "2026-11-21", "weekday": "Saturday"}
    assert answer.role is Role.TOOL
    assert answer.name == "functions.get_current_date"
    assert answer.channel is Channel.COMMENTARY
    assert [spec.name for spec in tools.specs] == ["get_current_date", "calculate"]


@pytest.mark.parametrize("arguments", ["", "  \n", "{}", '{"unasked": 1}'])
def test_a_tool_without_parameters_is_run_however_little_the_model_sends(arguments: str) -> None:
    tools = built_in_tools(lambda: date(2026, 1, 1))
    assert json.loads(tools.answer(call("get_current_date", arguments)).content)["date"] == "2026-01-01"


def test_arguments_that_fit_reach_the_tool() -> None:
    assert result_of(call("search", '{"query": "Übergabe", "limit": 3, "kinds": ["pdf"]}')) == {
        "found": "Übergabe"
    }


def test_umlauts_in_a_result_are_not_escaped_which_would_cost_tokens() -> None:
    assert "Übergabe" in TOOLS.answer(call("search", '{"query": "Übergabe"}')).content


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ("{query:", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('"query"', "must be of type object"),
        ("{}", "arguments.query is missing"),
        ('{"query": 7}', "arguments.query must be of type string"),
        ('{"query": "x", "limit": true}', "arguments.limit must be of type integer"),
        ('{"query": "x", "kinds": ["pdf", "exe"]}', "arguments.kinds[1] must be one of pdf, docx"),
        ('{"query": "x", "colour": 1}', "arguments.colour is not known"),
    ],
)
def test_arguments_that_do_not_fit_go_back_to_the_model_with_the_reason(arguments: str, reason: str) -> None:
    assert reason in result_of(call("search", arguments))["error"]


def test_a_call_of_an_unknown_tool_is_told_which_tools_there_are() -> None:
    assert result_of(call("python", "1+1")) == {
        "error": "There is no tool functions.python. Tools: functions.search."
    }


def test_a_call_that_names_nobody_gets_a_result_with_a_name_the_renderer_can_write() -> None:
    answer = TOOLS.answer(Message(Role.ASSISTANT, "{}", Channel.COMMENTARY))
    assert answer.name == "functions"
    assert "error" in json.loads(answer.content)


def test_a_tool_that_says_what_is_wrong_says_it_to_the_model() -> None:
    assert result_of(call("search", '{"query": "broken"}')) == {
        "error": "The index is being rebuilt. Try later."
    }


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        (3.0, {"type": "integer"}),
        (3, {"type": "number"}),
        (None, {"type": ["string", "null"]}),
        ([], {"type": "array", "items": {"type": "string"}}),
        ("x", {"type": "some future type"}),
        ("x", {"pattern": "not checked"}),
    ],
)
def test_values_that_fit_their_schema_are_let_through(value: Any, schema: Mapping[str, Any]) -> None:
    assert mismatch(value, schema) is None
