"""Further tasks of the closed families, about words, names and facts that no entry of the data has.

They are not part of the data and in no file: ``pretraining.measure_learning`` asks a fine-tuned model for them.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from instruction_data.build import build
from instruction_data.entries import QUOTES, FieldFormatter, Item, quoted, short_answer
from instruction_data.example import SEED
from instruction_data.families import read_families


def unseen_items(per_family: int = 12) -> list[Item]:
    """Return further tasks of the closed families, about words, names and facts that no entry of the data has.

    The data has one to four test entries of a family, too few to tell how well a model has learned it. These tasks are
    phrased as the entries are; families whose pool of examples is small have fewer than ``per_family``.
    """
    used = defaultdict(set)
    for item in build():
        used[item.family].update(item.key.split(", "))
    items = []
    for family in read_families():
        rng = Random(f"{SEED} unseen {family.name}")
        free = {ex.key: ex for ex in family.examples if used[family.name].isdisjoint(ex.key.split(", "))}
        keys = rng.sample(sorted(free), min(per_family, len(free))) if family.answer == "closed" else []
        for number, key in enumerate(keys):
            phrasing = family.phrasings[number % len(family.phrasings)]
            texts = [FieldFormatter().vformat(text, (), free[key].fields) for text in phrasing]
            texts[0] = quoted(texts[0], rng.randrange(len(QUOTES["<"])))
            short = short_answer(family, phrasing, free[key].fields)
            items.append(Item(*texts, family.name, family.answer, key, "unseen", phrasing.instruction, short))
    return items
