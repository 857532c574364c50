"""Workbook pages of the small world: exercises with their solutions, as a school book prints them.

An exercise asks for something and perhaps gives a sentence or a word; its solution stands below, on a line of its
own. How a page is laid out changes from page to page, and none is laid out like the prompts of the instruction
data. What test and validation entries ask for is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import facts
from lexicon import AGENTS, article
from world_lessons import (
    BIG_GROUPS,
    CATEGORY_PLURAL,
    GRAMMAR_TERMS,
    GROUPS,
    SORTABLE,
    SYNONYM_ROWS,
    UNRELATED,
    sentence_of_kind,
)
from world_prose import STORY_ANIMALS, UNIT_PLURALS
from world_relations import FACT_WHEEL, WORD_WHEEL, Relation, marked, with_article
from world_transformations import SENTENCE_NAMES, TRANSFORMATION_WHEEL
from world_writer import (
    KIND_ADJECTIVES,
    MANNER_ADVERBS,
    MOVEMENTS,
    SIMPLE_TENSES,
    Writer,
    capitalize,
    lines_of,
    number_word,
)

PERSON_NOUNS = tuple(agent[4:] for agent in AGENTS)


class Exercise(NamedTuple):
    """What is asked, what is given for it ("" if the question says it all), and the solution."""

    ask: str
    given: str
    solution: str


def rewriting(w: Writer) -> Exercise:
    """Put a sentence into another form."""
    change = w.pick(TRANSFORMATION_WHEEL)
    made = change.make(w)
    asked = w.pick(change.commands)[0]
    if len(made) == 3:
        asked = asked.replace("{w}", made[2])
    ask = capitalize(asked.replace("{it}", w.pick(SENTENCE_NAMES)))
    if w.random() < 0.5:
        return Exercise(f"{ask}.", made[0], made[1])
    return Exercise(f"{ask}: {w.pick(('«{}»', '«{}»', '{}')).format(made[0])}", "", made[1])


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


def recall(w: Writer, wheel: tuple[Relation, ...]) -> Exercise:
    """Ask for a fact, or for a form of a word."""
    table = w.pick(wheel)
    return recall_row(w, table, w.pick_to_ask(table.rows))


def who_or_what(table: Relation) -> str:
    """Return the word that a question for the second part of a row begins with."""
    return "Who" if table.shared[5].startswith("‹Who") else "What"


def recall_row(w: Writer, table: Relation, row: tuple[str, str]) -> Exercise:
    """Ask for the second part of a row of a relation."""
    x, y = row
    quoted, chance = w.random() < 0.55, w.random()
    if table.blanks and chance < 0.35:
        of = w.pick(table.blanks)
        ask = f"{w.pick(COMMANDS)} {of}." if w.random() < 0.7 else f"What is {of}?"
        return Exercise(ask, capitalize(x) if w.random() < 0.3 else x, y if w.random() < 0.5 else f"{capitalize(y)}.")
    slots = {
        "x": marked(x, quoted), "rx": x, "ax": with_article(x), "y": marked(y, quoted), "ry": y, "ay": article(y),
        "rys": y if y == "fish" else f"{y}s",
    }  # fmt: skip
    slots |= {name.capitalize() if len(name) == 1 else name.upper(): capitalize(text) for name, text in slots.items()}
    own = ways_to_ask(table)
    if own and chance < 0.55:
        ask, solution = w.pick(own)
        return Exercise(capitalize(ask.format(**slots)), "", capitalize(solution.format(**slots)))
    of = w.pick(table.names).format(x=slots["x"], rx=x, ax=slots["ax"])
    if chance < 0.78:
        return Exercise(f"{who_or_what(table)} is {of}?", "", f"{capitalize(of)} is {slots['y']}.")
    return Exercise(f"{w.pick(COMMANDS)} {of}.", "", y if w.random() < 0.5 else f"{capitalize(y)}.")


def calculation(w: Writer) -> Exercise:
    """Add, subtract, multiply or divide; change a unit."""
    if w.random() < 0.4:
        large, small, factor = w.pick(facts.UNITS)
        count = w.pick((1, 1, w.number(2, 12)))
        number = w.pick((str(count), number_word(count)))
        amount = f"{number} {large if count == 1 else UNIT_PLURALS.get(large, large + 's')}"
        if w.is_held_out(amount, small):
            return calculation(w)
        solution = f"{count * factor} {small}."
        if w.random() < 0.4:
            return Exercise(f"Change this to {small}.", amount, solution)
        return Exercise(w.pick((f"Change {amount} into {small}.", f"Convert {amount} into {small}.")), "", solution)
    kind, top = w.number(0, 3), w.pick((12, 12, 30))
    b, c = w.number(1, top), w.number(1, top)
    sign, a, result = (
        ("plus", b, b + c),
        ("minus", b + c, b),
        ("times", b, b * c),
        ("divided by", b * c, b),
    )[kind]
    task = f"{a} {sign} {c}"
    if w.is_held_out(task):
        return calculation(w)
    if w.random() < 0.5:
        return Exercise(f"What is {task}?", "", f"{capitalize(task)} is {result}.")
    return Exercise(w.pick(("Calculate.", "Find the result.", "How much is this?")), task, f"{result}.")


def counting(w: Writer) -> Exercise:
    """Count the words of a sentence."""
    sentence = w.any_clause().statement(w.pick(SIMPLE_TENSES))
    count = len(sentence.split())
    if w.random() < 0.5:
        return Exercise("How many words does the sentence have?", sentence, f"The sentence has {count} words.")
    return Exercise("Count the words of this sentence.", sentence, f"{count}.")


def sentence_kind(w: Writer) -> Exercise:
    """Tell what kind of sentence something is."""
    kind = w.pick(tuple(GRAMMAR_TERMS))
    sentence, term = sentence_of_kind(w, kind), GRAMMAR_TERMS[kind]
    ask, solution = w.pick(
        (
            ("What kind of sentence is this?", f"This is {kind}."),
            ("What type of sentence do you see?", f"This is {article(term)} sentence."),
            ("Name the kind of sentence.", f"{capitalize(term)}."),
            ("Is it declarative, interrogative, imperative or exclamatory?", f"The sentence is {term}."),
        )
    )
    if w.random() < 0.5:
        return Exercise(ask, sentence, solution)
    return Exercise(f"{ask[:-1]}: «{sentence}»", "", solution)


def word_class(w: Writer) -> Exercise:
    """Find a noun, verb, adjective or adverb in a sentence, or tell which of them a word is."""
    noun, adjective = w.pick(STORY_ANIMALS), w.pick(KIND_ADJECTIVES["animal"])
    if w.random() < 0.6:
        noun, adjective = w.pick(PERSON_NOUNS), w.pick(KIND_ADJECTIVES["person"])
    verb, adverb = w.pick(MOVEMENTS).past, w.pick(MANNER_ADVERBS)
    sentence = f"The {adjective} {noun} {verb} {adverb}."
    words = {"noun": noun, "verb": verb, "adjective": adjective, "adverb": adverb}
    kind = w.pick(tuple(words))
    word = words[kind]
    if w.random() < 0.5:
        ask = w.pick((f"Find the {kind}.", f"Which word is the {kind}?", f"Write down the {kind} of this sentence."))
        return Exercise(ask, sentence, word)
    quoted = marked(word, w.random() < 0.7)
    ask, solution = w.pick(
        (
            (f"What kind of word is {quoted} here?", f"The word «{word}» is {article(kind)}."),
            (f"Which part of speech is {quoted}?", f"{capitalize(kind)}."),
            (f"Name the word class of {quoted} in the sentence.", f"{capitalize(kind)}."),
        )
    )
    return Exercise(ask, sentence, solution)


def sorting(w: Writer) -> Exercise:
    """Put words in alphabetical order, or find the first one."""
    words = w.some(SORTABLE, w.number(3, 4))
    ordered, given = sorted(words, key=str.lower), ", ".join(words)
    if w.random() < 0.35:
        ask = w.pick(("Which word is the first in the alphabet?", "Which word comes first in a dictionary?"))
        return Exercise(ask, given, f"The word that comes first is «{ordered[0]}».")
    ask = w.pick(("Put the words in alphabetical order", "Sort the words alphabetically", "Sort the words by letter"))
    if w.random() < 0.5:
        return Exercise(f"{ask}.", given, ", ".join(ordered))
    return Exercise(f"{ask}: {given}.", "", ", ".join(ordered))


def choosing(w: Writer) -> Exercise:
    """Choose the word that does not fit, or the synonym."""
    if w.random() < 0.5:
        category = w.pick(BIG_GROUPS)
        odd = w.pick(UNRELATED[category])
        items = w.some(GROUPS[category], 3)
        items.insert(w.number(0, 3), odd)
        given = ", ".join(items)
        if w.random() < 0.5:
            return Exercise(w.pick(("Find the word that does not fit.", "Which word is different?")), given, odd)
        plural = CATEGORY_PLURAL.get(category, category + "s")
        ask = w.pick((f"Which word does not fit: {given}?", f"Which of these is not like the others: {given}?"))
        solution = w.pick((f"The word that does not fit is «{odd}».", f"«{odd}». The others are {plural}."))
        return Exercise(ask, "", solution)
    x, y = w.pick_to_ask(SYNONYM_ROWS)
    z = w.pick(SORTABLE)
    pair = (y, z) if w.random() < 0.5 else (z, y)
    if w.random() < 0.5:
        return Exercise(f"Which word is a synonym of «{x}»?", ", ".join(pair), y)
    ask = f"Which word means nearly the same as «{x}»: «{pair[0]}» or «{pair[1]}»?"
    return Exercise(ask, "", f"The word «{y}» means nearly the same as «{x}».")


def word_recall(w: Writer) -> Exercise:
    """Ask for a form of a word."""
    return recall(w, WORD_WHEEL)


def fact_recall(w: Writer) -> Exercise:
    """Ask for a fact."""
    return recall(w, FACT_WHEEL)


EXERCISES = (
    *(rewriting,) * 34,
    *(word_recall,) * 22,
    *(fact_recall,) * 22,
    *(calculation,) * 4,
    *(counting,) * 3,
    *(sentence_kind,) * 3,
    *(word_class,) * 5,
    *(sorting,) * 3,
    *(choosing,) * 4,
)
ASK_LABELS = lines_of("""
    Exercise {n}/n/
    Exercise:
    {n}.
    Task:
    Task {n}:/n/
    On the sheet:/n/
    {T} asks:
    {T} writes:/n/
    Homework for {p}:/n/
    Question:
    First read the task:/n/
    Problem {n}./n/
    Please do this:/n/
    {q}:
    -
    *
""")
GIVEN_LABELS = lines_of("""
    Given:
    Here:
    Text:
    In the book:
    Line {n}:
    It says:
    Example:
    On the board:
    >
    ->
""")
SOLUTION_LABELS = lines_of("""
    Solution:
    Solution
    Answer:
    The answer of {p}:
    {p} writes:
    {p} wrote:
    {p}:
    Right:
    In the notebook of {p}:
    Then {p} writes this:
    Result:
    =>
    Correct answer:
    Key:
""")
THOUGHTS = lines_of("""
    {p} thinks about it for a while.
    Look at the picture before you answer.
    You have {n} minutes.
    Write neatly.
    This is not difficult.
    Do not look at the key.
    {q} knows it, too.
""")


def workbook(w: Writer, exercises: tuple[Callable[[Writer], Exercise], ...] = EXERCISES, novelty: float = 0.0) -> str:
    """One exercise, or several in the same layout; novelty tells how many more of the words are invented."""
    w.novelty = novelty
    count = w.pick((1, 1, 1, 2, 3))
    make = w.pick(exercises) if w.random() < 0.35 else None
    ask_label = w.pick(ASK_LABELS) if w.random() < 0.65 else ""
    given_label = w.pick(GIVEN_LABELS) if w.random() < 0.5 else ""
    solution_label = w.pick(SOLUTION_LABELS) if w.random() < 0.85 else ""
    gap, below = w.pick(("\n\n", "\n\n", "\n")), w.pick(("\n", "\n", "\n\n", " "))
    has_thought = w.random() < 0.12
    pages = []
    for _ in range(count):
        exercise, slots = (make or w.pick(exercises))(w), {"n": w.number(1, 60), **w.cast()}
        label = ask_label.format(**slots)
        parts = [label + ("" if not label or label.endswith("\n") else " ") + exercise.ask]
        if has_thought:
            parts[0] += " " + w.pick(THOUGHTS).format(**slots)
        if exercise.given:
            label = given_label.format(**slots)
            parts.append(f"{label}{below}{exercise.given}" if label else exercise.given)
        label = solution_label.format(**slots)
        parts.append(f"{label}{below}{exercise.solution}" if label else exercise.solution)
        pages.append(gap.join(parts))
    w.novelty = 0.0
    return w.pick(("\n\n", "\n\n\n", "\n\n---\n\n")).join(pages)


SHEET_TITLES = lines_of("""
    Exercise {n}
    Exercise {n}
    Exercise
    Task {n}
    Task
    Question {n}
    Question
    Problem {n}
    Homework for {day}
    Test
    For {p}
    Lesson {n}
    The exercise of {day}
    Page {n}
""")
SHEET_FIELDS = ("Sentence", "Word", "Text", "Given", "Example", "Line")


def test_sheet(w: Writer) -> str:
    """A sheet of exercises under headings, to be handed out: the solutions are not on it."""
    marks = w.pick(("#", "##", "###", "###", "###", "###"))
    colon = ":" if w.random() < 0.7 else ""
    below = w.pick(("\n", "\n", "\n\n"))
    title = w.pick(SHEET_TITLES)
    field = w.pick(SHEET_FIELDS) if w.random() < 0.8 else ""
    parts = []
    if w.random() < 0.5:
        parts.append(w.pick(SHEET_OPENINGS).format(n=w.number(2, 60), day=w.pick(facts.DAYS), **w.cast()))
    for _ in range(w.number(2, 5)):
        exercise = w.pick(EXERCISES)(w)
        head = title.format(n=w.number(1, 60), day=w.pick(facts.DAYS), **w.cast())
        parts.append(f"{marks} {head}{colon}{below}{exercise.ask}")
        if exercise.given:
            parts.append(f"{marks} {field}{colon}{below}{exercise.given}" if field else exercise.given)
    return "\n\n".join(parts)


SHEET_OPENINGS = lines_of("""
    This is the test for {day}. Write your name on it.
    Below are the tasks for {day}. Write the answers in your notebook.
    Read each request and write down an answer. You have {n} minutes.
    {T} gave this sheet to the class on {day}.
    Below is the sheet that describes the homework.
    A test of {T}
    Here are some exercises. The answers are on page {n}.
""")
