"""Measuring: how fast this PC runs a model, and how another program does it. Used by `chorale bench` alone.

`measure` says what is measured and in which order; `asking` drives an engine; `files` and `memory` look at the page
cache and at what a process holds; `contender` and `llama_cpp` run llama.cpp in a process of its own.
`tests/benchmarks` stands on the same parts. Read next: `measure`.
"""
