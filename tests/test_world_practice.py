"""The later workbook pages of the small world: invented words, and the exercises before the exam."""

import re

import pytest

import facts
import world_practice
import world_prose
import world_workbook
import world_writer
from small_world import load_entries, set_apart
from world_writer import PRESENT, PRESENT_CONTINUOUS, Writer, with_ending


@pytest.fixture()
def writer():
    writer = Writer(seed=3)
    set_apart(writer, load_entries())
    writer.novelty = 0.2
    return writer


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("tamuny", "tamunies tamunied tamunying tamunier tamuniest tamunily"),
        ("blorn", "blorns blorned blorning blorner blornest blornly"),
        ("grave", "graves graved graving graver gravest gravely"),
        ("trosh", "troshes troshed troshing trosher troshest troshly"),
        ("dalex", "dalexes dalexed dalexing dalexer dalexest dalexly"),
        ("boy", "boys boyed boying boyer boyest boyly"),
    ],
)
def test_regular_forms(word, forms):
    assert " ".join(with_ending(word, ending) for ending in ("s", "ed", "ing", "er", "est", "ly")) == forms


def test_an_invented_form_is_asked_for_and_given(writer):
    for _ in range(300):
        ask, given, solution = world_practice.new_form(writer)
        words = re.findall(r"[a-z]+", f"{ask} {given}".lower())
        answer = re.findall(r"[a-z]+", solution.lower())[-1]
        assert any(
            answer == with_ending(word, ending) or word == with_ending(answer, ending)
            for word in words
            for ending in ("s", "ed", "ing", "er", "est", "ly")
        ), (ask, given, solution)


def test_what_a_page_asks_about_invented_things_stands_on_the_page(writer, monkeypatch):
    asked, recall_row = [], world_practice.recall_row
    monkeypatch.setattr(world_practice, "recall_row", lambda *given: asked.append(given[2]) or recall_row(*given))
    for _ in range(300):
        text = world_practice.told(writer).ask.lower()
        assert all(part.lower() in text for part in asked[-1]), (asked[-1], text)


def test_only_practice_pages_have_the_many_invented_words(writer, monkeypatch):
    writer.novelty, seen = 0.0, []
    exercise = world_workbook.Exercise("Copy this.", "a blorn", "a blorn")
    pages = (("EXERCISES", world_practice.practice, 0.2), ("REVISION", world_practice.revision, 0.1))
    for exercises, make, novelty in pages:
        monkeypatch.setattr(world_practice, exercises, (lambda w: seen.append(w.novelty) or exercise,))
        assert "a blorn" in make(writer)
        assert set(seen) == {novelty} and writer.novelty == 0.0
        seen.clear()


def test_an_invented_verb_has_all_the_forms_of_a_sentence(writer):
    found = 0
    for _ in range(400):
        clause = writer.action(PRESENT)
        base = clause.verb.base
        if clause.verb.past == with_ending(base, "ed") and base not in PLAIN_VERBS:
            found += 1
            assert with_ending(base, "ing") in clause.statement(PRESENT_CONTINUOUS)
            assert clause.passive(PRESENT).split(" by ")[0].endswith(with_ending(base, "ed"))
    assert found > 20


def test_before_the_exam_a_question_is_answered_by_a_sentence_and_a_command_by_the_bare_answer(writer):
    questions = 0
    for make in [world_practice.whole_form, world_practice.whole_fact] * 300:
        ask, given, solution = make(writer)
        assert solution == solution.strip() and not set("{}") & set(ask + given + solution), (ask, given, solution)
        if ask.endswith("?"):
            questions += 1
            assert solution.endswith((".", "».", "?", "!")) and len(solution.split()) > 2, (ask, solution)
            assert not re.match(r"(It|They|He|She|We) ", solution), (ask, solution)
            assert given.lower() in solution.lower(), (ask, given, solution)
        elif make is world_practice.whole_fact:
            assert solution.endswith(".") and solution[0] == world_writer.capitalize(solution)[0], (ask, solution)
    assert 200 < questions < 450


def test_what_test_and_validation_ask_for_is_not_asked_before_the_exam(writer):
    definitions = {x for x, y in writer.only_stated for table in world_practice.DEFINITIONS if (x, y) in table.rows}
    assert definitions
    for make in [world_practice.whole_form, world_practice.whole_fact, world_practice.fitting_word] * 500:
        ask, given, solution = make(writer)
        asked = [ask, given, *re.findall("«(.+?)»", ask)]
        answers = [solution, solution.rstrip("."), *re.findall("«(.+?)»", solution)]
        found = {(x, y) for x in asked for y in answers} & writer.only_stated
        assert found == set(), (ask, given, solution)


@pytest.mark.parametrize("make", [world_practice.small_sum, world_practice.unit_change])
def test_sums_and_units_are_right_and_no_sum_is_one_that_test_and_validation_ask_for(writer, make):
    factors = {(large, small): factor for large, small, factor in facts.UNITS}
    for _ in range(500):
        ask, given, solution = make(writer)
        text = f"{ask} {given}"
        found = re.search(r"(\d+) (plus|\+|minus|-|times|x|divided by|/) (\d+)", text)
        if make is world_practice.small_sum:
            a, sign, b = int(found[1]), found[2], int(found[3])
            results = {"plus": a + b, "+": a + b, "minus": a - b, "-": a - b, "times": a * b, "x": a * b}
            right = results.get(sign, a // b)
            assert int(re.findall(r"\d+", solution)[-1]) == right, (text, solution)
            assert not writer.is_held_out(found[0]), text
        else:
            total = int(re.search(r"(\d+) ", solution)[1])
            small = re.search(r"\d+ ([a-z ]+?)(\.| in )", solution)[1]
            counts = {factor for (_, name), factor in factors.items() if name == small}
            assert any(total % factor == 0 and 1 <= total // factor <= 12 for factor in counts), (text, solution)


def test_a_phrase_is_held_out_where_all_its_parts_stand_in_the_same_prompt():
    writer = Writer(seed=3)
    writer.held_out_prompts = (" convert one decade to years ", " how long is an hour in seconds ")
    assert writer.is_held_out("one decade", "years") and writer.is_held_out("seconds")
    assert not writer.is_held_out("one decade", "seconds") and not writer.is_held_out("second")


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
        world_workbook.calculation,
        world_practice.small_sum,
        world_practice.unit_change,
        world_prose.sum_sentence,
        world_prose.unit_sentence,
    ],
)
def test_what_test_and_validation_ask_to_calculate_is_only_stated(writer, make):
    patterns, questions, stated = held_out_sums_and_amounts(), 0, 0
    for _ in range(20000):
        made = make(writer)
        text = made if isinstance(made, str) else f"{made[0]} {made[1]}?"
        questions += "?" in text
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns):
            assert "?" not in text and "asked" not in text, text
            stated += 1
    assert questions > 1000
    assert stated > 10 or make not in (world_prose.sum_sentence, world_prose.unit_sentence)


def test_a_repaired_sentence_differs_from_the_one_that_was_given(writer):
    for _ in range(300):
        ask, given, solution = world_practice.repair(writer)
        given = given or re.search("«(.+)»", ask)[1]
        assert given != solution and solution[-1] in ".?!", (ask, given, solution)


PLAIN_VERBS = frozenset(verb.base for verb in world_writer.ACTIONS)
