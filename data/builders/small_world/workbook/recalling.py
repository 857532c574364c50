"""Exercises that ask for a row of a relation: a form of a word, or a fact.

    recall_row(writer, CAPITAL, ("France", "Paris"))    Exercise("Name the capital of France.", "", "Paris.")

The solution comes in one of several forms. Which form an exam wants is the subject of ``exam_answers``.
"""

from __future__ import annotations

import re

from small_world.relations.all_relations import FACT_RELATIONS, WORD_RELATIONS
from small_world.relations.relation import Relation, marked, with_article
from small_world.spelling import article
from small_world.text import capitalize
from small_world.workbook.exercise import Exercise
from small_world.writer import Writer

COMMANDS = ("Name", "Give", "Write", "Find", "Write down", "Give")
WAYS_TO_ASK: dict[int, tuple[tuple[str, str], ...]] = {}


def ways_to_ask(table: Relation) -> tuple[tuple[str, str], ...]:
    """Return the frames of a relation that are a question with its answer, taken apart."""
    if id(table) not in WAYS_TO_ASK:
        pairs = []
        for frame in table.frames:
            found = re.fullmatch(r"([^‹«{]*\{[^‹]*\?) ([^?‹]+)", frame)
            if found and "{p}" not in frame and "{q}" not in frame and "{T}" not in frame:
                pairs.append(found.groups())
        WAYS_TO_ASK[id(table)] = tuple(pairs)
    return WAYS_TO_ASK[id(table)]


def who_or_what(table: Relation) -> str:
    """Return the word that a question for the second part of a row begins with."""
    return "Who" if table.shared[5].startswith("‹Who") else "What"


def recall_row(writer: Writer, table: Relation, row: tuple[str, str]) -> Exercise:
    """Ask for the second part of a row of a relation."""
    x, y = row
    quoted, chance = writer.random() < 0.55, writer.random()
    if table.blanks and chance < 0.35:
        name = writer.pick(table.blanks)
        ask = f"{writer.pick(COMMANDS)} {name}." if writer.random() < 0.7 else f"What is {name}?"
        given = capitalize(x) if writer.random() < 0.3 else x
        return Exercise(ask, given, y if writer.random() < 0.5 else f"{capitalize(y)}.")
    slots = {
        "x": marked(x, quoted), "rx": x, "ax": with_article(x), "y": marked(y, quoted), "ry": y, "ay": article(y),
        "rys": y if y == "fish" else f"{y}s",
    }  # fmt: skip
    slots |= {name.capitalize() if len(name) == 1 else name.upper(): capitalize(text) for name, text in slots.items()}
    own = ways_to_ask(table)
    if own and chance < 0.55:
        ask, solution = writer.pick(own)
        return Exercise(capitalize(ask.format(**slots)), "", capitalize(solution.format(**slots)))
    name = writer.pick(table.names).format(x=slots["x"], rx=x, ax=slots["ax"])
    if chance < 0.78:
        return Exercise(f"{who_or_what(table)} is {name}?", "", f"{capitalize(name)} is {slots['y']}.")
    return Exercise(f"{writer.pick(COMMANDS)} {name}.", "", y if writer.random() < 0.5 else f"{capitalize(y)}.")


def recall(writer: Writer, relations: tuple[Relation, ...]) -> Exercise:
    """Ask for a fact, or for a form of a word."""
    table = writer.pick(relations)
    return recall_row(writer, table, writer.pick_to_ask(table.rows))


def word_recall(writer: Writer) -> Exercise:
    """Ask for a form of a word."""
    return recall(writer, WORD_RELATIONS)


def fact_recall(writer: Writer) -> Exercise:
    """Ask for a fact."""
    return recall(writer, FACT_RELATIONS)
