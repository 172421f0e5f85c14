"""The page of diagnostics: where the model runs, how fast, what memory is taken, and what went wrong.

It looks once a second, and only while it is seen. Read next: `app.diagnostics`, which it looks at, `ui.diagnostics.speed_plot`.
"""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QTimer
from PySide6.QtGui import QFont, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.bench.memory import Held
from app.diagnostics_values import Diagnosis, Fault
from app.support_text import support_text
from ui.announce import announce
from ui.answers.parts import Card, Text
from ui.column_page import ColumnPage
from ui.diagnostics.fact_list import FactList
from ui.diagnostics.speed_plot import SpeedPlot, speeds_in_words
from ui.glyphs import GlyphTextButton
from ui.sentences import translated
from ui.services import DiagnosticsInterface
from ui.style import GAP
from ui.words import locale, number, size, tr

LOOK_MS = 1000
COPIED_MS = 2000
_FAULTS_SHOWN = 5
_ZERO_WIDTH_SPACE = "\u200b"  # where a hash may be broken into lines


class DiagnosticsPage(ColumnPage):
    """Shows what `diagnostics` says.

    Attributes:
        seen: what was said last.
        looking: the timer; it runs only while the page is seen.
    """

    def __init__(self, diagnostics: DiagnosticsInterface, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._diagnostics = diagnostics
        self.seen: Diagnosis | None = None
        self.title = Text(tr("Diagnostics"), self.column, factor=1.6, weight=QFont.Weight.DemiBold)
        about = tr(
            "For whoever helps. Neither what you wrote is in it, nor your name, nor the name of this PC. "
            "It goes nowhere unless you send it."
        )
        self.about = Text(about, self.column, kind="quiet")
        self.copy = GlyphTextButton("copy", tr("Copy for support"), self.column, kind="plain")
        self._copied = QTimer(self, singleShot=True, interval=COPIED_MS)
        self.plot = SpeedPlot(self.column)
        self.speeds = Text("", self.column)
        self.model = FactList(self.column)
        self.memory = FactList(self.column)
        self.faults = FactList(self.column)
        self.no_faults = Text(tr("None since Chorale was started."), self.column)
        self.versions = FactList(self.column)
        self.looking = QTimer(self, interval=LOOK_MS)
        self.looking.timeout.connect(self._look)
        self.copy.clicked.connect(self._copy)
        self._copied.timeout.connect(self._end_copied)
        self._place()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        self.looking.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.looking.stop()

    def _look(self) -> None:
        seen = self._diagnostics.look()
        if seen == self.seen:
            return
        self.seen = seen
        self.plot.show_speeds(seen.speeds)
        self.plot.setVisible(bool(seen.speeds))
        self.speeds.say(speeds_in_words(seen.speeds))
        self.model.say(_model(seen))
        self.memory.say(_memory(seen))
        self.faults.say(
            tuple((_time(fault), translated(fault.sentence)) for fault in seen.faults[:_FAULTS_SHOWN])
        )
        self.faults.setVisible(bool(seen.faults))
        self.no_faults.setVisible(not seen.faults)
        self.versions.say((*seen.versions, (tr("System"), seen.system)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(support_text(self._diagnostics.look()))
        self.copy.setText(tr("Copied"))
        self.copy.set_glyph("done")
        self._copied.start()
        announce(self.copy, tr("Copied"))

    def _end_copied(self) -> None:
        self.copy.setText(tr("Copy for support"))
        self.copy.set_glyph("copy")

    def _place(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.copy)
        first.addStretch(1)
        self.body.addWidget(self.title)
        self.body.addWidget(self.about)
        self.body.addLayout(first)
        for name, parts in (
            (tr("Speed"), (self.plot, self.speeds)),
            (tr("Model"), (self.model,)),
            (tr("Memory"), (self.memory,)),
            (tr("Last errors"), (self.faults, self.no_faults)),
            (tr("Versions"), (self.versions,)),
        ):
            card = Card(self.column)
            card.body.addWidget(Text(name, card, weight=QFont.Weight.DemiBold))
            card.body.addSpacing(GAP // 2)
            for part in parts:
                card.body.addWidget(part)
            self.body.addWidget(card)


def _model(seen: Diagnosis) -> tuple[tuple[str, str], ...]:
    loaded = seen.loaded
    if loaded is None:
        return ((tr("Model"), tr("None is loaded.")),)
    facts = [
        (tr("Model"), loaded.model),
        (tr("Its files (SHA-256)"), _breakable(loaded.model_hash) or tr("Not known")),
        (tr("Device"), tr("{name} ({kind})").format(name=loaded.device, kind=loaded.kind.upper())),
        (tr("Kernel"), loaded.kernel),
    ]
    if loaded.threads:
        facts.append((tr("Threads"), number(loaded.threads)))
    context = tr("{count} tokens at most").format(count=number(loaded.context_length))
    return (*facts, (tr("Context"), context))


def _memory(seen: Diagnosis) -> tuple[tuple[str, str], ...]:
    free = tr("{free} of {total} free")
    return (
        (tr("Engine"), _held(seen.engine) or tr("Not running")),
        (tr("Window"), _held(seen.window)),
        (tr("Conversation (KV cache)"), _kv(seen)),
        (tr("This PC"), free.format(free=size(seen.memory_free), total=size(seen.memory_total))),
    )


def _held(held: Held | None) -> str:
    if held is None:
        return ""
    # Mapped are the weights above all: the system takes that memory back when others need it.
    words = tr("{private} of its own, {mapped} of mapped files")
    return words.format(private=size(held.private), mapped=size(held.mapped))


def _kv(seen: Diagnosis) -> str:
    if not seen.kv_reserved:
        return tr("Empty")
    bytes_each = seen.loaded.position_bytes if seen.loaded else 0
    words = tr("{used} tokens ({used_size}), room for {reserved} ({reserved_size})")
    return words.format(
        used=number(seen.kv_used),
        used_size=size(seen.kv_used * bytes_each),
        reserved=number(seen.kv_reserved),
        reserved_size=size(seen.kv_reserved * bytes_each),
    )


def _time(fault: Fault) -> str:
    return locale().toString(QDateTime.fromSecsSinceEpoch(int(fault.at)), tr("d MMM, HH:mm:ss"))


def _breakable(digest: str) -> str:
    return _ZERO_WIDTH_SPACE.join(digest[i : i + 8] for i in range(0, len(digest), 8))
