"""This machine as a benchmark's table describes it."""

from __future__ import annotations

import platform

import psutil

from runtime.devices import cpu_features, cpu_name


def describe() -> str:
    """One line: processor, cores, instruction sets, memory, system."""
    memory = psutil.virtual_memory().total / (1 << 30)
    return (
        f"{cpu_name()}, {psutil.cpu_count(logical=False)} cores ({', '.join(cpu_features())}), "
        f"{memory:.0f} GiB, {platform.system()}"
    )
