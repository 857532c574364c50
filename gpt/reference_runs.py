"""Loss curves that come with the series, to hold one's own against: a band of several seeds, or one published run.

    reference = load_reference("data/reference", "gpt2-tiny (6M)")
    print(compare(reference, epochs, train_losses, val_losses))

How they are drawn is the subject of ``gpt.pictures``.
"""

import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np

# The band reaches this far beyond the lowest and the highest of its runs, in nats: a few runs do not show all that
# chance can do. Each training loss is that of five batches drawn anew, each validation loss that of the same five.
MARGINS = {"train": 0.1, "val": 0.02}
ENOUGH = 0.9  # share of the evaluations that must lie in the band; of each shipped run, held against the others, do


class Reference(NamedTuple):
    """Runs of one model; the arrays have one number for each evaluation."""

    model: str
    runs: int
    epochs: np.ndarray  # where the evaluations stand
    low: dict  # "train" and "val": the lower edge of the band; for a single run its losses
    high: dict

    @property
    def is_band(self):
        return self.runs > 1

    def label(self, part):
        """What a legend says; ``part`` is "Training" or "Validation"."""
        return f"{part}, {self.runs} other seeds" if self.is_band else f"{part}, published run"


def load_reference(folder, model_name):
    """The reference of a model, or None if the series has none of it.

    Args:
        folder: with ``<model>-seeds.json``, several runs of ours, or ``<model>.json`` with a ``source``, one published.
    """
    name = re.sub(r"[ ()]", "", model_name)
    several, single = Path(folder) / f"{name}-seeds.json", Path(folder) / f"{name}.json"
    if several.is_file():
        content = json.loads(several.read_text(encoding="utf-8"))
        return band_of(model_name, content["num_epochs"], list(content["runs"].values()))
    if single.is_file():
        content = json.loads(single.read_text(encoding="utf-8"))
        if "source" in content:
            return band_of(model_name, content["num_epochs"], [content])
    return None


def band_of(model_name, num_epochs, runs):
    """The band around runs, dicts with ``train_losses`` and ``val_losses``; a single one makes a line."""
    low, high = {}, {}
    for part, margin in MARGINS.items():
        losses = np.array([run[f"{part}_losses"] for run in runs])
        margin = margin if len(runs) > 1 else 0
        low[part], high[part] = losses.min(axis=0) - margin, losses.max(axis=0) + margin
    return Reference(model_name, len(runs), np.linspace(0, num_epochs, len(low["val"])), low, high)


def count_inside(reference, epochs, losses, part):
    """How many of the losses lie in the band, at the places between 0 and its last epoch that they were measured at."""
    epochs, losses = np.asarray(epochs, dtype=float), np.asarray(losses, dtype=float)
    low, high = (np.interp(epochs, reference.epochs, edge[part]) for edge in (reference.low, reference.high))
    return int(((low <= losses) & (losses <= high)).sum())


def compare(reference, epochs, train_losses, val_losses):
    """Say in a sentence or two whether a run lies inside of the band."""
    if reference is None:
        return "There is no reference run of this model to compare with."
    if not reference.is_band:
        return (
            f"The published run ended at {reference.low['train'][-1]:.3f} (training) and "
            f"{reference.low['val'][-1]:.3f} (validation), this one at {train_losses[-1]:.3f} and "
            f"{val_losses[-1]:.3f}. It was trained on the book's data set: with any other, compare the shapes, not the "
            "heights."
        )
    known = [i for i, epoch in enumerate(epochs) if epoch <= reference.epochs[-1] + 1e-6]
    epochs, train_losses, val_losses = ([values[i] for i in known] for values in (epochs, train_losses, val_losses))
    inside = {
        part: count_inside(reference, epochs, losses, part)
        for part, losses in (("train", train_losses), ("val", val_losses))
    }
    counts = (
        f"{inside['val']} of {len(known)} validation losses and {inside['train']} of {len(known)} training losses are "
        "in it"
    )
    if min(inside.values()) >= ENOUGH * len(known):
        return f"This run lies inside the band of {reference.runs} runs with other seeds: {counts}."
    return (
        f"This run lies outside of the band of {reference.runs} runs with other seeds: {counts}. With the data and "
        "settings of these notebooks it should lie inside; other data, another learning rate or batch size move it."
    )
