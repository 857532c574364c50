"""The grammar of the small world: noun phrases, and clauses that can be put into every tense and form.

    cook = Phrase("the cook", SINGULAR, "")
    clause = Clause(cook, forms of "bake", Phrase("the cake", SINGULAR, "it"), " every day")
    clause.statement(PAST)         "The cook baked the cake every day."
    clause.passive(PRESENT)        "The cake is baked by the cook every day."
    clause.question(FUTURE)        "Will the cook bake the cake every day?"

So the scenes of the corpus can show one sentence in two forms, and both are right. Which words go into a clause is
not decided here but by the ``writer``.
"""

from __future__ import annotations

from typing import NamedTuple

from small_world.lexicon import Intransitive, Verb
from small_world.text import capitalize

SINGULAR, PLURAL, FIRST = 0, 1, 2  # what a verb agrees with: "she is", "they are", "I am"
(
    PRESENT,
    PAST,
    FUTURE,
    PRESENT_CONTINUOUS,
    PAST_CONTINUOUS,
    FUTURE_CONTINUOUS,
    PRESENT_PERFECT,
    PAST_PERFECT,
    FUTURE_PERFECT,
    CAN,
    MUST,
    SHOULD,
    MIGHT,
) = range(13)
SIMPLE_TENSES = (PRESENT, PAST, FUTURE)
CONTINUOUS_TENSES = (PRESENT_CONTINUOUS, PAST_CONTINUOUS, FUTURE_CONTINUOUS)
PERFECT_TENSES = (PRESENT_PERFECT, PAST_PERFECT, FUTURE_PERFECT)
MODALS = (CAN, MUST, SHOULD, MIGHT)
PASSIVE_TENSES = tuple(tense for tense in range(13) if tense != FUTURE_CONTINUOUS)
TENSE_NAMES = (
    "present tense",
    "past tense",
    "future tense",
    "present continuous",
    "past continuous",
    "future continuous",
    "present perfect",
    "past perfect",
    "future perfect",
)
_BE_PRESENT, _BE_PAST, _HAVE = ("is", "are", "am"), ("was", "were", "was"), ("has", "have", "have")
_MODAL_AUXILIARIES = (("can",) * 3, ("must",) * 3, ("should",) * 3, ("might",) * 3)
ACTIVE_AUXILIARY = (
    ("does", "do", "do"),
    ("did",) * 3,
    ("will",) * 3,
    _BE_PRESENT,
    _BE_PAST,
    ("will",) * 3,
    _HAVE,
    ("had",) * 3,
    ("will",) * 3,
    *_MODAL_AUXILIARIES,
)
PASSIVE_AUXILIARY = (
    _BE_PRESENT,
    _BE_PAST,
    ("will",) * 3,
    _BE_PRESENT,
    _BE_PAST,
    ("will",) * 3,
    _HAVE,
    ("had",) * 3,
    ("will",) * 3,
    *_MODAL_AUXILIARIES,
)
BEING_REST = ("", "", "be", "", "", "be", "been", "been", "have been", "be", "be", "be", "be")
SHORT_NEGATIVES = {
    "does": "doesn't",
    "do": "don't",
    "did": "didn't",
    "will": "won't",
    "is": "isn't",
    "are": "aren't",
    "am": "am not",
    "was": "wasn't",
    "were": "weren't",
    "has": "hasn't",
    "have": "haven't",
    "had": "hadn't",
    "can": "can't",
    "must": "mustn't",
    "should": "shouldn't",
    "might": "might not",
}
# Verbs that are not used in the continuous tenses.
STATIVE = frozenset(
    "love like see hear remember forget smell receive lose find discover meet win break drop invent fall live".split()
)
OBJECT_PRONOUN = {"he": "him", "she": "her", "it": "it", "they": "them", "we": "us", "I": "me", "you": "you"}
POSSESSIVE = {"he": "his", "she": "her", "it": "its", "they": "their", "we": "our", "I": "my", "you": "your"}


def negated(auxiliary: str, short: bool) -> str:
    """Return "does not" for "does" or, short, "doesn't"."""
    if short:
        return SHORT_NEGATIVES[auxiliary]
    return "cannot" if auxiliary == "can" else f"{auxiliary} not"


class Phrase(NamedTuple):
    """A noun phrase: its text, what a verb agrees with, its pronoun ("" if the sex is open) and its noun."""

    text: str
    person: int
    pronoun: str
    noun: str = ""

    @property
    def as_object(self) -> str:
        """The phrase as the object of a verb or after "by": "the cook", but "him" for "he"."""
        return OBJECT_PRONOUN.get(self.text, self.text)


class VerbForms:
    """The forms of a verb that a clause needs, in tables over the tenses."""

    __slots__ = ("base", "third", "past", "participle", "ing", "rest", "passive_rest", "objects", "places", "tenses")

    def __init__(self, verb: Verb | Intransitive, objects: tuple[Phrase, ...], places: tuple[str, ...]) -> None:
        self.base, self.third, self.past, self.participle, self.ing = verb[:5]
        base, ing, done = self.base, self.ing, self.participle
        be, been = f"be {done}", f"been {done}"
        # What stands after the auxiliary, in the order of the tenses: "bake", "baking", "have baked".
        self.rest = (base, base, base, ing, ing, f"be {ing}", done, done, f"have {done}", *[base] * 4)
        self.passive_rest = (
            done,
            done,
            be,
            f"being {done}",
            f"being {done}",
            be,
            been,
            been,
            f"have {been}",
            *[be] * 4,
        )
        self.objects, self.places = objects, places
        self.tenses = tuple(t for t in range(13) if not (base in STATIVE and t in CONTINUOUS_TENSES))

    def finite(self, tense: int, person: int) -> str:
        """Return the verb of a statement with its auxiliary: "cooks", "has cooked"."""
        if tense == PRESENT:
            return self.base if person else self.third
        if tense == PAST:
            return self.past
        return f"{ACTIVE_AUXILIARY[tense][person]} {self.rest[tense]}"


class Clause:
    """A subject with a verb, perhaps an object, and adverbials; it can be put into every tense and form."""

    __slots__ = ("subject", "verb", "object", "adverbials")

    def __init__(self, subject: Phrase, verb: VerbForms, object: Phrase | None, adverbials: str) -> None:
        self.subject, self.verb, self.object, self.adverbials = subject, verb, object, adverbials

    def after_verb(self) -> str:
        """Return object and adverbials with a space in front."""
        return f" {self.object.as_object}{self.adverbials}" if self.object else self.adverbials

    def body(self, tense: int) -> str:
        """Return the clause without capital letter and full stop."""
        subject = self.subject
        return f"{subject.text} {self.verb.finite(tense, subject.person)}{self.after_verb()}"

    def statement(self, tense: int) -> str:
        """Return "The cook bakes the cake."."""
        return capitalize(self.body(tense)) + "."

    def negative(self, tense: int, short: bool = False) -> str:
        """Return "The cook does not bake the cake." or, short, "doesn't"."""
        auxiliary = ACTIVE_AUXILIARY[tense][self.subject.person]
        return (
            f"{capitalize(self.subject.text)} {negated(auxiliary, short)} {self.verb.rest[tense]}{self.after_verb()}."
        )

    def question(self, tense: int) -> str:
        """Return "Does the cook bake the cake?"."""
        auxiliary = capitalize(ACTIVE_AUXILIARY[tense][self.subject.person])
        return f"{auxiliary} {self.subject.text} {self.verb.rest[tense]}{self.after_verb()}?"

    def passive(self, tense: int, agent_last: bool = False) -> str:
        """Return "The cake is baked by the cook every day.", or "every day by the cook" with agent_last."""
        thing = self.object
        auxiliary = PASSIVE_AUXILIARY[tense][thing.person]
        agent = f" by {self.subject.as_object}"
        after = self.adverbials + agent if agent_last else agent + self.adverbials
        return f"{capitalize(thing.text)} {auxiliary} {self.verb.passive_rest[tense]}{after}."

    def with_subject(self, subject: Phrase) -> Clause:
        """Return the same clause about somebody else."""
        return Clause(subject, self.verb, self.object, self.adverbials)


class Being:
    """A clause with "be" and a complement: "The soup is hot."."""

    __slots__ = ("subject", "complement")

    def __init__(self, subject: Phrase, complement: str) -> None:
        self.subject, self.complement = subject, complement

    def _parts(self, tense: int) -> tuple[str, str]:
        """Return auxiliary and the rest of the verb with a space in front."""
        rest = BEING_REST[tense]
        return PASSIVE_AUXILIARY[tense][self.subject.person], f" {rest}" if rest else ""

    def statement(self, tense: int) -> str:
        """Return "The soup was hot."."""
        auxiliary, rest = self._parts(tense)
        return f"{capitalize(self.subject.text)} {auxiliary}{rest} {self.complement}."

    def negative(self, tense: int, short: bool = False) -> str:
        """Return "The soup was not hot."."""
        auxiliary, rest = self._parts(tense)
        return f"{capitalize(self.subject.text)} {negated(auxiliary, short)}{rest} {self.complement}."

    def question(self, tense: int) -> str:
        """Return "Was the soup hot?"."""
        auxiliary, rest = self._parts(tense)
        return f"{capitalize(auxiliary)} {self.subject.text}{rest} {self.complement}?"

    def with_subject(self, subject: Phrase) -> Being:
        """Return the same clause about something else."""
        return Being(subject, self.complement)
