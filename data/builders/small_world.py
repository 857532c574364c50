"""Generate the pretraining corpus: plain English about a small world.

A small GPT-2 cannot learn the whole of English, so it is pretrained on a part of it that is made to measure:
stories with few words but all sentence patterns, true facts told in many ways, and scenes in which people
talk about language. Every text is made from the tables of ``lexicon`` and ``facts``; a seed decides which.
The ``world_*`` modules make the pieces, and this one puts them together into documents.

    python small_world.py --megabytes 20 --seed 1 --out corpus.txt
    python small_world.py --stage practice --out practice.txt

A model grows up in six stages: in the whole WORLD, then in its SCHOOL with workbooks, then with much PRACTICE,
where many words are invented, so that tables learned by heart do not help, then in REVISION, then before the EXAM,
with most of what goes wrong and with solutions in the form that is wanted, and at last in the RESIT, in which words
turn up where nobody expects them and must be copied.

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
from world_memory import memory_document
from world_pages import below, cards, page
from world_practice import exam, practice, revision
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
from world_relations import FACT_RELATIONS, FACT_WHEEL, WORD_RELATIONS, WORD_WHEEL, relation_list, relation_unit
from world_resit import resit, restated
from world_transformations import chain_scene, transformation_scene
from world_workbook import test_sheet, workbook
from world_writer import Writer

DOCUMENT_SEPARATOR = "<|endoftext|>"
TRAINING_SHARE = 0.85  # the first entries of the instruction data, as split_instruction_data() takes them
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
    (9, sum_sentence),
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
    (8, joined_clauses),
    (30, invented),
    (8, below),
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


WORLD = wheel(
    (36, language_document),
    (28, fact_document),
    (11, story_document),
    (8, cards),
    (3, page),
    (14, memory_document),
)
SCHOOL = wheel(
    (53, workbook),
    (8, test_sheet),
    (15, language_document),
    (13, fact_document),
    (4, story_document),
    (3, cards),
    (2, page),
    (2, memory_document),
)
PRACTICE = wheel(
    (56, practice),
    (7, test_sheet),
    (12, language_document),
    (15, fact_document),
    (3, story_document),
    (3, cards),
    (1, page),
    (3, memory_document),
)
REVISION = wheel(
    (52, revision),
    (6, test_sheet),
    (16, language_document),
    (18, fact_document),
    (2, story_document),
    (3, cards),
    (1, page),
    (2, memory_document),
)
EXAM = wheel(
    (58, exam),
    (6, test_sheet),
    (12, language_document),
    (16, fact_document),
    (2, story_document),
    (3, cards),
    (1, page),
    (2, memory_document),
)
RESIT = wheel(
    (56, resit),
    (5, test_sheet),
    (9, language_document),
    (11, fact_document),
    (9, restated),
    (2, story_document),
    (3, cards),
    (1, page),
    (4, memory_document),
)
STAGES = {
    "world": WORLD,
    "school": SCHOOL,
    "practice": PRACTICE,
    "revision": REVISION,
    "exam": EXAM,
    "resit": RESIT,
}
QUOTATION_MARKS = (("'", '"'), ("'", '"'), ('"', "'"))  # for something quoted, and for speech
_MARKS_TO_SPACES = {ord(mark): " " for mark in '.,:;?!/"'} | {ord("'"): None}
FACT_PHRASES = frozenset(
    str(cell).lower()
    for table in vars(facts).values()
    if isinstance(table, tuple)
    for row in table
    if isinstance(row, tuple)
    for cell in row
)


def _words(text: str) -> list[str]:
    """Return the words of a text in lower case without any punctuation."""
    for mark in "«»‹›":  # first, because translate() is several times faster on text that is all ASCII
        text = text.replace(mark, " ")
    return text.lower().translate(_MARKS_TO_SPACES).split()


def _words_only(text: str) -> str:
    """Return the text in lower case without any punctuation."""
    return " ".join(_words(text))


class HeldOut:
    """Texts of the instruction data that the corpus must not contain, whatever their punctuation."""

    def __init__(self, entries: list[dict[str, str]]) -> None:
        self.texts: set[tuple[str, ...]] = set()
        self.lengths: dict[tuple[str, ...], set[int]] = {}  # of the texts that begin with these three words
        for text in {text for entry in entries for text in self._texts(entry)}:
            words = tuple(_words(text))
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
        words = _words(document)
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


def set_apart(w: Writer, entries: list[dict[str, str]]) -> None:
    """Tell the writer what the test and validation entries ask for.

    A row of a table is asked for when its first part stands in a prompt and its second part in the answer. Of
    these rows the small world only states what is true: nobody in it is asked for them.
    """
    held = entries[int(len(entries) * TRAINING_SHARE) :]
    prompts = [f" {_words_only(entry['instruction'] + ' ' + entry['input'])} " for entry in held]
    answers = [f" {_words_only(entry['output'])} " for entry in held]
    found = set()
    for row in {row for _, table in WORD_RELATIONS + FACT_RELATIONS for row in table.rows}:
        x, y = (f" {_words_only(part)} " for part in row)
        if any(x in prompt and y in answer for prompt, answer in zip(prompts, answers, strict=True)):
            found |= {row, row[::-1]}  # a table may hold the row in the other direction
    w.only_stated, w.held_out_prompts = frozenset(found), tuple(prompts)


def held_out_lists(w: Writer) -> tuple[str, ...]:
    """Return the cells of tables that list what is held out among other things: "brave, braver, bravest"."""
    rows = (row for _, table in WORD_RELATIONS + FACT_RELATIONS for row in table.rows if ", " in row[1])
    return tuple({y for x, y in rows if any((x, part) in w.only_stated for part in y.split(", "))})


def documents(seed: int, kinds: tuple[Callable[[Writer], str], ...] = WORLD) -> Iterator[str]:
    """Yield documents without end, the same ones for the same seed, of the kinds that a stage has."""
    w = Writer(seed)
    entries = load_entries()
    held_out = HeldOut(entries)
    set_apart(w, entries)
    lists = held_out_lists(w)
    while True:
        w.new_people()
        document = w.pick(kinds)(w)
        if held_out.is_in(document):
            continue
        quoted, spoken = w.pick(QUOTATION_MARKS)
        if not any(text in document for text in lists):
            document = document.replace("«", quoted).replace("»", quoted)
            yield document.replace("‹", spoken).replace("›", spoken)


def write_corpus(path: Path, megabytes: float, seed: int, kinds: tuple[Callable[[Writer], str], ...] = WORLD) -> int:
    """Write documents with a separator after each until the file has the wanted size; return their number."""
    wanted, written, count = int(megabytes * 1_000_000), 0, 0
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for document in documents(seed, kinds):
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
    parser.add_argument("--stage", choices=STAGES, default="world", help="stage of the training to write text for")
    parser.add_argument("--out", type=Path, default=Path("small-world.txt"), help="file to write")
    arguments = parser.parse_args()
    count = write_corpus(arguments.out, arguments.megabytes, arguments.seed, STAGES[arguments.stage])
    print(f"wrote {count} documents to {arguments.out}")


if __name__ == "__main__":
    main()
