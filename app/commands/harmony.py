"""`chorale harmony render|parse`: what a model reads and what its ids mean, without running it."""

from __future__ import annotations

import argparse

from app.commands.answering import read_input
from app.house import House
from runtime.conversation import Role
from runtime.harmony import parse, render
from runtime.harmony.json_form import conversation_from_json, ids_from_json, messages_to_json
from runtime.tokenizer import Tokenizer


def run(options: argparse.Namespace, house: House) -> int:
    """Print one JSON object. Raises `AppError`."""
    text = read_input(options.file, house.terminal)
    tokenizer = Tokenizer.load(house.installs.resolve(options.model).folder)
    if options.verb == "render":
        ids = render(conversation_from_json(text), tokenizer)
        house.terminal.json({"ids": ids, "text": tokenizer.decode(ids)})
    else:
        role = Role.ASSISTANT if options.role == "assistant" else None
        result = parse(ids_from_json(text), tokenizer, role)
        house.terminal.json({"messages": messages_to_json(result.messages), "complete": result.complete})
    return 0
