"""One window a user: a second start hands its files to the first window, which comes forward, and ends.

The two find each other by a name that only this user can know: a random word in a private file. The way between
them is a local socket (a named pipe on Windows), never the network; what comes is checked before it is used.

    FirstComer(folder)      holds a lock for as long as the window is open; tells the files of later ones
    hand_over(folder, …)    what a later one does; false if there is no first one that answers
"""

from __future__ import annotations

import json
import secrets
import sys
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from app.private_files import make_folder, open_private

PATIENCE_MS = 3000  # of a later start, until it opens a window of its own
MOST_BYTES = 1 << 20
MOST_FILES = 200
_LOCK, _WORD = "window.lock", "window.word"


def is_held(folder: Path) -> bool:
    """Whether a window of this user is open already; `folder` as in `hand_over`."""
    lock = _lock(folder)
    if lock is None:
        return False
    is_free = lock.tryLock(0)
    if is_free:
        lock.unlock()
    return not is_free


def hand_over(folder: Path, files: tuple[str, ...], patience_ms: int = PATIENCE_MS) -> bool:
    """Hand `files` to the window that is open already; false if there is none that answers.

    `folder` is a private one of this user, the same for all starts.
    """
    deadline = QDeadlineTimer(patience_ms)
    while is_held(folder) and not deadline.hasExpired():  # it may be about to begin listening
        socket = QLocalSocket()
        socket.connectToServer(_name(folder))
        if socket.waitForConnected(200):
            return _say(socket, files, deadline)
        socket.abort()
    return False


class FirstComer(QObject):
    """Listens for later starts, if this is the first.

    Signals:
        arrived(list): a later start handed over the files at these paths, or none.
    """

    arrived = Signal(object)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = _lock(folder)
        self._server: QLocalServer | None = None
        self._guests: list[QLocalSocket] = []
        if self._lock is None or not self._lock.tryLock(0):
            return  # a first one that does not answer: this window stands for itself
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        QLocalServer.removeServer(_name(folder))  # what a crash left behind
        if server.listen(_name(folder)):
            server.newConnection.connect(self._greet)
            self._server = server

    @property
    def is_first(self) -> bool:
        """Whether later starts come to this window."""
        return self._server is not None

    def close(self) -> None:
        """Listen no more; the next start is the first."""
        if self._server is not None:
            self._server.newConnection.disconnect(self._greet)
            for guest in self._guests:
                guest.readyRead.disconnect(self._hear)
                guest.abort()
            self._guests.clear()
            self._server.close()
            self._server = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _greet(self) -> None:
        while self._server is not None and (guest := self._server.nextPendingConnection()) is not None:
            self._guests = [other for other in self._guests if _is_there(other)]
            self._guests.append(guest)
            guest.readyRead.connect(self._hear)
        self._hear()

    def _hear(self) -> None:
        for guest in list(self._guests):
            if guest.bytesAvailable() > MOST_BYTES:
                guest.abort()
            elif guest.canReadLine():
                files = _files_of(bytes(guest.readLine().data()))
                guest.write(b"ok\n" if files is not None else b"no\n")
                guest.flush()
                if files is not None:
                    self.arrived.emit(files)


def _is_there(guest: QLocalSocket) -> bool:
    return guest.state() is not QLocalSocket.LocalSocketState.UnconnectedState


def _say(socket: QLocalSocket, files: tuple[str, ...], deadline: QDeadlineTimer) -> bool:
    if sys.platform == "win32":
        # Else Windows lets the first window only blink in the task bar.
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
    paths = [str(Path(file).absolute()) for file in files[:MOST_FILES]]
    socket.write(json.dumps({"files": paths}).encode() + b"\n")
    while not socket.canReadLine():
        if not socket.waitForReadyRead(max(1, deadline.remainingTime())):
            return False
    return bytes(socket.readLine().data()) == b"ok\n"


def _files_of(line: bytes) -> list[str] | None:
    """The paths in what a later start said; None if it said something else."""
    try:
        said = json.loads(line.decode())
    except ValueError:
        return None
    files = said.get("files") if isinstance(said, dict) else None
    if not isinstance(files, list) or len(files) > MOST_FILES:
        return None
    if not all(isinstance(path, str) and Path(path).is_absolute() for path in files):
        return None
    return list(files)


def _lock(folder: Path) -> QLockFile | None:
    """The lock of the first window; None where nothing can be written."""
    try:
        make_folder(folder)
    except OSError:
        return None
    lock = QLockFile(str(folder / _LOCK))
    lock.setStaleLockTime(0)  # held for days; a holder that is gone is noticed all the same
    return lock


def _name(folder: Path) -> str:
    """The name of the socket, which nobody else can guess."""
    path = folder / _WORD
    try:
        with open(path, "x", encoding="ascii", opener=open_private) as file:
            file.write(secrets.token_hex(16))
    except OSError:
        pass  # it is there, or it cannot be: then reading says so
    try:
        word = path.read_text("ascii").strip()
    except (OSError, ValueError):
        word = ""
    return f"chorale-{word}"
