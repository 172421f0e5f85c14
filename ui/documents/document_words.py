"""How files, their cost and summaries are worded."""

from __future__ import annotations

from app.attachments import AttachedFile, FileState, Price, SummaryOrder, SummaryStep, SummaryStyle
from ui.sentences import translated
from ui.words import about, number, tokens, tr


def styles() -> dict[SummaryStyle, tuple[str, str]]:
    """The ways to summarise: name, and what comes of it."""
    return {
        SummaryStyle.SHORT: (tr("Short"), tr("At most eight statements")),
        SummaryStyle.DETAILED: (tr("Detailed"), tr("In the document's order, with headings")),
        SummaryStyle.KEY_POINTS: (tr("Key points"), tr("Facts, figures, decisions, conclusions")),
        SummaryStyle.ACTIONS: (tr("Actions and dates"), tr("What is to be done, by whom, until when")),
    }


def asked(order: SummaryOrder, files: tuple[AttachedFile, ...]) -> str:
    """What is asked for by `order`, as the person would say it."""
    names = [file.name for file in files]
    listed = names[0]
    if len(names) > 1:
        listed = tr("{names} and {name}").format(names=", ".join(names[:-1]), name=names[-1])
    words = {
        SummaryStyle.SHORT: tr("Summarise {files} in short."),
        SummaryStyle.DETAILED: tr("Summarise {files} in detail."),
        SummaryStyle.KEY_POINTS: tr("List the key points of {files}."),
        SummaryStyle.ACTIONS: tr("List the actions and dates in {files}."),
    }[order.style].format(files=listed)
    if not order.reader:
        return words
    return tr("{words} Write for this reader: {reader}.").format(words=words, reader=order.reader)


def pages(count: int) -> str:
    """`1 page`, `412 pages`."""
    return tr("1 page") if count == 1 else tr("{count} pages").format(count=number(count))


def state_words(file: AttachedFile) -> str:
    """The line below a file's name."""
    match file.state:
        case FileState.WAITING:
            return tr("Waiting…")
        case FileState.READING if file.pages_done and file.pages_total:
            return tr("Reading… {done} of {total}").format(
                done=number(file.pages_done), total=pages(file.pages_total)
            )
        case FileState.READING:
            return tr("Reading…")
        case FileState.REFUSED:
            return tr("Not read")
    parts = [pages(file.pages_total or file.pages_done)]
    if file.problems:
        parts[0] = tr("{pages}, partly read").format(pages=parts[0])
    if file.tokens is not None:
        parts.append(tokens(file.tokens))
    if not file.is_whole:
        parts.append(tr("searched"))
    return " · ".join(parts)


def fate_words(file: AttachedFile) -> str:
    """What becomes of a file that is read; empty for one that is not."""
    if file.state is not FileState.READY:
        return ""
    if not file.is_whole:
        return tr("Too long to go in whole: the model searches it, and reads the pages it needs.")
    if file.is_sent:
        return tr("The model has read all of it.")
    return tr("All of it goes with your next message.")


def spoken(file: AttachedFile) -> str:
    """What a screen reader says of a file."""
    return f"{file.name}, {state_words(file)}"


def told(file: AttachedFile) -> str:
    """All there is to say of a file, a line each; for its tooltip."""
    return "\n".join(
        part
        for part in (file.name, state_words(file), fate_words(file), *map(translated, file.problems))
        if part
    )


def price_words(price: Price) -> str:
    """`4,120 of 131,072 tokens · files 4,000 · message 120`."""
    words = tr("{total} of {limit}").format(total=number(price.total), limit=tokens(price.limit))
    parts = [
        tr("{name} {count}").format(name=name, count=number(count))
        for name, count in (
            (tr("files"), price.documents),
            (tr("message"), price.message),
            (tr("conversation"), price.used),
        )
        if count
    ]
    return " · ".join([words, *parts])


def price_warning(price: Price) -> str:
    """What will happen because something does not fit; empty if all does."""
    if not price.fits:
        over = tokens(price.total - price.limit + 1)
        return tr(
            "This does not fit: it is {over} too long, and nothing will be cut. Shorten the message, remove a file, "
            "or start a new conversation."
        ).format(over=over)
    if not price.searched:
        return ""
    names = ", ".join(price.searched)
    if len(price.searched) == 1:
        return tr(
            "{names} is too long to go in whole. The model searches it, and reads the pages it needs."
        ).format(names=names)
    return tr(
        "Too long to go in whole: {names}. The model searches them, and reads the pages it needs."
    ).format(names=names)


def step_words(step: SummaryStep) -> str:
    """How far a summary is: `Part 3 of 12 · about 4 min left`."""
    if step.is_writing:
        return tr("Writing the summary")
    if not step.total:
        return tr("Starting…")
    done = number(min(step.done + 1, step.total))
    place = (
        tr("Reading part {done} of {total}") if step.level == 0 else tr("Bringing together {done} of {total}")
    )
    words = place.format(done=done, total=number(step.total))
    if step.seconds_left is None:
        return words
    left = about(step.seconds_left)
    return tr("{words} · {left} left").format(words=words, left=left)


def file_names(files: tuple[AttachedFile, ...]) -> str:
    """`report.pdf`, `3 files`."""
    return files[0].name if len(files) == 1 else tr("{count} files").format(count=number(len(files)))
