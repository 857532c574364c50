"""Sentences with a mistake, and the right ones: capital letters, final marks, grammar, spelling.

    grammar_pair(writer)    ("The boys runs home.", "The boys run home.")

The wrong sentence comes first. Which exercises ask to repair them is decided in ``workbook.repairing``.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import PAST, PRESENT, SIMPLE_TENSES, SINGULAR
from small_world.lexicon import ADJECTIVES, NOUNS, PEOPLE
from small_world.phrases import ACTIONS, MOVEMENTS, PERSONS
from small_world.rewriting.kinds_of_sentence import exclamation_pair
from small_world.rewriting.transformation import Transformation, command_forms
from small_world.spelling import article, with_suffix
from small_world.text import capitalize, lines_of, words_of
from small_world.word_lists import IRREGULAR_NOUNS
from small_world.writer import Writer


def capitals_pair(writer: Writer) -> tuple[str, str]:
    """A sentence without capital letters, and a correct one."""
    name = writer.name()
    chance = writer.random()
    if chance < 0.5:
        right = writer.clause(name).statement(writer.pick(SIMPLE_TENSES))
    elif chance < 0.8:
        country, city = writer.pick(facts.CAPITALS)
        if writer.invented_share and writer.random() < 0.5:
            country, city = writer.invented_word().capitalize(), writer.invented_word().capitalize()
        right = writer.pick(
            (
                f"{name.text} lives in {city}.",
                f"{name.text} comes from {country}.",
                f"{name.text} and I visited {city} in {writer.pick(facts.MONTHS)}.",
                f"My friend {name.text} likes {country}.",
                f"Yesterday {name.text} flew to {city}.",
                f"The train from {city} arrived on {writer.pick(facts.DAYS)}.",
            )
        )
    else:
        right = f"{name.text} has a lesson on {writer.pick(facts.DAYS)} and a party on {writer.pick(facts.DAYS)}."
    return right.lower(), right


TO_CAPITAL_LETTERS = Transformation(
    make=capitals_pair,
    labels=("the sentence with capital letters", "the correct sentence", "the correct form"),
    commands=command_forms(
        "write/wrote {it} with capital letters",
        "correct/corrected the capitalization of {it}",
        "add/added the capital letters to {it}",
        "correct/corrected the capital letters in {it}",
        "put the capital letters into {it}",
        "fix/fixed the capital letters in {it}",
        "use/used capital letters in {it}",
    ),
    frames=lines_of("""
        A name begins with a capital letter, and so does a sentence. Not «{A}» but «{B}»
        Without capital letters: {A}/n/With capital letters: {B}
    """),
)


def punctuation_pair(writer: Writer) -> tuple[str, str]:
    """A sentence without its last mark, and with it."""
    clause, tense, chance = writer.any_clause(), writer.pick(SIMPLE_TENSES), writer.random()
    if chance < 0.4:
        right = clause.question(tense)
    else:
        right = exclamation_pair(writer)[1] if chance < 0.6 else clause.statement(tense)
    return right[:-1], right


TO_RIGHT_PUNCTUATION = Transformation(
    make=punctuation_pair,
    labels=("the sentence with the right punctuation", "the correct sentence"),
    commands=command_forms(
        "add/added the missing punctuation mark to {it}",
        "put the right mark at the end of {it}",
        "correct/corrected the punctuation of {it}",
        "fix/fixed the punctuation of {it}",
        "end/ended {it} with the right punctuation mark",
    ),
    frames=lines_of("""
        A mark is missing in «{A}» It should be «{B}»
        Without punctuation: {A}/n/With punctuation: {B}
    """),
)


def agreement_error(writer: Writer) -> tuple[str, str]:
    """A sentence whose verb does not agree with its subject, and the right one."""
    chance = writer.random()
    subject = writer.pick(PERSONS)
    if chance < 0.6:
        clause = writer.clause(subject)
        verb = clause.verb
        wrong = verb.base if subject.person == SINGULAR else verb.third
        return f"{capitalize(subject.text)} {wrong}{clause.after_verb()}.", clause.statement(PRESENT)
    being = writer.being()
    tense = writer.pick((PRESENT, PAST))
    wrong = ("are", "were") if being.subject.person == SINGULAR else ("is", "was")
    return f"{capitalize(being.subject.text)} {wrong[tense]} {being.complement}.", being.statement(tense)


REGULARIZED = tuple(
    (verb, with_suffix(verb.base, "ed"))
    for verb in ACTIONS + MOVEMENTS
    if not verb.past.endswith("ed") and verb.past != verb.base
)
GRADABLE = tuple(a for a in ADJECTIVES if " " not in a.comparative and a.base not in {"good", "bad", "far"})


def wrong_past(writer: Writer) -> tuple[str, str]:
    """A sentence with a wrong past form, and the right one: "writed" and "wrote"."""
    verb, wrong = writer.pick(REGULARIZED)
    subject = writer.pick(PERSONS)
    thing = f" {writer.pick(verb.objects).as_object}" if verb.objects else writer.pick(verb.places)
    return f"{capitalize(subject.text)} {wrong}{thing}.", f"{capitalize(subject.text)} {verb.past}{thing}."


def wrong_plural(writer: Writer) -> tuple[str, str]:
    """A sentence with a wrong plural, and the right one: "mouses" and "mice"."""
    noun, wrong = writer.pick(IRREGULAR_NOUNS)
    frame = writer.pick(("There are two {} in the picture.", "We saw three {} yesterday.", "The {} are very old."))
    return frame.format(wrong), frame.format(noun.plural)


def wrong_comparison(writer: Writer) -> tuple[str, str]:
    """A sentence with a degree marked twice, and the right one: "more older" and "older"."""
    adjective = writer.pick(GRADABLE)
    one, two = writer.sample(PEOPLE, 2)
    if writer.random() < 0.4:
        wrong = f"{one} is the most {adjective.superlative} of all."
        return wrong, wrong.replace("most ", "")
    ending = f"than {two}."
    return f"{one} is more {adjective.comparative} {ending}", f"{one} is {adjective.comparative} {ending}"


def wrong_after_did(writer: Writer) -> tuple[str, str]:
    """A sentence with a past form after "did not", and the right one."""
    clause = writer.clause(writer.name())
    front = f"{clause.subject.text} did not"
    return f"{front} {clause.verb.past}{clause.after_verb()}.", f"{front} {clause.verb.base}{clause.after_verb()}."


def wrong_article(writer: Writer) -> tuple[str, str]:
    """A sentence with "a" in the place of "an" or the other way round, and the right one."""
    noun = writer.pick(NOUNS).singular
    right = article(noun)
    wrong = ("a " if right.startswith("an ") else "an ") + noun
    frame = writer.pick(("I saw {} in the morning.", "There is {} in the picture.", "She drew {} on the paper."))
    return frame.format(wrong), frame.format(right)


def form_error(writer: Writer) -> tuple[str, str]:
    """A sentence with a wrong past form, plural, comparative or article, and the right one."""
    chance = writer.random()
    if chance < 0.4:
        return wrong_past(writer)
    if chance < 0.55:
        return wrong_plural(writer)
    if chance < 0.75:
        return wrong_comparison(writer)
    return wrong_after_did(writer) if chance < 0.88 else wrong_article(writer)


def grammar_pair(writer: Writer) -> tuple[str, str]:
    """A sentence with a mistake in its grammar, and the right one."""
    while True:
        wrong, right = agreement_error(writer) if writer.random() < 0.55 else form_error(writer)
        if wrong != right:
            return wrong, right


TO_RIGHT_GRAMMAR = Transformation(
    make=grammar_pair,
    labels=("the correct sentence", "the correct form", "the corrected sentence"),
    commands=command_forms(
        "correct/corrected {it}",
        "correct/corrected the grammar of {it}",
        "fix/fixed the mistake in {it}",
        "correct/corrected the mistake in {it}",
        "fix/fixed the grammar in {it}",
        "find/found the error in {it} and write the correct sentence",
        "edit/edited {it}",
    ),
    frames=lines_of("""
        «{A}» should be «{B}»
        «{A}» is wrong. The right sentence is «{B}»
        {p} wrote «{A}» {T} corrected the grammar: «{B}»
        There is a mistake in «{A}» The correct sentence is «{B}»
        Wrong: {A}/n/Right: {B}
        We do not say «{A}» We say «{B}»
    """),
)
SPELLING_PLACES = set(words_of("library, kitchen, garden, hospital, museum, restaurant, village, cemetery, mountain"))
SPELLING_FRAMES = {
    True: lines_of("""
        We went to the {} yesterday.
        The {} is near the school.
        {p} saw a picture of the {}.
        There is a bird in front of the {}.
        {p} is waiting at the {}.
    """),
    False: lines_of("""
        {p} wrote the word {} in the notebook.
        {p} cannot spell the word {} yet.
        The word {} is on page ten.
        Please read the word {} aloud.
        The next word on the list is {}.
        {p} found the word {} in a story.
    """),
}


def spelling_pair(writer: Writer) -> tuple[str, str]:
    """A sentence with a misspelled word, and with the word spelled correctly."""
    wrong, right = writer.pick(facts.MISSPELLINGS)
    frame = writer.pick(SPELLING_FRAMES[right in SPELLING_PLACES])
    name = writer.pick(PEOPLE)
    return frame.format(wrong, p=name), frame.format(right, p=name)


TO_RIGHT_SPELLING = Transformation(
    make=spelling_pair,
    labels=("the correct sentence", "the sentence with the correct spelling"),
    commands=command_forms(
        "correct/corrected the spelling in {it}",
        "fix/fixed the spelling mistake in {it}",
        "correct/corrected the spelling mistake in {it}",
        "find/found the misspelled word in {it}",
        "spell/spelled every word in {it} correctly",
    ),
    frames=lines_of("""
        «{A}» has a spelling mistake. It should be «{B}»
        {p} wrote «{A}» {T} corrected the spelling: «{B}»
        Wrong spelling: {A}/n/Correct spelling: {B}
    """),
)
