"""What the whole series on one machine needs beyond what each notebook needs: colab/whole_series.ipynb uses it.

Results can be kept on Google Drive, because Colab takes the machine away in the end. And a notebook begins without
what the one before it has left in memory.
"""

import gc
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import torch

from notebook_setup import results_folder
from previous_chapters import keep, take_up

DRIVE = "/content/drive"  # where Colab mounts it
FOLDER_ON_DRIVE = "MyDrive/gpt2-instruction-finetuning"


def drive_folder():
    """Mount the reader's Google Drive, for which Colab asks, and return the folder on it for the results.

    Raises:
        RuntimeError: elsewhere than on Colab.
    """
    if "google.colab" not in sys.modules:
        raise RuntimeError(
            "Google Drive can only be reached from Colab, and this is another machine. Set KEEP_ON_DRIVE = False: the "
            f"results stay on this machine, in {results_folder()}."
        )
    from google.colab import drive

    drive.mount(DRIVE)
    return Path(DRIVE) / FOLDER_ON_DRIVE


def take_up_results(place):
    """Copy back what an earlier machine has kept in a folder. With None, when nothing is kept, it does nothing."""
    if place is not None:
        taken = take_up(place, results_folder())
        print(f"Taken up from {place}: {len(taken)} files that were missing here.")


def keep_results(place):
    """Copy the results so far to a folder. With None it does nothing.

    What goes wrong is printed, not raised: a full Drive should not stop a run that nobody looks at.
    """
    if place is None:
        return
    try:
        kept = keep(results_folder(), place)
        print(f"Kept in {place}: {len(kept)} new files.")
    except OSError as error:
        print(f"NOT KEPT. {error}")


def forget(names, but):
    """Remove from a kernel's names what a notebook has made, and give its memory back.

    Args:
        names: ``globals()`` of the notebook; names that begin with ``_`` are Jupyter's own and stay.
        but: the names that stay.
    """
    for name in set(names) - set(but):
        if not name.startswith("_"):
            del names[name]
    plt.close("all")
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()  # notebook 04 shows the most that its own training took
