"""The record of a pretraining: log.json and loss.png.

    write_log(folder, [{"step": 250, "tokens": 768000, "train_loss": 5.19, "held_out_loss": 3.82, ...}, ...], summary)

What is measured, and when, is decided in ``pretrain``.
"""

import json
import math

from matplotlib.figure import Figure


def write_log(folder, log, summary):
    """Write the log, one dict for each evaluation, with a summary above it, and its picture."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "log.json").write_text(json.dumps({**summary, "log": log}, indent=1) + "\n", encoding="utf-8")
    picture_of(log, summary).savefig(folder / "loss.png", dpi=120)


def picture_of(log, summary):
    """Plot the losses over the tokens read, with a line where each stage begins."""
    figure = Figure(figsize=(6.4, 4), facecolor="white")
    axis = figure.subplots()
    millions = [entry["tokens"] / 1e6 for entry in log]
    axis.plot(millions, [entry["train_loss"] for entry in log], color="#0072B2", label="Training text")
    held_out = [entry["held_out_loss"] for entry in log]
    axis.plot(millions, held_out, color="#D55E00", linestyle="-.", label="Held-out text of the whole world")
    for number, (name, begins_at) in enumerate(list(summary["stages"].items())[1:]):
        begins = begins_at * math.prod(summary["batch"]) / 1e6
        axis.axvline(begins, color="0.5", linewidth=1, linestyle=":")
        height = 0.98 - 0.07 * (number % 2)  # by turns, because the first stages are short
        side = "right" if begins > 0.85 * millions[-1] else "left"  # where there is room for the name
        axis.text(begins, height, f" {name} ", color="0.3", ha=side, va="top", transform=axis.get_xaxis_transform())
    axis.set_xlabel("Tokens seen (millions)")
    axis.set_ylabel("Loss (cross-entropy, nats per token)")
    axis.set_title(f"Pretraining the small GPT-2 ({summary['parameters'] / 1e6:.1f} million parameters)")
    axis.legend()
    axis.grid(alpha=0.3)
    figure.tight_layout()
    return figure
