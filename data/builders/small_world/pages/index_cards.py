"""Index cards: two headings with a word, a fact or a line of text under each.

    ### Country
    France

    ### Capital
    Paris

No card has the headings of the instruction data's prompts.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import SIMPLE_TENSES
from small_world.lexicon import ADVERBS, NOUNS
from small_world.phrases import ACTIONS, MOVEMENTS
from small_world.relations.word_meanings import OPPOSITES, SYNONYM_ROWS
from small_world.rewriting.kinds_of_sentence import request
from small_world.text import capitalize
from small_world.word_lists import GRADED, STORY_ANIMALS
from small_world.writer import Writer

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


def _copied(writer: Writer) -> str:
    """Return something to copy: a sentence, a line of words that do not exist, a name, a number."""
    chance = writer.random()
    if chance < 0.45:
        return writer.any_clause().statement(writer.pick(SIMPLE_TENSES))
    if chance < 0.65:
        return " ".join(writer.invented_word() for _ in range(writer.number(1, 4)))
    if chance < 0.75:
        return ", ".join(writer.sample(STORY_ANIMALS, writer.number(2, 4)))
    if chance < 0.85:
        return f"{writer.invented_word().capitalize()} {writer.invented_word().capitalize()}"
    if chance < 0.93:
        return str(writer.number(10, 9999))
    return f"{capitalize(request(writer))}."


def index_cards(writer: Writer) -> str:
    """Return index cards: two headings with a word, a fact or a line of text under each."""
    marks = writer.pick(("#", "##", "###", "###", "###"))
    colon = ":" if writer.random() < 0.6 else ""
    gap = writer.pick(("\n", "\n", "\n\n"))
    chance, made = writer.random(), []
    if chance < 0.45:
        one, two = writer.pick(COPY_FIELDS)
        slots = {"n": writer.number(1, 99), **writer.cast()}
        one, two = one.format(**slots), two.format(**slots)
        for _ in range(writer.number(1, 3)):
            text = _copied(writer)
            made.append((one, text, two, text))
    elif chance < 0.75:
        ones, twos, rows = writer.pick(FACT_CARDS)
        one, two = writer.pick(ones), writer.pick(twos)
        made = [(one, capitalize(x), two, capitalize(y)) for x, y in writer.sample(rows, writer.number(1, 3))]
    else:
        ones, twos, rows = writer.pick(WORD_CARDS)
        one, two = writer.pick(ones), writer.pick(twos)
        made = [(one, x, two, y) for x, y in writer.sample(rows, writer.number(1, 3))]
    return "\n\n".join(f"{marks} {a}{colon}{gap}{x}\n\n{marks} {b}{colon}{gap}{y}" for a, x, b, y in made)
