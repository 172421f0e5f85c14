"""The threads of a download: they run its transfers until all are done or one fails. Read next: `transfer`."""

from __future__ import annotations

import threading

from models.progress import Control
from models.transfer import Transfer


class Crew:
    """Some threads that run transfers until all are done or one fails."""

    def __init__(self, transfers: list[Transfer], control: Control, workers: int) -> None:
        self._transfers = transfers
        self._waiting = list(reversed(transfers))
        self._control = control
        self._digests: dict[str, str] = {}
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._is_stopped = False
        count = min(workers, len(transfers))
        self._threads = [
            threading.Thread(target=self._work, name="chorale-transfer", daemon=True) for _ in range(count)
        ]
        self._busy = count

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def has_ended(self, timeout_s: float) -> bool:
        """Wait that long at most; whether all are done or one has failed."""
        with self._changed:
            self._changed.wait_for(self._ended, timeout_s)
            return self._ended()

    def _ended(self) -> bool:
        return self._busy == 0 or self._error is not None

    def stop(self) -> None:
        """End what still runs, and wait for it: nobody may write when this has returned."""
        with self._changed:
            if self._busy == 0:
                return
            self._is_stopped = True
        for transfer in self._transfers:
            transfer.abort()
        self._control.cancel()  # also wakes those that pause or wait
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def results(self) -> dict[str, str]:
        """The SHA-256 of each file; raises what stopped the first that failed."""
        if self._error is not None:
            raise self._error
        return self._digests

    def _work(self) -> None:
        try:
            while True:
                with self._changed:
                    if self._is_stopped or self._error is not None or not self._waiting:
                        return
                    transfer = self._waiting.pop()
                digest = transfer.run()
                with self._changed:
                    self._digests[transfer.file.name] = digest
        except BaseException as error:
            with self._changed:
                # The first one counts: those that end because of it say nothing new.
                self._error = self._error or error
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()
