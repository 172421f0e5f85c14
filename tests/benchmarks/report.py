"""The table of a comparison in Markdown, from its samples: medians, their spread, and ratios within rounds."""

from __future__ import annotations

import statistics

from models.config import ModelConfig
from runtime.bandwidth import bytes_a_token
from tests.benchmarks.machine import describe
from tests.benchmarks.samples import Samples, spread

CHORALE, LLAMA, MAPPED = "Chorale", "llama.cpp", "llama.cpp mapped"
STOCK = "ONNX Runtime stock, int4"
MACHINE = "machine"
BANDWIDTH, MEMORY = "read bandwidth", "private memory at 8k"
LOWER_IS_BETTER = ("s", "MB")
DEPTHS = {"decode, short context": 600, "decode at 8k": 8200, "decode at 16k": 16400}


def table(samples: Samples, config: ModelConfig, threads: int) -> str:
    """All rows that were measured, one line each; ratio > 1 means that Chorale is better."""
    measured = {sample.contender for sample in samples}
    names = [name for name in (CHORALE, LLAMA, MAPPED, STOCK) if name in measured]
    lines = [
        f"{config.layers} layers, {threads} threads, {describe()}.",
        "",
        f"| | {' | '.join(names)} | ratio to llama.cpp (least to most) | of the memory bandwidth |",
        "|---" * (len(names) + 3) + "|",
    ]
    bandwidth = samples.values(BANDWIDTH, MACHINE)
    for row in samples.rows():
        if row == BANDWIDTH:
            continue
        unit = samples.unit(row)
        cells = [_cell(samples, row, name, unit) for name in names]
        share = ""
        ours = samples.values(row, CHORALE)
        if row in DEPTHS and ours and bandwidth:
            used = statistics.median(ours.values()) * bytes_a_token(config, DEPTHS[row])
            share = f"{100 * used / (1e9 * max(bandwidth.values())):.0f} %"
        lines.append(f"| {row} | {' | '.join(cells)} | {ratio(samples, row)} | {share} |")
    if bandwidth:
        lines += ["", f"Read bandwidth: {spread(list(bandwidth.values()))} GB/s with {threads} threads."]
    return "\n".join(lines) + "\n"


def _cell(samples: Samples, row: str, name: str, unit: str) -> str:
    values = list(samples.values(row, name).values())
    return f"{spread(values)} {unit}" if values else "–"


def ratio(samples: Samples, row: str) -> str:
    """How many times better Chorale is than the better of llama.cpp's settings, within rounds."""
    ours = samples.values(row, CHORALE)
    lower = samples.unit(row) in LOWER_IS_BETTER
    rivals = [values for name in (LLAMA, MAPPED) if (values := samples.values(row, name))]
    if not ours or not rivals:
        return ""
    best = (min if lower else max)(rivals, key=lambda values: statistics.median(values.values()))
    pairs = [best[n] / ours[n] if lower else ours[n] / best[n] for n in ours if n in best]
    if not pairs:
        middle = statistics.median(best.values()) / statistics.median(ours.values())
        return f"{middle if lower else 1 / middle:.2f}×"
    if len(pairs) == 1:
        return f"{pairs[0]:.2f}×"
    return f"**{statistics.median(pairs):.2f}×** ({min(pairs):.2f} to {max(pairs):.2f})"
