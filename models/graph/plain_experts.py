"""The experts from plain operators: packed bytes are looked up, and each chosen expert is decoded once.

A packed byte is two E2M1 codes; a table of 256 pairs turns it into two weights, exact in float16, and a table of
256 powers of two turns an E8M0 byte into its scale. So a matrix is: Gather (the chosen experts' bytes), Cast,
Gather (table), Mul (scales), MatMul.

One token has one row for each of its experts. A chunk of S tokens is grouped by expert first: its S·k rows are laid
out in blocks of `block_rows`, each of one expert only, and blocks are computed `GROUP` at a time. How many blocks
there are at most is known beforehand (`block_count`), so that all shapes are fixed; what no token needs is computed
in vain and read by nobody. Nothing is dropped, however unevenly tokens are spread.
"""

from __future__ import annotations

import numpy as np

from models.checkpoint import Checkpoint
from models.graph.plain import PlainGraph

SWIGLU_ALPHA = 1.702  # fixed in gpt-oss, not in config.json
GROUP = 4  # experts decoded at a time: 200 MB of float16 for gpt-oss-20b
_E2M1 = (0, 0.5, 1, 1.5, 2, 3, 4, 6, -0.0, -0.5, -1, -1.5, -2, -3, -4, -6)
_LOWEST_GATE = -1e3  # gate * sigmoid(1.702 gate) is 0 there; keeps an overflow of float16 from becoming NaN


def block_rows(tokens: int) -> int:
    """Rows of a block: a whole expert's tokens of a small chunk, 128 of a large one."""
    return min(tokens, 128)


def block_count(tokens: int, active: int, experts: int) -> int:
    """The most blocks that `tokens` tokens with `active` experts each can fill."""
    rows = block_rows(tokens)
    filled = (tokens * active + experts * (rows - 1)) // rows
    return min(filled, experts * -(-tokens // rows), tokens * active)


class PlainExperts:
    """Adds one layer's router and experts to a graph."""

    def __init__(self, g: PlainGraph, checkpoint: Checkpoint, tokens: int) -> None:
        self.g = g
        self.checkpoint = checkpoint
        self.config = checkpoint.config
        self.tokens = tokens
        self._latest = ""

    def add(self, layer: int, normed: str) -> str:
        """normed f32 [S, H] → f32 [S, H]."""
        g, config, prefix = self.g, self.config, f"model.layers.{layer}.mlp"
        router = [
            g.device_weight(self.checkpoint.tensors[f"{prefix}.router.{part}"], np.float32)
            for part in ("weight", "bias")
        ]
        logits = g.op("Gemm", normed, *router, transB=1)
        count = g.value([config.experts_per_token])
        best, chosen = g.ops("TopK", logits, count, outputs=2, axis=-1)
        shares = g.op("Softmax", best, axis=-1)
        chosen = g.cast(chosen, np.int32)
        x = g.activation(normed)
        rows = self._one(prefix, x, chosen) if self.tokens == 1 else self._many(prefix, x, chosen)
        shares = g.shaped(shares, self.tokens, config.experts_per_token, 1)
        return g.sum_over(g.op("Mul", rows, shares), 1)

    def _one(self, prefix: str, x: str, chosen: str) -> str:
        """The chosen experts' outputs for one token, f32 [1, k, H]."""
        g, active, hidden = self.g, self.config.experts_per_token, self.config.hidden
        out = self._group(prefix, g.shaped(chosen, active), g.shaped(x, 1, hidden, 1), active, 1)
        return g.widened(g.shaped(out, 1, active, hidden))

    def _many(self, prefix: str, x: str, chosen: str) -> str:
        """The chosen experts' outputs for each token, f32 [S, k, H]."""
        g, tokens, active, hidden = self.g, self.tokens, self.config.experts_per_token, self.config.hidden
        rows = block_rows(tokens)
        blocks = block_count(tokens, active, self.config.experts)
        slot_of, expert_of, token_in = self._layout(chosen, rows, blocks)
        laid_out = g.shaped(g.op("Gather", x, token_in, axis=0), blocks, rows, hidden)
        outputs = []
        for first in range(0, blocks, GROUP):
            last = min(first + GROUP, blocks)
            part = g.op("Transpose", g.sliced(laid_out, 0, first, last), perm=[0, 2, 1])
            experts = g.sliced(expert_of, 0, first, last)
            out = self._group(prefix, experts, part, last - first, rows)
            outputs.append(g.op("Transpose", out, perm=[0, 2, 1]))
        everything = g.op("Concat", *outputs, axis=0) if len(outputs) > 1 else outputs[0]
        found = g.op("Gather", g.shaped(everything, blocks * rows, hidden), slot_of, axis=0)
        return g.widened(g.shaped(found, tokens, active, hidden))

    def _layout(self, chosen: str, rows: int, blocks: int) -> tuple[str, str, str]:
        """Where everything goes: slots are the rows of all blocks.

        Counted in f32, which is exact to 16 million.

        Returns:
            The slot of each assignment, i32 [S·k]; the expert of each block, i32 [blocks]; the token in each slot,
            i32 [blocks·rows]. Slots that nobody needs hold some token, and what comes of it is read by nobody.
        """
        g, experts, active = self.g, self.config.experts, self.config.experts_per_token
        count = self.tokens * active
        numbers = g.value(np.arange(experts)[None], np.int32)
        is_of = g.cast(g.op("Equal", g.shaped(chosen, count, 1), numbers), np.float32)  # [S·k, E]
        counts = g.sum_over(is_of, 0, keep=True)
        filled = g.op("Ceil", g.op("Mul", counts, g.value(1.0 / rows, np.float32)))
        ends = g.op("CumSum", filled, g.value(1, np.int32))  # [1, E], in blocks
        starts = g.op("Mul", g.op("Sub", ends, filled), g.value(rows, np.float32))
        before = g.op("CumSum", is_of, g.value(0, np.int32), exclusive=1)  # same expert, earlier assignments
        slot = g.sum_over(g.op("Mul", is_of, g.op("Add", before, starts)), 1)
        passed = g.op("LessOrEqual", ends, g.value(np.arange(blocks)[:, None], np.float32))
        expert = g.sum_over(g.cast(passed, np.float32), 1)
        expert = g.cast(g.op("Min", expert, g.value(experts - 1, np.float32)), np.int32)  # blocks left over
        # Sorted by slot, assignments lie as in the blocks, but without the gaps between them.
        order = g.ops("TopK", g.shaped(slot, 1, count), g.value([count]), outputs=2, axis=-1, largest=0)[1]
        token_of = g.value(np.arange(count) // active, np.int32)
        tokens = g.op("Gather", token_of, g.shaped(g.cast(order, np.int32), count), axis=0)
        gaps = g.op("Sub", starts, g.op("CumSum", counts, g.value(1, np.int32), exclusive=1))
        gap = g.shaped(g.op("Gather", g.shaped(gaps, experts), expert, axis=0), blocks, 1)
        place = g.op("Sub", g.value(np.arange(blocks * rows).reshape(blocks, rows), np.float32), gap)
        place = g.op("Clip", place, g.value(0, np.float32), g.value(count - 1, np.float32))
        token = g.op("Gather", tokens, g.shaped(g.cast(place, np.int32), blocks * rows), axis=0)
        return g.cast(slot, np.int32), expert, token

    def _group(self, prefix: str, experts: str, x: str, count: int, rows: int) -> str:
        """`count` experts (i32 [count]), each with its rows of x [count or 1, H, rows] → [count, H, rows]."""
        g, config = self.g, self.config
        width, limit = config.expert_width, config.swiglu_limit
        both = self._product(prefix, "gate_up", experts, x, count, 2 * width, config.hidden)
        both = g.shaped(both, count, width, 2, rows)
        gate, up = (g.shaped(g.sliced(both, 2, n, n + 1), count, width, rows) for n in (0, 1))
        gate = g.op("Clip", gate, g.number(_LOWEST_GATE), g.number(limit))
        up = g.op("Clip", up, g.number(-limit), g.number(limit))
        swish = g.op("Mul", gate, g.op("Sigmoid", g.op("Mul", gate, g.number(SWIGLU_ALPHA))))
        middle = g.op("Mul", swish, g.op("Add", up, g.number(1)))
        return self._product(prefix, "down", experts, middle, count, config.hidden, width)

    def _product(
        self, prefix: str, name: str, experts: str, x: str, count: int, height: int, columns: int
    ) -> str:
        """W·x + b of `count` experts; x is [count or 1, columns, rows], the result [count, height, rows]."""
        g, tensors = self.g, self.checkpoint.tensors
        experts = self._after_latest(experts)
        parts = {
            part: g.op(
                "Gather",
                g.device_weight(tensors[f"{prefix}.experts.{name}_proj_{part}"], dtype),
                experts,
                axis=0,
            )
            for part, dtype in (("blocks", np.uint8), ("scales", np.uint8), ("bias", g.dtype))
        }
        pairs = g.op("Gather", self._pairs(), g.cast(parts["blocks"], np.int32), axis=0)
        scales = g.op("Gather", self._powers(), g.cast(parts["scales"], np.int32), axis=0)
        scaled = g.op("Mul", pairs, g.shaped(scales, count, height, columns // 32, 1, 1))
        product = g.op("MatMul", g.shaped(scaled, count, height, columns), x)
        self._latest = product
        return g.op("Add", product, g.shaped(parts["bias"], count, height, 1))

    def _after_latest(self, experts: str) -> str:
        """`experts`, unchanged, but known only when the product before is.

        Otherwise DirectML decodes the matrices of all groups first, and keeps gigabytes of them.
        """
        g = self.g
        if not self._latest:
            return experts
        none, one = g.value([0, 0, 0]), g.value([1, 1, 1])
        x = g.shaped(g.op("Slice", self._latest, none, one), 1)
        below, above = (
            g.cast(g.op("LessOrEqual", *pair), np.int32) for pair in ((x, g.number(-1)), (g.number(1), x))
        )
        return g.op("Add", experts, g.op("Mul", below, above))  # never both, whatever x is

    def _pairs(self) -> str:
        """[256, 2]: what a byte's low and high nibble stand for."""
        code = np.arange(256)
        return self.g.value(np.array(_E2M1)[np.stack([code & 15, code >> 4], axis=1)], self.g.dtype)

    def _powers(self) -> str:
        """[256]: what a scale byte stands for, as far as the type goes: float16 has 2^-24 … 2^15."""
        largest = 15.0 if self.g.dtype is np.float16 else 127.0
        return self.g.value(np.exp2(np.minimum(np.arange(256.0) - 127, largest)), self.g.dtype)
