"""Scenes of the small world in which people put a sentence into another form, such as the passive voice."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import facts
from lexicon import ADJECTIVES, AGENTS, GENDER, NOUNS, PEOPLE, Noun, article, with_suffix
from world_writer import (
    ACTIONS,
    ADJECTIVE_OF,
    ANIMAL_MOVES,
    ANIMAL_PHRASES,
    FIRST,
    FUTURE,
    FUTURE_CONTINUOUS,
    FUTURE_PERFECT,
    KIND_ADJECTIVES,
    MANNER_ADVERBS,
    MODALS,
    MOVEMENTS,
    MUST,
    NAMED_THINGS,
    NAMES,
    NOUNS_BY_KIND,
    NOW_TIMES,
    PASSIVE_TENSES,
    PAST,
    PAST_CONTINUOUS,
    PAST_PERFECT,
    PERFECT_TENSES,
    PERSONS,
    PERSONS_WITH_PRONOUN,
    PLURAL,
    PRESENT,
    PRESENT_CONTINUOUS,
    PRESENT_PERFECT,
    SAME_PAST,
    SHOULD,
    SIMPLE_TENSES,
    SIMPLE_TIMES,
    SINGULAR,
    TENSE_NAMES,
    Being,
    Clause,
    Phrase,
    Writer,
    capitalize,
    lines_of,
    words_of,
)


class Transformation(NamedTuple):
    """A change of a sentence: how to make an example, what the change is called and how people ask for it.

    ``make`` returns the sentence before and after, and perhaps a word for the slot {w} of the commands.
    Each command holds the verb as it is asked for and as it is told: "change/changed it to the past tense".
    """

    make: Callable[[Writer], tuple[str, ...]]
    labels: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    frames: tuple[str, ...]


def passive_pair(w: Writer) -> tuple[str, str]:
    """An active sentence and its passive."""
    tense = w.pick(SIMPLE_TENSES) if w.random() < 0.7 else w.pick(PASSIVE_TENSES)
    clause = w.action(tense)
    if tense not in clause.verb.tenses:
        tense = PAST_PERFECT
    return clause.statement(tense), clause.passive(tense, w.random() < 0.25)


def active_pair(w: Writer) -> tuple[str, str]:
    """A passive sentence and its active form."""
    return passive_pair(w)[::-1]


def negative_pair(w: Writer) -> tuple[str, str]:
    """A positive sentence and its negative."""
    clause = w.any_clause()
    tense = w.pick(SIMPLE_TENSES) if w.random() < 0.75 else w.pick(PERFECT_TENSES + MODALS)
    return clause.statement(tense), clause.negative(tense, w.random() < 0.15)


def positive_pair(w: Writer) -> tuple[str, str]:
    """A negative sentence and its positive form."""
    return negative_pair(w)[::-1]


def question_pair(w: Writer) -> tuple[str, str]:
    """A statement and the question that asks whether it is true."""
    clause = w.any_clause()
    tense = w.pick(SIMPLE_TENSES) if w.random() < 0.75 else w.pick(PERFECT_TENSES + MODALS)
    return clause.statement(tense), clause.question(tense)


def statement_pair(w: Writer) -> tuple[str, str]:
    """A question and the statement behind it."""
    return question_pair(w)[::-1]


def tense_pair(target: int) -> Callable[[Writer], tuple[str, str]]:
    """Return a function that makes a sentence in another tense and in the target tense."""

    def make(w: Writer) -> tuple[str, str]:
        if target in SIMPLE_TENSES:
            sources = tuple(tense for tense in SIMPLE_TENSES if tense != target)
            clause = w.any_clause()
            while target != FUTURE and isinstance(clause, Clause) and clause.verb.base in SAME_PAST:
                clause = w.any_clause()
            return clause.statement(w.pick(sources)), clause.statement(target)
        clause = w.action(target) if w.random() < 0.7 else w.movement()
        while target not in clause.verb.tenses:
            clause = w.action(target)
        if any(clause.tail.endswith(time) for time in NOW_TIMES + SIMPLE_TIMES):
            clause.tail = ""
        return clause.statement(w.pick((PRESENT, PRESENT, PAST))), clause.statement(target)

    return make


def pronoun_pair(w: Writer) -> tuple[str, str]:
    """A sentence with a noun or a name as its subject, and with a pronoun instead."""
    subject = w.pick(PERSONS_WITH_PRONOUN if w.random() < 0.8 else ANIMAL_PHRASES)
    clause = w.clause(subject)
    tense = w.pick(SIMPLE_TENSES)
    pronoun = subject.pronoun
    return clause.statement(tense), clause.with_subject(Phrase(pronoun, subject.person, pronoun)).statement(
        tense
    )


def plural_pair(w: Writer) -> tuple[str, str]:
    """A sentence about one person or thing, and about several."""
    noun = w.pick(NOUNS_BY_KIND["person"] if w.random() < 0.6 else NOUNS_BY_KIND["animal"])
    one, many = w.pick((("the", "the"), ("this", "these"), ("that", "those"), ("my", "my")))
    subject = Phrase(f"{one} {noun.singular}", SINGULAR, "", noun.singular)
    clause = w.movement(subject) if noun.kind == "animal" else w.clause(subject)
    if noun.kind == "animal":
        verb = w.pick(ANIMAL_MOVES)
        clause = Clause(subject, verb, None, w.pick(verb.places))
    tense = w.pick((PRESENT, PRESENT, PRESENT_CONTINUOUS, PAST))
    if tense not in clause.verb.tenses:
        tense = PRESENT
    plural = Phrase(f"{many} {noun.plural}", PLURAL, "they", noun.singular)
    return clause.statement(tense), clause.with_subject(plural).statement(tense)


def singular_pair(w: Writer) -> tuple[str, str]:
    """A sentence about several people or things, and about one."""
    return plural_pair(w)[::-1]


def short_form_pair(w: Writer) -> tuple[str, str]:
    """A sentence in full, and with a contraction."""
    chance = w.random()
    if chance < 0.6:
        clause, tense = w.any_clause(), w.pick((*SIMPLE_TENSES, PRESENT_PERFECT, MUST, SHOULD))
        if clause.subject.person != FIRST:
            return clause.negative(tense), clause.negative(tense, short=True)
    pronoun, full, short = w.pick(PRONOUN_CONTRACTIONS)
    rest = w.pick(KIND_ADJECTIVES["person"])
    if full.endswith("will"):
        verb = w.pick(MOVEMENTS)
        rest = verb.base + w.pick(verb.places)
    elif pronoun == "it":
        rest = w.pick(KIND_ADJECTIVES["object"])
    return f"{capitalize(full)} {rest}.", f"{capitalize(short)} {rest}."


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


def full_form_pair(w: Writer) -> tuple[str, str]:
    """A sentence with a contraction, and in full."""
    return short_form_pair(w)[::-1]


SIMILE_NOUNS = {
    adjective: tuple(noun for noun, adjectives in NAMED_THINGS if adjective in adjectives)
    or tuple(noun for noun, _ in NAMED_THINGS if noun.kind in ("person", "object", "animal"))
    for adjective, _ in facts.SIMILES
}


def simile_pair(w: Writer) -> tuple[str, str]:
    """A plain sentence, and with a simile."""
    adjective, image = w.pick(facts.SIMILES)
    noun = w.pick(SIMILE_NOUNS[adjective])
    owner = w.pick(("the", "the", "the", "my", "his", "her", "our"))
    subject = Phrase(f"{owner} {noun.singular}", SINGULAR, "")
    if noun.kind == "person" and w.random() < 0.5:
        subject = w.name()
    tense = w.pick((PRESENT, PRESENT, PRESENT, PAST))
    plain = f"very {adjective}" if w.random() < 0.5 else adjective
    return Being(subject, plain).statement(tense), Being(subject, f"as {adjective} as {image}").statement(
        tense
    )


def exclamation_pair(w: Writer) -> tuple[str, str]:
    """A statement and an exclamation."""
    noun, adjectives = w.pick(NAMED_THINGS)
    adjective = w.pick(adjectives)
    plain = f"The {noun.singular} is {'very ' if w.random() < 0.5 else ''}{adjective}."
    thing = article(f"{adjective} {noun.singular}")
    forms = (
        f"What {thing}!",
        f"How {adjective} the {noun.singular} is!",
        f"The {noun.singular} is so {adjective}!",
    )
    return plain, w.pick(forms)


def request(w: Writer) -> str:
    """Return a command without capital letter and stop: "open the door"."""
    if w.random() < 0.75:
        verb = w.pick(ACTIONS)
        return f"{verb.base} {w.pick(verb.objects).text}"
    verb = w.pick(MOVEMENTS)
    return verb.base + w.pick(verb.places)


def polite_pair(w: Writer) -> tuple[str, str]:
    """A command and a polite request."""
    wish = request(w)
    asked = w.pick((f"Could you please {wish}?", f"Please {wish}.", f"Would you please {wish}?"))
    return f"{capitalize(wish)}.", asked


def command_pair(w: Writer) -> tuple[str, str]:
    """A sentence about a duty and a command."""
    wish = request(w)
    return f"You {w.pick(('must', 'should', 'have to'))} {wish}.", f"{capitalize(wish)}."


def capitals_pair(w: Writer) -> tuple[str, str]:
    """A sentence without capital letters, and a correct one."""
    name = w.name()
    chance = w.random()
    if chance < 0.5:
        right = w.clause(name).statement(w.pick(SIMPLE_TENSES))
    elif chance < 0.8:
        country, city = w.pick(facts.CAPITALS)
        if w.novelty and w.random() < 0.5:
            country, city = w.invented_word().capitalize(), w.invented_word().capitalize()
        right = w.pick(
            (
                f"{name.text} lives in {city}.",
                f"{name.text} comes from {country}.",
                f"{name.text} and I visited {city} in {w.pick(facts.MONTHS)}.",
                f"My friend {name.text} likes {country}.",
                f"Yesterday {name.text} flew to {city}.",
                f"The train from {city} arrived on {w.pick(facts.DAYS)}.",
            )
        )
    else:
        right = f"{name.text} has a lesson on {w.pick(facts.DAYS)} and a party on {w.pick(facts.DAYS)}."
    return right.lower(), right


def punctuation_pair(w: Writer) -> tuple[str, str]:
    """A sentence without its last mark, and with it."""
    clause, tense, chance = w.any_clause(), w.pick(SIMPLE_TENSES), w.random()
    if chance < 0.4:
        right = clause.question(tense)
    else:
        right = exclamation_pair(w)[1] if chance < 0.6 else clause.statement(tense)
    return right[:-1], right


def agreement_error(w: Writer) -> tuple[str, str]:
    """A sentence whose verb does not agree with its subject, and the right one."""
    chance = w.random()
    subject = w.pick(PERSONS)
    if chance < 0.6:
        clause = w.clause(subject)
        verb = clause.verb
        wrong = verb.base if subject.person == SINGULAR else verb.third
        return f"{capitalize(subject.text)} {wrong}{clause.after_verb()}.", clause.statement(PRESENT)
    being = w.being()
    tense = w.pick((PRESENT, PAST))
    wrong = ("are", "were") if being.subject.person == SINGULAR else ("is", "was")
    return f"{capitalize(being.subject.text)} {wrong[tense]} {being.complement}.", being.statement(tense)


REGULARIZED = tuple(
    (verb, with_suffix(verb.base, "ed"))
    for verb in ACTIONS + MOVEMENTS
    if not verb.past.endswith("ed") and verb.past != verb.base
)
IRREGULAR_NOUNS = tuple(
    (noun, noun.singular + "s")
    for noun in NOUNS
    if not noun.plural.startswith(noun.singular)
    for _ in range(1 if noun.plural.endswith("ies") else 4)
)
GRADABLE = tuple(a for a in ADJECTIVES if " " not in a.comparative and a.base not in {"good", "bad", "far"})


def form_error(w: Writer) -> tuple[str, str]:
    """A sentence with a wrong past form, plural, comparative or article, and the right one."""
    chance = w.random()
    if chance < 0.4:
        verb, wrong = w.pick(REGULARIZED)
        subject = w.pick(PERSONS)
        thing = f" {w.pick(verb.objects).as_object}" if verb.objects else w.pick(verb.places)
        return (
            f"{capitalize(subject.text)} {wrong}{thing}.",
            f"{capitalize(subject.text)} {verb.past}{thing}.",
        )
    if chance < 0.55:
        noun, wrong = w.pick(IRREGULAR_NOUNS)
        frame = w.pick(
            ("There are two {} in the picture.", "We saw three {} yesterday.", "The {} are very old.")
        )
        return frame.format(wrong), frame.format(noun.plural)
    if chance < 0.75:
        adjective = w.pick(GRADABLE)
        one, two = w.some(PEOPLE, 2)
        if w.random() < 0.4:
            wrong = f"{one} is the most {adjective.superlative} of all."
            return wrong, wrong.replace("most ", "")
        ending = f"than {two}."
        return f"{one} is more {adjective.comparative} {ending}", f"{one} is {adjective.comparative} {ending}"
    if chance < 0.88:
        clause = w.clause(w.name())
        front = f"{clause.subject.text} did not"
        return (
            f"{front} {clause.verb.past}{clause.after_verb()}.",
            f"{front} {clause.verb.base}{clause.after_verb()}.",
        )
    noun = w.pick(NOUNS).singular
    right = article(noun)
    wrong = ("a " if right.startswith("an ") else "an ") + noun
    frame = w.pick(("I saw {} in the morning.", "There is {} in the picture.", "She drew {} on the paper."))
    return frame.format(wrong), frame.format(right)


def grammar_pair(w: Writer) -> tuple[str, str]:
    """A sentence with a mistake in its grammar, and the right one."""
    while True:
        wrong, right = agreement_error(w) if w.random() < 0.55 else form_error(w)
        if wrong != right:
            return wrong, right


SPELLING_PLACES = set(
    words_of("library, kitchen, garden, hospital, museum, restaurant, village, cemetery, mountain")
)
SPELLING_FRAMES = {
    True: lines_of("""We went to the {} yesterday.
        The {} is near the school.
        {p} saw a picture of the {}.
        There is a bird in front of the {}.
        {p} is waiting at the {}."""),
    False: lines_of("""{p} wrote the word {} in the notebook.
        {p} cannot spell the word {} yet.
        The word {} is on page ten.
        Please read the word {} aloud.
        The next word on the list is {}.
        {p} found the word {} in a story."""),
}


def spelling_pair(w: Writer) -> tuple[str, str]:
    """A sentence with a misspelled word, and with the word spelled correctly."""
    wrong, right = w.pick(facts.MISSPELLINGS)
    frame = w.pick(SPELLING_FRAMES[right in SPELLING_PLACES])
    name = w.pick(PEOPLE)
    return frame.format(wrong, p=name), frame.format(right, p=name)


def adverb_pair(w: Writer) -> tuple[str, str, str]:
    """A sentence, the same with an adverb, and the adverb."""
    clause = w.clause()
    verb, adverb = clause.verb, w.pick(MANNER_ADVERBS)
    tense = w.pick((PRESENT, PAST))
    thing = f" {clause.object.as_object}" if clause.object else ""
    place = "" if clause.object else w.pick(verb.places)
    start = f"{capitalize(clause.subject.text)} {verb.finite(tense, clause.subject.person)}{thing}"
    return f"{start}{place}.", f"{start} {adverb}{place}.", adverb


def adjective_pair(w: Writer) -> tuple[str, str, str]:
    """A sentence, the same with an adjective before the first noun, and the adjective."""
    animal = w.random() < 0.4
    noun = w.pick(NOUNS_BY_KIND["animal"]) if animal else Noun(w.pick(AGENTS)[4:], "", "person")
    adjective = w.pick(KIND_ADJECTIVES[noun.kind])
    clause = w.clause(Phrase(f"the {noun.singular}", SINGULAR, "")) if not animal else w.movement()
    if animal:
        verb = w.pick(ANIMAL_MOVES)
        clause = Clause(Phrase(f"the {noun.singular}", SINGULAR, ""), verb, None, w.pick(verb.places))
    tense = w.pick(SIMPLE_TENSES)
    longer = clause.with_subject(Phrase(f"the {adjective} {noun.singular}", SINGULAR, ""))
    return clause.statement(tense), longer.statement(tense), adjective


COMPLEMENTS = tuple(
    (noun, adjective)
    for noun, adjectives in NAMED_THINGS
    for adjective in adjectives
    if adjective in ADJECTIVE_OF
)


def opposite_pair(w: Writer) -> tuple[str, str, str]:
    """A sentence, the same with the opposite of its adjective, and the adjective."""
    noun, adjective = w.pick(COMPLEMENTS)
    first = Phrase(f"the {noun.singular}", SINGULAR, "")
    tense = w.pick((PRESENT, PRESENT, PAST))
    opposite = ADJECTIVE_OF[adjective].antonym
    return Being(first, adjective).statement(tense), Being(first, opposite).statement(tense), adjective


def synonym_pair(w: Writer) -> tuple[str, str, str]:
    """A sentence, the same with a word that means nearly the same, and the word that was replaced."""
    noun, adjective = w.pick(COMPLEMENTS)
    while not ADJECTIVE_OF[adjective].synonyms:
        noun, adjective = w.pick(COMPLEMENTS)
    first = Phrase(f"the {noun.singular}", SINGULAR, "")
    tense = w.pick((PRESENT, PRESENT, PAST))
    synonym = w.pick(ADJECTIVE_OF[adjective].synonyms[:2])
    return Being(first, adjective).statement(tense), Being(first, synonym).statement(tense), adjective


def reported_pair(w: Writer) -> tuple[str, str]:
    """Direct speech and reported speech."""
    speaker = w.name()
    me, he = Phrase("I", FIRST, "I"), Phrase(speaker.pronoun, SINGULAR, speaker.pronoun)
    chance = w.random()
    if chance < 0.35:
        adjective = w.pick(KIND_ADJECTIVES["person"])
        return (
            f"{speaker.text} said, ‹I am {adjective}.›",
            f"{speaker.text} said that {he.text} was {adjective}.",
        )
    clause = Clause(me, w.pick(MOVEMENTS), None, "")
    clause.tail = w.pick(clause.verb.places)
    if chance < 0.7:
        verb = w.pick(ACTIONS)
        thing = next(phrase for phrase in verb.objects if phrase.text.startswith("the "))
        clause = Clause(me, verb, thing, "")
    told = clause.with_subject(he)
    if chance < 0.5:
        return (
            f"{speaker.text} said, ‹{clause.statement(FUTURE)}›",
            f"{speaker.text} said that {he.text} would {clause.verb.base}{clause.after_verb()}.",
        )
    return (
        f"{speaker.text} said, ‹{clause.statement(PRESENT)}›",
        f"{speaker.text} said that {told.body(PAST)}.",
    )


def combined_pair(w: Writer) -> tuple[str, str]:
    """Two short sentences and one sentence made of both."""
    first, second = w.name(), w.pick(NAMES)
    tense = w.pick((PAST, PAST, PRESENT, FUTURE))
    one = w.clause(first)
    chance = w.random()
    if chance < 0.35 and first.text != second.text:
        both = one.with_subject(Phrase(f"{first.text} and {second.text}", PLURAL, "they"))
        return f"{one.statement(tense)} {one.with_subject(second).statement(tense)}", both.statement(tense)
    two = w.clause(Phrase(first.pronoun, SINGULAR, first.pronoun))
    if chance < 0.65:
        joint = f"{capitalize(one.body(tense))} and {two.verb.finite(tense, SINGULAR)}{two.after_verb()}."
        return f"{one.statement(tense)} {two.statement(tense)}", joint
    adjective = w.pick(KIND_ADJECTIVES["person"])
    was = ("is", "was", "will be")[tense]
    link = w.pick(("because", "so", "and", "but"))
    state = f"{first.pronoun} {was} {adjective}"
    pair = f"{one.statement(tense)} {capitalize(state)}."
    return pair, f"{capitalize(one.body(tense))}{'' if link == 'because' else ','} {link} {state}."


def scrambled_pair(w: Writer) -> tuple[str, str]:
    """The words of a sentence in a wrong order, and the sentence."""
    right = w.action(None, w.pick(PERSONS)).statement(w.pick(SIMPLE_TENSES))
    words = right[:-1].split()
    while len(words) > 8:
        right = w.action(None, w.pick(NAMES)).statement(w.pick(SIMPLE_TENSES))
        words = right[:-1].split()
    if words[0] not in GENDER and words[0] != "I":
        words[0] = words[0].lower()
    return " / ".join(w.some(words, len(words))), right


def person_pair(w: Writer) -> tuple[str, str, str]:
    """A sentence, the same about somebody else, and the new subject."""
    clause = w.clause(w.pick(PERSONS))
    new = w.pick(PERSONS)
    tense = w.pick((PRESENT, PRESENT, PAST, FUTURE))
    return clause.statement(tense), clause.with_subject(new).statement(tense), new.text


def command_forms(*texts: str) -> tuple[tuple[str, str], ...]:
    """Split commands written as "change/changed it" into what is asked for and what is told."""
    pairs = []
    for text in texts:
        verbs, _, rest = text.partition(" ")
        asked, _, told = verbs.partition("/")
        pairs.append((f"{asked} {rest}", f"{told or asked} {rest}"))
    return tuple(pairs)


def named_form(name: str, *more: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that fit every form with a name, such as "the past tense"."""
    return command_forms(
        f"put {{it}} into {name}",
        f"change/changed {{it}} to {name}",
        f"rewrite/rewrote {{it}} in {name}",
        f"convert/converted {{it}} to {name}",
        f"write/wrote {{it}} in {name}",
        f"turn/turned {{it}} into {name}",
        f"rewrite/rewrote {{it}} using {name}",
        *more,
    )


def sentence_kind(name: str, *more: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that fit every kind of sentence, such as "a question"."""
    return command_forms(
        f"turn/turned {{it}} into {name}",
        f"change/changed {{it}} into {name}",
        f"convert/converted {{it}} into {name}",
        f"rewrite/rewrote {{it}} as {name}",
        f"make/made {name} from {{it}}",
        *more,
    )


def tense_change(tense: int) -> Transformation:
    """Return the change into one tense."""
    name = TENSE_NAMES[tense]
    short = name.replace(" tense", "")
    long = name if name.endswith("tense") else f"{name} tense"
    return Transformation(
        tense_pair(tense),
        (f"the {long} form", f"the {short} form", f"the sentence in the {long}"),
        named_form(f"the {name}") + named_form(f"the {long}"),
        lines_of(f"""In the {name}, «{{A}}» becomes «{{B}}»
            «{{B}}» is in the {name}.
            {{p}} changed the verb, because the story was in the {name}: «{{A}}» became «{{B}}»
            The {name} of the sentence «{{A}}» is «{{B}}»
            In the {long} we say: {{B}}
            Before: {{A}}/n/In the {name}: {{B}}"""),
    )


TRANSFORMATIONS: tuple[tuple[int, Transformation], ...] = (
    (
        18,
        Transformation(
            passive_pair,
            ("the passive form", "the passive voice", "the passive version", "the passive sentence"),
            named_form(
                "the passive voice",
                "make/made {it} passive",
                "turn/turned {it} into a passive sentence",
                "change/changed {it} from active to passive",
                "convert/converted {it} from active to passive voice",
            ),
            lines_of("""In the passive voice, «{A}» becomes «{B}»
            «{A}» is active; «{B}» is the passive form.
            The active sentence is «{A}» The passive sentence is «{B}»
            Active: {A}/n/Passive: {B}
            The object comes first in the passive voice: {B} In the active voice we say: {A}
            {p} wrote an active sentence: «{A}» {q} made the passive one: «{B}»
            {A} In other words: {B}
            Who does it? {A} What happens to it? {B}"""),
        ),
    ),
    (
        10,
        Transformation(
            active_pair,
            ("the active form", "the active voice", "the active version", "the active sentence"),
            named_form(
                "the active voice",
                "make/made {it} active",
                "turn/turned {it} into an active sentence",
                "change/changed {it} from passive to active",
                "convert/converted {it} from passive to active voice",
            ),
            lines_of("""In the active voice, «{A}» becomes «{B}»
            «{A}» is passive; «{B}» is the active form.
            The passive sentence is «{A}» The active sentence is «{B}»
            Passive: {A}/n/Active: {B}
            {A} In other words: {B}"""),
        ),
    ),
    (8, tense_change(PAST)),
    (5, tense_change(PRESENT)),
    (7, tense_change(FUTURE)),
    (7, tense_change(PRESENT_CONTINUOUS)),
    (2, tense_change(PAST_CONTINUOUS)),
    (2, tense_change(PRESENT_PERFECT)),
    (1, tense_change(FUTURE_CONTINUOUS)),
    (1, tense_change(PAST_PERFECT)),
    (1, tense_change(FUTURE_PERFECT)),
    (
        8,
        Transformation(
            negative_pair,
            ("the negative form", "the negative sentence", "the negative of the sentence"),
            sentence_kind(
                "a negative sentence",
                "make/made {it} negative",
                "put {it} into the negative",
                "change/changed {it} to the negative form",
                "rewrite/rewrote {it} in the negative form",
            ),
            lines_of("""{p} said: «{A}» {q} did not agree and said: «{B}»
            Positive: {A}/n/Negative: {B}
            «{A}» is positive, but «{B}» is negative.
            It is not true that this happened: {A} The truth is: {B}
            With the word «not» the sentence «{A}» becomes «{B}»"""),
        ),
    ),
    (
        2,
        Transformation(
            positive_pair,
            ("the positive form", "the positive sentence"),
            sentence_kind(
                "a positive sentence", "make/made {it} positive", "take/took the word «not» out of {it}"
            ),
            lines_of("""Negative: {A}/n/Positive: {B}
            «{A}» is negative, but «{B}» is positive."""),
        ),
    ),
    (
        8,
        Transformation(
            question_pair,
            ("the question", "the question form", "the interrogative form"),
            sentence_kind(
                "a question",
                "make/made {it} a question",
                "write/wrote {it} as a question",
                "turn/turned {it} from a statement into a question",
                "change/changed {it} to a question",
            ),
            lines_of("""Statement: {A}/n/Question: {B}
            «{A}» is a statement, and «{B}» is a question.
            ‹{B}› asked {p}. ‹Yes,› said {q}. ‹{A}›
            {p} was not sure and asked: «{B}» The answer was yes: {A}
            As a question, «{A}» becomes «{B}»"""),
        ),
    ),
    (
        2,
        Transformation(
            statement_pair,
            ("the statement", "the answer in a full sentence"),
            sentence_kind("a statement", "make/made {it} a statement", "answer/answered {it} with yes"),
            lines_of("""Question: {A}/n/Statement: {B}
            «{A}» is a question, and «{B}» is a statement."""),
        ),
    ),
    (
        8,
        Transformation(
            pronoun_pair,
            ("the sentence with a pronoun", "the form with a pronoun"),
            command_forms(
                "rewrite/rewrote {it} with a pronoun",
                "replace/replaced the subject of {it} with a pronoun",
                "use/used a pronoun as the subject of {it}",
                "put a pronoun in the place of the noun in {it}",
                "replace/replaced the noun in {it} with a pronoun",
            ),
            lines_of("""With a pronoun, «{A}» becomes «{B}»
            {A} We can also say it with a pronoun: {B}
            {p} did not want to use the same noun twice. After «{A}» {he} wrote «{B}»"""),
        ),
    ),
    (
        4,
        Transformation(
            plural_pair,
            ("the plural sentence", "the sentence in the plural", "the plural form"),
            named_form("the plural", "make/made the subject of {it} plural", "make/made {it} plural"),
            lines_of("""Singular: {A}/n/Plural: {B}
            One: {A} More than one: {B}
            «{A}» is singular, and «{B}» is plural."""),
        ),
    ),
    (
        2,
        Transformation(
            singular_pair,
            ("the singular sentence", "the sentence in the singular", "the singular form"),
            named_form("the singular", "make/made the subject of {it} singular", "make/made {it} singular"),
            lines_of("""Plural: {A}/n/Singular: {B}
            «{A}» is plural, and «{B}» is singular."""),
        ),
    ),
    (
        5,
        Transformation(
            short_form_pair,
            ("the short form", "the form with a contraction", "the contracted form"),
            command_forms(
                "rewrite/rewrote {it} with a contraction",
                "use/used a contraction in {it}",
                "write/wrote {it} with the short form",
                "shorten/shortened {it} with a contraction",
                "make/made a contraction in {it}",
            ),
            lines_of("""When people talk, they do not say «{A}» They say «{B}»
            Long form: {A}/n/Short form: {B}"""),
        ),
    ),
    (
        2,
        Transformation(
            full_form_pair,
            ("the long form", "the full form", "the form without a contraction"),
            command_forms(
                "rewrite/rewrote {it} without contractions",
                "write/wrote {it} in full",
                "write/wrote {it} with the long form",
                "expand/expanded the contraction in {it}",
            ),
            lines_of("""Short form: {A}/n/Long form: {B}
            In a letter we do not write «{A}» We write «{B}»"""),
        ),
    ),
    (
        7,
        Transformation(
            simile_pair,
            ("the sentence with a simile", "the form with a simile"),
            command_forms(
                "rewrite/rewrote {it} with a simile",
                "make/made a comparison in {it}",
                "use/used a simile in {it}",
                "add/added a simile to {it}",
                "write/wrote {it} with a simile",
                "say/said {it} with a simile",
                "change/changed {it} so that it has a simile",
                "make/made a simile from {it}",
            ),
            lines_of("""With a simile, «{A}» becomes «{B}»
            {A} How can we say it with a simile? {B}
            {p} liked to compare things. Instead of «{A}» {he} said «{B}»
            A poet would not write «{A}» A poet would write «{B}»
            Plain: {A}/n/With a simile: {B}
            {B} This is a simile. Without it we say: {A}"""),
        ),
    ),
    (
        3,
        Transformation(
            exclamation_pair,
            ("the exclamation", "the exclamation form"),
            sentence_kind(
                "an exclamation", "make/made {it} an exclamation", "say/said {it} with strong feeling"
            ),
            lines_of("""Statement: {A}/n/Exclamation: {B}
            {p} was surprised. {He} did not say «{A}» {He} said «{B}»"""),
        ),
    ),
    (
        5,
        Transformation(
            polite_pair,
            ("the polite form", "the polite request", "the polite version"),
            sentence_kind(
                "a polite request",
                "make/made {it} polite",
                "say/said {it} politely",
                "make/made {it} more polite",
                "rewrite/rewrote {it} in a polite way",
            ),
            lines_of("""«{A}» is not very polite. It is better to say: «{B}»
            A polite child does not say «{A}» A polite child says «{B}»
            Command: {A}/n/Polite request: {B}"""),
        ),
    ),
    (
        2,
        Transformation(
            command_pair,
            ("the command", "the command form", "the imperative"),
            sentence_kind("a command", "make/made {it} a command", "put {it} into the imperative"),
            lines_of("""Statement: {A}/n/Command: {B}
            {T} did not say «{A}» {T} said «{B}»"""),
        ),
    ),
    (
        6,
        Transformation(
            capitals_pair,
            ("the sentence with capital letters", "the correct sentence", "the correct form"),
            command_forms(
                "write/wrote {it} with capital letters",
                "correct/corrected the capitalization of {it}",
                "add/added the capital letters to {it}",
                "correct/corrected the capital letters in {it}",
                "put the capital letters into {it}",
                "fix/fixed the capital letters in {it}",
                "use/used capital letters in {it}",
            ),
            lines_of("""A name begins with a capital letter, and so does a sentence. Not «{A}» but «{B}»
            Without capital letters: {A}/n/With capital letters: {B}"""),
        ),
    ),
    (
        6,
        Transformation(
            punctuation_pair,
            ("the sentence with the right punctuation", "the correct sentence"),
            command_forms(
                "add/added the missing punctuation mark to {it}",
                "put the right mark at the end of {it}",
                "correct/corrected the punctuation of {it}",
                "fix/fixed the punctuation of {it}",
                "end/ended {it} with the right punctuation mark",
            ),
            lines_of("""A mark is missing in «{A}» It should be «{B}»
            Without punctuation: {A}/n/With punctuation: {B}"""),
        ),
    ),
    (
        13,
        Transformation(
            grammar_pair,
            ("the correct sentence", "the correct form", "the corrected sentence"),
            command_forms(
                "correct/corrected {it}",
                "correct/corrected the grammar of {it}",
                "fix/fixed the mistake in {it}",
                "correct/corrected the mistake in {it}",
                "fix/fixed the grammar in {it}",
                "find/found the error in {it} and write the correct sentence",
                "edit/edited {it}",
            ),
            lines_of("""«{A}» should be «{B}»
            «{A}» is wrong. The right sentence is «{B}»
            {p} wrote «{A}» {T} corrected the grammar: «{B}»
            There is a mistake in «{A}» The correct sentence is «{B}»
            Wrong: {A}/n/Right: {B}
            We do not say «{A}» We say «{B}»"""),
        ),
    ),
    (
        6,
        Transformation(
            spelling_pair,
            ("the correct sentence", "the sentence with the correct spelling"),
            command_forms(
                "correct/corrected the spelling in {it}",
                "fix/fixed the spelling mistake in {it}",
                "correct/corrected the spelling mistake in {it}",
                "find/found the misspelled word in {it}",
                "spell/spelled every word in {it} correctly",
            ),
            lines_of("""«{A}» has a spelling mistake. It should be «{B}»
            {p} wrote «{A}» {T} corrected the spelling: «{B}»
            Wrong spelling: {A}/n/Correct spelling: {B}"""),
        ),
    ),
    (
        3,
        Transformation(
            adverb_pair,
            ("the sentence with the adverb «{w}»", "the longer sentence"),
            command_forms(
                "add/added the adverb «{w}» to {it}",
                "use/used the adverb «{w}» in {it}",
                "put the adverb «{w}» into {it}",
                "add/added the word «{w}» to {it}",
            ),
            lines_of("""How did it happen? {p} made the sentence «{A}» longer: «{B}»
            {A} With an adverb: {B}"""),
        ),
    ),
    (
        3,
        Transformation(
            adjective_pair,
            ("the sentence with the adjective «{w}»", "the longer sentence"),
            command_forms(
                "add/added the adjective «{w}» to {it}",
                "use/used the adjective «{w}» in {it}",
                "put the adjective «{w}» before the noun in {it}",
                "add/added the word «{w}» to {it}",
            ),
            lines_of("""{p} made the sentence «{A}» longer: «{B}»
            {A} With an adjective: {B}"""),
        ),
    ),
    (
        4,
        Transformation(
            opposite_pair,
            ("the sentence with the opposite word", "the opposite"),
            command_forms(
                "replace/replaced «{w}» in {it} with its opposite",
                "use/used the opposite of «{w}» in {it}",
                "change/changed the word «{w}» in {it} to its opposite",
                "rewrite/rewrote {it} with the opposite of «{w}»",
                "use/used the antonym of «{w}» in {it}",
            ),
            lines_of("""The opposite of «{A}» is «{B}»
            {p} said «{A}» {q} said the opposite: «{B}»"""),
        ),
    ),
    (
        4,
        Transformation(
            synonym_pair,
            ("the sentence with a synonym", "the same idea in another word"),
            command_forms(
                "replace/replaced «{w}» in {it} with a synonym",
                "use/used a synonym of «{w}» in {it}",
                "change/changed the word «{w}» in {it} to a synonym",
                "rewrite/rewrote {it} with a synonym for «{w}»",
            ),
            lines_of("""«{A}» means nearly the same as «{B}»
            {A} With a synonym: {B}"""),
        ),
    ),
    (
        2,
        Transformation(
            reported_pair,
            ("the reported form", "the sentence in reported speech", "the indirect form"),
            named_form(
                "reported speech",
                "change/changed {it} from direct to indirect speech",
                "report/reported what was said in {it}",
                "turn/turned {it} into indirect speech",
            ),
            lines_of("""Direct speech: {A}/n/Reported speech: {B}
            «{A}» is direct speech. «{B}» is reported speech."""),
        ),
    ),
    (
        2,
        Transformation(
            combined_pair,
            ("one sentence", "the combined sentence", "the longer sentence"),
            command_forms(
                "combine/combined the two sentences",
                "join/joined the two sentences",
                "make/made one sentence from the two sentences",
                "put the two sentences together",
                "connect/connected the sentences",
            ),
            lines_of("""Two sentences: {A}/n/One sentence: {B}
            The two sentences «{A}» can be joined: «{B}»
            {A} In one sentence: {B}"""),
        ),
    ),
    (
        1,
        Transformation(
            scrambled_pair,
            ("the right order", "the correct sentence"),
            command_forms(
                "put the words in the right order",
                "put the words in order",
                "arrange/arranged the words to make a sentence",
                "make/made a sentence from the words",
            ),
            lines_of("""The words were in the wrong order: {A}/n/{p} made a sentence: {B}
            Words: {A}/n/Sentence: {B}"""),
        ),
    ),
    (
        3,
        Transformation(
            person_pair,
            ("the sentence with «{w}»", "the new sentence"),
            command_forms(
                "rewrite/rewrote {it} with «{w}» as the subject",
                "change/changed the subject of {it} to «{w}»",
                "begin/began {it} with «{w}»",
                "use/used «{w}» as the subject of {it}",
            ),
            lines_of("""With another subject, «{A}» becomes «{B}»
            {A} {q} does not say so, but says: {B}"""),
        ),
    ),
)
TRANSFORMATION_WHEEL = tuple(change for weight, change in TRANSFORMATIONS for _ in range(weight))

TRANSFORMATION_FRAMES = lines_of("""
    {T} wrote a sentence on the board: «{A}» {p} {did}: «{B}»
    {T} wrote «{A}» on the board and asked {p} to {do}. {p} wrote: «{B}»
    ‹{Dos},› said {t}. The sentence was: {A}/n/{p} wrote: {B}
    ‹{Do},› said {t} and pointed at the sentence «{A}» {p} answered: «{B}»
    The sentence was «{A}» {p} {did} and got «{B}»
    {p} read the sentence «{A}» aloud. Then {he} {did}. The result was «{B}»
    The task was to {dos}. The sentence was: {A}/n/The answer is: {B}
    If you take «{A}» and {do}, you get «{B}»
    How can we {dos}? We take «{A}» and write «{B}»
    ‹Can you {dos}?› asked {t}. The sentence was «{A}» {p} answered: «{B}»
    First {p} wrote «{A}» Then {he} {did}, and now it says «{B}»
    {p} looked at the sentence «{A}» for a long time. {q} {did} at once: «{B}»
    {Label} of «{A}» is «{B}»
    What is {label} of «{A}»? It is «{B}»
    {A}/n/{Label}: {B}
    Sentence: {A}/n/{Label}: {B}
    {T} gave the class an exercise: ‹{Dos}.› The sentence was: {A}/n/{p} gave the correct answer: {B}
    {p} had to {dos}. The input was «{A}» and the correct response was «{B}»
    Nobody in the class could {dos}, but {p} could. {He} rewrote «{A}» as «{B}»
    Example: {A}/n/Answer: {B}/n/Here {p} {did}.
    {p} asked: ‹How do I {dos}?› {q} showed {him} an example. The sentence was «{A}» and the answer was «{B}»
    On the card was a request: {dos}. The sentence on the card was «{A}» The appropriate answer is «{B}»
    {T} said: ‹{A}› {p} {did} and said: ‹{B}›
    In {his} notebook {p} wrote two sentences. The first was «{A}» and the second, {label}, was «{B}»
    Exercise: {Dos}./n/{A}/n//n/Answer:/n/{B}
    {Dos}./n//n/{A}/n//n/{p} completed the task and wrote:/n/{B}
    Task: {dos}. Given: {A} Solution: {B}
    {A} {T} asked the class to {do}, and {p} did so: {B}
    ‹Please {dos},› said {t}. {p} took the sentence «{A}» and changed it to «{B}»
    {p} and {q} were doing their homework. They had to {dos}. The first sentence was «{A}» {p} wrote «{B}»
    Today the class learned to {dos}. Here is what {p} wrote:/n/{A}/n/{B}
    {q} gave {p} the sentence «{A}» and told {him} to {do}. The response was «{B}»
    To {dos}, {p} changed «{A}» to «{B}»
    The question in the test was how to {dos}. The given sentence was «{A}» {p} provided the answer «{B}»
""")
SENTENCE_NAMES = (
    "the sentence",
    "the sentence",
    "this sentence",
    "the following sentence",
    "the given sentence",
)


def transformation_scene(w: Writer) -> str:
    """Tell how somebody changes a sentence."""
    change = w.pick(TRANSFORMATION_WHEEL)
    made = change.make(w)
    slots = w.cast()
    asked, told = w.pick(change.commands)
    label = w.pick(change.labels)
    if len(made) == 3:
        asked, told, label = (text.replace("{w}", made[2]) for text in (asked, told, label))
    asked_sentence = asked.replace("{it}", w.pick(SENTENCE_NAMES))
    asked, told = asked.replace("{it}", "it"), told.replace("{it}", "it")
    frame = w.pick(change.frames) if w.random() < 0.28 else w.pick(TRANSFORMATION_FRAMES)
    return frame.format(
        A=made[0],
        B=made[1],
        do=asked,
        did=told,
        dos=asked_sentence,
        Do=capitalize(asked),
        Dos=capitalize(asked_sentence),
        label=label,
        Label=capitalize(label),
        **slots,
    )


CHAIN_FRAMES = lines_of("""
    {Prep}, it becomes «{B}»
    {p} then wrote it {prep}: «{B}»
    ‹Now {prep},› said {t}. {p} answered: «{B}»
    The same sentence {prep} is «{B}»
    {q} wrote it {prep}: {B}
    {Prep} we say: {B}
    {Prep}: {B}
    ‹Who can say it {prep}?› asked {t}. {q} said: «{B}»
""")
CHAIN_STARTS = lines_of("""
    {T} wrote a sentence on the board: «{A}»
    {p} wrote: «{A}»
    The class worked with one sentence for the whole lesson. It was «{A}»
    Let us take the sentence «{A}»
    {A} This sentence can be rewritten in many ways.
    Here is a sentence: {A}
    {q} read a sentence from the book: «{A}»
    The sentence of the day was «{A}»
""")


def chain_scene(w: Writer) -> str:
    """Put one sentence into several forms, one after the other."""
    clause = w.action(None, w.pick(PERSONS_WITH_PRONOUN))
    subject, slots = clause.subject, w.cast()
    pronoun = Phrase(subject.pronoun, subject.person, subject.pronoun)
    tense = w.pick((PRESENT, PRESENT, PAST))
    forms = [
        ("in the future tense", clause.statement(FUTURE)),
        ("in the passive voice", clause.passive(tense, w.random() < 0.25)),
        ("in the negative", clause.negative(tense)),
        ("as a question", clause.question(tense)),
        ("with a pronoun", clause.with_subject(pronoun).statement(tense)),
        ("in the past tense", clause.statement(PAST))
        if tense == PRESENT
        else ("in the present tense", clause.statement(PRESENT)),
    ]
    parts = [w.pick(CHAIN_STARTS).format(A=clause.statement(tense), **slots)]
    for prep, sentence in w.some(forms, w.number(2, 4)):
        parts.append(w.pick(CHAIN_FRAMES).format(prep=prep, Prep=capitalize(prep), B=sentence, **slots))
    return ("\n" if w.random() < 0.3 else " ").join(parts)
