"""What goes on with a model, in words: sizes, speeds, how long it will take, and what came of it."""

from __future__ import annotations

import pytest

from app.shelf import Checked, Done
from models.progress import DownloadProgress, Stage
from runtime.events import LoadProgress
from tests.fakes.shelf import at
from ui.models.models_controller import Kind, Outcome, Running
from ui.models.work_words import bad_news, figures, good_news, headline, line_times, part
from ui.words import about, breakable, left, rate, size

NAME = "gpt-oss-20b"


def test_sizes_are_written_as_disks_are_sold() -> None:
    assert [size(count) for count in (13_760_000_000, 65_250_000_000, 212_000_000_000)] == [
        "13.8 GB",
        "65.2 GB",
        "212 GB",
    ]
    assert [size(count) for count in (999_600_000, 940_000_000, 9_400_000, 100_000, 1_806, 1, 0)] == [
        "1.0 GB",
        "940 MB",
        "9.4 MB",
        "0.1 MB",
        "2 kB",
        "1 kB",
        "0 kB",
    ]
    assert (rate(24_100_000), rate(1_200_000_000)) == ("24.1 MB/s", "1.2 GB/s")


def test_times_are_as_exact_as_one_can_know() -> None:
    seconds = (5, 40, 430, 3_590, 3_600, 4_900, 17_000, 20_000, 200_000)
    assert [about(each) for each in seconds] == [
        "less than a minute",
        "1 min",
        "7 min",
        "1 h",
        "1 h",
        "1 h 20 min",
        "4 h 45 min",
        "6 h",
        "56 h",
    ]


def test_the_last_minute_is_not_told_as_about_less_than_one() -> None:
    assert (left(20), left(430)) == ("less than a minute left", "about 7 min left")


def test_before_anything_is_measured_a_range_of_lines_is_told() -> None:
    assert (
        line_times(13_760_000_000) == "about 18 min on a line of 100 Mbit/s (4 min at 500, 1 h 55 min at 16)"
    )


def test_a_path_may_be_broken_behind_its_separators() -> None:
    assert breakable("/data/ada") == "/\u200bdata/\u200bada"
    assert breakable("C:\\Users") == "C:\\\u200bUsers"


@pytest.mark.parametrize(
    ("running", "words"),
    [
        (Running(Kind.DOWNLOAD, NAME), "Downloading gpt-oss-20b"),
        (Running(Kind.DOWNLOAD, NAME, at(0, stage=Stage.LOOKING)), "Asking for the files of gpt-oss-20b"),
        (Running(Kind.DOWNLOAD, NAME, at(1, stage=Stage.CHECKING)), "Checking what is here of gpt-oss-20b"),
        (
            Running(Kind.DOWNLOAD, NAME, at(0, stage=Stage.WAITING)),
            "Waiting: another Chorale is at work on gpt-oss-20b",
        ),
        (Running(Kind.DOWNLOAD, NAME, at(0.5), is_paused=True), "Paused: gpt-oss-20b"),
        (Running(Kind.DOWNLOAD, NAME, LoadProgress("preparing", 1, 24)), "Preparing gpt-oss-20b"),
        (
            Running(Kind.DOWNLOAD, NAME, LoadProgress("testing")),
            "Testing once that this PC computes gpt-oss-20b correctly",
        ),
        (Running(Kind.CHECK, NAME), "Checking every byte of gpt-oss-20b"),
        (Running(Kind.REMOVE, NAME), "Removing gpt-oss-20b"),
        (Running(Kind.MOVE, "/data"), "Moving models to /data"),
    ],
)
def test_what_goes_on_is_said_in_a_few_words(running: Running, words: str) -> None:
    assert headline(running, running.what) == words


def test_what_is_not_known_is_left_out() -> None:
    assert figures(Running(Kind.DOWNLOAD, NAME)) == ""
    assert figures(Running(Kind.DOWNLOAD, NAME, DownloadProgress(Stage.LOOKING, 0, None))) == ""
    assert figures(Running(Kind.DOWNLOAD, NAME, at(0.5, speed=None))) == "6.9 GB of 13.8 GB"
    assert part(None) is None
    assert part(DownloadProgress(Stage.LOOKING, 0, None)) is None
    assert part(at(0.25)) == 0.25


def test_making_a_model_ready_cannot_be_paused_and_says_that_all_of_it_is_here() -> None:
    running = Running(Kind.DOWNLOAD, NAME, LoadProgress("preparing", 6, 24))
    assert not running.can_pause
    assert figures(running).startswith("It is all here;")
    assert part(running.progress) == 0.25
    assert part(LoadProgress("testing")) is None
    assert Running(Kind.DOWNLOAD, NAME, at(0.5)).can_pause
    assert not Running(Kind.REMOVE, NAME).can_pause


def test_at_its_end_no_time_is_left_to_tell() -> None:
    assert "left" not in figures(Running(Kind.DOWNLOAD, NAME, at(1.0)))


def test_news_are_good_or_bad_and_never_both() -> None:
    outcomes = [
        Outcome(Kind.DOWNLOAD, NAME, done=Done(NAME, 1)),
        Outcome(Kind.DOWNLOAD, NAME, done=Done(NAME, 1, is_tested=True)),
        Outcome(Kind.DOWNLOAD, NAME, "The disk is full.", "ENOSPC"),
        Outcome(Kind.CHECK, NAME, checked=Checked((), 0)),
        Outcome(Kind.CHECK, NAME, checked=Checked(("a", "b"), 9_000_000_000)),
        Outcome(Kind.CHECK, NAME, checked=Checked((NAME,), 0)),
        Outcome(Kind.REMOVE, NAME, done=Done(NAME, freed=15_000_000_000)),
        Outcome(Kind.MOVE, "/data", done=Done("")),
        Outcome(Kind.BRING, "/media/stick", done=Done(NAME, 1)),
    ]
    said = [good_news(outcome) or bad_news(outcome)[0] for outcome in outcomes]
    assert said == [
        "gpt-oss-20b is ready. Every byte was checked.",
        "gpt-oss-20b is ready. Every byte was checked, and this PC computes it correctly.",
        "The disk is full.",
        "Checked just now: every byte is as it was published.",
        "2 files of gpt-oss-20b are not as they were published. Repair downloads them again: 9.0 GB.",
        "gpt-oss-20b is not complete. Repair checks every byte that is here, and downloads the rest.",
        "gpt-oss-20b is removed. 15.0 GB are free again.",
        "Models are kept in /data from now on.",
        "gpt-oss-20b is ready. Every byte was checked.",
    ]
    assert all(bool(good_news(outcome)) != bool(bad_news(outcome)[0]) for outcome in outcomes)
    assert bad_news(outcomes[4])[1] == "a\nb"
