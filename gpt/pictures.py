"""Pictures that more than one place shows; what a single notebook draws stands in that notebook."""

# Okabe and Ito's colours, which people with any kind of colour blindness can tell apart. No picture says anything
# by colour alone: each line also has a dash pattern, a marker or words of its own.
BLUE, ORANGE, GREEN, PURPLE, SKY, GREY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#767676"


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
        figure.savefig(save_path, dpi=150)
    plt.show()


def plot_losses(epochs_seen, tokens_seen, train_losses, val_losses, *, save_path=None):
    """Plot training and validation loss over epochs (below) and tokens seen (above).

    Args:
        save_path: where to keep the picture; its suffix (``.png``, ``.pdf``) decides the format.
    """
    # Only plotting needs matplotlib; scripts that train or generate start faster without it.
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, epochs_axis = plt.subplots(figsize=(6.4, 4), facecolor="white")
    epochs_axis.plot(epochs_seen, train_losses, color=BLUE, label="Training loss")
    epochs_axis.plot(epochs_seen, val_losses, color=ORANGE, linestyle="-.", label="Validation loss")
    epochs_axis.set_xlabel("Epochs")
    epochs_axis.set_ylabel("Loss (cross-entropy, nats per token)")
    epochs_axis.legend(loc="upper right")
    epochs_axis.grid(alpha=0.3)
    epochs_axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    tokens_axis = epochs_axis.twiny()  # shares the loss axis
    tokens_axis.plot(tokens_seen, train_losses, alpha=0)  # invisible: it only gives the axis its range
    tokens_axis.set_xlabel("Tokens seen")
    tokens_axis.xaxis.set_major_formatter("{x:,.0f}")
    figure.tight_layout()
    if save_path is not None:
        figure.savefig(save_path, dpi=150)
    plt.show()
