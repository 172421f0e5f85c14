"""What goes on with a model, and what came of it, in words. Shown by `ui.models.work_view` and `ui.models.work_bar`."""

from __future__ import annotations

from models.progress import DownloadProgress, Stage
from runtime.events import LoadProgress
from ui.models.models_controller import Kind, Outcome, Running
from ui.words import about, left, number, rate, size, tr

# Bits a second of lines that people have; for an honest range before anything was measured.
SLOW_LINE, USUAL_LINE, FAST_LINE = 16e6, 100e6, 500e6


def headline(running: Running, title: str) -> str:
    """What is done, with what: `Downloading gpt-oss-20b`."""
    if running.is_paused:
        return tr("Paused: {name}").format(name=title)
    if isinstance(running.progress, LoadProgress):
        is_test = running.progress.stage == "testing"
        words = (
            tr("Testing once that this PC computes {name} correctly") if is_test else tr("Preparing {name}")
        )
        return words.format(name=title)
    stage = running.progress.stage if running.progress else None
    if stage is Stage.WAITING:
        return tr("Waiting: another Chorale is at work on {name}").format(name=title)
    words = {
        Kind.DOWNLOAD: tr("Downloading {name}"),
        Kind.BRING: tr("Copying the model from {name}"),
        Kind.CHECK: tr("Checking every byte of {name}"),
        Kind.REMOVE: tr("Removing {name}"),
        Kind.MOVE: tr("Moving models to {name}"),
    }[running.kind]
    if running.kind is Kind.DOWNLOAD and stage is Stage.LOOKING:
        words = tr("Asking for the files of {name}")
    if running.kind is Kind.DOWNLOAD and stage is Stage.CHECKING:
        words = tr("Checking what is here of {name}")
    return words.format(name=title)


def figures(running: Running) -> str:
    """How far it is: `3.2 GB of 13.8 GB · 24.1 MB/s · about 7 min left`."""
    progress = running.progress
    if progress is None:
        return ""
    if isinstance(progress, LoadProgress):
        return tr("It is all here; this is done once.")
    parts = []
    if progress.total:
        amount = tr("{done} of {total}")
        parts.append(amount.format(done=size(progress.done), total=size(progress.total)))
    if running.is_paused:
        return " · ".join([*parts, tr("what is here is kept")])
    if progress.bytes_per_second:
        parts.append(rate(progress.bytes_per_second))
    if progress.seconds_left is not None and progress.done != progress.total:
        parts.append(left(progress.seconds_left))
    return " · ".join(parts)


def part(progress: DownloadProgress | LoadProgress | None) -> float | None:
    """How much of it is done, 0 to 1; None if nobody knows."""
    if progress is None or not progress.total or progress.done is None:
        return None
    return min(1.0, progress.done / progress.total)


def good_news(outcome: Outcome) -> str:
    """What was done, in one sentence; empty if it went wrong."""
    if outcome.sentence:
        return ""
    if outcome.checked is not None:
        if outcome.checked.damaged:
            return ""
        return tr("Checked just now: every byte is as it was published.")
    if outcome.done is None:
        return ""
    if outcome.kind is Kind.REMOVE:
        return tr("{name} is removed. {size} are free again.").format(
            name=outcome.model, size=size(outcome.done.freed)
        )
    if outcome.kind is Kind.MOVE:
        return tr("Models are kept in {folder} from now on.").format(folder=outcome.what)
    if outcome.done.is_tested:
        words = tr("{name} is ready. Every byte was checked, and this PC computes it correctly.")
    else:
        words = tr("{name} is ready. Every byte was checked.")
    return words.format(name=outcome.model)


def bad_news(outcome: Outcome) -> tuple[str, str]:
    """What went wrong and what to do, and the technical part; empty if it went well."""
    checked = outcome.checked
    if checked is None or not checked.damaged:
        return outcome.sentence, outcome.detail
    if not checked.size:
        return tr(
            "{name} is not complete. Repair checks every byte that is here, and downloads the rest."
        ).format(name=outcome.model), ""
    count = len(checked.damaged)
    if count == 1:
        words = tr("{file} of {name} is not as it was published. Repair downloads it again: {size}.")
        sentence = words.format(file=checked.damaged[0], name=outcome.model, size=size(checked.size))
    else:
        words = tr(
            "{count} files of {name} are not as they were published. Repair downloads them again: {size}."
        )
        sentence = words.format(count=number(count), name=outcome.model, size=size(checked.size))
    return sentence, "\n".join(checked.damaged)


def line_times(count: int) -> str:
    """How long that many bytes take, before anything was measured."""
    words = tr("about {usual} on a line of 100 Mbit/s ({fast} at 500, {slow} at 16)")
    return words.format(
        usual=about(8 * count / USUAL_LINE),
        fast=about(8 * count / FAST_LINE),
        slow=about(8 * count / SLOW_LINE),
    )
