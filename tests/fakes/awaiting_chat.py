"""A scripted chat whose conversation waits for another model, which is loaded when something is asked.

    chat = AwaitingChat([*say("Hello."), end()])
    chat.load = [LoadProgress("mapping", 1, 4), hold]            # waits there for release() or stop()
    chat.load = [EngineError("There is no memory left.")]        # nothing is asked

What is asked begins as `app.talk.Talk` lets it: with `Switching`, the steps of `load`, and `Switched`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.shelf import Face
from app.talk_values import Awaited, Switched, Switching
from models.errors import AppError, Cancelled
from runtime.events import LoadProgress
from tests.fakes.chat import READY, FakeChat, Step, hold
from ui.services import TalkEvent

OTHER = "gpt-oss-20b"


class AwaitingChat(FakeChat):
    """See above.

    Attributes:
        load: the steps of each loading.
        missing: raised before anything is loaded, if there is one.
        loads: how often a model was loaded.
    """

    def __init__(self, *scripts: Sequence[Step]) -> None:
        super().__init__(*scripts)
        self.awaited = Awaited(OTHER, OTHER)
        self.load: list[Step] = [LoadProgress("mapping", 1, 4), LoadProgress("starting")]
        self.missing: AppError | None = None
        self.loads = 0

    def send(self, text: str) -> Iterator[TalkEvent]:
        return self._after_load(lambda: FakeChat.send(self, text))

    def retry(self) -> Iterator[TalkEvent]:
        return self._after_load(lambda: FakeChat.retry(self))

    def edit(self, node: int, text: str) -> Iterator[TalkEvent]:
        return self._after_load(lambda: FakeChat.edit(self, node, text))

    def go_on(self) -> Iterator[TalkEvent]:
        return self._after_load(lambda: FakeChat.go_on(self))

    def _after_load(self, begin: Callable[[], Iterator[TalkEvent]]) -> Iterator[TalkEvent]:
        awaited, self._stopped = self.awaited, False
        if awaited is not None:
            if self.missing is not None:
                raise self.missing
            self.awaited = None
            self.loads += 1
            yield Switching(awaited.name, awaited.title)
            for step in self.load:
                if isinstance(step, BaseException):
                    self.awaited = awaited
                    raise step
                if step is hold:
                    self._wait()
                else:
                    yield step  # type: ignore[misc]
                if self._stopped:
                    self.awaited = awaited
                    raise Cancelled
            yield Switched(Face(awaited.name, awaited.title, False, ()), READY)
        yield from begin()
