"""What a model's folder says about its use is taken, and nothing in it can do harm."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.model_hints import sampling_of, suggestions_of
from runtime.events import Sampling


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"do_sample": False}, Sampling(0.0, 1.0)),
        ({"do_sample": True}, Sampling(1.0, 1.0)),
        ({"do_sample": True, "temperature": 0.6, "top_p": 0.9}, Sampling(0.6, 0.9)),
        ({"temperature": "hot", "top_p": -1}, Sampling(1.0, 1.0)),
        ({"temperature": 1e9, "top_p": True}, Sampling(1.0, 1.0)),
        ([], Sampling(1.0, 1.0)),
    ],
)
def test_the_model_says_how_tokens_are_drawn(tmp_path: Path, config: Any, expected: Sampling) -> None:
    (tmp_path / "generation_config.json").write_text(json.dumps(config))
    assert sampling_of(tmp_path) == expected


def test_what_the_user_says_counts_more(tmp_path: Path) -> None:
    (tmp_path / "generation_config.json").write_text('{"do_sample": false, "top_p": 0.5}')
    assert sampling_of(tmp_path, temperature=0.7, top_p=0.9, seed=4) == Sampling(0.7, 0.9, seed=4)


def test_a_folder_without_hints_is_used_as_gpt_oss_is(tmp_path: Path) -> None:
    assert sampling_of(tmp_path) == Sampling(1.0, 1.0)
    assert suggestions_of(tmp_path) == ()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"suggestions": ["What are the panes?", " ", 3]}', ("What are the panes?",)),
        ('{"suggestions": "What?"}', ()),
        ("[" * 100_000, ()),
        ("\x00", ()),
    ],
)
def test_suggestions_are_texts_or_nothing(tmp_path: Path, content: str, expected: tuple[str, ...]) -> None:
    (tmp_path / "questions.json").write_text(content)
    assert suggestions_of(tmp_path) == expected
