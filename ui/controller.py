"""Conducts: loads the model, sends what the person asks, feeds what comes back to who shows it.

It knows no widget; it says by signals what happened, always on the window's thread. It is in one stage at
a time, and what is asked at the wrong stage is refused rather than queued.

    LOADING → READY ⇄ ANSWERING          LOADING → FAILED → (load again) → LOADING

An answer may wait for another model, which is loaded first. If that fails or is stopped, nothing was asked.

Read next: `ui.window`, which connects it to the widgets, and `ui.background`, which runs the work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import Enum

from PySide6.QtCore import QObject, QTimer, Signal

from app.attachments import SummaryOrder, SummaryStep
from app.chat import ChatEvent
from app.context_room import Choice, Way
from app.talk_values import Noted, Switched, Switching
from models.errors import Cancelled, ContextFullError, InputError
from runtime.conversation import Effort
from runtime.events import EngineFailed, EngineReady, LoadEvent, LoadProgress
from ui.answers.voices import Voices
from ui.asked_answer import AskedAnswer
from ui.background import Background, Job
from ui.error_words import sentence_of
from ui.model_wait import ModelWait
from ui.sentences import translated
from ui.services import Services, TalkEvent
from ui.words import tr

TICK_MS = 250  # running seconds and the sign of life are brought up to date this often


class Stage(Enum):
    """What the window can do now."""

    LOADING = "loading"
    FAILED = "failed"
    READY = "ready"
    ANSWERING = "answering"


class Controller(QObject):
    """One conversation, from loading the model to closing the window.

    Signals:
        stage_changed(Stage): another stage began.
        load_progressed(LoadProgress), load_failed(str, str): sentence and detail; loaded(EngineReady).
        voices_changed: the running answer's voices say more, or it is time to bring its seconds up to date.
        answered: the answer has ended, well or not; the last change of its voices was told before.
        refused(str, str): a message could not be sent: its text, and one sentence; nothing was changed. The
            sentence is empty where `room_changed` asks what to do about it; the text, where something else was asked.
        switching(str, str), switched(Face): another model is loaded for this answer: name and title; it is loaded.
        unloaded: that was not to be; no model is loaded now, and the next message loads one.
        context_used(int): tokens of the context that are taken.
        stepped(SummaryStep): how far a summary is.
        noted(str): a sentence about what did not work beside the answer.
        room_changed: what the conversation takes of the context, or the ways to make room, may be others.
    """

    stage_changed = Signal(object)
    load_progressed = Signal(object)
    load_failed = Signal(str, str)
    loaded = Signal(object)
    voices_changed = Signal()
    answered = Signal()
    refused = Signal(str, str)
    switching = Signal(str, str)
    switched = Signal(object)
    unloaded = Signal()
    context_used = Signal(int)
    stepped = Signal(object)
    noted = Signal(str)
    room_changed = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._background = Background(self)
        self._stage = Stage.LOADING
        self._job: Job | None = None
        self._answer: AskedAnswer | None = None
        self._wait = ModelWait()  # what is asked may wait for a model
        self.is_reloading = False  # whether another load begins as soon as this answer has ended
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.voices_changed)

    @property
    def stage(self) -> Stage:
        return self._stage

    @property
    def voices(self) -> Voices | None:
        """The answer that runs or ran last."""
        return self._answer.voices if self._answer is not None else None

    @property
    def can_ask(self) -> bool:
        """Whether something can be asked now: also where another model is loaded for it than the one that failed."""
        is_failed = self._stage is Stage.FAILED
        return self._stage is Stage.READY or (is_failed and self._services.chat.awaited is not None)

    @property
    def has_begun(self) -> bool:
        """Whether the engine was asked, so that the question is in the tree, and no model has to be loaded first."""
        return self._wait.has_begun

    # -- loading ---------------------------------------------------------------------------------

    def load(self) -> None:
        """Load the model."""
        self._enter(Stage.LOADING)
        self._job = self._background.start(self._services.load, self._on_load_events, self._on_load_end)

    def reload(self) -> None:
        """Load again, for another model. An answer that runs is stopped first; what it said stays."""
        if self._stage is Stage.ANSWERING:
            self.is_reloading = True
            self.stop()
            return
        if self._stage is Stage.LOADING and self._job is not None:
            self._job.drop()
            self._services.chat.stop()
        self.load()

    def _on_load_events(self, events: list[LoadEvent]) -> None:
        for event in events:
            match event:
                case LoadProgress():
                    if event is events[-1]:
                        self.load_progressed.emit(event)
                case EngineReady():
                    self.loaded.emit(event)
                    self._enter(Stage.READY)
                    self.room_changed.emit()
                case EngineFailed():
                    self._fail_load(translated(event.user_text), event.detail)

    def _on_load_end(self, error: BaseException | None) -> None:
        if self._stage is Stage.LOADING:
            if error is None or isinstance(error, Cancelled):
                self._fail_load(tr("Loading was stopped. Try again to load the model."), "")
            else:
                self._fail_load(*sentence_of(error))

    def _fail_load(self, sentence: str, detail: str) -> None:
        self._enter(Stage.FAILED)
        self.load_failed.emit(sentence, detail)

    # -- answering -------------------------------------------------------------------------------

    def send(self, text: str, voices: Voices) -> None:
        """Send `text`; the answer grows in `voices`. Only when READY."""
        chat = self._services.chat
        self._run(lambda: chat.send(text), voices, text)

    def retry(self, voices: Voices) -> None:
        """Ask the last question again. Only when READY."""
        self._run(self._services.chat.retry, voices)

    def edit(self, node: int, text: str, voices: Voices) -> None:
        """Ask `text` in place of a question. Only when READY."""
        chat = self._services.chat
        self._run(lambda: chat.edit(node, text), voices, text)

    def regenerate(self, node: int, voices: Voices) -> None:
        """Answer anew, in a branch of its own. Only when READY."""
        chat = self._services.chat
        self._run(lambda: chat.regenerate(node), voices)

    def go_on(self, voices: Voices) -> None:
        """Complete the last answer, which is in `voices` as far as it goes. Only when READY."""
        self._run(self._services.chat.go_on, voices)

    def make_room(self, choice: Choice, then: Callable[[BaseException | None], None]) -> None:
        """Do what was chosen when the context was full; `then` is told how it ended. Only when READY."""
        chat = self._services.chat

        def end(error: BaseException | None) -> None:
            self._end_answer()
            if error is None and choice.way is Way.RAISE:
                self.load()  # only then there is other room
            else:
                self._tell_unloaded()
                self.room_changed.emit()
            then(error)

        self._wait = ModelWait()
        self._enter(Stage.ANSWERING)
        self._job = self._background.start(lambda: chat.make_room(choice), self._on_room_events, end)

    def _on_room_events(self, told: list[TalkEvent]) -> None:
        for event in told:
            self._wait.take(event, None)
            if isinstance(event, Noted):
                self.noted.emit(translated(event.sentence))
            elif isinstance(event, Switching | Switched):
                self._tell_switch(event)

    def leave(self) -> None:
        """Another conversation takes the place of this one; an answer that runs is stopped, and not told of."""
        if self._stage is Stage.ANSWERING and self._job is not None:
            self._job.drop()
            self._services.chat.stop()
            self._end_answer()
            self._tell_unloaded()
        self._answer = None

    def summarize(self, order: SummaryOrder, voices: Voices) -> None:
        """Summarise files; the summary grows in `voices`. Only when READY."""
        summaries = self._services.summaries
        assert summaries is not None
        self._run(lambda: summaries.summarize(order), voices)

    def stop(self) -> None:
        """End the answer that runs, if one does."""
        if self._stage is Stage.ANSWERING:
            self._stop_answer()
            self._services.chat.stop()

    def clear(self, kept: bool | None = None) -> None:
        """A new conversation, kept or not, by default as settings say; an answer that runs is stopped."""
        self.leave()
        if kept is None:
            self._services.chat.clear()
        else:
            self._services.chat.new(kept)
        self.context_used.emit(0)
        self.room_changed.emit()

    def leave_own_model(self, name: str) -> None:
        """This conversation is to be answered by the model called `name`, which is that of everywhere now."""
        chat = self._services.chat
        if chat.settings.model not in (None, name):
            chat.configure(replace(chat.settings, model=None))

    def set_effort(self, effort: Effort) -> None:
        """Think this long from the next question on."""
        self._services.chat.effort = effort

    def close(self) -> None:
        """Stop everything and free the engine."""
        self._tick.stop()
        self._stop_answer()  # else one about to begin would start the engine once more
        self._services.chat.stop()
        self._services.close()
        self._background.close()

    def _run(self, ask: Callable[[], Iterator[TalkEvent]], voices: Voices, asked: str = "") -> None:
        stop = self._services.chat.stop
        answer = self._answer = AskedAnswer(asked, voices)
        self._wait = ModelWait()
        self._enter(Stage.ANSWERING)
        self._tick.start()
        work = lambda: answer.begin(ask, stop)  # noqa: E731
        self._job = self._background.start(work, self._on_chat_events, self._on_chat_end)

    def _stop_answer(self) -> None:
        if self._answer is not None:
            self._answer.stop()

    def _on_chat_events(self, told: list[TalkEvent]) -> None:
        answer = self._answer
        assert answer is not None
        events: list[ChatEvent] = []
        for event in told:
            is_of_model = self._wait.take(event, answer.voices)
            match event:
                case SummaryStep():
                    self.stepped.emit(event)
                case Noted():
                    self.noted.emit(translated(event.sentence))
                case Switching() | Switched():
                    self._tell_switch(event)
                case _ if not is_of_model:
                    events.append(event)
        for tokens in answer.hear(events):
            self.context_used.emit(tokens)
        self.voices_changed.emit()

    def _tell_switch(self, event: Switching | Switched) -> None:
        """A model is loaded before what was asked can be done."""
        if isinstance(event, Switching):
            self.switching.emit(event.name, event.title)
        else:
            self.switched.emit(event.face)
            self.loaded.emit(event.ready)
            self.room_changed.emit()

    def _tell_unloaded(self) -> None:
        """What was being loaded is not loaded now."""
        if self._wait.is_loading and self._stage is Stage.READY:
            self.unloaded.emit()

    def _take_back(self, asked: str, error: BaseException) -> None:
        """The model that was to answer cannot be loaded, or that was stopped: nothing was asked."""
        self._answer = None
        if isinstance(error, Cancelled):
            sentence = tr("Loading was stopped. Nothing was sent.")
        else:
            sentence, _ = sentence_of(error)
        self.refused.emit(asked, sentence)
        self._tell_unloaded()
        self.room_changed.emit()

    def _on_chat_end(self, error: BaseException | None) -> None:
        answer = self._answer
        assert answer is not None
        self._end_answer()
        is_awaited = self._services.chat.awaited is not None
        if error is not None and self._wait.is_missed(error, is_awaited=is_awaited):
            self._take_back(answer.asked, error)
            return
        if isinstance(error, InputError) and answer.is_untouched and answer.asked:
            self._answer = None
            room = self._services.chat.room
            is_asked = isinstance(error, ContextFullError) and room is not None and room.is_asking
            self.refused.emit(answer.asked, "" if is_asked else translated(error.user_text))
            self.room_changed.emit()
            return
        if error is not None and not isinstance(error, Cancelled):
            answer.voices.fail(*sentence_of(error))
        answer.voices.close()
        self.voices_changed.emit()
        self.answered.emit()
        self.room_changed.emit()

    def _end_answer(self) -> None:
        self._tick.stop()
        self._job = None
        self._enter(Stage.READY)
        if self.is_reloading:
            self.is_reloading = False
            self.load()

    def _enter(self, stage: Stage) -> None:
        if stage is not self._stage:
            self._stage = stage
            self.stage_changed.emit(stage)
