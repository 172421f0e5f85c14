"""LaTeX to outlines, by `ziamath`: no Qt in here, so that it may run on any thread.

`ziamath` and what it stands on (`latex2mathml`, `ziafont`) read the fonts and tables they bring and nothing else.
They are imported with the first formula, since that takes as long as a fifth of the window's start. A formula
from a model can be anything: whatever does not parse, is longer than `LONGEST` or takes more than `MOST_CALLS` is
None, and is then shown as it was written.

Read next: `ui.answers.formula`, which keeps and paints the outlines.
"""

from __future__ import annotations

import re
import sys
import threading
import time
import warnings
from dataclasses import dataclass
from functools import cache
from types import FrameType
from typing import Any, NoReturn

LONGEST = 2000  # characters
MOST_CALLS = 250_000  # of Python's functions, for one formula: 0.4 s of a processor of 2024
WORK_S, PAUSE_S = 0.0004, 0.0006  # Python's lock is given away this often, so that the window can paint
_SIZE = 20.0  # of the drawing while it is made
_NEW_COMMAND = re.compile(r"\\[A-Za-z]+")
_TAG = re.compile(r"\\tag\*?\{([^{}]*)\}")
_RAISED_MATRIX = re.compile(r"(\\begin\{([bBpvV]?matrix)\}.*?\\end\{\2\})(?=[\^_])", re.DOTALL)
_PACKAGES = ("ziamath", "ziafont", "latex2mathml")
_TURN = threading.Lock()
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")

Segment = tuple[float, ...]  # 2 numbers: move (first of a stroke) or line, 4: quadratic, 6: cubic


@dataclass(frozen=True, slots=True, eq=False)  # equal is what is the same: outlines take long to compare
class Drawing:
    """A formula's outlines, to be filled. All lengths in ems, y down, the baseline at 0.

    Attributes:
        strokes: closed outlines, each beginning with a point.
        left, width: where it begins and how wide it is.
        ascent, descent: above and below the baseline.
    """

    strokes: tuple[tuple[Segment, ...], ...]
    left: float
    width: float
    ascent: float
    descent: float


class _NotDrawableError(Exception):
    """The formula holds something that would be drawn wrongly."""


class _TooLongError(BaseException):
    """The formula takes too long. No `Exception`, which the library might catch."""


class _Refusal:
    """Stands in for `logging` and `warnings` within the library: what it would warn of is not drawn at all.

    Its warnings would go to the root logger, and hold the user's text.
    """

    def debug(self, *args: object) -> None:
        """Nothing: what it says is of no use to us."""

    def warning(self, *args: object) -> NoReturn:
        raise _NotDrawableError

    warn = warning


def draw(tex: str, display: bool) -> Drawing | None:
    """The outlines of `tex`; None if it cannot be drawn. Threads take turns: the library is made for one."""
    if len(tex) > LONGEST:
        return None
    with _TURN:
        return _traced(tex, display)


def _traced(tex: str, display: bool) -> Drawing | None:
    before = sys.gettrace()
    try:
        sys.settrace(_Pacer(sys.maxsize).look)
        library = _library()
        sys.settrace(_Pacer(MOST_CALLS).look)
        return _drawn(library, tex, display)
    except _TooLongError:
        return None
    except Exception:
        # Whatever the library raises at text that is no formula: assertions, index and parse errors, its own.
        return None
    finally:
        sys.settrace(before)


class _Pacer:
    """Is called with every call of a function: gives way now and then, and ends what takes too long."""

    def __init__(self, calls: int) -> None:
        # Counted, not timed: a slow PC, and one that collects its garbage meanwhile, gets the same formulas.
        self._left, self._pause_at = calls, time.perf_counter() + WORK_S

    def look(self, frame: FrameType, event: str, arg: object) -> None:
        self._left -= 1
        if self._left < 0 and frame.f_globals.get("__name__", "").startswith(_PACKAGES):
            raise _TooLongError  # nowhere else: what a collector of garbage calls swallows it
        if time.perf_counter() >= self._pause_at:
            time.sleep(PAUSE_S)
            self._pause_at = time.perf_counter() + WORK_S


@cache
def _library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it opens its fonts in a way that Python 3.11 calls old
        import ziafont.glyphcff
        import ziafont.gpos
        import ziafont.gsub
        import ziamath
        import ziamath.nodes.mnode

    refusal = _Refusal()
    for module in (ziamath.nodes.mnode, ziafont.gsub, ziafont.gpos):
        vars(module)["logging"] = refusal
    vars(ziafont.glyphcff)["warnings"] = refusal
    vars(ziamath)["config"].svg2 = False  # outlines where they stand, not once with references
    return ziamath


def _drawn(library: Any, tex: str, display: bool) -> Drawing:
    tag = _TAG.search(tex)
    tex = _TAG.sub("", tex)
    if tag:
        tex += rf"\qquad(\text{{{tag[1]}}})"
    tex = _RAISED_MATRIX.sub(r"{\1}", tex)  # else it does not parse
    made = library.Latex(tex, size=_SIZE, inline=not display, margin=0)
    for element in made.mathml.iter():
        if element.text and _NEW_COMMAND.search(element.text):
            raise _NotDrawableError  # a command that it does not know, which it would print
    svg = made.svgxml()
    left, top, width, height = (float(number) / _SIZE for number in svg.attrib["viewBox"].split())
    strokes: list[tuple[Segment, ...]] = []
    for element in svg.iter():
        if element.tag == "path":
            strokes += _outlines(element)
        elif element.tag == "rect":
            strokes += _bars(element)
        elif element.tag != "svg":
            raise _NotDrawableError
    return Drawing(tuple(strokes), left, width, -top, max(0.0, top + height))


def _outlines(element: Any) -> list[tuple[Segment, ...]]:
    if element.get("stroke") and not element.get("fill"):
        return _line(element)
    strokes: list[list[Segment]] = []
    for part in re.findall(r"[MLQC][^MLQCZ]*", element.get("d", "")):
        numbers = tuple(float(number) / _SIZE for number in _NUMBER.findall(part))
        if part[0] == "M":
            strokes.append([numbers])
        else:
            strokes[-1].append(numbers)
    return [tuple(stroke) for stroke in strokes]


def _line(element: Any) -> list[tuple[Segment, ...]]:
    """A straight line of some width, as a box around it; all that is drawn so are a table's rules."""
    points = [float(number) / _SIZE for number in _NUMBER.findall(element.get("d", ""))]
    if len(points) != 4:
        raise _NotDrawableError
    half = float(element.get("stroke-width", "1")) / _SIZE / 2
    x0, y0, x1, y1 = points
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5 or 1.0
    dx, dy = (y1 - y0) / length * half, (x0 - x1) / length * half
    return [((x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy))]


def _bars(element: Any) -> list[tuple[Segment, ...]]:
    x, y, width, height = (float(element.get(name, "0")) / _SIZE for name in ("x", "y", "width", "height"))
    if element.get("fill") != "none":
        return [((x, y), (x + width, y), (x + width, y + height), (x, y + height))]
    line = float(element.get("stroke-width", "1")) / _SIZE  # a frame: four bars
    return [
        stroke
        for bar in (
            (x, y, width, line),
            (x, y + height - line, width, line),
            (x, y, line, height),
            (x + width - line, y, line, height),
        )
        for stroke in [
            (
                (bar[0], bar[1]),
                (bar[0] + bar[2], bar[1]),
                (bar[0] + bar[2], bar[1] + bar[3]),
                (bar[0], bar[1] + bar[3]),
            )
        ]
    ]
