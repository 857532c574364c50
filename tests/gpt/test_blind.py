"""People as judges: a blind comparison that can be stopped at any question."""

import json

import pytest

from gpt.blind import agreement, compare_blindly, summarize_choices
from gpt.intervals import sign_test
from helpers import instruction_entries

COUNT = 12
ENTRIES = instruction_entries(COUNT)
FIRST = [f"answer {i} of the first" for i in range(COUNT)]
SECOND = [f"answer {i} of the second" for i in range(COUNT)]


class Person:
    """Types one key after the other, then stops; remembers what was shown. A key may be an exception or a function."""

    def __init__(self, *keys):
        self.keys, self.shown = list(keys), []

    def __call__(self, question):
        self.shown.append(question)
        key = self.keys.pop(0) if self.keys else "q"
        if isinstance(key, type):
            raise key
        return key(question) if callable(key) else key


def prefers(words):
    """The key of the answer that holds these words, whichever place it has."""
    return lambda question: "1" if words in question.split("\n\n1: ")[1].split("\n\n2: ")[0] else "2"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "blind.json"


def compare(path, person, entries=ENTRIES, first=FIRST, second=SECOND, **changes):
    return compare_blindly(entries, first, second, path, ask=person, **changes)


def kept(path):
    return json.loads(path.read_text(encoding="utf-8"))


def winners(choices):
    return [choice["winner"] for choice in choices]


@pytest.mark.parametrize("name", ["first", "second"])
def test_who_prefers_one_model_chooses_it_wherever_it_is_shown(path, name):
    person = Person(*[prefers(f"of the {name}")] * COUNT)
    choices = compare(path, person, questions=COUNT)
    assert winners(choices) == [name] * COUNT and sorted(choice["entry"] for choice in choices) == list(range(COUNT))
    assert choices == kept(path)


def test_which_answer_is_shown_first_is_drawn_for_each_pair_and_not_told(path):
    person = Person(*["1"] * COUNT)
    assert set(winners(compare(path, person, questions=COUNT))) == {"first", "second"}
    shown = [question.split("\n\n1: ")[1].splitlines()[0] for question in person.shown]
    assert 2 <= sum("of the first" in text for text in shown) <= COUNT - 2
    assert [choice["entry"] for choice in kept(path)] != list(range(COUNT))  # so few questions come from all the data
    again = Person(*["1"] * COUNT)
    compare(path.with_name("again.json"), again, questions=COUNT)
    assert again.shown == person.shown


def test_another_seed_shows_other_pairs_in_another_order(path):
    person, other = Person("0", "0", "0"), Person("0", "0", "0")
    compare(path, person)
    compare(path.with_name("other.json"), other, seed=1)
    assert person.shown[:3] != other.shown[:3]


def test_a_question_holds_the_task_both_answers_and_the_keys(path):
    person = Person("1")
    [choice] = compare(path, person, questions=1)
    entry, question = ENTRIES[choice["entry"]], person.shown[0]
    assert question.startswith(f"\n(1 of 1) {entry['instruction']}")
    assert entry["input"] in question and entry["output"] not in question
    for text in (choice["first"], choice["second"], "1 = ", "2 = ", "0 = equally good", "q = stop"):
        assert text in question
    assert choice["task"] == entry["instruction"] + (f"\n{entry['input']}" if entry["input"] else "")
    assert (choice["first"], choice["second"]) == (FIRST[choice["entry"]], SECOND[choice["entry"]])


def test_zero_is_a_tie(path):
    assert winners(compare(path, Person("0", " 0 "), questions=2)) == ["tie", "tie"]


@pytest.mark.parametrize("wrong", ["3", "", "first", "11"])
def test_another_key_is_asked_for_again(path, wrong):
    person = Person(wrong, wrong, "0")
    assert winners(compare(path, person, questions=1)) == ["tie"]
    assert person.shown[1] == person.shown[2] == f"{wrong!r} is none of 1, 2, 0, q: "


@pytest.mark.parametrize("stop", ["q", "Q ", EOFError, KeyboardInterrupt])
@pytest.mark.parametrize("after_a_wrong_key", [False, True])
def test_stopping_keeps_what_was_chosen(path, stop, after_a_wrong_key):
    keys = ["0", "0", *(["?"] if after_a_wrong_key else []), stop]
    choices = compare(path, Person(*keys))
    assert winners(choices) == ["tie"] * 2 and kept(path) == choices


def test_stopping_at_once_writes_no_file(path):
    assert compare(path, Person("q")) == [] and not path.exists()


def test_each_choice_is_on_the_disk_before_the_next_question(path):
    seen = []

    def ask(question):
        seen.append(len(kept(path)) if path.exists() else 0)
        return "1"

    compare(path, ask, questions=4)
    assert seen == [0, 1, 2, 3]


def test_a_later_call_goes_on_with_what_is_left(path):
    compare(path, Person(*["1"] * 5), questions=5)
    person = Person(*["2"] * COUNT)
    choices = compare(path, person, questions=COUNT)
    assert len(person.shown) == COUNT - 5 and person.shown[0].startswith(f"\n(1 of {COUNT - 5}) ")
    assert sorted(choice["entry"] for choice in choices) == list(range(COUNT))
    nothing_to_do = Person()
    assert compare(path, nothing_to_do) == choices and nothing_to_do.shown == []


def test_only_so_many_questions_are_asked_in_a_call(path):
    person = Person(*["1"] * COUNT)
    assert len(compare(path, person, questions=3)) == len(person.shown) == 3


def test_answers_that_have_changed_are_asked_about_again_and_the_old_choices_stay_in_the_file(path):
    old = compare(path, Person(*["1"] * COUNT), questions=COUNT)
    changed = [*FIRST]
    changed[4] = "a new answer"
    person = Person("0")
    choices = compare(path, person, first=changed)
    assert len(person.shown) == 1 and "a new answer" in person.shown[0]
    assert len(choices) == COUNT and [one["winner"] for one in choices if one["entry"] == 4] == ["tie"]
    assert kept(path)[:COUNT] == old and len(kept(path)) == COUNT + 1
    assert compare(path, Person()) == old  # the old answers are back, and so are the choices


def test_another_task_with_the_same_answers_is_asked_about_again(path):
    compare(path, Person(*["1"] * COUNT), questions=COUNT)
    entries = [dict(ENTRIES[0], instruction="Something else"), *ENTRIES[1:]]
    person = Person("0")
    assert len(compare(path, person, entries=entries)) == COUNT and len(person.shown) == 1


def test_choices_about_entries_that_are_gone_stay_in_the_file(path):
    old = compare(path, Person(*["1"] * COUNT), questions=COUNT)
    choices = compare(path, Person(), entries=ENTRIES[:3], first=FIRST[:3], second=SECOND[:3])
    assert sorted(choice["entry"] for choice in choices) == [0, 1, 2] and kept(path) == old


def test_pairs_of_equal_answers_are_left_out(path):
    second = [f" {FIRST[0]}\n", *SECOND[1:]]
    choices = compare(path, Person(*["1"] * COUNT), second=second, questions=COUNT)
    assert sorted(choice["entry"] for choice in choices) == list(range(1, COUNT))


@pytest.mark.parametrize(
    "content",
    ["", "{}", '""', "3", "null", '[{"instruction": "a"}]', "[1]", '{"entry": 1}', "[[]]", '[{"entry": 0}', "\xff"],
)
def test_a_file_of_another_kind_is_refused_and_stays_as_it_is(path, content):
    path.write_bytes(content.encode("latin-1"))
    person = Person("1")
    with pytest.raises(ValueError, match="blind.json does not hold choices of a blind comparison: move it away"):
        compare(path, person)
    assert path.read_bytes() == content.encode("latin-1") and person.shown == []


def test_a_file_without_choices_is_filled(path):
    path.write_text("[]")
    assert len(compare(path, Person("1"), questions=1)) == len(kept(path)) == 1


def test_the_summary_counts_and_tests():
    said = summarize_choices(["first"] * 9 + ["second"] + ["tie"] * 3)
    assert said == f"The first wins 9 times, the second 1 times; 3 ties. Sign test: p = {sign_test(9, 1):.2g}."
    assert "3 ties, 2 failed. Sign test: p = 1." in summarize_choices(iter(["tie", "tie", "tie", None, None]))


def test_the_summary_of_a_judge_that_is_unfit_says_that_its_numbers_say_nothing():
    winners = ["first"] * 3 + ["second"] * 40 + ["tie"] * 67
    plain = summarize_choices(winners)
    assert summarize_choices(winners, "Fit: reference answers get 95 of 100 and shuffled ones 5.") == plain
    unfit = "Unfit: reference answers get 18 of 100 and shuffled ones 19, so the scores of this judge say nothing."
    assert summarize_choices(winners, unfit) == (
        f"{plain} But this judge is unfit, so neither its choices nor p say anything about the answers."
    )


def test_agreement_is_counted_where_the_judge_did_not_fail():
    chosen = {2: "first", 0: "tie", 1: "second", 3: "tie"}
    choices = [{"entry": entry, "winner": winner} for entry, winner in chosen.items()]
    assert agreement(choices, ["tie", "first", None, "tie", "first"]) == (2, 3)
    assert agreement([], []) == (0, 0)
