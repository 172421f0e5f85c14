"""One wording made into many: case, punctuation, politeness, synonyms, indirect speech, small typos.

No wording that is held out for the check is ever produced. Read `lessons.py` next.
"""

from __future__ import annotations

import random
import re

# Said for one another, both ways.
_SYNONYMS = (
    ("what is", "what's"),
    ("what is", "whats"),
    ("how do I", "how can I"),
    ("how do I", "how to"),
    ("how can I", "how could I"),
    ("tell me about", "explain"),
    ("explain", "describe"),
    ("PC", "computer"),
    ("PC", "machine"),
    ("licence", "license"),
    ("quantisation", "quantization"),
    ("gpt-oss", "gpt oss"),
    ("gpt-oss", "GPT-OSS"),
    ("gpt-oss-20b", "the 20b"),
    ("gpt-oss-120b", "the 120b"),
    ("can I", "may I"),
    ("can you", "could you"),
    ("which", "what"),
    ("show", "display"),
    ("large", "big"),
    ("answer", "reply"),
    ("reasoning", "thinking"),
    ("conversation", "chat"),
    ("do not", "don't"),
    ("cannot", "can't"),
    ("needed", "necessary"),
    ("graphics card", "GPU"),
    ("memory", "RAM"),
    ("RAM", "main memory"),
    ("maximum", "max"),
    ("run", "work"),
    ("start", "launch"),
    ("collapsed", "closed"),
    ("pane", "panel"),
    ("panes", "panels"),
    ("you", "u"),
    ("are", "r"),
    ("your", "ur"),
    ("for the", "for"),
)
_OPENINGS = (
    "Please, ", "Hi, ", "Hello, ", "Hey, ", "So, ", "Well, ", "And ", "OK, ", "Tell me: ", "Quick question: ",
    "I would like to know: ", "One question: ", "Sorry, but ", "Thanks. ", "Great. ", "Can you tell me: ",
    "I wonder, ", "Um, ", "Good morning, ", "Hi there, ", "Now, ", "Then ", "But ", "Question: ", "Excuse me, ",
)  # fmt: skip
_ENDINGS = (
    " please", ", please", " Thanks!", " thank you", " I'm curious.", " I want to understand it.", " exactly?",
    " then?", " in short?", " here?", " now?", " by the way?", " really?",
)  # fmt: skip
_TELL_WHAT = (
    "Can you tell me what {} is?", "Could you explain {}?", "Tell me what {} is", "Explain {}", "Do you know what {} is?",
    "I want to know what {} is", "Please explain {} to me", "What exactly is {}?", "{}?", "what is {} about?",
    "Can you explain {}?", "Tell me about {}", "I don't know what {} is", "I'd like to know more about {}", "define {}",
    "What do you mean by {}?", "Could you tell me about {}?", "Give me a short explanation of {}",
)  # fmt: skip
_TELL_HOW = (
    "Can you tell me how to {}?", "Could you explain how I {}?", "Tell me how to {}", "Please show me how to {}",
    "I want to {}", "I would like to {}", "How does one {}?", "What must I do to {}?", "how to {}", "Is there a way to {}?",
    "What is the way to {}?", "Show me how I can {}", "I need to {}", "I don't know how to {}", "How should I {}?",
)  # fmt: skip
# A shape of question, and other ways to ask the same; `{0}` and so on are its parts.
_INDIRECT = tuple(
    (re.compile(shape), ways)
    for shape, ways in (
        (r"^What(?:'s| is| are) ((?:the |a |an |).+?)\?$", _TELL_WHAT),
        (r"^How (?:do|can) I (.+?)\?$", _TELL_HOW),
        (r"^Can (?:Chorale|this app|the app|it) (.+?)\?$", (
            "Is Chorale able to {0}?", "Could Chorale {0}?", "Can the program {0}?", "Is it possible to {0}?",
            "Will Chorale {0}?", "I wonder if Chorale can {0}", "Do you know if it can {0}?", "Can I {0} here?",
        )),
        (r"^Can (?:I|you|we) (.+?)\?$", (
            "Is it possible to {0}?", "Am I able to {0}?", "Would it be possible to {0}?", "Is there a way to {0}?",
            "I want to {0}, is that possible?", "Could you {0}?", "Are you able to {0}?", "Could I {0}?", "Will I be able to {0}?",
        )),
        (r"^Do I (?:need|have) (?:to |)(.+?)\?$", (
            "Must I have {0}?", "Is {0} necessary?", "Is {0} needed?", "Do I really need {0}?", "Does one need {0}?",
            "Will I need {0}?", "Do you need {0} for this?",
        )),
        (r"^Does (Chorale|this app|the app|it|gpt-oss|the model) (.+?)\?$", (
            "Will {0} {1}?", "I want to know if {0} does {1}", "Can {0} {1}?", "Do you know if {0} will {1}?", "Would {0} {1}?",
        )),
        (r"^Is (Chorale|this app|the app|gpt-oss|the model) (.+?)\?$", (
            "I want to know if {0} is {1}", "Tell me if {0} is {1}", "Would you say {0} is {1}?", "Do you know if {0} is {1}?", "{0} is {1}, right?",
        )),
        (r"^Is there (.+?)\?$", (
            "Does Chorale have {0}?", "Do you have {0}?", "I am looking for {0}", "Can I get {0}?", "Do we have {0}?", "There is {0}, right?",
        )),
        (r"^Where (?:is|are) (.+?)\?$", (
            "Where can I find {0}?", "Where do I see {0}?", "I cannot find {0}", "Where can {0} be found?", "I am looking for {0}",
            "Can you tell me where {0} is?",
        )),
        (r"^(Which|How many|How much|How long|How large|How big|How fast|What|Who|Where|Why|How) (.+?)\?$", (
            "Tell me: {0} {1}?", "Please tell me, {0} {1}?", "My question is: {0} {1}?", "I'd like to know: {0} {1}?", "Do you know {0} {1}?",
            "I have a question: {0} {1}?", "Any idea {0} {1}?",
        )),
    )
)  # fmt: skip
_SMALL_WORDS = {"the", "a", "an", "is", "do", "does", "are", "of", "to", "it", "me", "please", "can"}
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl",
    "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb",
    "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip


def plain(text: str) -> str:
    """`text` by its letters and digits alone: what makes two wordings the same."""
    return re.sub(r"[\W_]+", " ", text.lower()).strip()


class Variety:
    """Makes variants.

    Attributes:
        held: plain forms of the wordings that must not appear.
    """

    def __init__(self, held: set[str]) -> None:
        self.held = held

    def vary(self, wording: str, draw: random.Random, meaning_is_open: bool = False) -> str:
        """A variant of `wording`, or itself; `meaning_is_open` leaves out what could change its meaning."""
        for _ in range(8):
            text = _vary(wording, draw, meaning_is_open)
            if plain(text) not in self.held and text.strip():
                return text
        return wording


def _vary(text: str, draw: random.Random, meaning_is_open: bool) -> str:
    if draw.random() < 0.4:
        return _written(text, draw, typos=0)
    if not meaning_is_open:
        if draw.random() < 0.3:
            text = _indirect(text, draw)
        for _ in range(2):
            if draw.random() < 0.3:
                text = _synonym(text, draw)
    if draw.random() < 0.12:
        text = _without_a_small_word(text, draw)
    if draw.random() < 0.18:
        opening = draw.choice(_OPENINGS)
        text = opening + (text[:1].lower() + text[1:] if draw.random() < 0.6 else text)
    if draw.random() < 0.08 and len(text) > 8:
        text = text.rstrip("?.!") + draw.choice(_ENDINGS)
    return _written(
        text, draw, typos=draw.choice((0, 0, 0, 1, 1, 2)) if len(text) > 12 else draw.choice((0, 0, 0, 1))
    )


def _written(text: str, draw: random.Random, typos: int) -> str:
    """Case, final punctuation and typos, as people type them."""
    if len(text) > 6:
        for _ in range(typos):
            text = _typo(text, draw)
    chance = draw.random()
    if chance < 0.35:
        text = text.lower()
    elif chance < 0.39:
        text = text.upper()
    elif chance < 0.42:
        text = text.title()
    chance = draw.random()
    if chance < 0.35:
        text = text.rstrip("?.!")
    elif chance < 0.39:
        text = text.rstrip("?.!") + draw.choice(("??", "!", "?!", "...", ".", " ?", "???", "!!"))
    if draw.random() < 0.03:
        text += draw.choice(("\n", " ", " :)", " 🙂", "\n\n"))
    return text


def _indirect(text: str, draw: random.Random) -> str:
    fitting = [(found, ways) for shape, ways in _INDIRECT if (found := shape.match(text))]
    if not fitting:
        return text
    found, ways = draw.choice(fitting)
    return draw.choice(ways).format(*found.groups())


def _synonym(text: str, draw: random.Random) -> str:
    for one, other in draw.sample(_SYNONYMS, len(_SYNONYMS)):
        if draw.random() < 0.5:
            one, other = other, one
        pattern = rf"(?<![\w-]){re.escape(one)}(?![\w-])"
        if re.search(pattern, text, re.IGNORECASE):
            return re.sub(pattern, lambda _, new=other: new, text, count=1, flags=re.IGNORECASE)
    return text


def _without_a_small_word(text: str, draw: random.Random) -> str:
    words = text.split(" ")
    small = [position for position, word in enumerate(words) if word.lower() in _SMALL_WORDS]
    if small and len(words) > 3:
        del words[draw.choice(small)]
    return " ".join(words)


def _typo(text: str, draw: random.Random) -> str:
    letters = [position for position, letter in enumerate(text[:-1]) if letter.isalpha()]
    if not letters:
        return text
    at = draw.choice(letters)
    kind = draw.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == 1:
        return text[:at] + text[at + 1 :]
    if kind == 2:
        return text[: at + 1] + text[at:]
    return text[:at] + draw.choice(_NEIGHBOURS.get(text[at].lower(), text[at])) + text[at + 1 :]
