"""ONNX Runtime itself: imported once, without telemetry, and silent."""

from __future__ import annotations

import os

# ONNX Runtime 1.30 and later upload usage data, on Linux too, unless this is set before the first import.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from typing import Any

from runtime.native_errors import hidden_native_errors

with hidden_native_errors():
    import onnxruntime as ort

__all__ = ["SILENT", "new_run_options", "ort", "runtime_versions"]

# ONNX Runtime would also print each error, a cancel among them, on the terminal; all of them are raised.
SILENT = 4
ort.set_default_logger_severity(SILENT)  # what it says outside of a session, of DirectML's options for one


def new_run_options() -> Any:
    options = ort.RunOptions()
    options.log_severity_level = SILENT
    return options


def runtime_versions() -> dict[str, str]:
    """Versions of ONNX Runtime and what it was built with, for `chorale doctor`."""
    return {
        "onnxruntime": ort.__version__,
        "onnxruntime_providers": ", ".join(ort.get_available_providers()),
    }
