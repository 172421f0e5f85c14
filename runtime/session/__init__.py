"""One model in ONNX Runtime: tokens in, logits out, and a KV cache that can go back to any position.

The only package that imports onnxruntime. Read next: `cpu`; `directml`, the same on a graphics
device; `engine`, which drives either.
"""

from runtime.session.compute_device import CPU_PROVIDER, DIRECTML_PROVIDER, ComputeDevice
from runtime.session.cpu import ModelSession
from runtime.session.directml import DirectMLSession, graphs_as_bytes
from runtime.session.library import runtime_versions

__all__ = [
    "CPU_PROVIDER",
    "DIRECTML_PROVIDER",
    "ComputeDevice",
    "DirectMLSession",
    "ModelSession",
    "graphs_as_bytes",
    "runtime_versions",
]
