"""`chorale chat`: a conversation in the terminal, every voice labelled.

Ctrl+C stops an answer; Ctrl+C again, or Ctrl+D, leaves. From a pipe, each line is a message.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from app.chat import Chat, ChatEvent, ToolRan
from app.commands.answering import load, new_chat, show_progress
from app.foreground import iterate
from app.house import House
from app.terminal import Terminal
from models.errors import AppError, EngineError, InputError
from runtime.conversation import Channel, Effort
from runtime.events import LoadProgress, PromptProgress, StopReason, TextDelta, TurnEnded

_HELP = """\
/retry          ask the last question again
/continue       complete an answer that was cut or stopped
/new            a new conversation
/effort LEVEL   think this long: low, medium or high
/quit           leave (as Ctrl+D does)"""


def run(options: argparse.Namespace, house: House) -> int:
    """Talk until the input ends; 1 if that came from a pipe and an answer failed, else 0.

    Raises `AppError` if the model cannot be loaded, `KeyboardInterrupt` for Ctrl+C at the prompt.
    """
    terminal = house.terminal
    for problem in house.settings.problems:
        terminal.error(problem)
    install = house.installs.resolve(options.model)
    engine = house.new_engine()
    failed = False
    try:
        ready = load(engine, install, options, house)
        terminal.line(f"{ready.model_name} on {ready.device.name}, kernel {ready.kernel}.", dim=True)
        if terminal.is_interactive:
            terminal.line("Ctrl+C stops an answer, Ctrl+D leaves, /help says more.", dim=True)
        chat = new_chat(engine, install, options, house, house.settings.effort)
        while (text := terminal.ask("\nyou: ")) is not None:
            if text.strip() == "/quit":
                break
            if not text.strip():
                continue
            try:
                _take(text, chat, terminal)
            except AppError as error:
                failed = True
                terminal.error(error.user_text)
    finally:
        engine.close()
    return 1 if failed and not terminal.is_interactive else 0


def _take(text: str, chat: Chat, terminal: Terminal) -> None:
    """Carry out a line: one of the commands exactly, else a message (`/etc/hosts is …` is one)."""
    match text.split():
        case ["/help"]:
            terminal.line(_HELP)
        case ["/new"]:
            chat.clear()
            terminal.line("A new conversation.", dim=True)
        case ["/effort", level]:
            if level not in tuple(Effort):
                raise InputError(f"There is no effort {level}. Give low, medium or high.")
            chat.effort = Effort(level)
        case ["/continue"]:
            _answer(chat.go_on(), chat, terminal)
        case ["/retry"]:
            _answer(chat.retry(), chat, terminal)
        case _:
            _answer(chat.send(text), chat, terminal)


def _answer(events: Iterator[ChatEvent], chat: Chat, terminal: Terminal) -> None:
    """Print an answer as it comes. Raises `AppError` if it ends with one."""
    voices = VoicePrinter(terminal)
    ended: TurnEnded | None = None
    try:
        for event in iterate(lambda: events, chat.stop):
            match event:
                case LoadProgress() | PromptProgress():
                    show_progress(event, terminal)
                case TextDelta():
                    voices.print(event)
                case ToolRan():
                    voices.print_result(event)
                case TurnEnded():
                    ended = event
    finally:
        voices.end()
    if ended is not None:
        _say_end(ended, terminal)


def _say_end(event: TurnEnded, terminal: Terminal) -> None:
    """Say how the answer ended, unless it just did. Raises `EngineError` if it failed."""
    match event.reason:
        case StopReason.ERROR:
            raise EngineError(event.error or "The engine stopped with an error. Try again.")
        case StopReason.CANCELLED:
            terminal.line("(stopped)", dim=True)
        case StopReason.LENGTH:
            terminal.line("(cut: no room for more tokens)", dim=True)
    if terminal.is_interactive and event.decode_seconds > 0:
        tokens = event.usage.completion_tokens
        speed = tokens / event.decode_seconds
        terminal.line(f"({tokens:,} tokens, {speed:.1f} tokens/s)", dim=True)


class VoicePrinter:
    """Writes an answer with a label before each message: which voice speaks, or which tool is called.

    Raw reasoning is dim and called what it is: it is not meant as an answer.
    """

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._message: tuple[int, int] | None = None

    def print(self, event: TextDelta) -> None:
        dim = event.channel in (Channel.ANALYSIS, Channel.COMMENTARY)
        if self._message != (event.turn_id, event.message_index):
            self.end()
            self._message = (event.turn_id, event.message_index)
            self._terminal.write(_label(event), dim=dim, bold=not dim)
        self._terminal.write(event.text, dim=dim)

    def print_result(self, event: ToolRan) -> None:
        self.end()
        self._terminal.line(f"commentary, result of {event.result.name}: {event.result.content}", dim=True)

    def end(self) -> None:
        """End the line of the message that was written last."""
        if self._message is not None:
            self._message = None
            self._terminal.line()


def _label(event: TextDelta) -> str:
    voice = event.channel.value if event.channel else "no voice"
    if event.channel is Channel.ANALYSIS:
        voice += " (raw reasoning)"
    if event.recipient is not None:
        voice += f", calls {event.recipient}"
    return f"{voice}: "
