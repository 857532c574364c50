"""Sentences taken apart and put together: reported speech, two sentences made one, words in the wrong order.

    reported_pair(writer)    ("Tom said, ‹I am tired.›", "Tom said that he was tired.")

The marks ‹ and › become quotation marks when the document is finished (see ``corpus``).
"""

from __future__ import annotations

from small_world.clauses import FIRST, FUTURE, PAST, PLURAL, PRESENT, SIMPLE_TENSES, SINGULAR, Clause, Phrase
from small_world.lexicon import GENDER
from small_world.phrases import ACTIONS, MOVEMENTS, NAMES, PERSONS
from small_world.rewriting.transformation import Transformation, command_forms, commands_for_form
from small_world.text import capitalize, lines_of
from small_world.word_lists import KIND_ADJECTIVES
from small_world.writer import Writer


def reported_pair(writer: Writer) -> tuple[str, str]:
    """Direct speech and reported speech."""
    speaker = writer.name()
    me, he = Phrase("I", FIRST, "I"), Phrase(speaker.pronoun, SINGULAR, speaker.pronoun)
    chance = writer.random()
    if chance < 0.35:
        adjective = writer.pick(KIND_ADJECTIVES["person"])
        return (
            f"{speaker.text} said, ‹I am {adjective}.›",
            f"{speaker.text} said that {he.text} was {adjective}.",
        )
    clause = Clause(me, writer.pick(MOVEMENTS), None, "")
    clause.adverbials = writer.pick(clause.verb.places)
    if chance < 0.7:
        verb = writer.pick(ACTIONS)
        thing = next(phrase for phrase in verb.objects if phrase.text.startswith("the "))
        clause = Clause(me, verb, thing, "")
    about_him = clause.with_subject(he)
    if chance < 0.5:
        return (
            f"{speaker.text} said, ‹{clause.statement(FUTURE)}›",
            f"{speaker.text} said that {he.text} would {clause.verb.base}{clause.after_verb()}.",
        )
    return (
        f"{speaker.text} said, ‹{clause.statement(PRESENT)}›",
        f"{speaker.text} said that {about_him.body(PAST)}.",
    )


TO_REPORTED_SPEECH = Transformation(
    make=reported_pair,
    labels=("the reported form", "the sentence in reported speech", "the indirect form"),
    commands=commands_for_form(
        "reported speech",
        "change/changed {it} from direct to indirect speech",
        "report/reported what was said in {it}",
        "turn/turned {it} into indirect speech",
    ),
    frames=lines_of("""
        Direct speech: {A}/n/Reported speech: {B}
        «{A}» is direct speech. «{B}» is reported speech.
    """),
)


def combined_pair(writer: Writer) -> tuple[str, str]:
    """Two short sentences and one sentence made of both."""
    first, second = writer.name(), writer.pick(NAMES)
    tense = writer.pick((PAST, PAST, PRESENT, FUTURE))
    one = writer.clause(first)
    chance = writer.random()
    if chance < 0.35 and first.text != second.text:
        both = one.with_subject(Phrase(f"{first.text} and {second.text}", PLURAL, "they"))
        return f"{one.statement(tense)} {one.with_subject(second).statement(tense)}", both.statement(tense)
    two = writer.clause(Phrase(first.pronoun, SINGULAR, first.pronoun))
    if chance < 0.65:
        joint = f"{capitalize(one.body(tense))} and {two.verb.finite(tense, SINGULAR)}{two.after_verb()}."
        return f"{one.statement(tense)} {two.statement(tense)}", joint
    adjective = writer.pick(KIND_ADJECTIVES["person"])
    was = ("is", "was", "will be")[tense]
    link = writer.pick(("because", "so", "and", "but"))
    state = f"{first.pronoun} {was} {adjective}"
    pair = f"{one.statement(tense)} {capitalize(state)}."
    return pair, f"{capitalize(one.body(tense))}{'' if link == 'because' else ','} {link} {state}."


TO_ONE_SENTENCE = Transformation(
    make=combined_pair,
    labels=("one sentence", "the combined sentence", "the longer sentence"),
    commands=command_forms(
        "combine/combined the two sentences",
        "join/joined the two sentences",
        "make/made one sentence from the two sentences",
        "put the two sentences together",
        "connect/connected the sentences",
    ),
    frames=lines_of("""
        Two sentences: {A}/n/One sentence: {B}
        The two sentences «{A}» can be joined: «{B}»
        {A} In one sentence: {B}
    """),
)


def scrambled_pair(writer: Writer) -> tuple[str, str]:
    """The words of a sentence in a wrong order, and the sentence."""
    right = writer.action(None, writer.pick(PERSONS)).statement(writer.pick(SIMPLE_TENSES))
    words = right[:-1].split()
    while len(words) > 8:
        right = writer.action(None, writer.pick(NAMES)).statement(writer.pick(SIMPLE_TENSES))
        words = right[:-1].split()
    if words[0] not in GENDER and words[0] != "I":
        words[0] = words[0].lower()
    return " / ".join(writer.sample(words, len(words))), right


TO_WORD_ORDER = Transformation(
    make=scrambled_pair,
    labels=("the right order", "the correct sentence"),
    commands=command_forms(
        "put the words in the right order",
        "put the words in order",
        "arrange/arranged the words to make a sentence",
        "make/made a sentence from the words",
    ),
    frames=lines_of("""
        The words were in the wrong order: {A}/n/{p} made a sentence: {B}
        Words: {A}/n/Sentence: {B}
    """),
)
