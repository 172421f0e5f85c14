"""A model as files: where it is, whether it is whole, how it is read, and the graph that runs it.

Read next: `checkpoint` (the published files), then `graph` (what ONNX Runtime executes).
"""
