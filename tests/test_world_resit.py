"""The last pages of the small world: sentences repaired, questions answered from the first word on, words copied."""

import re

import pytest

import world_resit
from small_world import load_entries, set_apart
from world_writer import Writer


@pytest.fixture()
def writer():
    writer = Writer(seed=3)
    set_apart(writer, load_entries())
    return writer


def test_a_repaired_sentence_differs_from_the_one_that_was_given(writer):
    for _ in range(300):
        ask, given, solution = world_resit.repair_again(writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given != solution and solution[-1] in ".?!", (ask, given, solution)


def test_a_sentence_of_a_story_is_whole_and_not_too_long(writer):
    for _ in range(300):
        sentence = world_resit.prose_sentence(writer)
        assert sentence[0] == sentence[0].upper() and sentence[-1] in ".?!", sentence
        assert 3 < len(sentence.split()) < 13 and not re.search("[«»‹›{}]", sentence), sentence


@pytest.mark.parametrize("make", [world_resit.mark_left_out, world_resit.letters_left_small])
def test_a_sentence_lacks_only_its_marks_or_its_capital_letters(writer, make):
    for _ in range(300):
        wrong, right = make(writer)[:2]
        assert wrong != right
        if make is world_resit.mark_left_out:
            assert re.sub(r"\W", "", wrong) == re.sub(r"\W", "", right), (wrong, right)
        else:
            assert wrong.lower() == right.lower(), (wrong, right)


def test_a_wrong_auxiliary_or_number_is_one_wrong_word(writer):
    found = set()
    for _ in range(600):
        wrong, right = world_resit.wrong_auxiliary(writer)
        if wrong == right:  # a noun with one form only, or a verb whose past is like its base; any_mistake() goes on
            continue
        differ = [(a, b) for a, b in zip(wrong.split(), right.split(), strict=True) if a != b]
        assert len(differ) == 1, (wrong, right)
        found.add(differ[0])
    assert {("don't", "doesn't"), ("doesn't", "don't"), ("is", "are"), ("are", "is")} <= found


def test_a_mistake_is_never_the_right_sentence(writer):
    assert any(wrong == right for wrong, right in (world_resit.wrong_auxiliary(writer) for _ in range(3000)))
    assert all(wrong != right for wrong, right in (world_resit.any_mistake(writer) for _ in range(6000)))


def test_the_answer_stands_among_what_is_told_about_invented_things(writer):
    for _ in range(300):
        ask, given, solution = world_resit.whole_told(writer)
        assert given == "" and solution in ask and ask.endswith("?"), (ask, solution)
        assert ask.count(" is ") >= 3, ask  # two things are told at least, and one is asked for


def test_an_answer_begins_with_a_capital_letter_and_names_what_was_asked_about(writer):
    for _ in range(300):
        ask, given, solution = world_resit.said_first(writer)
        assert solution[0] == solution[0].upper() and solution.endswith("."), (ask, solution)
        assert not set("{}") & set(ask + given + solution), (ask, given, solution)
        assert given.lower() in solution.lower(), (ask, given, solution)
        if not given:
            asked = re.search(r"(?:does|in|are|is an?|was the \w+ of|call a young|has the symbol|have) (.+)\?", ask)
            thing = re.sub("^(an?|does) | (have|belong|speak|made of)$", "", asked[1])
            assert thing.lower() in solution.lower(), (ask, solution)


def test_what_test_and_validation_ask_for_is_not_asked_in_the_resit(writer, monkeypatch):
    rows, pick_to_ask = [], Writer.pick_to_ask
    monkeypatch.setattr(Writer, "pick_to_ask", lambda w, table: rows.append(pick_to_ask(w, table)) or rows[-1])
    for _ in range(3000):
        world_resit.said_first(writer)
    held_out = {row for name in world_resit.SAID_FIRST for row in world_resit.BY_NAME[name].rows} & writer.only_stated
    assert held_out and len(rows) == 3000 and held_out.isdisjoint(rows)


def test_words_are_copied_with_or_without_a_capital_letter(writer):
    for _ in range(300):
        ask, given, solution = world_resit.capital_first(writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given.lower() == solution.lower()
        if "apital" in ask or "large" in ask:
            assert solution[0] == solution[0].upper(), solution
        else:
            assert given == solution


def test_some_words_of_a_resit_page_are_invented(writer, monkeypatch):
    seen = []
    exercise = world_resit.Exercise("Copy this.", "a blorn", "a blorn")
    monkeypatch.setattr(world_resit, "RESIT", (lambda w: seen.append(w.novelty) or exercise,))
    assert "a blorn" in world_resit.resit(writer)
    assert set(seen) == {0.1} and writer.novelty == 0.0


def test_what_a_question_about_something_out_of_place_asks_about_is_named_in_its_answer(writer, monkeypatch):
    named, out_of_place = [], world_resit.out_of_place
    monkeypatch.setattr(world_resit, "out_of_place", lambda *given: named.append(out_of_place(*given)) or named[-1])
    beginnings = 0
    for _ in range(1500):
        ask, given, solution = world_resit.begun(writer)
        assert given == "" and not set("{}") & set(ask + solution), (ask, solution)
        assert named[-1].lower() in ask.lower() and named[-1].lower() in solution.lower(), (named[-1], ask, solution)
        beginnings += solution.endswith("...")
    assert 500 < beginnings < 1000


def test_a_question_about_something_out_of_place_is_none_that_test_or_validation_asks(writer, monkeypatch):
    pairs, out_of_place = [], world_resit.out_of_place

    def noted(w, table, x):
        pairs.append((table, out_of_place(w, table, x)))
        return pairs[-1][1]

    monkeypatch.setattr(world_resit, "out_of_place", noted)
    for _ in range(3000):
        world_resit.begun(writer)
    assert len({word for _, word in pairs}) > 1000
    for table, word in pairs:
        assert not any(word in row for row in table.rows), word


def test_the_word_that_is_picked_out_stands_at_its_place_or_has_its_length(writer):
    places = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
    kinds = set()
    for _ in range(600):
        ask, given, solution = world_resit.picking_out(writer)
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


def test_half_of_what_is_stated_again_is_what_nobody_may_ask_for(writer, monkeypatch):
    rows, sentence = [], world_resit.relation_sentence
    monkeypatch.setattr(
        world_resit, "relation_sentence", lambda w, table, row, cast: rows.append(row) or sentence(w, table, row, cast)
    )
    for _ in range(400):
        writer.new_people()
        assert world_resit.restated(writer)
    held_out = [row for row in rows if row in writer.only_stated]
    assert 0.45 < len(held_out) / len(rows) < 0.6
    assert len(set(held_out)) > 0.9 * len(world_resit.rows_among(writer.only_stated))
