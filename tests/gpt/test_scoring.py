"""Scoring of responses: what counts as right, and how much two answers share."""

import json

import pytest

from notebook_setup import DATA
from previous_chapters import is_right, load_instruction_data, normalize_answer, token_f1


def entry(output, instruction="What is it?", given=""):
    return {"instruction": instruction, "input": given, "output": output}


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("Jane Austen.", "jane austen"),
        ("  The plural is 'geese'. ", "the plural is 'geese"),
        ("'geese'", "geese"),
        ('"Geese!"', "geese"),
        ("“Geese.”", "geese"),
        ("Two\n  words", "two words"),
        ("It's here", "it's here"),
        ("3.5", "3.5"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_normalizing_takes_off_case_outer_quotation_marks_and_final_punctuation(text, normalized):
    assert normalize_answer(text) == normalized


@pytest.mark.parametrize("response", ["jane austen", "Jane Austen.", "'Jane Austen'", " Jane  Austen!\n"])
def test_an_answer_in_another_dress_is_right(response):
    assert is_right(entry("Jane Austen."), response)


@pytest.mark.parametrize("response", ["", "Jane", "It is Jane Austen.", "Austen Jane", "Jane Austen. Jane Austen."])
def test_another_answer_is_not(response):
    assert not is_right(entry("Jane Austen."), response)


@pytest.mark.parametrize(
    ("instruction", "given"),
    [
        ("Add the missing mark.", "Where is he"),
        ("Add the missing mark: 'Where is he'", ""),
        ('Add the missing mark: "Where is he"', ""),
        ("Add the missing mark: Where is he", ""),
    ],
)
def test_where_case_or_punctuation_are_the_task_every_character_counts(instruction, given):
    task = entry("Where is he?", instruction, given)
    assert is_right(task, "Where is he?") and is_right(task, " Where is he?\n")
    assert not any(is_right(task, wrong) for wrong in ("Where is he", "Where is he.", "where is he?"))


def test_every_expected_output_is_right_and_an_unchanged_input_never_is():
    for task in load_instruction_data(DATA / "instruction-data.json"):
        assert is_right(task, task["output"]) and token_f1(task, task["output"]) == 1
        # "fish" is its own plural; everywhere else, repeating the input is no answer
        assert task["input"] in ("", task["output"]) or not is_right(task, task["input"])


def test_exactly_the_families_about_marks_and_capitals_are_compared_letter_for_letter():
    data = load_instruction_data(DATA / "instruction-data.json")
    families = json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))
    strict = {
        family["family"]
        for task, family in zip(data, families, strict=True)
        if " " in task["output"] and not is_right(task, f"{task['output'].upper()}?")
    }
    assert strict == {"punctuation", "capital_letters"}


@pytest.mark.parametrize(
    ("response", "expected", "f1"),
    [
        ("The cat sat.", "the cat sat", 1.0),
        ("the cat", "the dog", 0.5),
        ("a b c", "a", 0.5),  # precision 1/3, recall 1
        ("a a a", "a", 0.5),  # a word counts as often as it stands in both
        ("dog", "cat", 0.0),
        ("", "cat", 0.0),
    ],
)
def test_token_f1(response, expected, f1):
    assert token_f1(entry(expected), response) == pytest.approx(f1)
