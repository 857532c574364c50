"""Files that are whole or not there.

What is written here is written in one step: a crash, a full disk or an interruption leaves the file that was there
before. What is read here is checked first, and cannot run code. The room knows nothing about what the files hold.

    with in_one_step("losses.json") as file:
        file.write(content)
"""

import hashlib
import json
import os
import re
import secrets
import time
import zipfile
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

# What marks a file as the checkpoint of a training. Those who write such files and those who only load weights need it.
TRAINING_CHECKPOINT_FORMAT = "training checkpoint of train_model_simple, version 1"

READ_BYTES = 1024 * 1024  # at a time


@contextmanager
def in_one_step(path):
    """Open a file for writing bytes. Whatever happens, ``path`` holds what it held before or all of the new content.

    Raises:
        OSError: when it cannot be written, for example on a full disk. The file is as it was before.
    """
    path = Path(path)
    remove_left_overs(path)
    file = _open_part(path)
    part = Path(file.name)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # a power cut after the renaming finds the content on the disk
            if fcntl:  # while its lock is held, so that nobody takes it for left over
                part.replace(path)
        if not fcntl:  # Windows renames no file that is open
            part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _open_part(path):
    """A new file beside ``path`` to write to, under a name that no other writer has; locked where that is possible."""
    while True:
        part = path.with_name(f"{path.name}.{secrets.token_hex(6)}.part")
        file = open(part, "xb")  # and not tempfile, whose files nobody else may read
        with suppress(OSError):  # some network drives have no locks
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX)
        if not fcntl or os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # taken for left over in the instant before it was locked


def remove_left_overs(path):
    """Remove what killed processes have left of writing a file :func:`in_one_step`; what is being written stays."""
    name = re.compile(re.escape(path.name) + r"\.[0-9a-f]{12}\.part")
    with suppress(OSError):  # no such folder: whoever writes to it will say so
        for part in [each for each in path.parent.iterdir() if name.fullmatch(each.name)]:
            with suppress(OSError):
                _remove_if_left_over(part)


def _remove_if_left_over(part):
    if fcntl:
        with open(part, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # an OSError if its writer is alive
            part.unlink()
    elif time.time() - part.stat().st_mtime > 60:  # it may be closed already, and about to be renamed
        part.unlink()  # Windows refuses if it is open


def add_line(path, line):
    """Add a line to a text file, so that it is on the disk when this returns."""
    # The line break comes first: what follows a line that was cut off still begins on a line of its own.
    with open(path, "a", encoding="utf-8") as file:
        file.write(f"\n{line}")
        file.flush()
        os.fsync(file.fileno())


def read_lines(path):
    """Return the objects in a file with one JSON object to a line, without lines that were cut off; ``[]`` if none."""
    try:
        lines = Path(path).read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line))
        except ValueError:
            pass
    return [content for content in found if isinstance(content, dict)]


def write_atomically(path, content):
    """Write bytes to a file :func:`in_one_step`."""
    with in_one_step(path) as file:
        file.write(content)


def write_json(path, content):
    """Write what JSON can hold to a file :func:`in_one_step`, in UTF-8."""
    write_atomically(path, json.dumps(content, indent=1, ensure_ascii=False).encode("utf-8"))


def read_json(path, made_by, kind=None):
    """Return what a JSON file of the results holds.

    Args:
        made_by: what writes it, such as ``"04_finetune.ipynb"``, for the message.
        kind: ``dict`` or ``list``, if nothing else can be used.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is cut off, changed or of another kind, naming it and what to do. It is left alone.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if kind is not None and not isinstance(content, kind):
            raise ValueError(f"expected {kind.__name__}, found {type(content).__name__}")
    except (ValueError, RecursionError) as error:
        raise ValueError(
            f"{path} is damaged ({first_line(error)}): it was cut off or changed. Delete it and run {made_by} again, "
            "then this once more."
        ) from error
    return content


def save_atomically(content, path):
    """``torch.save`` to a file :func:`in_one_step`."""
    import torch  # here, so that a download does without it and starts at once

    with in_one_step(path) as file:
        torch.save(content, file)


def read_saved(path):
    """Return what ``torch.save`` has written, on the CPU. No code in the file is run, and its checksums are checked.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is empty, cut off, changed, or something else, naming it and what is wrong.
    """
    import torch

    path = Path(path)
    with open(path, "rb") as file:
        beginning = file.read(1000)
    try:
        if beginning.startswith(b"PK"):  # how zip files begin, and what torch.save writes is one
            with zipfile.ZipFile(path) as archive:
                changed = archive.testzip()  # torch.load would not notice
            if changed:
                raise zipfile.BadZipFile(f"the checksum of {changed} is wrong")
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # what does not come from torch.save may lead to any
        if isinstance(error, MemoryError) or "alloc" in str(error):
            raise  # the file may well be in order
        foreign = re.search(r"GLOBAL (\S+)", str(error))
        if not beginning:
            reason = "it is empty"
        elif beginning.lstrip()[:1] == b"<":
            reason = "it is a web page, perhaps the message of a server that did not give the file"
        elif foreign:
            reason = f"it holds more than numbers, {foreign[1]}, and reading that could run a stranger's code"
        else:
            reason = f"it is cut off, damaged or no PyTorch file ({first_line(error)})"
        # Without the cause: PyTorch's message advises to load such a file with the protection switched off.
        raise ValueError(f"{path} cannot be used: {reason}.") from None


def first_line(error):
    """What an error says, without its details; PyTorch's errors have many lines."""
    return (str(error).splitlines() or [type(error).__name__])[0].partition(". In PyTorch")[0]


def sha256_of(path):
    """SHA-256 digest of a file, as a hexadecimal string."""
    return _digest(path, hashlib.sha256()).hexdigest()


def md5_of(path):
    """MD5 digest of a file, as bytes. It tells damage, but not malice."""
    return _digest(path, hashlib.md5(usedforsecurity=False)).digest()


def _digest(path, digest):
    with open(path, "rb") as file:
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
    return digest
