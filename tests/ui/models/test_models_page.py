"""The page of models: what is here and where it came from, checking and mending it, moving and removing it, and
which model is talked to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.shelf import Checked, Condition, Done, ShelvedModel
from models.errors import ModelError
from tests.fakes.chat import LOADS, FakeChat, end, hold, say
from tests.fakes.shelf import DEMO, FILES, FOLDER, INSTALLED, LARGE, REVISION, SMALL, FakeModels, at
from tests.ui.conftest import OpenWindow
from ui.controller import Stage
from ui.models.models_controller import Kind
from ui.models.models_page import ModelsPage
from ui.window import MODELS, Window

IDLE_DEMO = replace(DEMO, is_chosen=False)
USED = replace(INSTALLED, is_chosen=True)
OTHER = replace(INSTALLED, name="gpt-oss-120b", title="gpt-oss-120b", provenance=None)
NAME = INSTALLED.name

Open = Callable[..., tuple[Window, ModelsPage]]


@pytest.fixture
def page(open_window: OpenWindow, qtbot: QtBot) -> Open:
    """Opens a window on its page of models, once it has looked."""

    def open_one(
        models: FakeModels, chat: FakeChat | None = None, **given: object
    ) -> tuple[Window, ModelsPage]:
        window = open_window(chat or FakeChat(), models=models, **given)
        window.show_page(MODELS)
        found = window.models_page
        assert found is not None
        # A card is shown one turn after it was put into its place.
        qtbot.waitUntil(lambda: bool(found.cards) and all(card.isVisible() for card in found.cards.values()))
        return window, found

    return open_one


def shelf_of(*found: ShelvedModel) -> FakeModels:
    return FakeModels(found, (LARGE,))


def test_every_model_says_what_it_is_and_what_can_be_done_with_it(page: Open) -> None:
    begun = replace(
        INSTALLED, name="begun", title="begun", condition=Condition.UNFINISHED, size=3_200_000_000
    )
    bad = replace(INSTALLED, name="bad", title="bad", condition=Condition.DAMAGED)
    odd = replace(INSTALLED, name="odd", title="odd", is_kept=False, provenance=None)
    odd = replace(odd, condition=Condition.UNUSABLE, why_not="There is no config.json in it.")
    _, found = page(shelf_of(USED, begun, bad, odd, IDLE_DEMO))
    cards = found.cards
    shown = {
        name: [label.text() for label in card.badges.values() if label.isVisible()]
        for name, card in cards.items()
    }
    assert shown == {
        NAME: ["In use"],
        "begun": ["Not complete"],
        "bad": ["Damaged"],
        "odd": ["Cannot be used"],
        "demo": ["Demo"],
    }
    assert cards["begun"].mend.text() == "Go on downloading"
    assert cards["begun"].facts.text() == "3.2 GB of 13.8 GB are here."
    assert cards["bad"].mend.text() == "Repair"
    assert cards["odd"].why_not.text() == "There is no config.json in it."
    offered = {name: (card.talk.isVisible(), card.remove.isVisible()) for name, card in cards.items()}
    assert offered == {
        NAME: (False, True),
        "begun": (False, True),
        "bad": (False, True),
        "odd": (False, False),
        "demo": (True, False),
    }
    assert "gpt-oss-120b" in found.offers


def test_where_a_model_came_from_can_be_read_and_copied(page: Open) -> None:
    _, found = page(shelf_of(USED, IDLE_DEMO))
    card = found.cards[NAME]
    card.more.click()
    text = card.details.toPlainText()
    assert card.details.isVisible()
    for part in ("openai/gpt-oss-20b", REVISION, "https://huggingface.co", "Apache-2.0", USED.folder):
        assert part in text
    for file in FILES:
        assert file.name in text
        assert file.sha256 in text


def test_a_check_that_finds_nothing_says_so(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(USED, IDLE_DEMO)
    models.scripts["check"] = [at(0.5, speed=1e9), hold, Checked((), 0)]
    window, found = page(models)
    card = found.cards[NAME]
    card.check.click()
    qtbot.waitUntil(lambda: card.work.bar.value() == 500)
    assert card.work.title.text() == "Checking every byte of gpt-oss-20b"
    assert card.badges["chosen"].isVisible()  # one goes on talking meanwhile
    assert window.controller.stage is Stage.READY
    models.work.release()
    qtbot.waitUntil(card.news.isVisible)
    assert card.news.text() == "Checked just now: every byte is as it was published."


@pytest.mark.slow
def test_a_damaged_file_is_named_and_repaired_while_the_demo_stands_in(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(USED, IDLE_DEMO)
    models.scripts["check"] = [Checked(("model-00002-of-00003.safetensors",), 4_798_702_184)]
    models.after["check"] = models.with_models(replace(USED, condition=Condition.DAMAGED), IDLE_DEMO)
    models.scripts["download"] = [at(0.9), Done(NAME, 4_798_702_184)]
    models.after["download"] = models.with_models(INSTALLED, DEMO)
    window, found = page(models)
    card = found.cards[NAME]
    card.check.click()
    qtbot.waitUntil(card.trouble.isVisible)
    words = "model-00002-of-00003.safetensors of gpt-oss-20b is not as it was published. Repair downloads it again: 4.8 GB."
    assert card.trouble.sentence.text() == words
    assert card.trouble.again.text() == "Repair"
    card.trouble.again.click()
    qtbot.waitUntil(lambda: models.asked[-1:] == [("talk_to", NAME)])
    assert [call for call in models.asked if call[0] != "check"] == [
        ("talk_to", "demo"),
        ("download", NAME),
        ("talk_to", NAME),
    ]
    qtbot.waitUntil(lambda: window.chat.header.title.text() == NAME)
    assert window.page is found  # nobody asked to go elsewhere
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def test_a_model_is_removed_only_after_it_was_confirmed(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(INSTALLED, DEMO)
    models.scripts["remove"] = [Done(NAME, freed=15_081_186_884)]
    models.after["remove"] = models.with_models(DEMO)
    _, found = page(models)
    card = found.cards[NAME]
    card.remove.click()
    assert card.ask.isVisible()
    assert "15.1 GB will be free again" in card.ask.sentence.text()
    assert card.ask.no.hasFocus()  # Enter changes nothing
    QTest.keyClick(card.ask.no, Qt.Key.Key_Escape)
    assert not card.ask.isVisible()
    assert card.remove.hasFocus()
    assert models.asked == []
    card.remove.click()
    card.ask.yes.click()
    qtbot.waitUntil(lambda: NAME not in found.cards)
    assert models.asked == [("remove", NAME)]
    qtbot.waitUntil(lambda: found.news.text() == "gpt-oss-20b is removed. 15.1 GB are free again.")


@pytest.mark.slow
def test_removing_the_model_in_use_leaves_the_conversation_to_the_demo(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(USED, IDLE_DEMO)
    models.scripts["remove"] = [Done(NAME, freed=1)]
    models.after["remove"] = models.with_models(DEMO)
    chat = FakeChat([*say("An answer."), end()])
    window, found = page(models, chat, title=NAME, is_demo=False)
    window.chat.send("A question?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    found.cards[NAME].remove.click()
    assert "the conversation stays" in found.cards[NAME].ask.sentence.text()
    found.cards[NAME].ask.yes.click()
    qtbot.waitUntil(lambda: NAME not in found.cards)
    assert models.asked == [
        ("talk_to", "demo"),
        ("remove", NAME),
    ]  # freed first: Windows removes no mapped file
    assert window.chat.header.title.text() == "Chorale demo"
    assert len(window.chat.transcript.rows) == 2


def test_another_model_is_talked_to_and_the_window_loads_it(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(INSTALLED, DEMO)
    window, found = page(models, loads=(LOADS, LOADS))
    found.cards[NAME].talk.click()
    qtbot.waitUntil(lambda: window.page is window.chat)
    assert window.chat.header.title.text() == NAME
    assert not window.chat.header.badge.isVisible()
    assert window.chat.empty.title.text() == "What is on your mind?"
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    qtbot.waitUntil(lambda: found.cards[NAME].model.is_chosen)


@pytest.mark.slow
def test_choosing_another_model_ends_an_answer_and_keeps_what_it_said(page: Open, qtbot: QtBot) -> None:
    chat = FakeChat([*say("Half an answer"), hold, end()])
    models = shelf_of(INSTALLED, DEMO)
    window, found = page(models, chat)
    window.chat.send("A question?")
    qtbot.waitUntil(lambda: window.chat.transcript.last_answer() == "Half an answer")
    found.cards[NAME].talk.click()
    qtbot.waitUntil(lambda: window.chat.notice.isVisible())
    assert window.controller.stage is Stage.READY
    assert chat.stops == 1
    assert window.chat.transcript.last_answer() == "Half an answer"
    assert window.chat.notice.text() == "From here on you talk to gpt-oss-20b."


def test_a_model_that_cannot_be_used_is_refused_and_the_old_one_stays(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(INSTALLED, DEMO)
    window, found = page(models)
    models.refusal = ModelError("model-00002-of-00003.safetensors is missing. Check the model.")
    found.cards[NAME].talk.click()
    qtbot.waitUntil(found.trouble.isVisible)
    assert "is missing" in found.trouble.sentence.text()
    assert window.chat.header.title.text() == "Chorale demo"
    assert window.controller.stage is Stage.READY


@pytest.mark.slow
def test_moving_models_asks_first_and_comes_back_to_the_model_in_use(
    page: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = shelf_of(USED, IDLE_DEMO)
    models.scripts["move"] = [at(0.5), Done("", received=1)]
    monkeypatch.setattr("ui.models.models_page.choose_folder", lambda *asked: "/data/models")
    window, found = page(models)
    found.move_button.click()
    assert "Move gpt-oss-20b (13.8 GB) to /data/models?" in found.ask.sentence.text()
    found.ask.yes.click()
    qtbot.waitUntil(lambda: models.asked[-1:] == [("talk_to", NAME)])
    assert models.asked == [("talk_to", "demo"), ("move", "/data/models"), ("talk_to", NAME)]
    qtbot.waitUntil(lambda: found.news.text() == "Models are kept in /data/models from now on.")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


@pytest.mark.slow
@pytest.mark.parametrize("is_cancelled", [True, False])
def test_a_move_that_comes_to_nothing_does_not_leave_the_demo_in_the_models_place(
    page: Open, qtbot: QtBot, is_cancelled: bool
) -> None:
    models = shelf_of(USED, IDLE_DEMO)
    models.scripts["move"] = [at(0.5), hold, ModelError("The disk is full.")]
    window, found = page(models)
    found.work_asked.emit(Kind.MOVE, "/data/models")
    qtbot.waitUntil(lambda: models.asked[-1:] == [("move", "/data/models")])
    if is_cancelled:
        assert window.models is not None
        window.models.cancel()
    else:
        models.work.release()
    qtbot.waitUntil(lambda: models.asked[-1:] == [("talk_to", NAME)])
    qtbot.waitUntil(lambda: window.chat.header.title.text() == NAME)


@pytest.mark.slow
def test_a_model_chosen_meanwhile_stays_when_a_repair_has_ended(page: Open, qtbot: QtBot) -> None:
    models = FakeModels((USED, OTHER, IDLE_DEMO), ())
    models.scripts["download"] = [at(0.5), hold, Done(NAME)]
    window, found = page(models)
    found.work_asked.emit(Kind.DOWNLOAD, NAME)
    qtbot.waitUntil(lambda: models.asked[-1:] == [("download", NAME)])
    found.talk_asked.emit("gpt-oss-120b")
    qtbot.waitUntil(lambda: window.chat.header.title.text() == "gpt-oss-120b")
    models.work.release()
    qtbot.waitUntil(lambda: window.models is not None and window.models.outcome is not None)
    assert models.asked[-1] == ("talk_to", "gpt-oss-120b")


def test_one_thing_is_done_at_a_time_and_the_buttons_say_why(page: Open, qtbot: QtBot) -> None:
    models = FakeModels((INSTALLED, OTHER, DEMO), ())
    models.scripts["check"] = [at(0.5), hold, Checked((), 0)]
    window, found = page(models)
    found.cards[NAME].check.click()
    qtbot.waitUntil(found.cards[NAME].work.isVisible)
    other = found.cards["gpt-oss-120b"]
    assert not other.check.isEnabled()
    assert "One thing at a time" in other.check.toolTip()
    assert other.talk.isEnabled()  # talking is no work on files
    assert window.models is not None
    window.models.begin(Kind.CHECK, "gpt-oss-120b")
    assert models.asked == [("check", NAME)]
    models.work.release()
    qtbot.waitUntil(other.check.isEnabled)


def test_a_cancelled_check_says_nothing(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(INSTALLED, DEMO)
    models.scripts["check"] = [at(0.5), hold]
    _, found = page(models)
    card = found.cards[NAME]
    card.check.click()
    qtbot.waitUntil(card.work.isVisible)
    card.work.cancel.click()
    qtbot.waitUntil(card.check.isVisible)
    assert not card.trouble.isVisible()
    assert not card.news.isVisible()


def test_an_offer_becomes_a_model_once_it_is_downloaded(page: Open, qtbot: QtBot) -> None:
    models = FakeModels((DEMO,), (SMALL,))
    models.scripts["download"] = [at(0.9), Done(NAME, 1)]
    models.after["download"] = models.with_models(INSTALLED, DEMO)
    _, found = page(models)
    found.offers[NAME].download.click()
    qtbot.waitUntil(lambda: NAME in found.cards and found.cards[NAME].talk.isVisible())
    assert NAME not in found.offers
    assert found.cards[NAME].news.text() == "gpt-oss-20b is ready. Every byte was checked."


def test_the_licence_of_an_offer_is_read_on_the_page(page: Open, qtbot: QtBot) -> None:
    _, found = page(FakeModels((DEMO,), (SMALL, LARGE)))
    found.offers[NAME].more.click()
    qtbot.waitUntil(lambda: "Apache License" in found.offers[NAME].terms.toPlainText())
    assert found.offers[LARGE.name].terms.toPlainText() == ""


def test_a_model_in_a_folder_of_its_own_is_read_and_nothing_else(page: Open) -> None:
    share = replace(USED, name="/srv/gpt-oss-20b", folder="/srv/gpt-oss-20b", is_kept=False, provenance=None)
    _, found = page(shelf_of(share, IDLE_DEMO))
    card = found.cards["/srv/gpt-oss-20b"]
    assert "Chorale only reads it" in card.facts.text()
    assert not card.remove.isVisible()
    assert not card.check.isVisible()


def test_what_another_program_changed_is_seen_when_one_comes_back(page: Open, qtbot: QtBot) -> None:
    models = shelf_of(INSTALLED, DEMO)
    window, found = page(models)
    card = found.cards[NAME]
    window.show_page("chat")
    models.shelf = models.with_models(replace(INSTALLED, condition=Condition.DAMAGED), DEMO)
    window.show_page(MODELS)
    qtbot.waitUntil(lambda: card.badges["damaged"].isVisible())
    assert found.cards[NAME] is card  # the card stays, and with it where the keyboard stands


def test_closing_the_window_ends_what_is_under_way(page: Open, qtbot: QtBot) -> None:
    models = FakeModels((DEMO,), (SMALL,))
    models.scripts["download"] = [at(0.5), hold]
    window, found = page(models)
    found.offers[NAME].download.click()
    qtbot.waitUntil(lambda: found.offers[NAME].work.bar.value() == 500)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert models.work.is_cancelled


def test_the_folder_is_named_with_its_room(page: Open) -> None:
    _, found = page(shelf_of(DEMO))
    assert found.place.text().replace("\u200b", "") == f"Kept in {FOLDER}. 212 GB are free there."


def test_a_folder_that_is_only_read_takes_no_copies(page: Open) -> None:
    _, found = page(FakeModels((DEMO,)))
    assert sum(way.isVisible() for way in found.bring.ways.actions()) == 3
    fake = FakeModels((DEMO,))
    fake.shelf = replace(fake.shelf, is_read_only=True)
    _, found = page(fake)
    assert [way.text() for way in found.bring.ways.actions() if way.isVisible()] == [
        "Use a folder where it is…"
    ]


def test_what_the_organisation_does_not_let_be_downloaded_says_so(page: Open) -> None:
    why = "Your organisation does not allow downloads of models (policy AllowDownloads)."
    _, found = page(FakeModels((DEMO,), (replace(SMALL, refusal=why),)))
    offer = found.offers[NAME]
    assert not offer.download.isEnabled()
    assert offer.download.toolTip() == why
    assert offer.reasons.text().endswith(why)
