"""Which file of conversations is opened, with which key, and what is done when that cannot be.

    no file              a new one, its key in the keychain; without a keychain NO_KEYCHAIN, and nothing is kept
    key in the keychain  OPEN; if the keychain has none of this name KEY_LOST; if it does not answer NO_ANSWER
    passphrase           LOCKED until `unlock`; a damaged first page is told from another passphrase by `proof`
    not encrypted        OPEN; where the organisation wants encryption it is encrypted first
    anything else        BROKEN: damaged, another program's, or a newer Chorale's

Nothing here overwrites a file that it could not open: `start_clean` gives it another name. Other protection means
a copy, made whole beside the file and put in its place in one step, so that a crash leaves the old or the new;
each has a key of its own name, and the old one is forgotten last. How files move is in `place`, where keys are in `locks`.
"""

from __future__ import annotations

import hmac
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import apsw

from app.history import place, proof, schema
from app.history.database import Connect, Database, companions, connect, telling
from app.history.key import SCRYPT_COST, Lock
from app.history.keychain import Keychain, KeychainError
from app.history.locks import Locks
from app.history.presence import Presence
from app.history.values import Access, Protection
from models.errors import AppError, InputError, PolicyError

_NO_ANSWER = (
    "This PC's keychain does not answer, so the conversations cannot be opened. Unlock it and try again."
)
_KEY_LOST = (
    "The key to the conversations is no longer in this PC's keychain, so they cannot be read. "
    "Begin an empty list: the file is kept under another name."
)
_LOCKED = "The conversations are locked. Give the passphrase to open them."
_WRONG = "This is not the passphrase of the conversations. Try again."
_FORBIDDEN = "Your organisation does not allow conversations to be kept."
_CLOSED = "The conversations are closed. Start Chorale again."
_IN_USE = "Another program is using the conversations. Close it and try again."
_MUST_ENCRYPT = "Your organisation requires that conversations are encrypted."
_DAMAGED = "{file} is damaged or not Chorale's. Restore it from a backup, or begin an empty list: it is kept under another name."
_FOREIGN = "{file} is a database of another program. Begin an empty list: it is kept under another name."
_NEWER = (
    "{file} is from a newer Chorale. Update Chorale, or begin an empty list: it is kept under another name."
)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the organisation decides."""

    is_allowed: bool = True
    must_encrypt: bool = False


class Vault:
    """The file, opened if it can be.

    Attributes:
        access, protection, reason: see `HistoryInterface`.
    """

    def __init__(
        self,
        file: Path,
        keychain: Keychain,
        rules: Rules = Rules(),
        *,
        scrypt_cost: int = SCRYPT_COST,
        migrations: tuple[schema.Migration, ...] = schema.MIGRATIONS,
        connect: Connect = connect,
        at_once: bool = True,
    ) -> None:
        """Without `at_once` the file is opened by the first who needs it."""
        self.access = Access.OPENING
        self.protection = Protection.KEYCHAIN
        self.reason = ""
        self._file = file
        self._locks = Locks(file, keychain, scrypt_cost)
        self._rules = rules
        self._open_database: Callable[[Path, Lock], Database] = lambda path, lock: Database(
            path, lock, migrations, connect
        )
        self._changing = threading.RLock()
        self._idle = threading.Condition()
        self._users = 0
        self._presence: Presence | None = None
        self._database: Database | None = None
        self._lock: Lock | None = None
        if not rules.is_allowed:
            self._cannot(Access.FORBIDDEN, _FORBIDDEN)
        elif at_once:
            self.prepare()

    def prepare(self) -> Access:
        """See `HistoryInterface`."""
        if self.access is Access.OPENING:
            with self._changing:
                if self.access is Access.OPENING:
                    self._enter()
        return self.access

    def _enter(self) -> None:
        try:
            with telling(self._file):
                self._presence = Presence(self._file.with_suffix(".lock"))
                if place.has_leftovers(self._file):
                    with suppress(InputError), self._presence.alone():  # else they are another's to remove
                        place.clear_leftovers(self._file)
                self._open()
        except AppError as error:
            self._cannot(Access.BROKEN, error.user_text)

    def give_up(self) -> None:
        """See `HistoryInterface`."""
        self._locks.give_up()

    @contextmanager
    def using(self) -> Iterator[Database]:
        """The open file, which stays the same meanwhile. Raises `InputError` with the reason if it is not open."""
        with self._changing:
            self.prepare()
            if self._database is None:
                raise InputError(self.reason)
            database = self._database
            with self._idle:
                self._users += 1
        try:
            yield database
        finally:
            with self._idle:
                self._users -= 1
                self._idle.notify_all()

    def derived_key(self, purpose: bytes) -> bytes | None:
        """32 bytes for what belongs to the conversations; None if they are not open or not encrypted."""
        with self._changing:
            self.prepare()
            if self._database is None or self._lock is None or self._lock.key is None:
                return None
            return hmac.digest(self._lock.key, purpose, "sha256")

    def unlock(self, passphrase: str) -> None:
        """Open with a passphrase; one that another process changed meanwhile, or a keychain that answers now."""
        with self._changing, telling(self._file):
            self.prepare()
            if self._database is not None or self._presence is None:
                return
            header = self._locks.header()
            if header is None or header.protection is not Protection.PASSPHRASE:
                self._open_again()
                return
            lock = Lock(header, header.key_of(passphrase))
            try:
                self._use(lock)
            except (apsw.NotADBError, apsw.CorruptError) as error:
                if not proof.is_key_of(self._file, lock):
                    raise InputError(_WRONG) from error
                self._cannot(Access.BROKEN, _DAMAGED.format(file=self._file))

    def protect(self, protection: Protection, passphrase: str = "") -> None:
        """See `HistoryInterface`. While a keychain asks about the new key, the open file can be used as ever."""
        self._check_protection(protection)
        lock = self._locks.new(protection, passphrase)
        try:
            with self._changing, telling(self._file):
                waiting = self._check_protection(protection)
                if waiting is not None:
                    self._encrypt(waiting, lock)
                elif self._database is None:
                    self._begin_with(lock)
                else:
                    self._protect_with(lock)
        finally:
            self._locks.forget_unused(lock)

    def _check_protection(self, protection: Protection) -> Lock | None:
        """Raises what `protect` does if it cannot be; the lock of a file that is to be encrypted first, if it is."""
        with self._changing:
            self.prepare()
            if self._presence is None:
                raise PolicyError(_FORBIDDEN) if not self._rules.is_allowed else InputError(self.reason)
            if protection is Protection.NONE and self._rules.must_encrypt:
                raise PolicyError(_MUST_ENCRYPT)
            with telling(self._file):
                is_waiting = self._database is None and not place.is_free(self._file)
                return self._waiting() if is_waiting else None

    def start_clean(self) -> None:
        """See `HistoryInterface`. Without a keychain nothing is begun, only set aside."""
        with self._changing:
            self.prepare()
            if self._presence is None:
                raise PolicyError(_FORBIDDEN) if not self._rules.is_allowed else InputError(self.reason)
            if self._database is not None:
                return
            with telling(self._file):
                with self._presence.alone():
                    place.set_aside(self._file)
                self._open()

    def close(self) -> None:
        """Also twice. Nothing is opened for it."""
        self.give_up()
        with self._changing:
            self._close_database()
            if self.access in (Access.OPEN, Access.OPENING):
                self._cannot(Access.BROKEN, _CLOSED)
            if self._presence is not None:
                self._presence.leave()

    # -- opening -----------------------------------------------------------------------------------

    def _open(self) -> None:
        """Open what is there, or begin. Leaves access and reason as they then are."""
        if place.is_free(self._file):
            self._begin()
        else:
            self._open_what_is_there()

    def _open_again(self) -> None:
        """As `_open`; meanwhile a keychain may be waited for, and others see that it is."""
        access, reason = self.access, self.reason
        self._cannot(Access.OPENING, "")
        try:
            self._open()
        finally:
            if self.access is Access.OPENING:
                self._cannot(access, reason)

    def _open_what_is_there(self) -> None:
        header = self._locks.header()
        if header is None:
            self._cannot(Access.BROKEN, _DAMAGED.format(file=self._file))
            return
        self.protection = header.protection
        if header.protection is Protection.PASSPHRASE:
            self._cannot(Access.LOCKED, _LOCKED)
            return
        try:
            key = self._locks.kept_key(header) if header.protection is Protection.KEYCHAIN else None
        except KeychainError:
            self._cannot(Access.NO_ANSWER, _NO_ANSWER)
            return
        if header.protection is Protection.KEYCHAIN and key is None:
            self._cannot(Access.KEY_LOST, _KEY_LOST)
            return
        self._try(Lock(header, key))
        if self._database is not None and key is None and self._rules.must_encrypt:
            self._encrypt_as_required()

    def _begin(self) -> None:
        try:
            lock = self._locks.new(Protection.KEYCHAIN)
        except InputError as error:
            self._cannot(Access.NO_KEYCHAIN, error.user_text)
            return
        self._begin_with(lock)

    def _begin_with(self, lock: Lock) -> None:
        """Make a new file whole beside its place; if another process is quicker, its file is opened."""
        made = place.new_name(self._file)
        try:
            self._open_database(made, lock).close()
            place.take_if_free(made, self._file)
        finally:
            place.discard(made)
        if self._locks.header() == lock.header:
            self._use(lock)
        else:
            self._locks.forget_unused(lock)
            self._open_what_is_there()

    def _try(self, lock: Lock) -> None:
        try:
            self._use(lock)
        except (apsw.NotADBError, apsw.CorruptError):
            self._cannot(Access.BROKEN, _DAMAGED.format(file=self._file))

    def _use(self, lock: Lock) -> None:
        """Raises what apsw raises."""
        try:
            self._database = self._open_database(self._file, lock)
        except schema.ForeignError:
            self._cannot(Access.BROKEN, _FOREIGN.format(file=self._file))
        except schema.NewerError:
            self._cannot(Access.BROKEN, _NEWER.format(file=self._file))
        else:
            self._lock = lock
            self.protection = lock.header.protection
            self.access, self.reason = Access.OPEN, ""

    def _cannot(self, access: Access, reason: str) -> None:
        self.access, self.reason = access, reason

    def _encrypt_as_required(self) -> None:
        try:
            self.protect(Protection.KEYCHAIN)
        except AppError as error:
            self._close_database()
            self._cannot(Access.NO_KEYCHAIN, f"{_MUST_ENCRYPT} {error.user_text}")

    def _waiting(self) -> Lock:
        """Of a file that is closed only because it has to be encrypted first. Raises `InputError` otherwise."""
        header = self._locks.header()
        if (
            self.access is not Access.NO_KEYCHAIN
            or header is None
            or header.protection is not Protection.NONE
        ):
            raise InputError(self.reason)
        return Lock(header, None)

    def _encrypt(self, waiting: Lock, lock: Lock) -> None:
        """Encrypt what was waiting for it; it stays closed if that fails."""
        access, reason = self.access, self.reason
        try:
            self._use(waiting)
            self._protect_with(lock)
        finally:
            if self._lock is not lock:
                self._close_database()
                self._cannot(access, reason)

    # -- changing ----------------------------------------------------------------------------------

    def _protect_with(self, lock: Lock) -> None:
        """Another lock for the open file."""
        before, database = self._lock, self._database
        assert self._presence is not None and before is not None and database is not None
        try:
            with self._presence.alone():
                self._change_to(lock, database, before)
        finally:
            self._locks.forget_unused(before, lock)
            if self._database is None:
                self._cannot(Access.BROKEN, _CLOSED)

    def _change_to(self, lock: Lock, database: Database, before: Lock) -> None:
        """Put a copy with another lock in the place of the file. Nobody else has it open."""
        copy = place.new_name(self._file)
        try:
            self._wait_for_users()
            database.copy_to(copy, lock)
            self._close_database()
            if any(each.exists() and each.stat().st_size for each in companions(self._file)):
                raise InputError(_IN_USE)  # by a program that is no Chorale
            place.replace(copy, self._file, was_readable=before.key is None)
        finally:
            place.discard(copy)
            if self._database is None:
                self._use(lock if self._locks.header() == lock.header else before)

    def _wait_for_users(self) -> None:
        """No new ones come while `_changing` is held."""
        with self._idle:
            self._idle.wait_for(lambda: self._users == 0)

    def _close_database(self) -> None:
        if self._database is not None:
            self._wait_for_users()
            self._database.close()
            self._database = None
