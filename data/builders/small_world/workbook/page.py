"""How a page of the workbook is printed: exercises with their solutions, and test sheets without.

How a page is laid out changes from page to page, and none is laid out like the prompts of the instruction data.
"""

from __future__ import annotations

from collections.abc import Callable

from small_world import facts
from small_world.text import lines_of
from small_world.workbook.exercise import Exercise
from small_world.writer import Writer

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


def workbook_page(
    writer: Writer, exercises: tuple[Callable[[Writer], Exercise], ...], invented_share: float = 0.0
) -> str:
    """One exercise, or several in the same layout; ``invented_share`` tells how many more of the words are invented."""
    writer.invented_share = invented_share
    count = writer.pick((1, 1, 1, 2, 3))
    make = writer.pick(exercises) if writer.random() < 0.35 else None
    ask_label = writer.pick(ASK_LABELS) if writer.random() < 0.65 else ""
    given_label = writer.pick(GIVEN_LABELS) if writer.random() < 0.5 else ""
    solution_label = writer.pick(SOLUTION_LABELS) if writer.random() < 0.85 else ""
    gap, below = writer.pick(("\n\n", "\n\n", "\n")), writer.pick(("\n", "\n", "\n\n", " "))
    has_thought = writer.random() < 0.12
    pages = []
    for _ in range(count):
        exercise, slots = (make or writer.pick(exercises))(writer), {"n": writer.number(1, 60), **writer.cast()}
        label = ask_label.format(**slots)
        parts = [label + ("" if not label or label.endswith("\n") else " ") + exercise.ask]
        if has_thought:
            parts[0] += " " + writer.pick(THOUGHTS).format(**slots)
        if exercise.given:
            label = given_label.format(**slots)
            parts.append(f"{label}{below}{exercise.given}" if label else exercise.given)
        label = solution_label.format(**slots)
        parts.append(f"{label}{below}{exercise.solution}" if label else exercise.solution)
        pages.append(gap.join(parts))
    writer.invented_share = 0.0
    return writer.pick(("\n\n", "\n\n\n", "\n\n---\n\n")).join(pages)


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
SHEET_OPENINGS = lines_of("""
    This is the test for {day}. Write your name on it.
    Below are the tasks for {day}. Write the answers in your notebook.
    Read each request and write down an answer. You have {n} minutes.
    {T} gave this sheet to the class on {day}.
    Below is the sheet that describes the homework.
    A test of {T}
    Here are some exercises. The answers are on page {n}.
""")


def sheet_without_solutions(writer: Writer, exercises: tuple[Callable[[Writer], Exercise], ...]) -> str:
    """A sheet of exercises under headings, to be handed out: the solutions are not on it."""
    marks = writer.pick(("#", "##", "###", "###", "###", "###"))
    colon = ":" if writer.random() < 0.7 else ""
    below = writer.pick(("\n", "\n", "\n\n"))
    title = writer.pick(SHEET_TITLES)
    field = writer.pick(SHEET_FIELDS) if writer.random() < 0.8 else ""
    parts = []
    if writer.random() < 0.5:
        parts.append(
            writer.pick(SHEET_OPENINGS).format(n=writer.number(2, 60), day=writer.pick(facts.DAYS), **writer.cast())
        )
    for _ in range(writer.number(2, 5)):
        exercise = writer.pick(exercises)(writer)
        head = title.format(n=writer.number(1, 60), day=writer.pick(facts.DAYS), **writer.cast())
        parts.append(f"{marks} {head}{colon}{below}{exercise.ask}")
        if exercise.given:
            parts.append(f"{marks} {field}{colon}{below}{exercise.given}" if field else exercise.given)
    return "\n\n".join(parts)
