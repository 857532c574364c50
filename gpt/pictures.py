"""Pictures that more than one place shows; what a single notebook draws stands in that notebook."""

from pathlib import Path

from gpt.files import in_one_step

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart. No picture says anything
# by colour alone: each line also has a dash pattern, a marker or words of its own.
BLUE, ORANGE, GREEN, PURPLE, SKY, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#767676"

# Pictures in HTML bring their own paper and ink, so that they look the same on a white and on a dark page.
INK = "#111111"
PAPER = (
    f"background:#FFFFFF;color:{INK};color-scheme:light;padding:8px 12px;max-width:1000px;line-height:1.5;"
    "font-family:sans-serif;font-size:14px;text-align:left"
)
CELL = f"background:#FFFFFF;color:{INK};border:1px solid #BBBBBB;padding:3px 6px;text-align:left;vertical-align:top"


def tinted(color, share):
    """A color mixed with white, ``share`` of it from 0 to 1: ``tinted("#D55E00", 0.5)`` -> ``"#EAAE80"``."""
    parts = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 - share * (255 - part)):02X}" for part in parts)


class Page:
    """A picture in HTML together with its message as plain text: what a terminal, nbval and a test read.

    Put it at the end of a cell, or hand it to ``display``. The HTML must be readable without its styles, too, because
    GitHub removes them; text of data or of a model goes through ``html.escape`` before it becomes part of it.
    """

    def __init__(self, html, text):
        self.html, self.text = html, text

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/html": self.html, "text/plain": self.text}


def plot_lengths(lengths, limit, *, save_path=None):
    """Plot how many entries have which length, and where they would be cut.

    Args:
        lengths: tokens of each entry.
        limit: tokens to which entries are cut, usually the context length of the model.
        save_path: where to keep the picture; its suffix decides the format.
    """
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, axis = plt.subplots(figsize=(6.4, 3.6), facecolor="white")
    too_long = [length for length in lengths if length > limit]
    longest = max(lengths, default=1)
    step = -(-longest // 40)
    # No bar goes across the limit, and a length never lies on the border of two bars.
    ends = [*range(0, limit, step), *range(limit, longest + step, step)] if too_long else range(0, longest + step, step)
    edges = [end + 0.5 for end in ends]
    axis.hist([length for length in lengths if length <= limit], edges, color=BLUE, label="fit")
    if too_long:
        axis.hist(too_long, edges, color=ORANGE, hatch="///", edgecolor="white", label=f"cut: {len(too_long):,}")
        axis.axvline(limit + 0.5, color=GREY, linestyle="--", label=f"context, {limit:,} tokens")
        axis.legend()
    axis.set_title("All entries fit into the context" if not too_long else "Some entries do not fit into the context")
    axis.set_xlabel(f"Tokens of an entry (context: {limit:,})")
    axis.set_ylabel("Entries")
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    axis.grid(axis="y", alpha=0.3)
    figure.tight_layout()
    if save_path is not None:
        _save(figure, save_path)
    plt.show()


def plot_losses(epochs_seen, tokens_seen, train_losses, val_losses, *, save_path=None, reference=None):
    """Plot training and validation loss over epochs (below) and tokens seen (above).

    Args:
        save_path: where to keep the picture; its suffix (``.png``, ``.pdf``) decides the format.
        reference: a ``gpt.reference_runs.Reference``, to be drawn behind the curves.
    """
    # Only plotting needs matplotlib; scripts that train or generate start faster without it.
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(6.4, 4), facecolor="white")
    LossCurves(figure, reference).update(epochs_seen, tokens_seen, train_losses, val_losses)
    figure.tight_layout()
    if save_path is not None:
        _save(figure, save_path)
    plt.show()


def _save(figure, path):
    path = Path(path)
    path = path if path.suffix else path.with_name(f"{path.name}.png")
    with in_one_step(path) as file:
        figure.savefig(file, dpi=150, format=path.suffix[1:])


class LossCurves:
    """The axes and curves of :func:`plot_losses` on a figure; to update them is faster than to draw anew."""

    def __init__(self, figure, reference=None):
        from matplotlib.ticker import MaxNLocator

        self.epochs_axis = axis = figure.subplots()
        (self.train_line,) = axis.plot([], [], color=BLUE, label="Training loss")
        (self.val_line,) = axis.plot([], [], color=ORANGE, linestyle="-.", label="Validation loss")
        if reference is not None:
            draw_reference(axis, reference)
        axis.set_xlabel("Epochs")
        axis.set_ylabel("Loss (cross-entropy, nats per token)")
        axis.legend(loc="upper right")
        axis.grid(alpha=0.3)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        self.tokens_axis = axis.twiny()  # shares the loss axis
        (self.tokens_line,) = self.tokens_axis.plot([], [], alpha=0)  # invisible: it only gives the axis its range
        self.tokens_axis.set_xlabel("Tokens seen")
        self.tokens_axis.xaxis.set_major_formatter("{x:,.0f}")

    def update(self, epochs_seen, tokens_seen, train_losses, val_losses, num_epochs=None):
        """Show these curves instead of the last ones; ``num_epochs`` is how far they will come, if not so far yet."""
        self.train_line.set_data(epochs_seen, train_losses)
        self.val_line.set_data(epochs_seen, val_losses)
        self.tokens_line.set_data(tokens_seen, train_losses)
        for axis in (self.epochs_axis, self.tokens_axis):
            axis.relim()
            axis.autoscale_view()
        if num_epochs is not None:
            self.epochs_axis.set_xlim(-0.05 * num_epochs, 1.05 * num_epochs)
        if num_epochs is not None and len(epochs_seen) > 1:
            # Both axes grow evenly, so what has been seen of one tells where the other ends.
            per_epoch = (tokens_seen[-1] - tokens_seen[0]) / (epochs_seen[-1] - epochs_seen[0])
            self.tokens_axis.set_xlim(tokens_seen[0] + per_epoch * edge for edge in self.epochs_axis.get_xlim())


def draw_reference(axis, reference):
    """Draw a band of several runs, or the line of one, behind what an axis has."""
    for part, name, color, style in (("train", "Training", BLUE, "-"), ("val", "Validation", ORANGE, "-.")):
        low, high, label = reference.low[part], reference.high[part], reference.label(name)
        if reference.is_band:
            hatch = {"train": "", "val": "////"}[part]
            axis.fill_between(
                reference.epochs, low, high, facecolor=color, alpha=0.2, hatch=hatch, edgecolor=color, linewidth=0,
                label=label, zorder=1,
            )  # fmt: skip
            for edge in (low, high):  # which also tell the axis how far it has to reach
                axis.plot(reference.epochs, edge, color=color, linestyle=style, linewidth=0.5, alpha=0.6, zorder=1)
        else:
            axis.plot(reference.epochs, low, color=GREY, linestyle=style, linewidth=1, label=label, zorder=1)
