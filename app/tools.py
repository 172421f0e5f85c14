"""The tools a model may call, and what a call becomes.

A tool runs in this process, is fast, opens no connection, and answers with a JSON object. Whatever is
wrong with a call (no such tool, arguments that are not JSON or do not fit) goes back to the model as a
result, so that it can mend it; nothing of it reaches the user as a failure. `chat` runs the loop,
`tool_schema` checks arguments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app import calculator
from app.logs import logger
from app.policy import NO_POLICY, Policy
from app.tool_schema import mismatch
from models.errors import AppError
from runtime.conversation import Channel, Message, Role, ToolSpec

NAMESPACE = "functions."
_log = logger("tools")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool.

    Attributes:
        spec: as the model is told of it.
        run: takes the arguments, which fit `spec.parameters`; returns the result, which JSON can hold.
            May raise `AppError`, whose sentence then is the result; anything else is a bug. Called on a
            thread of its own.
        only_reads: whether it changes nothing anywhere. Text of a document or web page can make a model
            call a tool, so where such text is read, tools that do more are not run (`for_untrusted_text`).
    """

    spec: ToolSpec
    run: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    only_reads: bool = True


class ToolRegistry:
    """The tools of one chat, by name.

    Attributes:
        specs: what the model is told, in the order given.
    """

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools = {tool.spec.name: tool for tool in tools}
        self.specs: tuple[ToolSpec, ...] = tuple(tool.spec for tool in self._tools.values())

    def plus(self, *tools: Tool) -> ToolRegistry:
        """These tools and `tools`; a name there replaces the one here."""
        return ToolRegistry([*self._tools.values(), *tools])

    def for_untrusted_text(self) -> ToolRegistry:
        """Those of the tools that only read."""
        return ToolRegistry(tool for tool in self._tools.values() if tool.only_reads)

    def answer(self, call: Message) -> Message:
        """Run what `call` asks for and return the tool's message; bad calls get an error as the result."""
        return result_message(call, self._result(_called(call), call.content))

    def _result(self, name: str, text: str) -> Mapping[str, Any]:
        tool = self._tools.get(name.removeprefix(NAMESPACE))
        if tool is None:
            _log.info("a tool that does not exist was called")  # its name is the model's words
            known = ", ".join(NAMESPACE + known for known in self._tools) or "none"
            return {"error": f"There is no tool {name}. Tools: {known}."}
        try:
            # A tool without parameters is often called with nothing at all.
            arguments = json.loads(text) if text.strip() else {}
        except (ValueError, RecursionError):
            _log.info("%s: the arguments are not JSON", tool.spec.name)
            return {"error": "The arguments are not JSON."}
        if found := mismatch(arguments, {"type": "object", **(tool.spec.parameters or {})}):
            _log.info("%s: the arguments do not fit", tool.spec.name)
            return {"error": found}
        try:
            result = tool.run(arguments)
            _log.info("%s: ok", tool.spec.name)
            return result
        except AppError as error:
            _log.info("%s: %s", tool.spec.name, type(error).__name__)
            return {"error": error.user_text}


def result_message(call: Message, result: Mapping[str, Any]) -> Message:
    """The message that gives the model the result of `call`."""
    return Message(
        role=Role.TOOL,
        content=json.dumps(result, ensure_ascii=False),
        channel=Channel.COMMENTARY,
        recipient="assistant",
        name=_called(call),
    )


def _called(call: Message) -> str:
    return call.recipient or NAMESPACE.rstrip(".")


def current_date_tool(today: Callable[[], date]) -> Tool:
    """The tool that tells the date; `today` is the clock."""

    def run(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        day = today()
        # Not strftime: the weekday is for the model and must not follow the PC's language.
        return {"date": day.isoformat(), "weekday": _WEEKDAYS[day.weekday()]}

    return Tool(ToolSpec("get_current_date", "Today's date and weekday, from this PC's clock."), run)


def calculator_tool() -> Tool:
    """The tool that calculates."""
    return Tool(ToolSpec("calculate", calculator.DESCRIPTION, calculator.PARAMETERS), calculator.calculate)


def built_in_tools(
    today: Callable[[], date] = date.today,
    only: Collection[str] | None = None,
    *,
    policy: Policy = NO_POLICY,
) -> ToolRegistry:
    """The tools every chat offers; of them those that the model knows, if `only` names them.

    None where the organisation does not allow tools.
    """
    if not policy.may_use_tools:
        return ToolRegistry()
    tools = [current_date_tool(today), calculator_tool()]
    return ToolRegistry(tool for tool in tools if only is None or tool.spec.name in only)
