"""Small helpers for text: lists and frames written as plain text, capital letters, numbers in words.

A frame is a sentence with slots in braces. Frames are written one to a line, and /n/ stands for a line break:

    lines_of("{p} knows {x}./n/{q} does not.")    ("{p} knows {x}.\\n{q} does not.",)
    joined(["a lamp", "a hat", "tea"])            "a lamp, a hat and tea"
    number_word(105)                              "one hundred five"

Who stands in {p} and {q} is decided by ``Writer.cast``. Nothing here makes a random choice.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TypeVar

Thing = TypeVar("Thing")


def lines_of(text: str) -> tuple[str, ...]:
    """Split a table of frames into its lines; the mark /n/ becomes a line break."""
    return tuple(" ".join(line.split()).replace("/n/", "\n") for line in text.strip().splitlines())


# Whoever is asked something answers at once in these frames; all others only state a fact.
_ASKING = re.compile(r"\?|ask|Name |name |Give |Write |Tell |tell me|wanted to know|Complete|card|sheet|had to|‹")


@cache
def stating(frames: tuple[str, ...]) -> tuple[str, ...]:
    """Return the frames that state something and ask nothing."""
    return tuple(frame for frame in frames if not _ASKING.search(frame))


def words_of(text: str) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(part.strip() for part in text.split(","))


def capitalize(text: str) -> str:
    """Return the text with its first letter in upper case and the rest unchanged."""
    return text[:1].upper() + text[1:]


def joined(items: list[str] | tuple[str, ...], word: str = "and") -> str:
    """Return "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


NUMBER_WORDS = words_of(
    "zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, fifteen, "
    "sixteen, seventeen, eighteen, nineteen"
)
TENS = words_of("zero, ten, twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety")


def number_word(number: int) -> str:
    """Return a number from 0 to 999 in words: "twenty-seven", "one hundred five"."""
    if number < 20:
        return NUMBER_WORDS[number]
    if number < 100:
        ones = number % 10
        return TENS[number // 10] + (f"-{NUMBER_WORDS[ones]}" if ones else "")
    rest = number % 100
    return f"{NUMBER_WORDS[number // 100]} hundred" + (f" {number_word(rest)}" if rest else "")


def by_weight(*weighted: tuple[int, Thing]) -> tuple[Thing, ...]:
    """Repeat each thing as often as its weight says, so that a plain choice respects the weights."""
    return tuple(thing for weight, thing in weighted for _ in range(weight))
