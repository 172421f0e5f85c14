"""Run in Windows Python: gpt-oss on Microsoft's DirectML.dll, with the CPU as a way out forbidden.

`python -m tests.windows.check_directml FOLDER`: FOLDER has random checkpoints by name (see `random_checkpoint.NAMED`).
Each line is one check; the exit code is 0 if all passed. That it was DirectML, and not ONNX Runtime's CPU code behind
our back, is read from a profile: one fused node of DirectML's for a whole graph.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import models
from models.checkpoint import Checkpoint
from models.dense import make_dense, open_dense
from models.graph.directml import build_directml_graph
from models.graph.plain import Float
from models.safetensors import TensorLocation
from runtime.conversation import Conversation, Message, Role
from runtime.engine import Engine
from runtime.events import EngineReady, LoadRequest, Sampling, StopReason, TurnEnded, TurnRequest
from runtime.session import DIRECTML_PROVIDER, ComputeDevice, DirectMLSession, library
from tests.support.logits_goldens import load_goldens, max_error

DEVICE = {"device_id": "0"}  # the only one there is; without a number Wine has none
DEMO = Path(models.__path__[0]) / "demo"
QUESTIONS = ("What is Chorale?", "What are the panes for?")


def open_session(
    folder: Path, dtype: Float, dense: dict[str, TensorLocation] | None = None
) -> DirectMLSession:
    device = ComputeDevice(DIRECTML_PROVIDER, DEVICE, "DirectML")
    session = DirectMLSession(Checkpoint.open(folder), dense, device, limit=1024, dtype=dtype, capacity=256)
    for _ in session.upload():
        pass
    return session


def check_logits(folder: Path, dtype: Float, lengths: tuple[int, ...], most: float) -> str:
    """Logits of stored prompts, fed in chunks, against the stored ones of transformers'."""
    session = open_session(folder, dtype)
    errors = {}
    for length in lengths:
        golden = load_goldens(folder.name)[length]
        got = session.run(golden.ids.tolist(), 0, length)
        errors[length] = max_error(golden.of(got), golden.logits)
    said = ", ".join(f"{length} tokens {error:.1e}" for length, error in errors.items())
    assert max(errors.values()) <= most, said
    return said


def check_second_turn(folder: Path) -> str:
    """Going back and on, one by one across the small buffers' end, gives what a fresh session gives."""
    golden = load_goldens(folder.name)[600]
    ids = golden.ids.tolist()
    session = open_session(folder, np.float32)
    session.run(ids[:130], 0, 0)
    session.run(ids[300:310], 130, 0)
    session.run(ids[100:140], 100, 0)  # back to 100, and on as if nothing had been
    for position in range(140, 215):
        last = session.run(ids[position : position + 1], position, 1)
    wanted = open_session(folder, np.float32).run(ids[:215], 0, 1)
    error = max_error(last, wanted)
    assert error <= 1e-4, error
    return f"differs by {error:.1e}"


def check_dense_at_8_bits(folder: Path) -> str:
    """MatMulNBits on DirectML against the same on ONNX Runtime's CPU code."""
    checkpoint = Checkpoint.open(folder)
    with tempfile.TemporaryDirectory() as cache:
        for _ in make_dense(checkpoint, Path(cache)):
            pass
        dense = open_dense(checkpoint, Path(cache))
        assert dense is not None
        ids = load_goldens(folder.name)[129].ids.tolist()
        got = open_session(folder, np.float16, dense).run(ids, 0, 1)
        cpu = DirectMLSession(
            checkpoint, dense, ComputeDevice("CPUExecutionProvider"), limit=1024, dtype=np.float32
        )
        for _ in cpu.upload():
            pass
        error = max_error(got, cpu.run(ids, 0, 1))
        del got, cpu, dense  # Windows deletes no file that is mapped
    assert error <= 0.01, error
    return f"differs by {error:.1e}"


def check_one_node(folder: Path, tokens: int) -> str:
    """A profile of the graph for `tokens` tokens."""
    ort = library.ort
    checkpoint = Checkpoint.open(folder)
    graph = build_directml_graph(checkpoint, None, tokens=tokens, capacity=256)
    options = ort.SessionOptions()
    options.enable_mem_pattern = False
    options.log_severity_level = library.SILENT
    options.enable_profiling = True
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        options.profile_file_prefix = str(Path(place) / "profile")
        session = ort.InferenceSession(graph.model, options, providers=[(DIRECTML_PROVIDER, DEVICE)])
        session.run(["hidden"], {value.name: _zeros(value) for value in session.get_inputs()})
        profile = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    nodes = [event for event in profile if event.get("cat") == "Node" and "provider" in event["args"]]
    ran = [(node["args"]["op_name"], node["args"]["provider"]) for node in nodes]
    computing = [name for name, provider in ran if not name.startswith("Memcpy")]
    assert {provider for _, provider in ran} == {DIRECTML_PROVIDER}, ran
    assert len(computing) == 1 and computing[0].startswith("DmlFused"), ran
    return ", ".join(sorted({name for name, _ in ran}))


def _zeros(value: object) -> np.ndarray:
    kinds = {
        "tensor(float)": np.float32,
        "tensor(float16)": np.float16,
        "tensor(uint8)": np.uint8,
        "tensor(int32)": np.int32,
        "tensor(bool)": np.bool_,
    }
    return np.zeros(value.shape, kinds[value.type])  # type: ignore[attr-defined]


def check_conversation() -> str:
    """The demo model answers two turns on the GPU, after the self-test, as it does on the CPU."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as cache:
        answers, said = {}, ""
        for device in ("cpu", "gpu"):
            engine = Engine()
            *_, ready = engine.load(LoadRequest(str(DEMO), cache, device=device, insist=True))
            assert isinstance(ready, EngineReady), ready
            assert ready.device.kind.value == device, ready
            answers[device] = list(_turns(engine))
            said = ready.device.name
            engine.close()
    (_, first), (cached, second) = answers["gpu"]
    assert cached > 0
    assert [text for _, text in answers["cpu"]] == [first, second]
    return f"{said}, {cached} tokens kept for the second turn, the same words as on the CPU"


def _turns(engine: Engine) -> Iterator[tuple[int, str]]:
    """Cached tokens and the whole answer of each of `QUESTIONS`, in one conversation."""
    messages: tuple[Message, ...] = ()
    for number, question in enumerate(QUESTIONS):
        messages += (Message(Role.USER, question),)
        request = TurnRequest(number, Conversation(messages), Sampling(temperature=0), max_tokens=200)
        *_, ended = engine.run(request)
        assert isinstance(ended, TurnEnded)
        assert ended.reason is StopReason.STOP, ended
        messages += ended.messages
        yield ended.usage.cached_tokens, "|".join(message.content for message in ended.messages)


def checks(folder: Path) -> dict[str, Callable[[], str]]:
    """What is checked, by what it shows."""
    tiny, odd = (folder / name for name in ("tiny", "odd_sizes"))
    return {
        "one token is one DirectML node": lambda: check_one_node(tiny, 1),
        "a chunk is one DirectML node": lambda: check_one_node(tiny, 64),
        "float32 is exact": lambda: check_logits(tiny, np.float32, (1, 129, 600), 1e-4),
        "float32 is exact for odd sizes": lambda: check_logits(odd, np.float32, (1, 129, 600), 1e-4),
        "float16 is within one percent": lambda: check_logits(tiny, np.float16, (1, 129, 600), 0.01),
        "a second turn is exact": lambda: check_second_turn(tiny),
        "dense matrices at 8 bits are right": lambda: check_dense_at_8_bits(tiny),
        "the demo model talks": check_conversation,
    }


def main(arguments: list[str]) -> int:
    failed = 0
    for name, check in checks(Path(arguments[0])).items():
        if len(arguments) > 1 and not any(word in name for word in arguments[1:]):
            continue
        try:
            sys.stdout.write(f"pass  {name}: {check()}\n")
        except Exception as error:
            failed += 1
            sys.stdout.write(f"FAIL  {name}: {error!r}\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
