"""The practice pages of the small world: exercises about invented words."""

import re

import pytest

import world_practice
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
    monkeypatch.setattr(world_practice, "workbook", lambda w, exercises: seen.append(w.novelty) or "a page")
    assert world_practice.practice(writer) == "a page"
    assert seen == [0.2] and writer.novelty == 0.0


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


PLAIN_VERBS = frozenset(verb.base for verb in world_writer.ACTIONS)
