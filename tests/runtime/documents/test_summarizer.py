"""Summaries in many levels with a scripted engine: coverage, citations, retries, pauses, cancelling, going on."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import EngineError, InputError
from runtime.conversation import Effort
from runtime.documents.prompt import Placed
from runtime.documents.summaries import NO_PAGE, finished, instructions, part_summary
from runtime.documents.summarizer import Summarizer
from runtime.documents.summary_values import (
    PartSummarised,
    StepRetried,
    Style,
    SummaryEnded,
    SummaryEvent,
    SummaryOptions,
    SummaryPaused,
    SummaryProgress,
    SummaryText,
)
from runtime.documents.values import Document, PageState
from runtime.events import StopReason, TurnRequest
from tests.fakes.engine import PATIENCE_S, FakeEngine, ScriptedTurn, analysis, final, turn
from tests.support.documents.making import count_words, document, marker_pages

CONTEXT = 900
PADDING = " and so on" * 12  # long enough that one level of summaries does not fit one prompt
MARK = re.compile(r"<<<(D\d+) page (\d+)")


def request_text(request: TurnRequest) -> str:
    return request.conversation.messages[-1].content


def is_part(request: TurnRequest) -> bool:
    return "This is one part of a longer text" in request_text(request)


def honest(request: TurnRequest) -> ScriptedTurn:
    """Quotes the marker of the first and the last page of a part; keeps the first and last line of summaries."""
    text = request_text(request)
    pages = MARK.findall(text)
    if pages:
        found = re.findall(r"(marker\d+)", text)
        ends = [(pages[0], found[0]), (pages[-1], found[-1])]
        lines = [
            f"- It says {marker}{PADDING} [{name} p. {page}]" for (name, page), marker in dict.fromkeys(ends)
        ]
    else:
        lines = [line for line in text.splitlines() if line.startswith("- ")]
        lines = list(dict.fromkeys([lines[0], lines[-1]]))
    return turn(analysis("Hm."), final("\n".join(lines)))


def summarizer(
    reply: Callable[[TurnRequest], ScriptedTurn], **options: object
) -> tuple[Summarizer, FakeEngine]:
    engine = FakeEngine(reply)
    return Summarizer(engine, count_words, CONTEXT, **options), engine  # type: ignore[arg-type]


def run(made: Summarizer, *documents: Document, style: Style = Style.SHORT) -> list[SummaryEvent]:
    placed = [Placed(f"D{number}", each) for number, each in enumerate(documents, 1)]
    return list(made.run(placed, SummaryOptions(style)))


def ended(events: list[SummaryEvent]) -> SummaryEnded:
    (end,) = [event for event in events if isinstance(event, SummaryEnded)]
    assert events[-1] is end
    return end


BOOK = document("book.pdf", *marker_pages(300))


def test_every_page_of_300_is_in_exactly_one_part_prompt() -> None:
    made, engine = summarizer(honest)
    end = ended(run(made, BOOK))
    prompts = [request_text(request) for request in engine.requests if is_part(request)]
    for number in range(1, 301):
        assert [f"marker{number:04d}" in prompt for prompt in prompts].count(True) == 1
    assert end.summary is not None
    assert end.summary.coverage.sentence == "Read 300 of 300 pages."


def test_levels_are_added_until_one_prompt_holds_all_and_each_fits_the_context() -> None:
    made, engine = summarizer(honest)
    events = run(made, BOOK)
    levels = {event.level for event in events if isinstance(event, PartSummarised)}
    assert levels >= {0, 1, 2}
    for request in engine.requests:
        words = count_words(request_text(request)) + count_words(request.conversation.instructions or "")
        assert words + (request.max_tokens or 0) < CONTEXT
    assert {request.conversation.effort for request in engine.requests[:-1]} == {Effort.LOW}
    assert engine.requests[-1].conversation.effort is Effort.MEDIUM


def test_citations_lead_to_the_page_that_holds_the_quoted_words() -> None:
    made, _ = summarizer(honest)
    summary = ended(run(made, BOOK)).summary
    assert summary is not None and summary.citations
    for statement in summary.statements:
        (marker,) = re.findall(r"marker\d+", statement.text)
        (citation,) = statement.citations
        assert citation.was_shown
        assert marker in BOOK.pages[citation.page - 1].text


def test_a_text_that_fits_one_prompt_is_asked_for_once_with_the_effort_given() -> None:
    made, engine = summarizer(lambda request: turn(final("- All of it")))
    summary = ended(run(made, document("a.pdf", "marker0001 x", "marker0002 y"))).summary
    (request,) = engine.requests
    assert request.conversation.effort is Effort.MEDIUM
    assert summary is not None and summary.text == "- All of it [p. 1-2]"


def test_several_documents_are_told_apart_in_citations_and_coverage() -> None:
    made, _ = summarizer(honest)
    second = document("b.pdf", *marker_pages(9), PageState.PICTURES)
    summary = ended(run(made, BOOK, second)).summary
    assert summary is not None
    assert {citation.document for citation in summary.citations} == {"D1", "D2"}
    assert summary.coverage.sentence == "Read 309 of 310 pages; page 10 of b.pdf holds only pictures."


def test_the_coverage_sentence_names_what_was_not_read() -> None:
    pages = ["text"] * 214
    states: list[str | PageState] = [*pages]
    states[16] = states[89] = PageState.PICTURES
    states[4] = PageState.DAMAGED
    summary = finished("- x", [("D1", 1)], [Placed("D1", document("a.pdf", *states))], (), from_one_part=True)
    assert summary.coverage.sentence == (
        "Read 211 of 214 pages; page 5 could not be read; pages 17 and 90 hold only pictures."
    )


def test_a_page_that_was_not_in_the_part_is_no_source_and_does_not_spread() -> None:
    shown = [("D1", 3), ("D1", 4)]
    assert part_summary("- a [D1 p. 3]\n- b [D1 p. 77]\n- c\n## Head", shown).splitlines() == [
        "- a [D1 p. 3]",
        "- b [D1 p. 3-4]",
        "- c [D1 p. 3-4]",
        "## Head",
    ]


def test_in_the_last_summary_made_up_pages_and_missing_ones_are_marked() -> None:
    placed = [Placed("D1", document("a.pdf", "x", "y", "z"))]
    shown = [("D1", 1), ("D1", 2)]
    summary = finished("- a [D1 p. 2]\n- b [D1 p. 3]\n- c", shown, placed, (), from_one_part=False)
    assert summary.text.splitlines() == [
        "- a [p. 2]",
        "- b [p. 3] (not shown to the model)",
        f"- c {NO_PAGE}",
    ]
    assert [len(statement.citations) for statement in summary.statements] == [1, 1, 0]


def test_a_part_that_fails_twice_is_tried_again_and_loses_nothing() -> None:
    failures = iter([turn(crash="The engine stopped."), turn(analysis("Hm."))])

    def reply(request: TurnRequest) -> ScriptedTurn:
        if "marker0100" in request_text(request) and (failure := next(failures, None)):
            return failure
        return honest(request)

    made, _ = summarizer(reply)
    events = run(made, BOOK)
    assert [event.why for event in events if isinstance(event, StepRetried)] == [
        "The engine stopped.",
        "The model gave no answer.",
    ]
    summary = ended(events).summary
    assert summary is not None and summary.coverage.pages_read == 300


def test_a_part_that_always_fails_is_told_and_the_rest_is_summarised() -> None:
    def reply(request: TurnRequest) -> ScriptedTurn:
        if is_part(request) and "marker0100" in request_text(request):
            return turn(raises=EngineError("The engine stopped."))
        return honest(request)

    made, engine = summarizer(reply)
    summary = ended(run(made, BOOK)).summary
    assert summary is not None
    lost = next(request_text(r) for r in engine.requests if "marker0100" in request_text(r))
    first, last = MARK.findall(lost)[0][1], MARK.findall(lost)[-1][1]
    assert f"pages {first}-{last} could not be summarised" in summary.coverage.sentence


def test_an_engine_that_never_answers_ends_with_its_sentence() -> None:
    made, engine = summarizer(lambda request: turn(crash="The engine stopped."))
    end = ended(run(made, document("a.pdf", *marker_pages(30))))
    assert (end.reason, end.error, end.summary) == (StopReason.ERROR, "The engine stopped.", None)
    assert len(engine.requests) % 3 == 0


def run_until_it_holds(
    engine: FakeEngine, events: Iterator[SummaryEvent], then: Callable[[], object]
) -> list[SummaryEvent]:
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(list, events)
        assert engine.holding.wait(PATIENCE_S)
        then()
        return future.result(PATIENCE_S)


def holding_once(at: int) -> Callable[[TurnRequest], ScriptedTurn]:
    """Honest, but the request number `at` waits in its prefill the first time."""
    seen = 0

    def reply(request: TurnRequest) -> ScriptedTurn:
        nonlocal seen
        seen += 1
        answer = honest(request)
        return turn(*answer.messages, hold_in_prefill=True) if seen == at else answer

    return reply


def test_a_cancel_in_the_middle_ends_at_once_and_running_again_goes_on_from_there() -> None:
    memory: dict[str, str] = {}
    made, engine = summarizer(holding_once(5), memory=memory)
    placed = [Placed("D1", BOOK)]
    events = run_until_it_holds(engine, made.run(placed, SummaryOptions()), made.cancel)
    assert ended(events) == SummaryEnded(StopReason.CANCELLED)
    assert len(memory) == 4
    again, second = summarizer(honest, memory=memory)
    whole, fresh = summarizer(honest)
    assert ended(run(again, BOOK)).summary == ended(run(whole, BOOK)).summary
    assert len(second.requests) == len(fresh.requests) - 4


def test_a_pause_frees_the_engine_and_going_on_asks_the_same_again() -> None:
    made, engine = summarizer(holding_once(3))
    events: list[SummaryEvent] = []
    with ThreadPoolExecutor(1) as pool:

        def work() -> None:
            for event in made.run([Placed("D1", BOOK)], SummaryOptions()):
                events.append(event)
                if isinstance(event, SummaryPaused):
                    made.resume()

        future = pool.submit(work)
        assert engine.holding.wait(PATIENCE_S)
        made.pause()
        future.result(PATIENCE_S)
    assert sum(isinstance(event, SummaryPaused) for event in events) == 1
    assert request_text(engine.requests[2]) == request_text(engine.requests[3])
    summary = ended(events).summary
    assert summary is not None and summary.coverage.pages_read == 300


def test_a_cancel_while_paused_ends_it() -> None:
    made, engine = summarizer(honest)
    made.pause()
    events = made.run([Placed("D1", BOOK)], SummaryOptions())
    assert isinstance(next(events), SummaryProgress)
    assert isinstance(next(events), SummaryPaused)
    made.cancel()
    assert list(events) == [SummaryEnded(StopReason.CANCELLED)]
    assert engine.requests == []


def test_leaving_in_the_middle_frees_the_engine() -> None:
    made, engine = summarizer(honest)
    events = made.run([Placed("D1", document("a.pdf", "marker0001"))], SummaryOptions())
    assert isinstance(next(events), SummaryText)
    assert isinstance(events, Generator)
    events.close()
    assert engine.cancels == 1


def test_the_time_left_is_told_from_the_second_part_on_and_falls() -> None:
    ticks = iter(range(100_000))
    made, _ = summarizer(honest, clock=lambda: float(next(ticks)))
    left = [
        event.seconds_left
        for event in run(made, BOOK)
        if isinstance(event, SummaryProgress) and event.level == 0
    ]
    assert left[0] is None
    known = [seconds for seconds in left if seconds is not None]
    assert len(known) == len(left) - 1
    assert known[0] > known[len(known) // 2] > known[-1]


def test_a_cut_part_keeps_its_whole_lines() -> None:
    def reply(request: TurnRequest) -> ScriptedTurn:
        answer = honest(request)
        if is_part(request):
            return turn(final(answer.messages[-1].content + "\n- and then it br"), reason=StopReason.LENGTH)
        return answer

    made, engine = summarizer(reply)
    assert ended(run(made, BOOK)).summary is not None
    assert not any("then it br" in request_text(request) for request in engine.requests)


def test_every_style_asks_for_something_else_and_the_reader_cannot_add_lines() -> None:
    wishes = set()
    for style in Style:
        made, engine = summarizer(honest)
        list(made.run([Placed("D1", document("a.pdf", "marker0001"))], SummaryOptions(style)))
        wishes.add(request_text(engine.requests[0]))
    assert len(wishes) == len(Style)
    told = instructions(SummaryOptions(reader="a nurse\nObey"))
    assert told.endswith("Write for this reader: a nurse Obey.")


def test_nothing_to_read_and_too_small_a_context_are_refused_first() -> None:
    made, engine = summarizer(honest)
    with pytest.raises(InputError, match="no text"):
        run(made, document("a.pdf", PageState.PICTURES))
    small = Summarizer(engine, count_words, 200)
    with pytest.raises(InputError, match="too small"):
        run(small, BOOK)
    assert engine.requests == []
