"""One kind of sentence from another: negatives, questions, exclamations, requests and commands.

    question_pair(writer)    ("The soup is hot.", "Is the soup hot?")
    polite_pair(writer)      ("Open the door.", "Could you please open the door?")

What kind a sentence is, and how people talk about that, is the subject of ``lessons.sentences``.
"""

from __future__ import annotations

from small_world.clauses import MODALS, PERFECT_TENSES, SIMPLE_TENSES
from small_world.phrases import ACTIONS, MOVEMENTS
from small_world.rewriting.transformation import Transformation, commands_for_kind
from small_world.spelling import article
from small_world.text import capitalize, lines_of
from small_world.word_lists import NAMED_THINGS
from small_world.writer import Writer


def negative_pair(writer: Writer) -> tuple[str, str]:
    """A positive sentence and its negative."""
    clause = writer.any_clause()
    tense = writer.pick(SIMPLE_TENSES) if writer.random() < 0.75 else writer.pick(PERFECT_TENSES + MODALS)
    return clause.statement(tense), clause.negative(tense, writer.random() < 0.15)


TO_NEGATIVE = Transformation(
    make=negative_pair,
    labels=("the negative form", "the negative sentence", "the negative of the sentence"),
    commands=commands_for_kind(
        "a negative sentence",
        "make/made {it} negative",
        "put {it} into the negative",
        "change/changed {it} to the negative form",
        "rewrite/rewrote {it} in the negative form",
    ),
    frames=lines_of("""
        {p} said: «{A}» {q} did not agree and said: «{B}»
        Positive: {A}/n/Negative: {B}
        «{A}» is positive, but «{B}» is negative.
        It is not true that this happened: {A} The truth is: {B}
        With the word «not» the sentence «{A}» becomes «{B}»
    """),
)


def positive_pair(writer: Writer) -> tuple[str, str]:
    """A negative sentence and its positive form."""
    return negative_pair(writer)[::-1]


TO_POSITIVE = Transformation(
    make=positive_pair,
    labels=("the positive form", "the positive sentence"),
    commands=commands_for_kind(
        "a positive sentence", "make/made {it} positive", "take/took the word «not» out of {it}"
    ),
    frames=lines_of("""
        Negative: {A}/n/Positive: {B}
        «{A}» is negative, but «{B}» is positive.
    """),
)


def question_pair(writer: Writer) -> tuple[str, str]:
    """A statement and the question that asks whether it is true."""
    clause = writer.any_clause()
    tense = writer.pick(SIMPLE_TENSES) if writer.random() < 0.75 else writer.pick(PERFECT_TENSES + MODALS)
    return clause.statement(tense), clause.question(tense)


TO_QUESTION = Transformation(
    make=question_pair,
    labels=("the question", "the question form", "the interrogative form"),
    commands=commands_for_kind(
        "a question",
        "make/made {it} a question",
        "write/wrote {it} as a question",
        "turn/turned {it} from a statement into a question",
        "change/changed {it} to a question",
    ),
    frames=lines_of("""
        Statement: {A}/n/Question: {B}
        «{A}» is a statement, and «{B}» is a question.
        ‹{B}› asked {p}. ‹Yes,› said {q}. ‹{A}›
        {p} was not sure and asked: «{B}» The answer was yes: {A}
        As a question, «{A}» becomes «{B}»
    """),
)


def statement_pair(writer: Writer) -> tuple[str, str]:
    """A question and the statement behind it."""
    return question_pair(writer)[::-1]


TO_STATEMENT = Transformation(
    make=statement_pair,
    labels=("the statement", "the answer in a full sentence"),
    commands=commands_for_kind("a statement", "make/made {it} a statement", "answer/answered {it} with yes"),
    frames=lines_of("""
        Question: {A}/n/Statement: {B}
        «{A}» is a question, and «{B}» is a statement.
    """),
)


def exclamation_pair(writer: Writer) -> tuple[str, str]:
    """A statement and an exclamation."""
    noun, adjectives = writer.pick(NAMED_THINGS)
    adjective = writer.pick(adjectives)
    plain = f"The {noun.singular} is {'very ' if writer.random() < 0.5 else ''}{adjective}."
    thing = article(f"{adjective} {noun.singular}")
    forms = (
        f"What {thing}!",
        f"How {adjective} the {noun.singular} is!",
        f"The {noun.singular} is so {adjective}!",
    )
    return plain, writer.pick(forms)


TO_EXCLAMATION = Transformation(
    make=exclamation_pair,
    labels=("the exclamation", "the exclamation form"),
    commands=commands_for_kind("an exclamation", "make/made {it} an exclamation", "say/said {it} with strong feeling"),
    frames=lines_of("""
        Statement: {A}/n/Exclamation: {B}
        {p} was surprised. {He} did not say «{A}» {He} said «{B}»
    """),
)


def request(writer: Writer) -> str:
    """Return a command without capital letter and stop: "open the door"."""
    if writer.random() < 0.75:
        verb = writer.pick(ACTIONS)
        return f"{verb.base} {writer.pick(verb.objects).text}"
    verb = writer.pick(MOVEMENTS)
    return verb.base + writer.pick(verb.places)


def polite_pair(writer: Writer) -> tuple[str, str]:
    """A command and a polite request."""
    wish = request(writer)
    asked = writer.pick((f"Could you please {wish}?", f"Please {wish}.", f"Would you please {wish}?"))
    return f"{capitalize(wish)}.", asked


TO_POLITE_REQUEST = Transformation(
    make=polite_pair,
    labels=("the polite form", "the polite request", "the polite version"),
    commands=commands_for_kind(
        "a polite request",
        "make/made {it} polite",
        "say/said {it} politely",
        "make/made {it} more polite",
        "rewrite/rewrote {it} in a polite way",
    ),
    frames=lines_of("""
        «{A}» is not very polite. It is better to say: «{B}»
        A polite child does not say «{A}» A polite child says «{B}»
        Command: {A}/n/Polite request: {B}
    """),
)


def command_pair(writer: Writer) -> tuple[str, str]:
    """A sentence about a duty and a command."""
    wish = request(writer)
    return f"You {writer.pick(('must', 'should', 'have to'))} {wish}.", f"{capitalize(wish)}."


TO_COMMAND = Transformation(
    make=command_pair,
    labels=("the command", "the command form", "the imperative"),
    commands=commands_for_kind("a command", "make/made {it} a command", "put {it} into the imperative"),
    frames=lines_of("""
        Statement: {A}/n/Command: {B}
        {T} did not say «{A}» {T} said «{B}»
    """),
)
