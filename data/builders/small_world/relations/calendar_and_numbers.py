"""Relations about days, months and seasons, and about numbers and shapes.

    After Monday comes Tuesday.
    In Roman numerals, 9 is IX.

Sums and units are no relations: see ``prose.sums``.
"""

from __future__ import annotations

from small_world import facts
from small_world.relations.relation import relation
from small_world.text import number_word, words_of


def following(items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return each item with the next one; the last is followed by the first."""
    return tuple(zip(items, items[1:] + items[:1], strict=True))


NEXT_DAY = relation(
    following(facts.DAYS),
    "the day after {x}, the day that follows {x}",
    """
    {ry} comes after {rx}.
    {rx} comes before {ry}.
    After {rx} comes {ry}.
    If today is {rx}, tomorrow is {ry}.
    If today is {ry}, yesterday was {rx}.
    The day before {ry} is {rx}.
    """,
    thing="",
)
NEXT_MONTH = relation(
    following(facts.MONTHS),
    "the month after {x}, the month that follows {x}",
    """
    {ry} comes after {rx}.
    {rx} comes before {ry}.
    After {rx} comes {ry}.
    If it is {rx} now, the next month is {ry}.
    The month before {ry} is {rx}.
    """,
    thing="",
)
NEXT_SEASON = relation(
    following(facts.SEASONS),
    "the season after {x}, the season that follows {x}",
    """
    {RY} comes after {rx}.
    After {rx} comes {ry}.
    {RX} comes before {ry}.
    The season before {ry} is {rx}.
    """,
    thing="",
)
MONTH_LENGTH = relation(
    [
        (month, str(days))
        for month, days in zip(facts.MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True)
        if days != 28
    ],
    "the number of days in {x}, the length of {x} in days",
    """
    {RX} has {ry} days.
    There are {ry} days in {rx}.
    How many days does {rx} have? It has {ry} days.
    """,
    quoted=0.0,
    thing="",
)
SMALL_NUMBERS = tuple((str(n), number_word(n)) for n in range(0, 100))
NUMBER_IN_WORDS = relation(
    SMALL_NUMBERS,
    "the number {rx} in words, the word for the number {rx}",
    """
    The number {rx} is written as {y}.
    {rx} is {ry}.
    {p} wrote {rx} in words: {ry}.
    {y} is the word for {rx}.
    In digits, {ry} is {rx}.
    """,
    quoted=0.4,
    thing="the number",
)
ORDINALS = tuple(
    (str(n), word)
    for n, word in enumerate(
        words_of("first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth"),
        1,
    )
)
ORDINAL = relation(
    ORDINALS,
    "the ordinal number for {rx}, the ordinal of {rx}",
    """
    Number {rx} in a row is the {ry}.
    The {ry} runner gets the number {rx}.
    """,
    quoted=0.3,
    thing="the number",
)
ROMAN_NUMERALS = tuple(
    enumerate(
        words_of("I, II, III, IV, V, VI, VII, VIII, IX, X, XI, XII, XIII, XIV, XV, XVI, XVII, XVIII, XIX, XX"),
        1,
    )
)
ROMAN_NUMERAL = relation(
    ROMAN_NUMERALS,
    "the Roman numeral for {rx}, the number {rx} as a Roman numeral",
    """
    In Roman numerals, {rx} is {ry}.
    The Roman numeral {ry} means {rx}.
    {p} wrote {rx} as {ry}.
    """,
    quoted=0.2,
    thing="the number",
)
SIDES = relation(
    [(s, number_word(n)) for s, n in facts.SHAPES] + [(s, n) for s, n in facts.SHAPES],
    "the number of sides of {ax}, the number of sides that {ax} has",
    """
    {AX} has {ry} sides.
    A shape called {ax} has {ry} sides.
    How many sides does {ax} have? {AX} has {ry} sides.
    {p} drew {ax}. It had {ry} sides.
    {p} counted the sides of {ax}: {ry}.
    Every {rx} has {ry} sides.
    Shape: {rx}. Sides: {ry}.
    """,
    quoted=0.0,
    thing="the shape",
)
