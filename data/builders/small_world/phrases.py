"""All subjects, objects and verbs that the sentences of the small world are made of.

    noun_phrases("dog")    "the dog", "a dog", "the weak dog", "his dog", "three dogs" and so on

The tables are made once, when the program starts, so that choosing from them is quick. A phrase that is frequent in
English stands in them several times.
"""

from __future__ import annotations

from small_world.clauses import FIRST, OBJECT_PRONOUN, PLURAL, SINGULAR, Phrase, VerbForms
from small_world.lexicon import AGENTS, GENDER, INTRANSITIVE, PEOPLE, TRANSITIVE, Verb
from small_world.spelling import article
from small_world.word_lists import (
    FEMALE,
    KIND_ADJECTIVES,
    KIND_OF,
    MALE,
    NOUNS_BY_KIND,
    OWNERS,
    PERSON_VERBS,
    PLURAL_OF,
    RELATIVES,
)


def pronoun_of(noun: str) -> str:
    """Return the pronoun of a singular noun, "" for a person of either sex."""
    if noun in FEMALE:
        return "she"
    if noun in MALE:
        return "he"
    return "" if KIND_OF.get(noun) == "person" else "it"


def noun_phrases(noun: str) -> list[Phrase]:
    """Return the noun with many kinds of determiners and adjectives, plain forms most often."""
    adjectives = KIND_ADJECTIVES.get(KIND_OF.get(noun, "object"), ())
    pronoun = pronoun_of(noun)
    found = [Phrase(f"the {noun}", SINGULAR, pronoun, noun)] * 14
    if noun not in PLURAL_OF:
        return found + [Phrase(f"{word} {noun}", SINGULAR, "it", noun) for word in ("this", "his", "her", "our")]
    plural = PLURAL_OF[noun]
    found += [Phrase(article(noun), SINGULAR, pronoun, noun)] * 3
    found += [
        Phrase(f"the {word} {noun}", SINGULAR, pronoun, noun) for word in adjectives[:: max(1, len(adjectives) // 6)]
    ]
    found += [
        Phrase(article(f"{word} {noun}"), SINGULAR, pronoun, noun)
        for word in adjectives[1 :: max(1, len(adjectives) // 3)]
    ]
    found += [Phrase(f"{word} {noun}", SINGULAR, pronoun, noun) for word in ("this", "that", "my", "her", "his", "our")]
    found += [Phrase(f"the {plural}", PLURAL, "they", noun)] * 3
    found += [Phrase(f"{word} {plural}", PLURAL, "they", noun) for word in ("two", "three", "these", "some", "many")]
    return found


def person_phrases() -> tuple[Phrase, ...]:
    """Return subjects of actions: agents in many forms, names, pairs of names and pronouns."""
    found = [phrase for agent in AGENTS for phrase in noun_phrases(agent[4:])]
    names = [Phrase(name, SINGULAR, GENDER[name]) for name in PEOPLE]
    found += names * 8
    found += [Phrase(f"{one} and {two}", PLURAL, "they") for one, two in zip(PEOPLE, PEOPLE[7:], strict=False)] * 2
    relatives = [Phrase(f"{owner} {word}", SINGULAR, pronoun_of(word), word) for owner in OWNERS for word in RELATIVES]
    found += relatives
    pronouns = [Phrase(word, PLURAL, word) for word in ("we", "they", "you")]
    pronouns += [Phrase("he", SINGULAR, "he"), Phrase("she", SINGULAR, "she"), Phrase("I", FIRST, "I")]
    return tuple(found + pronouns * 20)


PERSONS = person_phrases()
PERSONS_WITH_PRONOUN = tuple(p for p in PERSONS if p.pronoun and p.text not in OBJECT_PRONOUN)
ANIMAL_PHRASES = tuple(p for noun in NOUNS_BY_KIND["animal"] for p in noun_phrases(noun.singular))
NAMES = tuple(Phrase(name, SINGULAR, GENDER[name]) for name in PEOPLE)


def transitive_forms(verb: Verb) -> VerbForms:
    """Return the forms of a transitive verb with all phrases that can be its object."""
    objects = [phrase for thing in verb.objects for phrase in noun_phrases(thing.split(" ", 1)[1])]
    if verb.base in PERSON_VERBS:
        objects += NAMES
    return VerbForms(verb, tuple(objects), ())


ACTIONS = tuple(transitive_forms(verb) for verb in TRANSITIVE)
MOVEMENTS = tuple(VerbForms(verb, (), tuple(f" {place}" for place in verb.places)) for verb in INTRANSITIVE)
ANIMAL_MOVES = tuple(
    m for m in MOVEMENTS if m.base in {"run", "sleep", "swim", "sit", "jump", "hide", "rest", "fall", "wander"}
)
ANIMAL_ACTIONS = tuple(a for a in ACTIONS if a.base in {"chase", "see", "follow", "hear", "find", "smell", "catch"})
