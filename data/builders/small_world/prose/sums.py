"""Sentences about numbers: sums, units, order and parity, shopping.

    Tom calculated 3 plus 4 and got 7.
    There are 60 minutes in an hour, so 3 hours are 180 minutes.

What a test or validation entry asks to calculate is only stated here, never asked.
"""

from __future__ import annotations

from small_world import facts
from small_world.spelling import article
from small_world.text import capitalize, lines_of, number_word, stating
from small_world.word_lists import NOUNS_BY_KIND
from small_world.writer import Writer

SUM_FRAMES = lines_of("""
    {a} {plus} {b} is {c}.
    {a} {sign} {b} = {c}
    What is {a} {plus} {b}? It is {c}.
    {p} had to calculate {a} {plus} {b}. The result of the calculation is {c}.
    {p} calculated {a} {plus} {b} and got {c}.
    {T} asked for {a} {plus} {b}. {p} answered {c}.
    The result of {a} {plus} {b} is {c}.
    {p} knows that {a} {plus} {b} equals {c}.
    {name} of {a} and {b} is {c}.
    ‹How much is {a} {plus} {b}?› asked {q}. ‹{c},› said {p}.
    Question: What is {a} {plus} {b}?/n/Answer: {c}
    {a} {plus} {b} equals {c}.
""")
STATING_SUM_FRAMES = stating(SUM_FRAMES)


def sum_sentence(writer: Writer) -> str:
    """Add, subtract, multiply or divide two numbers."""
    kind, top = writer.number(0, 3), writer.pick((12, 12, 50))  # small numbers most often, as in life
    if kind == 0:
        a, b = writer.number(1, top), writer.number(1, top)
        parts = (a, b, a + b, "plus", "+", "The sum")
    elif kind == 1:
        b, c = writer.number(1, top), writer.number(0, top)
        parts = (b + c, b, c, "minus", "-", "The difference")
    elif kind == 2:
        a, b = writer.number(1, 12), writer.number(1, 12)
        parts = (a, b, a * b, writer.pick(("times", "times", "multiplied by", "x")), writer.pick("*x"), "The product")
    else:
        b, c = writer.number(1, 12), writer.number(1, 12)
        parts = (b * c, b, c, "divided by", "/", "The quotient")
    a, b, c, plus, sign, name = parts
    frames = STATING_SUM_FRAMES if writer.is_held_out(f"{a} {plus} {b}") else SUM_FRAMES
    return writer.pick(frames).format(a=a, b=b, c=c, plus=plus, sign=sign, name=name, **writer.cast())


UNIT_FRAMES = lines_of("""
    There are {factor} {small} in {one}.
    {One} has {factor} {small}.
    {One} is {factor} {small}.
    How many {small} are there in {one}? There are {factor} {small} in {one}.
    There are {factor} {small} in {one}, so {count} {units} are {total} {small}.
    {count} {units} are {total} {small}.
    {count} {units} = {total} {small}
    {p} converted {count} {units} to {small}: {total} {small}.
    {p} changed {count} {units} into {small}. {He} multiplied {count} by {factor} and got {total}.
    If {one} has {factor} {small}, then {count} {units} have {total} {small}.
    {total} {small} are {count} {units}.
    {count_word} {units} are {total} {small}.
    One {unit} is {factor} {small}.
    {p} converted one {unit} to {small}: {factor} {small}.
    How many {small} make one {unit}? There are {factor} {small} in one {unit}.
    How many {small} are {count_word} {units}? They are {total} {small}.
    {T} asked how many {small} are in {count} {units}. {p} answered: {total} {small}.
    {p} converted {total} {small} to {units}: {count} {units}.
    ‹Convert {count} {units} to {small},› said {t}. {p} wrote: {count} {units} = {total} {small}.
""")
STATING_UNIT_FRAMES = stating(UNIT_FRAMES)


def unit_sentence(writer: Writer) -> str:
    """Convert a unit into a smaller one or back."""
    large, small, factor = writer.pick(facts.UNITS)
    count = writer.number(2, 12)
    one, many = article(large), facts.UNIT_PLURALS.get(large, large + "s")
    amounts = (f"{count} {many}", f"{number_word(count)} {many}", one, f"one {large}")
    held_out = any(writer.is_held_out(amount, small) for amount in amounts)
    sentence = writer.pick(STATING_UNIT_FRAMES if held_out else UNIT_FRAMES).format(
        factor=factor,
        small=small,
        one=one,
        One=capitalize(one),
        count=count,
        total=count * factor,
        unit=large,
        count_word=number_word(count),
        units=many,
        **writer.cast(),
    )
    return capitalize(sentence)


NEXT_FRAMES = lines_of("""
    The next number after {a} is {b}.
    {p} counted: {a}, {b}.
    After {a} comes {b}.
    The numbers {a} go on with {b}.
""")
ORDER_FRAMES = lines_of("""
    {p} sorted the numbers {a} from the smallest to the largest: {b}.
    The numbers {a} in order are {b}.
    {T} gave the class the numbers {a}. In ascending order they are {b}.
    Numbers: {a}/n/Sorted: {b}
""")
EXTREME_FRAMES = lines_of("""
    The {n} of the numbers {a} is {b}.
    Which of the numbers {a} is the {n}? It is {b}.
    {p} looked for the {n} number in {a}. It is {b}.
""")
PARITY_FRAMES = lines_of("""
    The number {a} is {b}.
    {a} is an {b} number.
    Is {a} even or odd? It is {b}.
    {p} knows that {a} is an {b} number.
""")
DOUBLE_FRAMES = lines_of("""
    Half of {a} is {b}.
    {p} cut {a} in half and got {b}.
    Two times {b} is {a}.
    Twice {b} is {a}.
    The double of {b} is {a}.
""")
SQUARE_FRAMES = lines_of("""
    A square with sides of {a} meters has an area of {b} square meters.
    The square of {a} is {b}.
    {p} drew a square with sides of {a} centimeters. Its perimeter is {c} centimeters.
""")


def sequence_sentence(writer: Writer) -> str:
    """Say something about the order, the size or the parity of numbers."""
    kind = writer.number(0, 5)
    slots = writer.cast()
    if kind == 0:
        start, step = writer.number(0, 12), writer.pick((1, 2, 3, 5, 10))
        *row, following = (str(start + step * i) for i in range(6))
        return writer.pick(NEXT_FRAMES).format(a=", ".join(row), b=following, **slots)
    numbers = writer.sample(range(1, 100), writer.number(3, 5))
    number, text = numbers[0], ", ".join(map(str, numbers))
    if kind == 1:
        return writer.pick(ORDER_FRAMES).format(a=text, b=", ".join(map(str, sorted(numbers))), **slots)
    if kind == 2:
        name, value = writer.pick((("largest", max(numbers)), ("smallest", min(numbers)), ("biggest", max(numbers))))
        return writer.pick(EXTREME_FRAMES).format(n=name, a=text, b=value, **slots)
    if kind == 3:
        return writer.pick(PARITY_FRAMES).format(a=number, b="even" if number % 2 == 0 else "odd", **slots)
    if kind == 4:
        return writer.pick(DOUBLE_FRAMES).format(a=number * 2, b=number, **slots)
    side = writer.number(2, 12)
    return writer.pick(SQUARE_FRAMES).format(a=side, b=side * side, c=side * 4, **slots)


def shopping_sentence(writer: Writer) -> str:
    """Count what somebody bought."""
    slots = writer.cast()
    first, second = writer.sample(NOUNS_BY_KIND["food"][:24], 2)
    a, b = writer.number(2, 12), writer.number(2, 12)
    c = writer.number(1, a - 1)
    slots = slots | {
        "x": first.plural,
        "z": second.plural,
        "a": a,
        "b": b,
        "c": c,
        "sum": a + b,
        "rest": a - c,
    }
    return writer.pick(
        (
            "{p} bought {a} {x} and {b} {z}. Together {he} had {sum} things.",
            "{p} had {a} {x} and gave {c} to {q}. Now {he} has {rest} left.",
            "{p} has {a} {x}. {q} has {b} {x}. Together they have {sum} {x}.",
            "There were {a} {x} on the table. {p} ate {c} of them, so {rest} were left.",
            "{p} picked {a} {x} in the morning and {b} in the afternoon. That makes {sum} {x}.",
        )
    ).format(**slots)
