"""The writer: all random choices of the small world, and the small pieces that every kind of document needs.

    writer = Writer(seed=7)
    writer.clause().statement(PRESENT)    "Some lawyers water a plant."
    writer.invented_word()                "donol"

The same seed gives the same choices, as long as they are asked for in the same order: whoever asks for one more
choice changes all text after it. How documents are put together is not known here.
"""

from __future__ import annotations

import random
from functools import cache

from small_world.clauses import (
    FUTURE,
    OBJECT_PRONOUN,
    PAST,
    PLURAL,
    POSSESSIVE,
    PRESENT,
    PRESENT_CONTINUOUS,
    SINGULAR,
    Being,
    Clause,
    Phrase,
    VerbForms,
)
from small_world.lexicon import Intransitive
from small_world.phrases import (
    ACTIONS,
    ANIMAL_ACTIONS,
    ANIMAL_MOVES,
    ANIMAL_PHRASES,
    MOVEMENTS,
    NAMES,
    PERSONS,
    pronoun_of,
)
from small_world.spelling import with_ending
from small_world.text import capitalize
from small_world.word_lists import (
    BASE_ENDINGS,
    ENDINGS,
    FUTURE_TIMES,
    KIND_ADJECTIVES,
    MANNERS,
    NAMED_THINGS,
    NOW_TIMES,
    PAST_TIMES,
    SIMPLE_TIMES,
    SYLLABLES,
    TEACHERS,
)


@cache  # the same words and amounts are looked for again and again
def prompts_with(phrase: str, prompts: tuple[str, ...]) -> frozenset[int]:
    """Return the indices of the prompts that have this phrase."""
    return frozenset(i for i, prompt in enumerate(prompts) if f" {phrase} " in prompt)


class Writer:
    """A source of random choices with the small pieces that every kind of document needs."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.random = self.rng.random
        self.people: dict[str, str] = {}
        # What the test and validation entries ask for, so that nobody in the small world asks for it: rows of
        # relations, and the prompts in lower case without punctuation.
        self.only_stated: frozenset[tuple[str, str]] = frozenset()
        self.held_out_prompts: tuple[str, ...] = ()
        self.invented_share = 0.0  # how many more invented words the sentences have than the plain tables give
        self.new_people()

    def pick(self, items):
        """Return one of the items; faster than random.choice."""
        return items[int(self.random() * len(items))]

    def pick_to_ask(self, rows):
        """Return one of the rows of a relation that people may ask for: not one that is only stated."""
        while (row := self.pick(rows)) in self.only_stated:
            pass
        return row

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.random() < probability

    def is_held_out(self, *phrases: str) -> bool:
        """Tell whether a test or validation prompt has all these phrases."""
        found = prompts_with(phrases[0], self.held_out_prompts)
        for phrase in phrases[1:]:
            found &= prompts_with(phrase, self.held_out_prompts)
        return bool(found)

    def number(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def sample(self, items, count: int) -> list:
        """Return different items in random order."""
        return self.rng.sample(items, count)

    def invented_word(self) -> str:
        """Return a word that does not exist, so that a reader can only copy it: "blorn" or "tamu"."""
        word = self.pick(SYLLABLES) + self.pick(SYLLABLES)
        if self.chance(0.3):
            word += self.pick(SYLLABLES)
        return word + self.pick(ENDINGS)

    def name(self) -> Phrase:
        """Return a person's name, one in six invented."""
        if self.random() < 0.84 - self.invented_share:
            return self.pick(NAMES)
        return Phrase(self.invented_word().capitalize(), SINGULAR, self.pick(("he", "she")))

    def subject(self) -> Phrase:
        """Return someone who does something: mostly people, at times somebody with an invented name."""
        chance = self.random()
        if chance < 0.9 - self.invented_share:
            return self.pick(PERSONS)
        if chance < 0.96 - self.invented_share / 2:
            return self.name()
        return self.invented_thing()

    def invented_thing(self) -> Phrase:
        """Return a noun phrase about a thing that does not exist: "the blorn", and in practice "two blorns", too."""
        word = self.invented_word()
        if not self.invented_share or self.random() < 0.5:
            return Phrase(f"the {word}", SINGULAR, "it")
        if self.random() < 0.3:
            return Phrase(f"{self.pick(('the', 'two', 'these', 'many'))} {with_ending(word, 's')}", PLURAL, "they")
        determiner = self.pick(("a", "a", "my", "his", "this", "our", "the old", "the small", "a new", "the white"))
        return Phrase(f"{determiner} {word}", SINGULAR, "it")

    def invented_base(self) -> str:
        """Return an adjective or a verb that does not exist and has regular forms: "tamuny" or "blorn"."""
        word = self.invented_word()
        return word + self.pick(BASE_ENDINGS) if word[-1] in "aiou" else word

    def invented_verb(self, real: VerbForms) -> VerbForms:
        """Return a verb that does not exist, for the objects and places of a real one."""
        base = self.invented_base()
        past = with_ending(base, "ed")
        verb = Intransitive(base, with_ending(base, "s"), past, past, with_ending(base, "ing"), ())
        return VerbForms(verb, real.objects, real.places)

    def adverbials(self, tense: int) -> str:
        """Return adverbials that fit a tense, often none."""
        chance = self.random()
        if chance < 0.35:
            return ""
        if tense > FUTURE:
            times = NOW_TIMES if tense == PRESENT_CONTINUOUS else MANNERS
            return f" {self.pick(times if chance < 0.5 else MANNERS)}"
        if chance < 0.6:
            return f" {self.pick(SIMPLE_TIMES)}"
        if chance < 0.85 or tense == PRESENT:
            return f" {self.pick(MANNERS)}"
        return f" {self.pick(PAST_TIMES if tense == PAST else FUTURE_TIMES)}"

    def neutral_adverbials(self) -> str:
        """Return adverbials that fit all simple tenses."""
        chance = self.random()
        if chance < 0.35:
            return ""
        return f" {self.pick(SIMPLE_TIMES if chance < 0.7 else MANNERS)}"

    def action(self, tense: int | None = None, subject: Phrase | None = None) -> Clause:
        """Return a clause with an object; without a tense its adverbials fit all simple tenses."""
        verb = self.pick(ACTIONS)
        if self.invented_share and self.random() < self.invented_share:
            verb = self.invented_verb(verb)
        adverbials = self.neutral_adverbials() if tense is None else self.adverbials(tense)
        chance = self.random()
        if subject is None and chance < 0.06:
            return Clause(self.pick(ANIMAL_PHRASES), self.pick(ANIMAL_ACTIONS), self.pick(ANIMAL_PHRASES), adverbials)
        if subject is None:
            subject = self.subject()
        if chance > 0.95 - self.invented_share:
            thing = self.invented_thing()
        else:
            thing = self.pick(verb.objects)
        return Clause(subject, verb, thing, adverbials)

    def movement(self, subject: Phrase | None = None) -> Clause:
        """Return a clause without an object: "The boy runs in the park."."""
        if subject is None:
            if self.random() < 0.15:
                verb = self.pick(ANIMAL_MOVES)
                return Clause(self.pick(ANIMAL_PHRASES), verb, None, self.pick(verb.places))
            subject = self.subject()
        verb = self.pick(MOVEMENTS)
        if self.invented_share and self.random() < self.invented_share:
            verb = self.invented_verb(verb)
        adverbials = self.pick(verb.places)
        if self.random() < 0.3:
            adverbials += f" {self.pick(SIMPLE_TIMES)}"
        return Clause(subject, verb, None, adverbials)

    def clause(self, subject: Phrase | None = None) -> Clause:
        """Return a clause whose adverbials fit all simple tenses."""
        return self.action(None, subject) if self.random() < 0.7 else self.movement(subject)

    def being(self) -> Being:
        """Return a clause with "be": "The old bridge is narrow."."""
        noun, adjectives = self.pick(NAMED_THINGS)
        adjective = self.pick(adjectives)
        chance = self.random()
        if chance < 0.2:
            return Being(self.pick(NAMES), self.pick(KIND_ADJECTIVES["person"]))
        if chance < 0.4:
            return Being(Phrase(f"the {noun.plural}", PLURAL, "they", noun.singular), adjective)
        if chance < 0.5:
            return Being(Phrase(f"the {noun.singular}", SINGULAR, pronoun_of(noun.singular)), f"very {adjective}")
        return Being(Phrase(f"the {noun.singular}", SINGULAR, pronoun_of(noun.singular), noun.singular), adjective)

    def any_clause(self) -> Clause | Being:
        """Return any kind of clause."""
        return self.clause() if self.random() < 0.78 else self.being()

    def cast(self) -> dict[str, str]:
        """Return the people of a scene for the slots of a frame; at times others come next.

        {t} is the teacher, {p} the pupil, {q} a second pupil; {he}, {him} and {his} are the first pupil's pronouns. A
        slot with a capital letter, such as {T}, begins a sentence.
        """
        people = self.people
        if self.random() < 0.25:
            self.new_people()
        return people

    def new_people(self) -> None:
        """Choose a teacher, a pupil and a second pupil."""
        pupil, second = self.name(), self.pick(NAMES)
        while second.text == pupil.text:
            second = self.pick(NAMES)
        teacher, he = self.pick(TEACHERS), pupil.pronoun
        self.people = {
            "t": teacher,
            "T": capitalize(teacher),
            "p": pupil.text,
            "q": second.text,
            "he": he,
            "He": capitalize(he),
            "him": OBJECT_PRONOUN[he],
            "his": POSSESSIVE[he],
            "His": capitalize(POSSESSIVE[he]),
        }
