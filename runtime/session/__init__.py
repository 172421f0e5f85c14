"""One model in ONNX Runtime: tokens in, logits out, and a KV cache that can go back to any position.

The only package that imports onnxruntime. Read next: `cpu`; `engine`, which drives it.
"""

from runtime.session.cpu import ModelSession
from runtime.session.library import runtime_versions

__all__ = ["ModelSession", "runtime_versions"]
