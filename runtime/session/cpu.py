"""The model on the CPU: the graph, its mapped weights, and the KV cache. Knows tokens, not text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from models.config import ModelConfig
from models.errors import Cancelled, EngineError
from models.graph import Graph, rope_tables
from models.mapped_files import MappedFiles
from runtime import kernels
from runtime.session.library import SILENT, new_run_options, ort

_BFLOAT16 = 16  # onnx.TensorProto.BFLOAT16; numpy has no such type, so it is told
_ROUND = 256  # the cache grows in steps of this many positions


class ModelSession:
    """Runs the graph over a KV cache of its own.

    The cache is plain: position p of a sequence lies in row p, for every layer. Going back to an earlier
    position therefore costs nothing: run again with a smaller `past`, and later rows are overwritten.

    Attributes:
        capacity: positions the cache has room for now; it grows by itself up to `limit`.
        limit: positions it may grow to.
        vocabulary: how many logits there are.
        weights: the mapped weights by name, in the order in which the graph needs them.
    """

    def __init__(self, graph: Graph, config: ModelConfig, *, threads: int, limit: int) -> None:
        self._config = config
        self._kv_dtype = graph.kv_dtype
        self.limit = limit
        self.vocabulary = config.vocabulary
        self.capacity = 0
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = SILENT
        options.enable_mem_pattern = False  # it plans for one shape; ours change with every prompt
        options.register_custom_ops_library(str(kernels.library_path()))
        try:
            self._session = ort.InferenceSession(graph.model, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # ONNX Runtime raises its own types, which share no base but this
            raise EngineError(
                "ONNX Runtime could not load the model. The details below say why.", str(error)
            ) from error
        self._binding = self._session.io_binding()
        self._binding.bind_output("logits", "cpu")  # the first one bound is the first one read back
        # The session reads these views for as long as it lives, so they are kept beside it.
        self._maps = MappedFiles()
        self.weights = {name: self._maps.view(tensor) for name, tensor in graph.weights.items()}
        for name, view in self.weights.items():
            self._binding.bind_ortvalue_input(name, _in_place(view, graph.weights[name].dtype))
        self._cache: dict[str, npt.NDArray[Any]] = {}
        self._run_options = new_run_options()

    def begin(self) -> None:
        """Forget an earlier `terminate`; call it before the first `run` of a turn."""
        self._run_options = new_run_options()
        kernels.stop(False)

    def terminate(self) -> None:
        """Stop the run under way, from any thread; it then raises `Cancelled`."""
        self._run_options.terminate = True  # heard between two nodes
        kernels.stop(True)  # heard inside of one

    def forget(self) -> None:
        """Trust nothing that is cached; here rows behind the past are never read, so nothing is to be done."""

    def run(self, ids: Sequence[int], past: int, positions: int) -> npt.NDArray[np.float32]:
        """Feed `ids` after `past` cached positions.

        Args:
            ids: S token ids, at least one.
            past: cached positions that stay; those behind are overwritten.
            positions: how many of the last positions' logits are wanted (0 … S).

        Returns:
            f32 [positions, vocabulary].

        Raises:
            Cancelled: `terminate` was called. The cache up to `past` is intact.
            EngineError: the run failed, or the sequence is longer than `limit`.
        """
        self.reserve(past + len(ids), past)
        binding = self._binding
        binding.bind_cpu_input("input_ids", np.asarray([ids], dtype=np.int64))
        binding.bind_cpu_input("past_length", np.asarray([past], dtype=np.int64))
        binding.bind_cpu_input("logits_from", np.asarray([len(ids) - positions], dtype=np.int64))
        binding.bind_output("logits", "cpu")
        options = self._run_options
        try:
            self._session.run_with_iobinding(binding, options)
        except Exception as error:  # see __init__
            if options.terminate:
                raise Cancelled from None
            raise EngineError("The model stopped with an error while computing.", str(error)) from error
        logits: npt.NDArray[np.float32] = binding.get_outputs()[0].numpy()[0]
        return logits

    def cached_rows(self) -> dict[str, npt.NDArray[Any]]:
        """The cache itself, `0.key`, `0.value`, `1.key` …: [kv_heads, capacity, head_dim] each, until it grows."""
        names = (f"{layer}.{part}" for layer in range(self._config.layers) for part in ("key", "value"))
        return {name: self._cache[name][0] for name in names if name in self._cache}

    def reserve(self, positions: int, keep: int) -> None:
        """Make room for `positions`, keeping the first `keep`. Doubles, so growing costs little in all.

        Raises:
            EngineError: there is not enough memory, or the context is shorter.
        """
        if positions <= self.capacity:
            return
        if positions > self.limit:
            raise EngineError(
                f"The conversation needs {positions:,} positions, the context has {self.limit:,}."
            )
        wanted = max(positions, 2 * self.capacity)
        capacity = min(-(-wanted // _ROUND) * _ROUND, self.limit)
        self.capacity = 0  # if memory runs out half-way, the next run makes all buffers of one size again
        config = self._config
        shape = (1, config.kv_heads, capacity, config.head_dim)
        try:
            for layer in range(config.layers):
                for part in ("key", "value"):
                    # Zeroed memory is only taken from the system once it is written to.
                    grown = np.zeros(shape, dtype=self._kv_dtype)
                    old = self._cache.get(f"{layer}.{part}")
                    if old is not None:
                        grown[:, :, :keep] = old[:, :, :keep]
                    self._bind_cache(f"{layer}.{part}", grown)
        except MemoryError as error:
            raise EngineError(
                f"There is not enough memory for a conversation of {positions:,} tokens. "
                "Close other programs, or start a new conversation."
            ) from error
        for name, table in zip(("rope_cos", "rope_sin"), rope_tables(config, capacity), strict=True):
            self._cache[name] = table
            self._binding.bind_ortvalue_input(name, ort.OrtValue.ortvalue_from_numpy(table))
        self.capacity = capacity

    def _bind_cache(self, name: str, buffer: npt.NDArray[Any]) -> None:
        """Bind one buffer as past and present, which is what makes the update happen in place."""
        self._cache[name] = buffer
        value = ort.OrtValue.ortvalue_from_numpy(buffer)
        self._binding.bind_ortvalue_input(f"past.{name}", value)
        self._binding.bind_ortvalue_output(f"present.{name}", value)


def _in_place(view: npt.NDArray[Any], dtype: str) -> Any:
    """ONNX Runtime's hold on mapped memory; `dtype` is the file's."""
    if dtype == "BF16":
        return ort.OrtValue.ortvalue_from_numpy_with_onnx_type(view, _BFLOAT16)
    return ort.OrtValue.ortvalue_from_numpy(view)
