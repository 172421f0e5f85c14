"""Lessons as tensors. Read `network.py` next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tools.demo.lessons import Lesson


@dataclass(frozen=True, slots=True)
class Span:
    """Where one lesson stands in a batch.

    Attributes:
        first: its first token.
        beginning: length of its beginning.
        shelves: (branches, padded length) of each group of branches about equally long, in order.
    """

    first: int
    beginning: int
    shelves: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """All tokens in one row, the beginning and the branches of one lesson after another.

    Attributes:
        ids: [tokens].
        positions: [tokens], where each stands in its conversation.
        spans: one for each lesson.
        rows: [guesses], the tokens whose successors count.
        targets: [guesses], the ids of those successors.
        weights: [guesses], how much each counts.
        branch: [guesses], the number of the branch, counted through the batch as given; -1 in a beginning.
    """

    ids: Tensor
    positions: Tensor
    spans: tuple[Span, ...]
    rows: Tensor
    targets: Tensor
    weights: Tensor
    branch: Tensor


def batch_of(lessons: Sequence[Lesson], shelves: int = 3) -> Batch:
    """Put `lessons` into one row of tokens; padding (id 0) comes after everything that counts."""
    ids: list[int] = []
    positions: list[int] = []
    spans: list[Span] = []
    guesses: list[tuple[int, int, float, int]] = []
    counted = 0

    def put(stream: list[int], weights: list[float], start: int, branch: int) -> None:
        for at in range(1, len(stream)):
            if weights[at]:
                guesses.append((len(ids) + at - 1, stream[at], weights[at], branch))
        ids.extend(stream)
        positions.extend(range(start, start + len(stream)))

    for lesson in lessons:
        first, begin = len(ids), len(lesson.beginning.ids)
        put(lesson.beginning.ids, lesson.beginning.weights, 0, -1)
        order = sorted(range(len(lesson.branches)), key=lambda index: len(lesson.branches[index].ids))
        size = -(-len(order) // shelves)
        groups = [order[at : at + size] for at in range(0, len(order), size)] if order else []
        made = []
        for group in groups:
            length = max(len(lesson.branches[index].ids) for index in group)
            for index in group:
                branch = lesson.branches[index]
                put(branch.ids, branch.weights, begin, counted + index)
                padding = length - len(branch.ids)
                ids.extend([0] * padding)
                positions.extend([begin] * padding)
            made.append((len(group), length))
        counted += len(lesson.branches)
        spans.append(Span(first, begin, tuple(made)))
    rows, targets, weights, branches = zip(*guesses, strict=True)
    return Batch(
        torch.tensor(ids),
        torch.tensor(positions),
        tuple(spans),
        torch.tensor(rows),
        torch.tensor(targets),
        torch.tensor(weights),
        torch.tensor(branches),
    )
