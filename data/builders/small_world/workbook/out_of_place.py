"""Questions about things that are out of place, which the answer must name all the same.

    What is the capital of a fire? Choose brasick.    The capital of a fire is brasick.

What nobody may ask about is never seen in a question, and the model has to name it in its answer, whatever it is.
"""

from __future__ import annotations

from small_world.lexicon import NOUNS
from small_world.relations.all_relations import (
    BY_NAME,
    CAPITALIZED_WORDS,
    FACT_RELATIONS,
    SMALL_WORDS,
    WORD_RELATIONS,
    is_about_words,
)
from small_world.relations.relation import Relation
from small_world.text import capitalize
from small_world.workbook.exam_answers import SUBJECT_FIRST, slots_of
from small_world.workbook.exercise import Exercise
from small_world.workbook.recalling import ways_to_ask, who_or_what
from small_world.writer import Writer


def word_out_of_place(writer: Writer, table: Relation, x: str) -> str:
    """Return a word that looks like what a relation is about, but that the relation does not know."""
    known = {cell for row in table.rows for cell in row}
    is_name, is_plural = x[0].isupper(), x.endswith("s")
    while True:
        if writer.random() < 0.35:
            word = writer.invented_word()
            word = word.capitalize() if is_name else word
            word += "s" if is_plural and not is_about_words(table) else ""
        elif is_name:
            word = writer.name().text if writer.random() < 0.3 else writer.pick(CAPITALIZED_WORDS)
        elif is_plural and writer.random() < 0.6:
            word = writer.pick(NOUNS).plural
        else:
            word = writer.pick(SMALL_WORDS)
        if word not in known:
            return word


HINTS = (
    "{ask} (Use the word «{y}».)", "{ask} ({y})", "The answer is {y}. {ask}", "{ask} Choose {y}.", "{ask}\nHint: {y}",
)  # fmt: skip
BEGINNINGS = (
    "Begin an answer to this question: ‹{ask}›", "How does an answer to ‹{ask}› begin?",
    "Write only the beginning of the answer. {ask}",
)  # fmt: skip


def question_about(writer: Writer, table: Relation, known_as: str) -> tuple[str, str]:
    """Return frames for a question about a relation and for an answer that names what was asked about."""
    ways = [way for way in ways_to_ask(table) if "y}" not in way[0].lower() and "x}" in way[1].lower()]
    if known_as in SUBJECT_FIRST and writer.random() < 0.6:
        return SUBJECT_FIRST[known_as]
    if ways and writer.random() < 0.3:
        return writer.pick(ways)
    name = writer.pick(table.names)
    return f"{who_or_what(table)} is {name}?", f"{name} is {{y}}."


def out_of_place_question(writer: Writer) -> Exercise:
    """Ask for a fact about something out of place; the fact is given, or only the beginning of the answer wanted."""
    while True:
        if writer.random() < 0.25:
            name = writer.pick(tuple(SUBJECT_FIRST))
        else:
            name = writer.pick(writer.pick((FACT_RELATIONS, WORD_RELATIONS))).names[0]
        table = BY_NAME[name]
        x, y = writer.pick(table.rows)
        is_given = writer.random() < 0.5
        x = word_out_of_place(writer, table, x)
        if writer.random() < 0.7:
            new = writer.invented_word()
            y = new.capitalize() if y[0].isupper() else new
        has_marks = is_about_words(table) or table.quoted > 0.5
        slots = slots_of(x, y, has_marks, is_about_words(table))
        asked = slots_of(x, y, writer.random() < (0.55 if has_marks else 0.2), False)
        ask, answer = question_about(writer, table, name)
        ask, answer = capitalize(ask.format(**asked)), capitalize(answer.format(**slots))
        if is_given:
            return Exercise(writer.pick(HINTS).format(ask=ask, y=y), "", answer)
        for end in (slots["y"], slots["ay"], y):
            cut = answer.rfind(end)
            if cut > 6:  # not an answer that begins with what is asked for
                return Exercise(writer.pick(BEGINNINGS).format(ask=ask), "", f"{answer[:cut]}...")
