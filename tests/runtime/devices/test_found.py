"""Processors are listed as they are, and ONNX Runtime is told the one that is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runtime import devices
from runtime.devices import found
from runtime.devices.adapter import Adapter
from runtime.events import DeviceKind

CARD = Adapter("00000000:0000c0de", "Any Graphics", 0x10DE, 0x2684, "31.0.1.2", 8 << 30, 16 << 30, index=1)
NPU = Adapter(
    "00000000:000000a1", "Any NPU", 0x8086, 0x7D1D, "32.0.1", 0, 8 << 30, is_npu=True, is_integrated=False
)


@pytest.fixture
def present(monkeypatch: pytest.MonkeyPatch) -> list[Adapter]:
    """What is plugged in; a test may change it."""
    plugged = [CARD, NPU]
    monkeypatch.setattr(found, "adapters", lambda: tuple(plugged))
    return plugged


def test_adapters_are_listed_after_the_cpu_with_all_that_is_known_of_them(present: list[Adapter]) -> None:
    cpu, card, npu = devices.list_devices()
    assert cpu.id == "cpu"
    assert (card.id, card.kind, card.name) == ("dml:1", "gpu", "Any Graphics")
    assert (card.memory_bytes, card.shared_memory_bytes, card.driver) == (8 << 30, 16 << 30, "31.0.1.2")
    assert (card.vendor, card.hardware, card.luid) == ("NVIDIA", "10de:2684", "00000000:0000c0de")
    assert (npu.id, npu.kind, npu.memory_bytes) == ("npu", DeviceKind.NPU, 0)


def test_a_second_npu_says_why_it_cannot_be_used(present: list[Adapter]) -> None:
    present.append(replace(NPU, luid="00000000:000000a2"))
    *_, second = devices.list_devices()
    assert not second.usable
    assert "first NPU only" in second.why_not


def test_an_adapter_that_dxgi_does_not_list_says_why_it_cannot_be_used(present: list[Adapter]) -> None:
    present[0] = replace(CARD, index=None)
    _, card, _ = devices.list_devices()
    assert not card.usable
    assert "DXGI does not list it" in card.why_not


def test_the_number_onnx_runtime_takes_is_that_of_the_luid_at_this_moment(present: list[Adapter]) -> None:
    _, card, npu = devices.list_devices()
    assert devices.provider_options(card) == {"device_id": "1"}
    assert devices.provider_options(npu) == {"device_filter": "npu"}
    # A dock with a card in it is plugged in: the numbers move.
    present[:] = [replace(CARD, luid="00000000:00000001", name="Dock"), replace(CARD, index=2)]
    present[0] = replace(present[0], index=1)
    assert devices.provider_options(card) == {"device_id": "2"}


def test_a_device_that_is_gone_is_not_mistaken_for_the_one_in_its_place(present: list[Adapter]) -> None:
    _, card, _ = devices.list_devices()
    present[:] = [replace(CARD, luid="00000000:00000001")]
    with pytest.raises(LookupError):
        devices.provider_options(card)
