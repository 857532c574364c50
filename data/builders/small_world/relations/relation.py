"""Statements such as "the plural of mouse is mice" or "the capital of France is Paris".

A relation is a table of pairs with names for the relation and frames of its own; frames that all relations share
tell the same pairs in many other ways:

    relation([("France", "Paris")], "the capital of {x}", "{Y} is the capital of {x}.", thing="the country")
    relation_sentence(writer, that, ("France", "Paris"), writer.cast())    "Paris is the capital of France."

The relations themselves stand in the other rooms of this folder.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from small_world.spelling import article
from small_world.text import capitalize, lines_of, stating, words_of
from small_world.writer import Writer


class Relation(NamedTuple):
    """Pairs of words or facts with the names of the relation and frames of its own.

    Slots: {x} and {y}, in quotation marks with the probability ``quoted``; {rx} and {ry} always bare;
    {ax} and {ay} with "a" or "an"; {X}, {RX}, {AX} and the like with a capital letter. ``own`` is the share
    of statements in frames of its own, the rest is in the frames that all relations share (``shared``).
    ``blanks`` are names that do not say {x} itself, such as "the capital of the country".
    """

    rows: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    frames: tuple[str, ...]
    quoted: float
    own: float
    shared: tuple[str, ...]
    blanks: tuple[str, ...]


RELATION_FRAMES = lines_of("""
    {Of} is {y}.
    {Of} is {y}.
    {Of} is {y}.
    {y} is {of}.
    {p} said that {of} is {y}.
    ‹What is {of}?› asked {t}. ‹It is {y},› answered {p}.
    What is {of}? It is {y}.
    What is {of}? {Of} is {y}.
    {p} asked for {of}. The answer is {y}.
    Do you know {of}? It is {y}.
    {T} asked: ‹What is {of}?› {p} answered: ‹{Of} is {y}.›
    {p} did not remember {of}, so {q} told {him}: it is {y}.
    {p} wrote {y}, because that is {of}.
    {p} learned that {y} is {of}.
    Everyone in the class knows that {of} is {y}.
    {p} thought about {of} and wrote {y}.
    ‹Name {of},› said {t}. {p} named it at once: {y}.
    ‹Give {of},› said {t}. ‹It is {y},› said {p}.
    Question: What is {of}?/n/Answer: {Of} is {y}.
    Question: What is {of}?/n/Answer: {Y}.
    If somebody asks you for {of}, the right answer is {y}.
    {p} looked up {of} in a book and found {y}.
    {T} wanted to know {of}. {p} gave the correct answer: {y}.
    Yes, {of} is {y}.
    It is true that {of} is {y}.
    {p}: What is {of}?/n/{q}: It is {y}.
    {T} asked {p} to provide {of}. {He} answered {y}.
    {Of} is ____. The missing word is {y}.
    The card asked for {of}, and {p} wrote {y}.
    {p} can identify {of}: it is {y}.
    {p} was asked to find {of}. After a moment {he} found it: {y}.
    {Of}: {y}
    ‹Please tell me {of},› said {q}. ‹Of course,› said {p}. ‹It is {y}.›
    {q} guessed wrong, but {p} knew that {of} is {y}.
    ‹Name {of},› said {t}./n/‹{Y},› said {p}.
    ‹Give {of}.›/n/‹{Y}.›
    {T} read from the sheet: Name {of}./n/{p} wrote:/n/{Y}.
    {T} asked for {of}, and {p} wrote it on the board:/n//n/{y}
    On the sheet stood: Give {of}./n//n/Below it {p} wrote:/n//n/{y}
    On the sheet stood: What is {of}?/n//n/Below it {p} wrote:/n//n/{Of} is {y}.
    ‹Write {of},› said {t}./n/{p} wrote: {y}
    {T} asked a question: What is {of}? It was very quiet in the room. Then {p} said: ‹{Of} is {y}.›
    ‹Tell me {of},› said {q}. {p} thought about it for a while and looked out of the window. ‹{Y},› {he} said.
""")
# The thing asked about is named apart from the question, so that a reader must put the two together.
BLANK_FRAMES = lines_of("""
    {T} asked for {of} and read from a list: {rx}. {p} wrote: {ry}.
    ‹Name {of},› said {t}./n//n/{RX}/n//n/‹{RY},› said {p}.
    The class had to name {of}./n/{RX}/n/{p} wrote:/n/{RY}.
    ‹Write {of},› said {t}. Then {t} said: ‹{RX}.› {p} wrote ‹{ry}.›
    On the sheet stood: Give {of}./n//n/{rx}/n//n/Below it {p} wrote:/n//n/{ry}
    {p} had to find {of}. First came {rx}, and the answer was {ry}.
    First card: {rx}. {p} was asked to name {of} and said: {ry}.
    Find {of}./n/{rx}/n/The answer: {ry}
    What is {of}? The first was {rx}. {p} knew the answer: {ry}.
    In each row {p} wrote {of}. Next to {rx} {he} wrote {ry}.
""")
STATING_FRAMES = stating(RELATION_FRAMES)


def relation(
    rows,
    names: str,
    frames: str,
    quoted: float = 0.15,
    own: float = 0.5,
    person: bool = False,
    thing: str = "the word",
) -> Relation:
    """Return a relation from its tables.

    The names are separated by commas, ``person`` asks "who", and ``thing`` says what {x} is ("" for what
    cannot be said apart).
    """
    shared = RELATION_FRAMES
    if person:
        shared = tuple(frame.replace("What is", "Who is") for frame in RELATION_FRAMES)
    rows = tuple((str(x), str(y)) for x, y in rows)
    every = words_of(names)
    apart = [n for n in every if re.search(r"\b(of|for|with|in|which|where) \{a?x\}", n)] if thing else []
    blanks = tuple(dict.fromkeys(n.replace("{ax}", "{x}").replace("{x}", thing) for n in apart))
    return Relation(rows, every, lines_of(frames), quoted, own, shared, blanks)


def marked(text: str, quoted: bool) -> str:
    """Put the text into quotation marks if asked."""
    return f"«{text}»" if quoted else text


UNCOUNTED = {"dawn", "dusk", "midnight", "breakfast"}


def with_article(word: str) -> str:
    """Return the word with "a" or "an", but "dawn" without."""
    return word if word in UNCOUNTED else article(word)


def own_statement(
    writer: Writer, table: Relation, x: str, y: str, slots: dict[str, str], held_out: bool = False
) -> str:
    """Say a relation in one of its own frames."""
    quoted = writer.random() < table.quoted
    ax, ay, qx, qy = with_article(x), article(y), marked(x, quoted), marked(y, quoted)
    return writer.pick((stating(table.frames) or STATING_FRAMES) if held_out else table.frames).format(
        x=qx,
        y=qy,
        rx=x,
        ry=y,
        rys=y if y == "fish" else f"{y}s",
        ax=ax,
        ay=ay,
        X=capitalize(qx),
        Y=capitalize(qy),
        RX=capitalize(x),
        RY=capitalize(y),
        AX=capitalize(ax),
        AY=capitalize(ay),
        **slots,
    )


def relation_sentence(writer: Writer, table: Relation, row: tuple[str, str], slots: dict[str, str]) -> str:
    """Say one row of a relation in a frame; a row that is held out is only stated, never asked for."""
    x, y = row
    held_out = row in writer.only_stated
    chance = writer.random()
    if chance < table.own:
        return capitalize(own_statement(writer, table, x, y, slots, held_out))
    if table.blanks and chance > 0.9 and not held_out:
        name = writer.pick(table.blanks)
        return writer.pick(BLANK_FRAMES).format(of=name, rx=x, ry=y, RX=capitalize(x), RY=capitalize(y), **slots)
    quoted = writer.random() < table.quoted
    name = writer.pick(table.names).format(x=marked(x, quoted), rx=x, ax=with_article(x))
    given = marked(y, quoted)
    frame = writer.pick(STATING_FRAMES if held_out else table.shared)
    return capitalize(frame.format(of=name, Of=capitalize(name), y=given, Y=capitalize(given), **slots))


def relation_statements(writer: Writer, table: Relation) -> str:
    """State one to three rows of a relation."""
    slots = writer.cast()
    count = writer.pick((1, 1, 2, 2, 3, 4))
    sentences = [relation_sentence(writer, table, writer.pick(table.rows), slots) for _ in range(count)]
    return " ".join(part if part[-1] in ".?!»›" else f"{part}." for part in dict.fromkeys(sentences))


LIST_FRAMES = lines_of("""
    {p} made a list of what {he} had learned:
    On the board was a list:
    Here is a short list for the test:
    {T} gave the class a list to copy:
    {p} and {q} wrote this list together:
    Complete list of today:
""")


def relation_list(writer: Writer, table: Relation) -> str:
    """Give several rows of a relation as a list."""
    mark = writer.pick((": ", " - ", ": ", " = "))
    rows = writer.sample(table.rows, min(len(table.rows), writer.number(3, 6)))
    body = "\n".join(f"{x}{mark}{y}" for x, y in rows)
    return f"{writer.pick(LIST_FRAMES).format(**writer.cast())}\n{body}"
