"""How files, their cost and summaries are worded."""

from __future__ import annotations

import re

from app.attachments import AttachedFile, FileState, Price, SummaryOrder, SummaryStep, SummaryStyle
from ui.sentences import translated
from ui.words import about, number, size, tokens, tr

_ZERO_WIDTH_SPACE = "\u200b"  # where a name may be broken into lines


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
        SummaryStyle.SHORT: tr("Summarise {files} briefly."),
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
    if is_partly_read(file):
        if file.is_sent:
            return tr("The model has read what could be read of it.")
        return tr("What could be read of it goes with your next message.")
    if file.is_sent:
        return tr("The model has read all of it.")
    return tr("All of it goes with your next message.")


def has_trouble(file: AttachedFile) -> bool:
    """Whether not all of it could be read."""
    return file.state is FileState.REFUSED or bool(file.problems)


def is_partly_read(file: AttachedFile) -> bool:
    """Whether the text of some of its pages is not known."""
    total = file.pages_total or file.pages_done
    return file.state is FileState.READY and bool(file.problems) and file.pages_read < total


def sign(file: AttachedFile) -> str:
    """The glyph that a file stands with."""
    return "warning" if has_trouble(file) else "done" if file.is_sent else "file"


def kind_words(kind: str) -> str:
    """`PDF document`, in the language of the window."""
    return {
        "PDF document": tr("PDF document"),
        "Word document": tr("Word document"),
        "PowerPoint presentation": tr("PowerPoint presentation"),
        "spreadsheet": tr("Spreadsheet"),
        "OpenDocument text": tr("OpenDocument text"),
        "OpenDocument presentation": tr("OpenDocument presentation"),
        "EPUB book": tr("EPUB book"),
        "Outlook message": tr("Outlook message"),
        "mail message": tr("Mail message"),
        "rich text document": tr("Rich text document"),
        "web page": tr("Web page"),
        "Markdown text": tr("Markdown text"),
        "table of values": tr("CSV table"),
        "plain text": tr("Plain text"),
    }.get(kind, kind)


def facts(file: AttachedFile) -> str:
    """`PDF document · 1.2 MB · 14 pages · 5,120 tokens`; of a file that is not read, how it stands."""
    if file.state is not FileState.READY:
        return state_words(file)
    parts = [kind_words(file.kind)] if file.kind else []
    if file.size_bytes:
        parts.append(size(file.size_bytes))
    parts.append(pages(file.pages_total or file.pages_done))
    if file.tokens is not None:
        parts.append(tokens(file.tokens))
    return " · ".join(parts)


def trouble_words(file: AttachedFile) -> str:
    """Why a file is refused, or what of it could not be read; empty if all is well."""
    sentences = [translated(problem) for problem in file.problems]
    if is_partly_read(file):
        total = file.pages_total or file.pages_done
        read = tr("Read {read} of {total} pages").format(read=number(file.pages_read), total=number(total))
        sentences.insert(0, f"{read}.")
    return " ".join(sentences)


def breakable_name(name: str) -> str:
    """A file's name that may be broken into lines behind its signs, and within what is too long for a line."""
    name = re.sub(r"([-_])(?=\w)", rf"\1{_ZERO_WIDTH_SPACE}", name)
    return re.sub(r"(\w{18})(?=\w)", rf"\1{_ZERO_WIDTH_SPACE}", name)


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
