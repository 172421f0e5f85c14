"""What is read aloud of an answer: sentences, without Markdown's signs, and a word for what is no prose."""

from __future__ import annotations

import pytest

from ui.spoken import Sentences, sentences_of


def told(text: str, step: int) -> list[str]:
    """What is said of a text that comes `step` characters at a time."""
    sentences = Sentences()
    said = [each for end in range(0, len(text), step) for each in sentences.take(text[:end])]
    return [*said, *sentences.take(text, is_whole=True)]


def test_half_a_sentence_is_not_said() -> None:
    sentences = Sentences()
    assert sentences.take("The sky is") == []
    assert sentences.take("The sky is blue. It") == ["The sky is blue."]
    assert sentences.take("The sky is blue. It scatters.", is_whole=True) == ["It scatters."]
    assert sentences.take("The sky is blue. It scatters.", is_whole=True) == []


@pytest.mark.parametrize("step", [1, 3, 7])
def test_no_sentence_is_said_twice_or_lost_however_it_comes(step: int) -> None:
    text = "# Rent\n\nIt is **80** a month. Is it? Yes!\n\n1. Pay 3.5 now.\n2. Wait\n- *rest* of it"
    whole = "Rent It is 80 a month. Is it? Yes! 1. Pay 3.5 now. 2. Wait rest of it"
    assert " ".join(told(text, step)) == whole


@pytest.mark.parametrize("step", [1, 5, 1000])
def test_code_and_tables_are_not_read_letter_by_letter(step: int) -> None:
    text = "So:\n\n```python\nimport os\n\nprint(os.name)\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nDone."
    assert told(text, step) == ["So:", "Code, python", "End of code, 3 lines", "Table, 2 rows", "Done."]


def test_code_that_was_cut_off_ends_as_well() -> None:
    assert told("```\nx = 1", 2) == ["Code", "End of code, 1 line"]


def test_code_of_a_fence_within_a_fence_is_one_code() -> None:
    assert told("````md\n```\nx\n```\n````\nEnd.", 4) == ["Code, md", "End of code, 3 lines", "End."]


def test_scripts_without_spaces_have_sentences_too() -> None:
    sentences = Sentences()
    assert sentences.take("天空是蓝色的。因为") == ["天空是蓝色的。"]


def test_signs_alone_are_not_said() -> None:
    assert told("Yes.\n\n---\n\n***\n\nNo.", 2) == ["Yes.", "No."]


def test_a_whole_text_is_cut_into_sentences() -> None:
    text = "It costs e.g. 3.5 a day. Is it worth it? Yes!\n\n1. Pay now. Then wait.\n2. Done"
    told = ["It costs e.g. 3.5 a day.", "Is it worth it?", "Yes!", "1. Pay now.", "Then wait.", "2. Done"]
    assert sentences_of(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("See [the docs](https://example.org/a?b=1). End.", ["See the docs.", "End."]),
        ("See <https://www.example.org/a/b.html>, too.", ["See example.org, too."]),
        ("So $E = mc^2$ holds; it costs $5.", ["So E = mc^2 holds; it costs $5."]),
        (r"Then \(\frac{a}{b}\) is one.", ["Then formula is one."]),
        ("Run `a[0](https://x.org)`.\n\n```sh\nls $HOME $USER\n```", None),
    ],
)
def test_addresses_and_signs_of_formulas_are_not_heard(text: str, told: list[str] | None) -> None:
    if told is None:
        assert sentences_of(text)[1:] == ["Code, sh", "End of code, 1 line"]
    else:
        assert sentences_of(text) == told
