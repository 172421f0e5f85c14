"""`chorale summarize FILE…`: one summary of documents of any length, with pages and a statement of coverage.

The summary goes to standard output; with `--json`, progress and the summary as JSON lines. `--system` adds to
what the model is told, `--max-tokens` bounds the last summary.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from app.commands.answering import as_text, load
from app.commands.attaching import counter_of, read_files
from app.documents import unread_sentences, without_text
from app.foreground import iterate
from app.house import House
from app.model_hints import sampling_of
from app.terminal import Terminal
from models.errors import Cancelled, EngineError, InputError
from runtime.conversation import Effort
from runtime.documents.prompt import Placed
from runtime.documents.summarizer import Summarizer
from runtime.documents.summary_values import (
    StepRetried,
    Style,
    Summary,
    SummaryEnded,
    SummaryEvent,
    SummaryOptions,
    SummaryProgress,
    SummaryText,
)
from runtime.documents.values import Document
from runtime.events import StopReason


def run(options: argparse.Namespace, house: House) -> int:
    """Summarise, print, return 0. Raises `AppError`, `Cancelled` or `KeyboardInterrupt`."""
    terminal = house.terminal
    install = house.installs.resolve(options.model)
    documents = read_files(options.files, house)
    if not any(document.has_text for document in documents):
        raise InputError(without_text(documents[0]))
    placed = [Placed(f"D{number}", document) for number, document in enumerate(documents, 1)]
    engine = house.new_engine()
    try:
        ready = load(engine, install, options, house)
        sampling = sampling_of(
            install.folder, temperature=options.temperature, top_p=options.top_p, seed=options.seed
        )
        summarizer = Summarizer(engine, counter_of(install), ready.context_length, sampling=sampling)
        wanted = SummaryOptions(
            Style(options.style), as_text(options.reader), as_text(options.system or ""), options.max_tokens
        )
        effort = Effort(options.effort) if options.effort else Effort.MEDIUM
        ended: SummaryEnded | None = None
        for event in iterate(lambda: summarizer.run(placed, wanted, effort), summarizer.cancel):
            if isinstance(event, SummaryEnded):
                ended = event
            else:
                _show(event, terminal, as_json=options.json)
    finally:
        engine.close()
    terminal.clear_status()
    if ended is None or ended.reason is StopReason.CANCELLED:
        raise Cancelled
    if ended.summary is None:
        raise EngineError(ended.error or "The engine stopped with an error. Try again.")
    names = {each.id: each.document.name for each in placed}
    if options.json:
        terminal.json(_as_json(ended.summary, names, documents))
    else:
        _print(ended, names, documents, terminal)
    return 0


def _show(event: SummaryEvent, terminal: Terminal, *, as_json: bool) -> None:
    match event:
        case SummaryProgress(level, done, total, seconds_left):
            if as_json:
                stage = "parts" if level == 0 else f"level {level}"
                left = None if seconds_left is None else round(seconds_left, 1)
                terminal.json(
                    {"type": "progress", "stage": stage, "done": done, "total": total, "seconds_left": left}
                )
            left_text = "" if seconds_left is None else f", about {_duration(seconds_left)} left"
            what = "parts" if level == 0 else f"summaries of level {level}"
            terminal.status(f"Read {done:,} of {total:,} {what}{left_text}")
        case StepRetried(_, why):
            terminal.note(f"chorale: Trying again: {why}")
        case SummaryText():
            terminal.status("Writing the summary …")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "a minute"
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _print(
    ended: SummaryEnded, names: Mapping[str, str], documents: Sequence[Document], terminal: Terminal
) -> None:
    summary = ended.summary
    assert summary is not None
    terminal.line(summary.text)
    if len(names) > 1:
        terminal.line()
        for name, file in names.items():
            terminal.line(f"{name}: {file}")
    terminal.line()
    terminal.line(summary.coverage.sentence)
    if ended.reason is StopReason.LENGTH:
        terminal.note("chorale: The summary was cut: it had no room for more tokens. Try the style short.")
    for document in documents:
        for sentence in document.problems:
            terminal.note(f"chorale: {sentence}")


def _as_json(summary: Summary, names: Mapping[str, str], documents: Sequence[Document]) -> dict[str, Any]:
    citations = [
        {"file": names.get(citation.document), "page": citation.page, "shown": citation.was_shown}
        for citation in summary.citations
    ]
    coverage = summary.coverage
    return {
        "type": "summary",
        "text": summary.text,
        "citations": [entry for index, entry in enumerate(citations) if entry not in citations[:index]],
        "coverage": {
            "pages_read": coverage.pages_read,
            "pages_total": coverage.pages_total,
            "sentence": coverage.sentence,
            "unread": unread_sentences(documents),
        },
        "documents": names,
    }
