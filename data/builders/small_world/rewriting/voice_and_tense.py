"""Active and passive voice, and the tenses.

    passive_pair(writer)        ("The cook bakes the cake.", "The cake is baked by the cook.")
    tense_pair(PAST)(writer)    ("The boy runs in the park.", "The boy ran in the park.")

The forms of the sentences are made by ``clauses``; here are the pairs, and the words in which people ask for them.
"""

from __future__ import annotations

from collections.abc import Callable

from small_world.clauses import FUTURE, PASSIVE_TENSES, PAST, PAST_PERFECT, PRESENT, SIMPLE_TENSES, TENSE_NAMES, Clause
from small_world.rewriting.transformation import Transformation, commands_for_form
from small_world.text import lines_of
from small_world.word_lists import NOW_TIMES, SAME_PAST, SIMPLE_TIMES
from small_world.writer import Writer


def passive_pair(writer: Writer) -> tuple[str, str]:
    """An active sentence and its passive."""
    tense = writer.pick(SIMPLE_TENSES) if writer.random() < 0.7 else writer.pick(PASSIVE_TENSES)
    clause = writer.action(tense)
    if tense not in clause.verb.tenses:
        tense = PAST_PERFECT
    return clause.statement(tense), clause.passive(tense, writer.random() < 0.25)


def active_pair(writer: Writer) -> tuple[str, str]:
    """A passive sentence and its active form."""
    return passive_pair(writer)[::-1]


def tense_pair(target: int) -> Callable[[Writer], tuple[str, str]]:
    """Return a function that makes a sentence in another tense and in the target tense."""

    def make(writer: Writer) -> tuple[str, str]:
        if target in SIMPLE_TENSES:
            sources = tuple(tense for tense in SIMPLE_TENSES if tense != target)
            clause = writer.any_clause()
            while target != FUTURE and isinstance(clause, Clause) and clause.verb.base in SAME_PAST:
                clause = writer.any_clause()
            return clause.statement(writer.pick(sources)), clause.statement(target)
        clause = writer.action(target) if writer.random() < 0.7 else writer.movement()
        while target not in clause.verb.tenses:
            clause = writer.action(target)
        if any(clause.adverbials.endswith(time) for time in NOW_TIMES + SIMPLE_TIMES):
            clause.adverbials = ""
        return clause.statement(writer.pick((PRESENT, PRESENT, PAST))), clause.statement(target)

    return make


TO_PASSIVE = Transformation(
    make=passive_pair,
    labels=("the passive form", "the passive voice", "the passive version", "the passive sentence"),
    commands=commands_for_form(
        "the passive voice",
        "make/made {it} passive",
        "turn/turned {it} into a passive sentence",
        "change/changed {it} from active to passive",
        "convert/converted {it} from active to passive voice",
    ),
    frames=lines_of("""
        In the passive voice, «{A}» becomes «{B}»
        «{A}» is active; «{B}» is the passive form.
        The active sentence is «{A}» The passive sentence is «{B}»
        Active: {A}/n/Passive: {B}
        The object comes first in the passive voice: {B} In the active voice we say: {A}
        {p} wrote an active sentence: «{A}» {q} made the passive one: «{B}»
        {A} In other words: {B}
        Who does it? {A} What happens to it? {B}
    """),
)
TO_ACTIVE = Transformation(
    make=active_pair,
    labels=("the active form", "the active voice", "the active version", "the active sentence"),
    commands=commands_for_form(
        "the active voice",
        "make/made {it} active",
        "turn/turned {it} into an active sentence",
        "change/changed {it} from passive to active",
        "convert/converted {it} from passive to active voice",
    ),
    frames=lines_of("""
        In the active voice, «{A}» becomes «{B}»
        «{A}» is passive; «{B}» is the active form.
        The passive sentence is «{A}» The active sentence is «{B}»
        Passive: {A}/n/Active: {B}
        {A} In other words: {B}
    """),
)


def to_tense(tense: int) -> Transformation:
    """Return the change into one tense."""
    name = TENSE_NAMES[tense]
    short = name.replace(" tense", "")
    long = name if name.endswith("tense") else f"{name} tense"
    return Transformation(
        tense_pair(tense),
        (f"the {long} form", f"the {short} form", f"the sentence in the {long}"),
        commands_for_form(f"the {name}") + commands_for_form(f"the {long}"),
        lines_of(f"""
            In the {name}, «{{A}}» becomes «{{B}}»
            «{{B}}» is in the {name}.
            {{p}} changed the verb, because the story was in the {name}: «{{A}}» became «{{B}}»
            The {name} of the sentence «{{A}}» is «{{B}}»
            In the {long} we say: {{B}}
            Before: {{A}}/n/In the {name}: {{B}}
        """),
    )
