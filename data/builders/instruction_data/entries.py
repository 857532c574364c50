"""From a family to its entries: keys divided among the parts, phrasings by turns, slots filled, quotation marks put.

    quoted("Give the plural of [mouse].", 1)    'Give the plural of "mouse".'

The order of the entries in the file is decided in ``build``.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random
from string import Formatter
from typing import NamedTuple

from instruction_data.example import SEED, capitalized
from instruction_data.families import Family, Phrasing
from instruction_data.parts import FIXED_KEYS, PARTS
from small_world.spelling import article


class Item(NamedTuple):
    """One entry of the data with what a reader of the file does not see: its key, part and phrasing."""

    instruction: str
    input: str
    output: str
    family: str
    answer: str
    key: str
    part: str
    phrasing: str
    short: str = ""  # the words that a right answer must have, if a part of the output says it all


class FieldFormatter(Formatter):
    """Format fields with three conversions: !c a capital letter, !a "a" or "an" in front, !A both."""

    def convert_field(self, value: str, conversion: str | None) -> str:
        """Return the value as the conversion asks for."""
        if conversion in ("a", "A"):
            value = article(value)
        return capitalized(value) if conversion in ("c", "A") else value


QUOTES = {"<": ("'{}'", "'{}'", '"{}"', "{}"), "[": ("'{}'", '"{}"')}


def quoted(text: str, style: int) -> str:
    """Resolve the quotation marks <...> and [...] of a filled phrasing; `style` counts through the styles."""

    def mark(match: re.Match) -> str:
        chosen = QUOTES[match[1]][style % len(QUOTES[match[1]])]
        if chosen == "'{}'" and "'" in match[2]:
            chosen = '"{}"'
        return chosen.format(match[2])

    return re.sub(r"([<\[])(.*?)[>\]]", mark, text)


def short_answer(family: Family, phrasing: Phrasing, fields: dict[str, str]) -> str:
    """Return the part of a closed answer that the task does not show, "Seoul" of "The capital ... is Seoul.", or ""."""
    names = [[name for _, name, _, _ in Formatter().parse(text) if name] for text in phrasing]
    new = {fields[name] for name in names[2] if name not in names[0] + names[1]}
    if family.answer != "closed" or len(new) != 1:
        return ""
    (short,) = new
    return short if short[-1].isalnum() else ""  # a whole sentence or a punctuation mark is no part of an answer


def split_keys(family: Family, rng: Random) -> dict[str, list[str]]:
    """Divide the keys of a family among the parts; every test and validation entry gets a key of its own."""
    fixed = FIXED_KEYS.get(family.name, {})
    keys = [key for key in dict.fromkeys(example.key for example in family.examples) if key not in fixed]
    rng.shuffle(keys)
    parts = {}
    for part, count in list(zip(PARTS, family.counts, strict=True))[1:]:
        parts[part] = [key for key, place in fixed.items() if place == part]
        while len(parts[part]) < count:
            parts[part].append(keys.pop())
    return parts | {"train": keys}


def family_items(family: Family) -> Iterator[Item]:
    """Yield the entries of one family, in each part with the phrasings and quotation marks by turns."""
    rng = Random(f"{SEED} {family.name}")
    keys_of = split_keys(family, rng)
    fixed = FIXED_KEYS.get(family.name, {})
    fields_of = defaultdict(list)
    for example in family.examples:
        fields_of[example.key].append(example.fields)
    fill = FieldFormatter().vformat
    uses: Counter[int] = Counter()
    first_turn = rng.randrange(len(family.phrasings))
    for part, count in zip(PARTS, family.counts, strict=True):
        keys = keys_of[part]
        for number in range(count):
            key, again = keys[number % len(keys)], number // len(keys)
            if part == "train":
                which = (number + again) % len(family.phrasings)
                style = uses[which]
                uses[which] += 1
            elif key in fixed:
                which = style = 0
            else:
                which = (first_turn + number + (part == "validation")) % len(family.phrasings)
                style = rng.randrange(min(len(QUOTES["<"]), uses[which]))
            phrasing = family.phrasings[which]
            choices = fields_of[key]
            fields = choices[again % len(choices)]
            texts = [fill(text, (), fields) for text in phrasing]
            texts[0] = quoted(texts[0], style)
            short = short_answer(family, phrasing, fields)
            yield Item(*texts, family.name, family.answer, key, part, phrasing.instruction, short)
