"""Checks of notebook 07: an interval by the bootstrap, and reading a judge's reply."""

import json
import re

from exercises.looking import check, describe

VALUES = [1.0] * 60 + [0.0] * 40
HALF_WIDTH = 1.96 * (0.6 * 0.4 / 100) ** 0.5  # of the 95 % interval of their mean, 0.096


@check(
    "the interval of 100 values, 60 of them 1 and the others 0: where it lies and how wide it is; values that are all "
    "equal",
    without_replacement="The interval has no width: drawn without replacement, each sample is the data itself, in "
    "another order.",
    of_values="The interval is that of single values. Take the mean of each sample first, then look where these means "
    "lie.",
    too_narrow="The interval is too narrow. Do the two ends leave out 2.5 % each, and has each sample as many values "
    "as the data?",
    too_wide="The interval is too wide. Has each sample as many values as the data? Small samples scatter more.",
    beside="The mean of the data does not lie near the middle of the interval.",
    ends="The ends come in the wrong order: first the lower, then the upper one.",
)
def check_interval(look):
    """``my_interval(values)``, returning the lower and the upper end."""
    with look.case():
        found = look.call(VALUES)
        if not is_pair(found):
            look.find("form", f"Expected two numbers, found {describe(found)}")
            return
        low, high = map(float, found)
        width, detail = high - low, f"For 60 ones and 40 zeros: found {low:.3f} and {high:.3f}"
        if not look.expect(low <= high, "ends", detail):
            return
        wanted = 2 * HALF_WIDTH
        if width < 1e-9:
            look.find("without_replacement", detail)
        elif width > 0.9:
            look.find("of_values", detail)
        elif width < 0.75 * wanted:
            look.find("too_narrow", detail)
        elif width > 1.3 * wanted:
            look.find("too_wide", detail)
        look.expect(width > 0.9 or abs((low + high) / 2 - 0.6) < 0.05, "beside", detail)
    with look.case():
        found = look.call([3.0] * 5)
        if not (is_pair(found) and all(abs(float(end) - 3) < 1e-6 for end in found)) and look.is_sound():
            look.find("other", f"For five times 3: expected 3 and 3, found {describe(found)}")


def is_pair(found):
    try:
        low, high = found
        return float(low) == float(low) and float(high) == float(high)
    except (TypeError, ValueError):
        return False


REPLIES = (
    '{"score": 4}',
    '{\n  "score": 0\n}',
    'Of 5 points I would give 3 for the form. {"score": 2}',
    '```json\n{"score": 5}\n```',
    '{"score": 7}',
    "I cannot judge this answer.",
    '{"grade": 3}',
    "",
)


def read_level(reply, place=None, failed=None, limits=None):
    """The level in a reply, right or with faults that people make."""
    level = None
    if place == "first_number":
        numbers = re.findall(r"\d+", reply)
        level = int(numbers[0]) if numbers else None
    elif place == "only_json":
        try:
            level = json.loads(reply).get("score")
        except ValueError:
            pass
    else:
        found = re.search(r'\{\s*"score"\s*:\s*(\d+)\s*\}', reply)
        level = int(found[1]) if found else None
    if level is not None and not 0 <= level <= 5:
        level = {"out_of_range": level, "clipped": 5, None: None}[limits]
    return (0 if failed else float("nan")) if level is None else level


@check(
    "replies with the level alone, with text or a frame of code around it, out of range, without a level, empty",
    first_number="It takes the first number that it finds. Text around the JSON may hold others: look for the score.",
    only_json="It gives up as soon as anything stands around the JSON. Many judges add a sentence or a frame of code.",
    failed_as_zero="A judgement that failed becomes a 0. That is the worst score for an answer that nobody has judged: "
    "return NaN, and count it.",
    out_of_range="A score of 7 on a scale from 0 to 5 is taken as it is. Nobody knows what it means: it has failed.",
    clipped="A score of 7 is turned into a 5. Nobody knows what the judge meant: it has failed, return NaN.",
)
def check_read_level(look):
    """``my_read_level(reply)``, returning a level from 0 to 5, or NaN if there is none."""
    look.explain(
        [(reply,) for reply in REPLIES], read_level,
        place=["first_number", "only_json"], failed=["failed_as_zero"], limits=["out_of_range", "clipped"],
    )  # fmt: skip
