"""Makes the Harmony goldens from OpenAI's own library.

    python -m tests.goldens.harmony.make FOLDER

FOLDER holds two files as OpenAI published them: `o200k_base.tiktoken`, which the library `openai-harmony`
reads, and gpt-oss's `tokenizer.json`. It writes, beside itself:

- `render/NAME.json`: a conversation, and the ids and text of its prompt according to the library;
- `streams.json`: well-formed streams and the messages that the library finds in them;
- `texts.json`: texts and their ids;
- `tokenizer.json`: the part of gpt-oss's vocabulary that decides how the texts above are split, so that the
  tests need nothing else. It holds each piece that occurs anywhere inside a word of those texts, with its
  own id, and the merges between them: for these texts byte-pair encoding takes the same steps, and comes to
  the same ids, as with all 200,000 pieces.

Before it writes it checks that Chorale agrees with the library on every golden, once with the whole
vocabulary and once with the part, and that a case has a note exactly where the library departs from the
format's page.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tokenizers

from runtime.conversation import Role
from runtime.harmony import parse, render
from runtime.harmony.json_form import conversation_from_json, messages_to_json
from runtime.tokenizer import Tokenizer
from tests.goldens.harmony.cases import CONVERSATIONS, RenderCase
from tests.goldens.harmony.stream_cases import STREAM_CASES, TEXTS, StreamCase
from tests.goldens.harmony.tool_cases import TOOLS

HERE = Path(__file__).resolve().parent


class Recorder(Tokenizer):
    """A tokenizer that remembers what it was asked to encode."""

    seen: set[str]

    def encode(self, text: str) -> list[int]:
        self.seen.add(text)
        return super().encode(text)


class Reference:
    """The library, speaking Chorale's JSON."""

    def __init__(self) -> None:
        import openai_harmony

        self._harmony = openai_harmony
        self.encoding = openai_harmony.load_harmony_encoding(
            openai_harmony.HarmonyEncodingName.HARMONY_GPT_OSS
        )

    def render(self, conversation: dict[str, Any], messages: list[dict[str, Any]], drop: bool) -> list[int]:
        harmony = self._harmony
        effort = harmony.ReasoningEffort(conversation.get("effort", "medium").title())
        system = harmony.SystemContent.new().with_reasoning_effort(effort)
        if conversation.get("date"):
            system = system.with_conversation_start_date(conversation["date"])
        all_messages = [harmony.Message.from_role_and_content(harmony.Role.SYSTEM, system)]
        developer = harmony.DeveloperContent.new()
        if conversation.get("instructions"):
            developer = developer.with_instructions(conversation["instructions"])
        if conversation.get("tools"):
            tools = [
                harmony.ToolDescription.new(tool["name"], tool.get("description", ""), tool.get("parameters"))
                for tool in conversation["tools"]
            ]
            developer = developer.with_function_tools(tools)
        if developer.instructions or developer.tools:
            all_messages.append(harmony.Message.from_role_and_content(harmony.Role.DEVELOPER, developer))
        all_messages += [self._message(message) for message in messages]
        ids: list[int] = self.encoding.render_conversation_for_completion(
            harmony.Conversation.from_messages(all_messages),
            harmony.Role.ASSISTANT,
            harmony.RenderConversationConfig(auto_drop_analysis=drop),
        )
        return ids

    def _message(self, data: dict[str, Any]) -> Any:
        harmony = self._harmony
        author = harmony.Author(role=harmony.Role(data["role"]), name=data.get("name"))
        message = harmony.Message.from_author_and_content(author, data["content"])
        if data["role"] == "tool":  # as the format's page shows it
            data = {"channel": "commentary", "recipient": "assistant"} | data
        for field in ("channel", "recipient", "content_type"):
            if field in data:
                message = getattr(message, f"with_{field}")(data[field])
        return message

    def parse(self, ids: list[int], role: str | None) -> list[dict[str, str]]:
        given = self._harmony.Role(role) if role else None
        return [
            {
                key: value
                for key, value in {
                    "role": message.author.role.value,
                    "name": message.author.name,
                    "channel": message.channel,
                    "recipient": message.recipient,
                    "content_type": message.content_type,
                    "content": message.content[0].text,
                }.items()
                if value is not None
            }
            for message in self.encoding.parse_messages_from_completion_tokens(ids, given)
        ]


def render_golden(case: RenderCase, reference: Reference) -> dict[str, Any]:
    messages = case.conversation["messages"]
    kept = messages if case.kept is None else [messages[position] for position in case.kept]
    ids = reference.render(case.conversation, kept, drop=False)
    differs = reference.render(case.conversation, messages, drop=True) != ids
    if differs != (case.note is not None):
        raise SystemExit(f"{case.name}: the library {'differs' if differs else 'agrees'}; mend its note")
    return {
        "about": case.about,
        "note": case.note,
        "conversation": case.conversation,
        "text": reference.encoding.decode_utf8(ids).split("\n"),
        "ids": ids,
    }


def part_of_vocabulary(published: dict[str, Any], texts: Iterable[str], ids: set[int]) -> dict[str, Any]:
    """`published` with no more of its vocabulary than the words of `texts` can need, and `ids`."""
    split = tokenizers.Tokenizer.from_str(json.dumps(published)).pre_tokenizer
    vocabulary = published["model"]["vocab"]
    longest = max(map(len, vocabulary))
    words = {piece for piece, token in vocabulary.items() if len(piece) == 1 or token in ids}
    for text in texts:
        words.update(word for word, _ in split.pre_tokenize_str(text))
    pieces = {
        word[start:end]
        for word in words
        for start in range(len(word))
        for end in range(start + 1, min(len(word), start + longest) + 1)
    }
    model = published["model"] | {
        "vocab": {piece: token for piece, token in vocabulary.items() if piece in pieces},
        "merges": [pair for pair in published["model"]["merges"] if "".join(pair) in pieces],
    }
    return published | {"model": model}


def write(path: Path, value: Any) -> None:
    """JSON that a person can read: one line for each value, but several ids on a line."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    text = re.sub(r"\[[\d,\s]+\]", lambda ids: textwrap.fill(" ".join(ids[0].split()), 110), text)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def check(name: str, expected: Any, got: Any) -> None:
    if expected != got:
        raise SystemExit(f"Chorale disagrees on {name}:\n{expected}\n{got}")


def stream_golden(case: StreamCase, reference: Reference) -> dict[str, Any]:
    ids = reference.encoding.encode(case.text, allowed_special="all")
    messages = reference.parse(ids, case.role)
    return {"about": case.about, "role": case.role, "text": case.text, "ids": ids, "messages": messages}


def text_golden(text: str, reference: Reference) -> dict[str, Any]:
    return {"text": text, "ids": reference.encoding.encode(text, disallowed_special=())}


def check_all(goldens: dict[str, Any], tokenizer: Tokenizer) -> None:
    """Leave, with both sides, at the first golden on which Chorale disagrees with the library."""
    for name, golden in goldens["render"].items():
        conversation = conversation_from_json(json.dumps(golden["conversation"]))
        check(name, golden["ids"], render(conversation, tokenizer))
    for golden in goldens["streams"]:
        role = Role(golden["role"]) if golden["role"] else None
        messages = parse(golden["ids"], tokenizer, role).messages
        check(golden["about"], golden["messages"], messages_to_json(messages))
    for golden in goldens["texts"]:
        check(repr(golden["text"]), golden["ids"], tokenizer.encode(golden["text"]))


def main(folder: Path) -> None:
    os.environ["TIKTOKEN_ENCODINGS_BASE"] = str(folder)
    reference = Reference()
    goldens: dict[str, Any] = {
        "render": {case.name: render_golden(case, reference) for case in CONVERSATIONS + TOOLS},
        "streams": [stream_golden(case, reference) for case in STREAM_CASES],
        "texts": [text_golden(text, reference) for text in TEXTS],
    }
    Recorder.seen = set()
    check_all(goldens, Recorder.load(folder))
    published = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    streamed = {token for golden in goldens["streams"] for token in golden["ids"]}
    part = part_of_vocabulary(published, Recorder.seen, streamed)
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "tokenizer.json"
        path.write_text(json.dumps(part, ensure_ascii=False), encoding="utf-8", newline="\n")
        check_all(goldens, Tokenizer.load(path.parent))
        shutil.copyfile(path, HERE / "tokenizer.json")

    write(HERE / "streams.json", goldens["streams"])
    write(HERE / "texts.json", goldens["texts"])
    (HERE / "render").mkdir(exist_ok=True)
    for old in (HERE / "render").glob("*.json"):
        old.unlink()
    for name, golden in goldens["render"].items():
        write(HERE / "render" / f"{name}.json", golden)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]))
