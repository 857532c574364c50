"""One training at a time goes to a checkpoint: the second one is told who is at it, instead of spoiling both.

    with TrainingLock("outputs/gpt2-tiny6M/training-checkpoint.pt"):
        ...     # it ends with the process, too, however that ends

Beside the checkpoint lie ``<its name>.lock``, which the operating system locks, and while a training runs
``<its name>.training.lock``, a note of who it is. The first of them stays: see ``gpt.folders.only_process_in``.
"""

import os
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from gpt.files import read_json, write_json


class CheckpointInUse(OSError):
    """Another training goes to this checkpoint; the message tells which one, and what to do."""


class TrainingLock:
    """What keeps a second training from a checkpoint."""

    def __init__(self, path):
        path = Path(path)
        self.path, self.note = path, path.with_name(f"{path.name}.training.lock")
        self.lock = None

    def acquire(self):
        """Take the checkpoint for this training, without waiting.

        Where there are no locks, on some network drives for example, this is printed, and the training goes on.

        Raises:
            CheckpointInUse: if another one has it.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path.with_name(f"{self.path.name}.lock"))
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise CheckpointInUse(
                f"{self.path} is in use: {self._holder()}. Two trainings cannot go to one checkpoint. Wait until that "
                "one is done, or end it (interrupt its cell, or shut down its kernel), and run this again: it goes on "
                "from there. Or choose another folder or checkpoint_path. Nothing was changed."
            ) from None
        except OSError as error:
            print(
                f"{self.path} cannot be locked ({type(error).__name__}: {error}). Let no second training go there "
                "while this one runs."
            )
            return
        self.lock = lock
        with suppress(OSError):  # a full disk: the lock holds all the same
            write_json(self.note, {
                "program": _program(), "process": os.getpid(), "machine": socket.gethostname(), "since": time.time(),
            })  # fmt: skip

    def _holder(self):
        try:
            note = read_json(self.note, "the training", kind=dict)
            since = time.strftime("%Y-%m-%d %H:%M", time.localtime(note["since"]))
            return f"{note['program']} (process {note['process']} on {note['machine']}) trains there since {since}"
        except (OSError, ValueError, KeyError, TypeError):  # it is about to write the note
            return "another process trains there"

    def release(self):
        """Let go of it; without :meth:`acquire`, nothing."""
        if self.lock is not None:
            with suppress(OSError):
                self.note.unlink(missing_ok=True)
            self.lock.release()
            self.lock = None


    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *_):
        self.release()


def _program():
    """What a reader knows this process by: the notebook, where Jupyter tells its name, or the script."""
    name = Path(os.environ.get("JPY_SESSION_NAME") or sys.argv[0] or sys.executable).name
    return "a notebook" if name.startswith("ipykernel") else name
