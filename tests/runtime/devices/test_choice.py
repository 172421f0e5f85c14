"""Which device is tried: what was chosen, found again after whatever happened to the PC, if the model fits it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.graph.directml import build_directml_graph, build_directml_head
from runtime.devices import (
    MemoryNeed,
    Pin,
    choose,
    longest_conversation,
    memory,
    memory_need,
    usable_bytes,
    why_too_small,
)
from runtime.devices.memory import buffer_bytes
from runtime.events import Device, DeviceKind
from runtime.session import directml
from tests.support.random_checkpoint import NAMED, write_random_checkpoint

GIB = 1 << 30
NEED_20B = MemoryNeed(12_470_000_000, 48 * 1024, cache_buffers=48, heads=64)


def gpu(name: str, number: int, own: float, shared: float = 16, *, inside: bool = False) -> Device:
    return Device(
        f"dml:{number}",
        DeviceKind.GPU,
        name,
        int(own * GIB),
        "DmlExecutionProvider",
        "31.0.1.2",
        vendor="Any",
        hardware=f"10de:{sum(name.encode()):04x}",
        luid=f"00000000:{number + 0xC0DE:08x}",
        shared_memory_bytes=int(shared * GIB),
        shares_memory=inside,
    )


CPU = Device("cpu", DeviceKind.CPU, "Any CPU", 32 * GIB, "CPUExecutionProvider")
BIG = gpu("Big Card", 1, 24)
SMALL = gpu("Small Card", 0, 8)
INSIDE = gpu("Inside", 2, 0.125, 16, inside=True)
NPU = replace(gpu("Any NPU", 9, 0, 16, inside=True), id="npu", kind=DeviceKind.NPU)
ALL = (CPU, SMALL, BIG, INSIDE, NPU)


def names(devices: tuple[Device, ...]) -> list[str]:
    return [device.name for device in devices]


def test_auto_takes_a_card_that_the_model_fits_and_never_the_gpu_inside_or_an_npu() -> None:
    choice = choose("auto", ALL, NEED_20B)
    assert names(choice.candidates) == ["Big Card"]
    assert not choice.asked
    assert sorted(choice.why_not) == [
        "Inside shares the PC's memory, where the CPU is expected to be faster; --device gpu uses it.",
        "Small Card: the model needs 13.1 GiB, and this device has 7.4 GiB for it.",
    ]


def test_the_gpu_inside_is_taken_when_a_gpu_is_asked_for() -> None:
    assert names(choose("gpu", [INSIDE], NEED_20B).candidates) == ["Inside"]


def test_cpu_means_the_cpu() -> None:
    assert choose("cpu", ALL, NEED_20B).candidates == ()
    assert choose("auto", (CPU,), NEED_20B) == choose("cpu", (CPU,), NEED_20B)


@pytest.mark.parametrize(
    ("asked", "found"), [("gpu", "Big Card"), ("npu", "Any NPU"), ("dml:1", "Big Card"), ("dml:2", "Inside")]
)
def test_what_is_asked_for_by_name_is_tried(asked: str, found: str) -> None:
    choice = choose(asked, ALL, NEED_20B)
    assert choice.candidates[0].name == found
    assert choice.asked


def test_a_device_that_cannot_be_used_says_its_own_reason() -> None:
    broken = replace(BIG, usable=False, why_not="Its driver is too old.")
    choice = choose("dml:1", (CPU, broken), NEED_20B)
    assert (choice.candidates, choice.why_not) == ((), ("Its driver is too old.",))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("dml:7", "There is no device dml:7; there is: cpu, dml:0."),
        ("npu", "No NPU was found that can run DirectML; there is: cpu, dml:0."),
        (str(Pin.of(BIG)), "Big Card is not there any more."),
    ],
)
def test_a_device_that_is_not_there_is_said_so(asked: str, why: str) -> None:
    choice = choose(asked, (CPU, SMALL), NEED_20B)
    assert (choice.candidates, choice.why_not, choice.asked) == ((), (why,), True)


# Found again


def test_a_chosen_card_is_found_by_its_luid_when_the_numbers_have_moved() -> None:
    pin = str(Pin.of(BIG))
    moved = (CPU, replace(SMALL, id="dml:1"), replace(BIG, id="dml:0"))
    assert names(choose(pin, moved, NEED_20B).candidates) == ["Big Card"]


def test_a_chosen_card_is_found_after_a_reboot_and_a_new_driver() -> None:
    pin = str(Pin.of(BIG))
    later = replace(BIG, luid="00000000:000fffff", driver="32.0.0.1", id="dml:5")
    assert choose(pin, (CPU, SMALL, later), NEED_20B).candidates == (later,)


def test_of_two_cards_of_one_kind_the_chosen_one_is_taken_while_windows_runs() -> None:
    twin = replace(BIG, id="dml:4", luid="00000000:00000044")
    assert Pin.of(twin).find((CPU, BIG, twin)) is twin
    assert Pin.of(BIG).find((CPU, twin, BIG)) is BIG
    rebooted = [replace(twin, luid="00000000:0000aaaa"), replace(BIG, luid="00000000:0000bbbb")]
    assert Pin.of(twin).find(rebooted) is rebooted[0]


def test_a_luid_that_windows_gave_to_another_chip_is_not_it() -> None:
    other = replace(SMALL, luid=BIG.luid)
    assert Pin.of(BIG).find((CPU, other)) is None


@pytest.mark.parametrize(
    "device",
    [
        BIG,
        replace(BIG, driver=""),
        replace(BIG, name="  Größe\n模型 (TM) "),
        replace(BIG, name="x" * 300),
        replace(BIG, hardware="4d4f4351:41333430"),
    ],
)
def test_a_choice_is_one_line_that_reads_back_as_itself(device: Device) -> None:
    text = str(Pin.of(device))
    pin = Pin.parse(text)
    assert pin is not None
    assert "\n" not in text
    assert str(pin) == text
    assert pin.find((CPU, device)) is device


@pytest.mark.parametrize("text", ["", "auto", "adapter", "adapter 10de:2684", "adapter x y z w", "dml:0"])
def test_other_text_is_no_choice_of_an_adapter(text: str) -> None:
    assert Pin.parse(text) is None


# Memory


def test_the_pcs_memory_counts_for_a_gpu_inside_and_not_for_a_card() -> None:
    assert why_too_small(INSIDE, NEED_20B) == ""
    assert "may use 8.1 GiB of the PC's memory" in why_too_small(
        replace(INSIDE, shared_memory_bytes=8 * GIB), NEED_20B
    )
    assert why_too_small(replace(SMALL, shared_memory_bytes=64 * GIB), NEED_20B)
    assert usable_bytes(CPU) is None
    assert why_too_small(replace(SMALL, memory_bytes=None), NEED_20B) == ""


def test_a_model_needs_its_weights_with_dense_matrices_at_8_bits_and_a_cache(tmp_path: Path) -> None:
    checkpoint = Checkpoint.open(write_random_checkpoint(tmp_path, NAMED["tiny"]))
    need = memory_need(checkpoint)
    published = sum(tensor.size for tensor in checkpoint.tensors.values())
    assert 0.6 * published < need.weight_bytes
    assert need.row_bytes == 2 * 4 * 2 * 64 * 2  # keys and values, layers, heads, numbers, bytes
    assert need.total_bytes > need.weight_bytes + need.row_bytes * need.positions


def test_what_a_model_needs_is_what_its_graphs_put_on_the_device(tmp_path: Path) -> None:
    checkpoint = Checkpoint.open(write_random_checkpoint(tmp_path / "model", NAMED["two_shards"]))
    for _ in make_dense(checkpoint, tmp_path):
        pass
    dense = open_dense(checkpoint, tmp_path)
    layers = build_directml_graph(checkpoint, dense, tokens=1, capacity=1)
    head = build_directml_head(checkpoint, dense)
    # DirectML's memory is handed out in powers of two, and 64 KiB at least.
    buffers = [
        max(64 << 10, 1 << (weight.size - 1).bit_length())
        for weight in {**layers.weights, **head.weights}.values()
    ]
    assert memory_need(checkpoint).weight_bytes == pytest.approx(sum(buffers), rel=0.04)


@pytest.mark.parametrize(("size", "takes"), [(1, 1 << 16), (1 << 16, 1 << 16), ((1 << 16) + 1, 1 << 17)])
def test_a_buffer_takes_a_power_of_two(size: int, takes: int) -> None:
    assert buffer_bytes(size) == takes


def test_a_conversation_may_be_as_long_as_fits_beside_the_model() -> None:
    card = replace(BIG, memory_bytes=16 * GIB)
    assert longest_conversation(card, NEED_20B, 131_072) == 8192
    assert longest_conversation(BIG, NEED_20B, 131_072) == 65_536
    assert longest_conversation(BIG, NEED_20B, 10_000) == 10_000
    assert longest_conversation(SMALL, NEED_20B, 131_072) == 4096
    assert longest_conversation(SMALL, NEED_20B, 1000) == 1000
    assert longest_conversation(CPU, NEED_20B, 131_072) is None


def test_a_cache_that_grew_counts_with_the_smaller_ones_it_had() -> None:
    mib = 1 << 20
    first, grown = 49 * 4 * mib, 49 * 8 * mib  # 48 buffers and a spare one, 1 KiB a position each
    assert NEED_20B.conversation_bytes(4096) == first + 3 * 256 * mib
    assert NEED_20B.conversation_bytes(8192) == first + grown + 3 * 512 * mib
    assert NEED_20B.conversation_bytes(8000) == NEED_20B.conversation_bytes(8192)


def test_attention_scores_are_counted_as_they_are_fed() -> None:
    assert memory.PIECES == directml.CHUNKS
    assert memory.SCORES_BYTES == directml._SCORES_BYTES
    assert memory._CONTEXT == directml.SMALLEST_CAPACITY
