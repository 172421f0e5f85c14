"""Which matrices the derived file holds (`dense`), for who only wants to know how large it is."""

from __future__ import annotations

from models.checkpoint import Checkpoint

BLOCK = 32  # weights of a row that share a scale


def dense_matrices(checkpoint: Checkpoint) -> tuple[str, ...]:
    """Names (without `.weight`) of the matrices that the derived file holds."""
    return tuple(
        name.removesuffix(".weight")
        for name in checkpoint.tensors
        if name.endswith("_proj.weight") or name == "lm_head.weight"
    )
