"""Write the instruction data: 1,100 short tasks with their answers, and the family of each task.

    python data/builders/instruction_data/build.py

It writes `data/instruction-data.json` and `data/instruction-families.json`, the same on every machine.

A family is a kind of task, such as "plural" or "capital". It has several phrasings and a pool of examples.
Every example has a key: the words that the task turns on (the verb, the noun, the country, the book). The
keys of a family are divided among training, test and validation part before any entry is made, so that a test
entry never asks for something that an entry of the training part has answered.

In a closed family there is one right answer, which can be scored by exact match. That is fair because the
phrasing settles the form of the answer:
- a question is answered by a sentence ("What is the capital of Japan?", "The capital of Japan is Tokyo.");
- a command to name a fact is answered by the fact ("Name the capital of Japan.", "Tokyo.");
- a command that asks for a word is answered by the bare word ("Give the plural of 'mouse'.", "mice");
- a command to change a sentence is answered by the changed sentence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # data/builders, where the wings are

from instruction_data.checks import check  # noqa: E402
from instruction_data.entries import Item, family_items  # noqa: E402
from instruction_data.example import SEED  # noqa: E402
from instruction_data.families import read_families  # noqa: E402
from instruction_data.parts import FIXED_PLACES, PARTS  # noqa: E402

DATA_DIR = Path(__file__).resolve().parents[2]


def in_order(items: Sequence[Item]) -> list[Item]:
    """Shuffle each part and put the entries that the tutorial quotes in their fixed places."""
    ordered: list[Item] = []
    for part in PARTS:
        members = [item for item in items if item.part == part]
        Random(f"{SEED} {part}").shuffle(members)
        ordered += members
    for place, entry in FIXED_PLACES.items():
        found = next(number for number, item in enumerate(ordered) if item[:3] == entry)
        ordered[place], ordered[found] = ordered[found], ordered[place]
    return ordered


def build() -> list[Item]:
    """Return all entries in the order of the data file."""
    items = in_order([item for family in read_families() for item in family_items(family)])
    check(items)
    return items


def write_json(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as readable JSON with a newline at the end."""
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Write the two data files."""
    items = build()
    entries = [{"instruction": item.instruction, "input": item.input, "output": item.output} for item in items]
    families = [
        {"family": item.family, "answer": item.answer} | ({"short": item.short} if item.short else {}) for item in items
    ]
    write_json(DATA_DIR / "instruction-data.json", entries)
    write_json(DATA_DIR / "instruction-families.json", families)
    print(f"Wrote {len(items)} entries of {len({item.family for item in items})} families to {DATA_DIR}")


if __name__ == "__main__":
    main()
