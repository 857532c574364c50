"""Written pages of the small world: notebooks, notices and index cards with headings, and texts that are copied.

Headings begin with "#" as in Markdown. They head stories, lists and facts.
"""

from __future__ import annotations

import facts
from lexicon import ADJECTIVES, ADVERBS, NOUNS, article
from world_lessons import SYNONYM_ROWS
from world_prose import STORY_ANIMALS, description, invented, plans, proverb
from world_relations import FACT_WHEEL, OPPOSITES, WORD_WHEEL, relation_unit
from world_transformations import request
from world_writer import ACTIONS, MOVEMENTS, NAMED_THINGS, SIMPLE_TENSES, Writer, capitalize, lines_of

GRADED = tuple(a for a in ADJECTIVES if a.base not in {"correct", "false", "unknown", "true"})

PAGE_TITLES = lines_of("""
    The {noun}
    The {a} {noun}
    {p} and the {noun}
    A {day} in {month}
    {day}
    {month}
    Notes of {p}
    News from {town}
    What {p} saw
    A letter to {q}
    Page {n}
    Chapter {n}
    Lesson {n}
    Words for {day}
    A list
    A report
    {p}
    The instructions for the {noun}
    A request from {q}
    The response of {q}
    The input of the class
    A description of the {noun}
    Things to do
    {town}
""")


def title(w: Writer) -> str:
    """Return a heading without its marks."""
    noun, adjectives = w.pick(NAMED_THINGS)
    return w.pick(PAGE_TITLES).format(
        noun=noun.singular,
        a=w.pick(adjectives),
        day=w.pick(facts.DAYS),
        month=w.pick(facts.MONTHS),
        town=w.invented_word().capitalize() if w.random() < 0.5 else w.pick(facts.CAPITALS)[1],
        n=w.number(1, 99),
        **w.cast(),
    )


BELOW_FRAMES = lines_of("""
    Below is a list of the animals on the farm: {list}.
    Below is a letter that describes a journey to {city}.
    Below is a picture of {anoun}.
    Below is a note that {p} wrote on {day}: {s}
    Below the window stood {anoun}.
    {p} wrote a response to the letter of {q}. It was short: {s}
    {q} waited for a response, but nobody answered.
    The response of {q} was: {s}
    {p} sent a request to the office. The request was: {wish}.
    {q} read the request and wrote an appropriate response.
    The word that completes the line is «{x}».
    A good title describes the story appropriately. {p} chose «{t2}».
    {p} wrote a sentence that describes the {noun}: The {noun} is {a}.
    {p} read the instructions for the {noun} twice and then completed the task.
    The last piece completes the puzzle.
    The book describes a task that {p} had to complete: {wish}.
    ‹Write a letter that describes your town,› said {t}. {p} wrote about {city}.
    The instructions were easy to follow: first {wish}, then {wish2}.
    The first instruction was to {wish}.
    This machine takes an input and gives a response. The input was {n}, and the response was {n} too.
    {p} typed the input «{x}» into the machine, and the machine showed «{x}».
    {T} described the task, and the class completed it before noon.
""")


def below(w: Writer) -> str:
    """Talk about letters, requests, instructions and what stands below."""
    noun, adjectives = w.pick(NAMED_THINGS)
    text = w.pick(BELOW_FRAMES).format(
        list=", ".join(w.some(STORY_ANIMALS, w.number(2, 4))),
        city=w.pick(facts.CAPITALS)[1],
        anoun=article(noun.singular),
        noun=noun.singular,
        a=w.pick(adjectives),
        day=w.pick(facts.DAYS),
        s=w.any_clause().statement(w.pick(SIMPLE_TENSES)),
        wish=request(w),
        wish2=request(w),
        x=w.invented_word(),
        t2=title(w),
        n=w.number(1, 99),
        **w.cast(),
    )
    return capitalize(text)


WORD_CARDS = (
    (("Word", "Noun", "Singular"), ("Plural", "Plural form"), tuple((n.singular, n.plural) for n in NOUNS)),
    (("Plural", "Word"), ("Singular", "Singular form"), tuple((n.plural, n.singular) for n in NOUNS)),
    (("Word", "Adjective"), ("Opposite", "Antonym"), OPPOSITES),
    (("Word", "Adjective"), ("Synonym", "Another word"), SYNONYM_ROWS),
    (("Adjective", "Word"), ("Comparative",), tuple((a.base, a.comparative) for a in GRADED)),
    (("Adjective", "Word"), ("Superlative",), tuple((a.base, a.superlative) for a in GRADED)),
    (("Verb", "Present"), ("Past", "Past tense"), tuple((v.base, v.past) for v in ACTIONS + MOVEMENTS)),
    (("Adjective", "Word"), ("Adverb",), ADVERBS),
)
COPY_FIELDS = (
    ("Sign at the door", "Copy of the sign"),
    ("What {p} said", "What {q} heard"),
    ("First line", "The same line again"),
    ("Letter", "Copy of the letter"),
    ("Message", "The same message"),
    ("Original", "Copy"),
    ("Line {n} of the book", "{p} wrote it down"),
    ("Word", "The same word"),
    ("Text", "Text"),
)
FACT_CARDS = (
    (("Country", "Name of the country"), ("Capital", "Capital city"), facts.CAPITALS),
    (("Country", "Name of the country"), ("Continent",), facts.CONTINENTS),
    (("Country",), ("Language", "Main language"), facts.LANGUAGES),
    (("Title", "Book"), ("Author", "Written by"), facts.AUTHORS),
    (("Element",), ("Symbol", "Chemical symbol"), tuple((row[0], row[1]) for row in facts.ELEMENTS)),
    (("Symbol", "Chemical symbol"), ("Element",), tuple((row[1], row[0]) for row in facts.ELEMENTS)),
    (("Animal",), ("Class", "Class of animal"), facts.ANIMAL_CLASSES),
    (("Animal",), ("Young", "Young animal"), facts.ANIMAL_YOUNG),
    (("Wrong", "Wrong spelling"), ("Right", "Correct spelling"), facts.MISSPELLINGS),
    (("Weather",), ("Cloud", "Type of cloud"), facts.CLOUDS_WEATHER),
    (("Invention or discovery",), ("Person", "By"), facts.INVENTIONS),
    (("Things",), ("Color", "Usual color"), facts.COLOURS),
    (("Things",), ("Material", "Made of"), facts.MATERIALS),
    (("Item", "Word"), ("Category", "Group"), facts.CATEGORIES),
    (("Word",), ("Meaning", "Definition"), facts.DEFINITIONS),
    (("Meaning", "Definition"), ("Word",), tuple((row[1], row[0]) for row in facts.DEFINITIONS)),
    (("Begins with",), ("Simile",), tuple((f"as {a} as", f"as {a} as {b}") for a, b in facts.SIMILES)),
)


def _copied(w: Writer) -> str:
    """Return something to copy: a sentence, a line of words that do not exist, a name, a number."""
    chance = w.random()
    if chance < 0.45:
        return w.any_clause().statement(w.pick(SIMPLE_TENSES))
    if chance < 0.65:
        return " ".join(w.invented_word() for _ in range(w.number(1, 4)))
    if chance < 0.75:
        return ", ".join(w.some(STORY_ANIMALS, w.number(2, 4)))
    if chance < 0.85:
        return f"{w.invented_word().capitalize()} {w.invented_word().capitalize()}"
    if chance < 0.93:
        return str(w.number(10, 9999))
    return f"{capitalize(request(w))}."


def cards(w: Writer) -> str:
    """Return index cards: two headings with a word, a fact or a line of text under each."""
    marks = w.pick(("#", "##", "###", "###", "###"))
    colon = ":" if w.random() < 0.6 else ""
    gap = w.pick(("\n", "\n", "\n\n"))
    chance, made = w.random(), []
    if chance < 0.45:
        one, two = w.pick(COPY_FIELDS)
        slots = {"n": w.number(1, 99), **w.cast()}
        one, two = one.format(**slots), two.format(**slots)
        for _ in range(w.number(1, 3)):
            text = _copied(w)
            made.append((one, text, two, text))
    elif chance < 0.75:
        ones, twos, rows = w.pick(FACT_CARDS)
        one, two = w.pick(ones), w.pick(twos)
        made = [(one, capitalize(x), two, capitalize(y)) for x, y in w.some(rows, w.number(1, 3))]
    else:
        ones, twos, rows = w.pick(WORD_CARDS)
        one, two = w.pick(ones), w.pick(twos)
        made = [(one, x, two, y) for x, y in w.some(rows, w.number(1, 3))]
    return "\n\n".join(f"{marks} {a}{colon}{gap}{x}\n\n{marks} {b}{colon}{gap}{y}" for a, x, b, y in made)


def page(w: Writer) -> str:
    """Return a page with a title and sections."""
    colon = ":" if w.random() < 0.4 else ""
    parts = [f"# {title(w)}{colon}"] if w.random() < 0.6 else []
    marks = w.pick(("##", "###", "###"))
    for _ in range(w.number(1, 3)):
        parts.append(f"{marks} {title(w)}{colon}")
        parts.append(" ".join(w.pick(PAGE_PARTS)(w) for _ in range(w.number(1, 2))))
    return w.pick(("\n\n", "\n\n", "\n")).join(parts)


def page_facts(w: Writer) -> str:
    """State facts of one kind, or talk about words."""
    return relation_unit(w, w.pick(FACT_WHEEL if w.random() < 0.6 else WORD_WHEEL))


PAGE_PARTS = (page_facts, description, plans, below, below, invented, proverb)
