"""Run in Windows Python: graphs on DirectML, with the CPU as a way out forbidden, against numpy.

Each line is one check; the exit code is 0 if all passed. That it was DirectML, and not ONNX Runtime's CPU code
behind our back, is read from the session's providers and from its profile.
"""

from __future__ import annotations

import os

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnx import ModelProto, TensorProto, helper, numpy_helper

from tests.windows.plain_experts import Array, graph, random_experts, reference

PROVIDER = "DmlExecutionProvider"


def run_on_directml(model: ModelProto, inputs: dict[str, Array]) -> tuple[Array, list[str]]:
    """The first output, and the providers of the nodes that ran, one for each node."""
    options = ort.SessionOptions()
    options.enable_mem_pattern = False
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 3
    options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
    options.enable_profiling = True
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        options.profile_file_prefix = str(Path(folder) / "profile")
        # Without a number the device is looked for by a way that Wine lacks, and the CPU used without a word.
        session = ort.InferenceSession(
            model.SerializeToString(), options, providers=[(PROVIDER, {"device_id": 0})]
        )
        assert session.get_providers()[0] == PROVIDER, session.get_providers()
        output: Array = session.run(None, inputs)[0]
        profile = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    nodes = [event for event in profile if event.get("cat") == "Node" and "provider" in event["args"]]
    return output, [node["args"]["provider"] for node in nodes]


def relative_error(got: Array, wanted: Array) -> float:
    return float(np.linalg.norm(got - wanted) / np.linalg.norm(wanted))


def check_matmul() -> str:
    rng = np.random.default_rng(3)
    x, w = (rng.standard_normal(shape, dtype=np.float32) for shape in ((4, 32), (32, 48)))
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", (4, 32)), ("y", (4, 48)))
    ]
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    made = helper.make_graph([node], "matmul", ends[:1], ends[1:], [numpy_helper.from_array(w, "w")])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    got, providers = run_on_directml(model, {"x": x})
    return verdict(relative_error(got, x @ w), 1e-5, providers)


def check_experts(hidden: int, width: int) -> str:
    experts = random_experts(hidden, width)
    x = np.random.default_rng(5).standard_normal((1, hidden), dtype=np.float32)
    got, providers = run_on_directml(graph(experts), {"x": x})
    return verdict(relative_error(got, reference(experts, x)), 1e-5, providers)


def verdict(error: float, most: float, providers: list[str]) -> str:
    """What was measured, if it is good; raises otherwise."""
    measured = f"relative error {error:.1e}, nodes on {', '.join(providers)}"
    assert error <= most, measured
    assert providers == [PROVIDER], measured
    return measured


CHECKS: dict[str, Callable[[], str]] = {
    "MatMul runs on DirectML": check_matmul,
    "experts are one DirectML node and exact": lambda: check_experts(128, 160),
    "experts of gpt-oss-20b's width are, too": lambda: check_experts(2880, 2880),
}


def main() -> int:
    failed = 0
    for name, check in CHECKS.items():
        try:
            sys.stdout.write(f"pass  {name}: {check()}\n")
        except Exception as error:
            failed += 1
            sys.stdout.write(f"FAIL  {name}: {error!r}\n")
        sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
