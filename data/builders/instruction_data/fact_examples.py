"""Examples for the tasks about facts and numbers: units, sums, inventors, authors, elements, similes."""

from __future__ import annotations

from random import Random

from instruction_data.example import SEED, Example, examples_from, examples_keyed_by_last
from instruction_data.open_tables import SIMILE_SUBJECTS
from small_world import facts

# units whose plural needs more than an "s"
IRREGULAR_UNITS = {"century": "centuries", "millennium": "millennia", "foot": "feet"}
# what was discovered and not invented
DISCOVERIES = frozenset(
    (
        "penicillin",
        "X-rays",
        "the law of gravity",
        "the electron",
        "the neutron",
        "Uranus",
        "Pluto",
        "the laws of planetary motion",
        "the circulation of the blood",
    )
)
NUMBER_WORDS = {1: "one", 2: "two", 3: "three"}


def unit_examples() -> list[Example]:
    """Return how many small units make a large unit, or two or three of them in every fourth example."""
    found = []
    for number, (large, small, factor) in enumerate(facts.UNITS):
        times = 2 + number % 8 // 4 if number % 4 == 3 and factor <= 100 else 1
        name = large if times == 1 else IRREGULAR_UNITS.get(large, large + "s")
        fields = {"amount": f"{NUMBER_WORDS[times]} {name}", "small": small, "total": str(times * factor)}
        found.append(Example(f"{large} of {small}", fields))
    return found


def arithmetic_examples() -> list[Example]:
    """Return small sums, differences and products; the key does not depend on the order of the numbers."""
    rng = Random(f"{SEED} arithmetic")
    found = []
    for number in range(60):
        low, high = sorted((rng.randint(2, 9), rng.randint(2, 12)))
        results = (("plus", "+", low + high), ("minus", "-", high - low), ("times", "x", low * high))
        word, sign, result = results[number % 3]
        first, second = (high, low) if word == "minus" or rng.random() < 0.5 else (low, high)
        fields = {"words": f"{first} {word} {second}", "signs": f"{first} {sign} {second}"}
        found.append(Example(f"{low} {sign} {high}", fields | {"result": str(result)}))
    return found


def inventor_examples() -> list[Example]:
    """Return inventions and discoveries with the fitting verb."""
    rows = [(*row, "discovered" if row[0] in DISCOVERIES else "invented") for row in facts.INVENTIONS]
    return examples_from(rows, "thing", "person", "did")


def author_examples() -> list[Example]:
    """Return books with their author; titles with an apostrophe would not read well in quotes."""
    return examples_from([row for row in facts.AUTHORS if "'" not in row[0]], "title", "author")


def element_examples() -> list[Example]:
    """Return chemical elements with their symbol."""
    return examples_from([row[:2] for row in facts.ELEMENTS], "name", "symbol")


def simile_examples() -> list[Example]:
    """Return sentences such as "The car is very fast." with their simile; the key is the adjective."""
    pictures = dict(facts.SIMILES)
    rows = [
        (
            f"{subject} is very {adjective}.",
            f"{subject} is as {adjective} as {pictures[adjective]}.",
            adjective,
        )
        for adjective, subject in SIMILE_SUBJECTS
    ]
    return examples_keyed_by_last(rows, "sentence", "simile")
