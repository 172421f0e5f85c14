"""One execution provider on one device: memory there, and programs that run over it.

What several programs share, weights and caches, lies in `OrtValue`s on the device and is bound to each. Everything
is put there through a program of the provider's own, because ONNX Runtime's other way knows only the first device; it cannot read what a program wrote, either.
Read next: `directml`, which runs the network with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import helper

from models.errors import Cancelled
from runtime.device_errors import DeviceError, Trouble, device_error
from runtime.session.library import SILENT, new_run_options, ort

CPU_PROVIDER = "CPUExecutionProvider"
DIRECTML_PROVIDER = "DmlExecutionProvider"
_MEMORY = {CPU_PROVIDER: "cpu", DIRECTML_PROVIDER: "dml"}


class ComputeDevice:
    """Compiles programs for a device and puts arrays into its memory.

    Args:
        provider: `DIRECTML_PROVIDER`, or `CPU_PROVIDER`, which runs the same graphs for comparison.
        options: the provider's, which say which device it is.
        name: of the device, for messages.
    """

    def __init__(
        self, provider: str, options: Mapping[str, str] | None = None, name: str = "the device"
    ) -> None:
        self.provider = provider
        self.name = name
        self.memory = _MEMORY[provider]
        self._options = dict(options or {})
        self._copiers: dict[np.dtype[Any], Program] = {}
        self._run_options = new_run_options()
        self.answering = False

    def begin(self) -> None:
        """Forget an earlier `terminate`."""
        self._run_options = new_run_options()

    def terminate(self) -> None:
        """Stop the program under way between two of its nodes, and those that come; from any thread."""
        self._run_options.terminate = True

    def program(self, model: bytes) -> Program:
        """Compile `model`; `DeviceError` if that fails, or if any node of it would run elsewhere."""
        options = ort.SessionOptions()
        options.log_severity_level = SILENT
        options.enable_mem_pattern = False  # DirectML asks for it
        if self.provider == DIRECTML_PROVIDER:
            options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
            # A node on the CPU would copy across the bus, layer by layer; rather none of it.
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
        try:
            # Without a fallback, its Python code raises why the provider cannot be had, and does not print it.
            session = ort.InferenceSession(
                model, options, providers=[(self.provider, self._options)], enable_fallback=0
            )
        except Exception as error:  # ONNX Runtime raises its own types, which share no base but this
            raise device_error(self.name, str(error), answering=self.answering) from error
        got = session.get_providers()[0]
        if got != self.provider:  # it falls back to the CPU without a word
            raise DeviceError(
                f"{self.name} cannot be used: ONNX Runtime took {got} instead. Choose the device cpu.",
                f"asked for {self.provider} with {self._options}",
                Trouble.UNSUPPORTED,
            )
        return Program(self, session)

    def put(self, array: npt.NDArray[Any]) -> Any:
        """A copy of `array` in the device's memory, an OrtValue."""
        return self._copier(array.dtype).run({"from": array}, {"to": None})["to"]

    def get(self, value: Any, dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        """A copy of what the device's memory holds."""
        array: npt.NDArray[Any] = self._copier(np.dtype(dtype)).run({"from": value}, {"to": "cpu"})["to"]
        return array

    def _copier(self, dtype: np.dtype[Any]) -> Program:
        if dtype not in self._copiers:
            self._copiers[dtype] = self.program(_copier(dtype))
        return self._copiers[dtype]

    def run(self, session: Any, binding: Any) -> None:
        options = self._run_options
        try:
            session.run_with_iobinding(binding, options)
        except Exception as error:  # see program()
            if options.terminate:
                raise Cancelled from None
            raise device_error(self.name, str(error), answering=self.answering) from error


class Program:
    """A compiled graph. Inputs that are bound stay bound; see `run`."""

    def __init__(self, device: ComputeDevice, session: Any) -> None:
        self._device = device
        self._session = session
        self._binding = session.io_binding()
        self.inputs = [value.name for value in session.get_inputs()]

    def bind(self, name: str, value: Any) -> None:
        """Bind an OrtValue on the device to an input, for all runs from now on."""
        self._binding.bind_ortvalue_input(name, value)

    def run(self, inputs: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, Any]:
        """Run once.

        Args:
            inputs: arrays, or OrtValues on the device.
            outputs: for each output an OrtValue on the device to write to, None for a new one there, or `"cpu"`
                for an array.

        Returns:
            The outputs that were asked for with None or `"cpu"`.
        """
        binding = self._binding
        for name, value in inputs.items():
            if isinstance(value, np.ndarray):
                binding.bind_cpu_input(name, np.ascontiguousarray(value))
            else:
                binding.bind_ortvalue_input(name, value)
        binding.clear_binding_outputs()
        for name, target in outputs.items():
            if target is None:
                binding.bind_output(name, self._device.memory)
            elif isinstance(target, str):
                binding.bind_output(name, target)
            else:
                binding.bind_ortvalue_output(name, target)
        self._device.run(self._session, binding)
        got: dict[str, Any] = {}
        for (name, target), value in zip(outputs.items(), binding.get_outputs(), strict=True):
            if target is None:
                got[name] = value
            elif isinstance(target, str):
                got[name] = value.numpy()
        return got


def _copier(dtype: np.dtype[Any]) -> bytes:
    """A graph that copies a tensor of any shape."""
    kind = helper.np_dtype_to_tensor_dtype(dtype)
    ends = [helper.make_tensor_value_info(name, kind, None) for name in ("from", "to")]
    graph = helper.make_graph([helper.make_node("Identity", ["from"], ["to"])], "copy", ends[:1], ends[1:])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    serialized: bytes = model.SerializeToString()
    return serialized
