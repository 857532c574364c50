"""People as judges: two answers in random order, and the one who chooses does not know whose they are.

    compare_blindly(test_data, base_responses, responses, "blind.json", questions=10)
"""

import json
import random
from pathlib import Path

from gpt.files import write_json
from gpt.intervals import sign_test
from gpt.templates import task_of

KEYS = {"1": "the first is better", "2": "the second is better", "0": "equally good", "q": "stop"}


def compare_blindly(entries, first, second, path, *, questions=10, seed=123, ask=input):
    """Show tasks with two answers each, ask which is better, and keep each choice as soon as it is made.

    Which answer is shown first is drawn for each pair. Pairs whose answers are equal are left out, and so are those
    that were answered before, unless their answers have changed.

    Args:
        entries: dicts with ``instruction``, ``input`` and ``output``.
        first, second: texts of two models, one for each entry.
        path: the JSON file with the choices; it is read and written.
        questions: how many pairs to ask about in this call.
        ask: gets a question and returns what was typed.

    Returns:
        All choices so far, also of earlier calls: dicts with ``entry`` (its index), ``task``, ``first``, ``second``
        and ``winner`` (``"first"``, ``"second"`` or ``"tie"``).

    Raises:
        ValueError: if ``path`` holds something else. It stays as it is.
    """
    path = Path(path)
    kept = _read_choices(path)  # those about other answers stay in the file, too
    choices = [choice for choice in kept if _still_stands(choice, entries, first, second)]
    done = {choice["entry"] for choice in choices}
    waiting = [i for i in range(len(entries)) if i not in done and first[i].strip() != second[i].strip()]
    random.Random(seed).shuffle(waiting)
    for number, i in enumerate(waiting[:questions], start=1):
        swapped = random.Random(f"{seed} {i}").random() < 0.5
        shown = (second[i], first[i]) if swapped else (first[i], second[i])
        key = _ask_until_it_is_a_key(_describe(entries[i], shown, number, min(questions, len(waiting))), ask)
        if key == "q":
            break
        winner = {"1": ("first", "second")[swapped], "2": ("second", "first")[swapped], "0": "tie"}[key]
        task = task_of(entries[i])
        choice = {"entry": i, "task": task, "first": first[i], "second": second[i], "winner": winner}
        choices.append(choice)
        kept.append(choice)
        write_json(path, kept)
    return choices


def summarize_choices(winners, verdict=None):
    """Wins of the first, of the second, ties, and the sign test's p-value, in one sentence; None counts as failed.

    Args:
        verdict: of a judge who chose, what ``gpt.calibration.verdict`` says of it. If it is unfit, a second sentence
            says that these numbers mean nothing. None for a person.
    """
    winners = list(winners)
    first, second, ties = (winners.count(name) for name in ("first", "second", "tie"))
    failed, unfit = winners.count(None), verdict is not None and not verdict.startswith("Fit")
    return (
        f"The first wins {first} times, the second {second} times; {ties} ties"
        + (f", {failed} failed" if failed else "")
        + f". Sign test: p = {sign_test(first, second):.2g}."
        + (" But this judge is unfit, so neither its choices nor p say anything about the answers." if unfit else "")
    )


def agreement(choices, verdicts):
    """How often a person and a judge chose the same: ``(agreed, compared)``.

    Args:
        choices: of :func:`compare_blindly`.
        verdicts: the judge's winner for each entry of the data; entries where it failed (None) are left out.
    """
    pairs = [(choice["winner"], verdicts[choice["entry"]]) for choice in choices]
    compared = [(person, judge) for person, judge in pairs if judge is not None]
    return sum(person == judge for person, judge in compared), len(compared)


def _read_choices(path):
    try:
        choices = json.loads(path.read_text(encoding="utf-8"))
        names = {"entry", "task", "first", "second", "winner"}
        if isinstance(choices, list) and all(names <= choice.keys() for choice in choices):
            return choices
    except FileNotFoundError:
        return []
    except (ValueError, AttributeError, TypeError):
        pass
    raise ValueError(f"{path} does not hold choices of a blind comparison: move it away, or choose another name.")


def _still_stands(choice, entries, first, second):
    i = choice["entry"]
    same = [choice["task"], choice["first"], choice["second"]]
    return i < len(entries) and same == [task_of(entries[i]), first[i], second[i]]


def _describe(entry, shown, number, total):
    keys = ", ".join(f"{key} = {meaning}" for key, meaning in KEYS.items())
    return f"\n({number} of {total}) {task_of(entry)}\n\n1: {shown[0]}\n\n2: {shown[1]}\n\n{keys}: "


def _ask_until_it_is_a_key(question, ask):
    try:
        answer = ask(question).strip().lower()
        while answer not in KEYS:
            answer = ask(f"{answer!r} is none of {', '.join(KEYS)}: ").strip().lower()
        return answer
    except (EOFError, KeyboardInterrupt):  # what is chosen is kept
        return "q"
