"""Makes the stored logits: transformers' GptOssForCausalLM, float32, on the same dequantised weights.

Needs PyTorch and transformers, which neither the app nor its tests do. In an environment that has them, from
the root of the checkout: `python -m tests.goldens.numbers.make [CASE…]`.

Each case is a checkpoint of `tests.support.random_checkpoint.NAMED`, written anew, or the demo model. Before
anything is stored, this script makes sure of its oracle:
- the expert weights that transformers dequantised are equal, bit for bit, to those of our numpy reference;
- transformers applies sinks, window and YaRN: taking away each one changes its logits;
- its logits and those of the float64 reference agree to 1e-4 of the largest.

Stored are the last position and eight others. Those are drawn from the positions where routing is decided: where
the last expert taken and the first left out are all but equal, rounding decides which one speaks, in transformers
as in any other implementation, and comparing says nothing.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import GptOssForCausalLM, Mxfp4Config

from runtime.conversation import Channel, Conversation, Message, Role
from runtime.harmony import render
from runtime.tokenizer import Tokenizer
from tests.support.logits_goldens import GOLDENS, PROMPT_LENGTHS, max_error, weights_digest
from tests.support.random_checkpoint import NAMED, SEED, random_ids, write_random_checkpoint
from tests.support.reference_model import ReferenceModel

DEMO = Path(__file__).parents[3] / "models" / "demo"
OTHER_POSITIONS = 8
TRIES = 20
STORED_COLUMNS = 2048
DECIDED_MARGIN = 0.05  # router logits; int8 activations move them by some 0.02
AGREEMENT = 1e-4

log = logging.getLogger("goldens")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the stored logits.")
    parser.add_argument("case", nargs="*", help=f"of {', '.join(NAMED)}, demo; all, unless named")
    names = parser.parse_args().case or [*NAMED, "demo"]
    if unknown := set(names) - {*NAMED, "demo"}:
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    transformers.logging.set_verbosity_error()
    log.info("torch %s, transformers %s", torch.__version__, transformers.__version__)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            if name != "demo":
                folder = write_random_checkpoint(Path(scratch) / name, NAMED[name])
            elif (DEMO / "config.json").exists() and any(DEMO.glob("*.safetensors")):
                folder = DEMO
            else:
                log.info("demo: not there, left out")
                continue
            make_case(name, folder)


def make_case(name: str, folder: Path) -> None:
    """Compute, check and store one case."""
    model = load_oracle(folder)
    reference = ReferenceModel(folder)
    check_expert_weights(model, reference)
    if name in NAMED:  # a trained model need not care for each of these parts
        check_nothing_is_ignored(model, folder)
    vocabulary = int(model.config.vocab_size)
    arrays: dict[str, np.ndarray] = {"weights": np.array(weights_digest(folder))}
    columns = None
    if vocabulary > STORED_COLUMNS:
        columns = np.sort(np.random.default_rng(0).permutation(vocabulary)[:STORED_COLUMNS])
        arrays["columns"] = columns.astype(np.int32)
    for length in PROMPT_LENGTHS:
        if name == "demo":
            candidates = (demo_ids(folder, length, start) for start in range(TRIES))
        else:
            candidates = (random_ids(length, vocabulary, SEED + step) for step in range(TRIES))
        ids, expected = decided_prompt(reference, candidates)
        logits = oracle_logits(model, ids)
        agreement = max_error(logits, expected)
        log.info(
            "%s, %d tokens: float64 reference differs by %.1e of the largest logit", name, length, agreement
        )
        if agreement > AGREEMENT:
            raise SystemExit(f"{name}: the float64 reference and transformers disagree")
        positions = choose_positions(reference.router_margins)
        rows = logits[positions]
        arrays[f"ids_{length}"] = ids.astype(np.int32)
        arrays[f"positions_{length}"] = positions.astype(np.int32)
        arrays[f"logits_{length}"] = rows if columns is None else rows[:, columns]
    path = GOLDENS / f"{name}.npz"
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    log.info("%s: %d bytes", path.name, path.stat().st_size)


def load_oracle(folder: Path) -> Any:
    """transformers' model with dequantised experts, in float32, with plain attention."""
    model = GptOssForCausalLM.from_pretrained(
        folder,
        quantization_config=Mxfp4Config(dequantize=True),
        dtype=torch.float32,
        attn_implementation="eager",
        experts_implementation="eager",
    )
    dtypes = {value.dtype for value in [*model.parameters(), *model.buffers()]}
    if dtypes != {torch.float32} or model.config._attn_implementation != "eager":
        raise SystemExit(
            f"the oracle computes with {dtypes} and {model.config._attn_implementation} attention"
        )
    return model.eval()


def oracle_logits(model: Any, ids: np.ndarray) -> np.ndarray:
    """[S, vocabulary] float32."""
    with torch.no_grad():
        logits = model(torch.from_numpy(ids)[None], use_cache=False).logits[0]
    return np.asarray(logits.numpy(), dtype=np.float32)


def check_expert_weights(model: Any, reference: ReferenceModel) -> None:
    """What transformers dequantised is what the numpy reference uses, bit for bit."""
    for number, layer in enumerate(model.model.layers):
        for name in ("gate_up_proj", "down_proj"):
            theirs = getattr(layer.mlp.experts, name).detach().numpy()
            for expert in range(len(theirs)):
                ours = reference.expert_matrix(number, name, expert)
                if not np.array_equal(theirs[expert].T, ours):
                    raise SystemExit(f"layer {number}, expert {expert}: {name} is dequantised differently")


def check_nothing_is_ignored(model: Any, folder: Path) -> None:
    """Without its sinks, window or YaRN, transformers says what the reference says without them."""
    ids = random_ids(300, int(model.config.vocab_size))
    whole = oracle_logits(model, ids)

    def compare(what: str, changed: np.ndarray, reference: ReferenceModel) -> None:
        effect = max_error(changed, whole)
        difference = max_error(changed, reference.logits(ids))
        log.info("  without %s: logits move by %.2f, reference differs by %.1e", what, effect, difference)
        if effect < 0.01 or difference > AGREEMENT:
            raise SystemExit(f"{what}: transformers does not do what it should")

    sinks = [layer.self_attn.sinks for layer in model.model.layers]
    kept = [sink.detach().clone() for sink in sinks]
    for sink in sinks:
        sink.data.fill_(-1e30)
    compare("sinks", oracle_logits(model, ids), ReferenceModel(folder, {"self_attn.sinks": -np.inf}))
    for sink, values in zip(sinks, kept, strict=True):
        sink.data.copy_(values)

    window = model.config.sliding_window
    model.config.sliding_window = 1 << 20
    wide = ReferenceModel(folder, config_changes={"sliding_window": 1 << 20})
    compare("the window", oracle_logits(model, ids), wide)
    model.config.sliding_window = window

    rotary = model.model.rotary_emb
    frequencies, factor = rotary.inv_freq.clone(), rotary.attention_scaling
    half = len(frequencies)
    rotary.inv_freq.copy_(150000.0 ** (-torch.arange(half, dtype=torch.float64) / half))
    rotary.attention_scaling = 1.0
    plain = ReferenceModel(folder)
    plain.config["rope_scaling"] = plain.config["rope_scaling"] | {"factor": 1.0}
    compare("YaRN", oracle_logits(model, ids), plain)
    rotary.inv_freq.copy_(frequencies)
    rotary.attention_scaling = factor
    if not np.array_equal(oracle_logits(model, ids), whole):
        raise SystemExit("the oracle was not put back as it was")


def demo_ids(folder: Path, length: int, start: int) -> np.ndarray:
    """`length` ids, from the `start`-th, of a conversation about the demo's questions, from the `start`-th.

    Not random ids: on a sequence unlike any it was trained on, what a small trained model says hangs by a thread.
    """
    listed = json.loads((folder / "questions.json").read_text(encoding="utf-8"))["questions"]
    messages = []
    for number in range(start, start + 12):
        question = listed[number % len(listed)]
        messages.append(Message(Role.USER, question["ask"][0]))
        messages.append(Message(Role.ASSISTANT, question["answer"], channel=Channel.FINAL))
    ids = render(Conversation(tuple(messages)), Tokenizer.load(folder))
    if len(ids) < start + length:
        raise SystemExit(f"the conversation has {len(ids)} tokens, {start + length} are needed")
    return np.array(ids[start : start + length], dtype=np.int64)


def decided_prompt(
    reference: ReferenceModel, candidates: Iterable[np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """The first prompt after whose last token routing is no tie, and the reference's logits for it."""
    for ids in candidates:
        expected = reference.logits(ids)
        if reference.router_margins[-1] >= DECIDED_MARGIN:
            return ids, expected
    raise SystemExit("routing at the last token is a tie for every prompt tried")


def choose_positions(margins: np.ndarray) -> np.ndarray:
    """The last position and eight where routing is decided, spread over the prompt; ascending."""
    last = len(margins) - 1
    decided = np.flatnonzero(margins[:last] >= DECIDED_MARGIN)
    places = np.linspace(0, len(decided) - 1, min(OTHER_POSITIONS, len(decided))).round().astype(np.int64)
    return np.append(decided[places], last)


if __name__ == "__main__":
    main()
