"""Scores of a response without a judge: exact match and token F1, as in question answering.

Whether the measure fits the question, one right answer or many good ones, is for the caller to know (notebook 06).

    token_f1({"output": "The sky is blue."}, "Blue is the sky")  # 1.0: the order of the words does not count
"""

import re
from collections import Counter


def normalize_answer(text):
    """Lower case, single spaces, without quotation marks around it and without punctuation at the end."""
    text = " ".join(text.lower().split())
    return re.sub(r"^[\s\"'“”‘’]+|[\s\"'“”‘’.,;:!?]+$", "", text)


def is_right(entry, response):
    """Exact match: whether a response is the entry's output, but for what :func:`normalize_answer` takes away.

    Where case or punctuation are what was asked for, as in "Add the missing punctuation mark", the output without
    them stands in the entry already. There every character counts.
    """
    instruction = entry["instruction"]
    given = [entry["input"], instruction.partition(": ")[2], *re.findall(r"['\"](.+?)['\"](?!\w)", instruction)]
    expected = normalize_answer(entry["output"])
    if expected in map(normalize_answer, given):
        return response.strip() == entry["output"]
    return normalize_answer(response) == expected


def token_f1(entry, response):
    """How many words response and output share, from 0 to 1 (SQuAD's F1: Rajpurkar et al., 2016).

    The harmonic mean of precision (the share of the response's words that are in the output) and recall (the share
    of the output's words that are in the response), both after :func:`normalize_answer`.
    """
    answered, expected = (normalize_answer(text).split() for text in (response, entry["output"]))
    shared = sum((Counter(answered) & Counter(expected)).values())
    return 2 * shared / (len(answered) + len(expected)) if shared else 0.0
