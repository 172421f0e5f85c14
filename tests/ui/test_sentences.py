"""Errors that were made in English below the window are read in German, with what they name left as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from app.history.stored import LOST_QUESTION
from app.licence_text import BEFORE
from models.errors import InputError
from tools.translations import SENTENCES, read
from ui.chat.question import QuestionState
from ui.error_words import sentence_of
from ui.sentences import Template, templates, translated
from ui.words import LANGUAGE


@pytest.fixture
def in_german(qapp: QCoreApplication) -> Iterator[None]:
    qapp.setProperty(LANGUAGE, "de")
    yield
    qapp.setProperty(LANGUAGE, None)


def test_in_english_a_sentence_stays_as_it_was_made() -> None:
    assert translated("report.pdf is empty.") == "report.pdf is empty."


@pytest.mark.usefixtures("in_german")
class TestInGerman:
    @pytest.mark.parametrize(
        ("english", "german"),
        [
            ("report.pdf is empty.", "report.pdf ist leer."),
            # a sentence in a sentence, and a part that begins one
            (
                "Downloading gpt-oss-20b stopped. The disk with /srv/models is full. Free some space there and start "
                "again; what is there is kept.",
                "Das Herunterladen von gpt-oss-20b wurde abgebrochen. Der Datenträger mit /srv/models ist voll. Dort "
                "Platz schaffen und neu beginnen; was da ist, bleibt erhalten.",
            ),
            # fields that touch each other
            (
                "Intel Arc A770 ran out of memory (error 0x887A0005). Close other programs that use it, or choose the "
                "device cpu.",
                "Intel Arc A770 hat keinen Speicher mehr (Fehler 0x887A0005). Andere Programme schließen, die es "
                "verwenden, oder das Gerät cpu wählen.",
            ),
            # several sentences, of which the first ends in a field
            (
                "hub.example does not answer. If this lasts, ask IT to allow hub.example. It is tried again in 8 s.",
                "hub.example antwortet nicht. Falls das so bleibt, die IT bitten, hub.example zu erlauben. Neuer "
                "Versuch in 8 s.",
            ),
            # numbers in sentences
            (
                "gpt-oss-20b runs well here: it uses 13.4 GB of memory, and 20.1 GB are free.",
                "gpt-oss-20b läuft hier gut: Es belegt 13,4 GB Arbeitsspeicher, und 20,1 GB sind frei.",
            ),
            # what a policy entails brings its German along
            (
                "The policy KeepHistory in the registry is 7, which is neither 0 nor 1, so no conversation is kept. "
                "Ask your IT department.",
                "Die Richtlinie KeepHistory in the registry lautet 7. Das ist weder 0 noch 1; deshalb wird keine "
                "Unterhaltung aufbewahrt. Bitte die IT-Abteilung fragen.",
            ),
            # what is said of a path stands behind it
            (
                "Settings are neither read nor kept: /home/a b/settings.json cannot be opened (Permission denied).",
                "Einstellungen werden weder gelesen noch aufbewahrt: /home/a b/settings.json lässt sich nicht öffnen "
                "(Permission denied).",
            ),
        ],
    )
    def test_a_sentence_is_said_by_its_template(self, english: str, german: str) -> None:
        assert translated(english) == german

    def test_lines_are_told_one_by_one(self) -> None:
        assert (
            translated("a.pdf is empty.\nb.pdf has no pages.") == "a.pdf ist leer.\nb.pdf hat keine Seiten."
        )

    def test_what_is_said_before_a_licence_is_german_to_its_last_line(self) -> None:
        before = BEFORE.strip().split("\n\n")
        after = translated(BEFORE).strip().split("\n\n")
        assert len(after) == len(before)
        assert not set(after) & set(before)

    def test_a_question_that_was_lost_says_so_in_german_and_no_other_is_touched(self) -> None:
        assert QuestionState(LOST_QUESTION).words == "(Diese Frage lässt sich nicht mehr lesen.)"
        assert QuestionState("report.pdf is empty.").words == "report.pdf is empty."

    def test_a_file_named_like_our_words_keeps_its_name(self) -> None:
        name = "what is missing and unknown.pdf"
        assert translated(f"{name} is empty.") == f"{name} ist leer."
        assert translated(f"/srv/a folder/{name} is empty.") == f"/srv/a folder/{name} ist leer."

    def test_a_sentence_that_nobody_knows_is_shown_as_it_is(self) -> None:
        assert translated("The moon is full tonight. Look up.") == "The moon is full tonight. Look up."

    def test_of_several_sentences_those_that_are_known_are_said(self) -> None:
        said = translated("The moon is full. The engine stopped with an error.")
        assert said == "The moon is full. Der Rechenprozess hat mit einem Fehler aufgehört."

    def test_an_error_reaches_the_person_in_german_and_its_detail_as_it_is(self) -> None:
        error = InputError("The message is empty. Type something first.", "as it is")
        assert sentence_of(error) == ("Die Nachricht ist leer. Zuerst etwas schreiben.", "as it is")

    def test_what_was_made_from_a_template_is_known_as_that(self) -> None:
        """Each of ours, with something in its fields: none may be taken for another one with other words."""
        for template in templates("de"):
            if template.is_part or template.literals[0] == "" == template.literals[-1]:
                continue
            fields = {name: f"x{place}" for place, name in enumerate(template.fields)}
            english = template.literals[0] + "".join(
                fields[name] + literal
                for name, literal in zip(template.fields, template.literals[1:], strict=True)
            )
            german = template.said
            for name, text in fields.items():
                german = german.replace("{" + name + "}", text)
            assert translated(english) == german


def test_a_long_text_without_an_end_is_matched_in_no_time() -> None:
    many = Template.of("{1} a {2} a {3} a {4} a {5} b", "…")
    assert many.match("x a " * 1000) is None


def test_every_sentence_of_the_translation_is_known() -> None:
    known = {template.said for template in templates("de")}
    assert [entry.german for entry in read()[SENTENCES].values() if entry.german not in known] == []
