"""Preferences for the settings page's tests and pictures: real ones, on a folder of the test, with devices told."""

from __future__ import annotations

from pathlib import Path

from app.installs import Installs
from app.paths import Paths
from app.policy import NO_POLICY, Policy
from app.preferences import Preferences, Value
from app.settings import Settings
from runtime.events import Device, DeviceKind

CPU = Device("cpu", DeviceKind.CPU, "Intel Core Ultra 7 155H", 32 << 30, "CPUExecutionProvider")
GPU = Device(
    "dml:0",
    DeviceKind.GPU,
    "NVIDIA GeForce RTX 4090",
    24 << 30,
    "DmlExecutionProvider",
    driver="31.0.15.3623",
    hardware="10de:2684",
    luid="00000000:0000c0de",
)
NPU = Device(
    "npu",
    DeviceKind.NPU,
    "Intel AI Boost",
    None,
    "DmlExecutionProvider",
    driver="32.0.100.3104",
    hardware="8086:7d1d",
    luid="00000000:0000beef",
)


class AtOnce:
    """Settings that are written where they are set."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def get(self, key: str) -> Value:
        return self._settings.get(key)

    def set(self, key: str, value: Value) -> None:
        self._settings.set(key, value)


def preferences_in(
    folder: Path, policy: Policy = NO_POLICY, devices: tuple[Device, ...] = (CPU, GPU, NPU)
) -> Preferences:
    """Preferences whose settings are in `folder`."""
    paths = Paths(folder / "config", folder / "data", folder / "cache", folder / "logs")
    settings = Settings(paths.settings_file, policy)
    return Preferences(settings, AtOnce(settings), Installs(paths, settings), lambda: devices)
