"""One thread a core, fast cores first: on plain, hyper-threaded and hybrid processors, and in containers."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar

import psutil
import pytest

from runtime import cores as module
from runtime.cores import Core, Residence, cores, cores_for_model, linux_cores, windows_cores


def write_sys(
    folder: Path, siblings: dict[int, str], slow: str = "", capacity: dict[int, int] | None = None
) -> Path:
    for processor, listed in siblings.items():
        cpu = folder / "system" / "cpu" / f"cpu{processor}"
        (cpu / "topology").mkdir(parents=True)
        (cpu / "topology" / "thread_siblings_list").write_text(f"{listed}\n")
        if capacity:
            (cpu / "cpu_capacity").write_text(f"{capacity[processor]}\n")
    if slow:
        (folder / "cpu_atom").mkdir()
        (folder / "cpu_atom" / "cpus").write_text(f"{slow}\n")
    return folder


def order(found: Iterable[Core]) -> tuple[Core, ...]:
    return tuple(sorted(found, key=lambda core: (-core.speed, core.processors)))


def test_two_threads_of_one_core_count_once(tmp_path: Path) -> None:
    devices = write_sys(tmp_path, {0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"})
    assert order(linux_cores(devices, range(4))) == (Core((0, 2), 1), Core((1, 3), 1))


def test_a_container_that_may_use_some_processors_is_not_oversubscribed(tmp_path: Path) -> None:
    devices = write_sys(tmp_path, {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"})
    assert order(linux_cores(devices, {1, 2, 3})) == (Core((1,), 1), Core((2, 3), 1))


def test_a_laptop_with_enough_fast_cores_runs_on_those_alone(tmp_path: Path) -> None:
    siblings = {n: f"{n // 2 * 2}-{n // 2 * 2 + 1}" for n in range(8)} | {n: str(n) for n in range(8, 16)}
    found = order(linux_cores(write_sys(tmp_path, siblings, slow="8-15"), range(16)))
    assert len(found) == 12
    assert cores_for_model(found) == tuple(Core((n, n + 1), 1) for n in range(0, 8, 2))


def test_a_laptop_with_two_fast_cores_also_uses_the_others(tmp_path: Path) -> None:
    siblings = {0: "0-1", 1: "0-1", 2: "2-3", 3: "2-3"} | {n: str(n) for n in range(4, 12)}
    found = order(linux_cores(write_sys(tmp_path, siblings, slow="4-11"), range(12)))
    assert len(cores_for_model(found)) == 10
    assert [core.speed for core in found[:3]] == [1, 1, 0]


def test_arm_tells_how_fast_each_core_is(tmp_path: Path) -> None:
    siblings = {n: str(n) for n in range(8)}
    devices = write_sys(tmp_path, siblings, capacity={n: 400 if n < 4 else 1024 for n in range(8)})
    assert [core.processors for core in cores_for_model(order(linux_cores(devices, range(8))))] == [
        (4,), (5,), (6,), (7,),
    ]  # fmt: skip


def described(efficiency: int, mask: int, group: int = 0) -> bytes:
    """One SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX of a core."""
    body = struct.pack("<BB20xH", 1, efficiency, 1) + struct.pack("<QH6x", mask, group)
    return struct.pack("<II", 0, 8 + len(body)) + body


def test_windows_lists_cores_with_their_efficiency_class() -> None:
    data = b"".join(
        [
            described(0, 0b0001_0000),
            struct.pack("<II8x", 3, 16),  # a package: something else
            described(1, 0b0011),
            described(1, 0b1100),
            described(1, 0b1, group=1),
        ]
    )
    assert order(windows_cores(data)) == (Core((0, 1), 1), Core((2, 3), 1), Core((4,), 0))


def test_processors_that_this_process_may_not_use_are_none_on_windows() -> None:
    data = described(1, 0b0011) + described(1, 0b1100) + described(0, 0b0001_0000)
    assert order(windows_cores(data, {0, 4})) == (Core((0,), 1), Core((4,), 0))


@pytest.mark.parametrize("cut", [0, 4, 8])
def test_an_answer_of_windows_that_is_cut_short_is_no_endless_loop(cut: int) -> None:
    assert list(windows_cores(bytes(cut))) == []


def test_this_machine_has_cores_and_no_more_than_psutil_counts() -> None:
    found = cores()
    assert 1 <= len(found) <= (psutil.cpu_count() or 1)


def test_a_system_that_tells_nothing_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise OSError

    monkeypatch.setattr(module, "linux_cores", fails)
    monkeypatch.setattr(module, "_windows_cores", fails)
    assert len(cores()) == (psutil.cpu_count(logical=False) or psutil.cpu_count())


class FakeProcess:
    """A process on a hybrid processor with five logical processors."""

    kept: ClassVar[list[list[int]]] = []

    def cpu_affinity(self, processors: list[int] | None = None) -> list[int]:
        if processors is not None:
            self.kept.append(processors)
        return self.kept[-1] if self.kept else [0, 1, 2, 3, 4]


FAST, SLOW = (Core((0, 1), 1), Core((2, 3), 1)), (Core((4,), 0),)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    monkeypatch.setattr(psutil, "Process", FakeProcess)
    monkeypatch.setattr(FakeProcess, "kept", [])
    return FakeProcess.kept


def test_only_on_a_hybrid_processor_is_the_process_kept_to_some_cores(kept: list[list[int]]) -> None:
    residence = Residence()
    residence.keep_to(FAST, FAST)
    residence.keep_to((*FAST, *SLOW), (*FAST, *SLOW))
    residence.let_go()
    assert kept == []
    residence.keep_to(FAST, (*FAST, *SLOW))
    assert kept == [[0, 1, 2, 3]]


def test_a_process_let_go_runs_where_it_might_before(kept: list[list[int]]) -> None:
    residence = Residence()
    residence.keep_to(FAST, (*FAST, *SLOW))
    residence.let_go()
    residence.let_go()
    assert kept == [[0, 1, 2, 3], [0, 1, 2, 3, 4]]
