"""Calibration: whether a judge can be believed, before its scores are.

A judge is tried on answers of which we know how good they are. How judgements come about: ``gpt.judgements``.

    answers = answers_to_judge(test_data, base_responses, responses)
    print(verdict(judgements["rubric"], right))  # "Fit: ..." or "Unfit: ..."
"""

import random

from gpt.intervals import area_under_curve, mean_with_interval
from gpt.judgements import HIGHEST
from gpt.scoring import is_right, token_f1

# What a judge has to reach, our choice: the reference answers are right by definition and the shuffled ones belong to
# other tasks, so a judge should put most of the scale between them.
LEAST_GAP = 50  # points of 100 between the means
LEAST_AUC = 0.8
MOST_FAILED = 0.1  # of all judgements


def answers_to_judge(entries, base, finetuned):
    """The four sets of answers, ``{name: [a text for each entry]}``, two to be scored and two to try the judge on."""
    reference = [entry["output"] for entry in entries]
    return {"reference": reference, "shuffled": shuffle_answers(reference), "base": base, "fine-tuned": finetuned}


def shuffle_answers(answers, seed=123):
    """The same answers in an order in which none stands where it, or its equal, stood, as far as that can be."""
    order = list(range(len(answers)))
    random.Random(seed).shuffle(order)
    for i in range(len(order)):
        if answers[order[i]] == answers[i]:
            for j in range(len(order)):  # one to change places with, so that both stand elsewhere
                if answers[order[j]] != answers[i] and answers[order[i]] != answers[j]:
                    order[i], order[j] = order[j], order[i]
                    break
    return [answers[i] for i in order]


def scores_of(judgements):
    """The scores of those judgements that did not fail."""
    return [judgement["score"] for judgement in judgements if judgement["score"] is not None]


def mean_score(judgements):
    """The mean of the scores of those judgements that did not fail, or NaN if all did."""
    scores = scores_of(judgements)
    return sum(scores) / len(scores) if scores else float("nan")


def count_failed(judgements):
    """How many judgements failed."""
    return sum(judgement["score"] is None for judgement in judgements)


def compare_with_exact_match(judgements, right, key="score"):
    """The probability that a right answer is scored higher than a wrong one (AUC), or None if it cannot be told.

    Args:
        right: for each judgement whether the answer is an exact match, or None where many answers are good.
        key: ``"score"`` or ``"expected"``.
    """
    pairs = [
        (judgement[key], is_match)
        for judgement, is_match in zip(judgements, right, strict=True)
        if judgement[key] is not None and is_match is not None
    ]
    return area_under_curve(*zip(*pairs, strict=True)) if pairs else None


def paired_difference(judgements, others):
    """Mean and 95 % interval of how much higher the first of two answers is scored, and the number of entries.

    Only entries where both judgements succeeded can be compared.

    Raises:
        ValueError: if there is none.
    """
    differences = [
        one["score"] - other["score"]
        for one, other in zip(judgements, others, strict=True)
        if one["score"] is not None and other["score"] is not None
    ]
    return *mean_with_interval(differences), len(differences)


def verdict(judged, right):
    """Say in one sentence whether the scores of a judge can be believed, and if not, why, and what to do.

    Args:
        judged: judgements ``{name: [...]}`` of one scale, of all four sets of :func:`answers_to_judge`.
        right: as for :func:`compare_with_exact_match`, for the fine-tuned model's answers.
    """
    everything = [judgement for judgements in judged.values() for judgement in judgements]
    failed = count_failed(everything)
    if failed > MOST_FAILED * len(everything):
        return _unfit(f"{failed} of {len(everything)} judgements failed")
    high, low = mean_score(judged["reference"]), mean_score(judged["shuffled"])
    ends = f"reference answers get {high:.0f} of 100 and shuffled ones {low:.0f}"
    if not high - low >= LEAST_GAP:
        return _unfit(ends)
    auc = compare_with_exact_match(judged["fine-tuned"], right)
    if auc is not None and auc < LEAST_AUC:
        return _unfit(f"a right answer is scored higher than a wrong one with a probability of only {auc:.2f}")
    agreement = "" if auc is None else f", and right answers are told from wrong ones (AUC {auc:.2f})"
    return f"Fit: {ends}{agreement}."


def _unfit(reason):
    return (
        f"Unfit: {reason}, so the scores of this judge say nothing about the answers; take a larger model as judge, "
        "and until then believe exact match."
    )


def find_disagreements(judged, right, *, low=40, high=80):
    """Where judge and exact match disagree: two lists of ``(index, score)``, to be read.

    Returns:
        Right answers that the judge scores ``low`` or less, lowest first, and wrong ones that it scores ``high`` or
        more, highest first.
    """
    scored = [
        (i, judgement["score"], is_match)
        for i, (judgement, is_match) in enumerate(zip(judged, right, strict=True))
        if judgement["score"] is not None and is_match is not None
    ]
    too_low = sorted((score, i) for i, score, is_match in scored if is_match and score <= low)
    too_high = sorted((-score, i) for i, score, is_match in scored if not is_match and score >= high)
    return [(i, score) for score, i in too_low], [(i, -score) for score, i in too_high]


def construct_judgements(entries, answers):
    """What a good judge would look like: judgements made of exact match and token F1, and not by any model.

    Level 5 for an exact match, else as many of the levels 0 to 4 as the words that answer and reference share.
    """
    def construct(entry, answer, highest):
        level = highest if is_right(entry, answer) else min(int(token_f1(entry, answer) * highest), highest - 1)
        return {"score": 100 * level / highest, "expected": None, "problem": None}

    return {
        scale: {
            name: [construct(entry, text, highest) for entry, text in zip(entries, texts, strict=True)]
            for name, texts in answers.items()
        }
        for scale, highest in HIGHEST.items()
    }


def construct_pairs(judged):
    """What a good judge would say of pairs: the answer with the higher of the constructed scores is better.

    Returns:
        As ``gpt.judgements.compare_answers``, the base model's answers being the first.
    """
    pairs = []
    for base, finetuned in zip(judged["base"], judged["fine-tuned"], strict=True):
        difference = finetuned["score"] - base["score"]
        winner = "second" if difference > 0 else "first" if difference < 0 else "tie"
        pairs.append({"winner": winner, "by_order": False, "problem": None})
    return pairs
