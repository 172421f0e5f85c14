"""What must never be committed: big files, addresses to download from, paths of somebody's machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FILE_BYTES = 8 * 1024 * 1024

# Written in pieces, so that this file does not find itself.
FORBIDDEN = {
    "a download address": re.compile(r"https?://\S+\.(?:whl|zip|deb|exe|msi|tgz|tar\.(?:gz|xz|bz2|zst))\b"),
    "a package index": re.compile(r"(?:files\.)?python" r"hosted\.org|pypi\.org/sim" r"ple"),
    "a path of one machine": re.compile(
        r"(?<![\w./<-])/(?:work|root|farm|home/\w+|Users/\w+)/[\w.]|\b[C-Z]:\\Users\\(?!%|<)\w+",
        re.IGNORECASE,
    ),
}


def committed_files() -> list[Path]:
    """Files of the repository, without those deleted in the working tree."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout, or no git")
    listing = subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True)
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def forbidden(text: str) -> list[str]:
    return [f"{what}: {match[0]}" for what, pattern in FORBIDDEN.items() for match in pattern.finditer(text)]


def test_every_file_is_small_enough_to_clone() -> None:
    assert [path for path in committed_files() if path.stat().st_size > LARGEST_FILE_BYTES] == []


def test_no_file_names_a_download_address_or_a_path_of_one_machine() -> None:
    found = {}
    for path in committed_files():
        content = path.read_bytes()
        if b"\0" not in content[:8192] and (marks := forbidden(content.decode("utf-8", "replace"))):
            found[str(path.relative_to(ROOT))] = marks
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "see https://example.org/" "files/package-1.0.whl",
        "index-url = https://pypi.org/sim" "ple",
        'open("/ro' 'ot/notes.txt")',
        "/ho" "me/alice/models",
        r"C:\Users" r"\alice\models",
    ],
)  # fmt: skip
def test_what_must_not_be_committed_is_found(text: str) -> None:
    assert len(forbidden(text)) == 1


@pytest.mark.parametrize(
    "text", ["/usr/share/fonts", "runtime/wo" "rk/x.py", "../ro" "ot/x", "https://example.org/a.html"]
)  # fmt: skip
def test_ordinary_paths_and_addresses_are_left_alone(text: str) -> None:
    assert forbidden(text) == []
