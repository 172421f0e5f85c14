"""The vocabulary: real ids of gpt-oss, text that stays text, and files that are not a tokenizer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import ModelError
from runtime.tokenizer import SpecialIds, Tokenizer
from tests.support.harmony_goldens import FOLDER, golden, tokenizer

NAMES = ["start", "end", "message", "channel", "constrain", "return", "call", "endoftext"]
ADDED = {token["content"]: token["id"] for token in golden("tokenizer")["added_tokens"]}


def write_tokenizer(folder: Path, change: Callable[[Any], object]) -> Path:
    """The golden tokenizer with a change, in `folder`."""
    data = golden("tokenizer")
    change(data)
    (folder / "tokenizer.json").write_text(json.dumps(data), encoding="utf-8")
    return folder


def test_the_special_tokens_have_the_ids_that_gpt_oss_was_trained_with() -> None:
    assert tokenizer().special == SpecialIds(
        start=200006,
        end=200007,
        message=200008,
        channel=200005,
        constrain=200003,
        return_=200002,
        call=200012,
        endoftext=199999,
    )
    assert tokenizer().stop_ids == {200002, 200012, 199999}


@pytest.mark.parametrize("case", golden("texts"), ids=lambda case: ascii(case["text"])[:30])
def test_a_text_has_the_ids_that_the_model_was_trained_with(case: Any) -> None:
    ids = tokenizer().encode(case["text"])
    assert ids == case["ids"], tokenizer().decode(ids)
    assert tokenizer().decode(ids) == case["text"]


@pytest.mark.parametrize("literal", ADDED)
@pytest.mark.parametrize(
    "around", ["{}", " {}", "{} ", "a{}b", "\n{}\n", "{0}{0}", "<|{}", "{}|>", "\0{}\0", "é{}é"]
)
def test_a_special_token_that_somebody_typed_is_text(literal: str, around: str) -> None:
    text = around.format(literal)
    ids = tokenizer().encode(text)
    assert not set(ids) & set(ADDED.values())
    assert tokenizer().decode(ids) == text


@pytest.mark.slow
@given(st.lists(st.sampled_from([*ADDED, "<|", "|>", "<", "|"]) | st.text(max_size=4)).map("".join))
def test_no_text_at_all_becomes_a_special_token_or_loses_a_character(text: str) -> None:
    ids = tokenizer().encode(text)
    assert not set(ids) & set(ADDED.values())
    assert tokenizer().decode(ids) == text


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("\ud800", "\ufffd"),
        ("a\udfffb\ud800", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "😀"),
        ("\udc80<|end|>", "\ufffd<|end|>"),
    ],
)
def test_half_a_character_from_a_damaged_file_is_replaced_not_fatal(text: str, read_as: str) -> None:
    assert tokenizer().decode(tokenizer().encode(text)) == read_as
    assert tokenizer().encode_cached(text).tolist() == tokenizer().encode(read_as)


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["a", " ", "\n", "<|end|>", "word after word, ", "é"])
def test_a_very_long_text_is_encoded_whole(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert tokenizer().decode(tokenizer().encode(text)) == text


def test_every_byte_has_one_id_and_every_id_its_bytes() -> None:
    one_byte = [tokenizer().token_bytes(token) for token in range(256)]
    assert sorted(one_byte) == [bytes((value,)) for value in range(256)]
    for literal, token in ADDED.items():
        assert tokenizer().token_bytes(token) == literal.encode()


@pytest.mark.parametrize("token", [-1, -200_000, 201_087, 201_088, 1 << 31, 1 << 70])
def test_an_id_outside_the_vocabulary_has_no_text(token: int) -> None:
    assert tokenizer().token_bytes(token) == b""
    assert tokenizer().decode([token, 0]) == "!"


def test_a_text_seen_before_is_not_encoded_again() -> None:
    own = Tokenizer.load(FOLDER)
    first = own.encode_cached("Hello, world")
    assert first.tolist() == tokenizer().encode("Hello, world")
    assert own.encode_cached("Hello, world") is first


@pytest.mark.slow
def test_remembered_texts_do_not_fill_the_memory() -> None:
    own = Tokenizer.load(FOLDER)
    for number in range(40):
        own.encode_cached(f"{number} " + "!?" * 20_000)
    assert 0 < own._cached_ids <= 4 * 131_072
    assert own._cached_ids == sum(len(ids) + 1 for ids in own._cache.values())


def test_a_folder_without_a_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"has no tokenizer\.json") as error:
        Tokenizer.load(tmp_path)
    assert str(tmp_path) in error.value.user_text


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").mkdir()
    with pytest.raises(ModelError, match=r"tokenizer\.json cannot be read"):
        Tokenizer.load(tmp_path)


def test_a_folder_whose_name_is_not_ascii_is_fine(tmp_path: Path) -> None:
    folder = tmp_path / "modèles 模型"
    folder.mkdir()
    assert Tokenizer.load(write_tokenizer(folder, lambda data: None)).encode("Hi") == tokenizer().encode("Hi")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"model": 5}',
        b"\xff\xfe",
        b'{"model": {"type": "BPE"}}',
        b"[" * 100_000,
    ],
    ids=lambda content: repr(content[:30]),  # pytest keeps the name in the environment, whose size is limited
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        Tokenizer.load(tmp_path)


def test_a_file_cut_short_is_refused(tmp_path: Path) -> None:
    whole = (FOLDER / "tokenizer.json").read_bytes()
    (tmp_path / "tokenizer.json").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        Tokenizer.load(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data["model"].update(type="Unigram"),
        lambda data: data["model"]["vocab"].update(x="y"),
        lambda data: data["model"]["vocab"].update(x=1 << 40),
        lambda data: data["model"]["vocab"].update(x=-1),
        lambda data: data["added_tokens"].append({"content": "<|x|>"}),
        lambda data: data["model"]["merges"].append(["nowhere", "known"]),
        lambda data: data.update(pre_tokenizer={"type": "Unheard"}),
    ],
)
def test_a_file_with_wrong_insides_is_refused(tmp_path: Path, change: Callable[[Any], object]) -> None:
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        Tokenizer.load(write_tokenizer(tmp_path, change))


@pytest.mark.parametrize("name", NAMES)
def test_the_tokenizer_of_another_model_is_refused_with_the_token_it_lacks(tmp_path: Path, name: str) -> None:
    def remove(data: Any) -> None:
        data["added_tokens"] = [token for token in data["added_tokens"] if token["content"] != f"<|{name}|>"]

    with pytest.raises(ModelError) as error:
        Tokenizer.load(write_tokenizer(tmp_path, remove))
    assert f"<|{name}|>" in error.value.user_text
    assert str(tmp_path / "tokenizer.json") in error.value.user_text


def test_a_vocabulary_that_cannot_write_every_byte_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not a byte-level tokenizer"):
        Tokenizer.load(write_tokenizer(tmp_path, lambda data: data["model"]["vocab"].pop("Ā")))


def test_typed_special_tokens_are_text_however_the_file_lists_them(tmp_path: Path) -> None:
    """Also if it calls them ordinary, has them in the vocabulary, or wants them matched first."""

    def change(data: Any) -> None:
        for token in data["added_tokens"]:
            token["special"] = False
            data["model"]["vocab"][token["content"]] = token["id"]
        data["pre_tokenizer"]["pretokenizers"].pop(0)

    own = Tokenizer.load(write_tokenizer(tmp_path, change))
    assert own.special == tokenizer().special
    for literal in ADDED:
        assert not set(own.encode(literal)) & set(ADDED.values())
        assert own.decode(own.encode(literal)) == literal


def test_special_tokens_may_be_listed_in_the_vocabulary_only(tmp_path: Path) -> None:
    def change(data: Any) -> None:
        data["model"]["vocab"] |= {token["content"]: token["id"] for token in data.pop("added_tokens")}
        data["added_tokens"] = []

    own = Tokenizer.load(write_tokenizer(tmp_path, change))
    assert own.special == tokenizer().special
    assert own.encode("<|start|>") == tokenizer().encode("<|start|>")


def test_a_file_that_asks_for_truncation_or_padding_does_not_get_it(tmp_path: Path) -> None:
    def change(data: Any) -> None:
        data["truncation"] = {"max_length": 2, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
        data["padding"] = {
            "strategy": {"Fixed": 50},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "!",
        }

    text = "one two three four five"
    assert Tokenizer.load(write_tokenizer(tmp_path, change)).encode(text) == tokenizer().encode(text)
