"""Exercises with solutions in the form that an exam wants."""

import re

from small_world.relations.all_relations import BY_NAME
from small_world.text import capitalize
from small_world.workbook.exam_answers import (
    DEFINITIONS,
    SUBJECT_FIRST,
    exam_fact,
    exam_word,
    subject_first,
    word_for_definition,
)
from small_world.writer import Writer


def test_before_the_exam_a_question_is_answered_by_a_sentence_and_a_command_by_the_bare_answer(inventive_writer):
    questions = 0
    for make in [exam_word, exam_fact] * 300:
        ask, given, solution = make(inventive_writer)
        assert solution == solution.strip() and not set("{}") & set(ask + given + solution), (ask, given, solution)
        if ask.endswith("?"):
            questions += 1
            assert solution.endswith((".", "».", "?", "!")) and len(solution.split()) > 2, (ask, solution)
            assert not re.match(r"(It|They|He|She|We) ", solution), (ask, solution)
            assert given.lower() in solution.lower(), (ask, given, solution)
        elif make is exam_fact:
            assert solution.endswith(".") and solution[0] == capitalize(solution)[0], (ask, solution)
    assert 200 < questions < 450


def test_what_test_and_validation_ask_for_is_not_asked_before_the_exam(inventive_writer):
    definitions = {x for x, y in inventive_writer.only_stated for table in DEFINITIONS if (x, y) in table.rows}
    assert definitions
    for make in [exam_word, exam_fact, word_for_definition] * 500:
        ask, given, solution = make(inventive_writer)
        asked = [ask, given, *re.findall("«(.+?)»", ask)]
        answers = [solution, solution.rstrip("."), *re.findall("«(.+?)»", solution)]
        found = {(x, y) for x in asked for y in answers} & inventive_writer.only_stated
        assert found == set(), (ask, given, solution)


def test_an_answer_begins_with_a_capital_letter_and_names_what_was_asked_about(writer):
    for _ in range(300):
        ask, given, solution = subject_first(writer)
        assert solution[0] == solution[0].upper() and solution.endswith("."), (ask, solution)
        assert not set("{}") & set(ask + given + solution), (ask, given, solution)
        assert given.lower() in solution.lower(), (ask, given, solution)
        if not given:
            asked = re.search(r"(?:does|in|are|is an?|was the \w+ of|call a young|has the symbol|have) (.+)\?", ask)
            thing = re.sub("^(an?|does) | (have|belong|speak|made of)$", "", asked[1])
            assert thing.lower() in solution.lower(), (ask, solution)


def test_what_test_and_validation_ask_for_is_not_asked_where_the_answer_names_it_first(writer, monkeypatch):
    rows, pick_to_ask = [], Writer.pick_to_ask
    monkeypatch.setattr(Writer, "pick_to_ask", lambda *given: rows.append(pick_to_ask(*given)) or rows[-1])
    for _ in range(3000):
        subject_first(writer)
    held_out = {row for name in SUBJECT_FIRST for row in BY_NAME[name].rows} & writer.only_stated
    assert held_out and len(rows) == 3000 and held_out.isdisjoint(rows)
