"""Files of data as people have them: where they are, and which rows stand in them. What a row means is not known here.

A file is told by its content: a JSON list, JSON Lines (an object on each line), or a table with a header (CSV, TSV).
A row that cannot be read has a problem in place of a value; a file of which that cannot be said is refused.

    (path,) = files_at("my-data.jsonl")
    container, rows = read_rows(path, [{"prompt", "completion"}])
"""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from gpt.addresses import digits_of, without_secrets
from gpt.fetching import FETCH_ERRORS, announced_size, discard, discard_useless, fetch, find_md5_problem
from gpt.folders import DownloadError, only_process_in, require_space
from gpt.instructions import read_json

DELIMITERS = {",": "CSV", "\t": "TSV", ";": "CSV with semicolons"}  # the last is what Excel writes in half of Europe
LARGEST_FIELD = 2**31 - 1  # characters; what fits into a C long on every system

# How files begin that are no text, and what to do about it.
OTHER_KINDS = (
    (b"PK\x03\x04", "it is a ZIP archive or an Excel file: unpack it, or save the sheet as \"CSV UTF-8\""),
    (b"\x1f\x8b", "it is compressed with gzip: unpack it first (gunzip)"),
    (b"PAR1", "it is a Parquet file: let pandas save it with to_json(path, orient=\"records\", lines=True)"),
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # their byte-order marks, with which those of UTF-32 begin or end, too


class NotInstructionData(ValueError):
    """A file that is in order as far as one can tell, but holds something else than entries."""


class Row(NamedTuple):
    """One row: its place for people to find it, and what it holds; or, with ``value`` None, why it cannot be read."""

    place: str
    value: dict | None
    problem: str = ""


# ---- where the files are --------------------------------------------------------------------------------------------


def files_at(source, cache_folder=None):
    """Return the files that a path, a folder or a web address stands for, sorted by name.

    Of a folder these are all that it holds, folders too, but nothing that is hidden.

    Raises:
        FileNotFoundError: if there is nothing.
        ValueError: for an address that is not of the web, or without a folder to download to.
        DownloadError: if the file cannot be had from the address.
    """
    if is_address(source):
        if cache_folder is None:
            raise ValueError(f"{without_secrets(source)}: expected a cache_folder to download to, found None.")
        return [_downloaded(str(source), Path(cache_folder))]
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", str(source)):
        raise ValueError(
            f"{without_secrets(source)}: expected a file, a folder, or an address that begins with http:// or https://."
        )
    path = Path(source)
    if path.is_dir():
        return sorted(each for each in path.iterdir() if not each.name.startswith("."))
    if not path.exists():
        raise FileNotFoundError(
            f"{without_secrets(path)} does not exist: expected a file, a folder, or an address that begins with "
            f"http:// or https://. A path that does not begin at the root is taken from {Path.cwd()}."
        )
    return [path]


def is_address(source):
    """Whether a source of data is a web address."""
    return re.match(r"https?://", str(source)) is not None


def place_of_download(address, folder):
    """The path of the file of an address, once it is downloaded to a folder.

    It lies there under its own name, with a few digits for its address: another address gets another file.
    """
    path = without_secrets(address).split("/", 3)[3:]
    name = re.sub(r"[^\w.-]", "_", unquote("".join(path)).rsplit("/", 1)[-1])[-80:] or "data"
    return Path(folder) / f"{Path(name).stem}-{digits_of(address)}{Path(name).suffix}"


def _downloaded(address, folder):
    """Bring the file at an address into a folder, if it is not there; return its path."""
    path = place_of_download(address, folder)
    if not path.exists():
        with only_process_in(folder):
            if not path.exists():  # looked at again: another process may have brought it meanwhile
                _download(address, path)
    return path


def _download(address, path):
    """Bring a file; it gets its name when it is whole. What a broken connection leaves is continued the next time."""
    part = path.with_name(f"{path.name}.part")
    expected_size = announced_size(address)
    require_space(part, expected_size)
    try:
        problem = find_md5_problem(part, fetch(address, part, expected_size))
        if problem is None:
            part.replace(path)
            return
        discard(part)
    except FETCH_ERRORS as error:
        problem = f"{type(error).__name__}: {error}"
    finally:
        discard_useless(part, expected_size)
    raise DownloadError(
        f"Could not get the data at {without_secrets(address)} into {path.parent}: {problem}. Try the address in a "
        "browser: it must give the file itself, not a page about it (on GitHub that of the button \"Raw\", on Hugging "
        "Face the one with /resolve/). Or download the file yourself and name its path."
    )


# ---- from bytes to rows -----------------------------------------------------------------------------------------


def read_rows(path, columns_that_fit):
    """Return ``(container, rows)``: which kind of file it is, such as "JSON Lines", and a list of :class:`Row`.

    Args:
        columns_that_fit: sets of column names, of which a table must have one; that decides about its delimiter.

    Raises:
        NotInstructionData: if it is empty, no text, or a table of other columns.
        ValueError: if it is damaged, naming the file and, if it has one, the line.
    """
    if path.is_dir():
        raise NotInstructionData(f"{path} cannot be read: it is a folder inside of a folder. Name it by itself.")
    text = _read_text(path)
    if text.lstrip().startswith(("[", "{")):
        return _rows_of_json(path, text)
    return _rows_of_table(path, text, columns_that_fit)


def _read_text(path):
    """The text of a file, which must be in UTF-8; a byte-order mark is taken off."""
    with open(path, "rb") as file:
        content = file.read(4096)
        for beginning, advice in OTHER_KINDS:
            if content.startswith(beginning):
                raise NotInstructionData(f"{path} cannot be read: {advice}.")
        if content.startswith(UTF_16) or content[:4].count(b"\0") >= 2:
            raise ValueError(
                f"{path} is in UTF-16 or UTF-32: expected UTF-8. Save it again as UTF-8 (in a Windows editor: \"Save "
                "as\", then choose the encoding; in Python: open it with encoding=\"utf-16\", write it with \"utf-8\")."
            )
        if b"\0" in content:
            raise NotInstructionData(f"{path} cannot be read: it is no text, it begins with {content[:20]!r}.")
        content += file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValueError(
            f"{path}, line {line}: expected text in UTF-8, found the byte {content[error.start]:#04x}. It is in "
            "an older encoding (such as Windows-1252 or GBK) or damaged: save it again as UTF-8."
        ) from error
    if not text.strip():
        raise NotInstructionData(f"{path} cannot be read: it is empty.")
    if text.lstrip().startswith("<"):
        raise NotInstructionData(f"{path} cannot be read: it is a web page or XML, it begins with {text[:40]!r}.")
    return text


def _rows_of_json(path, text):
    """The rows of a JSON list, of JSON Lines, or of a single object."""
    try:
        value, repeated = read_json(text)
    except (ValueError, RecursionError) as error:
        rows = _rows_of_lines(path, text) if text.lstrip().startswith("{") else []
        if any(row.value is not None for row in rows):
            return "JSON Lines", rows
        raise ValueError(f"{path} is neither valid JSON nor JSON Lines: {error}. Is it cut off?") from error
    if isinstance(value, dict):
        return "JSON, a single object", [_row_of(f"{path}, entry 0", value, repeated)]
    return "JSON", [_row_of(f"{path}, entry {i}", each, repeated) for i, each in enumerate(value)]


def _rows_of_lines(path, text):
    """A row for each line that is not blank."""
    rows = []
    for number, line in enumerate(re.split(r"\r\n?|\n", text), start=1):
        if line.strip():
            place = f"{path}, line {number}"
            try:
                rows.append(_row_of(place, *read_json(line.removeprefix("\ufeff"))))
            except (ValueError, RecursionError) as error:
                rows.append(Row(place, None, f"it is not valid JSON: {error}"))
    return rows


def _row_of(place, value, repeated):
    if not isinstance(value, dict):
        return Row(place, None, f"expected an object, found {type(value).__name__}")
    waiting = [value] if repeated else []
    while waiting:  # without recursion: it may be nested as deeply as JSON can be
        inner = waiting.pop()
        if id(inner) in repeated:
            return Row(place, None, f"the key {repeated[id(inner)][1]!r} stands twice; remove one of them")
        waiting += inner.values() if isinstance(inner, dict) else inner if isinstance(inner, list) else ()
    return Row(place, value)


def _rows_of_table(path, text, columns_that_fit):
    """The rows of a table whose first line names the columns; the delimiter is the one with which these fit."""
    headers = {}
    for delimiter in DELIMITERS:
        try:
            headers[delimiter] = _read_table(text, delimiter, most=1)[0][1]
        except ValueError:
            pass  # with another delimiter it may be right
    fitting = [each for each, found in headers.items() if any(set(found) >= fit for fit in columns_that_fit)]
    if not fitting:
        columns = max(headers.values(), key=len, default=[text[:40]])
        raise NotInstructionData(
            f"{path} cannot be read: it is no JSON, and its first line does not name columns of a table that could be "
            f"entries. Expected {' or '.join(str(sorted(fit)) for fit in columns_that_fit)}, found "
            f"{[column[:40] for column in columns[:8]]}."
        )
    delimiter = fitting[0]  # no other one can fit, too, but for a line that is two headers at once
    columns = headers[delimiter]
    for column in columns:
        if columns.count(column) > 1:
            raise ValueError(f"{path}, line 1: the column {column!r} stands twice. Rename or remove one of them.")
    try:
        table = _read_table(text, delimiter)[1:]
    except ValueError as error:
        raise ValueError(
            f"{path}, {error}. A field with quotation marks, line breaks or delimiters in it has to stand in "
            "quotation marks, and those inside of it are doubled."
        ) from error
    return DELIMITERS[delimiter], [_row_of_table(f"{path}, line {line}", columns, fields) for line, fields in table]


def _row_of_table(place, columns, fields):
    if len(fields) != len(columns):
        return Row(place, None, f"it has {len(fields)} fields, but the first line names {len(columns)} columns")
    return Row(place, dict(zip(columns, fields, strict=True)))


def _read_table(text, delimiter, most=None):
    """Return ``(line where it begins, fields)`` of the first rows that are not blank; the first row is the header.

    Raises:
        ValueError: naming the line where a row begins that is wrongly quoted.
    """
    rows, start = [], 1
    limit = csv.field_size_limit(LARGEST_FIELD)  # this is one of the whole program, so it is put back
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for fields in reader:
            if fields:
                rows.append((start, fields if rows else [_column_name(field) for field in fields]))
            if len(rows) == most:
                break
            start = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"line {start}: {error}") from error
    finally:
        csv.field_size_limit(limit)
    return rows


def _column_name(field):
    """The name of a column in small letters and without space around it: "Instruction " is meant as "instruction"."""
    return field.strip().lower()

