"""The two licences of the Free Software Foundation that Qt is used under: whole, from the machine that builds.

They are not ours to keep in this repository, and Debian has them in every installation. Their SHA-256 is pinned,
so that every machine puts the same bytes into the app.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from runtime.kernels.build import BuildError

FOLDER = Path("/usr/share/common-licenses")
# File -> the name that is shown, and the SHA-256 of the text, in the order they are read: the LGPL adds to the GPL.
LICENCES = {
    "LGPL-3": ("LGPL-3.0", "e3a994d82e644b03a792a930f574002658412f62407f5fee083f2555c5f23118"),
    "GPL-3": ("GPL-3.0", "3972dc9744f6499f0f9b2dbf76696f2ae7ad8af9b23dde66d6af86c9dfb36986"),
}


def texts(folder: Path = FOLDER) -> tuple[tuple[str, str], ...]:
    """Each licence as (name, text).

    Raises:
        BuildError: one is missing or is another text; a sentence for the user.
    """
    return tuple((name, _read(folder / file, sha256)) for file, (name, sha256) in LICENCES.items())


def _read(path: Path, sha256: str) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BuildError(
            f"The licence {path} cannot be read; name a folder with Debian's files {' and '.join(LICENCES)} "
            "by --licences FOLDER."
        ) from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BuildError(
            f"The licence {path} is not the text that is expected; name a folder with Debian's files "
            f"{' and '.join(LICENCES)} by --licences FOLDER."
        )
    return content.decode("utf-8")
