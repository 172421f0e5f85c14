"""The table of a comparison in Markdown, from its samples: medians, their spread, and ratios within rounds."""

from __future__ import annotations

import statistics
from pathlib import Path

from models.config import ModelConfig
from runtime.bandwidth import bytes_a_token
from tests.benchmarks.machine import describe
from tests.benchmarks.samples import Samples, spread

CHORALE, LLAMA, MAPPED = "Chorale", "llama.cpp", "llama.cpp mapped"
STOCK = "ONNX Runtime stock, int4"
BANDWIDTH, MEMORY = "read bandwidth", "private memory at 8k"
LOWER_IS_BETTER = ("s", "MB")
# Rows whose speed memory bounds: how the bandwidth measured around each turn is filed, and the context.
BOUND = {
    "decode, short context": ("short", 600),
    "decode at 8k": ("deep8k", 8200),
    "decode at 16k": ("deep16k", 16400),
}


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
    for row in samples.rows():
        if row == BANDWIDTH:
            continue
        unit = samples.unit(row)
        cells = [_cell(samples, row, name, unit) for name in names]
        share = _share(samples, row, config)
        lines.append(f"| {row} | {' | '.join(cells)} | {ratio(samples, row)} | {share} |")
    if read := [sample.value for sample in samples if sample.row == BANDWIDTH]:
        lines += ["", f"Read bandwidth: {spread(read)} GB/s with {threads} threads."]
    return "\n".join(lines) + "\n"


def write_into(page: Path, layers: int, text: str) -> bool:
    """Put a table between this many layers' marks in a page of Markdown; False, and nothing changed, without them."""
    begin, end = f"<!-- {layers} layers -->\n", f"<!-- end of {layers} layers -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        return False
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
    return True


def _cell(samples: Samples, row: str, name: str, unit: str) -> str:
    values = list(samples.values(row, name).values())
    return f"{spread(values)} {unit}" if values else "–"


def _share(samples: Samples, row: str, config: ModelConfig) -> str:
    """What part of the bandwidth measured around it Chorale's decoding used: median, least and most."""
    kind, context = BOUND.get(row, ("", 0))
    read, ours = samples.values(BANDWIDTH, f"{kind} {CHORALE}"), samples.values(row, CHORALE)
    a_token = bytes_a_token(config, context) / 1e9
    shares = [100 * ours[n] * a_token / read[n] for n in ours if n in read]
    return f"{statistics.median(shares):.0f} % ({min(shares):.0f} to {max(shares):.0f})" if shares else ""


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
