"""The page of settings: shows, searches, changes and locks them; protects conversations; keeps prompts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from app.history.values import Access, ChatSettings, Protection
from app.policy import NO_POLICY, Policy
from app.preferences import Preferences
from runtime.conversation import Effort
from tests.fakes.history import FakeHistory
from tests.fakes.kept_chat import KeptChat, keep
from tests.fakes.preferences import preferences_in
from tests.fakes.registry import policy_of
from tests.fakes.shelf import FakeModels
from ui import style
from ui.answers.parts import Fold
from ui.settings.setting_controls import Choices, NumberField, Switch, TextField
from ui.settings.settings_page import SettingsPage
from ui.window import MODELS, SETTINGS, Window

Control = TypeVar("Control", Switch, Choices, NumberField, TextField)


@pytest.fixture
def new_page(qtbot: QtBot, tmp_path: Path) -> Callable[..., SettingsPage]:
    def new(policy: Policy = NO_POLICY, history: FakeHistory | None = None) -> SettingsPage:
        page = SettingsPage(preferences_in(tmp_path, policy), history)
        qtbot.addWidget(page)
        page.resize(800, 900)
        with qtbot.waitExposed(page):
            page.show()
        qtbot.waitUntil(lambda: bool(control(page, "device", Choices).buttons))
        return page

    return new


@pytest.fixture
def page(new_page: Callable[..., SettingsPage]) -> SettingsPage:
    return new_page()


def control(page: SettingsPage, key: str, kind: type[Control]) -> Control:
    found = page.rows[key].control
    assert isinstance(found, kind)
    return found


def value(tmp_path: Path, key: str) -> object:
    """What is written on the disk."""
    return {each.key: each.value for each in preferences_in(tmp_path).shown()}[key]


def pick(choices: Choices, option: str) -> None:
    choices.buttons[option].click()


def write(field: NumberField, text: str) -> None:
    field.field.setText(text)
    field.field.editingFinished.emit()


# -- showing and searching -----------------------------------------------------------------------


def test_every_setting_is_there_under_its_heading(page: SettingsPage) -> None:
    assert len(page.rows) >= 15
    assert all(row.isVisibleTo(page) for row in page.rows.values())
    assert [heading.text() for heading, _, _ in page._sections] == [
        "Answers",
        "Conversations",
        "Models and processors",
        "Window",
        "Downloads and logs",
    ]


def test_no_language_is_offered_that_the_window_does_not_speak(page: SettingsPage) -> None:
    from ui.language import languages

    assert ("window.language" in page.rows) == (len(languages()) > 1)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("gpu", {"device"}),
        ("GRAFIKKARTE", {"device"}),
        ("dark", {"window.theme"}),
        ("remove days", {"history.days"}),
        ("no such thing", set()),
    ],
)
def test_a_setting_is_found_by_any_of_its_words_in_either_language(
    page: SettingsPage, words: str, found: set[str]
) -> None:
    page.search.setText(words)
    assert {key for key, row in page.rows.items() if row.isVisibleTo(page)} == found
    assert page.nothing.isVisibleTo(page) == (not found)
    for heading, card, rows in page._sections:
        has_any = any(row.isVisibleTo(page) for row in rows)
        assert heading.isVisibleTo(page) == card.isVisibleTo(page) == has_any
    page.search.clear()
    assert all(row.isVisibleTo(page) for row in page.rows.values())


# -- changing ------------------------------------------------------------------------------------


def test_a_switch_is_kept_at_once(page: SettingsPage, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.changed) as changed:
        control(page, "history.keep", Switch).click()
    assert changed.args == ["history.keep", False]
    assert value(tmp_path, "history.keep") is False


def test_a_choice_is_kept_and_can_be_reset(page: SettingsPage, tmp_path: Path) -> None:
    row = page.rows["window.send"]
    assert not row.reset.isVisible()
    pick(control(page, "window.send", Choices), "ctrl_enter")
    assert value(tmp_path, "window.send") == "ctrl_enter"
    row.reset.click()
    assert value(tmp_path, "window.send") == "enter"
    assert control(page, "window.send", Choices).buttons["enter"].isChecked()
    assert not row.reset.isVisible()


@pytest.mark.parametrize(
    ("key", "text", "kept"),
    [
        ("chat.temperature", "0.7", 0.7),
        ("chat.temperature", "0,7", 0.7),
        ("chat.context_length", "16,384", 16384),
        ("chat.context_length", "16 384", 16384),
        ("history.days", "90", 90),
        ("download_limit", "2.5", 2_500_000),
        ("threads", "6", 6),
    ],
)
def test_a_number_is_kept_as_people_write_it(
    page: SettingsPage, tmp_path: Path, key: str, text: str, kept: object
) -> None:
    field = control(page, key, NumberField)
    write(field, text)
    assert value(tmp_path, key) == kept
    write(field, "")
    assert value(tmp_path, key) is None


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("chat.temperature", "hot"),
        ("chat.temperature", "3"),
        ("chat.temperature", "nan"),
        ("history.days", "0"),
        ("history.days", "-1"),
        ("history.days", "1e3x"),
        ("threads", "99999"),
    ],
)
def test_a_number_that_cannot_be_is_said_and_not_kept(
    page: SettingsPage, tmp_path: Path, key: str, text: str
) -> None:
    write(control(page, key, NumberField), text)
    row = page.rows[key]
    assert row.wrong.isVisible()
    assert "from" in row.wrong.text()
    assert value(tmp_path, key) is None
    write(control(page, key, NumberField), "2" if key != "history.days" else "20")
    assert not row.wrong.isVisible()


def test_text_is_kept_when_the_keyboard_leaves_it_or_the_page_is_left(
    page: SettingsPage, tmp_path: Path
) -> None:
    field = control(page, "chat.instructions", TextField)
    field.setPlainText("Answer in German.")
    assert value(tmp_path, "chat.instructions") is None
    page.hide()
    assert value(tmp_path, "chat.instructions") == "Answer in German."
    page.show()
    field.setPlainText("  \n")
    field.take()
    assert value(tmp_path, "chat.instructions") is None


def test_a_processor_is_chosen_from_those_of_this_pc(page: SettingsPage, tmp_path: Path) -> None:
    choices = control(page, "device", Choices)
    assert [made.text() for made in choices.buttons.values()] == [
        "Automatic",
        "CPU: Intel Core Ultra 7 155H",
        "GPU: NVIDIA GeForce RTX 4090",
        "NPU: Intel AI Boost",
    ]
    gpu = next(option for option in choices.buttons if "4090" in option)
    pick(choices, gpu)
    assert value(tmp_path, "device") == gpu
    assert gpu.startswith("adapter 10de:2684 ")


def test_the_models_folder_is_changed_where_models_are(page: SettingsPage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.models_asked):
        page.rows["models_folder"].elsewhere.click()


# -- what is managed -----------------------------------------------------------------------------


def test_what_the_organisation_manages_says_so_and_cannot_be_changed(
    new_page: Callable[..., SettingsPage],
) -> None:
    page = new_page(policy_of(HistoryDays=30, ModelFolder="/srv/models", KeepLogs="perhaps"))
    days = page.rows["history.days"]
    assert days.badge.isVisible()
    assert "HKLM" in days.policy.text()
    field = control(page, "history.days", NumberField)
    assert field.field.text() == "30"
    assert not field.field.isEnabled()
    assert "Managed by your organisation" in field.field.accessibleDescription()
    assert not days.reset.isVisible()
    folder = page.rows["models_folder"]
    assert not folder.elsewhere.isVisible()
    assert folder.path.text().replace("\u200b", "") == "/srv/models"
    assert "perhaps" in page.rows["keep_logs"].policy.text()
    assert not page.rows["window.theme"].badge.isVisible()


def test_a_processor_that_is_not_allowed_says_why_and_cannot_be_chosen(
    new_page: Callable[..., SettingsPage],
) -> None:
    page = new_page(policy_of(AllowedDevices="cpu"))
    gpu = next(made for made in control(page, "device", Choices).buttons.values() if "4090" in made.text())
    assert not gpu.isEnabled()
    assert "AllowedDevices" in gpu.accessibleDescription()


def test_everything_that_is_managed_can_be_read(new_page: Callable[..., SettingsPage]) -> None:
    page = new_page(policy_of(AllowDownloads=0, HistoryDays=30))
    assert page.managed is not None
    (fold,) = page.managed.findChildren(Fold)
    assert fold.text() == "What your organisation manages: 2"
    fold.click()
    texts = [label.text() for label in page.managed.findChildren(type(page.title)) if label.isVisible()]
    assert "Allow downloads of models: No" in texts
    assert "Days that conversations are kept: 30 days" in texts


def test_without_a_policy_nothing_is_said_of_an_organisation(page: SettingsPage) -> None:
    assert page.managed is None
    assert not any(row.badge.isVisible() for row in page.rows.values())


# -- conversations -------------------------------------------------------------------------------


def protection(history: FakeHistory) -> Protection:
    return history.protection


def settled(page: SettingsPage, qtbot: QtBot) -> None:
    assert page.history is not None
    history = page.history
    qtbot.waitUntil(lambda: not history._is_working)


@pytest.mark.slow
def test_while_the_keychain_asks_the_page_says_so_and_follows(
    new_page: Callable[..., SettingsPage], qtbot: QtBot
) -> None:
    history = FakeHistory(access=Access.OPENING)
    page = new_page(history=history)
    card = page.history
    assert card is not None
    assert "keychain" in card.state.text()
    assert not card.remove.isVisible()
    history.answered.set()
    history.prepare()  # whoever keeps the conversation that is open
    qtbot.waitUntil(card.remove.isVisible)
    assert "This PC keeps the key" in card.state.text()


def test_a_passphrase_is_set_when_it_was_written_twice(
    new_page: Callable[..., SettingsPage], qtbot: QtBot
) -> None:
    history = FakeHistory()
    page = new_page(history=history)
    assert page.history is not None
    form = page.history.words
    page.history.passphrase.click()
    form.first.setText("correct horse battery")
    form.second.setText("correct horse")
    form.yes.click()
    assert form.wrong.text() == "The two are not the same."
    assert protection(history) is Protection.KEYCHAIN
    form.second.setText("correct horse battery")
    form.yes.click()
    settled(page, qtbot)
    assert protection(history) is Protection.PASSPHRASE
    assert form.first.text() == form.second.text() == ""
    assert "your passphrase" in page.history.state.text()
    assert page.history.passphrase.text() == "Change the passphrase…"


def test_a_passphrase_that_is_too_short_is_said_where_it_is_typed(
    new_page: Callable[..., SettingsPage],
) -> None:
    history = FakeHistory()
    page = new_page(history=history)
    assert page.history is not None
    page.history.passphrase.click()
    page.history.words.first.setText("x")
    page.history.words.second.setText("x")
    page.history.words.yes.click()
    assert "at least 8" in page.history.words.wrong.text()
    assert page.history.words.first.hasFocus()
    assert protection(history) is Protection.KEYCHAIN


def test_a_passphrase_that_is_refused_is_said(new_page: Callable[..., SettingsPage], qtbot: QtBot) -> None:
    history = FakeHistory()
    page = new_page(history=history)
    assert page.history is not None
    page.history.passphrase.click()
    history.access, history.reason = Access.BROKEN, "The disk failed."
    page.history.words.first.setText("long enough")
    page.history.words.second.setText("long enough")
    page.history.words.yes.click()
    settled(page, qtbot)
    assert page.history.trouble.isVisible()


def test_encryption_ends_only_after_a_question(new_page: Callable[..., SettingsPage], qtbot: QtBot) -> None:
    history = FakeHistory()
    page = new_page(history=history)
    assert page.history is not None
    page.history.open.click()
    assert page.history.ask_open.isVisible()
    page.history.ask_open.no.click()
    assert protection(history) is Protection.KEYCHAIN
    page.history.open.click()
    page.history.ask_open.yes.click()
    settled(page, qtbot)
    assert protection(history) is Protection.NONE
    assert page.history.news.text() == "Conversations are not encrypted any more."
    assert not page.history.open.isVisible()
    page.history.keychain.click()
    qtbot.waitUntil(lambda: protection(history) is Protection.KEYCHAIN)


def test_where_nothing_was_kept_yet_conversations_are_said_to_be_kept_now(
    new_page: Callable[..., SettingsPage], qtbot: QtBot
) -> None:
    history = FakeHistory(access=Access.NO_KEYCHAIN)
    page = new_page(history=history)
    assert page.history is not None
    page.history.open.click()
    page.history.ask_open.yes.click()
    settled(page, qtbot)
    assert protection(history) is Protection.NONE
    assert page.history.news.text() == "Conversations are kept without encryption now."


def test_where_encryption_is_required_nobody_can_end_it(new_page: Callable[..., SettingsPage]) -> None:
    page = new_page(policy_of(RequireEncryption=1), FakeHistory(must_encrypt=True))
    assert page.history is not None
    assert not page.history.open.isVisible()
    assert page.history.why_encrypted.isVisible()


def test_all_conversations_are_removed_after_a_question(
    new_page: Callable[..., SettingsPage], qtbot: QtBot
) -> None:
    history = FakeHistory()
    for _ in range(3):
        history.create(ChatSettings())
    page = new_page(history=history)
    assert page.history is not None
    page.history.remove.click()
    page.history.ask_remove.no.click()
    assert len(history.entries()) == 3
    page.history.remove.click()
    with qtbot.waitSignal(page.emptied):
        page.history.ask_remove.yes.click()
    assert history.entries() == ()


def test_while_all_are_removed_the_page_says_so(new_page: Callable[..., SettingsPage], qtbot: QtBot) -> None:
    history, may_go = FakeHistory(), threading.Event()
    history.create(ChatSettings())
    remove = history.remove

    def slowly(*entries: int) -> None:
        assert may_go.wait(5)
        remove(*entries)

    history.remove = slowly  # type: ignore[method-assign]
    page = new_page(history=history)
    assert page.history is not None
    page.history.remove.click()
    page.history.ask_remove.yes.click()
    assert page.history.news.text() == "Deleting all conversations…"
    assert page.history.news.isVisible()
    assert not page.history.remove.isEnabled()
    with qtbot.waitSignal(page.emptied):
        may_go.set()
    assert page.history.news.text() == "All conversations were deleted."
    assert page.history.remove.isEnabled()


def test_a_history_that_is_locked_says_so_and_offers_nothing(new_page: Callable[..., SettingsPage]) -> None:
    page = new_page(history=FakeHistory(access=Access.LOCKED, reason="The passphrase is needed."))
    assert page.history is not None
    assert page.history.state.text() == "The passphrase is needed."
    assert not any(button.isVisible() for button in (page.history.passphrase, page.history.remove))


# -- prompts -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_prompts_are_added_changed_and_removed(new_page: Callable[..., SettingsPage], qtbot: QtBot) -> None:
    history = FakeHistory()
    page = new_page(history=history)
    prompts = page.prompts
    assert prompts is not None
    prompts.add.click()
    assert not prompts.form.yes.isEnabled()
    prompts.form.name.setText("Translate")
    prompts.form.text.setPlainText("Translate into {{language}}:")
    with qtbot.waitSignal(page.prompts_changed):
        prompts.form.yes.click()
    (saved,) = history.prompts()
    assert (saved.name, saved.text) == ("Translate", "Translate into {{language}}:")
    prompts.rows[saved.id].edit.click()
    assert prompts.form.name.text() == "Translate"
    prompts.form.name.setText("Into English")
    with qtbot.waitSignal(page.prompts_changed):
        prompts.form.yes.click()
    assert [prompt.name for prompt in history.prompts()] == ["Into English"]
    prompts.rows[saved.id].remove.click()
    assert "Into English" in prompts.ask.sentence.text()
    with qtbot.waitSignal(page.prompts_changed):
        prompts.ask.yes.click()
    assert history.prompts() == ()
    assert prompts.rows == {}


# -- by keyboard and by ear ----------------------------------------------------------------------


def test_every_control_has_a_name(new_page: Callable[..., SettingsPage]) -> None:
    page = new_page(policy_of(AllowDownloads=0), FakeHistory())
    assert page.history is not None
    assert page.prompts is not None
    page.history.passphrase.click()
    page.prompts.add.click()
    unnamed = [
        widget
        for widget in page.stops()
        if not (QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name))
    ]
    assert unnamed == []
    assert len(page.stops()) > 20


def test_a_switch_is_a_check_box_for_who_hears_it(page: SettingsPage) -> None:
    heard = QAccessible.queryAccessibleInterface(control(page, "history.keep", Switch))
    assert heard.role() is QAccessible.Role.CheckBox
    assert heard.state().checked
    assert heard.text(QAccessible.Text.Name) == "Keep conversations"


def test_tab_goes_down_the_page_and_every_stop_can_be_seen(page: SettingsPage) -> None:
    stops = page.stops()
    places = [stop.mapTo(page.column, QPoint(0, 0)).y() for stop in stops]
    assert places == sorted(places)
    assert all(stop.focusPolicy() & Qt.FocusPolicy.TabFocus for stop in stops)


def test_reset_leaves_the_keyboard_on_the_control(page: SettingsPage, qtbot: QtBot) -> None:
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    pick(control(page, "window.theme", Choices), "dark")
    row = page.rows["window.theme"]
    row.reset.setFocus()
    row.reset.click()
    focus = QApplication.focusWidget()
    assert isinstance(focus, QRadioButton)
    assert focus.text() == "As the system"


# -- in the window -------------------------------------------------------------------------------


@pytest.fixture
def in_window(open_window: Callable[..., Window], tmp_path: Path) -> Window:
    preferences: Preferences = preferences_in(tmp_path)
    window = open_window(models=FakeModels(), preferences=preferences, settings=_Both(preferences))
    window.show_page(SETTINGS)
    return window


class _Both:
    """The window's settings, which are those of the page."""

    def __init__(self, preferences: Preferences) -> None:
        self.get = preferences._keep.get
        self.set = preferences._keep.set


def dark(app: QApplication) -> bool:
    return app.palette().color(QPalette.ColorRole.Window).lightness() < 128


@pytest.mark.slow
def test_a_theme_is_worn_at_once(in_window: Window, qapp: QApplication) -> None:
    page = in_window.settings_page
    assert page is not None
    try:
        pick(control(page, "window.theme", Choices), "dark")
        assert dark(qapp)
        pick(control(page, "window.theme", Choices), "light")
        assert not dark(qapp)
        pick(control(page, "window.theme", Choices), "contrast")
        assert qapp.palette().color(QPalette.ColorRole.Window) in (QColor("#ffffff"), QColor("#000000"))
    finally:
        style.dress(qapp, "system")
        style.apply(qapp, dark=False)


def test_the_keys_that_send_count_at_once(in_window: Window) -> None:
    page = in_window.settings_page
    assert page is not None
    none, ctrl = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    composer = in_window.chat.composer
    assert composer.sends(none)
    pick(control(page, "window.send", Choices), "ctrl_enter")
    assert not composer.sends(none)
    assert composer.sends(ctrl)
    assert "Ctrl+Enter sends" in composer.hint.text()


def test_the_effort_counts_from_the_next_message_on(in_window: Window) -> None:
    page = in_window.settings_page
    assert page is not None
    pick(control(page, "window.effort", Choices), "high")
    assert in_window.chat.composer.effort.effort is Effort.HIGH
    assert in_window.controller._services.chat.effort is Effort.HIGH


def test_the_page_leads_to_the_models(in_window: Window) -> None:
    page = in_window.settings_page
    assert page is not None
    page.rows["models_folder"].elsewhere.click()
    assert in_window.page is in_window.models_page
    assert in_window.rail.buttons[MODELS].isChecked()


def test_every_button_of_the_page_is_reached_by_keyboard(in_window: Window) -> None:
    page = in_window.settings_page
    assert page is not None
    buttons: list[QWidget] = [
        button
        for button in page.column.findChildren(QPushButton)
        if button.isVisible() and button.isEnabled()
    ]
    assert buttons
    assert set(buttons) <= set(page.stops())


# -- the page and the list of conversations ------------------------------------------------------


@pytest.fixture
def over_history(open_window: Callable[..., Window], tmp_path: Path) -> Callable[..., Window]:
    """Opens a window over a history, at its settings."""

    def open_one(chat: KeptChat, history: FakeHistory) -> Window:
        preferences = preferences_in(tmp_path)
        window = open_window(chat, models=FakeModels(), preferences=preferences, history=history)
        window.show_page(SETTINGS)
        return window

    return open_one


def test_a_passphrase_set_here_is_not_asked_for_again_beside_the_conversation(
    over_history: Callable[..., Window], qtbot: QtBot
) -> None:
    history = FakeHistory(access=Access.NO_KEYCHAIN, reason="There is no keychain.")
    window = over_history(KeptChat(history), history)
    page, listed = window.settings_page, window.listed
    assert page is not None and page.history is not None and page.prompts is not None
    assert listed is not None
    qtbot.waitUntil(lambda: listed.access.isVisibleTo(listed))
    page.history.passphrase.click()
    page.history.words.first.setText("long enough")
    page.history.words.second.setText("long enough")
    page.history.words.yes.click()
    qtbot.waitUntil(lambda: not listed.access.isVisibleTo(listed))
    qtbot.waitUntil(lambda: page.prompts is not None and not page.prompts.trouble.isVisible())


def test_the_open_conversation_is_closed_when_all_are_removed(
    over_history: Callable[..., Window], qtbot: QtBot
) -> None:
    history = FakeHistory()
    keep(history, "Secret", ("Who?", "Me."))
    chat = KeptChat(history)
    window = over_history(chat, history)
    page, listed = window.settings_page, window.listed
    assert page is not None and page.history is not None and listed is not None
    (entry,) = history.entries()
    listed.open_asked.emit(entry.id, None)
    qtbot.waitUntil(lambda: chat.entry is not None)
    page.history.remove.click()
    page.history.ask_remove.yes.click()
    qtbot.waitUntil(lambda: chat.entry is None)
    assert chat.path == ()
