"""Pictures that more than one place shows; what a single notebook draws stands in that notebook."""


def plot_losses(epochs_seen, tokens_seen, train_losses, val_losses, *, save_path=None):
    """Plot training and validation loss over epochs (below) and tokens seen (above).

    Args:
        save_path: where to keep the picture; its suffix (``.png``, ``.pdf``) decides the format.
    """
    # Only plotting needs matplotlib; scripts that train or generate start faster without it.
    import matplotlib.pyplot as plt
    from matplotlib.ticker import MaxNLocator

    figure, epochs_axis = plt.subplots(figsize=(6.4, 4), facecolor="white")
    epochs_axis.plot(epochs_seen, train_losses, color="#0072B2", label="Training loss")
    epochs_axis.plot(epochs_seen, val_losses, color="#D55E00", linestyle="-.", label="Validation loss")
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
