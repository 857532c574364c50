"""The later pages of the small world's workbook: practice, revision, and pages that prepare for the exam.

Whoever knows tables by heart can solve the exercises of the workbook. In practice many words are invented, so the forms
of a word must be made by rule, and what is asked for must be read in the text above. Revision has more of what is
learned slowly. The last pages have most of what goes wrong, with solutions in the form that an exam wants.
"""

from __future__ import annotations

import facts
from world_prose import UNIT_PLURALS
from world_relations import (
    FACT_RELATIONS,
    FACT_WHEEL,
    WORD_RELATIONS,
    WORD_WHEEL,
    Relation,
    marked,
    relation_sentence,
    with_article,
)
from world_transformations import capitals_pair, grammar_pair, punctuation_pair, short_form_pair, spelling_pair
from world_workbook import (
    COMMANDS,
    Exercise,
    calculation,
    choosing,
    counting,
    fact_recall,
    recall_row,
    rewriting,
    sentence_kind,
    sorting,
    ways_to_ask,
    who_or_what,
    word_class,
    word_recall,
    workbook,
)
from world_writer import Writer, capitalize, number_word, with_ending

BY_NAME = {table.names[0]: table for _, table in WORD_RELATIONS + FACT_RELATIONS}
REGULAR_FORMS = (
    ("the plural of {x}", "s"),
    ("the plural of {x}", "s"),
    ("the singular of {x}", "s"),
    ("the comparative of {x}", "er"),
    ("the comparative of {x}", "er"),
    ("the superlative of {x}", "est"),
    ("the superlative of {x}", "est"),
    ("the past tense of {x}", "ed"),
    ("the past participle of {x}", "ed"),
    ("the present participle of {x}", "ing"),
    ("the adverb of {x}", "ly"),
)


def new_form(w: Writer) -> Exercise:
    """Ask for a regular form of a word that does not exist."""
    name, ending = w.pick(REGULAR_FORMS)
    base = w.invented_word() if ending == "s" else w.invented_base()
    row = (base, with_ending(base, ending))
    return recall_row(w, BY_NAME[name], row[::-1] if name.startswith("the singular") else row)


# What can be told about invented things, with what the invented thing looks like.
TOLD = (
    ("the capital of {x}", "{X}"),
    ("the capital of {x}", "{X}"),
    ("the continent of {x}", "{X}"),
    ("the language of {x}", "{X}"),
    ("the author of {x}", "The {X}"),
    ("the chemical symbol for {x}", "{x}"),
    ("the element with the symbol {x}", "{X}"),
    ("the opposite of {x}", "{x}"),
    ("the opposite of {x}", "{x}"),
    ("a synonym of {x}", "{x}"),
    ("a synonym of {x}", "{x}"),
    ("the class of {ax}", "{x}"),
    ("the word for a young {rx}", "{x}"),
    ("the inventor of {x}", "the {x}"),
    ("the color of {x}", "{x}s"),
    ("the material of {x}", "{x}s"),
    ("the category of {ax}", "{x}"),
    ("the correct spelling of {x}", "{x}"),
)
INTRODUCTIONS = ("", "Read this. ", "Read the text. ", "This is known: ", "Here is what the book says: ")


def told_row(w: Writer, table: Relation, look: str) -> tuple[str, str]:
    """Return a row for a relation that only the page tells: its first part is invented, at times both are."""
    word, y = w.invented_word(), w.pick(table.rows)[1]
    if w.random() < 0.5:
        new = w.invented_word()
        y = " ".join((new, w.invented_word())).title() if " " in y else (new.capitalize() if y[0].isupper() else new)
    return look.format(x=word, X=word.capitalize()), y


def told(w: Writer) -> Exercise:
    """Tell one to three things and ask for one of them."""
    name, look = w.pick(TOLD)
    table = BY_NAME[name]
    rows = [told_row(w, table, look) for _ in range(w.pick((1, 2, 2, 3)))]
    sentences = [relation_sentence(w, table, row, w.cast()) for row in rows]
    text = " ".join(part if part[-1] in ".?!»›" else f"{part}." for part in sentences)
    exercise = recall_row(w, table, w.pick(rows))
    return exercise._replace(ask=f"{w.pick(INTRODUCTIONS)}{text} {exercise.ask}")


EXERCISES = (
    *(rewriting,) * 30,
    *(word_recall,) * 19,
    *(fact_recall,) * 21,
    *(new_form,) * 8,
    *(told,) * 5,
    *(calculation,) * 6,
    *(counting,) * 3,
    *(sentence_kind,) * 2,
    *(word_class,) * 4,
    *(sorting,) * 4,
    *(choosing,) * 5,
)


def practice(w: Writer) -> str:
    """A page of the workbook in which many words are invented."""
    return workbook(w, EXERCISES, novelty=0.2)


def capital_letters(w: Writer) -> Exercise:
    """Put capital letters where they belong."""
    wrong, right = capitals_pair(w)
    ask = w.pick(("Write the names with capital letters", "Put in the capital letters", "Correct the capital letters"))
    return Exercise(f"{ask}.", wrong, right) if w.random() < 0.5 else Exercise(f"{ask}: «{wrong}»", "", right)


def spelling(w: Writer) -> Exercise:
    """Find the misspelled word of a sentence and write the sentence correctly."""
    held_out = {misspelled for misspelled, _ in w.only_stated.intersection(facts.MISSPELLINGS)}
    wrong, right = spelling_pair(w)
    while not held_out.isdisjoint(wrong[:-1].split()):
        wrong, right = spelling_pair(w)
    ask = w.pick(("Correct the spelling", "One word is spelled wrong. Write the sentence again", "Repair the spelling"))
    return Exercise(f"{ask}.", wrong, right) if w.random() < 0.5 else Exercise(f"{ask}: «{wrong}»", "", right)


REVISION = (
    *(rewriting,) * 24,
    *(word_recall,) * 22,
    *(fact_recall,) * 20,
    *(new_form,) * 9,
    *(told,) * 4,
    *(capital_letters,) * 3,
    *(spelling,) * 2,
    *(calculation,) * 9,
    *(counting,) * 3,
    *(sentence_kind,) * 2,
    *(word_class,) * 3,
    *(sorting,) * 5,
    *(choosing,) * 8,
)


def revision(w: Writer) -> str:
    """A page with more of what is learned slowly, and fewer invented words in it."""
    return workbook(w, REVISION, novelty=0.1)


WORD_TABLES = frozenset(id(table) for _, table in WORD_RELATIONS)
NAMED_AGAIN = (("They are ", "{RX} are "), ("It is in ", "{RX} is in "))  # a pronoun, and what it stands for


def stated(name: str, slots: dict[str, str]) -> str:
    """State a row of a relation under one of the relation's names."""
    return capitalize(f"{name.format(**slots)} is {slots['y']}.")


def whole_answer(w: Writer, wheel: tuple[Relation, ...]) -> Exercise:
    """Ask for a row of a relation, and answer as an exam wants it.

    A question is answered by a sentence that names again what was asked, a command by the bare answer: a word as it
    is, a fact with a capital letter and a full stop.
    """
    table = w.pick(wheel)
    x, y = w.pick_to_ask(table.rows)
    is_word, has_marks = id(table) in WORD_TABLES, id(table) in WORD_TABLES or table.quoted > 0.5
    bare = y if is_word else f"{capitalize(y)}."
    in_sentence = {"x": marked(x, has_marks), "rx": x, "ax": with_article(x)}
    in_sentence |= {"y": marked(y, is_word and table.quoted > 0.5), "ry": y}
    asked = in_sentence | {"x": marked(x, w.random() < (0.55 if has_marks else 0.2))}
    for slots in (in_sentence, asked):
        slots["ay"] = with_article(y)
        slots |= {key.upper(): capitalize(text) for key, text in slots.items()}
    name, chance = w.pick(table.names), w.random()
    sentence = stated(name, in_sentence)
    if chance < 0.3:
        return Exercise(f"{w.pick(COMMANDS)} {name.format(**asked)}.", "", bare)
    if table.blanks and chance < 0.6:
        given = x if is_word or w.random() < 0.5 else capitalize(x)
        blank = w.pick(table.blanks)
        if w.random() < 0.65:
            return Exercise(f"{w.pick(COMMANDS)} {blank}.", given, bare)
        name = next(name for name in table.names if blank.startswith(name.split("{")[0]))
        return Exercise(f"{who_or_what(table)} is {blank}?", given, stated(name, in_sentence))
    forward = [(ask, answer) for ask, answer in ways_to_ask(table) if "y}" not in ask.lower()]
    if forward and chance < 0.85:
        ask, answer = w.pick(forward)
        for pronoun, again in NAMED_AGAIN:
            answer = answer.replace(pronoun, again)
        if "x}" in answer.lower():
            sentence = capitalize(answer.format(**in_sentence))
        return Exercise(capitalize(ask.format(**asked)), "", sentence)
    return Exercise(f"{who_or_what(table)} is {name.format(**asked)}?", "", sentence)


def whole_form(w: Writer) -> Exercise:
    """Ask for a form of a word."""
    return whole_answer(w, WORD_WHEEL)


def whole_fact(w: Writer) -> Exercise:
    """Ask for a fact."""
    return whole_answer(w, FACT_WHEEL)


DEFINING = ("the word for {x}", "the meaning of {x}")
DEFINITIONS = tuple(table for _, table in FACT_RELATIONS if table.names[0] in DEFINING)


def fitting_word(w: Writer) -> Exercise:
    """Ask for the word that a definition fits."""
    table = w.pick(DEFINITIONS)
    row = w.pick_to_ask(table.rows)
    word, meaning = row[::-1] if table.names[0] == "the word for {x}" else row
    chance = w.random()
    if chance < 0.5:
        ask = w.pick(("Write the word with this meaning", "Find the word for this", "Name what this describes"))
        return Exercise(f"{ask}.", meaning, word) if chance < 0.25 else Exercise(f"{ask}: «{meaning}»", "", word)
    if chance < 0.75:
        return Exercise(f"Which word has the meaning «{meaning}»?", "", f"The word is «{word}».")
    return Exercise("Which word has this meaning?", meaning, f"The word is «{word}».")


def small_sum(w: Writer) -> Exercise:
    """Add, subtract, multiply or divide two small numbers, written with words or with signs."""
    while True:
        kind, top = w.number(0, 3), w.pick((12, 12, 12, 20))
        b, c = w.number(1, top), w.number(1, top)
        word, sign, a, result = (
            ("plus", "+", b, b + c),
            ("minus", "-", b + c, b),
            ("times", "x", b, b * c),
            ("divided by", "/", b * c, b),
        )[kind]
        ways = [f"{first} {name} {second}" for first, second in ((a, c), (c, a)) for name in (word, sign)]
        if not any(w.is_held_out(way) for way in ways):
            break
    if w.random() < 0.4:
        return Exercise(f"How much is {ways[0]}?", "", f"{capitalize(ways[0])} is {result}.")
    task = ways[w.number(0, 1)]
    if w.random() < 0.5:
        return Exercise(w.pick(("Calculate.", "Find the result.", "Work this out.")), task, f"{result}.")
    return Exercise(f"Work out {task}.", "", f"{result}.")


def unit_change(w: Writer) -> Exercise:
    """Change a large unit into a small one."""
    while True:
        large, small, factor = w.pick(facts.UNITS)
        count = w.pick((1, 1, 2, 3, w.number(2, 12)))
        unit = UNIT_PLURALS.get(large, f"{large}s") if count > 1 else large
        amount = f"{w.pick((number_word(count), str(count)))} {unit}"
        if not w.is_held_out(amount, small):
            break
    total = f"{count * factor} {small}"
    if w.random() < 0.45:
        ask = w.pick((f"How many {small} does one find in {amount}?", f"How many {small} are as much as {amount}?"))
        return Exercise(ask, "", f"There are {total} in {amount}.")
    if w.random() < 0.5:
        return Exercise(f"Change this to {small}.", amount, f"{total}.")
    return Exercise(w.pick((f"Change {amount} into {small}.", f"Convert {amount} into {small}.")), "", f"{total}.")


REPAIRS = (
    (punctuation_pair, ("Write the sentence with its mark", "Which mark is missing? Write the whole sentence")),
    (grammar_pair, ("Correct the mistake in the grammar", "Write the sentence without the mistake")),
    (short_form_pair, ("Write the sentence with the short form", "Shorten the two words to one")),
)


def repair(w: Writer, repairs: tuple[tuple, ...] = REPAIRS) -> Exercise:
    """Write a sentence again with its last mark, with correct grammar or with a short form."""
    make, asks = w.pick(repairs)
    given, solution = make(w)[:2]
    ask = w.pick(asks)
    return Exercise(f"{ask}.", given, solution) if w.random() < 0.5 else Exercise(f"{ask}: «{given}»", "", solution)


EXAM = (
    *(rewriting,) * 14,
    *(repair,) * 9,
    *(capital_letters,) * 7,
    *(spelling,) * 5,
    *(whole_form,) * 15,
    *(whole_fact,) * 22,
    *(fitting_word,) * 5,
    *(new_form,) * 5,
    *(told,) * 2,
    *(small_sum,) * 10,
    *(unit_change,) * 4,
    *(counting,) * 6,
    *(sentence_kind,) * 3,
    *(word_class,) * 4,
    *(sorting,) * 7,
    *(choosing,) * 5,
)


def exam(w: Writer) -> str:
    """A page that prepares for the exam: what goes wrong most often, with solutions in the form that is wanted."""
    return workbook(w, EXAM)
