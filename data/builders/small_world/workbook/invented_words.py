"""Exercises about words that do not exist: their regular forms, and what the page itself tells about them.

    The capital of Viplo is Dranes. The capital of Tamu is Blorn. What is the capital of Tamu?

Whoever knows all tables by heart cannot solve them: the forms must be made by rule, and the rest must be read.
"""

from __future__ import annotations

from small_world.relations.all_relations import BY_NAME, is_about_words
from small_world.relations.relation import Relation, relation_sentence
from small_world.spelling import with_ending
from small_world.workbook.exam_answers import slots_of, statement_of
from small_world.workbook.exercise import Exercise
from small_world.workbook.recalling import recall_row, who_or_what
from small_world.writer import Writer

REGULAR_FORMS = (
    ("the plural of {x}", "s"),
    ("the plural of {x}", "s"),
    ("the singular of {x}", "s"),
    ("the comparative of {x}", "er"),
    ("the comparative of {x}", "er"),
    ("the superlative of {x}", "est"),
    ("the superlative of {x}", "est"),
    ("the past tense of {x}", "ed"),
    ("the past participle of {x}", "ed"),
    ("the present participle of {x}", "ing"),
    ("the adverb of {x}", "ly"),
)


def form_of_invented_word(writer: Writer) -> Exercise:
    """Ask for a regular form of a word that does not exist."""
    name, ending = writer.pick(REGULAR_FORMS)
    base = writer.invented_word() if ending == "s" else writer.invented_base()
    row = (base, with_ending(base, ending))
    return recall_row(writer, BY_NAME[name], row[::-1] if name.startswith("the singular") else row)


# What can be told about invented things, with what the invented thing looks like.
INVENTED_SUBJECTS = (
    ("the capital of {x}", "{X}"),
    ("the capital of {x}", "{X}"),
    ("the continent of {x}", "{X}"),
    ("the language of {x}", "{X}"),
    ("the author of {x}", "The {X}"),
    ("the chemical symbol for {x}", "{x}"),
    ("the element with the symbol {x}", "{X}"),
    ("the opposite of {x}", "{x}"),
    ("the opposite of {x}", "{x}"),
    ("a synonym of {x}", "{x}"),
    ("a synonym of {x}", "{x}"),
    ("the class of {ax}", "{x}"),
    ("the word for a young {rx}", "{x}"),
    ("the inventor of {x}", "the {x}"),
    ("the color of {x}", "{x}s"),
    ("the material of {x}", "{x}s"),
    ("the category of {ax}", "{x}"),
    ("the correct spelling of {x}", "{x}"),
)
INTRODUCTIONS = ("", "Read this. ", "Read the text. ", "This is known: ", "Here is what the book says: ")


def invented_row(writer: Writer, table: Relation, look: str) -> tuple[str, str]:
    """Return a row for a relation that only the page tells: its first part is invented, at times both are."""
    word, y = writer.invented_word(), writer.pick(table.rows)[1]
    if writer.random() < 0.5:
        new = writer.invented_word()
        if " " in y:
            y = " ".join((new, writer.invented_word())).title()
        else:
            y = new.capitalize() if y[0].isupper() else new
    return look.format(x=word, X=word.capitalize()), y


def reading(writer: Writer) -> Exercise:
    """Tell one to three things and ask for one of them."""
    name, look = writer.pick(INVENTED_SUBJECTS)
    table = BY_NAME[name]
    rows = [invented_row(writer, table, look) for _ in range(writer.pick((1, 2, 2, 3)))]
    sentences = [relation_sentence(writer, table, row, writer.cast()) for row in rows]
    text = " ".join(part if part[-1] in ".?!»›" else f"{part}." for part in sentences)
    exercise = recall_row(writer, table, writer.pick(rows))
    return exercise._replace(ask=f"{writer.pick(INTRODUCTIONS)}{text} {exercise.ask}")


INVENTED_CLOUDS = tuple(("the type of cloud that comes with {x}", look) for look in ("{x}s", "{x}"))


def reading_with_whole_answer(writer: Writer) -> Exercise:
    """Tell two or three things about what nobody knows, and ask for one; the answer names it again."""
    name, look = writer.pick((*INVENTED_SUBJECTS, *INVENTED_CLOUDS))
    table = BY_NAME[name]
    rows = [invented_row(writer, table, look) for _ in range(writer.pick((2, 2, 3)))]
    marks = is_about_words(table)
    text = " ".join(statement_of(name, slots_of(x, y, marks, marks)) for x, y in rows)
    slots = slots_of(*writer.pick(rows), marks, marks)
    ask = f"{writer.pick(INTRODUCTIONS)}{text} {who_or_what(table)} is {name.format(**slots)}?"
    return Exercise(ask, "", statement_of(name, slots))
