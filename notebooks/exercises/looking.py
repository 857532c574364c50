"""How a check looks at a solution: it calls it on small inputs, names what went wrong and why, and never stops at once.

A check knows the faults that people make. It computes what a function *with* such a fault would return, one at a time
and together, and compares: so it can say "the targets are not shifted" instead of "assertion failed". What fits no
known fault is shown as it is, expected beside found. No check shows a traceback or its own source.
"""

import itertools
import math
from contextlib import contextmanager
from functools import wraps

import numpy as np
import torch

# What any check may find. The messages of a single check stand beside it.
RAISED = "It stops with an error."
NOTHING = "For some inputs it returns nothing: a way through the function has no return."
FORM = "What it returns has another form than asked for."
OTHER = "The result is another one than expected, in a way that this check has no name for."
COMMON = {"raised": RAISED, "nothing": NOTHING, "form": FORM, "other": OTHER}

MOST_DETAILS = 3  # so many examples are shown for one finding
MOST_CHARACTERS = 160  # of an input or a result


class Empty(Exception):
    """Nothing has been written yet."""


class EndOfCase(Exception):
    """This input tells nothing more; the others may."""


class Look:
    """What one check has found: ``findings``, ``{key of a message: details}``."""

    def __init__(self, solution, messages):
        self.solution, self.messages = solution, {**COMMON, **messages}
        self.findings, self.calls = {}, 0

    def find(self, key, detail=""):
        self.messages[key]  # a key without a message is a mistake in the check
        self.findings.setdefault(key, []).append(detail)

    def expect(self, holds, key, detail=""):
        if not holds:
            self.find(key, detail)
        return holds

    def is_sound(self):
        """Whether the solution has always returned something of the form that was asked for."""
        return not self.findings.keys() & {"raised", "nothing", "form"}

    @contextmanager
    def case(self):
        """What happens in here is about one input: if it comes to nothing, the next one is still looked at."""
        try:
            yield
        except EndOfCase:
            pass

    def call(self, *arguments, raised="raised", **options):
        """Call the solution; an error in it becomes a finding, with the input that caused it."""
        first, self.calls = self.calls == 0, self.calls + 1
        given = ", ".join([*map(describe, arguments), *(f"{key}={describe(value)}" for key, value in options.items())])
        try:
            result = self.solution(*arguments, **options)
        except NotImplementedError:
            if first:
                raise Empty from None
            self.find("raised", f"For {given}: NotImplementedError")
            raise EndOfCase from None
        except Exception as error:
            key = "raised" if "raised" in self.findings else raised
            self.find(key, f"For {given}: {type(error).__name__}: {shorten(error)}")
            raise EndOfCase from None
        if result is None or result is Ellipsis:
            if first:
                raise Empty
            self.find("nothing", f"For {given}")
            raise EndOfCase
        return result

    def explain(self, cases, reference, **faults):
        """Call the solution with each case, and name the faults with which ``reference`` returns the same.

        Args:
            cases: tuples of arguments.
            reference: called with a case and ``fault=None`` or the key of a message for each part; it returns what a
                solution with these faults returns. It may raise where such a solution would.
            faults: ``part=[keys]``: what may go wrong with it, each named by the key of a message. What has one
                message but comes out in two ways is told apart behind an @: ``"not_shifted@whole"``.
        """
        right = {part: None for part in faults}
        looked_at = []  # (case, what was wanted, what was returned)
        for case in cases:
            wanted = reference(*case, **right)
            with self.case():
                result = self.call(*map(copy_of, case))
                problem = problem_of_form(wanted, result)
                if problem:
                    self.find("form", f"For {', '.join(map(describe, case))}: {problem}")
                else:
                    looked_at.append((case, wanted, result))
        if all(same(result, wanted) for _, wanted, result in looked_at):
            return
        for choice in combinations(faults):
            if all(same(result, outcome(reference, case, choice)) for case, _, result in looked_at):
                for key in filter(None, choice.values()):
                    self.find(key.partition("@")[0])
                return
        for case, wanted, result in looked_at:
            if not same(result, wanted):
                given = ", ".join(map(describe, case))
                self.find("other", f"For {given}: expected {describe(wanted)}, found {describe(result)}")

    def report(self, name, covered):
        """Print all findings, or what was checked."""
        if not self.findings:
            print(f"{name}: right. Checked: {covered}.")
            return
        print(f"{name}: {len(self.findings)} thing{'s' * (len(self.findings) > 1)} to look at.")
        for key, details in self.findings.items():
            print(f"- {self.messages[key]}")
            for detail in [detail for detail in dict.fromkeys(details) if detail][:MOST_DETAILS]:
                print(f"    {detail}")


def check(covered, **messages):
    """Make a check of a function that looks: ``examine(look, *others)``; see the rooms beside this one.

    Args:
        covered: what was looked at, for the line that says that all is right.
        messages: for each thing that can be found, a sentence that names the misconception.
    """

    def decorate(examine):
        def look_at(solution, *others):
            """Return what was found, a Look; None if nothing has been written yet."""
            if solution is None or solution is Ellipsis:
                return None
            look = Look(solution, messages)
            try:
                with torch.random.fork_rng(devices=[]):
                    examine(look, *others)
            except Empty:
                return None
            return look

        @wraps(examine)
        def run(solution, *others):
            name = getattr(solution, "__name__", "The answer")
            look = look_at(solution, *others)
            if look is None:
                print(f"{name} is empty so far. Write it, then run this cell again.")
            else:
                look.report(name, covered)

        run.messages, run.look_at = messages, look_at
        return run

    return decorate


# ---------------------------------------------------------------------------------------------------------------
# Comparing and describing
# ---------------------------------------------------------------------------------------------------------------


def combinations(faults):
    """Every choice of faults, one for each part at most, those with the fewest faults first."""
    parts = [[None, *keys] for keys in faults.values()]
    choices = [dict(zip(faults, keys, strict=True)) for keys in itertools.product(*parts)]
    return sorted(choices, key=lambda choice: sum(key is not None for key in choice.values()))[1:]


def outcome(reference, case, choice):
    """What a solution with these faults returns; where it would stop with an error, nothing that equals anything."""
    try:
        return reference(*map(copy_of, case), **choice)
    except Exception:
        return None


def same(one, other):
    """Whether two results are equal, numbers to 1e-5."""
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if is_list_of_parts(one) and is_list_of_parts(other):
        return len(one) == len(other) and all(map(same, one, other))
    try:
        one, other = (as_numbers(value) for value in (one, other))
    except (TypeError, ValueError, RuntimeError):
        return False
    return one.shape == other.shape and torch.allclose(one, other, rtol=1e-5, atol=1e-5, equal_nan=True)


def is_list_of_parts(value):
    """Whether something is several results, rather than numbers in a list."""
    return isinstance(value, (tuple, list)) and any(isinstance(part, (torch.Tensor, np.ndarray, dict, list, tuple, str))
                                                    for part in value)  # fmt: skip


def as_numbers(value):
    return torch.as_tensor(value).detach().cpu().double()


def problem_of_form(expected, found):
    """Say in which way the form of a result is wrong, or None: text, a number, numbers, or so many parts."""
    if isinstance(expected, tuple):
        if not isinstance(found, (tuple, list)) or len(found) != len(expected):
            return f"expected {len(expected)} values, found {describe(found)}"
        problems = [problem_of_form(*pair) for pair in zip(expected, found, strict=True)]
        return next(filter(None, problems), None)
    if isinstance(expected, str):
        return None if isinstance(found, str) else f"expected a text, found {describe(found)}"
    if isinstance(expected, list) and is_list_of_parts(expected):
        return None if isinstance(found, list) else f"expected a list, found {describe(found)}"
    try:
        numbers = as_numbers(found)
    except (TypeError, ValueError, RuntimeError):
        return f"expected numbers, found {describe(found)}"
    several = as_numbers(expected).dim() > 0
    if several != (numbers.dim() > 0):
        return f"expected {'several numbers' if several else 'a single number'}, found {describe(found)}"
    return None


def copy_of(value):
    """A copy of an input, so that a solution that changes it does not spoil what comes after."""
    if isinstance(value, torch.Tensor):
        return value.clone()
    if isinstance(value, (list, tuple)):
        return type(value)(map(copy_of, value))
    return dict(value) if isinstance(value, dict) else value


def describe(value):
    """A short text for a value: small numbers are written out, of large tensors the shape."""
    if isinstance(value, (torch.Tensor, np.ndarray)):
        if math.prod(value.shape) > 24:
            return f"numbers of shape {tuple(value.shape)}"
        value = np.round(torch.as_tensor(value).detach().cpu().double().numpy(), 4)
        return str(value.tolist()).replace(".0,", ",").replace(".0]", "]")
    if isinstance(value, (tuple, list)) and is_list_of_parts(value):
        text = ", ".join(map(describe, value))
        return shorten(f"({text})" if isinstance(value, tuple) else f"[{text}]")
    if isinstance(value, torch.nn.Module):
        return "a small model"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list) and any(isinstance(part, float) for part in value):
        return shorten(f"[{', '.join(map(describe, value))}]")
    if type(value).__repr__ is object.__repr__:
        return f"an object of type {type(value).__name__}"
    return shorten(repr(value))


def shorten(text):
    text = " ".join(str(text).split())
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 4] + " ..."
