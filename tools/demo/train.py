"""Train Chorale's demo model and write it to `models/demo`.

    python -m tools.demo.train --minutes 50

Everything is made from `text/*.toml`: first the tokenizer, then lessons drawn at random, the network, the published
layout. The last part of the training also rounds activations, as the fast kernels do. A state is kept in `--state`, and
training goes on from there. PyTorch is needed here and in this folder only; see README.md.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from runtime.tokenizer import Tokenizer
from tools.demo.batches import batch_of
from tools.demo.export import export
from tools.demo.lessons import Writer
from tools.demo.make_tokenizer import SPECIALS, make_tokenizer
from tools.demo.muon import Muon
from tools.demo.network import GptOss, Shape
from tools.demo.topics import Text

FOLDER = Path(__file__).resolve().parents[2] / "models" / "demo"
VOCABULARY = 1792
_BALANCE = 0.01  # weight of the loss that keeps all experts busy


@dataclass
class Settings:
    """What a training run needs to know; see `main` for their meaning."""

    minutes: float
    steps: int
    beginnings: int
    branches: int
    state: Path
    folder: Path
    seed: int


def say(text: str) -> None:
    """One line on standard output."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def special_ids(tokenizer: Tokenizer) -> dict[str, int]:
    """Harmony's special tokens by name; the tokenizer puts them last, in order."""
    return {name: tokenizer.vocabulary_size - len(SPECIALS) + index for index, name in enumerate(SPECIALS)}


class Training:
    """One run: network, optimisers, lessons and how far it is."""

    def __init__(self, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        text = Text.read()
        if not (settings.folder / "tokenizer.json").exists():
            make_tokenizer(text, settings.folder, VOCABULARY)
        self.tokenizer = Tokenizer.load(settings.folder)
        self.network = GptOss(Shape(self.tokenizer.vocabulary_size))
        matrices, others, tables = [], [], [self.network.embed, self.network.head]
        for name, parameter in self.network.layers.named_parameters():
            is_matrix = parameter.dim() >= 2 and "bias" not in name and "router" not in name
            (matrices if is_matrix else others).append(parameter)
        others.append(self.network.norm)
        self.optimisers: list[torch.optim.Optimizer] = [
            Muon(matrices, lr=0.02),
            torch.optim.AdamW(
                [
                    {"params": tables, "lr": 4e-3, "weight_decay": 0.01},
                    {"params": others, "lr": 3e-3, "weight_decay": 0.0},
                ],
                betas=(0.9, 0.98),
            ),
        ]
        self.peaks = [[group["lr"] for group in optimiser.param_groups] for optimiser in self.optimisers]
        self.done, self.seconds = 0, 0.0
        if settings.state.exists():
            self._restore(torch.load(settings.state, weights_only=True))
        self.writer = Writer(text, self.tokenizer, settings.seed + self.done)

    def run(self) -> None:
        """Train to the end of the steps or of the time, whichever comes first."""
        last_saved = self.seconds
        losses: list[float] = []
        while self.progress() < 1:
            started = time.process_time()
            losses.append(self.step())
            self.seconds += time.process_time() - started
            self.done += 1
            if self.done % 20 == 0:
                mean = sum(losses) / len(losses)
                losses.clear()
                say(
                    f"step {self.done} · {self.seconds / 60:.1f} min of CPU · {self.progress():.1%} · loss {mean:.4f}"
                )
            if self.seconds - last_saved > 120:
                last_saved = self.seconds
                self.save()
        self.save()

    def progress(self) -> float:
        """0 to 1."""
        return max(self.done / self.settings.steps, self.seconds / 60 / self.settings.minutes)

    def step(self) -> float:
        """One batch; returns the loss per counted token."""
        progress = self.progress()
        rounding = self.network.rounding
        rounding.experts = progress > 0.1
        rounding.activations = progress > 0.7
        rounding.dropout = 0.05 if progress < 0.85 else 0.0
        rate = min(1.0, (self.done + 1) / 40) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))
        for optimiser, peaks in zip(self.optimisers, self.peaks, strict=True):
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * rate
        loss, balance = self.loss()
        (loss + _BALANCE * balance).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
            optimiser.zero_grad()
        return float(loss.detach())

    def loss(self) -> tuple[Tensor, Tensor]:
        """Of a fresh batch: cross entropy per counted token, and the balancing loss."""
        early = self.progress() < 0.15
        beginnings, branches, cut = self.settings.beginnings, self.settings.branches, 0.85
        if early:  # whole answers are some three times as long
            beginnings, branches, cut = max(1, beginnings // 3), branches // 2, 0.0
        batch = batch_of(self.writer.lessons(beginnings, branches, cut))
        self.network.train()
        with torch.autocast("cpu", torch.bfloat16):
            hidden, balance = self.network(batch)
            logits = self.network.logits(hidden[batch.rows])
        losses = functional.cross_entropy(logits.float(), batch.targets, reduction="none")
        return (losses * batch.weights).sum() / batch.weights.sum(), balance

    def save(self) -> None:
        """Keep the state, so that training can go on from here, and write the model as it is."""
        state = {
            "network": self.network.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
            "done": self.done,
            "seconds": self.seconds,
        }
        self.settings.state.parent.mkdir(parents=True, exist_ok=True)
        part = self.settings.state.with_suffix(".part")
        torch.save(state, part)
        part.replace(self.settings.state)
        export(self.network, self.settings.folder, special_ids(self.tokenizer))

    def _restore(self, state: dict[str, Any]) -> None:
        self.network.load_state_dict(state["network"])
        for optimiser, saved in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(saved)
        self.done, self.seconds = state["done"], state["seconds"]


def main() -> None:
    """Read the options and train."""
    parser = argparse.ArgumentParser(description="Train Chorale's demo model.")
    parser.add_argument("--minutes", type=float, default=50, help="computing time at most")
    parser.add_argument("--steps", type=int, default=100_000, help="steps at most")
    parser.add_argument("--beginnings", type=int, default=3, help="beginnings in a batch")
    parser.add_argument("--branches", type=int, default=32, help="turns after each beginning")
    parser.add_argument(
        "--state", type=Path, default=Path("build/demo/state.pt"), help="where training goes on from"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the model is written")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    Training(
        Settings(
            options.minutes,
            options.steps,
            options.beginnings,
            options.branches,
            options.state,
            options.folder,
            options.seed,
        )
    ).run()


if __name__ == "__main__":
    main()
