"""The stored logits of transformers' GptOssForCausalLM, and how close to them is close enough.

`tests/goldens/numbers/make.py` makes them; a case is one npz file, named as its checkpoint in
`random_checkpoint.NAMED` (or `demo`), with for each prompt of S tokens the arrays `ids_S` int32 [S],
`positions_S` int32 [P] and `logits_S` float32 [P, vocabulary]; `weights` is the checkpoint's digest, and `columns`
says which ids of a large vocabulary are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

GOLDENS = Path(__file__).parents[1] / "goldens" / "numbers"
PROMPT_LENGTHS = (1, 127, 128, 129, 600)


@dataclass(frozen=True, slots=True)
class Golden:
    """One prompt's stored logits.

    Attributes:
        ids: [S], the prompt.
        positions: [P], ascending, the last token's among them.
        logits: [P, vocabulary] float32 at those positions.
        columns: which ids of the vocabulary are stored; None for all.
    """

    ids: np.ndarray
    positions: np.ndarray
    logits: np.ndarray
    columns: np.ndarray | None

    def of(self, logits: np.ndarray) -> np.ndarray:
        """The part of `logits`, [S, vocabulary], that is stored here: [P, stored ids]."""
        rows: np.ndarray = logits[self.positions]
        return rows if self.columns is None else rows[:, self.columns]


def load_goldens(name: str, folder: Path = GOLDENS) -> dict[int, Golden]:
    """The prompts of one case, by length."""
    with np.load(folder / f"{name}.npz") as file:
        stored: Mapping[str, np.ndarray] = dict(file)
    lengths = sorted(int(key.removeprefix("ids_")) for key in stored if key.startswith("ids_"))
    columns = stored.get("columns")
    return {
        length: Golden(
            stored[f"ids_{length}"], stored[f"positions_{length}"], stored[f"logits_{length}"], columns
        )
        for length in lengths
    }


def stored_weights_digest(name: str) -> str:
    """The `weights_digest` of the checkpoint whose logits are stored under `name`."""
    with np.load(GOLDENS / f"{name}.npz") as file:
        return str(file["weights"])


def weights_digest(folder: Path) -> str:
    """SHA-256 over the safetensors files in `folder`, in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.safetensors")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def stored_cases() -> list[str]:
    """Names of all cases that are stored."""
    return sorted(path.stem for path in GOLDENS.glob("*.npz"))


def max_error(got: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference, as a part of the largest |logit| wanted."""
    return float(np.abs(got.astype(np.float64) - wanted).max() / np.abs(wanted).max())


def l2_error(got: np.ndarray, wanted: np.ndarray) -> float:
    """The difference's L2 norm, as a part of the wanted logits'."""
    wanted = wanted.astype(np.float64)
    return float(np.linalg.norm(got - wanted) / np.linalg.norm(wanted))
