"""Exercises in which words are copied or picked out."""

import re

from small_world.workbook.word_choice import first_letter, picking_out


def test_words_are_copied_with_or_without_a_capital_letter(writer):
    for _ in range(300):
        ask, given, solution = first_letter(writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given.lower() == solution.lower()
        if "apital" in ask or "large" in ask:
            assert solution[0] == solution[0].upper(), solution
        else:
            assert given == solution


def test_the_word_that_is_picked_out_stands_at_its_place_or_has_its_length(writer):
    places = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
    kinds = set()
    for _ in range(600):
        ask, given, solution = picking_out(writer)
        listed = given or re.search(": (.+)\\?", ask)[1]
        words = re.findall(r"[\w]+", listed.replace(" or ", " "))
        chosen = re.search("«(.+?)»", solution)
        chosen = chosen[1] if chosen else solution
        kind = re.search("first|second|third|fourth|last|longer|shorter", ask)[0]
        kinds.add(kind)
        if kind in places:
            assert words[places[kind]] == chosen, (ask, given, solution)
        else:
            assert chosen == (max if kind == "longer" else min)(words, key=len), (ask, given, solution)
    assert len(kinds) == 7
