"""Authenticode signatures by osslsigncode: of our programs, the MSI and setup.exe.

Which certificate is said by the environment, so that no key is ever in a checkout or on a command line:

    CHORALE_SIGN_CERTIFICATE   PEM file: the certificate for code signing, then those above it
    CHORALE_SIGN_KEY           PEM file of its key, or a `pkcs11:` address of a key in a token
    CHORALE_SIGN_MODULE        the token's PKCS#11 library, for such an address
    CHORALE_SIGN_TIMESTAMP     address of an RFC 3161 time stamp server, so that signatures outlive the certificate

Without the first, nothing is signed. Tests make a certificate of their own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from runtime.kernels.build import BuildError

NAME = "Chorale"


@dataclass(frozen=True, slots=True)
class Signer:
    """What is signed with; see the module."""

    certificate: Path
    key: str
    module: str = ""
    timestamp: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Signer | None:
        """The signer that the environment names; None if it names none.

        Raises:
            BuildError: a certificate without a key.
        """
        certificate = environment.get("CHORALE_SIGN_CERTIFICATE", "")
        key = environment.get("CHORALE_SIGN_KEY", "")
        if not certificate:
            return None
        if not key:
            raise BuildError("CHORALE_SIGN_CERTIFICATE is set and CHORALE_SIGN_KEY is not; set both.")
        module, timestamp = (environment.get(f"CHORALE_SIGN_{name}", "") for name in ("MODULE", "TIMESTAMP"))
        return cls(Path(certificate), key, module, timestamp)

    def sign(self, path: Path) -> None:
        """Sign a program or package in place. Raises `BuildError`."""
        signed = path.with_name(f"{path.name}.signed")
        command = ["osslsigncode", "sign", "-h", "sha256", "-certs", str(self.certificate), "-key", self.key]
        command += ["-n", NAME, "-in", str(path), "-out", str(signed)]
        if self.module:
            command += ["-pkcs11module", self.module]
        if self.timestamp:
            command += ["-ts", self.timestamp]
        signed.unlink(missing_ok=True)
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except FileNotFoundError as error:
            raise BuildError("osslsigncode is missing; on Debian: apt-get install osslsigncode") from error
        if done.returncode:
            signed.unlink(missing_ok=True)
            raise BuildError(
                f"{path.name} could not be signed:\n{(done.stdout + done.stderr).strip()[-1000:]}"
            )
        signed.replace(path)


def is_signed_by(path: Path, authority: Path) -> bool:
    """Whether a file is as it was signed, by a certificate under `authority` (PEM)."""
    command = ["osslsigncode", "verify", "-CAfile", str(authority), "-in", str(path)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
