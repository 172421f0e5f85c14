"""Rotary position tables with YaRN's scaling, as gpt-oss uses them.

Formula: Peng et al., "YaRN: Efficient Context Window Extension of Large Language Models" (2023), section
3.3, "NTK-by-parts" interpolation and the attention temperature folded into cos and sin.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from models.config import ModelConfig


def inverse_frequencies(config: ModelConfig) -> tuple[npt.NDArray[np.float64], float]:
    """Rotation per position, [head_dim / 2], and the factor on cos and sin."""
    half = config.head_dim // 2
    plain = config.rope_theta ** (-np.arange(half, dtype=np.float64) / half)
    scaling = config.rope_scaling
    if scaling is None:
        return plain, 1.0

    def pair_turning(rotations: float) -> float:
        """Index of the pair that turns `rotations` times over the original context."""
        return (
            half
            * math.log(scaling.original_context / (rotations * 2 * math.pi))
            / math.log(config.rope_theta)
        )

    low, high = pair_turning(scaling.beta_fast), pair_turning(scaling.beta_slow)
    if scaling.truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0.0), min(high, config.head_dim - 1.0)
    interpolated = np.clip((np.arange(half) - low) / max(high - low, 1e-3), 0.0, 1.0)
    frequencies = plain / scaling.factor * interpolated + plain * (1.0 - interpolated)
    return frequencies, 0.1 * math.log(scaling.factor) + 1.0


def rope_tables(
    config: ModelConfig, positions: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """cos and sin for positions 0 … positions-1, each f32 [positions, head_dim / 2]."""
    frequencies, factor = inverse_frequencies(config)
    angles = np.arange(positions, dtype=np.float64)[:, None] * frequencies
    return (np.cos(angles) * factor).astype(np.float32), (np.sin(angles) * factor).astype(np.float32)
