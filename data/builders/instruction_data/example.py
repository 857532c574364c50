"""What an example is: the content of a task, before it is phrased.

    Example("mouse", {"singular": "mouse", "plural": "mice"})

The key names the words that the task turns on, so that training, test and validation can be kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

SEED = 123


class Example(NamedTuple):
    """The content of an entry; `key` lists, with ", " between them, words that no other part may use."""

    key: str
    fields: dict[str, str]


def capitalized(text: str) -> str:
    """Return the text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def examples_from(rows: Iterable[Sequence[str]], *names: str) -> list[Example]:
    """Turn the rows of a table into examples with the given field names; the first cell is the key."""
    return [Example(row[0], dict(zip(names, row, strict=True))) for row in rows]


def examples_keyed_by_last(rows: Iterable[Sequence[str]], *names: str) -> list[Example]:
    """Like `examples_from`, for rows that have their key as an additional last cell."""
    return [Example(row[-1], dict(zip(names, row[:-1], strict=True))) for row in rows]


def rows(table: str) -> tuple[tuple[str, ...], ...]:
    """Split a table into rows of stripped cells."""
    return tuple(tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines())
