"""Going on inside an answer that was cut, token for token as if it had not been.

A cut answer comes back as text, and the ids of a text need not be those that the model drew: a word it spelled in
another way, or one it was cut in the middle of, encodes otherwise. So the engine remembers the ids of its last turn,
and takes them where they say the same. Only where nothing is remembered, after a new start or another turn in
between, the text is encoded. Read next: `engine`, `harmony.render`.
"""

from __future__ import annotations

from collections.abc import Sequence

from runtime.tokenizer import Tokenizer


def as_said(prompt: list[int], said: Sequence[int], tokenizer: Tokenizer) -> list[int]:
    """The ids of `prompt`, whose last message is open, with that message's text as the last turn had it.

    Args:
        prompt: as rendered; the open text is what follows the last `<|message|>`.
        said: the ids of the last turn, its prompt included.
        tokenizer: whose ids they are.

    Returns:
        `prompt` itself where `said` does not say the same text at that place.
    """
    begin = len(prompt) - prompt[::-1].index(tokenizer.special.message)
    if list(said[:begin]) != prompt[:begin]:
        return prompt
    special = tokenizer.special
    ends = (special.start, special.end, special.return_, special.call, special.endoftext)
    text = b"".join(map(tokenizer.token_bytes, prompt[begin:]))
    end, spoken = begin, 0
    while spoken < len(text) and end < len(said):
        piece = tokenizer.token_bytes(said[end])
        if said[end] in ends or not piece or not text.startswith(piece, spoken):
            break
        end, spoken = end + 1, spoken + len(piece)
    return list(said[:end]) if spoken == len(text) else prompt
