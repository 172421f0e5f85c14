"""The order in which boxes of text on a page are read, when the file's own order cannot be trusted.

Many programs write a page with two columns line by line, straight across both: text taken in that order is
nonsense. A gutter is looked for: a vertical strip that most lines leave free, with running text on both
sides (a table has short cells). Lines that cross it, such as titles, part the page into bands; within each
band the left column is read before the right one. Where there is no gutter, or the file's order already
respects it, that order is kept: it knows more about spaces and about text from right to left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median


@dataclass(frozen=True, slots=True)
class Box:
    """A run of text on one line, as shown: y grows downwards. In points."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left


_LEAST_LINES = 4  # of a column
_NARROWEST_GUTTER = 6.0
_FILLED = 0.55  # how much of a column's width its lines fill, if it is running text
_MOST_CROSSING = 0.35  # the share of lines that may cross the gutter


def column_order(boxes: Sequence[Box]) -> list[list[int]] | None:
    """Lines in reading order, each a list of indices of `boxes` from left to right.

    None if the order of `boxes` is to be kept. `boxes` are in the file's order.
    """
    order = _columns(list(range(len(boxes))), boxes, 0)
    if order is None:
        return None
    # How often either order leaves a line for one that is not below it.
    if _jumps([index for line in order for index in line], boxes) * 2 >= _jumps(range(len(boxes)), boxes):
        return None
    return order


def _jumps(order: Sequence[int], boxes: Sequence[Box]) -> int:
    """How often the order moves far sideways, or up."""
    jumps = 0
    for before, after in pairwise(order):
        a, b = boxes[before], boxes[after]
        same_line = b.top < a.bottom and a.top < b.bottom
        up = b.bottom <= a.top
        sideways = b.left >= a.right + _NARROWEST_GUTTER or b.right <= a.left
        jumps += up or (same_line and sideways) or (b.left > a.right) or (b.right < a.left)
    return jumps


def _columns(indices: list[int], boxes: Sequence[Box], depth: int) -> list[list[int]] | None:
    gutter = _gutter([boxes[index] for index in indices])
    if gutter is None:
        return None
    order: list[list[int]] = []
    band: list[list[int]] = []
    for line in _lines(indices, boxes):
        crossing = any(boxes[index].left < gutter < boxes[index].right for index in line)
        if crossing:
            order += _band(band, boxes, gutter, depth)
            order.append(line)
            band = []
        else:
            band.append(line)
    return order + _band(band, boxes, gutter, depth)


def _band(band: list[list[int]], boxes: Sequence[Box], gutter: float, depth: int) -> list[list[int]]:
    indices = [index for line in band for index in line]
    result: list[list[int]] = []
    for side in (
        [index for index in indices if boxes[index].right <= gutter],
        [index for index in indices if boxes[index].right > gutter],
    ):
        inner = _columns(side, boxes, depth + 1) if depth < 3 and len(side) > 2 * _LEAST_LINES else None
        result += _lines(side, boxes) if inner is None else inner
    return result


def _lines(indices: Sequence[int], boxes: Sequence[Box]) -> list[list[int]]:
    """Boxes grouped into lines by height, from top to bottom, each from left to right."""
    lines: list[list[int]] = []
    for index in sorted(indices, key=lambda index: (boxes[index].top + boxes[index].bottom) / 2):
        middle = (boxes[index].top + boxes[index].bottom) / 2
        if lines and boxes[lines[-1][0]].top <= middle <= boxes[lines[-1][0]].bottom:
            lines[-1].append(index)
        else:
            lines.append([index])
    return [sorted(line, key=lambda index: boxes[index].left) for line in lines]


def _gutter(boxes: Sequence[Box]) -> float | None:
    """The middle of the strip that parts two columns of running text; None if there is none."""
    if len(boxes) < 2 * _LEAST_LINES:
        return None
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    width = right - left
    best: tuple[int, float, float] | None = None
    edges = sorted({box.right for box in boxes})
    starts = sorted({box.left for box in boxes})
    for edge in edges:
        if not left + 0.15 * width < edge < right - 0.15 * width:
            continue
        # The strip from the end of these lines to where the next ones begin.
        following = next((start for start in starts if start >= edge + _NARROWEST_GUTTER), None)
        if following is None:
            continue
        x = (edge + min(following, edge + 0.2 * width)) / 2
        crossing = sum(box.left < x < box.right for box in boxes)
        touching = sum(box.left < edge + _NARROWEST_GUTTER - 0.5 and box.right > edge + 0.5 for box in boxes)
        candidate = (touching, -(following - edge), x)
        if crossing <= _MOST_CROSSING * len(boxes) and (best is None or candidate < best):
            best = candidate
    if best is None or best[0] > _MOST_CROSSING * len(boxes):
        return None
    x = best[2]
    sides = ([box for box in boxes if box.right <= x], [box for box in boxes if box.left >= x])
    return x if all(_is_running_text(side) for side in sides) else None


def _is_running_text(side: Sequence[Box]) -> bool:
    lines = _lines(range(len(side)), side)
    if len(lines) < _LEAST_LINES:
        return False
    width = max(box.right for box in side) - min(box.left for box in side)
    filled = [sum(side[index].width for index in line) for line in lines]
    return width > 0 and median(filled) >= _FILLED * width
