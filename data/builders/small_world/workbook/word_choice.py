"""Exercises in which one or several given words are put in order, chosen or copied.

    Exercise("Put the words in alphabetical order: tiger, Paul, writer.", "", "Paul, tiger, writer")
    Exercise("Find the word that does not fit.", "nose, elbow, knee, owl", "owl")

Words that are not given but must be known are asked for in ``recalling``.
"""

from __future__ import annotations

from small_world.lessons.words import BIG_GROUPS, CATEGORY_PLURAL, GROUPS, SORTABLE, UNRELATED
from small_world.relations.all_relations import CAPITALIZED_WORDS, FACT_RELATIONS, SMALL_WORDS, WORD_RELATIONS
from small_world.relations.word_meanings import SYNONYM_ROWS
from small_world.text import capitalize
from small_world.workbook.exercise import Exercise, below_or_quoted
from small_world.writer import Writer


def sorting(writer: Writer) -> Exercise:
    """Put words in alphabetical order, or find the first one."""
    words = writer.sample(SORTABLE, writer.number(3, 4))
    ordered, given = sorted(words, key=str.lower), ", ".join(words)
    if writer.random() < 0.35:
        ask = writer.pick(("Which word is the first in the alphabet?", "Which word comes first in a dictionary?"))
        return Exercise(ask, given, f"The word that comes first is «{ordered[0]}».")
    ask = writer.pick(
        ("Put the words in alphabetical order", "Sort the words alphabetically", "Sort the words by letter")
    )
    if writer.random() < 0.5:
        return Exercise(f"{ask}.", given, ", ".join(ordered))
    return Exercise(f"{ask}: {given}.", "", ", ".join(ordered))


def choosing(writer: Writer) -> Exercise:
    """Choose the word that does not fit, or the synonym."""
    if writer.random() < 0.5:
        category = writer.pick(BIG_GROUPS)
        odd = writer.pick(UNRELATED[category])
        items = writer.sample(GROUPS[category], 3)
        items.insert(writer.number(0, 3), odd)
        given = ", ".join(items)
        if writer.random() < 0.5:
            return Exercise(writer.pick(("Find the word that does not fit.", "Which word is different?")), given, odd)
        plural = CATEGORY_PLURAL.get(category, category + "s")
        ask = writer.pick((f"Which word does not fit: {given}?", f"Which of these is not like the others: {given}?"))
        solution = writer.pick((f"The word that does not fit is «{odd}».", f"«{odd}». The others are {plural}."))
        return Exercise(ask, "", solution)
    x, y = writer.pick_to_ask(SYNONYM_ROWS)
    z = writer.pick(SORTABLE)
    pair = (y, z) if writer.random() < 0.5 else (z, y)
    if writer.random() < 0.5:
        return Exercise(f"Which word is a synonym of «{x}»?", ", ".join(pair), y)
    ask = f"Which word means nearly the same as «{x}»: «{pair[0]}» or «{pair[1]}»?"
    return Exercise(ask, "", f"The word «{y}» means nearly the same as «{x}».")


def first_letter(writer: Writer) -> Exercise:
    """Write words with a capital letter or with small letters, or the first word of a sentence."""
    words = [
        writer.pick(writer.pick(writer.pick(FACT_RELATIONS if writer.random() < 0.6 else WORD_RELATIONS).rows))
        for _ in range(writer.number(1, 3))
    ]
    given, large = ", ".join(words), ", ".join(capitalize(word) for word in words)
    if writer.random() < 0.7:
        ask = writer.pick(
            ("Write it with a capital letter", "Begin with a capital letter", "Write it with a large letter")
        )
        return below_or_quoted(writer, ask, given, large, below=0.4)
    ask = writer.pick(("Copy this", "Write this down", "Say it again"))
    copied = large if writer.random() < 0.5 else given
    return Exercise(f"{ask}: «{copied}»", "", copied)


def picking_out(writer: Writer) -> Exercise:
    """Copy one of several words, chosen by its place or by its length."""
    count = writer.pick((2, 3, 4, 4))
    words = writer.sample(CAPITALIZED_WORDS if writer.random() < 0.2 else SMALL_WORDS, count)
    given = ", ".join(words)
    if writer.random() < 0.35 and len(words[0]) != len(words[1]):
        kind = writer.pick(("longer", "shorter"))
        other, right = sorted(words[:2], key=len, reverse=kind == "shorter")
        if writer.random() < 0.5:
            return Exercise(f"Choose the {kind} word.", ", ".join(words[:2]), right)
        ask = f"Which word is {kind}: «{words[0]}» or «{words[1]}»?"
        return Exercise(ask, "", f"The word «{right}» is {kind} than «{other}».")
    number = writer.number(0, count - 1)
    place = "last" if number == count - 1 and writer.random() < 0.5 else ("first", "second", "third", "fourth")[number]
    if writer.random() < 0.5:
        solution = f"The word that stands {place} is «{words[number]}»."
        return Exercise(f"Which word stands {place}: {given}?", "", solution)
    return Exercise(writer.pick((f"Copy the {place} word.", f"Find the {place} word.")), given, words[number])
