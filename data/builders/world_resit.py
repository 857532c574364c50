"""The last pages of the small world's workbook, a resit of the exam: copies that must be exact but for a detail.

A sentence is written again with its final mark, its capital letters, a short form, correct grammar. A question is
answered by a sentence that begins with the thing asked about, whatever that is: known, invented, or out of place. For
what nobody may ask about is never seen in a question, and the model has to name it in its answer all the same.
"""

from __future__ import annotations

import functools
import re

import facts
from lexicon import NOUNS
from world_practice import (
    BY_NAME,
    INTRODUCTIONS,
    TOLD,
    WORD_TABLES,
    fitting_word,
    new_form,
    repair,
    small_sum,
    spelling,
    stated,
    told,
    told_row,
    unit_change,
    whole_fact,
    whole_form,
)
from world_prose import (
    comparison,
    description,
    invented,
    joined_clauses,
    plans,
    shopping_sentence,
    story,
    thing_comparison,
    with_questions,
)
from world_relations import (
    FACT_RELATIONS,
    FACT_WHEEL,
    WORD_RELATIONS,
    WORD_WHEEL,
    Relation,
    marked,
    relation_sentence,
    with_article,
)
from world_transformations import capitals_pair, grammar_pair, punctuation_pair, short_form_pair
from world_workbook import (
    Exercise,
    choosing,
    counting,
    rewriting,
    sentence_kind,
    sorting,
    ways_to_ask,
    who_or_what,
    word_class,
    workbook,
)
from world_writer import PERSONS, SINGULAR, Writer, capitalize

# Questions with an answer that begins with a word of the row.
SAID_FIRST = {
    "the continent of {x}": ("To which continent does {rx} belong?", "{RX} is in {ry}."),
    "the language of {x}": ("Which language do people in {rx} speak?", "The main language of {rx} is {ry}."),
    "the color of {x}": ("What color are {rx}?", "{RX} are usually {ry}."),
    "the material of {x}": ("What are {rx} made of?", "{RX} are usually made of {ry}."),
    "the class of {ax}": ("What kind of animal is {ax}?", "{AX} is {ay}."),
    "the word for a young {rx}": ("What do people call a young {rx}?", "A young {rx} is called {ay}."),
    "the inventor of {x}": ("Who was the inventor of {rx}?", "{RY} invented {rx}."),
    "the discoverer of {x}": ("Who was the discoverer of {rx}?", "{RY} discovered {rx}."),
    "the element with the symbol {x}": ("What has the symbol {x}?", "The element with the symbol {x} is {ry}."),
    "the category of {ax}": ("What is {ax}?", "{AX} is {ay}."),
    "the number of days in {x}": ("How many days does {rx} have?", "{RX} has {ry} days."),
    "the number of sides of {ax}": ("How many sides does {ax} have?", "{AX} has {ry} sides."),
}


def slots_of(x: str, y: str, mark_x: bool, mark_y: bool) -> dict[str, str]:
    """Return the words of a row as the frames of its relation want them; keys in capitals begin a sentence."""
    slots = {"x": marked(x, mark_x), "rx": x, "ax": with_article(x)}
    slots |= {"y": marked(y, mark_y), "ry": y, "ay": with_article(y)}
    return slots | {key.upper(): capitalize(text) for key, text in slots.items()}


def said_first(w: Writer) -> Exercise:
    """Ask for a fact; the answer begins with what was asked about, or with what was asked for."""
    name = w.pick(tuple(SAID_FIRST))
    table = BY_NAME[name]
    slots = slots_of(*w.pick_to_ask(table.rows), table.quoted > 0.5, False)
    ask, answer = (frame.format(**slots) for frame in SAID_FIRST[name])
    if table.blanks and w.random() < 0.35:
        given = slots["rx"] if w.random() < 0.5 else slots["RX"]
        return Exercise(f"{who_or_what(table)} is {w.pick(table.blanks)}?", given, answer)
    return Exercise(ask, "", answer)


def capital_first(w: Writer) -> Exercise:
    """Write words with a capital letter or with small letters, or the first word of a sentence."""
    words = [w.pick(w.pick(w.pick(FACT_WHEEL if w.random() < 0.6 else WORD_WHEEL).rows)) for _ in range(w.number(1, 3))]
    given, large = ", ".join(words), ", ".join(capitalize(word) for word in words)
    if w.random() < 0.7:
        ask = w.pick(("Write it with a capital letter", "Begin with a capital letter", "Write it with a large letter"))
        return Exercise(f"{ask}.", given, large) if w.random() < 0.4 else Exercise(f"{ask}: «{given}»", "", large)
    ask = w.pick(("Copy this", "Write this down", "Say it again"))
    return Exercise(f"{ask}: «{large}»", "", large) if w.random() < 0.5 else Exercise(f"{ask}: «{given}»", "", given)


CLOUDS_TOLD = tuple(("the type of cloud that comes with {x}", look) for look in ("{x}s", "{x}"))


def whole_told(w: Writer) -> Exercise:
    """Tell two or three things about what nobody knows, and ask for one; the answer names it again."""
    name, look = w.pick((*TOLD, *CLOUDS_TOLD))
    table = BY_NAME[name]
    rows = [told_row(w, table, look) for _ in range(w.pick((2, 2, 3)))]
    marks = id(table) in WORD_TABLES
    text = " ".join(stated(name, slots_of(x, y, marks, marks)) for x, y in rows)
    slots = slots_of(*w.pick(rows), marks, marks)
    ask = f"{w.pick(INTRODUCTIONS)}{text} {who_or_what(table)} is {name.format(**slots)}?"
    return Exercise(ask, "", stated(name, slots))


ALL_TABLES = tuple(table for _, table in WORD_RELATIONS + FACT_RELATIONS)
CELLS = {cell for table in ALL_TABLES for row in table.rows for cell in row if cell.isalpha() and len(cell) > 2}
SMALL_WORDS = tuple(sorted(cell for cell in CELLS if cell.islower()))
NAMES = tuple(sorted(cell for cell in CELLS if cell[0].isupper() and cell[1:].islower()))


def out_of_place(w: Writer, table: Relation, x: str) -> str:
    """Return a word that looks like what a relation is about, but that the relation does not know."""
    known = {cell for row in table.rows for cell in row}
    is_name, is_plural = x[0].isupper(), x.endswith("s")
    while True:
        if w.random() < 0.35:
            word = w.invented_word()
            word = word.capitalize() if is_name else word
            word += "s" if is_plural and id(table) not in WORD_TABLES else ""
        elif is_name:
            word = w.name().text if w.random() < 0.3 else w.pick(NAMES)
        elif is_plural and w.random() < 0.6:
            word = w.pick(NOUNS).plural
        else:
            word = w.pick(SMALL_WORDS)
        if word not in known:
            return word


HINTS = (
    "{ask} (Use the word «{y}».)", "{ask} ({y})", "The answer is {y}. {ask}", "{ask} Choose {y}.", "{ask}\nHint: {y}",
)  # fmt: skip
BEGINNINGS = (
    "Begin an answer to this question: ‹{ask}›", "How does an answer to ‹{ask}› begin?",
    "Write only the beginning of the answer. {ask}",
)  # fmt: skip


def begun(w: Writer) -> Exercise:
    """Ask for a fact about something out of place; the fact is given, or only the beginning of the answer wanted."""
    while True:
        name = w.pick(tuple(SAID_FIRST)) if w.random() < 0.25 else w.pick(w.pick((FACT_WHEEL, WORD_WHEEL))).names[0]
        table = BY_NAME[name]
        x, y = w.pick(table.rows)
        is_given = w.random() < 0.5
        x = out_of_place(w, table, x)
        if w.random() < 0.7:
            new = w.invented_word()
            y = new.capitalize() if y[0].isupper() else new
        is_word, has_marks = id(table) in WORD_TABLES, id(table) in WORD_TABLES or table.quoted > 0.5
        slots = slots_of(x, y, has_marks, is_word)
        asked = slots_of(x, y, w.random() < (0.55 if has_marks else 0.2), False)
        ways = [way for way in ways_to_ask(table) if "y}" not in way[0].lower() and "x}" in way[1].lower()]
        if name in SAID_FIRST and w.random() < 0.6:
            ask, answer = SAID_FIRST[name]
        elif ways and w.random() < 0.3:
            ask, answer = w.pick(ways)
        else:
            of = w.pick(table.names)
            ask, answer = f"{who_or_what(table)} is {of}?", f"{of} is {{y}}."
        ask, answer = capitalize(ask.format(**asked)), capitalize(answer.format(**slots))
        if is_given:
            return Exercise(w.pick(HINTS).format(ask=ask, y=y), "", answer)
        for end in (slots["y"], slots["ay"], y):
            cut = answer.rfind(end)
            if cut > 6:  # not an answer that begins with what is asked for
                return Exercise(w.pick(BEGINNINGS).format(ask=ask), "", f"{answer[:cut]}...")


def picking_out(w: Writer) -> Exercise:
    """Copy one of several words, chosen by its place or by its length."""
    count = w.pick((2, 3, 4, 4))
    words = w.some(NAMES if w.random() < 0.2 else SMALL_WORDS, count)
    given = ", ".join(words)
    if w.random() < 0.35 and len(words[0]) != len(words[1]):
        kind = w.pick(("longer", "shorter"))
        other, right = sorted(words[:2], key=len, reverse=kind == "shorter")
        if w.random() < 0.5:
            return Exercise(f"Choose the {kind} word.", ", ".join(words[:2]), right)
        ask = f"Which word is {kind}: «{words[0]}» or «{words[1]}»?"
        return Exercise(ask, "", f"The word «{right}» is {kind} than «{other}».")
    number = w.number(0, count - 1)
    place = "last" if number == count - 1 and w.random() < 0.5 else ("first", "second", "third", "fourth")[number]
    if w.random() < 0.5:
        solution = f"The word that stands {place} is «{words[number]}»."
        return Exercise(f"Which word stands {place}: {given}?", "", solution)
    return Exercise(w.pick((f"Copy the {place} word.", f"Find the {place} word.")), given, words[number])


@functools.lru_cache(maxsize=1)
def rows_among(only_stated: frozenset[tuple[str, str]]) -> tuple[tuple[Relation, tuple[str, str]], ...]:
    """Return the rows of all relations that nobody may ask for, each with its relation."""
    return tuple((table, row) for table in ALL_TABLES for row in table.rows if row in only_stated)


def restated(w: Writer) -> str:
    """State facts and forms of words once more; half of them are those that nobody may ask for."""
    rare = rows_among(w.only_stated)
    parts = []
    for _ in range(w.number(3, 6)):
        if rare and w.random() < 0.5:
            table, row = w.pick(rare)
        else:
            table = w.pick(w.pick((FACT_WHEEL, WORD_WHEEL)))
            row = w.pick(table.rows)
        sentence = relation_sentence(w, table, row, w.cast())
        parts.append(sentence if sentence[-1] in ".?!»›" else f"{sentence}.")
    return w.pick((" ", "\n", "\n")).join(parts)


PROSE = (
    description,
    plans,
    joined_clauses,
    with_questions,
    shopping_sentence,
    comparison,
    thing_comparison,
    invented,
    story,
)


def prose_sentence(w: Writer) -> str:
    """Return one sentence of a story or description."""
    while True:
        sentences = re.split(r"(?<=[.?!])\s", w.pick(PROSE)(w))
        sentence = w.pick(sentences)
        if not set("«»‹›") & set(sentence) and 3 < len(sentence.split()) < 13 and sentence[-1] in ".?!":
            return sentence


def mark_left_out(w: Writer) -> tuple[str, str]:
    """A sentence without its last mark, and with it."""
    if w.random() < 0.4:
        return punctuation_pair(w)
    right = prose_sentence(w)
    return right[:-1], right


PLACE_FRAMES = (
    "{} is from {}.", "{} has a house in {}.", "{} was born in {}.", "{} travels to {} by train.", "{} and I saw {}.",
    "My aunt {} works in {}.", "{} wrote a letter from {}.", "{} knows {} well.", "The friends of {} live in {}.",
    "{} flies to {} tomorrow.", "{} likes the streets of {}.", "Is {} still in {}?", "{} comes back from {} today.",
)  # fmt: skip


def letters_left_small(w: Writer) -> tuple[str, str]:
    """A sentence without capital letters, and a correct one; most often with a place."""
    chance = w.random()
    if chance < 0.25:
        right = prose_sentence(w)
    elif chance < 0.4:
        return capitals_pair(w)
    else:
        place = w.pick(w.pick(facts.CAPITALS))
        if w.random() < 0.15:
            place = w.invented_word().capitalize()
        right = w.pick(PLACE_FRAMES).format(w.name().text, place)
    return right.lower(), right


def wrong_auxiliary(w: Writer) -> tuple[str, str]:
    """A sentence with a wrong form beside an auxiliary or a number, and the right one."""
    clause = w.clause(w.pick(PERSONS))
    who, rest, one = capitalize(clause.subject.text), clause.after_verb(), clause.subject.person == SINGULAR
    base, kind = clause.verb.base, w.number(0, 5)
    do, wrong = ("doesn't", "don't") if one else ("don't", "doesn't")
    if kind == 0:
        return f"{who} {wrong} {base}{rest}.", f"{who} {do} {base}{rest}."
    if kind == 1:
        return f"{who} {do} {clause.verb.third}{rest}.", f"{who} {do} {base}{rest}."
    if kind == 2:
        return f"{who} will {w.pick((clause.verb.third, clause.verb.past))}{rest}.", f"{who} will {base}{rest}."
    if kind == 3:
        be, other = (("is", "are"), ("was", "were"))[w.number(0, 1)][:: 1 if one else -1]
        ing = clause.verb.ing
        return f"{who} {other} {ing}{rest}.", f"{who} {be} {ing}{rest}."
    noun = w.pick(NOUNS)
    number = w.pick(("two", "three", "four", "five", "many", "some"))
    frame = w.pick(("There are {} {} in the box.", "{} {} are in the garden.", "We saw {} {} on the way."))
    wrong_noun = noun.singular if kind == 4 or noun.plural == f"{noun.singular}s" else f"{noun.singular}s"
    return capitalize(frame.format(number, wrong_noun)), capitalize(frame.format(number, noun.plural))


def any_mistake(w: Writer) -> tuple[str, str]:
    """A sentence with a mistake in its grammar, and the right one."""
    while True:
        wrong, right = (grammar_pair if w.random() < 0.5 else wrong_auxiliary)(w)
        if wrong != right:
            return wrong, right


REPAIRS = (
    (mark_left_out, ("Write the sentence with its mark", "Which mark is missing? Write the whole sentence")),
    (any_mistake, ("Correct the mistake in the grammar", "Write the sentence without the mistake")),
    (any_mistake, ("Say it in correct English", "Make the sentence correct")),
    (short_form_pair, ("Write the sentence with the short form", "Shorten the two words to one")),
    (letters_left_small, ("Write the sentence with its capital letters", "Give the names their capital letters")),
)


def repair_again(w: Writer) -> Exercise:
    """Write a sentence again with its last mark, its capital letters, correct grammar or a short form."""
    return repair(w, REPAIRS)


RESIT = (
    *(rewriting,) * 12,
    *(repair_again,) * 16,
    *(spelling,) * 6,
    *(whole_form,) * 13,
    *(whole_fact,) * 17,
    *(said_first,) * 5,
    *(capital_first,) * 3,
    *(begun,) * 14,
    *(picking_out,) * 6,
    *(fitting_word,) * 6,
    *(new_form,) * 3,
    *(told,) * 2,
    *(whole_told,) * 3,
    *(small_sum,) * 11,
    *(unit_change,) * 3,
    *(counting,) * 5,
    *(sentence_kind,) * 4,
    *(word_class,) * 4,
    *(sorting,) * 8,
    *(choosing,) * 8,
)


def resit(w: Writer) -> str:
    """A page with what went wrong in the exam; some words in it are invented, so that they must be copied."""
    return workbook(w, RESIT, novelty=0.1)
