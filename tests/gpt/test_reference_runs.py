"""The shipped reference runs, and whether a run lies inside of them."""

import json

import numpy as np
import pytest
from matplotlib.figure import Figure

from gpt.pictures import LossCurves
from gpt.reference_runs import ENOUGH, band_of, compare, count_inside, load_reference
from helpers import REPO
from previous_chapters import model_configs

FOLDER = REPO / "data" / "reference"
SMALL = "gpt2-tiny (6M)"
SEEDS = json.loads((FOLDER / "gpt2-tiny6M-seeds.json").read_text(encoding="utf-8"))
EPOCHS = np.linspace(0, 2, 47)


@pytest.fixture(scope="module")
def kept_run():
    """The run whose losses the notebooks show, with seed 123."""
    return json.loads((FOLDER / "gpt2-tiny6M.json").read_text(encoding="utf-8"))


def test_the_shipped_runs_are_whole_and_differ():
    assert SEEDS["model"] == SMALL and SEEDS["num_epochs"] == 2 and SEEDS["eval_freq"] == 5
    assert len(SEEDS["runs"]) == 6 and "seed 123" not in SEEDS["runs"]  # the reader's own seed would prove nothing
    for run in SEEDS["runs"].values():
        assert len(run["train_losses"]) == len(run["val_losses"]) == 47
    assert len({tuple(run["val_losses"]) for run in SEEDS["runs"].values()}) == 6


def test_the_kept_run_lies_inside(kept_run):
    sentence = compare(load_reference(FOLDER, SMALL), EPOCHS, kept_run["train_losses"], kept_run["val_losses"])
    assert sentence.startswith("This run lies inside the band of 6 runs with other seeds: ")


@pytest.mark.parametrize("left_out", SEEDS["runs"])
def test_each_shipped_run_lies_inside_of_the_others(left_out):
    band = band_of(SMALL, 2, [run for name, run in SEEDS["runs"].items() if name != left_out])
    for part in ("train", "val"):
        assert count_inside(band, EPOCHS, SEEDS["runs"][left_out][f"{part}_losses"], part) >= ENOUGH * 47


@pytest.mark.parametrize(
    "change",
    [
        lambda losses: [loss + 0.05 for loss in losses],
        lambda losses: [loss * 0.9 for loss in losses],
        lambda losses: [losses[0]] * len(losses),  # nothing is learned
        lambda losses: [float("nan")] * len(losses),
        lambda losses: losses[:20] + [loss + 0.01 * i for i, loss in enumerate(losses[20:])],  # it turns upwards
    ],
    ids=["higher", "lower", "flat", "not a number", "turning"],
)
def test_another_course_lies_outside(kept_run, change):
    changed = change(kept_run["val_losses"])
    sentence = compare(load_reference(FOLDER, SMALL), EPOCHS, kept_run["train_losses"], changed)
    assert sentence.startswith("This run lies outside of the band of 6 runs with other seeds: ")


def test_a_run_of_another_length_is_compared_where_there_is_a_band(kept_run):
    band = load_reference(FOLDER, SMALL)
    half = compare(band, EPOCHS[:24], kept_run["train_losses"][:24], kept_run["val_losses"][:24])
    assert "24 of 24 validation losses" in half
    longer = [*EPOCHS, 2.5, 3.0], [*kept_run["train_losses"], 9, 9], [*kept_run["val_losses"], 9, 9]
    assert "47 of 47 validation losses" in compare(band, *longer)


def test_the_published_run_is_a_line_that_decides_nothing():
    published = load_reference(FOLDER, "gpt2-medium (355M)")
    assert not published.is_band and published.low["val"].tolist() == published.high["val"].tolist()
    assert published.label("Training") == "Training, published run"
    sentence = compare(published, [0, 2], [4, 0.5], [4, 0.7])
    assert "0.297 (training) and 0.659 (validation), this one at 0.500 and 0.700" in sentence
    assert "inside" not in sentence and "outside" not in sentence


def test_other_models_have_none():
    others = [name for name in model_configs if "6M" not in name and "355M" not in name]
    assert [load_reference(FOLDER, name) for name in others] == [None] * 3
    assert compare(None, [0], [1], [1]) == "There is no reference run of this model to compare with."


@pytest.mark.parametrize("name", [SMALL, "gpt2-medium (355M)"])
def test_the_reference_is_drawn_behind_the_curves_and_the_axis_reaches_it(kept_run, name):
    reference = load_reference(FOLDER, name)
    curves = LossCurves(Figure(), reference)
    curves.update(EPOCHS[:5], kept_run["tokens_seen"][:5], kept_run["train_losses"][:5], kept_run["val_losses"][:5], 2)
    axis = curves.epochs_axis
    bottom, top = axis.get_ylim()
    assert bottom <= min(reference.low["train"]) and max(reference.high["train"]) <= top
    others = [*axis.collections, *(line for line in axis.lines if line not in (curves.train_line, curves.val_line))]
    assert others and all(artist.zorder < curves.val_line.zorder for artist in others)
    labels = [text.get_text() for text in axis.get_legend().get_texts()]
    assert labels == ["Training loss", "Validation loss", reference.label("Training"), reference.label("Validation")]
    # Not by colour alone: the band of the validation loss is hatched, and lines have dashes.
    if reference.is_band:
        assert [collection.get_hatch() for collection in axis.collections] == ["", "////"]
    else:
        assert len({line.get_linestyle() for line in others}) == 2


def test_the_axis_of_tokens_runs_with_that_of_epochs(kept_run):
    curves = LossCurves(Figure())
    curves.update(EPOCHS[:24], *(kept_run[key][:24] for key in ("tokens_seen", "train_losses", "val_losses")), 2)
    left, right = curves.tokens_axis.get_xlim()
    place = (kept_run["tokens_seen"][23] - left) / (right - left)
    low, high = curves.epochs_axis.get_xlim()
    assert place == pytest.approx((EPOCHS[23] - low) / (high - low))
    assert (low, high) == pytest.approx((-0.1, 2.1))
