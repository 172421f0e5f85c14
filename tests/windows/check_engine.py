"""Run on Linux and in Windows Python: `python -m tests.windows.check_engine MODEL CACHE OUT`; the files must agree.

Writes what an engine says of a model: logits on every kernel of this CPU, and a greedy answer that went through
the engine process. JSON, because what is compared is small, and floats in it come back as they were.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from app.engine_main import main as serve
from models.checkpoint import Checkpoint
from runtime import kernels
from runtime.conversation import Conversation, Message, Role
from runtime.engine import Engine
from runtime.engine_client import EngineClient
from runtime.events import EngineReady, LoadRequest, Sampling, TextDelta, TurnEnded, TurnRequest
from tests.support.random_checkpoint import random_ids

TOKENS = 150  # crosses the window of 128


def logits_of(request: LoadRequest) -> tuple[list[list[float]], list[int]]:
    """Logits of the last ten positions, fed one by one, and the most likely token at every position."""
    engine = Engine()
    *_, last = engine.load(request)
    assert isinstance(last, EngineReady), last
    assert last.kernel == request.kernel, last
    vocabulary = Checkpoint.open(Path(request.folder)).config.vocabulary
    logits = engine.logits(random_ids(TOKENS, vocabulary).tolist(), chunk=64, step=10)
    engine.close()
    return logits[-10:].tolist(), logits.argmax(axis=1).tolist()


def answer(request: LoadRequest) -> dict[str, Any]:
    """A greedy turn in an engine process, twice: the second continues from the first's cache."""
    client = EngineClient(serve)
    *_, last = client.load(request)
    assert isinstance(last, EngineReady), last
    asked = Conversation((Message(Role.USER, "What is Chorale?"),))
    turns = []
    for turn_id in (1, 2):
        events = list(client.run(TurnRequest(turn_id, asked, Sampling(temperature=0), 60)))
        end = events[-1]
        assert isinstance(end, TurnEnded)
        streamed = "".join(event.text for event in events if isinstance(event, TextDelta))
        whole = [[message.channel, message.content] for message in end.messages]
        turns.append({"streamed": streamed, "messages": whole, "reason": end.reason})
        assert end.usage.cached_tokens == (0 if turn_id == 1 else end.usage.prompt_tokens - 1)
    client.close()
    assert turns[0] == turns[1]
    return turns[0]


def main(model: str, cache: str, out: str) -> int:
    report: dict[str, Any] = {"kernels": {}}
    for kernel in kernels.supported():
        last, tokens = logits_of(LoadRequest(model, cache, kernel=kernel))
        report["kernels"][kernel] = {"logits": last, "tokens": tokens}
    report["answer"] = answer(LoadRequest(model, cache))
    Path(out).write_text(json.dumps(report), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
