"""Sums and units: right, and none that test and validation ask for."""

import re

import pytest

from small_world import facts
from small_world.held_out import load_entries
from small_world.prose.sums import sum_sentence, unit_sentence
from small_world.workbook.calculating import calculation, small_sum, unit_change


@pytest.mark.parametrize("make", [small_sum, unit_change])
def test_sums_and_units_are_right_and_no_sum_is_one_that_test_and_validation_ask_for(inventive_writer, make):
    factors = {(large, small): factor for large, small, factor in facts.UNITS}
    for _ in range(500):
        ask, given, solution = make(inventive_writer)
        text = f"{ask} {given}"
        found = re.search(r"(\d+) (plus|\+|minus|-|times|x|divided by|/) (\d+)", text)
        if make is small_sum:
            a, sign, b = int(found[1]), found[2], int(found[3])
            results = {"plus": a + b, "+": a + b, "minus": a - b, "-": a - b, "times": a * b, "x": a * b}
            right = results.get(sign, a // b)
            assert int(re.findall(r"\d+", solution)[-1]) == right, (text, solution)
            assert not inventive_writer.is_held_out(found[0]), text
        else:
            total = int(re.search(r"(\d+) ", solution)[1])
            small = re.search(r"\d+ ([a-z ]+?)(\.| in )", solution)[1]
            counts = {factor for (_, name), factor in factors.items() if name == small}
            assert any(total % factor == 0 and 1 <= total // factor <= 12 for factor in counts), (text, solution)


def held_out_sums_and_amounts():
    """Return what test and validation entries ask to calculate or to convert, as patterns."""
    texts = [f"{entry['instruction']} {entry['input']}" for entry in load_entries()[935:]]
    ways = {
        "plus": r"(plus|\+)",
        "minus": "(minus|-)",
        "times": r"(times|multiplied by|x|\*)",
        "divided by": "(divided by|/)",
    }
    sums = [
        f"{found[1]} {ways[found[2]]} {found[3]}"
        for text in texts
        if (found := re.search(rf"\b(\d+) ({'|'.join(ways)}) (\d+)\b", text))
    ]
    amounts = [
        rf"\b{large}\b.*\b{small}\b|\b{small}\b.*\b{large}\b"
        for text in texts
        for pattern in (
            r"Convert the amount to (?P<small>.+)\. (?P<large>.+)",
            r"Convert (?P<large>.+) to (?P<small>.+)\.",
        )
        if (found := re.fullmatch(pattern, text.strip()))
        for large, small in [(found["large"], found["small"])]
    ]
    assert len(sums) >= 3 and len(amounts) >= 3
    return [rf"\b{text}\b" for text in sums] + amounts


@pytest.mark.parametrize(
    "make",
    [
        calculation,
        small_sum,
        unit_change,
        sum_sentence,
        unit_sentence,
    ],
)
def test_what_test_and_validation_ask_to_calculate_is_only_stated(inventive_writer, make):
    patterns, questions, stated = held_out_sums_and_amounts(), 0, 0
    for _ in range(20000):
        made = make(inventive_writer)
        text = made if isinstance(made, str) else f"{made[0]} {made[1]}?"
        questions += "?" in text
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns):
            assert "?" not in text and "asked" not in text, text
            stated += 1
    assert questions > 1000
    assert stated > 10 or make not in (sum_sentence, unit_sentence)
