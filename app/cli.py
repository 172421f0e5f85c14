"""The command line: its words and options, and which module of `commands` does what.

Exit codes: 0 done, 1 failed, 2 usage, 3 refused by policy, 130 cancelled. A failure is one line on
standard error. Everything heavy is imported by the command that needs it, so that `--help` is instant.
Read next: `commands/ask.py`.
"""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import app
from app.history_options import add_history, add_replay
from app.models_options import add_models
from app.terminal import Terminal
from models.errors import AppError, Cancelled, PolicyError

if TYPE_CHECKING:
    from app.house import House

_LONGEST_DETAIL = 500  # characters
_MOST_THREADS = 1024  # as in `settings`, whose import `--help` need not wait for

DONE, FAILED, USAGE, REFUSED, CANCELLED = 0, 1, 2, 3, 130


def run(arguments: Sequence[str], terminal: Terminal, make_house: Callable[[Terminal], House]) -> int:
    """Carry out the command line `arguments`; the exit code."""
    parser = _parser()
    try:
        arguments, files = _without_files(arguments, parser.commands)
        options = parser.parse_args(arguments)
        if options.command == "ask" and options.text is None:
            _find_question(options)
    except _UsageError as error:
        terminal.error(str(error))
        return USAGE
    except SystemExit:  # --help, --version
        return DONE
    options.window_files = files
    try:
        return _command(options.command)(options, make_house(terminal))
    except AppError as error:
        detail = f" ({error.detail[:_LONGEST_DETAIL]})" if error.detail else ""
        terminal.error(error.user_text + detail)
        return REFUSED if isinstance(error, PolicyError) else FAILED
    except (Cancelled, KeyboardInterrupt):
        terminal.clear_status()
        return CANCELLED
    except BrokenPipeError:
        terminal.give_up()  # nobody reads on (`chorale … | head`), so nobody needs to be told
        return FAILED


def _command(name: str) -> Callable[[argparse.Namespace, House], int]:
    """The function that carries out a command; only its module is imported."""
    match name:
        case "window":
            from app.commands import window

            return window.run
        case "chat":
            from app.commands import chat

            return chat.run
        case "ask":
            from app.commands import ask

            return ask.run
        case "summarize":
            from app.commands import summarize

            return summarize.run
        case "harmony":
            from app.commands import harmony

            return harmony.run
        case "logits":
            from app.commands import logits

            return logits.run
        case "devices":
            from app.commands import devices

            return devices.run
        case "models":
            from app.commands import models

            return models.run
        case "history":
            from app.commands import history

            return history.run
        case "replay":
            from app.commands import replay

            return replay.run
        case "bench":
            from app.commands import bench

            return bench.run
        case "doctor":
            from app.commands import doctor

            return doctor.run
    raise ValueError(name)


def _without_files(arguments: Sequence[str], commands: Collection[str]) -> tuple[list[str], list[str]]:
    """The command line, and apart from it the files to open the window with: `chorale --demo report.pdf`.

    A word that is no command is a file if there is one of that name; so must be all words after it. Raises
    `_UsageError` for one that looks like a file and is not there.
    """
    arguments = list(arguments)
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        place += 2 if arguments[place] in ("--model", "--device", "--threads") else 1
    words = arguments[place:]
    if not words or words[0] in commands:
        return arguments, []
    missing = next((word for word in words if not Path(word).is_file()), None)
    if missing is None:
        return arguments[:place], words
    is_value = place > 0 and arguments[place - 1].startswith("-") and arguments[place - 1] != "--demo"
    if not is_value and (Path(missing).suffix or Path(missing).name != missing):
        raise _UsageError(f"There is no file {missing}. Check its name and folder.")
    return arguments, []


def _find_question(options: argparse.Namespace) -> None:
    """The question of `ask --attach FILE… "What is this?"`, where it was taken for a file."""
    files = options.attach or []
    last = files[-1] if len(files) > 1 else ""
    if not (" " in last or "?" in last) or Path(last).exists():
        hint = "Write the question first" if files else "Write a question"
        raise _UsageError(f'{hint}: chorale ask "What is this?"{" --attach FILE" if files else ""}.')
    options.text = files.pop()


class _UsageError(Exception):
    """The command line cannot be understood."""


class _Parser(argparse.ArgumentParser):
    """Attributes:
    commands: the words that are commands.
    """

    commands: Collection[str] = ()

    def error(self, message: str) -> NoReturn:
        """One line instead of argparse's two."""
        raise _UsageError(f"{message}. See: {self.prog} --help")


def _parser() -> _Parser:
    parser = _Parser(
        prog="chorale",
        description="Talk to OpenAI's gpt-oss on your own PC, offline, voice by voice. "
        "Without a command, opens the window; with files, attaches them.",
        allow_abbrev=False,
    )
    parser.set_defaults(command="window")
    parser.add_argument("--version", action="version", version=f"chorale {app.__version__}")
    parser.add_argument("--demo", action="store_true", help="open the window with the demo model")
    parser.add_argument("--model", dest="window_model", metavar="MODEL", help=_MODEL_HELP)
    parser.add_argument("--device", dest="window_device", type=_device, metavar="DEVICE", help=_DEVICE_HELP)
    parser.add_argument("--threads", dest="window_threads", type=_threads, metavar="N", help=_THREADS_HELP)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    parser.commands = commands.choices

    def command(name: str, text: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(
            name, help=text, description=text, allow_abbrev=False
        )
        added.set_defaults(command=name)
        return added

    chat = command("chat", "A conversation in the terminal, voices labelled.")
    _add_model(chat)
    _add_answer_options(chat)

    ask = command("ask", "One turn: the answer on standard output.")
    ask.add_argument("text", metavar="TEXT", nargs="?", help="what to ask; - reads it from standard input")
    _add_model(ask)
    _add_answer_options(ask)
    ask.add_argument(
        "--attach",
        nargs="+",
        action="extend",
        metavar="FILE",
        help="documents to ask about: PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, mail, web pages, text",
    )
    _add_json(ask)

    summarize = command("summarize", "A summary of documents, with the pages that each statement comes from.")
    summarize.add_argument("files", nargs="+", metavar="FILE", help="documents, read in this order")
    summarize.add_argument(
        "--style",
        choices=("short", "detailed", "key-points", "actions"),
        default="short",
        help="default: short",
    )
    summarize.add_argument("--reader", default="", metavar="WHO", help="for whom, for example: a nurse")
    _add_model(summarize)
    _add_answer_options(summarize)
    _add_json(summarize)

    harmony = command("harmony", "Conversations to token ids, and back.")
    verbs = harmony.add_subparsers(dest="verb", required=True, metavar="render|parse")
    render = verbs.add_parser("render", help="a conversation file to ids and text", allow_abbrev=False)
    parse = verbs.add_parser("parse", help="ids to messages", allow_abbrev=False)
    for verb in (render, parse):
        verb.add_argument("file", metavar="FILE", help="JSON; - is standard input")
        verb.add_argument("--model", metavar="MODEL", help="the model whose tokenizer it is; " + _MODEL_HELP)
    parse.add_argument(
        "--role",
        choices=("assistant", "none"),
        default="assistant",
        help="assistant (default): the ids continue <|start|>assistant; none: they start with <|start|>",
    )

    logits = command("logits", "Logits of every position, for checking numbers.")
    _add_model(logits)
    logits.add_argument("--ids", required=True, metavar="FILE", help="a JSON list of token ids; - reads it")
    logits.add_argument("--out", required=True, metavar="FILE.npy", help="f32 [ids, vocabulary]")
    logits.add_argument("--chunk", type=_positive, metavar="N", help="prefill N ids at a time")
    logits.add_argument("--step", type=_count, default=0, metavar="K", help="feed the last K ids one by one")
    logits.add_argument("--exact", action="store_true", help="bf16 matrices and float activations; slow")

    add_models(command("models", "The models on this PC: get, check, carry and remove them."))

    add_history(command("history", "The conversations that are kept: list, search, show, export, delete."))
    add_replay(command("replay", "Check an audit, run its answers again, and find the first difference."))

    _add_bench(command("bench", "How fast this PC runs a model: prompts, answers, loading, memory."))

    devices = command("devices", "Every processor found, and which models it can run.")
    choice = devices.add_mutually_exclusive_group()
    choice.add_argument("--test", action="store_true", help="test each GPU and NPU with the model, now")
    choice.add_argument(
        "--use", type=_device, metavar="DEVICE", help="from now on; auto, cpu, gpu, npu or dml:N"
    )
    devices.add_argument("--model", metavar="MODEL", help=f"the model to test with; {_MODEL_HELP}")
    _add_json(devices)
    _add_json(command("doctor", "What to tell whoever helps you: versions, devices, folders, network."))
    return parser


_MODEL_HELP = "demo, gpt-oss-20b, or a folder"
_DEVICE_HELP = "auto (default), cpu, gpu, npu or dml:N"
_THREADS_HELP = "threads of the CPU to use; default: as many as suit it"


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="MODEL", help=_MODEL_HELP)
    parser.add_argument("--device", type=_device, metavar="DEVICE", help=_DEVICE_HELP)
    parser.add_argument("--threads", type=_threads, metavar="N", help=_THREADS_HELP)


def _add_bench(parser: argparse.ArgumentParser) -> None:
    _add_model(parser)
    parser.add_argument("--prompt", type=_positive, default=512, metavar="N", help="tokens to read (512)")
    parser.add_argument("--decode", type=_positive, default=32, metavar="N", help="tokens to write (32)")
    parser.add_argument("--context", type=_count, default=0, metavar="N", help="also write after N tokens")
    parser.add_argument("--repeats", type=_positive, default=3, metavar="N", help="rounds (3)")
    parser.add_argument("--warm", action="store_true", help="leave out loading with the files not in memory")
    parser.add_argument("--vs", choices=("llama.cpp",), help="measure that program, too, if it is installed")
    parser.add_argument("--gguf", metavar="FILE", help="the same model for --vs llama.cpp")
    _add_json(parser)


def _add_answer_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--effort", choices=("low", "medium", "high"), help="how long to think")
    parser.add_argument("--system", metavar="TEXT", help="standing instructions")
    parser.add_argument("--max-tokens", type=_positive, metavar="N", help="end the answer after N tokens")
    parser.add_argument(
        "--temperature",
        type=_temperature,
        metavar="T",
        help="0 is greedy; default: the model's own, 1 for gpt-oss",
    )
    parser.add_argument("--top-p", type=_share, metavar="P", help="nucleus sampling; 1 is off")
    parser.add_argument("--seed", type=_count, metavar="N", help="the same seed draws the same answer")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")


def _device(text: str) -> str:
    if not re.fullmatch(r"auto|cpu|gpu|npu|dml:\d{1,2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a device: give auto, cpu, gpu, npu or dml:N")
    return text


def _threads(text: str) -> int:
    if not 1 <= _count(text) <= _MOST_THREADS:
        raise argparse.ArgumentTypeError(f"{text} is not a number of threads: give 1 to {_MOST_THREADS}")
    return int(text)


def _positive(text: str) -> int:
    if _count(text) == 0:
        raise argparse.ArgumentTypeError("0 is too small: give 1 or more")
    return int(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 on")
    return int(text)


def _temperature(text: str) -> float:
    return _number(text, "0 or more", lambda value: value >= 0)


def _share(text: str) -> float:
    return _number(text, "more than 0, at most 1", lambda value: 0 < value <= 1)


def _number(text: str, allowed: str, fits: Callable[[float], bool]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or not fits(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of {allowed}")
    return value
