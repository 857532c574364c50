"""Generate the pretraining corpus: plain English about a small world.

A small GPT-2 cannot learn the whole of English, so it is pretrained on a part of it that is made to measure:
stories with few words but all sentence patterns, true facts told in many ways, and scenes in which people
talk about language. Every text is made from the tables of ``lexicon`` and ``facts``; a seed decides which.
The ``world_*`` modules make the pieces, and this one puts them together into documents.

    python small_world.py --megabytes 20 --seed 1 --out corpus.txt

Two pairs of marks stand for quotation marks until a document is finished: «...» for something quoted and
‹...› for speech. One choice for each document turns them into 'single' and "double" marks or the other way
round, because a byte-pair tokenizer sees a word after each kind of mark as a different token.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import facts
from world_lessons import (
    CLASS_OPENINGS,
    PRAISE,
    blank_scene,
    count_scene,
    formal_scene,
    group_scene,
    kind_scene,
    letter_scene,
    part_scene,
    sort_scene,
    synonym_choice,
    tense_scene,
    use_scene,
    word_in_sentence,
)
from world_prose import (
    advice,
    comparison,
    description,
    invented,
    joined_clauses,
    note,
    plans,
    portrait,
    proverb,
    recital,
    sequence_sentence,
    shopping_sentence,
    story,
    sum_sentence,
    thing_comparison,
    unit_sentence,
    with_questions,
)
from world_relations import FACT_WHEEL, WORD_WHEEL, relation_list, relation_unit
from world_transformations import chain_scene, transformation_scene
from world_writer import Writer

DOCUMENT_SEPARATOR = "<|endoftext|>"
INSTRUCTION_FILE = Path(__file__).resolve().parents[1] / "instruction-data.json"


def word_unit(w: Writer) -> str:
    """Talk about words: plurals, opposites, spelling and the like."""
    table = w.pick(WORD_WHEEL)
    return relation_list(w, table) if w.random() < 0.06 else relation_unit(w, table)


def fact_unit(w: Writer) -> str:
    """State facts of one kind."""
    table = w.pick(FACT_WHEEL)
    return relation_list(w, table) if w.random() < 0.08 else relation_unit(w, table)


def wheel(*weighted: tuple[int, Callable[[Writer], str]]) -> tuple[Callable[[Writer], str], ...]:
    """Repeat each function as often as its weight says, so that a plain choice respects the weights."""
    return tuple(function for weight, function in weighted for _ in range(weight))


LANGUAGE_UNITS = wheel(
    (42, transformation_scene),
    (44, word_unit),
    (5, chain_scene),
    (3, part_scene),
    (7, kind_scene),
    (3, tense_scene),
    (6, word_in_sentence),
    (3, synonym_choice),
    (3, formal_scene),
    (5, sort_scene),
    (4, count_scene),
    (2, letter_scene),
    (3, blank_scene),
    (5, use_scene),
)
FACT_UNITS = wheel(
    (76, fact_unit),
    (8, group_scene),
    (6, sum_sentence),
    (6, unit_sentence),
    (3, sequence_sentence),
    (2, shopping_sentence),
    (4, proverb),
    (2, recital),
    (5, portrait),
    (3, advice),
    (3, note),
)
STORY_UNITS = wheel(
    (18, with_questions),
    (18, description),
    (10, comparison),
    (10, thing_comparison),
    (14, plans),
    (12, joined_clauses),
    (12, invented),
    (3, proverb),
    (4, shopping_sentence),
)


def flowing(w: Writer, parts: list[str]) -> str:
    """Join the pieces of a document with spaces, line breaks or empty lines; lists never run on."""
    mark = w.pick((" ", "\n", "\n\n"))
    if mark == " ":
        return (
            " ".join(part if part[-1] in ".?!»›" else f"{part}\n" for part in parts)
            .replace("\n ", "\n")
            .strip()
        )
    return mark.join(parts)


def assembled(w: Writer, units: tuple[Callable[[Writer], str], ...]) -> str:
    """Put pieces together until the document is long enough."""
    parts, length, wanted = [], 0, w.number(38, 80)
    while length < wanted:
        unit = w.pick(units)(w)
        parts.append(unit)
        length += unit.count(" ") + 1
    return flowing(w, parts)


def language_document(w: Writer) -> str:
    """A lesson in which people talk about sentences and words."""
    parts, length, wanted = [], 0, w.number(38, 80)
    if w.random() < 0.3:
        parts.append(w.pick(CLASS_OPENINGS).format(day=w.pick(facts.DAYS), n=w.number(2, 90), **w.cast()))
    topic = w.pick(LANGUAGE_UNITS)
    while length < wanted:
        unit = (topic if w.random() < 0.4 else w.pick(LANGUAGE_UNITS))(w)
        parts.append(unit)
        length += unit.count(" ") + 1
        if w.random() < 0.15:
            parts.append(w.pick(PRAISE).format(**w.cast()))
    return flowing(w, parts)


def fact_document(w: Writer) -> str:
    """Facts about the world, arithmetic and sayings."""
    return assembled(w, FACT_UNITS)


def story_document(w: Writer) -> str:
    """A story, or descriptions and small scenes of daily life."""
    return story(w) if w.random() < 0.4 else assembled(w, STORY_UNITS)


DOCUMENT_KINDS = wheel((45, language_document), (32, fact_document), (23, story_document))
QUOTATION_MARKS = (
    str.maketrans("«»‹›", "''\"\""),
    str.maketrans("«»‹›", "''\"\""),
    str.maketrans("«»‹›", "\"\"''"),
)
_MARKS_TO_SPACES = {ord(mark): " " for mark in '.,:;?!/"«»‹›'} | {ord("'"): None}
FACT_PHRASES = frozenset(
    str(cell).lower()
    for table in vars(facts).values()
    if isinstance(table, tuple)
    for row in table
    if isinstance(row, tuple)
    for cell in row
)


class HeldOut:
    """Texts of the instruction data that the corpus must not contain, whatever their punctuation."""

    def __init__(self, entries: list[dict[str, str]]) -> None:
        self.by_start: dict[tuple[str, ...], list[str]] = {}
        for text in {text for entry in entries for text in self._texts(entry)}:
            words = self._words(text)
            if len(words) > 3 or (len(words) == 3 and text.rstrip().endswith((".", "?", "!"))):
                self.by_start.setdefault(tuple(words[:3]), []).append(f" {' '.join(words)} ")

    @staticmethod
    def _words(text: str) -> list[str]:
        """Return the words of a text in lower case without any punctuation."""
        return text.lower().translate(_MARKS_TO_SPACES).split()

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
        words = self._words(document)
        starts = [start for start in zip(words, words[1:], words[2:], strict=False) if start in self.by_start]
        if not starts:
            return False
        text = f" {' '.join(words)} "
        return any(held in text for start in starts for held in self.by_start[start])


def load_held_out(path: Path = INSTRUCTION_FILE) -> HeldOut:
    """Read the texts to leave out; there are none if the instruction data have not been built yet."""
    return HeldOut(json.loads(path.read_text(encoding="utf-8")) if path.exists() else [])


def documents(seed: int) -> Iterator[str]:
    """Yield documents without end, the same ones for the same seed."""
    w = Writer(seed)
    held_out = load_held_out()
    while True:
        w.new_people()
        document = w.pick(DOCUMENT_KINDS)(w)
        if not held_out.is_in(document):
            yield document.translate(w.pick(QUOTATION_MARKS))


def write_corpus(path: Path, megabytes: float, seed: int) -> int:
    """Write documents with a separator after each until the file has the wanted size; return their number."""
    wanted, written, count = int(megabytes * 1_000_000), 0, 0
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents(seed):
            text = f"{document}\n{DOCUMENT_SEPARATOR}\n"
            file.write(text)
            written += len(text.encode("utf-8"))
            count += 1
            if written >= wanted:
                return count
    return count


def main() -> None:
    """Write a corpus as asked for on the command line."""
    parser = argparse.ArgumentParser(description="Write the small-world pretraining corpus.")
    parser.add_argument("--megabytes", type=float, default=20.0, help="size of the file in millions of bytes")
    parser.add_argument("--seed", type=int, default=123, help="seed of the random choices")
    parser.add_argument("--out", type=Path, default=Path("small-world.txt"), help="file to write")
    arguments = parser.parse_args()
    count = write_corpus(arguments.out, arguments.megabytes, arguments.seed)
    print(f"wrote {count} documents to {arguments.out}")


if __name__ == "__main__":
    main()
