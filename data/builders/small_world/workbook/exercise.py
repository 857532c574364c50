"""What an exercise is.

    Exercise("Give the plural of «mouse».", "", "mice")
    Exercise("Correct the spelling.", "We went to the libary.", "We went to the library.")

The exercises stand in the other rooms of this folder, one kind in each; ``page`` prints them, and ``by_stage`` says
which of them a model meets when. What test and validation entries ask for is left out everywhere.
"""

from __future__ import annotations

from typing import NamedTuple

from small_world.writer import Writer


class Exercise(NamedTuple):
    """What is asked, what is given for it ("" if the question says it all), and the solution."""

    ask: str
    given: str
    solution: str


def below_or_quoted(writer: Writer, ask: str, given: str, solution: str, below: float = 0.5) -> Exercise:
    """Return an exercise with what is given below, with this probability, or else quoted after what is asked."""
    if writer.random() < below:
        return Exercise(f"{ask}.", given, solution)
    return Exercise(f"{ask}: «{given}»", "", solution)
