"""Intervals, the sign test and AUC against formulas, counted probabilities and brute force."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt.intervals import area_under_curve, mean_with_interval, sign_test


def test_the_interval_of_many_values_is_the_one_of_the_normal_distribution():
    values = np.random.default_rng(0).normal(70, 20, size=1000)
    mean, low, high = mean_with_interval(values)
    margin = 1.96 * values.std() / math.sqrt(1000)
    assert mean == pytest.approx(values.mean())
    assert low == pytest.approx(mean - margin, abs=margin / 10)
    assert high == pytest.approx(mean + margin, abs=margin / 10)


def test_the_interval_of_a_share_is_the_one_of_the_normal_distribution():
    mean, low, high = mean_with_interval([1] * 300 + [0] * 100)
    margin = 1.96 * math.sqrt(0.75 * 0.25 / 400)
    assert (mean, low, high) == (0.75, pytest.approx(0.75 - margin, abs=0.005), pytest.approx(0.75 + margin, abs=0.005))


def test_about_95_of_100_intervals_hold_the_true_mean():
    draws = np.random.default_rng(1).exponential(1.0, size=(400, 110))  # skewed, as scores are; true mean 1
    hits = [low <= 1.0 <= high for _, low, high in map(mean_with_interval, draws)]
    # The standard error of the share is 1.1 points; the percentile method is known to fall short by 1 or 2.
    assert 0.90 <= np.mean(hits) <= 0.98


def test_values_that_are_all_the_same_have_an_interval_without_width():
    assert mean_with_interval([0.25] * 5) == (0.25, 0.25, 0.25)
    assert mean_with_interval([3]) == (3, 3, 3)


def test_the_interval_is_the_same_each_time_and_of_plain_numbers():
    values = np.random.default_rng(0).normal(size=50)
    assert mean_with_interval(values) == mean_with_interval(values)
    assert mean_with_interval(values, seed=1) != mean_with_interval(values, seed=2)
    assert all(type(number) is float for number in mean_with_interval(values))


def test_the_interval_of_paired_differences_is_the_narrower_one():
    generator = np.random.default_rng(0)
    hard = generator.normal(50, 30, size=200)  # what makes an entry hard for both
    one, other = hard + generator.normal(5, 5, size=200), hard + generator.normal(0, 5, size=200)
    _, low, high = mean_with_interval(one - other)
    assert low > 0  # found, where the intervals of the two means overlap widely:
    assert mean_with_interval(one)[1] < mean_with_interval(other)[2]


@pytest.mark.parametrize("values", [[], [1, None], [1, float("nan")], [float("inf")]])
def test_no_value_or_no_number_is_refused(values):
    with pytest.raises(ValueError, match=f"at least one value, all of them numbers, found {len(values)}"):
        mean_with_interval(values)


@pytest.mark.parametrize(
    ("wins", "losses", "p"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (1, 1, 1.0),
        (2, 0, 0.5),  # 2 * 1/4
        (5, 0, 0.0625),  # 2 * 1/32
        (6, 0, 0.03125),
        (8, 2, 112 / 1024),  # 2 * (1 + 10 + 45) / 1024
        (9, 1, 22 / 1024),  # 2 * (1 + 10) / 1024
        (5, 5, 1.0),
        (6, 5, 1.0),  # 2 * 1024 / 2048
        (1100, 0, 0.0),  # smaller than any float
    ],
)
def test_the_sign_test_is_the_exact_binomial_one(wins, losses, p):
    assert sign_test(wins, losses) == pytest.approx(p, rel=1e-12, abs=1e-300)
    assert sign_test(losses, wins) == sign_test(wins, losses)


def test_the_sign_test_of_many_pairs_is_the_one_of_the_normal_distribution():
    z = (560 - 0.5 - 500) / math.sqrt(250)
    assert sign_test(560, 440) == pytest.approx(math.erfc(z / math.sqrt(2)), rel=0.02)


answers = st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30)


@settings(deadline=None)
@given(answers)
def test_auc_is_the_share_of_pairs_in_the_right_order(pairs):
    points = [
        1.0 if right > wrong else 0.5 if right == wrong else 0.0
        for right, is_right in pairs
        if is_right
        for wrong, other_is_right in pairs
        if not other_is_right
    ]
    found = area_under_curve([score for score, _ in pairs], [is_right for _, is_right in pairs])
    assert found is None if not points else found == pytest.approx(sum(points) / len(points))


def test_auc_of_scores_that_tell_all_nothing_or_the_opposite():
    right = [True, True, False, False]
    assert area_under_curve([80, 60, 40, 20], right) == 1.0
    assert area_under_curve([5, 5, 5, 5], right) == 0.5
    assert area_under_curve([1, 2, 3, 4], right) == 0.0
    assert area_under_curve([100], [True]) is None and area_under_curve([], []) is None


def test_scores_and_answers_of_different_number_are_refused():
    with pytest.raises(ValueError):
        area_under_curve([1, 2, 3], [True, False])
