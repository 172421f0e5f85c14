"""`chorale ask TEXT`: one turn. The answer goes to standard output; with `--json`, everything said does.

Reasoning and tool calls are not the answer: without `--json`, they are not printed. With `--attach`, the
answer is about documents: what could not be read, and citations of pages that the model was not shown, are
said on standard error, or in the last JSON line (`unread`, `citations`).
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

from app.chat import ToolRan
from app.commands.answering import as_text, load, new_chat, show_progress
from app.commands.attaching import read_files, shelf_of
from app.documents import DocumentShelf, unread_sentences
from app.foreground import iterate
from app.house import House
from models.errors import AppError, Cancelled, EngineError
from runtime.conversation import Channel, Effort, Message
from runtime.events import LoadProgress, PromptProgress, StopReason, TextDelta, TurnEnded


def run(options: argparse.Namespace, house: House) -> int:
    """Ask, print, return 0. Raises `AppError`, `Cancelled` or `KeyboardInterrupt`."""
    end = _End()
    try:
        _ask(options, house, end)
    except AppError as error:
        end.reason, end.error = StopReason.ERROR, error.user_text
        raise
    except (Cancelled, KeyboardInterrupt):
        end.reason, end.error = StopReason.CANCELLED, None
        raise
    finally:
        if options.json:
            house.terminal.json(end.as_json())
    return 0


@dataclass(slots=True)
class _End:
    """What the last JSON line says: the rounds of the turn, added up. Seconds are wall time."""

    reason: StopReason = StopReason.ERROR
    error: str | None = "Chorale stopped unexpectedly."
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    load_seconds: float = 0.0
    prefill_seconds: float = 0.0
    decode_seconds: float = 0.0
    device: str | None = None
    shelf: DocumentShelf | None = None
    heard: tuple[Message, ...] = ()

    def add(self, event: TurnEnded) -> None:
        self.reason, self.error = event.reason, event.error
        self.prompt_tokens += event.usage.prompt_tokens
        self.completion_tokens += event.usage.completion_tokens
        self.cached_tokens += event.usage.cached_tokens
        self.prefill_seconds += event.prefill_seconds
        self.decode_seconds += event.decode_seconds

    def citations(self) -> list[dict[str, Any]]:
        """The pages that the answer names, each once."""
        if self.shelf is None:
            return []
        answer = "\n".join(message.content for message in self.heard if message.channel is Channel.FINAL)
        found = [
            {"file": self.shelf.file_of(citation), "page": citation.page, "shown": citation.was_shown}
            for citation in self.shelf.citations(answer)
        ]
        return [entry for index, entry in enumerate(found) if entry not in found[:index]]

    def wrong_citations(self) -> list[str]:
        return [
            f"The answer names page {entry['page']} of {entry['file'] or 'an unknown document'}, which the model "
            "was not shown."
            for entry in self.citations()
            if not entry["shown"]
        ]

    def as_json(self) -> dict[str, Any]:
        documents: dict[str, Any] = {}
        if self.shelf is not None:
            read = [each.placed.document for each in self.shelf.attached]
            documents = {"citations": self.citations(), "unread": unread_sentences(read)}
        return {
            "type": "end",
            "reason": self.reason.value,
            "usage": {
                "prompt_tokens": self.prompt_tokens,
                "completion_tokens": self.completion_tokens,
                "cached_tokens": self.cached_tokens,
            },
            "seconds": {
                "load": round(self.load_seconds, 3),
                "prefill": round(self.prefill_seconds, 3),
                "decode": round(self.decode_seconds, 3),
            },
            "device": self.device,
            "error": self.error,
            **documents,
        }


def _ask(options: argparse.Namespace, house: House, end: _End) -> None:
    terminal = house.terminal
    text = terminal.read_all().rstrip("\r\n") if options.text == "-" else as_text(options.text)
    install = house.installs.resolve(options.model)
    engine = house.new_engine()
    try:
        chat = new_chat(engine, install, options, house, Effort.MEDIUM)
        events = chat.send(text)  # before loading: an empty message need not wait for a model
        documents = read_files(options.attach or (), house)
        ready = load(engine, install, options, house)
        end.device, end.load_seconds = ready.device.id, ready.load_seconds
        if documents:
            end.shelf = shelf = shelf_of(documents, install, ready.context_length)
            chat.tools = chat.tools.for_untrusted_text().plus(*shelf.tools)
            events = chat.send(text, shelf.take_text())
            if not options.json:
                for sentence in unread_sentences(documents):
                    terminal.note(f"chorale: {sentence}")
        answer = _Answer(house, as_json=options.json)
        for event in iterate(lambda: events, chat.stop):
            match event:
                case LoadProgress() | PromptProgress():
                    show_progress(event, terminal)
                case TextDelta():
                    answer.print(event)
                case TurnEnded():
                    end.add(event)
                    end.heard += event.messages
                case ToolRan():
                    terminal.status(f"Ran {event.result.name}")
        answer.finish()
    finally:
        engine.close()
    if end.reason is StopReason.ERROR:
        raise EngineError(end.error or "The engine stopped with an error. Try again.")
    if end.reason is StopReason.CANCELLED:
        raise Cancelled
    if end.reason is StopReason.LENGTH and not options.json:
        answer.say_cut(end.completion_tokens)
    if not options.json:
        for sentence in end.wrong_citations():
            terminal.note(f"chorale: {sentence}")


class _Answer:
    """Prints deltas: as JSON, or the text of the answer alone."""

    def __init__(self, house: House, *, as_json: bool) -> None:
        self._terminal = house.terminal
        self._as_json = as_json
        self._printed: tuple[int, int] | None = None  # turn and message of the text printed last

    def print(self, event: TextDelta) -> None:
        if self._as_json:
            if event.text:
                channel = event.channel.value if event.channel else None
                self._terminal.json({"type": "text", "channel": channel, "text": event.text})
            return
        if event.channel not in (Channel.FINAL, None) or event.recipient is not None or not event.text:
            voice = event.channel.value if event.channel else "…"
            self._terminal.status("Thinking …" if event.channel is Channel.ANALYSIS else f"{voice} …")
            return
        message = (event.turn_id, event.message_index)
        if self._printed not in (None, message):
            self._terminal.line()
        self._printed = message
        self._terminal.write(event.text)

    def finish(self) -> None:
        if self._printed is not None:
            self._terminal.line()
        self._terminal.clear_status()

    def say_cut(self, tokens: int) -> None:
        where = "before the answer began" if self._printed is None else "there"
        self._terminal.note(f"chorale: Cut {where}, after {tokens:,} tokens. Raise --max-tokens for more.")
