"""Outputs of a notebook cell that are replaced in place: pictures that grow, and progress bars.

Outside of a notebook a progress bar goes to the error stream, as everywhere. In a notebook that stream stands in a red
box, which looks like a fault; so there a bar is an output of its own, in the place where the work began.
"""

import sys

from tqdm import tqdm


class Output:
    """One output of a notebook cell, which can be replaced later, also from other cells; elsewhere it does nothing."""

    def __init__(self):
        self.handle = None

    def show(self, what):
        """Show it in this cell, or instead of what was shown."""
        if self.handle is not None:
            self.handle.update(what)
        elif is_notebook():
            from IPython.display import display

            self.handle = display(what, display_id=True)


def is_notebook():
    """Whether this code runs in the kernel of a notebook."""
    if "IPython" not in sys.modules:
        return False
    return hasattr(sys.modules["IPython"].get_ipython(), "kernel")


def progress_bar(*arguments, **options):
    """``tqdm``, in a notebook without the red box. Arguments and options are those of tqdm."""
    return tqdm(*arguments, file=_Line() if is_notebook() else sys.stderr, **options)


class _Line:
    """What tqdm takes for a file: each text written to it replaces the one before."""

    encoding = "utf-8"  # tqdm draws smooth bars if it knows that they can be shown

    def __init__(self):
        self.output = Output()

    def write(self, text):
        # A bar that stays ends with "\n", which is no text; one that goes is overwritten with spaces.
        if text.strip() or text.startswith("\r"):
            self.output.show(_Text(text.strip()))

    def flush(self):
        pass


class _Text(str):
    """A string that a notebook shows without quotation marks."""

    __repr__ = str.__str__
