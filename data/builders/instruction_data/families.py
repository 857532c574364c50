"""The families of tasks: each with its phrasings, its examples and how many entries it gives to each part."""

from __future__ import annotations

from typing import NamedTuple

from instruction_data.closed_tables import GRAMMAR, PUNCTUATION, SENTENCE_TYPES
from instruction_data.example import Example, examples_from, examples_keyed_by_last, rows
from instruction_data.fact_examples import (
    arithmetic_examples,
    author_examples,
    element_examples,
    inventor_examples,
    simile_examples,
    unit_examples,
)
from instruction_data.open_tables import ADVICE, DESCRIPTIONS, FORMAL, LISTS, MESSAGES, POLITE, WORD_SENTENCES
from instruction_data.phrasings import FAMILIES
from instruction_data.sentence_examples import (
    capital_letter_examples,
    contraction_examples,
    pronoun_examples,
    spelling_examples,
    statement_examples,
    tense_examples,
    voice_examples,
    word_class_examples,
    word_count_examples,
)
from instruction_data.word_examples import (
    SELDOM_COMPARED,
    clear_categories,
    definition_examples,
    noun_examples,
    odd_one_out_examples,
    opposite_examples,
    sorting_examples,
    synonym_choice_examples,
    synonym_examples,
)
from small_world import facts
from small_world.lexicon import ADJECTIVES, ADVERBS


class Phrasing(NamedTuple):
    """The instruction, input and answer of a task, with the marks explained in `instruction_phrasings`."""

    instruction: str
    input: str
    output: str


class Family(NamedTuple):
    """A kind of task; `counts` says how many entries each part gets, in the order of `PARTS`."""

    name: str
    answer: str
    counts: tuple[int, ...]
    phrasings: list[Phrasing]
    examples: list[Example]


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of every family."""
    degrees = [word[:3] for word in ADJECTIVES if word.base not in SELDOM_COMPARED]
    # In Oceania the name of the continent is not as clear as elsewhere.
    continents = [row for row in facts.CONTINENTS if row[1] != "Oceania"]
    adverbs = [pair for pair in ADVERBS if pair[0] != pair[1]]
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
        "plural": noun_examples(),
        "singular": noun_examples(),
        "antonym": opposite_examples(),
        "synonym_choice": synonym_choice_examples(),
        "comparative": examples_from(degrees, "base", "comparative", "superlative"),
        "superlative": examples_from(degrees, "base", "comparative", "superlative"),
        "adverb": examples_from(adverbs, "adjective", "adverb"),
        "part_of_speech": word_class_examples(0),
        "find_the_word": word_class_examples(2),
        "alphabetical_order": sorting_examples(),
        "odd_one_out": odd_one_out_examples(),
        "author": author_examples(),
        "cloud_type": examples_from(facts.CLOUDS_WEATHER, "weather", "cloud"),
        "capital": examples_from(facts.CAPITALS, "country", "city"),
        "continent": examples_from(continents, "country", "continent"),
        "language": examples_from(facts.LANGUAGES, "country", "language"),
        "inventor": inventor_examples(),
        "element_symbol": element_examples(),
        "element_name": element_examples(),
        "category": examples_from(clear_categories(), "thing", "kind"),
        "animal_class": examples_from(facts.ANIMAL_CLASSES, "animal", "kind"),
        "animal_young": examples_from(facts.ANIMAL_YOUNG, "animal", "young"),
        "color": examples_from(facts.COLOURS, "things", "value"),
        "material": examples_from(facts.MATERIALS, "things", "value"),
        "word_from_definition": examples_from(facts.DEFINITIONS, "word", "definition"),
        "unit_conversion": unit_examples(),
        "arithmetic": arithmetic_examples(),
        "simile_completion": examples_from(facts.SIMILES, "adjective", "picture"),
        "simile": simile_examples(),
        "synonym": synonym_examples(),
        "definition": definition_examples(),
        "polite_request": examples_keyed_by_last(POLITE, "command", "request"),
        "formal_style": examples_keyed_by_last(FORMAL, "casual", "formal"),
        "description": examples_from(DESCRIPTIONS, "thing", "text"),
        "word_in_sentence": examples_from(WORD_SENTENCES, "word", "sentence"),
        "list_of_three": examples_from(LISTS, "kind", "things"),
        "advice": examples_from(ADVICE, "aim", "tip"),
        "message": examples_from(MESSAGES, "occasion", "text"),
    }


def read_families() -> list[Family]:
    """Return all families, with their phrasings read from `instruction_phrasings`."""
    pools = examples_of_families()
    families = []
    for block in FAMILIES.strip().split("\n\n"):
        head, *lines = block.replace("\n|", " |").splitlines()
        name, answer, *counts = head.split()
        phrasings = [Phrasing(*row) for row in rows("\n".join(lines))]
        families.append(Family(name, answer, tuple(map(int, counts)), phrasings, pools[name]))
    return families
