"""Another subject for a sentence: a pronoun, several people instead of one, somebody else.

    plural_pair(writer)    ("This dog runs over the field.", "These dogs run over the field.")

Verbs follow their new subjects; everything else stays.
"""

from __future__ import annotations

from small_world.clauses import (
    FUTURE,
    PAST,
    PLURAL,
    PRESENT,
    PRESENT_CONTINUOUS,
    SIMPLE_TENSES,
    SINGULAR,
    Clause,
    Phrase,
)
from small_world.phrases import ANIMAL_MOVES, ANIMAL_PHRASES, PERSONS, PERSONS_WITH_PRONOUN
from small_world.rewriting.transformation import Transformation, command_forms, commands_for_form
from small_world.text import lines_of
from small_world.word_lists import NOUNS_BY_KIND
from small_world.writer import Writer


def pronoun_pair(writer: Writer) -> tuple[str, str]:
    """A sentence with a noun or a name as its subject, and with a pronoun instead."""
    subject = writer.pick(PERSONS_WITH_PRONOUN if writer.random() < 0.8 else ANIMAL_PHRASES)
    clause = writer.clause(subject)
    tense = writer.pick(SIMPLE_TENSES)
    pronoun = subject.pronoun
    return clause.statement(tense), clause.with_subject(Phrase(pronoun, subject.person, pronoun)).statement(tense)


TO_PRONOUN = Transformation(
    make=pronoun_pair,
    labels=("the sentence with a pronoun", "the form with a pronoun"),
    commands=command_forms(
        "rewrite/rewrote {it} with a pronoun",
        "replace/replaced the subject of {it} with a pronoun",
        "use/used a pronoun as the subject of {it}",
        "put a pronoun in the place of the noun in {it}",
        "replace/replaced the noun in {it} with a pronoun",
    ),
    frames=lines_of("""
        With a pronoun, «{A}» becomes «{B}»
        {A} We can also say it with a pronoun: {B}
        {p} did not want to use the same noun twice. After «{A}» {he} wrote «{B}»
    """),
)


def plural_pair(writer: Writer) -> tuple[str, str]:
    """A sentence about one person or thing, and about several."""
    noun = writer.pick(NOUNS_BY_KIND["person"] if writer.random() < 0.6 else NOUNS_BY_KIND["animal"])
    one, many = writer.pick((("the", "the"), ("this", "these"), ("that", "those"), ("my", "my")))
    subject = Phrase(f"{one} {noun.singular}", SINGULAR, "", noun.singular)
    clause = writer.movement(subject) if noun.kind == "animal" else writer.clause(subject)
    if noun.kind == "animal":
        verb = writer.pick(ANIMAL_MOVES)
        clause = Clause(subject, verb, None, writer.pick(verb.places))
    tense = writer.pick((PRESENT, PRESENT, PRESENT_CONTINUOUS, PAST))
    if tense not in clause.verb.tenses:
        tense = PRESENT
    plural = Phrase(f"{many} {noun.plural}", PLURAL, "they", noun.singular)
    return clause.statement(tense), clause.with_subject(plural).statement(tense)


TO_PLURAL = Transformation(
    make=plural_pair,
    labels=("the plural sentence", "the sentence in the plural", "the plural form"),
    commands=commands_for_form("the plural", "make/made the subject of {it} plural", "make/made {it} plural"),
    frames=lines_of("""
        Singular: {A}/n/Plural: {B}
        One: {A} More than one: {B}
        «{A}» is singular, and «{B}» is plural.
    """),
)


def singular_pair(writer: Writer) -> tuple[str, str]:
    """A sentence about several people or things, and about one."""
    return plural_pair(writer)[::-1]


TO_SINGULAR = Transformation(
    make=singular_pair,
    labels=("the singular sentence", "the sentence in the singular", "the singular form"),
    commands=commands_for_form("the singular", "make/made the subject of {it} singular", "make/made {it} singular"),
    frames=lines_of("""
        Plural: {A}/n/Singular: {B}
        «{A}» is plural, and «{B}» is singular.
    """),
)


def person_pair(writer: Writer) -> tuple[str, str, str]:
    """A sentence, the same about somebody else, and the new subject."""
    clause = writer.clause(writer.pick(PERSONS))
    new = writer.pick(PERSONS)
    tense = writer.pick((PRESENT, PRESENT, PAST, FUTURE))
    return clause.statement(tense), clause.with_subject(new).statement(tense), new.text


TO_OTHER_SUBJECT = Transformation(
    make=person_pair,
    labels=("the sentence with «{word}»", "the new sentence"),
    commands=command_forms(
        "rewrite/rewrote {it} with «{word}» as the subject",
        "change/changed the subject of {it} to «{word}»",
        "begin/began {it} with «{word}»",
        "use/used «{word}» as the subject of {it}",
    ),
    frames=lines_of("""
        With another subject, «{A}» becomes «{B}»
        {A} {q} does not say so, but says: {B}
    """),
)
