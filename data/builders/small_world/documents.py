"""The documents of the small world that are put together from scenes: lessons, facts, stories, statements.

Headed pages, index cards, memory games and workbook pages are documents, too, and have rooms of their own.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from small_world import facts
from small_world.lessons.sentences import (
    count_scene,
    gap_scene,
    kind_scene,
    part_scene,
    tense_scene,
    word_in_sentence_scene,
)
from small_world.lessons.words import formal_scene, group_scene, letter_scene, sort_scene, synonym_scene, use_scene
from small_world.pages.headed_pages import below
from small_world.prose.daily_life import invented_things, joined_clauses, plans, questions_and_answers
from small_world.prose.descriptions import comparison, description, portrait, thing_comparison
from small_world.prose.sayings import advice, note, proverb, recital
from small_world.prose.stories import story
from small_world.prose.sums import sequence_sentence, shopping_sentence, sum_sentence, unit_sentence
from small_world.relations.all_relations import ALL_RELATIONS, FACT_RELATIONS, WORD_RELATIONS
from small_world.relations.relation import Relation, relation_list, relation_sentence, relation_statements
from small_world.rewriting.scenes import chain_scene, transformation_scene
from small_world.text import by_weight, lines_of
from small_world.writer import Writer


def word_piece(writer: Writer) -> str:
    """Talk about words: plurals, opposites, spelling and the like."""
    table = writer.pick(WORD_RELATIONS)
    return relation_list(writer, table) if writer.random() < 0.06 else relation_statements(writer, table)


def fact_piece(writer: Writer) -> str:
    """State facts of one kind."""
    table = writer.pick(FACT_RELATIONS)
    return relation_list(writer, table) if writer.random() < 0.08 else relation_statements(writer, table)


LANGUAGE_PIECES = by_weight(
    (42, transformation_scene),
    (44, word_piece),
    (5, chain_scene),
    (3, part_scene),
    (7, kind_scene),
    (3, tense_scene),
    (6, word_in_sentence_scene),
    (3, synonym_scene),
    (3, formal_scene),
    (5, sort_scene),
    (4, count_scene),
    (2, letter_scene),
    (3, gap_scene),
    (5, use_scene),
)
FACT_PIECES = by_weight(
    (76, fact_piece),
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
STORY_PIECES = by_weight(
    (18, questions_and_answers),
    (18, description),
    (10, comparison),
    (10, thing_comparison),
    (14, plans),
    (8, joined_clauses),
    (30, invented_things),
    (8, below),
    (3, proverb),
    (4, shopping_sentence),
)


def flowing(writer: Writer, parts: list[str]) -> str:
    """Join the pieces of a document with spaces, line breaks or empty lines; lists never run on."""
    mark = writer.pick((" ", "\n", "\n\n"))
    if mark == " ":
        return " ".join(part if part[-1] in ".?!»›" else f"{part}\n" for part in parts).replace("\n ", "\n").strip()
    return mark.join(parts)


def assembled(writer: Writer, pieces: tuple[Callable[[Writer], str], ...]) -> str:
    """Put pieces together until the document is long enough."""
    parts, length, wanted = [], 0, writer.number(38, 80)
    while length < wanted:
        piece = writer.pick(pieces)(writer)
        parts.append(piece)
        length += piece.count(" ") + 1
    return flowing(writer, parts)


PRAISE = lines_of("""
    ‹Well done,› said {t}.
    {T} was pleased.
    ‹That is correct,› said {t}.
    ‹Good,› said {t}. ‹Now the next one.›
    {q} wrote it down too.
    The answer was right.
    ‹Very good, {p},› said {t}.
    Everybody agreed.
    Then it was the turn of {q}.
    {p} smiled.
    {T} nodded and went on to the next sentence.
""")
CLASS_OPENINGS = lines_of("""
    It was {day}, and the class had an English lesson.
    In the lesson on {day}, the class practiced sentences.
    {p} and {q} were sitting in the classroom.
    The lesson began at nine.
    {T} opened the book on page {n}.
    {p} likes English lessons.
    There was a test on {day}.
    Today the class talked about language.
    {p} had ten tasks for homework.
    ‹Listen,› said {t}. ‹Here is a new exercise.›
    The next exercise was on page {n} of the book.
    {q} helped {p} with the homework.
    Below the picture in the book was an exercise.
    {T} described the task and gave an example.
    The following exercise is from a school book.
""")


def language_document(writer: Writer) -> str:
    """A lesson in which people talk about sentences and words."""
    parts, length, wanted = [], 0, writer.number(38, 80)
    if writer.random() < 0.3:
        parts.append(
            writer.pick(CLASS_OPENINGS).format(day=writer.pick(facts.DAYS), n=writer.number(2, 90), **writer.cast())
        )
    topic = writer.pick(LANGUAGE_PIECES)
    while length < wanted:
        piece = (topic if writer.random() < 0.4 else writer.pick(LANGUAGE_PIECES))(writer)
        parts.append(piece)
        length += piece.count(" ") + 1
        if writer.random() < 0.15:
            parts.append(writer.pick(PRAISE).format(**writer.cast()))
    return flowing(writer, parts)


def fact_document(writer: Writer) -> str:
    """Facts about the world, arithmetic and sayings."""
    return assembled(writer, FACT_PIECES)


def story_document(writer: Writer) -> str:
    """A story, or descriptions and small scenes of daily life."""
    return story(writer) if writer.random() < 0.4 else assembled(writer, STORY_PIECES)


@functools.lru_cache(maxsize=1)
def rows_only_stated(only_stated: frozenset[tuple[str, str]]) -> tuple[tuple[Relation, tuple[str, str]], ...]:
    """Return the rows of all relations that nobody may ask for, each with its relation."""
    return tuple((table, row) for table in ALL_RELATIONS for row in table.rows if row in only_stated)


def statement_document(writer: Writer) -> str:
    """State facts and forms of words once more; half of them are those that nobody may ask for."""
    rare = rows_only_stated(writer.only_stated)
    parts = []
    for _ in range(writer.number(3, 6)):
        if rare and writer.random() < 0.5:
            table, row = writer.pick(rare)
        else:
            table = writer.pick(writer.pick((FACT_RELATIONS, WORD_RELATIONS)))
            row = writer.pick(table.rows)
        sentence = relation_sentence(writer, table, row, writer.cast())
        parts.append(sentence if sentence[-1] in ".?!»›" else f"{sentence}.")
    return writer.pick((" ", "\n", "\n")).join(parts)
