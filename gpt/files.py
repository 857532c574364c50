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
import zipfile
from contextlib import contextmanager
from pathlib import Path

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
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # a power cut after the renaming finds the content on the disk
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


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
