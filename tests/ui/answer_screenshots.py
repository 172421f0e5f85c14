"""Pictures of what answers hold, to be looked at: `python -m tests.ui.answer_screenshots FOLDER`.

Formulas, code and tables in light, dark and high contrast, in a narrow window and at 200 %.
See `tests.ui.screenshots`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.fakes.chat import FakeChat, end, say
from tests.ui.screenshots import Studio, shoot_in_all_looks
from ui import style
from ui.controller import Stage
from ui.window import Window

FORMULAS = r"""The roots of \(ax^2 + bx + c = 0\), where $a \neq 0$, cost neither $5 nor $10:

\[ x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a} \]

### Why \(\Delta = b^2 - 4ac\) decides

1. If $\Delta > 0$ there are two roots, and $\frac{1}{2}$ of their sum is $-\frac{b}{2a}$.
2. The integral needs a line of its own:

   $$\int_0^\infty e^{-x^2}\,dx = \frac{\sqrt{\pi}}{2}$$

| Name | Formula | Value |
|:--|:--|--:|
| Energy | $E = mc^2$ | 5 J |
| Norm | $\|x\| = \sqrt{\sum_i |x_i|^2}$ | $\leq 1$ |

$$A = \begin{pmatrix} a & b \\ c & d \end{pmatrix}, \quad f(x) = \begin{cases} x & x > 0 \\ 0 & \text{else} \end{cases}$$

What does not parse stays as it is: \(\frac{a\), and `$x$` is code."""
CODE = '''Here is the function, with a test:

```python
from dataclasses import dataclass

@dataclass(frozen=True)
class Point:
    """A place."""
    x: float = 0.5
    name: str = "origin"

    def far(self, other: "Point") -> bool:
        # More than three units away?
        return abs(self.x - other.x) > 3 and self.name != f"{other.name}\\n"
```

```json
{"name": "Chorale", "size": 12, "ok": true, "none": null}
```

```sh
for file in *.txt; do echo "$file" | grep -v '^#'; done
```

```unheard-of
plain text, <as> it is
```'''
TABLE = "A wide table:\n\n| " + " | ".join(f"Column {i}" for i in range(1, 13)) + " |\n" + "|---" * 12 + "|\n"
for row in range(3):
    TABLE += "| " + " | ".join(f"value{row}-{i * 137}" for i in range(12)) + " |\n"
TABLE += "\nSee [the bank](https://xn--exmple-4nf.org/login) and ![a chart](https://example.org/c.png)."


def _shoot(app: QApplication, folder: Path, prefix: str) -> None:
    studio = Studio(app, folder, prefix)
    for name, text in (("formulas", FORMULAS), ("code", CODE), ("table", TABLE)):
        for suffix, size in (("", (1180, 860)), ("-narrow", (480, 860))):
            window = studio.open(studio.services(FakeChat([*say(text), end()])), size)
            studio.wait(lambda window=window: window.controller.stage is Stage.READY)  # type: ignore[misc]
            _ask(studio, window)
            studio.shoot(f"{name}{suffix}", window)
            window.close()


def _ask(studio: Studio, window: Window) -> None:
    window.chat.send("Show me.")
    studio.wait(lambda: window.controller.stage is Stage.READY)
    view = window.chat.transcript.last_view()
    assert view is not None
    studio.wait(lambda: not view.text.waits)
    studio.settle()
    window.chat.transcript.verticalScrollBar().setValue(0)


def _shoot_contrast_too(app: QApplication, folder: Path, prefix: str) -> None:
    _shoot(app, folder, prefix)
    look = style.colours(prefix.startswith("dark"), high_contrast=True)
    app.setPalette(style.palette(look))
    app.setStyleSheet(style.stylesheet(look))
    _shoot(app, folder, f"{prefix}contrast-")


if __name__ == "__main__":
    sys.exit(shoot_in_all_looks("tests.ui.answer_screenshots", _shoot_contrast_too))
