"""Runs a model: what a conversation is, how it becomes tokens, and the engine that answers.

Read next: `conversation` and `events` (the values that flow), then `harmony`, then `engine`.
"""
