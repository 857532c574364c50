"""Whether a judge can be believed: what it is tried on, and what is said of it."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpt.calibration import (
    answers_to_judge,
    compare_with_exact_match,
    construct_judgements,
    count_failed,
    find_disagreements,
    paired_difference,
    scores_of,
    shuffle_answers,
    verdict,
)
from helpers import instruction_entries


def judged(*scores):
    problems = {None: "the reply is empty"}
    return [{"score": score, "expected": None, "problem": problems.get(score)} for score in scores]


def four_sets(reference, shuffled, base=(0, 0, 0, 0), finetuned=(100, 100, 0, 0)):
    return {
        "reference": judged(*reference),
        "shuffled": judged(*shuffled),
        "base": judged(*base),
        "fine-tuned": judged(*finetuned),
    }


RIGHT = [True, True, False, False]
WELL = ((100, 100, 90, 90), (0, 0, 10, 10))  # what a good judge gives reference and shuffled answers


@given(st.lists(st.sampled_from("abcdef"), max_size=12))
def test_as_few_answers_as_possible_stay_where_they_or_their_equals_stood(answers):
    shuffled = shuffle_answers(answers)
    most = max(Counter(answers).values(), default=0)
    stayed = sum(one == other for one, other in zip(answers, shuffled, strict=True))
    assert Counter(shuffled) == Counter(answers)
    assert stayed == max(0, 2 * most - len(answers))  # an answer that stands at more than half of the places must stay


def test_answers_are_shuffled_the_same_way_each_time():
    answers = [str(i) for i in range(110)]
    shuffled = shuffle_answers(answers)
    assert shuffled == shuffle_answers(answers) != shuffle_answers(answers, seed=1)
    distances = {int(one) - i for i, one in enumerate(shuffled)}
    assert len(distances) > 50  # not only moved on by one


def test_the_four_sets_of_answers():
    entries = instruction_entries(8)
    sets = answers_to_judge(entries, ["b"] * 8, ["f"] * 8)
    assert list(sets) == ["reference", "shuffled", "base", "fine-tuned"]
    assert sets["reference"] == [entry["output"] for entry in entries]
    assert sorted(sets["shuffled"]) == sorted(sets["reference"])
    assert (sets["base"], sets["fine-tuned"]) == (["b"] * 8, ["f"] * 8)


def test_a_judge_that_tells_all_apart_is_fit():
    assert verdict(four_sets(*WELL), RIGHT) == (
        "Fit: reference answers get 95 of 100 and shuffled ones 5, and right answers are told from wrong ones "
        "(AUC 1.00)."
    )


def test_without_right_answers_the_two_ends_decide():
    assert verdict(four_sets(*WELL), [None] * 4) == "Fit: reference answers get 95 of 100 and shuffled ones 5."


@pytest.mark.parametrize(
    ("sets", "reason"),
    [
        (four_sets((100,) * 4, (100,) * 4), "reference answers get 100 of 100 and shuffled ones 100"),
        (four_sets((0,) * 4, (100,) * 4), "reference answers get 0 of 100 and shuffled ones 100"),
        (four_sets((80,) * 4, (31,) * 4), "reference answers get 80 of 100 and shuffled ones 31"),
        (
            four_sets(*WELL, finetuned=(100, 0, 100, 0)),
            "a right answer is scored higher than a wrong one with a probability of only 0.50",
        ),
        (four_sets(*WELL, base=(None, None, 0, 0)), "2 of 16 judgements failed"),
        (four_sets((None,) * 4, (None,) * 4, (None,) * 4, (None,) * 4), "16 of 16 judgements failed"),
    ],
)
def test_an_unfit_judge_is_told_with_the_reason_and_what_to_do(sets, reason):
    assert verdict(sets, RIGHT) == (
        f"Unfit: {reason}, so the scores of this judge say nothing about the answers; take a larger model as judge, "
        "and until then believe exact match."
    )


def test_the_limits_themselves_are_good_enough():
    assert verdict(four_sets((80,) * 4, (30,) * 4), RIGHT).startswith("Fit")
    one_failure = four_sets(*WELL, base=(None, 0, 0, 0))
    assert verdict(one_failure, RIGHT).startswith("Fit")  # 1 of 16 is less than a tenth


def test_failures_are_counted_and_no_scores():
    judgements = judged(80, None, 0, None)
    assert scores_of(judgements) == [80, 0] and count_failed(judgements) == 2


def test_failures_and_open_questions_are_not_compared_with_exact_match():
    right = [True, True, False, None, False]
    assert compare_with_exact_match(judged(80, None, 80, 100, 20), right) == 0.75  # 80 against 80 and 20
    assert compare_with_exact_match(judged(None, None), [True, False]) is None
    assert compare_with_exact_match(judged(80, 20), [None, None]) is None
    assert compare_with_exact_match(judged(80, 20), [True, True]) is None


def test_only_entries_that_are_judged_twice_have_a_difference():
    mean, low, high, count = paired_difference(judged(80, None, 60, 100), judged(60, 0, None, 0))
    assert (mean, count) == (60, 2) and (low, high) == (20, 100)
    with pytest.raises(ValueError, match="at least one value"):
        paired_difference(judged(None, 60), judged(60, None))


def test_disagreements_are_the_worst_first_and_none_of_what_failed_or_is_open():
    right = [True, True, True, False, False, False, None, True, True, False]
    scores = judged(20, 0, 41, 80, 100, 79, 100, None, 100, 0)
    assert find_disagreements(scores, right) == ([(1, 0), (0, 20)], [(4, 100), (3, 80)])
    assert find_disagreements(scores, right, low=50, high=70)[0] == [(1, 0), (0, 20), (2, 41)]


def test_constructed_judgements_are_of_exact_match_and_shared_words():
    entries = [{"instruction": "What is it?", "input": "", "output": "the cat sat here"}]
    texts = {"right": ["The cat sat here."], "half": ["the cat"], "other order": ["here sat the cat"], "wrong": ["dog"]}
    found = construct_judgements(entries, texts)
    scores = {scale: {name: one["score"] for name, (one,) in sets.items()} for scale, sets in found.items()}
    # Two thirds of the words (F1): level 3 of 5, 66 of 100. All words in another order: one below the highest.
    assert scores == {
        "rubric": {"right": 100, "half": 60, "other order": 80, "wrong": 0},
        "percent": {"right": 100, "half": 66, "other order": 99, "wrong": 0},
    }
    assert found["rubric"]["right"] == [{"score": 100, "expected": None, "problem": None}]


def test_constructed_judgements_are_those_of_a_fit_judge():
    entries = [{"instruction": f"Say {i}", "input": "", "output": f"It is word{i} indeed"} for i in range(8)]
    references = [entry["output"] for entry in entries]
    finetuned = [text if i % 2 else "no idea" for i, text in enumerate(references)]
    sets = answers_to_judge(entries, ["?"] * 8, finetuned)
    sets["shuffled"] = ["nothing"] * 8
    found = construct_judgements(entries, sets)
    assert verdict(found["rubric"], [i % 2 == 1 for i in range(8)]).startswith("Fit")
