"""`chorale devices`: every processor found, and which models it can run, or why not.

`--test` tests each GPU and NPU with a model, whatever was found out before; `--use` keeps a choice.
"""

from __future__ import annotations

import argparse
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psutil

from app import device_report
from app.commands.answering import show_progress
from app.device_policy import allowed_device
from app.foreground import iterate
from app.house import House
from app.installs import Install, load_request
from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.errors import EngineError, InputError, ModelError
from runtime import kernels
from runtime.device_errors import DeviceError
from runtime.device_load import DeviceLoad
from runtime.devices import Pin, list_devices, memory_need, why_too_small
from runtime.engine import context_limit
from runtime.events import Device, DeviceKind, LoadProgress

_PASSED = "computes as the CPU does"


def run(options: argparse.Namespace, house: House) -> int:
    """Print what each device is and can do. Raises `AppError` or `Cancelled`."""
    if options.use is not None:
        return _use(options.use, house)
    if options.test:
        return _test(options, house)
    for device in list_devices():
        report = device_report.about(device, house)
        if options.json:
            house.terminal.json(report)
        else:
            for line in device_report.sentences(report):
                house.terminal.line(line)
    return 0


def _use(asked: str, house: House) -> int:
    """Keep the choice `asked`; a numbered adapter is kept by what it is, because numbers move."""
    allowed_device(asked, house.policy, insist=True)
    kept, name = asked, asked
    if asked.startswith("dml:"):
        found = next((device for device in list_devices() if device.id == asked), None)
        if found is None:
            raise InputError(f"There is no device {asked}. `chorale devices` lists what there is.")
        kept, name = str(Pin.of(found)), found.name
    house.settings.device = kept
    house.terminal.note(f"From now on models run on: {name}.")
    return 0


def _test(options: argparse.Namespace, house: House) -> int:
    install = house.installs.resolve(options.model)
    devices = [device for device in list_devices() if device.kind is not DeviceKind.CPU]
    if not devices:
        raise EngineError("No GPU or NPU was found, so there is nothing to test; models run on the CPU.")
    allowed = [device for device in devices if house.policy.allows_device(device.kind.value)]
    if not allowed:
        house.policy.check_device(devices[0].kind.value)
    testing = _Testing(install, house)
    failed = 0
    for device in allowed:
        for event in iterate(lambda device=device: testing.run(device), testing.stop):  # type: ignore[misc]
            if isinstance(event, LoadProgress):
                show_progress(event, house.terminal)
                continue
            house.terminal.clear_status()
            failed += not event["passed"]
            if options.json:
                house.terminal.json(event)
            else:
                for line in _lines(event):
                    house.terminal.line(line)
    return 1 if failed else 0


class _Testing:
    """Tests devices with one model, in this process."""

    def __init__(self, install: Install, house: House) -> None:
        self._install = install
        self._house = house
        self._load: DeviceLoad | None = None
        self._stopped = False

    def stop(self) -> None:
        self._stopped = True
        if self._load is not None:
            self._load.terminate()

    def run(self, device: Device) -> Generator[LoadProgress | dict[str, Any], None, None]:
        """Progress, then the result for JSON."""
        kernels.select(None)
        threads = self._house.settings.threads or psutil.cpu_count(logical=False) or 1
        request = load_request(self._install, device=device.id, threads=threads)
        checkpoint = Checkpoint.open(self._install.folder)
        result = {"type": "test", "device": device.id, "name": device.name, "model": self._install.name}
        if why := device.why_not or why_too_small(device, memory_need(checkpoint)):
            yield {**result, "passed": False, "why_not": why, "numbers": None}
            return
        cache = Path(request.cache)
        dense = open_dense(checkpoint, cache)
        if dense is None:
            for done, total in make_dense(checkpoint, cache):
                if self._stopped:
                    return
                yield LoadProgress("preparing", done, total)
            if (dense := open_dense(checkpoint, cache)) is None:
                raise ModelError(f"The files in {self._install.folder} changed meanwhile. Try again.")
        limit = context_limit(checkpoint.config, None)
        self._load = DeviceLoad(request, checkpoint, dense, limit=limit, threads=threads)
        try:
            verdict = yield from self._load.test(device)
        except DeviceError as error:
            yield {**result, "passed": False, "why_not": error.user_text, "numbers": None}
            return
        finally:
            self._load = None
        yield {
            **result,
            "passed": verdict.passed,
            "why_not": verdict.sentence,
            "numbers": verdict.numbers,
        }


def _lines(result: dict[str, Any]) -> list[str]:
    """A result in lines: what came of it, then the numbers of each part."""
    where = f"{result['device']}, {result['model']}"
    lines = [f"{where}: {result['name']} {_PASSED}." if result["passed"] else f"{where}: {result['why_not']}"]
    if numbers := result["numbers"]:
        allowed = numbers["allowed"]
        lines.append(
            f"    allowed: {_percent(allowed['relative'])} of the largest logit, {allowed['kl']:.4f} nats"
        )
        for name, part in numbers["parts"].items():
            lines.append(
                f"    {name}: {_percent(part['relative'])}, {_nats(part['kl'])}, same first choice at "
                f"{_percent(part['top_1'])} of {part['positions']} positions"
            )
    return lines


def _percent(share: float | None) -> str:
    return "no number" if share is None else f"{100 * share:.2f} %"


def _nats(kl: float | None) -> str:
    return "no number" if kl is None else f"{kl:.5f} nats"
