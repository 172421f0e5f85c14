"""Make the demo's tokenizer: byte-level BPE trained on its own text, with Harmony's special tokens.

The split into words is gpt-oss's, except that every digit stands alone, so that a small model can copy numbers.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from runtime.conversation import Conversation, Effort
from runtime.harmony.render import developer_text, system_text
from tools.demo.lessons import date_and_weekday
from tools.demo.topics import TOOL, Text

# In the order in which gpt-oss's own have their ids.
SPECIALS = (
    "<|startoftext|>", "<|endoftext|>", "<|return|>", "<|constrain|>", "<|channel|>", "<|start|>", "<|end|>",
    "<|message|>", "<|call|>", "<|endofprompt|>",
)  # fmt: skip

# o200k_base's pattern with one digit where that has up to three.
_WORDS = "|".join(
    (
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    )
)


def make_tokenizer(text: Text, folder: Path, vocabulary: int) -> int:
    """Write tokenizer.json and its two companions into `folder`; return the number of ids.

    `vocabulary` counts the special tokens too.
    """
    encoder = Tokenizer(models.BPE(ignore_merges=True))
    encoder.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    encoder.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(SPECIALS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
        min_frequency=2,
    )
    encoder.train_from_iterator(_sample(text), trainer)
    encoder.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIALS])
    folder.mkdir(parents=True, exist_ok=True)
    encoder.save(str(folder / "tokenizer.json"))
    _write_companions(folder, encoder)
    return encoder.get_vocab_size()


def _sample(text: Text) -> Iterator[str]:
    """What the demo reads and writes, about as often as it does."""
    draw = random.Random(1)
    for topic in [*text.topics.values(), text.date.topic]:
        for effort in Effort:
            yield from [topic.thoughts(effort), topic.answer] * 12
        for wording in topic.ask:
            yield from [wording, wording.lower()] * 3
    for follow_up in text.follow_ups:
        yield from follow_up.ask * 3
    for kind in text.frames:
        yield from (text.unknown_things(kind, draw) for _ in range(150))
    for effort in Effort:
        date, weekday = date_and_weekday(draw)
        conversation = Conversation(effort=effort, date=date, instructions="Be brief.", tools=(TOOL,))
        yield from [system_text(conversation), developer_text(conversation)] * 20
        yield from [message.content for message in text.date.reply(effort, date, weekday)] * 20
    yield from ["system", "developer", "user", "assistant", "analysis", "commentary", "final", "json"] * 500
    yield from [" to=functions.get_current_date", "functions.get_current_date", " to=assistant"] * 100


def _write_companions(folder: Path, encoder: Tokenizer) -> None:
    ids = {str(encoder.token_to_id(token)): token for token in SPECIALS}
    decoder = {
        number: {
            "content": token,
            "lstrip": False,
            "normalized": False,
            "rstrip": False,
            "single_word": False,
            "special": True,
        }
        for number, token in ids.items()
    }
    named = {"bos_token": "<|startoftext|>", "eos_token": "<|return|>", "pad_token": "<|endoftext|>"}
    _write_json(folder / "special_tokens_map.json", named)
    settings = {
        "added_tokens_decoder": decoder,
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": 4096,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    _write_json(folder / "tokenizer_config.json", settings | named)


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
