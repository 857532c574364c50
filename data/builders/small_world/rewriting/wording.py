"""The same sentence in other words: contractions, similes, opposites, synonyms, one word more.

    simile_pair(writer)    ("My hat is light.", "My hat is as light as a feather.")

Some of the functions return a third text, the word that the change is about; it fills the slot {word} of a command.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import (
    FIRST,
    MUST,
    PAST,
    PRESENT,
    PRESENT_PERFECT,
    SHOULD,
    SIMPLE_TENSES,
    SINGULAR,
    Being,
    Clause,
    Phrase,
)
from small_world.lexicon import AGENTS, Noun
from small_world.phrases import ANIMAL_MOVES, MOVEMENTS
from small_world.rewriting.transformation import Transformation, command_forms
from small_world.text import capitalize, lines_of
from small_world.word_lists import ADJECTIVE_OF, KIND_ADJECTIVES, MANNER_ADVERBS, NAMED_THINGS, NOUNS_BY_KIND
from small_world.writer import Writer

PRONOUN_CONTRACTIONS = (
    ("I", "I am", "I'm"),
    ("he", "he is", "he's"),
    ("she", "she is", "she's"),
    ("it", "it is", "it's"),
    ("we", "we are", "we're"),
    ("they", "they are", "they're"),
    ("you", "you are", "you're"),
    ("I", "I will", "I'll"),
    ("he", "he will", "he'll"),
    ("she", "she will", "she'll"),
    ("we", "we will", "we'll"),
    ("they", "they will", "they'll"),
    ("you", "you will", "you'll"),
)


def short_form_pair(writer: Writer) -> tuple[str, str]:
    """A sentence in full, and with a contraction."""
    chance = writer.random()
    if chance < 0.6:
        clause, tense = writer.any_clause(), writer.pick((*SIMPLE_TENSES, PRESENT_PERFECT, MUST, SHOULD))
        if clause.subject.person != FIRST:
            return clause.negative(tense), clause.negative(tense, short=True)
    pronoun, full, short = writer.pick(PRONOUN_CONTRACTIONS)
    rest = writer.pick(KIND_ADJECTIVES["person"])
    if full.endswith("will"):
        verb = writer.pick(MOVEMENTS)
        rest = verb.base + writer.pick(verb.places)
    elif pronoun == "it":
        rest = writer.pick(KIND_ADJECTIVES["object"])
    return f"{capitalize(full)} {rest}.", f"{capitalize(short)} {rest}."


TO_SHORT_FORM = Transformation(
    make=short_form_pair,
    labels=("the short form", "the form with a contraction", "the contracted form"),
    commands=command_forms(
        "rewrite/rewrote {it} with a contraction",
        "use/used a contraction in {it}",
        "write/wrote {it} with the short form",
        "shorten/shortened {it} with a contraction",
        "make/made a contraction in {it}",
    ),
    frames=lines_of("""
        When people talk, they do not say «{A}» They say «{B}»
        Long form: {A}/n/Short form: {B}
    """),
)


def full_form_pair(writer: Writer) -> tuple[str, str]:
    """A sentence with a contraction, and in full."""
    return short_form_pair(writer)[::-1]


TO_LONG_FORM = Transformation(
    make=full_form_pair,
    labels=("the long form", "the full form", "the form without a contraction"),
    commands=command_forms(
        "rewrite/rewrote {it} without contractions",
        "write/wrote {it} in full",
        "write/wrote {it} with the long form",
        "expand/expanded the contraction in {it}",
    ),
    frames=lines_of("""
        Short form: {A}/n/Long form: {B}
        In a letter we do not write «{A}» We write «{B}»
    """),
)
SIMILE_NOUNS = {
    adjective: tuple(noun for noun, adjectives in NAMED_THINGS if adjective in adjectives)
    or tuple(noun for noun, _ in NAMED_THINGS if noun.kind in ("person", "object", "animal"))
    for adjective, _ in facts.SIMILES
}


def simile_pair(writer: Writer) -> tuple[str, str]:
    """A plain sentence, and with a simile."""
    adjective, image = writer.pick(facts.SIMILES)
    noun = writer.pick(SIMILE_NOUNS[adjective])
    owner = writer.pick(("the", "the", "the", "my", "his", "her", "our"))
    subject = Phrase(f"{owner} {noun.singular}", SINGULAR, "")
    if noun.kind == "person" and writer.random() < 0.5:
        subject = writer.name()
    tense = writer.pick((PRESENT, PRESENT, PRESENT, PAST))
    plain = f"very {adjective}" if writer.random() < 0.5 else adjective
    return Being(subject, plain).statement(tense), Being(subject, f"as {adjective} as {image}").statement(tense)


TO_SIMILE = Transformation(
    make=simile_pair,
    labels=("the sentence with a simile", "the form with a simile"),
    commands=command_forms(
        "rewrite/rewrote {it} with a simile",
        "make/made a comparison in {it}",
        "use/used a simile in {it}",
        "add/added a simile to {it}",
        "write/wrote {it} with a simile",
        "say/said {it} with a simile",
        "change/changed {it} so that it has a simile",
        "make/made a simile from {it}",
    ),
    frames=lines_of("""
        With a simile, «{A}» becomes «{B}»
        {A} How can we say it with a simile? {B}
        {p} liked to compare things. Instead of «{A}» {he} said «{B}»
        A poet would not write «{A}» A poet would write «{B}»
        Plain: {A}/n/With a simile: {B}
        {B} This is a simile. Without it we say: {A}
    """),
)


def adverb_pair(writer: Writer) -> tuple[str, str, str]:
    """A sentence, the same with an adverb, and the adverb."""
    clause = writer.clause()
    verb, adverb = clause.verb, writer.pick(MANNER_ADVERBS)
    tense = writer.pick((PRESENT, PAST))
    thing = f" {clause.object.as_object}" if clause.object else ""
    place = "" if clause.object else writer.pick(verb.places)
    start = f"{capitalize(clause.subject.text)} {verb.finite(tense, clause.subject.person)}{thing}"
    return f"{start}{place}.", f"{start} {adverb}{place}.", adverb


WITH_ADVERB = Transformation(
    make=adverb_pair,
    labels=("the sentence with the adverb «{word}»", "the longer sentence"),
    commands=command_forms(
        "add/added the adverb «{word}» to {it}",
        "use/used the adverb «{word}» in {it}",
        "put the adverb «{word}» into {it}",
        "add/added the word «{word}» to {it}",
    ),
    frames=lines_of("""
        How did it happen? {p} made the sentence «{A}» longer: «{B}»
        {A} With an adverb: {B}
    """),
)


def adjective_pair(writer: Writer) -> tuple[str, str, str]:
    """A sentence, the same with an adjective before the first noun, and the adjective."""
    animal = writer.random() < 0.4
    noun = writer.pick(NOUNS_BY_KIND["animal"]) if animal else Noun(writer.pick(AGENTS)[4:], "", "person")
    adjective = writer.pick(KIND_ADJECTIVES[noun.kind])
    clause = writer.clause(Phrase(f"the {noun.singular}", SINGULAR, "")) if not animal else writer.movement()
    if animal:
        verb = writer.pick(ANIMAL_MOVES)
        clause = Clause(Phrase(f"the {noun.singular}", SINGULAR, ""), verb, None, writer.pick(verb.places))
    tense = writer.pick(SIMPLE_TENSES)
    longer = clause.with_subject(Phrase(f"the {adjective} {noun.singular}", SINGULAR, ""))
    return clause.statement(tense), longer.statement(tense), adjective


WITH_ADJECTIVE = Transformation(
    make=adjective_pair,
    labels=("the sentence with the adjective «{word}»", "the longer sentence"),
    commands=command_forms(
        "add/added the adjective «{word}» to {it}",
        "use/used the adjective «{word}» in {it}",
        "put the adjective «{word}» before the noun in {it}",
        "add/added the word «{word}» to {it}",
    ),
    frames=lines_of("""
        {p} made the sentence «{A}» longer: «{B}»
        {A} With an adjective: {B}
    """),
)
COMPLEMENTS = tuple(
    (noun, adjective) for noun, adjectives in NAMED_THINGS for adjective in adjectives if adjective in ADJECTIVE_OF
)


def opposite_pair(writer: Writer) -> tuple[str, str, str]:
    """A sentence, the same with the opposite of its adjective, and the adjective."""
    noun, adjective = writer.pick(COMPLEMENTS)
    first = Phrase(f"the {noun.singular}", SINGULAR, "")
    tense = writer.pick((PRESENT, PRESENT, PAST))
    opposite = ADJECTIVE_OF[adjective].antonym
    return Being(first, adjective).statement(tense), Being(first, opposite).statement(tense), adjective


TO_OPPOSITE = Transformation(
    make=opposite_pair,
    labels=("the sentence with the opposite word", "the opposite"),
    commands=command_forms(
        "replace/replaced «{word}» in {it} with its opposite",
        "use/used the opposite of «{word}» in {it}",
        "change/changed the word «{word}» in {it} to its opposite",
        "rewrite/rewrote {it} with the opposite of «{word}»",
        "use/used the antonym of «{word}» in {it}",
    ),
    frames=lines_of("""
        The opposite of «{A}» is «{B}»
        {p} said «{A}» {q} said the opposite: «{B}»
    """),
)


def synonym_pair(writer: Writer) -> tuple[str, str, str]:
    """A sentence, the same with a word that means nearly the same, and the word that was replaced."""
    noun, adjective = writer.pick(COMPLEMENTS)
    while not ADJECTIVE_OF[adjective].synonyms:
        noun, adjective = writer.pick(COMPLEMENTS)
    first = Phrase(f"the {noun.singular}", SINGULAR, "")
    tense = writer.pick((PRESENT, PRESENT, PAST))
    synonym = writer.pick(ADJECTIVE_OF[adjective].synonyms[:2])
    return Being(first, adjective).statement(tense), Being(first, synonym).statement(tense), adjective


TO_SYNONYM = Transformation(
    make=synonym_pair,
    labels=("the sentence with a synonym", "the same idea in another word"),
    commands=command_forms(
        "replace/replaced «{word}» in {it} with a synonym",
        "use/used a synonym of «{word}» in {it}",
        "change/changed the word «{word}» in {it} to a synonym",
        "rewrite/rewrote {it} with a synonym for «{word}»",
    ),
    frames=lines_of("""
        «{A}» means nearly the same as «{B}»
        {A} With a synonym: {B}
    """),
)
