"""The colours of Chorale: one restrained scheme for light, one for dark, high contrast of both, and the system's own.

Every pair that is drawn on the other keeps WCAG's distances (`contrast`): text 4.5 to 1, edges of controls, rings
and signs 3 to 1, in high contrast text 7 to 1. Read next: `ui.style`, which dresses the application in them.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme; `#rrggbb` each.

    Attributes:
        window, raised, sunken: the grounds; `ui.style` says what stands on which.
        line: hairlines between things, which say nothing.
        edge: the border of what can be used: fields, buttons, boxes.
        track: what a bar that grows lies on.
        faint: text of what cannot be used now.
    """

    window: str
    raised: str
    sunken: str
    line: str
    edge: str
    track: str
    text: str
    quiet: str
    faint: str
    accent: str
    on_accent: str
    accent_soft: str
    hover: str
    wrong: str
    wrong_soft: str


LIGHT = Colours(
    window="#faf9f7",
    raised="#ffffff",
    sunken="#f0eeea",
    line="#dfdcd5",
    edge="#87827a",
    track="#dfdcd5",
    text="#23221f",
    quiet="#68645d",
    faint="#837e76",
    accent="#1d6b67",
    on_accent="#ffffff",
    accent_soft="#d5e8e5",
    hover="#ebe8e3",
    wrong="#a3361f",
    wrong_soft="#fbece8",
)
DARK = Colours(
    window="#1b1b1a",
    raised="#242423",
    sunken="#292927",
    line="#3b3a37",
    edge="#7c7972",
    track="#3b3a37",
    text="#e9e7e2",
    quiet="#a6a29a",
    faint="#87837b",
    accent="#6fc0b8",
    on_accent="#0d2422",
    accent_soft="#1d3d3a",
    hover="#32312f",
    wrong="#f19a88",
    wrong_soft="#38231f",
)
LIGHT_CONTRAST = Colours(
    window="#ffffff",
    raised="#ffffff",
    sunken="#ffffff",
    line="#000000",
    edge="#000000",
    track="#d0d0d0",
    text="#000000",
    quiet="#000000",
    faint="#595959",
    accent="#004b47",
    on_accent="#ffffff",
    accent_soft="#9fd6cf",
    hover="#ebe8e3",
    wrong="#8a1c06",
    wrong_soft="#ffffff",
)
DARK_CONTRAST = Colours(
    window="#000000",
    raised="#000000",
    sunken="#000000",
    line="#ffffff",
    edge="#ffffff",
    track="#404040",
    text="#ffffff",
    quiet="#ffffff",
    faint="#9a9a9a",
    accent="#8fdcd4",
    on_accent="#000000",
    accent_soft="#1c4a46",
    hover="#2b2a28",
    wrong="#ffab99",
    wrong_soft="#000000",
)


def colours(dark: bool, high_contrast: bool = False) -> Colours:
    """The scheme; with high contrast, quiet text and hairlines are as strong as text."""
    if high_contrast:
        return DARK_CONTRAST if dark else LIGHT_CONTRAST
    return DARK if dark else LIGHT


def of_system(system: QPalette) -> Colours:
    """The scheme of a system that is set to high contrast: the person's own text, ground, links and selection.

    What a palette does not name is mixed of text and ground; a colour of the system's that could not be read
    gives way to that of text.
    """
    group, role = QPalette.ColorGroup, QPalette.ColorRole
    ground, ink = system.color(role.Base), system.color(role.Text)
    chosen, disabled = system.color(role.Highlight), system.color(group.Disabled, role.Text)
    link = system.color(role.Link)
    paper, text = ground.name(), ink.name()
    accent = link.name() if contrast(link.name(), paper) >= 4.5 else text
    soft = chosen.name() if contrast(text, chosen.name()) >= 4.5 else _mixed(ground, ink, 0.25)
    return Colours(
        window=paper,
        raised=paper,
        sunken=paper,
        line=text,
        edge=text,
        track=_mixed(ground, ink, 0.2),
        text=text,
        quiet=text,
        faint=disabled.name() if contrast(disabled.name(), paper) >= 3.0 else text,
        accent=accent,
        on_accent=paper,
        accent_soft=soft,
        hover=_mixed(ground, ink, 0.12),
        wrong=text,
        wrong_soft=paper,
    )


def _mixed(ground: QColor, ink: QColor, share: float) -> str:
    """A share of `ink` in `ground`."""
    parts = (
        round(a + (b - a) * share)
        for a, b in zip(ground.getRgb()[:3], ink.getRgb()[:3], strict=True)  # type: ignore[index]
    )
    return QColor(*parts).name()


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21 (relative luminance, WCAG 2.2)."""
    light, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF()) + 0.0722 * linear(colour.blueF())
