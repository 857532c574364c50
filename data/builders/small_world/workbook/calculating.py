"""Exercises with sums and units.

    Exercise("Work out 266 / 19.", "", "14.")
    Exercise("How many kilograms are as much as 1 metric ton?", "", "There are 1000 kilograms in 1 metric ton.")

What a test or validation entry asks to calculate is never asked here.
"""

from __future__ import annotations

from small_world import facts
from small_world.text import capitalize, number_word
from small_world.workbook.exercise import Exercise
from small_world.writer import Writer


def calculation(writer: Writer) -> Exercise:
    """Add, subtract, multiply or divide; change a unit."""
    if writer.random() < 0.4:
        large, small, factor = writer.pick(facts.UNITS)
        count = writer.pick((1, 1, writer.number(2, 12)))
        number = writer.pick((str(count), number_word(count)))
        amount = f"{number} {large if count == 1 else facts.UNIT_PLURALS.get(large, large + 's')}"
        if writer.is_held_out(amount, small):
            return calculation(writer)
        solution = f"{count * factor} {small}."
        if writer.random() < 0.4:
            return Exercise(f"Change this to {small}.", amount, solution)
        return Exercise(
            writer.pick((f"Change {amount} into {small}.", f"Convert {amount} into {small}.")), "", solution
        )
    kind, top = writer.number(0, 3), writer.pick((12, 12, 30))
    b, c = writer.number(1, top), writer.number(1, top)
    sign, a, result = (
        ("plus", b, b + c),
        ("minus", b + c, b),
        ("times", b, b * c),
        ("divided by", b * c, b),
    )[kind]
    task = f"{a} {sign} {c}"
    if writer.is_held_out(task):
        return calculation(writer)
    if writer.random() < 0.5:
        return Exercise(f"What is {task}?", "", f"{capitalize(task)} is {result}.")
    return Exercise(writer.pick(("Calculate.", "Find the result.", "How much is this?")), task, f"{result}.")


def small_sum(writer: Writer) -> Exercise:
    """Add, subtract, multiply or divide two small numbers, written with words or with signs."""
    while True:
        kind, top = writer.number(0, 3), writer.pick((12, 12, 12, 20))
        b, c = writer.number(1, top), writer.number(1, top)
        word, sign, a, result = (
            ("plus", "+", b, b + c),
            ("minus", "-", b + c, b),
            ("times", "x", b, b * c),
            ("divided by", "/", b * c, b),
        )[kind]
        ways = [f"{first} {name} {second}" for first, second in ((a, c), (c, a)) for name in (word, sign)]
        if not any(writer.is_held_out(way) for way in ways):
            break
    if writer.random() < 0.4:
        return Exercise(f"How much is {ways[0]}?", "", f"{capitalize(ways[0])} is {result}.")
    task = ways[writer.number(0, 1)]
    if writer.random() < 0.5:
        return Exercise(writer.pick(("Calculate.", "Find the result.", "Work this out.")), task, f"{result}.")
    return Exercise(f"Work out {task}.", "", f"{result}.")


def unit_change(writer: Writer) -> Exercise:
    """Change a large unit into a small one."""
    while True:
        large, small, factor = writer.pick(facts.UNITS)
        count = writer.pick((1, 1, 2, 3, writer.number(2, 12)))
        unit = facts.UNIT_PLURALS.get(large, f"{large}s") if count > 1 else large
        amount = f"{writer.pick((number_word(count), str(count)))} {unit}"
        if not writer.is_held_out(amount, small):
            break
    total = f"{count * factor} {small}"
    if writer.random() < 0.45:
        ask = writer.pick(
            (f"How many {small} does one find in {amount}?", f"How many {small} are as much as {amount}?")
        )
        return Exercise(ask, "", f"There are {total} in {amount}.")
    if writer.random() < 0.5:
        return Exercise(f"Change this to {small}.", amount, f"{total}.")
    return Exercise(writer.pick((f"Change {amount} into {small}.", f"Convert {amount} into {small}.")), "", f"{total}.")
