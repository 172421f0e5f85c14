"""What Windows says of its adapters is read right, also where a driver says little or a library is a stub."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import replace

import pytest

from runtime.devices import dxcore, dxgi
from runtime.devices.adapter import Adapter, merge
from runtime.devices.com import Object, driver_version
from runtime.devices.found import adapters
from tests.fakes.com import FAILED, FakeAdapter, FakeDxcore, FakeDxgi

windows_only = pytest.mark.skipif(sys.platform != "win32", reason="DXGI is Windows'")

CARD = FakeAdapter("NVIDIA GeForce RTX 4090", dedicated=24 << 30, shared=16 << 30, luid=0x1_0000_C0DE)
INSIDE = FakeAdapter(
    "Intel(R) Arc(TM) Graphics", 0x8086, 0x7D55, dedicated=128 << 20, luid=0xBEEF, is_integrated=True
)
COMPUTES = (dxcore.CORE_COMPUTE, dxcore.GENERIC_ML)
DRAWS = (*COMPUTES, dxcore.GRAPHICS)
NPU = FakeAdapter(
    "Intel(R) AI Boost", 0x8086, 0x7D1D, dedicated=0, luid=0xA1, attributes=(dxcore.NPU, *COMPUTES)
)
SOFTWARE = FakeAdapter("Software", flags=2, is_hardware=False, attributes=DRAWS, luid=0x5)
BASIC = FakeAdapter("Microsoft Basic Render Driver", 0x1414, 0x8C, attributes=DRAWS, luid=0x6)


def from_dxgi(*found: FakeAdapter) -> tuple[Adapter, ...]:
    library = FakeDxgi(found, dxgi.Description)
    listed = dxgi.adapters(library.create)
    assert library.alive == 0, "something was never let go of"
    return listed


def from_dxcore(*found: FakeAdapter) -> tuple[Adapter, ...]:
    library = FakeDxcore(found)
    listed = dxcore.adapters(library.create)
    assert library.alive == 0, "something was never let go of"
    return listed


def test_dxgi_tells_name_memory_driver_luid_and_number_of_a_card() -> None:
    (card,) = from_dxgi(CARD)
    assert card == Adapter(
        luid="00000001:0000c0de",
        name="NVIDIA GeForce RTX 4090",
        vendor_id=0x10DE,
        device_id=0x2684,
        driver="31.0.15.3623",
        dedicated_bytes=24 << 30,
        shared_bytes=16 << 30,
        index=0,
    )
    assert (card.vendor, card.hardware) == ("NVIDIA", "10de:2684")


def test_software_adapters_are_left_out_and_the_others_keep_their_numbers() -> None:
    listed = from_dxgi(SOFTWARE, BASIC, CARD)
    assert [(adapter.name, adapter.index) for adapter in listed] == [("NVIDIA GeForce RTX 4090", 2)]
    assert [a.luid for a in from_dxcore(SOFTWARE, BASIC, replace(CARD, attributes=DRAWS))] == [
        "00000001:0000c0de"
    ]


def test_an_adapter_that_fails_when_asked_does_not_hide_the_others() -> None:
    assert [adapter.name for adapter in from_dxgi(replace(CARD, broken=True), INSIDE)] == [INSIDE.name]
    broken = replace(CARD, broken=True, attributes=DRAWS)
    assert [adapter.name for adapter in from_dxcore(broken, NPU)] == [NPU.name]


def test_an_adapter_without_a_name_or_a_driver_version_is_listed_by_what_its_chip_is() -> None:
    silent = replace(CARD, name="", driver=None)
    (card,) = merge(from_dxgi(silent), ())
    assert (card.name, card.driver) == ("NVIDIA graphics adapter 10de:2684", "")
    (npu,) = merge((), from_dxcore(replace(NPU, without=(1, 2, 9, 12, 14))))
    assert (npu.name, npu.driver, npu.shared_bytes) == ("Intel NPU 8086:7d1d", "", 0)


def test_an_adapter_without_a_luid_is_not_listed_because_it_could_not_be_chosen() -> None:
    assert from_dxcore(replace(NPU, without=(0,))) == ()


def test_an_npu_is_known_by_what_it_cannot_do() -> None:
    npu, card = from_dxcore(NPU, replace(CARD, attributes=DRAWS))
    assert (npu.is_npu, card.is_npu) == (True, False)
    assert (npu.index, card.index) == (None, None)
    # Before Windows 11 24H2 there is no attribute for NPUs.
    (older,) = from_dxcore(replace(NPU, attributes=(dxcore.CORE_COMPUTE,)))
    assert older.is_npu


def test_an_adapter_in_both_lists_is_one_and_one_list_adds_what_the_other_lacks() -> None:
    listed = merge(
        from_dxgi(replace(INSIDE, name="", driver=None), CARD),
        from_dxcore(NPU, replace(CARD, attributes=DRAWS), replace(INSIDE, attributes=DRAWS)),
    )
    assert [adapter.name for adapter in listed] == [INSIDE.name, CARD.name, NPU.name]
    assert [adapter.index for adapter in listed] == [0, 1, None]
    assert [adapter.is_integrated for adapter in listed] == [True, False, False]
    assert listed[0].driver == "31.0.15.3623"


def test_two_cards_of_one_kind_are_two() -> None:
    listed = from_dxgi(CARD, replace(CARD, luid=0x77))
    assert len({adapter.luid for adapter in listed}) == len(merge(listed, ())) == 2


def test_a_missing_library_is_an_empty_list() -> None:
    assert dxgi.adapters(None) == ()
    assert dxcore.adapters(None) == ()


def test_a_library_that_makes_no_factory_is_an_empty_list() -> None:
    def fails(interface: object, out: object) -> int:
        return FAILED

    def lies(interface: object, out: object) -> int:
        return 0  # and leaves the pointer empty, as a stub may

    for stub in (fails, lies):
        assert dxgi.adapters(stub) == ()
        assert dxcore.adapters(stub) == ()


def test_a_graphics_adapter_shares_the_pcs_memory_if_dxcore_says_so_or_else_if_it_has_hardly_any() -> None:
    assert not from_dxgi(CARD)[0].shares_memory
    assert from_dxgi(INSIDE)[0].shares_memory
    carved_out = replace(INSIDE, dedicated=4 << 30, attributes=DRAWS)  # set in the BIOS
    assert merge(from_dxgi(carved_out), from_dxcore(carved_out))[0].shares_memory


def test_an_unknown_maker_is_named_by_its_number() -> None:
    assert from_dxgi(replace(CARD, vendor_id=0xABCD))[0].vendor == "vendor abcd"


@pytest.mark.parametrize(
    ("packed", "text"), [(0x001F_0000_000F_0E27, "31.0.15.3623"), (0, ""), (-1, "65535.65535.65535.65535")]
)
def test_a_driver_version_is_unpacked(packed: int, text: str) -> None:
    assert driver_version(packed) == text


def test_an_object_that_was_never_made_is_not_let_go_of() -> None:
    with Object() as nothing:
        assert not nothing


def test_the_layout_of_a_description_is_windows_own() -> None:
    assert ctypes.sizeof(dxgi.Description) == 2 * 128 + 4 * 4 + 3 * 8 + 8 + 4 + 4  # the last 4 are padding


@windows_only
def test_adapters_have_names_and_luids_of_their_own() -> None:
    found = adapters()
    assert all(adapter.name and adapter.dedicated_bytes >= 0 for adapter in found)
    assert len({adapter.luid for adapter in found}) == len(found)


@pytest.mark.skipif(sys.platform == "win32", reason="there it has some")
def test_elsewhere_there_are_no_adapters() -> None:
    assert adapters() == ()
