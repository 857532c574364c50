"""Results kept in a second folder, which outlives the machine: on Colab, one on Google Drive.

    keep("outputs", "/content/drive/MyDrive/results")       # after each piece of work
    take_up("/content/drive/MyDrive/results", "outputs")    # on a new machine

Such a folder is slow and may drop out in the middle of a file. So nothing is computed in it: files are written on the
machine's own disk, copied, read back and compared. What has arrived whole stands in a list there, ``kept.json``, with
its size and SHA-256 digest, and only what agrees with the list is ever taken back. The room does not know where the
second folder is.
"""

import json
import os
from pathlib import Path

from gpt.files import READ_BYTES, in_one_step, sha256_of, write_atomically
from gpt.notebook_outputs import progress_bar

LIST = "kept.json"
UNFINISHED = (".part", ".lock")  # ends of names of files that another program is at work on


def keep(source, place):
    """Copy each file below ``source`` that ``place`` does not have yet, check the copy, and put it into the list.

    Call it again after an error or an interruption: it goes on with the file that was not finished. Files in
    ``place`` that ``source`` does not have (any more) stay.

    Returns:
        The names of the files that were copied, relative to ``source``.

    Raises:
        OSError: if something cannot be read or written, for example because ``place`` is full or has gone. ``source``
            is untouched, and what was kept before is kept still.
    """
    source, place = Path(source), Path(place)
    try:
        place.mkdir(parents=True, exist_ok=True)
        kept = _read_list(place)
        new = {}
        for name, path in _files_in(source).items():
            copy, mark = place / name, _mark_of(path)
            if kept.get(name) != [mark] or not copy.is_file() or copy.stat().st_size != mark["size"]:
                new[name] = mark
        with _progress("keeping", sum(mark["size"] for mark in new.values())) as bar:
            for name, mark in new.items():
                # While one file takes the place of another, both are in the list, and whichever is there is whole.
                kept[name] = [*kept.get(name, []), mark]
                _write_list(place, kept)
                _copy_checked(source / name, place / name, [mark], bar)
                kept[name] = [mark]
                _write_list(place, kept)
    except (OSError, ValueError) as error:
        raise OSError(
            f"Not everything in {source} could be kept in {place} ({type(error).__name__}: {error}). It is all still "
            f"in {source}. Make room in {place}, or make it reachable again, and do the same once more."
        ) from error
    return list(new)


def take_up(place, target):
    """Copy back what is kept in ``place`` and missing below ``target``; a file that is there stays as it is.

    A file that does not agree with the list, such as one that has arrived in part, is not taken; that is printed, and
    it goes from the list, so that the next :func:`keep` brings a whole one.

    Returns:
        The names of the files that were taken, relative to ``target``.

    Raises:
        OSError: if something cannot be read or written. What was there before is unchanged.
    """
    place, target = Path(place), Path(target)
    kept = _read_list(place)
    missing = {name: path for name, path in _files_in(place).items() if name in kept and not (target / name).exists()}
    taken = []
    with _progress("taking up", sum(path.stat().st_size for path in missing.values())) as bar:
        for name, path in missing.items():
            try:
                _copy_checked(path, target / name, kept[name], bar)
                taken.append(name)
            except ValueError as error:
                print(f"Not taken up: {error}")
                del kept[name]
                _write_list(place, kept)
    return taken


def _files_in(folder):
    """``{name relative to the folder: path}`` of all files that are complete, in the order of their names."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix not in UNFINISHED)
    return {path.relative_to(folder).as_posix(): path for path in files}


def _mark_of(path):
    return {"size": path.stat().st_size, "sha256": sha256_of(path)}


def _read_list(place):
    """``{name: [mark, ...]}``: for each file, what it may be; ``{}`` where nothing was kept, or the list is damaged."""
    try:
        content = json.loads((place / LIST).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write_list(place, kept):
    write_atomically(place / LIST, json.dumps(kept, indent=1).encode("utf-8"))


def _copy_checked(path, copy, marks, bar):
    """Copy a file, read the copy back, and only then give it its name.

    Raises:
        ValueError: if the copy has none of the marks. There is no copy then, or the earlier one.
    """
    copy.parent.mkdir(parents=True, exist_ok=True)
    with in_one_step(copy) as file, open(path, "rb") as content:
        while chunk := content.read(READ_BYTES):
            file.write(chunk)
            bar.update(len(chunk))
        file.flush()
        os.fsync(file.fileno())
        found = _mark_of(Path(file.name))
        if found not in marks:
            expected = " or ".join(f"{mark['size']:,}" for mark in marks)
            raise ValueError(
                f"{path} is not what it should be ({found['size']:,} bytes, SHA-256 {found['sha256'][:8]}...; expected "
                f"{expected} bytes, SHA-256 {marks[-1]['sha256'][:8]}...). It is cut off, or was changed."
            )


def _progress(what, size):
    return progress_bar(total=size, desc=what, unit="B", unit_scale=True, disable=not size)
