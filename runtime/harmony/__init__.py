"""Harmony, the format in which gpt-oss reads prompts and speaks in voices.

    render.py     a conversation → token ids        (tools.py: JSON schema → the text about tools)
    parse.py      token ids → messages, streaming   (header.py: what a message header says)
    json_form.py  conversations and messages as JSON, for the command line

The format is OpenAI's: `docs/format.md` of openai/harmony.
"""

from runtime.harmony.parse import Delta, Parser, ParseResult, parse
from runtime.harmony.render import render

__all__ = ["Delta", "ParseResult", "Parser", "parse", "render"]
