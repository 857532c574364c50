"""The exercises as they stand in the notebooks: complete, silent as long as they are empty, solved by solutions/."""

import inspect
import re

import pytest

import exercises
from exercise_cells import (
    NOTEBOOKS,
    WORKSHOP,
    cells_of,
    exercise_cells,
    run,
    solutions_of,
    stubs_in,
    without_stubs,
)
from helpers import REPO
from notebook_setup import SMALL_MODEL, load_pretrained

NUMBERS = [number for number in NOTEBOOKS if (REPO / "notebooks" / "solutions" / f"exercises_{number}.py").exists()]
EMPTY = re.compile(
    r"\w[\w ]* is empty so far\. Write it, then run this cell again\.\n"
    r"|Predict first: write your answer into my_prediction, then run this cell again\.\n"
    r"|Predict, then set RUN_IT = True and run this cell\.\n"
)


def cells_to_write(path):
    """The code cells in which the reader writes something, or switches it on."""
    return [source for source in cells_of(path, "code") if stubs_in(source) or source.startswith("RUN_IT")]


def start(path, **given):
    """A namespace with what the notebook's exercises import, and a few variables of the notebook."""
    namespace = dict(given)
    for source in cells_of(path, "code")[1:]:  # the first one is the setup cell
        for imported in re.findall(r"^(?:from [^\n]+ import (?:\([^)]*\)|[^\n(]+)|import [^\n]+)", source, re.M):
            run(imported, namespace)
    return namespace


def test_notebooks_00_to_06_have_exercises():
    assert NUMBERS[:7] == ["00", "01", "02", "03", "04", "05", "06"]


@pytest.mark.parametrize("number", NUMBERS)
def test_each_exercise_has_a_task_a_folded_text_and_most_have_a_check(number):
    path = NOTEBOOKS[number]
    tasks = [text for text in exercise_cells(path, "markdown") if text.startswith("### Exercise")]
    numbers = [int(re.match(r"### Exercise (\d+): \w", text)[1]) for text in tasks]
    assert numbers == list(range(1, len(tasks) + 1))
    for text in tasks:
        assert len(re.findall(r"<details><summary>[^<]+</summary>\n\n.+?\n\n</details>", text, re.S)) >= 1, text
        assert text.count("<details>") == text.count("</details>")
    assert len(re.findall(r"^ *check_\w+\(", "\n".join(exercise_cells(path, "code")), re.M)) >= 2
    assert f"(solutions/exercises_{number}.py)" in "\n".join(cells_of(path, "markdown"))


def test_every_check_is_used_in_a_notebook():
    code = "\n".join("\n".join(cells_of(path, "code")) for path in (*NOTEBOOKS.values(), WORKSHOP))
    assert [name for name in exercises.__all__ if f"{name}(" not in code] == []


@pytest.mark.parametrize("number", [*NUMBERS, "workshop"])
def test_untouched_cells_print_a_friendly_line_and_nothing_else(number, tokenizer):
    path = NOTEBOOKS.get(number, WORKSHOP)
    namespace = start(path, model=None, tokenizer=tokenizer)
    cells = cells_to_write(path)
    assert len(cells) >= 2
    for source in cells:
        printed = run(source, namespace)
        is_prediction_alone = source.startswith("my_prediction") and "\n" not in source
        assert printed == "" if is_prediction_alone else EMPTY.fullmatch(printed), source


@pytest.fixture(scope="module")
def small_one():
    return load_pretrained(SMALL_MODEL)


@pytest.mark.parametrize("number", [*NUMBERS, "workshop"])
def test_the_solutions_fit_into_the_cells_and_pass_the_checks(number, small_one):
    path = NOTEBOOKS.get(number, WORKSHOP)
    solutions = solutions_of("workshop" if path == WORKSHOP else f"exercises_{number}")
    model, tokenizer = small_one
    namespace = start(path, model=model, tokenizer=tokenizer)
    solved = set()
    for source in cells_to_write(path):
        for name, stub in stubs_in(source).items():
            if name == "my_prediction":
                continue
            solution = solutions[name]
            if callable(solution):
                wanted = [argument.arg for argument in stub.args.args]
                assert list(inspect.signature(solution).parameters) == wanted
            printed = run(without_stubs(source), {**namespace, name: solution})
            label = name if callable(solution) else "The answer"
            assert printed.startswith(f"{label}: right. Checked: "), printed
            solved.add(name)
    assert solved == set(solutions)


@pytest.mark.parametrize("number", [*NUMBERS, "workshop"])
def test_a_solution_says_what_it_is_for(number):
    name = "workshop" if number == "workshop" else f"exercises_{number}"
    text = (REPO / "notebooks" / "solutions" / f"{name}.py").read_text(encoding="utf-8")
    assert text.startswith('"""Solutions of ')
    if any("RUN_IT" in source for source in cells_of(NOTEBOOKS.get(number, WORKSHOP), "code")):
        assert "break it" in text and "2 CPU cores" in text and "RUN_IT =" in text
