"""All relations, and how often each is spoken about.

    writer.pick(FACT_RELATIONS)         one relation; the frequent ones stand in the table several times
    BY_NAME["the capital of {x}"]       the relation between countries and capitals

What people say about them is not decided here but in the rooms beside this one.
"""

from __future__ import annotations

from small_world.relations.calendar_and_numbers import (
    MONTH_LENGTH,
    NEXT_DAY,
    NEXT_MONTH,
    NEXT_SEASON,
    NUMBER_IN_WORDS,
    ORDINAL,
    ROMAN_NUMERAL,
    SIDES,
)
from small_world.relations.countries_and_people import (
    AUTHOR,
    CAPITAL,
    CONTINENT,
    DEVELOPER,
    DISCOVERER,
    INVENTOR,
    LANGUAGE,
    OCCUPATION,
)
from small_world.relations.nature_and_things import (
    ANIMAL_CLASS,
    ANIMAL_SOUND,
    ANIMAL_VOICE,
    ATOMIC_NUMBER,
    CATEGORY,
    CLOUD,
    COLOR,
    ELEMENT,
    MATERIAL,
    SYMBOL,
    UNCOUNTED_CATEGORY,
    YOUNG_ANIMAL,
)
from small_world.relations.relation import Relation
from small_world.relations.word_building import PREFIX, RHYME, SPELLING, SUFFIX, WITH_PREFIX, WITH_SUFFIX, WORD_CLASS
from small_world.relations.word_forms import (
    ADVERB,
    COMPARATIVE,
    DEGREES,
    LONG_FORM,
    PAST_PARTICIPLE,
    PAST_TENSE,
    PLURAL_FORM,
    PRESENT_PARTICIPLE,
    SHORT_FORM,
    SINGULAR_FORM,
    SUPERLATIVE,
    THIRD_PERSON,
)
from small_world.relations.word_meanings import NOUN_MEANING, OPPOSITE, SIMILE, SYNONYM, VERB_MEANING, WORD_FOR_MEANING
from small_world.text import by_weight

WORD_WEIGHTS = (
    (10, PLURAL_FORM),
    (6, SINGULAR_FORM),
    (12, OPPOSITE),
    (10, SYNONYM),
    (7, COMPARATIVE),
    (7, SUPERLATIVE),
    (1, DEGREES),
    (6, PAST_TENSE),
    (2, PAST_PARTICIPLE),
    (6, PRESENT_PARTICIPLE),
    (1, THIRD_PERSON),
    (5, ADVERB),
    (10, SPELLING),
    (6, WORD_CLASS),
    (5, RHYME),
    (5, SHORT_FORM),
    (2, LONG_FORM),
    (3, WITH_PREFIX),
    (2, PREFIX),
    (3, WITH_SUFFIX),
    (2, SUFFIX),
)
FACT_WEIGHTS = (
    (14, CAPITAL),
    (6, CONTINENT),
    (6, LANGUAGE),
    (12, AUTHOR),
    (7, SYMBOL),
    (5, ELEMENT),
    (4, ATOMIC_NUMBER),
    (8, ANIMAL_CLASS),
    (6, YOUNG_ANIMAL),
    (5, ANIMAL_VOICE),
    (5, ANIMAL_SOUND),
    (8, NOUN_MEANING),
    (5, WORD_FOR_MEANING),
    (3, VERB_MEANING),
    (7, SIMILE),
    (7, CLOUD),
    (6, INVENTOR),
    (3, DISCOVERER),
    (1, DEVELOPER),
    (6, COLOR),
    (6, MATERIAL),
    (7, OCCUPATION),
    (4, SIDES),
    (9, CATEGORY),
    (5, UNCOUNTED_CATEGORY),
    (3, NEXT_DAY),
    (3, NEXT_MONTH),
    (1, NEXT_SEASON),
    (2, MONTH_LENGTH),
    (3, NUMBER_IN_WORDS),
    (1, ORDINAL),
    (2, ROMAN_NUMERAL),
)
WORD_RELATIONS, FACT_RELATIONS = by_weight(*WORD_WEIGHTS), by_weight(*FACT_WEIGHTS)
ALL_RELATIONS = tuple(relation for _, relation in WORD_WEIGHTS + FACT_WEIGHTS)  # each once
BY_NAME = {relation.names[0]: relation for relation in ALL_RELATIONS}
_ABOUT_WORDS = frozenset(id(relation) for _, relation in WORD_WEIGHTS)
# The single words that stand in the tables, with small letters and with a capital letter.
_CELLS = {cell for table in ALL_RELATIONS for row in table.rows for cell in row if cell.isalpha() and len(cell) > 2}
SMALL_WORDS = tuple(sorted(cell for cell in _CELLS if cell.islower()))
CAPITALIZED_WORDS = tuple(sorted(cell for cell in _CELLS if cell[0].isupper() and cell[1:].islower()))


def is_about_words(relation: Relation) -> bool:
    """Tell whether a relation is between words, such as a plural, and not a fact about the world."""
    return id(relation) in _ABOUT_WORDS
