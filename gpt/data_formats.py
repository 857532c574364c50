"""Instruction data of one's own: what people have becomes entries, and whatever does not is named with its place.

Read are Alpaca's ``instruction``, ``input``, ``output``; ``prompt`` and ``completion``; chat ``messages`` (``role``,
``content``); ShareGPT's ``conversations`` (``from``, ``value``). They may stand in a JSON list, in JSON Lines or, the
first two, in a table (CSV, TSV). Which it is, the content tells, not the file's name.

    entries, reading = read_instruction_data("my-data.csv", cache_folder="data/downloaded")
    reading.left_out        # [{"place": "my-data.csv, line 7", "reason": "the answer is empty: ..."}]

An entry is a dict as ``gpt.instructions`` wants it. A conversation gives one for each of its answers, with two more
keys, ``system`` and ``history`` (see ``gpt.conversations``). Keys that no format knows are kept.
"""

import math
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from gpt.addresses import without_secrets
from gpt.conversations import LeftOut, entries_of_turns, make_entry
from gpt.data_files import NotInstructionData, files_at, is_address, read_rows
from gpt.instructions import check_that_it_can_be_saved, some_of

FEWEST_ENTRIES = 30  # for the series: 25 to train with (3 batches of 8), 3 to test, 2 to validate

# The formats, by the key that only this one has.
KINDS = {
    "instruction": "Alpaca",
    "completion": "prompt and completion",
    "messages": "chat messages",
    "conversations": "ShareGPT conversations",
}
COLUMNS = [{"instruction", "output"}, {"prompt", "completion"}]  # that a table must have
KEYS_OF_ENTRIES = ("instruction", "input", "output", "system", "history")


@dataclass
class Reading:
    """How the reading went.

    Attributes:
        source: what was asked for; an address without its secrets.
        files: for each file that was looked at a dict: ``path``, ``container`` ("CSV"), ``kind`` ("Alpaca"), ``rows``,
            ``entries``; of a file in a folder that holds no entries ``path`` and ``reason``.
        places: for each entry where it stands: file, line or entry (from 0), and in a conversation the turn (from 1).
        left_out: what has become no entry, each a dict of ``place`` and ``reason``.
        notes: what was read, but not as it stood there, each a dict of ``place`` and ``note``.
    """

    source: str
    files: list = field(default_factory=list)
    places: list = field(default_factory=list)
    left_out: list = field(default_factory=list)
    notes: list = field(default_factory=list)

    def shown(self, place):
        """A place without the folder, which all files have in common; what is printed is then the same everywhere."""
        folder = Path(self.files[0]["path"]).parent if self.files else Path()
        return place.removeprefix(f"{folder}{os.sep}")


def read_enough(source, cache_folder=None):
    """As :func:`read_instruction_data`, for the series, which needs three parts of which none may be empty.

    Raises:
        ValueError: also if there are too few entries.
    """
    return read_instruction_data(source, cache_folder, at_least=FEWEST_ENTRIES)


def read_instruction_data(source, cache_folder=None, *, at_least=1):
    """Read instruction data of any of the formats, and print what was found.

    Args:
        source: the path of a file or of a folder (all files in it are read, sorted by name), or an address that begins
            with http:// or https://.
        cache_folder: where to keep what is downloaded; a file that is there is not downloaded again.
        at_least: how many entries are needed.

    Returns:
        ``(entries, reading)``: a list of dicts, and a :class:`Reading`.

    Raises:
        ValueError: if a file is damaged, mixes formats, or holds no entries, naming it and the row.
        FileNotFoundError, DownloadError: if there is nothing to read.
    """
    entries, reading = [], Reading(without_secrets(source))
    files = files_at(source, cache_folder)
    for path in files:
        try:
            entries += _read_file(path, reading)
        except NotInstructionData as error:
            if [path] == files:
                raise _with_advice(error, source, path) from error
            reading.files.append({"path": str(path), "reason": str(error).removeprefix(f"{path} ")})
        except ValueError as error:
            raise _with_advice(error, source, path) from error
    if len(entries) < at_least:
        found = [f"{each['place']}: {each['reason']}" for each in reading.left_out]
        found += [f"{each['path']} {each['reason']}" for each in reading.files if "reason" in each]
        raise ValueError(
            f"{reading.source}: expected at least {at_least} {'entry' if at_least == 1 else 'entries'}, "
            f"found {len(entries)}. " + (f"Left out: {some_of(found)}." if found else "Nothing was left out.")
        )
    print(describe_reading(reading))
    return entries, reading


def _with_advice(error, source, path):
    if is_address(source):
        address = without_secrets(source)
        return ValueError(f"{error} It was downloaded from {address}; delete it, and it is downloaded again.")
    return error


def describe_reading(reading, most=5):
    """Say in a few lines what was read; at most so many of the rows that were left out, and of the notes."""
    lines = []
    if is_address(reading.source):
        lines.append(f"From {reading.source}, kept in {Path(reading.files[0]['path']).parent}:")
    for file in reading.files:
        name = reading.shown(file["path"])
        if "reason" in file:
            lines.append(f"{name}: left out, {file['reason']}")
        else:
            found = f"{file['container']}, {file['kind']}; rows: {file['rows']:,}, entries: {file['entries']:,}"
            lines.append(f"{name}: {found}")
    for title, found, key in (("Left out", reading.left_out, "reason"), ("Changed", reading.notes, "note")):
        if found:
            lines.append(f"{title}: {len(found):,}")
            lines += [f"  {reading.shown(each['place'])}: {each[key]}" for each in found[:most]]
            lines += [f"  and {len(found) - most:,} more"] * (len(found) > most)
    return "\n".join(lines)


# ---- one file ---------------------------------------------------------------------------------------------------


def _read_file(path, reading):
    """Return the entries of a file, and add to the reading what there is to say about it."""
    container, rows = read_rows(path, COLUMNS)
    kind = _find_kind(path, container, rows)
    entries = []
    for row in rows:
        try:
            if row.value is None:
                raise LeftOut(row.problem)
            for place, entry in _entries_of(row, kind, reading.notes):
                if isinstance(entry, LeftOut):
                    reading.left_out.append({"place": place, "reason": str(entry)})
                else:
                    entries.append(entry)
                    reading.places.append(place)
        except LeftOut as reason:
            reading.left_out.append({"place": row.place, "reason": str(reason)})
    about = {"path": str(path), "container": container, "kind": KINDS[kind], "rows": len(rows)}
    reading.files.append({**about, "entries": len(entries)})
    return entries


def _find_kind(path, container, rows):
    """The format of all rows of a file, as a key of ``KINDS``.

    Raises:
        ValueError: if a row is of two formats, or two rows are of different ones; NotInstructionData if none is known.
    """
    first_of, keys = {}, Counter()
    for row in rows:
        if row.value is None:
            continue
        keys.update(row.value.keys())
        marks = [key for key in KINDS if row.value.get(key) is not None]
        if len(marks) > 1:
            raise ValueError(
                f"{row.place}: has the keys of more than one format: {_named(marks)}. Remove or rename all but one."
            )
        for mark in marks:
            first_of.setdefault(mark, row.place)
    if not rows:
        raise NotInstructionData(f"{path} cannot be read: it is {container} without a single row.")
    if len(first_of) > 1:
        found = "; ".join(f"{place} has {_named([mark])}" for mark, place in first_of.items())
        raise ValueError(f"{path} mixes formats: {found}. Put the rows of each format in a file of their own.")
    if not first_of:
        found = f"the keys {[key[:40] for key, _ in keys.most_common(8)]}" if keys else "no object"
        raise NotInstructionData(
            f"{path} cannot be read: it is {container} of {len(rows)} rows, but of no known format. Expected one of "
            f"the keys {', '.join(map(repr, KINDS))}, found {found}. If the rows lie inside of another object, save "
            "their list alone."
        )
    return next(iter(first_of))


def _named(marks):
    return ", ".join(f"{mark!r} ({KINDS[mark]})" for mark in marks)


# ---- one row ----------------------------------------------------------------------------------------------------


def _entries_of(row, kind, notes):
    """Return ``[(place, entry or LeftOut)]``.

    Raises:
        LeftOut: if the whole row cannot be used.
    """
    noted = []
    system = _text(row.value, "system", noted.append, absent="")
    taken = [key for key in ("input", "output", "history") if row.value.get(key) not in (None, "")]
    if kind != "instruction" and taken:
        raise LeftOut(f"its key {taken[0]!r} belongs to another format than {KINDS[kind]}; rename or remove it")
    if kind == "instruction":
        found = [(row.place, _alpaca_entry(row.value, system, noted.append))]
    elif kind == "completion":
        instruction, output = (_text(row.value, key, noted.append) for key in ("prompt", "completion"))
        found = [(row.place, make_entry(instruction, "", output, system))]
    elif kind in row.value:
        turns = entries_of_turns(row.value[kind], system, noted.append)
        found = [(f"{row.place}, turn {number}", entry) for number, entry in turns]
    else:
        raise LeftOut(f"the key {kind!r} is missing")
    own_keys = (*KEYS_OF_ENTRIES, kind, *(["prompt"] if kind == "completion" else []))
    more = {key: value for key, value in row.value.items() if key not in own_keys}
    for i, (place, entry) in enumerate(found):
        if isinstance(entry, dict):
            entry.update(more)
            try:
                check_that_it_can_be_saved(entry, place)
            except ValueError as error:
                found[i] = place, LeftOut(str(error).removeprefix(f"{place}: "))
    notes += [{"place": row.place, "note": note} for note in noted]
    return found


def _alpaca_entry(value, system, note):
    """An entry of Alpaca's keys; what this room has written, with ``system`` and ``history``, comes back as it was."""
    history = value.get("history") or []
    is_ours = isinstance(history, list) and all(
        isinstance(turn, list) and len(turn) == 2 and turn[0] in ("system", "user", "assistant")
        and isinstance(turn[1], str)
        for turn in history
    )  # fmt: skip
    if not is_ours:
        raise LeftOut("expected 'history' to be a list of pairs [role, text], the role \"user\" or \"assistant\"")
    instruction, output = (_text(value, key, note) for key in ("instruction", "output"))
    return make_entry(instruction, _text(value, "input", note, absent=""), output, system, history)


def _text(value, key, note, absent=None):
    """The text of a key. A number is taken as it is printed, and noted; nothing else is taken for a text.

    Args:
        absent: what to return if the key is not there or null; None if it has to be there.
    """
    found = value.get(key)
    if found is None:
        if absent is not None:
            return absent
        raise LeftOut(f"{key!r} is null" if key in value else f"the key {key!r} is missing")
    if isinstance(found, str):
        return found
    if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
        raise LeftOut(f"{key!r} must be a text, found {found if isinstance(found, float) else type(found).__name__}")
    note(f"the number in {key!r} is taken as text")
    return str(found)
