"""Running a tool that the model calls: limited in time, and stopped when the answer is."""

from __future__ import annotations

import threading
import time

from app.tools import ToolRegistry, result_message
from runtime.conversation import Message

TOOL_SECONDS = 30.0  # a tool that takes longer is not waited for
_LOOK_UP_S = 0.05  # how soon a stop is noticed while a tool runs
_GRACE_S = 0.2  # for a tool to end by itself after a stop


def run_tool(tools: ToolRegistry, call: Message, stopping: threading.Event, seconds: float) -> Message | None:
    """The result of a call; None if it was stopped. A tool that hangs is left behind on its thread."""
    results: list[Message] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(tools.answer(call))
        except BaseException as error:  # raised again below
            errors.append(error)

    thread = threading.Thread(target=work, name="chorale-tool", daemon=True)
    thread.start()
    deadline = time.monotonic() + seconds
    while thread.is_alive() and not stopping.is_set():
        if time.monotonic() > deadline:
            return result_message(call, {"error": f"The tool took more than {seconds:g} seconds."})
        thread.join(_LOOK_UP_S)
    thread.join(_GRACE_S)  # the result of a tool that was about to end is worth keeping
    if errors:
        raise errors[0]
    return results[0] if results else None
