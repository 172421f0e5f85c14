"""Writes a checkpoint of gpt-oss-20b's full width with random weights, to measure what the real one costs.

    python -m tests.benchmarks.synthetic_checkpoint --layers 24 OUT

Names, shapes, dtypes and the split into shards are the published ones; 24 layers have 13.8 GB in three shards, as
the real download. Speed, memory and disk are those of the real model, as none of them depends on the weights'
values; what it says is noise. It is written about as fast as the disk takes it: one stretch of random numbers for
each kind of tensor is made, and each tensor of that kind starts elsewhere in it. Its length is a prime, so that
no two rows of a matrix are equal. Scales are those of `tests.support.random_checkpoint`: activations stay finite.

The tokenizer spells text byte by byte (ids 0 to 255) and has Harmony's special tokens under their published ids;
the ids between and above have logits as all others, may be drawn, and then stand for no text. `--tokenizer` takes
a real tokenizer.json instead.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.support.gpt_oss_layout import RandomConfig, tensor_specs, write_side_files
from tests.support.random_checkpoint import SEED, stream_of, tensor_values
from tests.support.safetensors_file import TensorSpec, write_checkpoint

STRETCH_ITEMS = 4_194_319  # a prime
SHARD_BYTES = 5_000_000_000
VOCABULARY = 201_088
FIRST_SPECIAL = 199_998


def full_width(layers: int) -> RandomConfig:
    """gpt-oss-20b with `layers` layers, in as many shards of at most 5 GB as it takes."""
    config = RandomConfig(num_hidden_layers=layers, vocab_size=VOCABULARY, first_special=FIRST_SPECIAL)
    total = sum(spec.byte_count for spec in tensor_specs(config))
    return RandomConfig(
        num_hidden_layers=layers,
        vocab_size=VOCABULARY,
        first_special=FIRST_SPECIAL,
        shards=-(-total // SHARD_BYTES),
    )


def write_synthetic_checkpoint(
    folder: Path, config: RandomConfig, seed: int = SEED, stretch_items: int = STRETCH_ITEMS
) -> int:
    """Write the checkpoint into `folder`, made if need be; returns its tensors' bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    write_side_files(folder, config)
    specs = tensor_specs(config)

    @functools.cache
    def stretch(name: str, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
        return tensor_values(TensorSpec(name, dtype, shape), stream_of(name, seed), stretch_items)

    def fill(spec: TensorSpec) -> Iterator[np.ndarray]:
        kind = ".".join(part for part in spec.name.split(".") if not part.isdigit())
        values = stretch(kind, spec.dtype, spec.shape)
        digest = hashlib.sha256(f"{seed}/{spec.name}".encode()).digest()
        begin = int.from_bytes(digest[:8], "little") % stretch_items
        left = spec.item_count
        while left:
            part = values[begin : begin + left]
            yield part
            left -= len(part)
            begin = 0

    write_checkpoint(folder, specs, fill, config.shards)
    return sum(spec.byte_count for spec in specs)


def main(arguments: list[str] | None = None, say: Callable[[str], object] = sys.stdout.write) -> int:
    parser = argparse.ArgumentParser(description="Write a full-width gpt-oss checkpoint with random weights.")
    parser.add_argument("--layers", type=int, default=24, help="24 as gpt-oss-20b (the default), or fewer")
    parser.add_argument("--tokenizer", type=Path, help="a tokenizer.json of gpt-oss to use")
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder, empty or not yet there")
    options = parser.parse_args(arguments)
    if options.layers < 1:
        parser.error("--layers must be at least 1")
    if options.out.exists() and any(options.out.iterdir()):
        parser.error(f"{options.out} is not empty")
    config = full_width(options.layers)
    needed = sum(spec.byte_count for spec in tensor_specs(config))
    parent = next(path for path in options.out.absolute().parents if path.exists())
    free = shutil.disk_usage(parent).free
    if free < needed:
        parser.error(f"it takes {needed / 1e9:.1f} GB; {parent} has {free / 1e9:.1f} GB free")
    started = time.perf_counter()
    written = write_synthetic_checkpoint(options.out, config)
    if options.tokenizer:
        shutil.copyfile(options.tokenizer, options.out / "tokenizer.json")
    seconds = time.perf_counter() - started
    say(f"{options.out}: layers {options.layers}, shards {config.shards}, {written / 1e9:.2f} GB")
    say(f" in {seconds:.0f} s ({written / seconds / 1e9:.2f} GB/s)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
