"""The families of tasks: each with its phrasings, its examples and how many entries it gives to each part.

Which examples go to which part is decided in ``entries``.
"""

from __future__ import annotations

from typing import NamedTuple

from instruction_data import fact_examples, open_examples, sentence_examples, word_examples
from instruction_data.example import Example, rows
from instruction_data.phrasings import FAMILIES


class Phrasing(NamedTuple):
    """The instruction, input and answer of a task, with the marks explained in `phrasings`."""

    instruction: str
    input: str
    output: str


class Family(NamedTuple):
    """A kind of task; `counts` says how many entries each part gets, in the order of `PARTS`."""

    name: str
    answer: str
    counts: tuple[int, ...]
    phrasings: list[Phrasing]
    examples: list[Example]


def read_families() -> list[Family]:
    """Return all families, with their phrasings read from `phrasings`."""
    pools: dict[str, list[Example]] = {}
    for examples in (sentence_examples, word_examples, fact_examples, open_examples):
        pools |= examples.examples_of_families()
    families = []
    for block in FAMILIES.strip().split("\n\n"):
        head, *lines = block.replace("\n|", " |").splitlines()
        name, answer, *counts = head.split()
        phrasings = [Phrasing(*row) for row in rows("\n".join(lines))]
        families.append(Family(name, answer, tuple(map(int, counts)), phrasings, pools[name]))
    return families
