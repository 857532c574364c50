"""The grammar and the random choices behind the small world: noun phrases, clauses and a writer.

A clause can be put into every tense, made negative or passive or turned into a question, so that the scenes
of the corpus can show one sentence in two forms and both are right.

Two pairs of marks stand for quotation marks until a document is finished: «...» for something quoted and
‹...› for speech.
"""

from __future__ import annotations

import random
import re
from functools import cache
from typing import NamedTuple

import facts
from lexicon import (
    ADJECTIVES,
    ADVERBS,
    AGENTS,
    GENDER,
    INTRANSITIVE,
    NOUNS,
    PEOPLE,
    TRANSITIVE,
    Intransitive,
    Noun,
    Verb,
    article,
)


def lines_of(text: str) -> tuple[str, ...]:
    """Split a table of frames into its lines; the mark /n/ becomes a line break."""
    return tuple(" ".join(line.split()).replace("/n/", "\n") for line in text.strip().splitlines())


# Whoever is asked something answers at once in these frames; "plain" frames only state a fact.
_ASKING = re.compile(r"\?|ask|Name |name |Give |Write |Tell |tell me|wanted to know|Complete|card|sheet|had to|‹")


@cache
def plain(frames: tuple[str, ...]) -> tuple[str, ...]:
    """Return the frames that state something and ask nothing."""
    return tuple(frame for frame in frames if not _ASKING.search(frame))


def words_of(text: str) -> tuple[str, ...]:
    """Split a comma-separated list."""
    return tuple(part.strip() for part in text.split(","))


def capitalize(text: str) -> str:
    """Return the text with its first letter in upper case and the rest unchanged."""
    return text[:1].upper() + text[1:]


# ----------------------------------------------------------------------------------------------------------
# Grammar: noun phrases, verbs and clauses
# ----------------------------------------------------------------------------------------------------------

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
_TAIL_AUXILIARIES = (("can",) * 3, ("must",) * 3, ("should",) * 3, ("might",) * 3)
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
    *_TAIL_AUXILIARIES,
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
    *_TAIL_AUXILIARIES,
)
BEING_REST = ("", "", "be", "", "", "be", "been", "been", "have been", "be", "be", "be", "be")
NEGATED = {
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
STATIVE = {
    "love",
    "like",
    "see",
    "hear",
    "remember",
    "forget",
    "smell",
    "receive",
    "lose",
    "find",
    "discover",
    "meet",
    "win",
    "break",
    "drop",
    "invent",
    "fall",
    "live",
}

OBJECT_PRONOUN = {"he": "him", "she": "her", "it": "it", "they": "them", "we": "us", "I": "me", "you": "you"}
POSSESSIVE = {"he": "his", "she": "her", "it": "its", "they": "their", "we": "our", "I": "my", "you": "your"}
FEMALE = set(
    words_of("girl, woman, waitress, queen, princess, mother, sister, aunt, grandmother, lady, witch, wife")
)
MALE = set(
    words_of("boy, man, king, prince, father, brother, uncle, grandfather, husband, fisherman, waiter")
)
RELATIVES = words_of(
    "brother, sister, mother, father, uncle, aunt, friend, neighbor, cousin, grandmother, grandfather"
)


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


class Forms:
    """The forms of a verb that a clause needs, in tables over the tenses."""

    __slots__ = (
        "base",
        "third",
        "past",
        "participle",
        "ing",
        "rest",
        "passive_rest",
        "objects",
        "places",
        "tenses",
    )

    def __init__(
        self, verb: Verb | Intransitive, objects: tuple[Phrase, ...], places: tuple[str, ...]
    ) -> None:
        self.base, self.third, self.past, self.participle, self.ing = verb[:5]
        base, ing, participle = self.base, self.ing, self.participle
        self.rest = (
            base,
            base,
            base,
            ing,
            ing,
            f"be {ing}",
            participle,
            participle,
            f"have {participle}",
            *[base] * 4,
        )
        be, been = f"be {participle}", f"been {participle}"
        being = f"being {participle}"
        self.passive_rest = (
            participle,
            participle,
            be,
            being,
            being,
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

    __slots__ = ("subject", "verb", "object", "tail")

    def __init__(self, subject: Phrase, verb: Forms, object: Phrase | None, tail: str) -> None:
        self.subject, self.verb, self.object, self.tail = subject, verb, object, tail

    def after_verb(self) -> str:
        """Return object and adverbials with a space in front."""
        return f" {self.object.as_object}{self.tail}" if self.object else self.tail

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
        negated = NEGATED[auxiliary] if short else ("cannot" if auxiliary == "can" else f"{auxiliary} not")
        return f"{capitalize(self.subject.text)} {negated} {self.verb.rest[tense]}{self.after_verb()}."

    def question(self, tense: int, word: str = "") -> str:
        """Return "Does the cook bake the cake?"; a question word goes to the front."""
        auxiliary = ACTIVE_AUXILIARY[tense][self.subject.person]
        front = f"{word} {auxiliary}" if word else capitalize(auxiliary)
        return f"{front} {self.subject.text} {self.verb.rest[tense]}{self.after_verb()}?"

    def object_question(self, tense: int) -> str:
        """Return "What does the cook bake?"."""
        auxiliary = ACTIVE_AUXILIARY[tense][self.subject.person]
        return f"What {auxiliary} {self.subject.text} {self.verb.rest[tense]}{self.tail}?"

    def passive(self, tense: int, agent_last: bool = False, negated: bool = False) -> str:
        """Return "The cake is baked by the cook every day.", or "every day by the cook" with agent_last."""
        thing = self.object
        auxiliary = PASSIVE_AUXILIARY[tense][thing.person]
        if negated:
            auxiliary = "cannot" if auxiliary == "can" else f"{auxiliary} not"
        agent = f" by {self.subject.as_object}"
        after = self.tail + agent if agent_last else agent + self.tail
        return f"{capitalize(thing.text)} {auxiliary} {self.verb.passive_rest[tense]}{after}."

    def passive_question(self, tense: int) -> str:
        """Return "Is the cake baked by the cook?"."""
        auxiliary = capitalize(PASSIVE_AUXILIARY[tense][self.object.person])
        agent = self.subject.as_object
        return f"{auxiliary} {self.object.text} {self.verb.passive_rest[tense]} by {agent}{self.tail}?"

    def with_subject(self, subject: Phrase) -> Clause:
        """Return the same clause about somebody else."""
        return Clause(subject, self.verb, self.object, self.tail)


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
        negated = NEGATED[auxiliary] if short else ("cannot" if auxiliary == "can" else f"{auxiliary} not")
        return f"{capitalize(self.subject.text)} {negated}{rest} {self.complement}."

    def question(self, tense: int) -> str:
        """Return "Was the soup hot?"."""
        auxiliary, rest = self._parts(tense)
        return f"{capitalize(auxiliary)} {self.subject.text}{rest} {self.complement}?"

    def with_subject(self, subject: Phrase) -> Being:
        """Return the same clause about something else."""
        return Being(subject, self.complement)


# ----------------------------------------------------------------------------------------------------------
# Words arranged for quick choice
# ----------------------------------------------------------------------------------------------------------

KIND_ADJECTIVES = {
    "person": "old, young, tall, short, kind, brave, strong, happy, sad, angry, calm, clever, wise, lazy, "
    "hardworking, busy, polite, rude, honest, generous, selfish, rich, poor, famous, tired, hungry, thirsty, "
    "friendly, patient, proud, shy, bold, nervous, lucky, cheerful, careful, curious, loyal, healthy, sick, "
    "gentle, funny, serious, quiet, new",
    "animal": "big, small, large, little, tiny, fast, slow, strong, weak, brave, shy, hungry, thirsty, "
    "tired, noisy, "
    "quiet, old, young, friendly, gentle, dangerous, clever, white, black, brown",
    "object": "big, small, large, old, new, cheap, expensive, heavy, light, clean, dirty, beautiful, ugly, "
    "useful, strange, nice, red, blue, green, yellow",
    "idea": "new, old, long, short, easy, difficult, strange, interesting, funny, beautiful, important, "
    "simple",
    "food": "delicious, tasty, fresh, big, small, cheap, expensive, sweet, cold, good",
    "place": "big, small, large, old, new, clean, dirty, quiet, noisy, beautiful, famous, busy",
    "plant": "tall, big, small, beautiful, green, young, old, strong, lovely",
    "clothing": "new, old, warm, clean, dirty, cheap, expensive, beautiful, soft, wet, dry, red, blue, green",
    "vehicle": "fast, slow, new, old, cheap, expensive, big, small, clean, dirty, red, blue, white",
    "body": "cold, warm, small, big, clean, dirty, strong",
    "nature": "big, small, wide, beautiful, famous, quiet, dangerous, dark",
    "tool": "heavy, sharp, useful, old, new, small, big, cheap, expensive",
}
KIND_ADJECTIVES = {kind: words_of(text) for kind, text in KIND_ADJECTIVES.items()}
IDEAS = set(
    words_of(
        "story, poem, song, game, film, question, answer, word, sentence, list, rule, lesson, problem, "
        "puzzle, riddle, "
        "joke, secret, plan, message, report, tune, carol, language, date, speech, show, mystery, name, "
        "color, race, match"
    )
)
KIND_OF = {noun.singular: "idea" if noun.singular in IDEAS else noun.kind for noun in NOUNS}
PLURAL_OF = {noun.singular: noun.plural for noun in NOUNS}
ADJECTIVE_OF = {adjective.base: adjective for adjective in ADJECTIVES}
NOUNS_BY_KIND: dict[str, tuple[Noun, ...]] = {
    kind: tuple(noun for noun in NOUNS if noun.kind == kind) for kind in {noun.kind for noun in NOUNS}
}
OWNERS = words_of("my, your, his, her, our, their")
PERSON_VERBS = {"help", "thank", "invite", "meet", "call", "visit", "see", "rescue", "follow", "hear"}

SIMPLE_TIMES = words_of(
    "every day, every morning, every week, every evening, on Sunday, on Monday, on Saturday, in the morning, "
    "in the evening, in the afternoon, at noon, before lunch, after dinner, after school, twice a week, at "
    "night, "
    "every year, every Friday, in the summer, in the winter"
)
MANNERS = words_of(
    "with great care, with a smile, in the garden, at home, in the kitchen, at school, in the village, "
    "quickly, "
    "slowly, carefully, quietly, happily, in the rain, for a friend, in the city, without help, again"
)
PAST_TIMES = words_of(
    "yesterday, last week, last night, two days ago, last summer, an hour ago, last Monday, last year"
)
FUTURE_TIMES = words_of(
    "tomorrow, next week, next year, soon, next Monday, in two days, tonight, next summer"
)
NOW_TIMES = words_of("now, at the moment, right now, at this moment, today")
MANNER_ADVERBS = tuple(
    adverb for _, adverb in ADVERBS if adverb not in {"well", "finally", "usually", "truly"}
)
COLORS = words_of("red, blue, green, yellow, white, black, brown, gray, pink, purple, orange")
NUMBER_WORDS = words_of(
    "zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen, "
    "fifteen, "
    "sixteen, seventeen, eighteen, nineteen"
)
TENS = words_of("zero, ten, twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety")
SYLLABLES = tuple(
    c + v for c in words_of("b, d, f, g, k, l, m, n, p, r, s, t, v, z, br, tr, pl, gr") for v in "aeiou"
)
ENDINGS = words_of("n, l, r, s, m, x, ck, nt, sh, rd, , , , ,")
BASE_ENDINGS = words_of("ny, dy, gy, ly, ry, my, sty, ve, te, ze, nd, st, lt")


def with_ending(word: str, ending: str) -> str:
    """Return the regular form of a word with -s, -ed, -ing, -er, -est or -ly."""
    if word[-1] == "y" and word[-2] not in "aeiou" and ending != "ing":
        return f"{word[:-1]}i{'es' if ending == 's' else ending}"
    if ending == "s" and word.endswith(("s", "x", "z", "sh", "ch")):
        return f"{word}es"
    return (word[:-1] if word[-1] == "e" and ending[0] in "ei" else word) + ending


def number_word(number: int) -> str:
    """Return a number from 0 to 999 in words: "twenty-seven", "one hundred five"."""
    if number < 20:
        return NUMBER_WORDS[number]
    if number < 100:
        ones = number % 10
        return TENS[number // 10] + (f"-{NUMBER_WORDS[ones]}" if ones else "")
    rest = number % 100
    return f"{NUMBER_WORDS[number // 100]} hundred" + (f" {number_word(rest)}" if rest else "")


def joined(items: list[str] | tuple[str, ...], word: str = "and") -> str:
    """Return "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


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
        return found + [
            Phrase(f"{word} {noun}", SINGULAR, "it", noun) for word in ("this", "his", "her", "our")
        ]
    plural = PLURAL_OF[noun]
    found += [Phrase(article(noun), SINGULAR, pronoun, noun)] * 3
    found += [
        Phrase(f"the {word} {noun}", SINGULAR, pronoun, noun)
        for word in adjectives[:: max(1, len(adjectives) // 6)]
    ]
    found += [
        Phrase(article(f"{word} {noun}"), SINGULAR, pronoun, noun)
        for word in adjectives[1 :: max(1, len(adjectives) // 3)]
    ]
    found += [
        Phrase(f"{word} {noun}", SINGULAR, pronoun, noun)
        for word in ("this", "that", "my", "her", "his", "our")
    ]
    found += [Phrase(f"the {plural}", PLURAL, "they", noun)] * 3
    found += [
        Phrase(f"{word} {plural}", PLURAL, "they", noun) for word in ("two", "three", "these", "some", "many")
    ]
    return found


def person_phrases() -> tuple[Phrase, ...]:
    """Return subjects of actions: agents in many forms, names, pairs of names and pronouns."""
    found = [phrase for agent in AGENTS for phrase in noun_phrases(agent[4:])]
    names = [Phrase(name, SINGULAR, GENDER[name]) for name in PEOPLE]
    found += names * 8
    found += [
        Phrase(f"{one} and {two}", PLURAL, "they") for one, two in zip(PEOPLE, PEOPLE[7:], strict=False)
    ] * 2
    relatives = [
        Phrase(f"{owner} {word}", SINGULAR, pronoun_of(word), word) for owner in OWNERS for word in RELATIVES
    ]
    found += relatives
    pronouns = [Phrase(word, PLURAL, word) for word in ("we", "they", "you")]
    pronouns += [Phrase("he", SINGULAR, "he"), Phrase("she", SINGULAR, "she"), Phrase("I", FIRST, "I")]
    return tuple(found + pronouns * 20)


PERSONS = person_phrases()
PERSONS_WITH_PRONOUN = tuple(p for p in PERSONS if p.pronoun and p.text not in OBJECT_PRONOUN)
ANIMAL_PHRASES = tuple(p for noun in NOUNS_BY_KIND["animal"] for p in noun_phrases(noun.singular))
NAMES = tuple(Phrase(name, SINGULAR, GENDER[name]) for name in PEOPLE)


def transitive_forms(verb: Verb) -> Forms:
    """Return the forms of a transitive verb with all phrases that can be its object."""
    objects = [phrase for thing in verb.objects for phrase in noun_phrases(thing.split(" ", 1)[1])]
    if verb.base in PERSON_VERBS:
        objects += NAMES
    return Forms(verb, tuple(objects), ())


ACTIONS = tuple(transitive_forms(verb) for verb in TRANSITIVE)
MOVEMENTS = tuple(Forms(verb, (), tuple(f" {place}" for place in verb.places)) for verb in INTRANSITIVE)
ANIMAL_MOVES = tuple(
    m
    for m in MOVEMENTS
    if m.base in {"run", "sleep", "swim", "sit", "jump", "hide", "rest", "fall", "wander"}
)
ANIMAL_ACTIONS = tuple(
    a for a in ACTIONS if a.base in {"chase", "see", "follow", "hear", "find", "smell", "catch"}
)
# The past of these verbs looks like the present ("read", "cut"), so they cannot show a change of tense.
SAME_PAST = {"read", "cut"}

NAMED_THINGS = tuple((noun, KIND_ADJECTIVES[KIND_OF[noun.singular]]) for noun in NOUNS)
SIMILE_ADJECTIVES = {adjective for adjective, _ in facts.SIMILES}


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
        self.novelty = 0.0  # how many more invented words the sentences have than the plain tables give
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

    def some(self, items, count: int) -> list:
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
        if self.random() < 0.84 - self.novelty:
            return self.pick(NAMES)
        return Phrase(self.invented_word().capitalize(), SINGULAR, self.pick(("he", "she")))

    def subject(self) -> Phrase:
        """Return someone who does something: mostly people, at times somebody with an invented name."""
        chance = self.random()
        if chance < 0.9 - self.novelty:
            return self.pick(PERSONS)
        if chance < 0.96 - self.novelty / 2:
            return self.name()
        return self.invented_thing()

    def invented_thing(self) -> Phrase:
        """Return a noun phrase about a thing that does not exist: "the blorn", or with novelty "two blorns"."""
        word = self.invented_word()
        if not self.novelty or self.random() < 0.5:
            return Phrase(f"the {word}", SINGULAR, "it")
        if self.random() < 0.3:
            return Phrase(f"{self.pick(('the', 'two', 'these', 'many'))} {with_ending(word, 's')}", PLURAL, "they")
        determiner = self.pick(("a", "a", "my", "his", "this", "our", "the old", "the small", "a new", "the white"))
        return Phrase(f"{determiner} {word}", SINGULAR, "it")

    def invented_base(self) -> str:
        """Return an adjective or a verb that does not exist and has regular forms: "tamuny" or "blorn"."""
        word = self.invented_word()
        return word + self.pick(BASE_ENDINGS) if word[-1] in "aiou" else word

    def invented_verb(self, real: Forms) -> Forms:
        """Return a verb that does not exist, for the objects and places of a real one."""
        base = self.invented_base()
        past = with_ending(base, "ed")
        verb = Intransitive(base, with_ending(base, "s"), past, past, with_ending(base, "ing"), ())
        return Forms(verb, real.objects, real.places)

    def tail(self, tense: int) -> str:
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

    def neutral_tail(self) -> str:
        """Return adverbials that fit all simple tenses."""
        chance = self.random()
        if chance < 0.35:
            return ""
        return f" {self.pick(SIMPLE_TIMES if chance < 0.7 else MANNERS)}"

    def tense(self, verb: Forms) -> int:
        """Return a tense in which the verb can stand, mostly a simple one."""
        return self.pick(SIMPLE_TENSES) if self.random() < 0.65 else self.pick(verb.tenses)

    def action(self, tense: int | None = None, subject: Phrase | None = None) -> Clause:
        """Return a clause with an object; without a tense its adverbials fit all simple tenses."""
        verb = self.pick(ACTIONS)
        if self.novelty and self.random() < self.novelty:
            verb = self.invented_verb(verb)
        tail = self.neutral_tail() if tense is None else self.tail(tense)
        chance = self.random()
        if subject is None and chance < 0.06:
            return Clause(
                self.pick(ANIMAL_PHRASES), self.pick(ANIMAL_ACTIONS), self.pick(ANIMAL_PHRASES), tail
            )
        if subject is None:
            subject = self.subject()
        if chance > 0.95 - self.novelty:
            thing = self.invented_thing()
        else:
            thing = self.pick(verb.objects)
        return Clause(subject, verb, thing, tail)

    def movement(self, subject: Phrase | None = None) -> Clause:
        """Return a clause without an object: "The boy runs in the park."."""
        if subject is None:
            if self.random() < 0.15:
                verb = self.pick(ANIMAL_MOVES)
                return Clause(self.pick(ANIMAL_PHRASES), verb, None, self.pick(verb.places))
            subject = self.subject()
        verb = self.pick(MOVEMENTS)
        if self.novelty and self.random() < self.novelty:
            verb = self.invented_verb(verb)
        tail = self.pick(verb.places)
        if self.random() < 0.3:
            tail += f" {self.pick(SIMPLE_TIMES)}"
        return Clause(subject, verb, None, tail)

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
            return Being(
                Phrase(f"the {noun.singular}", SINGULAR, pronoun_of(noun.singular)), f"very {adjective}"
            )
        return Being(
            Phrase(f"the {noun.singular}", SINGULAR, pronoun_of(noun.singular), noun.singular), adjective
        )

    def any_clause(self) -> Clause | Being:
        """Return any kind of clause."""
        return self.clause() if self.random() < 0.78 else self.being()

    def cast(self) -> dict[str, str]:
        """Return the people of a scene for the slots of a frame; at times others come next."""
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


TEACHERS = words_of(
    "the teacher, the teacher, the teacher, the teacher, the teacher, Miss Brown, Miss Green, Mister Hill, "
    "Mister Stone, the new teacher, the librarian, the tutor, our teacher, the old professor, the coach, "
    "my grandmother, his mother, her father"
)
