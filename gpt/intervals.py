"""How sure a number is: intervals for means and differences, a test for pairs, agreement with right and wrong.

    mean, low, high = mean_with_interval([1, 0, 1, 1])
"""

import math

import numpy as np

RESAMPLES = 2000  # from one seed to another the ends move by about a sixtieth of the interval's width


def mean_with_interval(values, seed=123):
    """The mean, and the ends of its 95 % interval, by the bootstrap (Efron, 1979; percentile method).

    Draws as many values as there are, with replacement, again and again; 95 % of the means of these samples lie
    between the two ends. For the difference of two models on the same entries pass the differences, entry by entry:
    what makes an entry hard for both of them then cancels out (a paired interval).

    Args:
        values: numbers, one for each entry.

    Raises:
        ValueError: if there are none, or one is not a finite number. What failed has to be counted, not averaged.
    """
    values = np.asarray(values, dtype=float)
    if not len(values) or not np.isfinite(values).all():
        raise ValueError(f"Expected at least one value, all of them numbers, found {len(values)}: {values[:5]}.")
    generator = np.random.default_rng(seed)
    means = generator.choice(values, size=(RESAMPLES, len(values))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return values.mean().item(), low.item(), high.item()


def sign_test(wins, losses):
    """How probable a difference between wins and losses of this size or larger is when both are equally likely.

    The two-sided p-value of the exact binomial test. Ties say nothing about who is better and are left out.
    """
    games, fewer = wins + losses, min(wins, losses)
    tail = sum(math.comb(games, k) for k in range(fewer + 1)) / 2**games
    return min(1.0, 2 * tail)


def area_under_curve(scores, right):
    """The probability that a right answer has a higher score than a wrong one, ties counting half (AUC).

    1.0: the scores tell right from wrong without a mistake; 0.5: no better than chance. Equal to the area under the
    ROC curve, and to the Mann-Whitney U statistic divided by the number of pairs.

    Returns:
        The probability, or None if all answers are right or all are wrong: then there is nothing to tell apart.
    """
    of_right = np.array([score for score, is_right in zip(scores, right, strict=True) if is_right], dtype=float)
    of_wrong = np.array([score for score, is_right in zip(scores, right, strict=True) if not is_right], dtype=float)
    if not len(of_right) or not len(of_wrong):
        return None
    differences = of_right[:, None] - of_wrong[None, :]
    return ((differences > 0).mean() + (differences == 0).mean() / 2).item()
