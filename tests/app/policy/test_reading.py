"""Policies are read from registry and file, the PC's above the user's; what cannot be understood locks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.policy import ITEMS, NO_POLICY, Policy, read_from
from app.policy.file import FileSource
from app.policy.reading import system_sources
from app.policy.registry import registry_sources
from models.errors import PolicyError
from tests.fakes.registry import FakeRegistry, policy_of


def in_registry(**hives: object) -> Policy:
    return read_from(registry_sources(FakeRegistry(**hives)))  # type: ignore[arg-type]


def in_file(path: Path, content: str | bytes) -> Policy:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_from((FileSource(path),))


def refusals(policy: Policy) -> list[str]:
    """What may not be done, of all that can be checked without an argument."""
    found = []
    for name in ("downloads", "model_changes", "models_folder", "history", "documents", "server"):
        try:
            getattr(policy, f"check_{name}")()
        except PolicyError:
            found.append(name)
    return found


def test_without_a_policy_nothing_is_refused(tmp_path: Path) -> None:
    for policy in (NO_POLICY, in_registry(), read_from((FileSource(tmp_path / "no" / "policy.json"),))):
        assert refusals(policy) == []
        assert policy.problems == ()
        assert policy.rules == {}
        assert policy.log_level == "info"
        assert not policy.may_look_for_updates


@pytest.mark.skipif(sys.platform == "win32", reason="there the registry is read")
def test_other_systems_than_windows_have_a_file() -> None:
    assert [source.name for source in system_sources()] == ["/etc/chorale/policy.json"]


def test_the_pcs_policy_stands_above_the_users() -> None:
    policy = in_registry(
        HKLM={"AllowDownloads": 0, "HistoryDays": 30}, HKCU={"AllowDownloads": 1, "AllowTools": 0}
    )
    assert not policy.may_download
    assert not policy.may_use_tools
    assert {name: rule.source for name, rule in policy.rules.items()} == {
        "AllowDownloads": r"HKLM\Software\Policies\Chorale",
        "HistoryDays": r"HKLM\Software\Policies\Chorale",
        "AllowTools": r"HKCU\Software\Policies\Chorale",
    }


def test_the_registry_does_not_tell_capitals_from_small_letters() -> None:
    assert not in_registry(HKLM={"allowdownloads": 0}).may_download


def test_the_file_has_the_same_policies(tmp_path: Path) -> None:
    policy = in_file(
        tmp_path / "policy.json",
        b"\xef\xbb\xbf"
        + json.dumps(
            {
                "AllowDownloads": True,
                "MirrorAddress": "https://mirror.example.org/hub/",
                "Proxy": "none",
                "ModelFolder": "/srv/models",
                "AllowedDevices": ["cpu", "NPU"],
                "HistoryDays": 90,
                "LogLevel": "Warning",
            }
        ).encode(),
    )
    assert policy.problems == ()
    assert (policy.mirror, policy.proxy) == ("https://mirror.example.org/hub", "")
    assert policy.models_folder == "/srv/models"
    assert [kind for kind in ("cpu", "gpu", "npu") if policy.allows_device(kind)] == ["cpu", "npu"]
    assert (policy.history_days, policy.log_level) == (90, "warning")
    assert refusals(policy) == ["models_folder"]


@pytest.mark.parametrize("content", ["", "[]", "{", b"\xff\xfe", "[" * 50_000, "{}" + " " * (1 << 20)])
def test_a_file_that_cannot_be_read_locks_everything_and_says_so(
    tmp_path: Path, content: str | bytes
) -> None:
    policy = in_file(tmp_path / "policy.json", content)
    assert set(policy.rules) == {item.name for item in ITEMS}
    assert refusals(policy) == [
        "downloads",
        "model_changes",
        "models_folder",
        "history",
        "documents",
        "server",
    ]
    (problem,) = policy.problems
    assert str(tmp_path) in problem
    assert "cannot be read" in problem
    with pytest.raises(PolicyError) as refused:
        policy.check_documents()
    assert refused.value.user_text == problem


def test_a_registry_that_may_not_be_read_locks_what_the_stronger_one_left_open() -> None:
    policy = in_registry(HKLM={"AllowDocuments": 1}, HKCU=PermissionError(13, "Access is denied"))
    policy.check_documents()
    assert "Access is denied" in policy.problems[0]
    assert not policy.may_download


def test_a_misspelt_policy_is_told_of() -> None:
    policy = in_registry(HKLM={"AllowDownload": 0})
    assert policy.may_download
    assert policy.problems == (
        r"HKLM\Software\Policies\Chorale has the policy AllowDownload, which does not exist.",
    )


@pytest.mark.parametrize(
    ("name", "value", "then"),
    [
        ("AllowDownloads", "maybe", "nothing is downloaded"),
        ("AllowDownloads", 2, "nothing is downloaded"),
        ("MirrorAddress", "mirror.example.org", "nothing is downloaded"),
        ("MirrorAddress", "https://me:secret@mirror", "nothing is downloaded"),
        ("Proxy", 8080, "nothing is downloaded"),
        ("ModelFolder", "models", "nothing is changed in it"),
        ("ModelFolderReadOnly", b"\1", "models are only read"),
        ("SharedModelFolder", "", "there is no such folder"),
        ("AllowedModels", ["abc"], "no model but the demo"),
        ("AllowedModels", [], "no model but the demo"),
        ("AllowedDevices", ["tpu"], "on the CPU only"),
        ("KeepHistory", None, "no conversation is kept"),
        ("HistoryDays", 0, "no conversation is kept, and none is removed"),
        ("HistoryDays", True, "no conversation is kept, and none is removed"),
        ("RequireEncryption", "yes", "only encrypted"),
        ("AllowDocuments", 1.5, "no document is read"),
        ("AllowTools", "", "no tool"),
        ("AllowLocalServer", -1, "no local server"),
        ("UpdateCheck", "on", "no update"),
        ("KeepLogs", [], "no log file"),
        ("LogLevel", "debug", "only errors"),
    ],
)
def test_a_value_that_cannot_be_understood_locks_what_it_governs_and_says_so(
    name: str, value: object, then: str
) -> None:
    policy = in_registry(HKLM={name: value}, HKCU={name: 1})
    rule = policy.rules[name]
    assert rule.is_broken
    assert rule.value == rule.item.safest
    (problem,) = policy.problems
    assert problem.startswith(rf"The policy {name} in HKLM\Software\Policies\Chorale is ")
    assert then in problem
    assert problem.count(". ") == 1


def test_every_policy_has_a_case_above() -> None:
    marks = test_a_value_that_cannot_be_understood_locks_what_it_governs_and_says_so.pytestmark  # type: ignore[attr-defined]
    assert {case[0] for case in marks[0].args[1]} == {item.name for item in ITEMS}


def test_a_long_value_is_not_repeated_whole() -> None:
    policy = policy_of(MirrorAddress="x" * 5000)
    assert len(policy.problems[0]) < 300


@pytest.mark.parametrize(
    "value", ["cpu,gpu", "cpu; gpu", "CPU\r\nGPU\r\n", ["cpu", " gpu "], ("gpu",), ["gpu", ""]]
)
def test_a_list_may_be_several_texts_or_one(value: object) -> None:
    policy = policy_of(AllowedDevices=value)
    assert policy.problems == ()
    assert (policy.allows_device("gpu"), policy.allows_device("npu")) == (True, False)


@pytest.mark.parametrize("folder", ["D:\\Models", "\\\\server\\share\\models", "//server/share", "/srv/m"])
def test_a_folder_is_a_whole_path_on_a_drive_or_a_share(folder: str) -> None:
    assert policy_of(ModelFolder=folder).models_folder == folder


@pytest.mark.skipif(sys.platform == "win32", reason="there it is there")
def test_winreg_is_not_needed_elsewhere() -> None:
    assert registry_sources()[0].read() == {}
    assert "winreg" not in sys.modules
