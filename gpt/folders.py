"""A folder to write to: it can be written to, has room, and one process at a time is at work in it.

    with only_process_in("models/355M"):
        require_space("models/355M/vocab.bpe", 456_318)

What the folder is for, the room does not know.
"""

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

LOCK_FILE = "download.lock"  # held while a process downloads or converts, and left there afterwards


class DownloadError(OSError):
    """Something could not be obtained, or not be put where it belongs; the message tells what was tried and why not."""


@contextmanager
def only_process_in(folder):
    """Wait until no other process is at work there. One that is killed does not leave the folder locked.

    The folder is made if it is not there. If nothing has been put into it in the end, it is removed again; otherwise
    the lock's file stays. Were it removed while another process waits for it, a third one could make a new file and
    lock that, and two would be at work.

    Raises:
        DownloadError: if the folder cannot be written to.
    """
    folder = Path(folder)
    made_here = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        lock = _lock(folder)
        try:
            yield
        finally:
            remove = bool(made_here) and folder.is_dir() and set(os.listdir(folder)) <= {LOCK_FILE}
            if remove and os.name != "nt":  # whoever waits for it notices that it is gone, and makes a new one
                (folder / LOCK_FILE).unlink(missing_ok=True)
            lock.release()
            if remove and os.name == "nt":  # Windows keeps what others have open, and does not let go of it before
                with suppress(OSError):
                    (folder / LOCK_FILE).unlink(missing_ok=True)
    finally:
        for each in made_here:
            with suppress(OSError):  # it is not empty
                each.rmdir()


def _lock(folder):
    """The lock of a folder, held. The folder may be removed just before that, by another process without success."""
    for attempts_left in reversed(range(10)):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / LOCK_FILE)
            try:
                lock.acquire(blocking=False)
            except Timeout:
                print(f"Another process is at work in {folder}: waiting for it.")
                lock.acquire()
            return lock
        except OSError as error:
            # FileExistsError: of a folder that was there, and is gone when mkdir looks whether it is one.
            gone = isinstance(error, (FileNotFoundError, FileExistsError)) and not folder.is_file()
            if not (gone and attempts_left):
                raise _cannot_write(folder, error) from error


@contextmanager
def folder_in_one_step(folder, known_names):
    """Give a new folder to fill; at the end it is there whole, under its name. Otherwise all is as it was before.

    Args:
        folder: where to. If it is there already, from an earlier time, it is replaced.
        known_names: the names of the files that such a folder can have. If an earlier one has others, which somebody
            else must have put there, nothing is touched.

    Raises:
        FileExistsError: if something else is there.
    """
    folder = Path(folder)
    unknown = sorted(path.name for path in folder.iterdir() if path.name not in known_names) if folder.is_dir() else []
    if unknown or folder.exists() and not folder.is_dir():
        found = ", ".join(unknown[:5]) or "a file of that name"
        raise FileExistsError(
            f"{folder} is to be replaced, but what is there was not made by an earlier export: found {found}. Choose "
            "another folder, or move these away; nothing has been changed."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    # A name that nothing else has, so that nothing is removed for it; on the same disk, so that it can be renamed.
    workplace = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    new, earlier = workplace / "new", workplace / "earlier"
    try:
        new.mkdir()
        yield new
        if folder.exists():
            folder.rename(earlier)
        new.rename(folder)
    finally:
        if earlier.exists() and not folder.exists():
            earlier.rename(folder)
        shutil.rmtree(workplace, ignore_errors=True)


def require_space(path, size):
    """Raise a DownloadError if the disk cannot hold what is missing of a file. Make its folder, if necessary.

    Args:
        path: the file; the part of it that is there already needs no more room.
        size: bytes of the whole file, or None if that is not known.
    """
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _cannot_write(folder, error) from error
    needed = (size or 0) - (path.stat().st_size if path.exists() else 0)
    if needed > free:
        raise DownloadError(
            f"Not enough disk space for {path.stem}: {needed:,} bytes are needed in {folder}, and {free:,} are free. "
            "Make room there, or choose another folder (models_dir, for data cache_folder), and run this again."
        )


def _cannot_write(folder, error):
    return DownloadError(
        f"Cannot write to {folder} ({type(error).__name__}: {error}). Choose a folder in which you may write "
        "(models_dir, for data cache_folder), or change the permissions of this one."
    )
