"""What the settings page is told: values, what the organisation manages, the processors that may be chosen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.preferences import Preference, Preferences
from models.errors import PolicyError
from runtime.devices.pin import Pin
from tests.fakes.preferences import CPU, GPU, NPU, preferences_in
from tests.fakes.registry import policy_of


def shown(preferences: Preferences) -> dict[str, Preference]:
    return {preference.key: preference for preference in preferences.shown()}


def test_what_nobody_chose_is_its_default(tmp_path: Path) -> None:
    found = shown(preferences_in(tmp_path))
    assert found["window.theme"].value == found["window.theme"].default == "system"
    assert found["chat.temperature"].value is None
    assert found["models_folder"].value == str(tmp_path / "data" / "models")
    assert all(preference.managed is None for preference in found.values())
    assert "window.geometry" not in found


def test_what_was_chosen_is_told_again(tmp_path: Path) -> None:
    preferences = preferences_in(tmp_path)
    preferences.set("chat.temperature", 0.4)
    assert shown(preferences)["chat.temperature"].value == 0.4
    assert shown(preferences_in(tmp_path))["chat.temperature"].value == 0.4
    with pytest.raises(ValueError):
        preferences.set("chat.temperature", 9)


def test_what_the_organisation_manages_says_so_and_cannot_be_set(tmp_path: Path) -> None:
    preferences = preferences_in(tmp_path, policy_of(HistoryDays=30, KeepLogs="perhaps"))
    found = shown(preferences)
    days, logs = found["history.days"].managed, found["keep_logs"].managed
    assert days is not None
    assert logs is not None
    assert found["history.days"].value == 30
    assert (days.value.en, days.value.de) == ("30 days", "30 Tage")
    assert days.source == r"HKLM\Software\Policies\Chorale"
    assert "perhaps" in logs.sentence.en
    assert found["keep_logs"].value is False
    with pytest.raises(PolicyError, match="HistoryDays"):
        preferences.set("history.days", 365)


def test_everything_that_is_managed_is_told_with_its_value(tmp_path: Path) -> None:
    policy = policy_of(
        AllowDownloads=0, AllowedDevices="npu,cpu", LogLevel="error", ModelFolder="/srv/models"
    )
    managed = preferences_in(tmp_path, policy).managed()
    assert [each.value.en for each in managed] == ["No", "/srv/models", "cpu, npu", "Errors only"]
    assert preferences_in(tmp_path).managed() == ()


def test_encryption_that_is_required_is_told(tmp_path: Path) -> None:
    assert preferences_in(tmp_path).must_encrypt is None
    assert preferences_in(tmp_path, policy_of(RequireEncryption=0)).must_encrypt is None
    assert preferences_in(tmp_path, policy_of(RequireEncryption=1)).must_encrypt is not None


def test_each_processor_can_be_chosen_and_is_kept_by_what_it_is(tmp_path: Path) -> None:
    preferences = preferences_in(tmp_path)
    auto, cpu, gpu, npu = preferences.devices()
    assert (auto.value, cpu.value, gpu.value) == ("auto", "cpu", str(Pin.of(GPU)))
    assert (gpu.title.en, gpu.note.en) == ("GPU: NVIDIA GeForce RTX 4090", "24.0 GiB of memory.")
    for choice in (auto, cpu, gpu, npu):
        assert choice.is_allowed
        preferences.set("device", choice.value)
        assert shown(preferences)["device"].value == choice.value


def test_the_same_card_after_a_restart_of_windows_is_still_the_chosen_one(tmp_path: Path) -> None:
    preferences_in(tmp_path).set("device", str(Pin.of(GPU)))
    again = replace(GPU, id="dml:1", luid="00000000:00000777", driver="32.0.1")
    choices = preferences_in(tmp_path, devices=(CPU, again)).devices()
    assert [choice.value for choice in choices] == ["auto", "cpu", str(Pin.of(GPU))]


def test_a_card_that_is_gone_is_still_told_of(tmp_path: Path) -> None:
    preferences_in(tmp_path).set("device", str(Pin.of(GPU)))
    *_, last = preferences_in(tmp_path, devices=(CPU, NPU)).devices()
    assert (last.value, last.title.en, last.note.en) == (str(Pin.of(GPU)), GPU.name, "It is not there now.")


def test_a_processor_that_may_not_or_cannot_be_used_says_why(tmp_path: Path) -> None:
    broken = replace(NPU, usable=False, why_not="Its driver is too old.")
    _, cpu, gpu, npu = preferences_in(
        tmp_path, policy_of(AllowedDevices="cpu,npu"), devices=(CPU, GPU, broken)
    ).devices()
    assert cpu.is_allowed
    assert not gpu.is_allowed
    assert "AllowedDevices" in gpu.note.en
    assert not npu.is_allowed
    assert npu.note.en == "Its driver is too old."
