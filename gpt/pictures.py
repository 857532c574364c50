"""Pictures that more than one place shows; what a single notebook draws stands in that notebook."""

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
