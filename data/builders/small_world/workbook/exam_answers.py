"""Exercises with their solutions in the form that an exam wants.

    Exercise("What is the capital of France?", "", "The capital of France is Paris.")
    Exercise("Name the capital of France.", "", "Paris.")
    Exercise("Give the plural of «mouse».", "", "mice")

A question is answered by a sentence that names again what was asked, a command by the bare answer.
"""

from __future__ import annotations

from small_world.relations.all_relations import BY_NAME, FACT_RELATIONS, WORD_RELATIONS, is_about_words
from small_world.relations.relation import Relation, marked, with_article
from small_world.relations.word_meanings import NOUN_MEANING, VERB_MEANING, WORD_FOR_MEANING
from small_world.text import capitalize
from small_world.workbook.exercise import Exercise
from small_world.workbook.recalling import COMMANDS, ways_to_ask, who_or_what
from small_world.writer import Writer

NAMED_AGAIN = (("They are ", "{RX} are "), ("It is in ", "{RX} is in "))  # a pronoun, and what it stands for


def statement_of(name: str, slots: dict[str, str]) -> str:
    """State a row of a relation under one of the relation's names."""
    return capitalize(f"{name.format(**slots)} is {slots['y']}.")


def slots_of(x: str, y: str, mark_x: bool, mark_y: bool) -> dict[str, str]:
    """Return the words of a row as the frames of its relation want them; keys in capitals begin a sentence."""
    slots = {"x": marked(x, mark_x), "rx": x, "ax": with_article(x)}
    slots |= {"y": marked(y, mark_y), "ry": y, "ay": with_article(y)}
    return slots | {key.upper(): capitalize(text) for key, text in slots.items()}


def exam_answer(writer: Writer, relations: tuple[Relation, ...]) -> Exercise:
    """Ask for a row of a relation, and answer as an exam wants it.

    A question is answered by a sentence that names again what was asked, a command by the bare answer: a word as it
    is, a fact with a capital letter and a full stop.
    """
    table = writer.pick(relations)
    x, y = writer.pick_to_ask(table.rows)
    is_word = is_about_words(table)
    has_marks = is_word or table.quoted > 0.5
    bare = y if is_word else f"{capitalize(y)}."
    in_sentence = slots_of(x, y, has_marks, is_word and table.quoted > 0.5)
    asked = slots_of(x, y, writer.random() < (0.55 if has_marks else 0.2), is_word and table.quoted > 0.5)
    name, chance = writer.pick(table.names), writer.random()
    if chance < 0.3:
        return Exercise(f"{writer.pick(COMMANDS)} {name.format(**asked)}.", "", bare)
    if table.blanks and chance < 0.6:
        given = x if is_word or writer.random() < 0.5 else capitalize(x)
        blank = writer.pick(table.blanks)
        if writer.random() < 0.65:
            return Exercise(f"{writer.pick(COMMANDS)} {blank}.", given, bare)
        name = next(name for name in table.names if blank.startswith(name.split("{")[0]))
        return Exercise(f"{who_or_what(table)} is {blank}?", given, statement_of(name, in_sentence))
    sentence = statement_of(name, in_sentence)
    forward = [way for way in ways_to_ask(table) if "y}" not in way[0].lower()]
    if forward and chance < 0.85:
        ask, answer = writer.pick(forward)
        for pronoun, again in NAMED_AGAIN:
            answer = answer.replace(pronoun, again)
        if "x}" in answer.lower():
            sentence = capitalize(answer.format(**in_sentence))
        return Exercise(capitalize(ask.format(**asked)), "", sentence)
    return Exercise(f"{who_or_what(table)} is {name.format(**asked)}?", "", sentence)


def exam_word(writer: Writer) -> Exercise:
    """Ask for a form of a word."""
    return exam_answer(writer, WORD_RELATIONS)


def exam_fact(writer: Writer) -> Exercise:
    """Ask for a fact."""
    return exam_answer(writer, FACT_RELATIONS)


# Questions with an answer that begins with a word of the row.
SUBJECT_FIRST = {
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


def subject_first(writer: Writer) -> Exercise:
    """Ask for a fact; the answer begins with what was asked about, or with what was asked for."""
    name = writer.pick(tuple(SUBJECT_FIRST))
    table = BY_NAME[name]
    slots = slots_of(*writer.pick_to_ask(table.rows), table.quoted > 0.5, False)
    ask, answer = (frame.format(**slots) for frame in SUBJECT_FIRST[name])
    if table.blanks and writer.random() < 0.35:
        given = slots["rx"] if writer.random() < 0.5 else slots["RX"]
        return Exercise(f"{who_or_what(table)} is {writer.pick(table.blanks)}?", given, answer)
    return Exercise(ask, "", answer)


DEFINITIONS = (NOUN_MEANING, WORD_FOR_MEANING, VERB_MEANING)


def word_for_definition(writer: Writer) -> Exercise:
    """Ask for the word that a definition fits."""
    table = writer.pick(DEFINITIONS)
    row = writer.pick_to_ask(table.rows)
    word, meaning = row[::-1] if table is WORD_FOR_MEANING else row
    chance = writer.random()
    if chance < 0.5:
        ask = writer.pick(("Write the word with this meaning", "Find the word for this", "Name what this describes"))
        return Exercise(f"{ask}.", meaning, word) if chance < 0.25 else Exercise(f"{ask}: «{meaning}»", "", word)
    if chance < 0.75:
        return Exercise(f"Which word has the meaning «{meaning}»?", "", f"The word is «{word}».")
    return Exercise("Which word has this meaning?", meaning, f"The word is «{word}».")
