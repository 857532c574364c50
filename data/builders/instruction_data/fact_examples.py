"""Examples for the tasks about facts and numbers: capitals, authors, animals, units, sums.

    examples_of_families()["capital"]    Example("France", {"country": "France", "city": "Paris"}) and so on

The facts come from the small world; here is which of them are asked for.
"""

from __future__ import annotations

from random import Random

from instruction_data.example import SEED, Example, examples_from
from small_world import facts

NUMBER_WORDS = {1: "one", 2: "two", 3: "three"}


def unit_examples() -> list[Example]:
    """Return how many small units make a large unit, or two or three of them in every fourth example."""
    found = []
    for number, (large, small, factor) in enumerate(facts.UNITS):
        times = 2 + number % 8 // 4 if number % 4 == 3 and factor <= 100 else 1
        name = large if times == 1 else facts.UNIT_PLURALS.get(large, large + "s")
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
    rows = [(*row, "discovered" if row[0] in facts.DISCOVERED else "invented") for row in facts.INVENTIONS]
    return examples_from(rows, "thing", "person", "did")


def author_examples() -> list[Example]:
    """Return books with their author; titles with an apostrophe would not read well in quotes."""
    return examples_from([row for row in facts.AUTHORS if "'" not in row[0]], "title", "author")


def element_examples() -> list[Example]:
    """Return chemical elements with their symbol."""
    return examples_from([row[:2] for row in facts.ELEMENTS], "name", "symbol")


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of each family about facts and numbers."""
    # In Oceania the name of the continent is not as clear as elsewhere.
    continents = [row for row in facts.CONTINENTS if row[1] != "Oceania"]
    return {
        "author": author_examples(),
        "cloud_type": examples_from(facts.CLOUDS_WEATHER, "weather", "cloud"),
        "capital": examples_from(facts.CAPITALS, "country", "city"),
        "continent": examples_from(continents, "country", "continent"),
        "language": examples_from(facts.LANGUAGES, "country", "language"),
        "inventor": inventor_examples(),
        "element_symbol": element_examples(),
        "element_name": element_examples(),
        "animal_class": examples_from(facts.ANIMAL_CLASSES, "animal", "kind"),
        "animal_young": examples_from(facts.ANIMAL_YOUNG, "animal", "young"),
        "color": examples_from(facts.COLOURS, "things", "value"),
        "material": examples_from(facts.MATERIALS, "things", "value"),
        "unit_conversion": unit_examples(),
        "arithmetic": arithmetic_examples(),
        "simile_completion": examples_from(facts.SIMILES, "adjective", "picture"),
    }
