"""What the corpus leaves out, so that test and validation stay fair.

No text of the instruction data stands in the corpus (``HeldOut``). What test and validation entries ask for, a
capital, a plural, a sum, is stated in the small world but never asked for (``set_held_out``). Both look only into
``data/instruction-data.json``; how that file is built is not known here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from small_world import facts
from small_world.relations.all_relations import ALL_RELATIONS
from small_world.writer import Writer

TRAINING_SHARE = 0.85  # the first entries of the instruction data, as split_instruction_data() takes them
INSTRUCTION_FILE = Path(__file__).resolve().parents[2] / "instruction-data.json"
_MARKS_TO_SPACES = {ord(mark): " " for mark in '.,:;?!/"'} | {ord("'"): None}
FACT_PHRASES = frozenset(
    str(cell).lower()
    for table in vars(facts).values()
    if isinstance(table, tuple)
    for row in table
    if isinstance(row, tuple)
    for cell in row
)


def words_in(text: str) -> list[str]:
    """Return the words of a text in lower case without any punctuation."""
    for mark in "«»‹›":  # first, because translate() is several times faster on text that is all ASCII
        text = text.replace(mark, " ")
    return text.lower().translate(_MARKS_TO_SPACES).split()


def words_only(text: str) -> str:
    """Return the text in lower case without any punctuation."""
    return " ".join(words_in(text))


class HeldOut:
    """Texts of the instruction data that the corpus must not contain, whatever their punctuation."""

    def __init__(self, entries: list[dict[str, str]]) -> None:
        self.texts: set[tuple[str, ...]] = set()
        self.lengths: dict[tuple[str, ...], set[int]] = {}  # of the texts that begin with these three words
        for text in {text for entry in entries for text in self._texts(entry)}:
            words = tuple(words_in(text))
            if len(words) > 3 or (len(words) == 3 and text.rstrip().endswith((".", "?", "!"))):
                self.texts.add(words)
                self.lengths.setdefault(words[:3], set()).add(len(words))

    @staticmethod
    def _texts(entry: dict[str, str]) -> Iterator[str]:
        """Yield the instruction, the input and what is quoted in them, except phrases of the fact tables."""
        quoted = re.findall(r"'(.+?)'(?!\w)|\"(.+?)\"", entry["instruction"])
        found = ["".join(pair) for pair in quoted] + entry["instruction"].split(": ")[1:]
        given = entry.get("input", "")
        found += [entry["instruction"], given, *re.split(r"(?<=[.?!]) ", given)]
        yield from (text for text in found if text.strip("'\". ").lower() not in FACT_PHRASES)

    def is_in(self, document: str) -> bool:
        """Tell whether the document contains one of the texts."""
        words = words_in(document)
        if self.lengths.keys().isdisjoint(zip(words, words[1:], words[2:], strict=False)):
            return False  # mostly, and quickly
        return any(
            tuple(words[i : i + length]) in self.texts
            for i, start in enumerate(zip(words, words[1:], words[2:], strict=False))
            if start in self.lengths
            for length in self.lengths[start]
        )


def load_entries(path: Path = INSTRUCTION_FILE) -> list[dict[str, str]]:
    """Read the instruction data; there are none if they have not been built yet."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def set_held_out(writer: Writer, entries: list[dict[str, str]]) -> None:
    """Tell the writer what the test and validation entries ask for.

    A row of a table is asked for when its first part stands in a prompt and its second part in the answer. Of
    these rows the small world only states what is true: nobody in it is asked for them.
    """
    held = entries[int(len(entries) * TRAINING_SHARE) :]
    prompts = [f" {words_only(entry['instruction'] + ' ' + entry['input'])} " for entry in held]
    answers = [f" {words_only(entry['output'])} " for entry in held]
    found = set()
    for row in {row for table in ALL_RELATIONS for row in table.rows}:
        x, y = (f" {words_only(part)} " for part in row)
        if any(x in prompt and y in answer for prompt, answer in zip(prompts, answers, strict=True)):
            found |= {row, row[::-1]}  # a table may hold the row in the other direction
    writer.only_stated, writer.held_out_prompts = frozenset(found), tuple(prompts)


def held_out_lists(writer: Writer) -> tuple[str, ...]:
    """Return the cells of tables that list what is held out among other things: "brave, braver, bravest"."""
    rows = (row for table in ALL_RELATIONS for row in table.rows if ", " in row[1])
    return tuple({y for x, y in rows if any((x, part) in writer.only_stated for part in y.split(", "))})
