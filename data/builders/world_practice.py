"""Practice pages of the small world: workbook exercises about words that nobody has seen before.

Whoever knows tables by heart can solve the exercises of the workbook. Here many words are invented, so the forms
of a word must be made by rule, and what is asked for must be read in the text above.
"""

from __future__ import annotations

import facts
from world_relations import FACT_RELATIONS, WORD_RELATIONS, Relation, relation_sentence
from world_transformations import capitals_pair, spelling_pair
from world_workbook import (
    Exercise,
    calculation,
    choosing,
    counting,
    fact_recall,
    recall_row,
    rewriting,
    sentence_kind,
    sorting,
    word_class,
    word_recall,
    workbook,
)
from world_writer import Writer, with_ending

BY_NAME = {table.names[0]: table for _, table in WORD_RELATIONS + FACT_RELATIONS}
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


def new_form(w: Writer) -> Exercise:
    """Ask for a regular form of a word that does not exist."""
    name, ending = w.pick(REGULAR_FORMS)
    base = w.invented_word() if ending == "s" else w.invented_base()
    row = (base, with_ending(base, ending))
    return recall_row(w, BY_NAME[name], row[::-1] if name.startswith("the singular") else row)


# What can be told about invented things, with what the invented thing looks like.
TOLD = (
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


def told_row(w: Writer, table: Relation, look: str) -> tuple[str, str]:
    """Return a row for a relation that only the page tells: its first part is invented, at times both are."""
    word, y = w.invented_word(), w.pick(table.rows)[1]
    if w.random() < 0.5:
        new = w.invented_word()
        y = " ".join((new, w.invented_word())).title() if " " in y else (new.capitalize() if y[0].isupper() else new)
    return look.format(x=word, X=word.capitalize()), y


def told(w: Writer) -> Exercise:
    """Tell one to three things and ask for one of them."""
    name, look = w.pick(TOLD)
    table = BY_NAME[name]
    rows = [told_row(w, table, look) for _ in range(w.pick((1, 2, 2, 3)))]
    sentences = [relation_sentence(w, table, row, w.cast()) for row in rows]
    text = " ".join(part if part[-1] in ".?!»›" else f"{part}." for part in sentences)
    exercise = recall_row(w, table, w.pick(rows))
    return exercise._replace(ask=f"{w.pick(INTRODUCTIONS)}{text} {exercise.ask}")


EXERCISES = (
    *(rewriting,) * 30,
    *(word_recall,) * 19,
    *(fact_recall,) * 21,
    *(new_form,) * 8,
    *(told,) * 5,
    *(calculation,) * 6,
    *(counting,) * 3,
    *(sentence_kind,) * 2,
    *(word_class,) * 4,
    *(sorting,) * 4,
    *(choosing,) * 5,
)


def practice(w: Writer) -> str:
    """A page of the workbook in which many words are invented."""
    w.novelty = 0.2
    page = workbook(w, EXERCISES)
    w.novelty = 0.0
    return page


def capital_letters(w: Writer) -> Exercise:
    """Put capital letters where they belong."""
    wrong, right = capitals_pair(w)
    ask = w.pick(("Write the names with capital letters", "Put in the capital letters", "Correct the capital letters"))
    return Exercise(f"{ask}.", wrong, right) if w.random() < 0.5 else Exercise(f"{ask}: «{wrong}»", "", right)


def spelling(w: Writer) -> Exercise:
    """Find the misspelled word of a sentence and write the sentence correctly."""
    held_out = {misspelled for misspelled, _ in w.only_stated.intersection(facts.MISSPELLINGS)}
    wrong, right = spelling_pair(w)
    while not held_out.isdisjoint(wrong[:-1].split()):
        wrong, right = spelling_pair(w)
    ask = w.pick(("Correct the spelling", "One word is spelled wrong. Write the sentence again", "Repair the spelling"))
    return Exercise(f"{ask}.", wrong, right) if w.random() < 0.5 else Exercise(f"{ask}: «{wrong}»", "", right)


REVISION = (
    *(rewriting,) * 24,
    *(word_recall,) * 22,
    *(fact_recall,) * 20,
    *(new_form,) * 9,
    *(told,) * 4,
    *(capital_letters,) * 3,
    *(spelling,) * 2,
    *(calculation,) * 9,
    *(counting,) * 3,
    *(sentence_kind,) * 2,
    *(word_class,) * 3,
    *(sorting,) * 5,
    *(choosing,) * 8,
)


def revision(w: Writer) -> str:
    """A page with more of what is learned slowly, and fewer invented words in it."""
    w.novelty = 0.1
    page = workbook(w, REVISION)
    w.novelty = 0.0
    return page
