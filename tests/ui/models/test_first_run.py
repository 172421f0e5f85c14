"""The first run: what a newcomer is told, the three ways to begin, and a download that meets what downloads meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from app.shelf import Checked, Condition, Done, Shelf
from models.errors import ModelError, NetworkError
from tests.fakes.chat import FakeChat, hold
from tests.fakes.shelf import DEMO, FOLDER, INSTALLED, LARGE, SMALL, FakeModels, at
from tests.ui.conftest import OpenWindow
from ui.controller import Stage
from ui.models.first_run import FirstRun
from ui.models.models_controller import Kind
from ui.window import MODELS, Window

Open = Callable[..., tuple[Window, FirstRun]]


@pytest.fixture
def first(open_window: OpenWindow, qtbot: QtBot) -> Open:
    """Opens the window of a newcomer, once it has looked at the PC."""

    def open_one(models: FakeModels, **given: object) -> tuple[Window, FirstRun]:
        window = open_window(FakeChat(), models=models, is_first_run=True, **given)
        page = window.first_run
        assert page is not None
        assert window.models is not None
        qtbot.waitUntil(lambda: window.models is not None and window.models.shelf is not None)
        return window, page

    return open_one


def models(*steps: object) -> FakeModels:
    """What downloads by these steps, and has the model then."""
    fake = FakeModels()
    fake.scripts["download"] = [*steps, Done(SMALL.name, SMALL.download)]
    fake.after["download"] = fake.with_models(INSTALLED, DEMO)
    return fake


def test_a_newcomer_is_told_what_it_costs_how_it_will_run_and_where_it_goes(first: Open) -> None:
    fake = models()
    window, page = first(fake)
    assert window.page is page
    assert page.offer == SMALL
    assert page.download.text() == "Download 13.8 GB"
    assert "18 min" in page.time.text()
    assert "1 h 55 min" in page.time.text()
    assert "huggingface.co" in page.time.text()
    assert page.place.text().replace("\u200b", "") == FOLDER
    assert page.choices["gpt-oss-20b"].reasons.text() == "\n".join(SMALL.sentences)
    assert page.choices["gpt-oss-120b"].reasons.text() == LARGE.sentences[0]
    assert [call for call in fake.asked if call[0] != "licence"] == []  # nothing begins by itself


def test_the_licence_is_read_in_the_window_before_anything_is_downloaded(first: Open, qtbot: QtBot) -> None:
    _, page = first(models())
    assert not page.terms.isVisible()
    page.licence.click()
    qtbot.waitUntil(lambda: "Apache License" in page.terms.toPlainText())
    assert page.terms.isVisible()
    assert page.terms.verticalScrollBar().maximum() > 0


def test_the_download_is_followed_to_its_end_and_then_one_talks(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    window, page = first(fake)
    page.download.click()
    qtbot.waitUntil(lambda: page.work.bar.value() == 250)
    assert page.work.title.text() == "Downloading gpt-oss-20b"
    assert page.work.figures.text() == "3.4 GB of 13.8 GB · 24.1 MB/s · about 7 min left"
    assert not page.download.isVisible()
    fake.work.release()
    qtbot.waitUntil(page.start.isVisible)
    assert "gpt-oss-20b is ready" in page.news.text()
    page.start.click()
    qtbot.waitUntil(lambda: window.chat.header.title.text() == "gpt-oss-20b")
    assert window.page is window.chat
    assert window.first_run is None
    assert ("talk_to", "gpt-oss-20b") in fake.asked
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)


def test_a_pause_is_shown_and_ended_by_the_same_button(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    _, page = first(fake)
    page.download.click()
    qtbot.waitUntil(lambda: page.work.bar.value() == 250)
    page.work.hold.click()
    assert fake.work.is_paused
    assert page.work.title.text() == "Paused: gpt-oss-20b"
    assert "what is here is kept" in page.work.figures.text()
    page.work.hold.click()
    assert not fake.work.is_paused
    assert page.work.title.text() == "Downloading gpt-oss-20b"


@pytest.mark.slow
def test_a_download_that_was_cancelled_can_be_gone_on_with(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    window, page = first(fake)
    page.download.click()
    qtbot.waitUntil(lambda: page.work.bar.value() == 250)
    begun = replace(INSTALLED, condition=Condition.UNFINISHED, size=3_440_000_000)
    fake.shelf = replace(fake.shelf, models=(begun, DEMO), offers=(replace(SMALL, have=begun.size), LARGE))
    page.work.cancel.click()
    qtbot.waitUntil(page.download.isVisible)
    qtbot.waitUntil(lambda: "Go on downloading: 10.3 GB left" in page.download.text())
    assert not page.trouble.isVisible()
    assert window.page is page


def test_a_full_disk_is_said_in_one_sentence_and_trying_again_goes_on(first: Open, qtbot: QtBot) -> None:
    full = ModelError("The disk is full. Free some space and start again; what is there is kept.", "ENOSPC")
    fake = models()
    fake.scripts["download"] = [at(0.25), full]
    _, page = first(fake)
    page.download.click()
    qtbot.waitUntil(page.trouble.isVisible)
    assert page.trouble.sentence.text() == full.user_text
    assert page.trouble.details.toPlainText() == "ENOSPC"
    assert not page.download.isVisible()  # one way to try again, not two
    fake.scripts["download"] = [at(0.9), Done(SMALL.name, 1)]
    page.trouble.again.click()
    qtbot.waitUntil(page.start.isVisible)
    assert not page.trouble.isVisible()
    assert fake.asked.count(("download", "gpt-oss-20b")) == 2


def test_a_line_that_stumbles_says_so_beside_the_progress(first: Open, qtbot: QtBot) -> None:
    words = "huggingface.co does not answer; trying again in 8 s."
    fake = models(at(0.25, note=words), hold)
    _, page = first(fake)
    page.download.click()
    qtbot.waitUntil(page.work.note.isVisible)
    assert page.work.note.text() == words


@pytest.mark.slow
def test_the_demo_is_talked_to_while_the_download_goes_on_in_the_frame(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    window, page = first(fake)
    bar = window.work_bar
    assert bar is not None
    page.download.click()
    qtbot.waitUntil(lambda: page.work.bar.value() == 250)
    assert not bar.isVisible()  # the page tells it at length
    assert page.demo.text() == "Try the demo meanwhile"
    page.demo.click()
    assert window.page is window.chat
    assert bar.isVisible()
    assert bar.words.text().startswith("Downloading gpt-oss-20b · 3.4 GB of 13.8 GB")
    window.chat.send("What is Chorale?")
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert bar.isVisible()
    fake.work.release()
    qtbot.waitUntil(bar.talk.isVisible)
    assert "gpt-oss-20b is ready" in bar.words.text()
    bar.talk.click()
    qtbot.waitUntil(lambda: window.chat.header.title.text() == "gpt-oss-20b")
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: window.controller.stage is Stage.READY)
    assert "From here on you talk to gpt-oss-20b" in window.chat.notice.text()
    assert len(window.chat.transcript.rows) == 2  # what was said to the demo stays


def test_trying_the_demo_asks_nothing_of_the_network(first: Open) -> None:
    fake = models()
    window, page = first(fake)
    page.demo.click()
    assert window.page is window.chat
    assert window.chat.composer.field.hasFocus()
    assert fake.asked == []


def test_files_that_are_here_already_are_copied(
    first: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = models()
    fake.scripts["bring"] = [at(0.5), hold, Done("gpt-oss-20b", 1)]
    monkeypatch.setattr("ui.models.bring.choose_folder", lambda *asked: "/media/stick")
    _, page = first(fake)
    page.bring.ways.actions()[0].trigger()
    qtbot.waitUntil(page.work.isVisible)
    assert fake.asked == [("bring", "/media/stick")]
    qtbot.waitUntil(lambda: "Copying the model from /media/stick" in page.work.title.text())
    fake.work.release()
    qtbot.waitUntil(page.start.isVisible)


def test_a_folder_on_a_share_is_used_where_it_is(
    first: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = models()
    monkeypatch.setattr("ui.models.bring.choose_folder", lambda *asked: "/srv/models/gpt-oss-20b")
    window, page = first(fake)
    page.bring.ways.actions()[2].trigger()
    qtbot.waitUntil(lambda: window.page is window.chat)
    assert fake.asked == [("talk_to", "/srv/models/gpt-oss-20b")]


def test_a_folder_without_a_model_is_refused_where_it_was_chosen(
    first: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = models()
    monkeypatch.setattr("ui.models.bring.choose_folder", lambda *asked: "/data/ada")
    window, page = first(fake)
    fake.refusal = ModelError("There is no model in /data/ada. Choose the folder with config.json.")
    page.bring.ways.actions()[2].trigger()
    qtbot.waitUntil(page.trouble.isVisible)
    assert "There is no model in /data/ada" in page.trouble.sentence.text()
    assert window.page is page


def test_a_dialog_that_was_closed_changes_nothing(first: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = models()
    monkeypatch.setattr("ui.models.bring.choose_folder", lambda *asked: "")
    monkeypatch.setattr("ui.models.first_run.choose_folder", lambda *asked: "")
    _, page = first(fake)
    page.bring.ways.actions()[0].trigger()
    page.bring.ways.actions()[2].trigger()
    page.change.click()
    assert fake.asked == []


@pytest.mark.slow
def test_the_folder_can_be_changed_before_the_download(
    first: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = models()
    fake.scripts["move"] = [Done("")]
    fake.after["move"] = replace(fake.shelf, folder="/data/models", free=900_000_000_000)
    monkeypatch.setattr("ui.models.first_run.choose_folder", lambda *asked: "/data/models")
    _, page = first(fake)
    page.change.click()
    qtbot.waitUntil(lambda: page.place.text().replace("\u200b", "") == "/data/models")
    assert page.download.isVisible()


def test_a_folder_that_the_organisation_fixed_cannot_be_changed(first: Open) -> None:
    _, page = first(FakeModels(is_folder_fixed=True))
    assert not page.change.isVisible()


def test_a_pc_whose_disk_does_not_answer_is_told_and_looked_at_again(
    open_window: OpenWindow, qtbot: QtBot
) -> None:
    fake = FakeModels()
    fake.trouble = ModelError("The disk does not answer. Check it.")
    window = open_window(models=fake, is_first_run=True)
    page = window.first_run
    assert page is not None
    qtbot.waitUntil(page.trouble.isVisible)
    page.trouble.again.click()
    qtbot.waitUntil(page.download.isVisible)
    assert not page.trouble.isVisible()


@pytest.mark.slow
def test_a_network_that_refuses_says_what_to_ask_for(first: Open, qtbot: QtBot) -> None:
    refused = NetworkError(
        "proxy.example refused huggingface.co. Ask IT to allow huggingface.co and *.hf.co."
    )
    fake = models()
    fake.scripts["download"] = [refused]
    _, page = first(fake)
    page.download.click()
    qtbot.waitUntil(page.trouble.isVisible)
    assert page.trouble.sentence.text() == refused.user_text


def test_the_first_run_is_gone_through_by_keyboard_alone(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    window, page = first(fake)
    order = window.page.stops()
    assert order.index(page.choices["gpt-oss-20b"].radio) < order.index(page.change)
    assert order.index(page.licence) < order.index(page.download) < order.index(page.demo)
    window.rail.buttons["chat"].setFocus()
    for stop in order:
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        assert stop.hasFocus()
    page.download.setFocus()
    QTest.keyClick(page.download, Qt.Key.Key_Return)
    qtbot.waitUntil(page.work.isVisible)
    QTest.keyClick(page.work.hold, Qt.Key.Key_Space)
    assert fake.work.is_paused


def test_the_models_page_and_the_first_run_tell_of_the_same_download(first: Open, qtbot: QtBot) -> None:
    fake = models(at(0.25), hold)
    window, page = first(fake)
    page.download.click()
    window.show_page(MODELS)
    assert window.models_page is not None
    card = window.models_page.offers["gpt-oss-20b"]
    qtbot.waitUntil(lambda: card.work.bar.value() == 250)
    assert card.work.isVisible()
    assert not card.download.isVisible()
    window.show_page("chat")
    assert window.page is page


def test_a_model_that_was_downloaded_and_then_checked_is_still_ready(first: Open, qtbot: QtBot) -> None:
    fake = models()
    fake.scripts["check"] = [Checked((), 0)]
    window, page = first(fake)
    page.download.click()
    qtbot.waitUntil(page.start.isVisible)
    assert window.models is not None
    window.models.begin(Kind.CHECK, "gpt-oss-20b")
    qtbot.waitUntil(lambda: window.models is not None and window.models.outcome is not None)
    qtbot.waitUntil(page.start.isVisible)
    assert not page.download.isVisible()


def test_an_empty_shelf_leaves_the_demo_and_files(first: Open) -> None:
    fake = FakeModels()
    fake.shelf = Shelf((DEMO,), (), FOLDER, None)
    _, page = first(fake)
    assert page.offer is None
    assert not page.download.isVisible()
    assert page.bring.isVisible()
    assert page.demo.isVisible()


WHY = "Your organisation does not allow downloads of models (policy AllowDownloads in HKLM)."
REFUSED = (replace(SMALL, refusal=WHY), replace(LARGE, refusal=WHY))


def seen(page: FirstRun) -> str:
    """All words that are in sight."""
    parts: list[QLabel | QAbstractButton] = [*page.findChildren(QLabel), *page.findChildren(QAbstractButton)]
    return "\n".join(part.text() for part in parts if part.isVisible()).replace("\u200b", "")


def test_where_downloads_are_not_allowed_a_newcomer_is_told_what_else_there_is(first: Open) -> None:
    _, page = first(FakeModels((DEMO,), REFUSED, is_folder_fixed=True))
    words = seen(page)
    assert "ownload" not in words.replace(WHY, "")
    assert "gpt-oss-20b" not in words and "Licence" not in words
    assert words.count(WHY) == 1
    assert page.place.text().replace("\u200b", "") == FOLDER
    assert "is found when Chorale starts" in words
    assert page.bring.isVisible()
    assert page.demo.isVisible()
    assert not page.terms.isVisible()


@pytest.mark.parametrize(
    ("is_read_only", "ways"),
    [
        (False, ["Copy from a folder…", "Copy from a ZIP archive…", "Use a folder where it is…"]),
        (True, ["Use a folder where it is…"]),
    ],
)
def test_where_the_models_folder_is_only_read_nothing_is_offered_that_copies(
    first: Open, is_read_only: bool, ways: list[str]
) -> None:
    fake = FakeModels((DEMO,), REFUSED, is_folder_fixed=True)
    fake.shelf = replace(fake.shelf, is_read_only=is_read_only)
    _, page = first(fake)
    assert [action.text() for action in page.bring.ways.actions() if action.isVisible()] == ways


def test_what_a_policy_says_gives_way_to_the_work_that_is_allowed(first: Open, qtbot: QtBot) -> None:
    fake = FakeModels((DEMO,), REFUSED)
    fake.scripts["bring"] = [hold, Done(SMALL.name)]
    fake.after["bring"] = fake.with_models(INSTALLED, DEMO)
    _, page = first(fake)
    assert page.change.isVisible()
    page.work_asked.emit(Kind.BRING, "/stick/model")
    qtbot.waitUntil(page.work.isVisible)
    assert WHY not in seen(page)
    fake.work.release()
    qtbot.waitUntil(page.start.isVisible)
    assert WHY not in seen(page)
