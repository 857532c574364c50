"""Exercises in which a sentence is put right, and the sentences with mistakes."""

import re

import pytest

from small_world.workbook.repairing import (
    any_mistake,
    letters_left_small,
    mark_left_out,
    prose_sentence,
    repair,
    repair_more_kinds,
    wrong_auxiliary,
)


def test_a_repaired_sentence_differs_from_the_one_that_was_given(inventive_writer):
    for _ in range(300):
        ask, given, solution = repair(inventive_writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given != solution and solution[-1] in ".?!", (ask, given, solution)


def test_a_sentence_repaired_in_the_corrections_differs_from_the_one_that_was_given(writer):
    for _ in range(300):
        ask, given, solution = repair_more_kinds(writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given != solution and solution[-1] in ".?!", (ask, given, solution)


def test_a_sentence_of_a_story_is_whole_and_not_too_long(writer):
    for _ in range(300):
        sentence = prose_sentence(writer)
        assert sentence[0] == sentence[0].upper() and sentence[-1] in ".?!", sentence
        assert 3 < len(sentence.split()) < 13 and not re.search("[«»‹›{}]", sentence), sentence


@pytest.mark.parametrize("make", [mark_left_out, letters_left_small])
def test_a_sentence_lacks_only_its_marks_or_its_capital_letters(writer, make):
    for _ in range(300):
        wrong, right = make(writer)[:2]
        assert wrong != right
        if make is mark_left_out:
            assert re.sub(r"\W", "", wrong) == re.sub(r"\W", "", right), (wrong, right)
        else:
            assert wrong.lower() == right.lower(), (wrong, right)


def test_a_wrong_auxiliary_or_number_is_one_wrong_word(writer):
    found = set()
    for _ in range(600):
        wrong, right = wrong_auxiliary(writer)
        if wrong == right:  # a noun with one form only, or a verb whose past is like its base; any_mistake() goes on
            continue
        differ = [(a, b) for a, b in zip(wrong.split(), right.split(), strict=True) if a != b]
        assert len(differ) == 1, (wrong, right)
        found.add(differ[0])
    assert {("don't", "doesn't"), ("doesn't", "don't"), ("is", "are"), ("are", "is")} <= found


def test_a_mistake_is_never_the_right_sentence(writer):
    assert any(wrong == right for wrong, right in (wrong_auxiliary(writer) for _ in range(3000)))
    assert all(wrong != right for wrong, right in (any_mistake(writer) for _ in range(6000)))
