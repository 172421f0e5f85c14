"""Whoever sees little can read every text and find every control: distances of colours, in every scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ui import style
from ui.colours import DARK, DARK_CONTRAST, LIGHT, LIGHT_CONTRAST, Colours, contrast, of_system

# As Windows gives them (contrast themes): ground, text, links, selection, text of what cannot be used.
AQUATIC = ("#202020", "#ffffff", "#75e9fc", "#8ee3f0", "#a6a6a6")
DESERT = ("#fffaef", "#3d3d3d", "#1c5e75", "#903909", "#676767")
DUSK = ("#2d3236", "#ffffff", "#70ebde", "#a6cfd7", "#a6a6a6")
NIGHT_SKY = ("#000000", "#ffffff", "#8080ff", "#d6b4fd", "#a6a6a6")
UNREADABLE = ("#ffffff", "#000000", "#ffff66", "#000000", "#f0f0f0")


def system(ground: str, text: str, link: str, chosen: str, disabled: str) -> QPalette:
    role = QPalette.ColorRole
    made = QPalette()
    for where, colour in ((role.Base, ground), (role.Window, ground), (role.Text, text), (role.Link, link)):
        made.setColor(where, QColor(colour))
    made.setColor(role.Highlight, QColor(chosen))
    made.setColor(QPalette.ColorGroup.Disabled, role.Text, QColor(disabled))
    return made


CALM = {"light": LIGHT, "dark": DARK}
STRONG = {"light contrast": LIGHT_CONTRAST, "dark contrast": DARK_CONTRAST}
SYSTEMS = {
    "aquatic": of_system(system(*AQUATIC)),
    "desert": of_system(system(*DESERT)),
    "dusk": of_system(system(*DUSK)),
    "night sky": of_system(system(*NIGHT_SKY)),
    "unreadable": of_system(system(*UNREADABLE)),
}
ALL = {**CALM, **STRONG, **SYSTEMS}
GROUNDS = ("window", "raised", "sunken")

every = pytest.mark.parametrize("look", ALL.values(), ids=ALL.keys())


@every
def test_text_can_be_read_on_every_ground_it_stands_on(look: Colours) -> None:
    for ground in (*GROUNDS, "hover", "accent_soft", "wrong_soft"):
        assert contrast(look.text, getattr(look, ground)) >= 4.5, ground
    for ground in (*GROUNDS, "hover", "accent_soft"):
        assert contrast(look.quiet, getattr(look, ground)) >= 4.5, ground
    for ground in (*GROUNDS, "hover", "wrong_soft"):
        assert contrast(look.accent, getattr(look, ground)) >= 4.5, ground
        assert contrast(look.wrong, getattr(look, ground)) >= 4.5, ground
    assert contrast(look.on_accent, look.accent) >= 4.5
    assert contrast(look.on_accent, look.quiet) >= 4.5  # the main button while it is pressed


@pytest.mark.parametrize("look", STRONG.values(), ids=STRONG.keys())
def test_high_contrast_keeps_seven_to_one(look: Colours) -> None:
    for ground in (*GROUNDS, "hover"):
        for ink in (look.text, look.quiet, look.accent, look.wrong):
            assert contrast(ink, getattr(look, ground)) >= 7, ground
    assert contrast(look.text, look.accent_soft) >= 7
    assert contrast(look.on_accent, look.accent) >= 7
    assert contrast(look.faint, look.window) >= 7


@every
def test_edges_of_controls_and_rings_can_be_seen(look: Colours) -> None:
    for ground in GROUNDS:
        assert contrast(look.edge, getattr(look, ground)) >= 3, ground
        assert contrast(look.accent, getattr(look, ground)) >= 3, ground  # rings, switches that are on
        assert contrast(look.quiet, getattr(look, ground)) >= 3, ground  # signs, boxes to tick
    assert contrast(look.on_accent, look.accent) >= 3  # the main button's ring stands on it
    assert contrast(look.accent, look.track) >= 3  # how far a bar is
    assert contrast(look.quiet, look.track) >= 3


@every
def test_what_cannot_be_used_now_can_still_be_read(look: Colours) -> None:
    for ground in GROUNDS:
        assert contrast(look.faint, getattr(look, ground)) >= 3, ground


@every
def test_every_rule_names_text_that_can_be_read_on_its_own_ground(look: Colours) -> None:
    found = 0
    for rule in re.findall(r"\{([^{}]*)\}", style.stylesheet(look)):
        text = re.search(r"(?<![-\w])color: (#\w{6})", rule)
        ground = re.search(r"(?<![-\w])background: (#\w{6})", rule)
        if text and ground:
            found += 1
            least = 3 if text[1] == look.faint else 4.5
            assert contrast(text[1], ground[1]) >= least, rule
    assert found >= 10


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    style.apply(qapp, dark=False)


def test_the_systems_own_contrast_theme_is_worn(app: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_system_has_contrast", lambda: True)
    monkeypatch.setattr(style, "of_system", lambda _given: SYSTEMS["desert"])
    style.dress(app, "system")
    assert app.palette().color(QPalette.ColorRole.Window).name() == "#fffaef"
    assert "#3d3d3d" in app.styleSheet()
    style.dress(app, "dark")  # who chose a theme gets it, with more contrast
    assert app.palette().color(QPalette.ColorRole.Window).name() == DARK_CONTRAST.window


def test_a_system_colour_that_cannot_be_read_gives_way_to_text() -> None:
    look = SYSTEMS["unreadable"]
    assert look.accent == "#000000"
    assert look.faint == "#000000"
    assert look.accent_soft not in ("#000000", "#ffffff")


def test_what_is_painted_takes_its_faint_text_from_the_palette(app: QApplication) -> None:
    style.apply(app, dark=True)
    role, disabled = QPalette.ColorRole, QPalette.ColorGroup.Disabled
    assert app.palette().color(disabled, role.ButtonText).name() == DARK.faint
    assert app.palette().color(role.Dark).name() == DARK.edge
