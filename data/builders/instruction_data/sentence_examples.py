"""Examples for the tasks that change or judge a sentence.

    voice_examples(0)    Example("cook", {"active": "The chef cooks the meal every day.", "passive": "The meal ..."})

How a task is put in words is not known here: see ``phrasings``.
"""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from instruction_data.closed_tables import (
    CONTRACTIONS,
    EVENTS,
    FOUR_WORDS,
    GRAMMAR,
    ONCE,
    PRONOUNS,
    PUNCTUATION,
    SENTENCE_TYPES,
    SPELLING_SENTENCES,
    STATIVE,
)
from instruction_data.example import SEED, Example, capitalized, examples_from, examples_keyed_by_last
from small_world import facts
from small_world.lexicon import GENDER, INTRANSITIVE, PEOPLE, TRANSITIVE, Intransitive, Verb


class Clause(NamedTuple):
    """Subject, verb and the rest of a simple sentence."""

    subject: str
    verb: Verb | Intransitive
    rest: str


def event_clauses() -> list[Clause]:
    """Return the clauses with an object: "the baker", bake, "the bread"."""
    verbs = {verb.base: verb for verb in TRANSITIVE}
    return [Clause(agent, verbs[base], thing) for agent, base, thing in EVENTS]


def clauses(name: str) -> list[Clause]:
    """Return clauses with and without an object; the name of the family decides who does what where."""
    rng = Random(f"{SEED} clauses {name}")
    people = rng.sample(PEOPLE, len(INTRANSITIVE))
    pairs = zip(people, INTRANSITIVE, strict=True)
    both = [Clause(person, verb, rng.choice(verb.places)) for person, verb in pairs] + event_clauses()
    rng.shuffle(both)
    return both


def active(clause: Clause, tense: str, time: str = "") -> str:
    """Return the clause as an active sentence in the tense "present", "past", "future" or "continuous"."""
    verb = clause.verb
    forms = {
        "present": verb.third,
        "past": verb.past,
        "future": f"will {verb.base}",
        "continuous": f"is {verb.ing}",
    }
    return capitalized(" ".join(filter(None, (clause.subject, forms[tense], clause.rest, time)))) + "."


def passive(clause: Clause, tense: str, time: str = "") -> str:
    """Return the clause as a passive sentence; the time stands at the end, after the agent."""
    auxiliary = {"present": "is", "past": "was", "future": "will be", "continuous": "is being"}[tense]
    words = (clause.rest, auxiliary, clause.verb.participle, "by", clause.subject, time)
    return capitalized(" ".join(filter(None, words))) + "."


HABITS = (
    ("present", "every day"),
    ("past", "yesterday"),
    ("present", ""),
    ("past", ""),
    ("future", "tomorrow"),
    ("present", "every week"),
    ("continuous", ""),
)
SINGLE_ACTS = (("past", ""), ("past", "last week"), ("future", "soon"))


def voice_examples(shift: int) -> list[Example]:
    """Return each event as an active and a passive sentence; `shift` varies the tenses between families."""
    found = []
    for number, clause in enumerate(event_clauses(), start=shift):
        frames = SINGLE_ACTS if clause.verb.base in ONCE else HABITS
        tense, time = frames[number % len(frames)]
        if tense == "continuous" and clause.verb.base in STATIVE:
            tense = "present"
        fields = {"active": active(clause, tense, time), "passive": passive(clause, tense, time)}
        found.append(Example(clause.verb.base, fields))
    return found


def tense_examples(name: str) -> list[Example]:
    """Return clauses with their sentence in the present, past, future and continuous."""
    found = []
    for clause in clauses(name):
        verb = clause.verb
        if verb.base == verb.past or (name == "present_continuous" and verb.base in STATIVE):
            continue
        sentences = {tense: active(clause, tense) for tense in ("present", "past", "future", "continuous")}
        forms = {"base": verb.base, "past_form": verb.past, "ing": verb.ing}
        found.append(Example(verb.base, sentences | forms))
    return found


STATES = ("happy", "tired", "hungry", "busy", "brave", "angry", "late", "clever", "nervous", "thirsty")


def statement_examples(name: str) -> list[Example]:
    """Return statements with their negative form and the question to which they answer yes."""
    found = []
    for number, (subject, verb, rest) in enumerate(clauses(name)):
        form, auxiliary = ((verb.third, "does"), (verb.past, "did"))[number % 2]
        found.append(statement(verb.base, subject, f"{form} {rest}", auxiliary, f"{verb.base} {rest}"))
    people = Random(f"{SEED} states {name}").sample(PEOPLE, len(STATES))
    for person, state in zip(people, STATES, strict=True):
        found.append(statement(state, person, f"is {state}", "is", state))
    return found


def statement(key: str, subject: str, predicate: str, auxiliary: str, rest: str) -> Example:
    """Return a statement with its negative ("does not walk") and its question ("Does Tom walk ...?")."""
    fields = {
        "statement": capitalized(f"{subject} {predicate}."),
        "negative": capitalized(f"{subject} {auxiliary} not {rest}."),
        "question": capitalized(f"{auxiliary} {subject} {rest}?"),
    }
    return Example(key, fields)


def pronoun_examples() -> list[Example]:
    """Return sentences with a subject that a pronoun can replace; the key is the subject."""
    rng = Random(f"{SEED} pronouns")
    subjects = [(name, GENDER[name]) for name in rng.sample(PEOPLE, 24)]
    subjects += [(subject, pronoun) for pronoun, *group in PRONOUNS for subject in group]
    verbs = rng.sample(INTRANSITIVE, len(INTRANSITIVE)) * 2
    found = []
    for (subject, pronoun), verb in zip(subjects, verbs, strict=False):
        rest = f"{verb.base if pronoun == 'they' else verb.third} {rng.choice(verb.places)}."
        fields = {"subject": subject, "sentence": f"{subject} {rest}", "pronoun": pronoun, "rest": rest}
        found.append(Example(subject, fields))
    return found


def spelling_examples() -> list[Example]:
    """Return misspelled words, alone and in a sentence."""
    wrong_of = {right: wrong for wrong, right in facts.MISSPELLINGS}
    found = []
    for right, gapped in SPELLING_SENTENCES:
        wrong = wrong_of[right]
        sentences = {
            "wrong_sentence": gapped.replace("_", wrong),
            "right_sentence": gapped.replace("_", right),
        }
        found.append(Example(right, {"wrong": wrong, "right": right} | sentences))
    return found


CAPITAL_LETTER_FRAMES = (
    "{} lives in {}.",
    "{} comes from {}.",
    "Yesterday {} traveled to {}.",
    "My friend {} loves {}.",
)


def capital_letter_examples() -> list[Example]:
    """Return sentences with a name and a place, written with and without capital letters."""
    rng = Random(f"{SEED} capital letters")
    places = rng.sample([place for row in facts.CAPITALS[:40] for place in row], 32)
    found = []
    for number, (person, place) in enumerate(zip(rng.sample(PEOPLE, 32), places, strict=True)):
        sentence = CAPITAL_LETTER_FRAMES[number % len(CAPITAL_LETTER_FRAMES)].format(person, place)
        found.append(Example(f"{person}, {place}", {"plain": sentence.lower(), "correct": sentence}))
    return found


def contraction_examples() -> list[Example]:
    """Return word pairs with their contraction, alone and in a sentence."""
    rows = [(*row, capitalized(row[2].replace(row[0], row[1]))) for row in CONTRACTIONS]
    return examples_from(rows, "full", "short", "sentence", "shortened")


def word_count_examples() -> list[Example]:
    """Return sentences of different lengths with the number of their words."""
    times = ("", "yesterday", "last week", "on Sunday morning", "on a very cold evening")
    found = []
    for number, clause in enumerate(clauses("word_count")):
        time = "" if clause.verb.base in STATIVE else times[number % len(times)]
        sentence = active(clause, "past", time)
        found.append(Example(clause.verb.base, {"sentence": sentence, "count": str(len(sentence.split()))}))
    return found


def word_class_examples(shift: int) -> list[Example]:
    """Return sentences of five words with one word to ask about; the key is all words of the sentence."""
    kinds = ("adjective", "noun", "verb", "adverb")
    found = []
    for number, words in enumerate(FOUR_WORDS, start=shift):
        which = number % len(kinds)
        fields = {"sentence": f"The {' '.join(words)}.", "word": words[which], "kind": kinds[which]}
        found.append(Example(", ".join(words), fields))
    return found


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of each family about sentences."""
    return {
        "active_to_passive": voice_examples(0),
        "passive_to_active": voice_examples(2),
        "past_tense": tense_examples("past_tense"),
        "future_tense": tense_examples("future_tense"),
        "present_continuous": tense_examples("present_continuous"),
        "negative_sentence": statement_examples("negative_sentence"),
        "question_from_statement": statement_examples("question_from_statement"),
        "pronoun_replacement": pronoun_examples(),
        "spelling_correction": spelling_examples(),
        "grammar_correction": examples_keyed_by_last(GRAMMAR, "wrong", "right"),
        "sentence_type": examples_keyed_by_last(SENTENCE_TYPES, "sentence", "kind"),
        "punctuation": examples_keyed_by_last(PUNCTUATION, "bare", "mark"),
        "capital_letters": capital_letter_examples(),
        "contraction": contraction_examples(),
        "word_count": word_count_examples(),
        "part_of_speech": word_class_examples(0),
        "find_the_word": word_class_examples(2),
    }
