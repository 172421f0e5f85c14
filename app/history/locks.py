"""The locks of one file: which it has on the disk, new ones, and where their keys are kept.

A key is in the keychain before anything is encrypted with it, and forgotten only when the file on the disk has
another lock: so a crash at any moment, or a file that cannot be opened just then, never costs the key. Read next:
`key`, `keychain`; used by `vault`.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from app.history.key import SCRYPT_COST, Header, Lock, new_key
from app.history.keychain import Keychain, KeychainError
from app.history.values import Protection
from models.errors import InputError

SHORTEST_PASSPHRASE = 8  # characters

_NO_KEYCHAIN = (
    "Conversations are not kept: this PC has no keychain for their key. "
    "Choose a passphrase to keep them, encrypted."
)
_TOO_SHORT = f"A passphrase needs at least {SHORTEST_PASSPHRASE} characters."


class Locks:
    """Of `file`. `scrypt_cost` is of new passphrases, as in `key`."""

    def __init__(self, file: Path, keychain: Keychain, scrypt_cost: int = SCRYPT_COST) -> None:
        self._file, self._keychain, self._scrypt_cost = file, keychain, scrypt_cost

    def header(self) -> Header | None:
        """The file's own; None if there is no file, or it is not one that Chorale writes. Raises `OSError`."""
        try:
            return Header.read(self._file)
        except FileNotFoundError:
            return None

    def kept_key(self, header: Header) -> bytes | None:
        """The keychain's key of a file with this header; None if it has none. Raises `KeychainError`."""
        return self._keychain.get(header.key_name)

    def new(self, protection: Protection, passphrase: str = "") -> Lock:
        """A lock of a new file. Raises `InputError`: no keychain, or the passphrase is too short."""
        header = Header.new(protection, self._scrypt_cost)
        if protection is Protection.NONE:
            return Lock(header, None)
        if protection is Protection.PASSPHRASE:
            if len(passphrase) < SHORTEST_PASSPHRASE:
                raise InputError(_TOO_SHORT)
            return Lock(header, header.key_of(passphrase))
        key = new_key()
        try:
            self._keychain.put(header.key_name, key)
        except KeychainError as error:
            raise InputError(_NO_KEYCHAIN) from error
        return Lock(header, key)

    def forget_unused(self, *locks: Lock) -> None:
        """Forget the keys that are not the file's, by what is on the disk; if that cannot be read, none."""
        with suppress(OSError):
            here = self.header()
            for lock in locks:
                if lock.header != here and lock.header.protection is Protection.KEYCHAIN:
                    with suppress(KeychainError):
                        self._keychain.remove(lock.header.key_name)

    def give_up(self) -> None:
        """Wait for the keychain no longer."""
        self._keychain.give_up()
