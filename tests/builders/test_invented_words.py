"""Exercises about words that do not exist."""

import re

from small_world.spelling import with_ending
from small_world.workbook import invented_words
from small_world.workbook.invented_words import form_of_invented_word, reading, reading_with_whole_answer


def test_an_invented_form_is_asked_for_and_given(inventive_writer):
    for _ in range(300):
        ask, given, solution = form_of_invented_word(inventive_writer)
        words = re.findall(r"[a-z]+", f"{ask} {given}".lower())
        answer = re.findall(r"[a-z]+", solution.lower())[-1]
        assert any(
            answer == with_ending(word, ending) or word == with_ending(answer, ending)
            for word in words
            for ending in ("s", "ed", "ing", "er", "est", "ly")
        ), (ask, given, solution)


def test_what_a_page_asks_about_invented_things_stands_on_the_page(inventive_writer, monkeypatch):
    asked, recall_row = [], invented_words.recall_row
    monkeypatch.setattr(invented_words, "recall_row", lambda *given: asked.append(given[2]) or recall_row(*given))
    for _ in range(300):
        text = reading(inventive_writer).ask.lower()
        assert all(part.lower() in text for part in asked[-1]), (asked[-1], text)


def test_the_answer_stands_among_what_is_told_about_invented_things(writer):
    for _ in range(300):
        ask, given, solution = reading_with_whole_answer(writer)
        assert given == "" and solution in ask and ask.endswith("?"), (ask, solution)
        assert ask.count(" is ") >= 3, ask  # two things are told at least, and one is asked for
