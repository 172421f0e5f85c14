"""Conversations that last: encrypted, searchable, on this PC only.

`tree` is one conversation, with all its branches; `values` are what lists and searches give; `interface` is what
the rest of Chorale asks of the history, and `store` keeps it. Read next: `tree`.
"""
