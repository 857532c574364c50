"""Imported by the process that others are forked from: a first training takes a second more than all later ones."""

import contextlib
import io
import tempfile
from pathlib import Path

from helpers import write_vocabulary
from small_training import train

with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
    write_vocabulary(Path(folder))
    train(Path(folder), Path(folder) / "checkpoint.pt")
