"""The network as an ONNX graph, made in memory from a checkpoint's headers; no weight is copied into it.

`build_cpu_graph` and, for graphics devices, those in `directml` are the ways in. Read next: `cpu` (the network),
`builder` (how nodes and weights are named), `rope` (position tables), `directml` (from plain operators).
"""

from models.graph.builder import Graph
from models.graph.cpu import build_cpu_graph
from models.graph.rope import rope_tables

__all__ = ["Graph", "build_cpu_graph", "rope_tables"]
