"""Notebook 08 says of the measured variations what the file of their results holds."""

import json

import pytest

from helpers import REPO
from previous_chapters import mean_with_interval


@pytest.fixture(scope="module")
def results():
    path = REPO / "data" / "reference" / "gpt2-tiny6M-variations.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def prose():
    cells = json.loads((REPO / "notebooks" / "08_own_data_and_variations.ipynb").read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")


def counts(results, name):
    return [run["right"].count("1") for run in results[name].values()]


def effect(results, name):
    """Mean, low and high in points of 100, as the notebook computes them."""

    def shares(name):
        runs = [run["right"] for run in results[name].values()]
        return [sum(map(int, task)) / len(runs) for task in zip(*runs, strict=True)]

    pairs = zip(shares(name), shares("baseline"), strict=True)
    return mean_with_interval([100 * (one - other) for one, other in pairs])


def test_what_is_said_to_help_to_cost_and_to_make_no_difference(results, prose):
    said = {
        "better": {"masked", "lora 32"},
        "no difference": {"lora 8", "phi3", "averaged weights"},
        "worse": {"lora 2", "last two blocks", "half of the data", "a quarter of the data"},
    }
    found = {"better": set(), "no difference": set(), "worse": set()}
    for name in results.keys() - {"baseline"}:
        _, low, high = effect(results, name)
        found["better" if low > 0 else "worse" if high < 0 else "no difference"].add(name)
    assert found == said


def test_the_interval_of_masking_and_that_all_its_runs_are_better(results, prose):
    _, low, high = effect(results, "masked")
    assert f"**Masking the prompt helped**: between {low:.1f} and {high:.1f} points" in prose
    assert min(counts(results, "masked")) > max(counts(results, "baseline"))
    assert f"81 tasks right instead of {counts(results, 'masked')[0]}" in prose


def test_the_interval_of_the_exercise(results, prose):
    mean, low, high = effect(results, "lora 8")
    assert f"is {mean:+.1f}, with an interval from {low:.1f} to {high:+.1f}" in prose


def test_what_fewer_data_cost(results, prose):
    half, quarter = (round(-effect(results, name)[0]) for name in ("half of the data", "a quarter of the data"))
    assert f"half of it costs {half} points, a quarter {quarter}" in prose


def test_the_share_of_parameters_of_rank_32(results, prose):
    trained = [results[name]["123"]["trained"] for name in ("lora 32", "baseline")]
    assert f"**LoRA of rank 32 helped**, too, with {100 * trained[0] / trained[1]:.0f} % of the parameters" in prose


def test_seeds_differ_by_as_much_as_is_said(results, prose):
    found = counts(results, "baseline")
    assert "differs by up to two points of a hundred" in prose
    assert 1 < 100 * (max(found) - min(found)) / 494 < 2.05
