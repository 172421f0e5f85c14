"""ONNX Runtime's stock operators as a contender: the model of `stock_graph`, in a process of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from app.bench.contender import Contender, Reply, serve
from app.bench.runner import OtherProgram
from models.config import ModelConfig
from models.graph.rope import rope_tables
from models.mapped_files import MappedFiles
from models.safetensors import read_header
from runtime.tokenizer import Tokenizer
from tests.benchmarks.stock_graph import MODEL, WEIGHTS, write_stock_model

CHUNK = 512


class StockContender(OtherProgram):
    """The asking side; a `Runner`. The model is written into `out` when it is first loaded."""

    def __init__(self, folder: Path, out: Path, threads: int, context: int) -> None:
        super().__init__("ONNX Runtime stock, int4", (out / WEIGHTS,), Tokenizer.load(folder))
        self.details = "QMoE int4, MatMulNBits int8, GroupQueryAttention f32"
        self._settings = {"folder": str(folder), "out": str(out), "threads": threads, "context": context}
        write_stock_model(folder, out)

    def load(self) -> float:
        self.close()
        self._contender = Contender(self.name, Path(sys.executable), __name__)
        return float(self._call("load", **self._settings)["seconds"])


class _Asked:
    """The side that is asked: a session and a plain f32 cache that is updated in place."""

    def load(self, folder: str, out: str, threads: int, context: int) -> Reply:
        started = time.perf_counter()
        config = ModelConfig.read(Path(folder))
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.enable_mem_pattern = False
        self._session = ort.InferenceSession(
            str(Path(out) / MODEL), options, providers=["CPUExecutionProvider"]
        )
        self._binding = self._session.io_binding()
        self._keep: list[Any] = list(rope_tables(config, context))
        self._binding.bind_output("logits", "cpu")
        for name, table in zip(("rope_cos", "rope_sin"), self._keep, strict=True):
            self._binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(table))
        shape = (1, config.kv_heads, context, config.head_dim)
        for layer in range(config.layers):
            for part in ("key", "value"):
                self._keep.append(np.zeros(shape, np.float32))
                value = ort.OrtValue.ortvalue_from_numpy(self._keep[-1])
                self._binding.bind_ortvalue_input(f"past.{layer}.{part}", value)
                self._binding.bind_ortvalue_output(f"present.{layer}.{part}", value)
        self._bind_embedding(Path(folder))
        return {"seconds": time.perf_counter() - started}

    def _bind_embedding(self, folder: Path) -> None:
        maps, name = MappedFiles(), "model.embed_tokens.weight"
        for file in folder.glob("*.safetensors"):
            if name in (tensors := read_header(file).tensors):
                view = maps.view(tensors[name])
                self._keep.append(view)
                value = ort.OrtValue.ortvalue_from_numpy_with_onnx_type(view, 16)  # bfloat16
                self._binding.bind_ortvalue_input(name, value)

    def ask(self, ids: list[int], cached: int, max_tokens: int) -> Reply:
        started = time.perf_counter()
        logits = self._feed(ids, cached)
        prefilled = time.perf_counter()
        token = int(logits[-1].argmax())
        for step in range(max_tokens - 1):
            token = int(self._run([token], len(ids) + step, 1)[-1].argmax())
        return {
            "fed": len(ids) - cached,
            "cached": cached,
            "prefill_seconds": prefilled - started,
            "decoded": max_tokens - 1,
            "decode_seconds": time.perf_counter() - prefilled,
        }

    def logits(self, ids: list[int], out: str) -> Reply:
        np.save(out, self._run(ids, 0, len(ids)))
        return {"positions": len(ids)}

    def _feed(self, ids: Sequence[int], past: int) -> Any:
        for begin in range(past, len(ids), CHUNK):
            part = ids[begin : begin + CHUNK]
            logits = self._run(part, begin, int(begin + len(part) == len(ids)))
        return logits

    def _run(self, ids: Sequence[int], past: int, positions: int) -> Any:
        for name, value in (
            ("input_ids", [ids]),
            ("past_length", [past]),
            ("logits_from", [len(ids) - positions]),
        ):
            self._binding.bind_cpu_input(name, np.asarray(value, dtype=np.int64))
        self._binding.bind_output("logits", "cpu")
        self._session.run_with_iobinding(self._binding)
        return self._binding.get_outputs()[0].numpy()[0]


if __name__ == "__main__":
    asked = _Asked()
    sys.exit(serve({"load": asked.load, "ask": asked.ask, "logits": asked.logits}))
