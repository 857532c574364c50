"""Exercises in which a sentence is written again and something put right, or shortened.

    Exercise("Correct the mistake in the grammar.", "The boys runs home.", "The boys run home.")

Everything else in the sentence must be copied. The mistakes themselves are made in ``rewriting.mistakes`` and here.
"""

from __future__ import annotations

import re

from small_world import facts
from small_world.clauses import SINGULAR
from small_world.lexicon import NOUNS
from small_world.phrases import PERSONS
from small_world.prose.daily_life import invented_things, joined_clauses, plans, questions_and_answers
from small_world.prose.descriptions import comparison, description, thing_comparison
from small_world.prose.stories import story
from small_world.prose.sums import shopping_sentence
from small_world.rewriting.mistakes import capitals_pair, grammar_pair, punctuation_pair, spelling_pair
from small_world.rewriting.wording import short_form_pair
from small_world.text import capitalize
from small_world.workbook.exercise import Exercise, below_or_quoted
from small_world.writer import Writer


def capital_letters(writer: Writer) -> Exercise:
    """Put capital letters where they belong."""
    wrong, right = capitals_pair(writer)
    ask = writer.pick(
        ("Write the names with capital letters", "Put in the capital letters", "Correct the capital letters")
    )
    return below_or_quoted(writer, ask, wrong, right)


def spelling(writer: Writer) -> Exercise:
    """Find the misspelled word of a sentence and write the sentence correctly."""
    held_out = {misspelled for misspelled, _ in writer.only_stated.intersection(facts.MISSPELLINGS)}
    wrong, right = spelling_pair(writer)
    while not held_out.isdisjoint(wrong[:-1].split()):
        wrong, right = spelling_pair(writer)
    ask = writer.pick(
        ("Correct the spelling", "One word is spelled wrong. Write the sentence again", "Repair the spelling")
    )
    return below_or_quoted(writer, ask, wrong, right)


REPAIRS = (
    (punctuation_pair, ("Write the sentence with its mark", "Which mark is missing? Write the whole sentence")),
    (grammar_pair, ("Correct the mistake in the grammar", "Write the sentence without the mistake")),
    (short_form_pair, ("Write the sentence with the short form", "Shorten the two words to one")),
)


def repair(writer: Writer, repairs: tuple[tuple, ...] = REPAIRS) -> Exercise:
    """Write a sentence again with its last mark, with correct grammar or with a short form."""
    make, asks = writer.pick(repairs)
    given, solution = make(writer)[:2]
    ask = writer.pick(asks)
    return below_or_quoted(writer, ask, given, solution)


PROSE = (
    description,
    plans,
    joined_clauses,
    questions_and_answers,
    shopping_sentence,
    comparison,
    thing_comparison,
    invented_things,
    story,
)


def prose_sentence(writer: Writer) -> str:
    """Return one sentence of a story or description."""
    while True:
        sentences = re.split(r"(?<=[.?!])\s", writer.pick(PROSE)(writer))
        sentence = writer.pick(sentences)
        if not set("«»‹›") & set(sentence) and 3 < len(sentence.split()) < 13 and sentence[-1] in ".?!":
            return sentence


def mark_left_out(writer: Writer) -> tuple[str, str]:
    """A sentence without its last mark, and with it."""
    if writer.random() < 0.4:
        return punctuation_pair(writer)
    right = prose_sentence(writer)
    return right[:-1], right


PLACE_FRAMES = (
    "{} is from {}.", "{} has a house in {}.", "{} was born in {}.", "{} travels to {} by train.", "{} and I saw {}.",
    "My aunt {} works in {}.", "{} wrote a letter from {}.", "{} knows {} well.", "The friends of {} live in {}.",
    "{} flies to {} tomorrow.", "{} likes the streets of {}.", "Is {} still in {}?", "{} comes back from {} today.",
)  # fmt: skip


def letters_left_small(writer: Writer) -> tuple[str, str]:
    """A sentence without capital letters, and a correct one; most often with a place."""
    chance = writer.random()
    if chance < 0.25:
        right = prose_sentence(writer)
    elif chance < 0.4:
        return capitals_pair(writer)
    else:
        place = writer.pick(writer.pick(facts.CAPITALS))
        if writer.random() < 0.15:
            place = writer.invented_word().capitalize()
        right = writer.pick(PLACE_FRAMES).format(writer.name().text, place)
    return right.lower(), right


def wrong_auxiliary(writer: Writer) -> tuple[str, str]:
    """A sentence with a wrong form beside an auxiliary or a number, and the right one."""
    clause = writer.clause(writer.pick(PERSONS))
    who, rest, one = capitalize(clause.subject.text), clause.after_verb(), clause.subject.person == SINGULAR
    base, kind = clause.verb.base, writer.number(0, 5)
    do, wrong = ("doesn't", "don't") if one else ("don't", "doesn't")
    if kind == 0:
        return f"{who} {wrong} {base}{rest}.", f"{who} {do} {base}{rest}."
    if kind == 1:
        return f"{who} {do} {clause.verb.third}{rest}.", f"{who} {do} {base}{rest}."
    if kind == 2:
        return f"{who} will {writer.pick((clause.verb.third, clause.verb.past))}{rest}.", f"{who} will {base}{rest}."
    if kind == 3:
        be, other = (("is", "are"), ("was", "were"))[writer.number(0, 1)][:: 1 if one else -1]
        ing = clause.verb.ing
        return f"{who} {other} {ing}{rest}.", f"{who} {be} {ing}{rest}."
    noun = writer.pick(NOUNS)
    number = writer.pick(("two", "three", "four", "five", "many", "some"))
    frame = writer.pick(("There are {} {} in the box.", "{} {} are in the garden.", "We saw {} {} on the way."))
    wrong_noun = noun.singular if kind == 4 or noun.plural == f"{noun.singular}s" else f"{noun.singular}s"
    return capitalize(frame.format(number, wrong_noun)), capitalize(frame.format(number, noun.plural))


def any_mistake(writer: Writer) -> tuple[str, str]:
    """A sentence with a mistake in its grammar, and the right one."""
    while True:
        wrong, right = (grammar_pair if writer.random() < 0.5 else wrong_auxiliary)(writer)
        if wrong != right:
            return wrong, right


MORE_REPAIRS = (
    (mark_left_out, ("Write the sentence with its mark", "Which mark is missing? Write the whole sentence")),
    (any_mistake, ("Correct the mistake in the grammar", "Write the sentence without the mistake")),
    (any_mistake, ("Say it in correct English", "Make the sentence correct")),
    (short_form_pair, ("Write the sentence with the short form", "Shorten the two words to one")),
    (letters_left_small, ("Write the sentence with its capital letters", "Give the names their capital letters")),
)


def repair_more_kinds(writer: Writer) -> Exercise:
    """Write a sentence again with its last mark, its capital letters, correct grammar or a short form."""
    return repair(writer, MORE_REPAIRS)
