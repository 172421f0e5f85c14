"""The tools a model may call, and what a call becomes.

A tool runs in this process, is fast, opens no connection, and answers with a JSON object. Whatever is
wrong with a call (no such tool, arguments that are not JSON or do not fit) goes back to the model as a
result, so that it can mend it; nothing of it reaches the user as a failure. `chat` runs the loop,
`tool_schema` checks arguments.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.logs import logger
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
            May raise `AppError`, whose sentence then is the result; anything else is a bug.
    """

    spec: ToolSpec
    run: Callable[[Mapping[str, Any]], Mapping[str, Any]]


class ToolRegistry:
    """The tools of one chat, by name.

    Attributes:
        specs: what the model is told, in the order given.
    """

    def __init__(self, tools: Iterable[Tool] = ()) -> None:
        self._tools = {tool.spec.name: tool for tool in tools}
        self.specs: tuple[ToolSpec, ...] = tuple(tool.spec for tool in self._tools.values())

    def answer(self, call: Message) -> Message:
        """Run what `call` asks for and return the tool's message; bad calls get an error as the result."""
        name = call.recipient or NAMESPACE.rstrip(".")
        return Message(
            role=Role.TOOL,
            content=json.dumps(self._result(name, call.content), ensure_ascii=False),
            channel=Channel.COMMENTARY,
            recipient="assistant",
            name=name,
        )

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


def current_date_tool(today: Callable[[], date]) -> Tool:
    """The tool that tells the date; `today` is the clock."""

    def run(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        day = today()
        # Not strftime: the weekday is for the model and must not follow the PC's language.
        return {"date": day.isoformat(), "weekday": _WEEKDAYS[day.weekday()]}

    return Tool(ToolSpec("get_current_date", "Today's date and weekday, from this PC's clock."), run)


def built_in_tools(today: Callable[[], date] = date.today) -> ToolRegistry:
    """The tools every chat offers."""
    return ToolRegistry([current_date_tool(today)])
