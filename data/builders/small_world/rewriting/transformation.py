"""What a change of a sentence is: a function that makes examples, and the words in which people ask for the change.

The changes themselves stand in the other rooms of this folder, each beside the function that makes its sentences;
how often each comes is decided in ``scenes``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from small_world.writer import Writer


class Transformation(NamedTuple):
    """A change of a sentence: how to make an example, what the change is called and how people ask for it.

    ``make`` returns the sentence before and after, and perhaps a word for the slot {word} of the commands.
    Each command holds the verb as it is asked for and as it is told: "change/changed it to the past tense".
    """

    make: Callable[[Writer], tuple[str, ...]]
    labels: tuple[str, ...]
    commands: tuple[tuple[str, str], ...]
    frames: tuple[str, ...]


def command_forms(*texts: str) -> tuple[tuple[str, str], ...]:
    """Split commands written as "change/changed it" into what is asked for and what is told."""
    pairs = []
    for text in texts:
        verbs, _, rest = text.partition(" ")
        asked, _, past = verbs.partition("/")
        pairs.append((f"{asked} {rest}", f"{past or asked} {rest}"))
    return tuple(pairs)


def commands_for_form(name: str, *more: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that fit every form with a name, such as "the past tense"."""
    return command_forms(
        f"put {{it}} into {name}",
        f"change/changed {{it}} to {name}",
        f"rewrite/rewrote {{it}} in {name}",
        f"convert/converted {{it}} to {name}",
        f"write/wrote {{it}} in {name}",
        f"turn/turned {{it}} into {name}",
        f"rewrite/rewrote {{it}} using {name}",
        *more,
    )


def commands_for_kind(name: str, *more: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that fit every kind of sentence, such as "a question"."""
    return command_forms(
        f"turn/turned {{it}} into {name}",
        f"change/changed {{it}} into {name}",
        f"convert/converted {{it}} into {name}",
        f"rewrite/rewrote {{it}} as {name}",
        f"make/made {name} from {{it}}",
        *more,
    )
