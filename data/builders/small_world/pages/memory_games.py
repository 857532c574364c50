"""Memory games, dictations and echoes: words in no order, said again.

    Dictation: lamp, brave, tamu. In the notebook of Mia: lamp, brave, tamu

What comes next in a list of random words cannot be guessed, but when the list is said again it can be looked up.
A language model learns here to look back and copy, whatever the words are.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import SIMPLE_TENSES
from small_world.lexicon import ADJECTIVES, ADVERBS, AGENTS, NOUNS, PEOPLE
from small_world.phrases import ACTIONS, MOVEMENTS
from small_world.spelling import article
from small_world.text import capitalize, joined, lines_of, number_word
from small_world.writer import Writer

WORDS = (
    tuple(form for noun in NOUNS for form in (noun.singular, noun.plural))
    + tuple(form for a in ADJECTIVES for form in (a.base, a.base, a.comparative, a.superlative) if " " not in form)
    + tuple(form for v in ACTIONS + MOVEMENTS for form in (v.base, v.third, v.past, v.participle, v.ing))
    + tuple(adverb for _, adverb in ADVERBS)
    + tuple(a.antonym for a in ADJECTIVES if a.antonym)
    + tuple(synonym for a in ADJECTIVES for synonym in a.synonyms)
    + tuple(right for _, right in facts.MISSPELLINGS)
    + tuple(wrong for wrong, _ in facts.MISSPELLINGS)
    + tuple(word for pair in facts.OPPOSITES_EXTRA for word in pair)
    + tuple(word for word, _ in facts.DEFINITIONS + facts.CATEGORIES + facts.COLOURS + facts.MATERIALS)
    + tuple(agent[4:] for agent in AGENTS)
)
PROPER_NAMES = (
    tuple(PEOPLE)
    + tuple(country for country, _ in facts.CAPITALS)
    + tuple(city for _, city in facts.CAPITALS)
    + tuple(language for _, language in facts.LANGUAGES)
    + tuple(author for _, author in facts.AUTHORS)
    + tuple(title for title, _ in facts.AUTHORS)
    + tuple(row[1] for row in facts.ELEMENTS)
    + tuple(person for _, person in facts.INVENTIONS)
    + facts.MONTHS
    + facts.DAYS
)


def random_word(writer: Writer) -> str:
    """Return any word at all: a form of a word, a name, a number or a word that does not exist."""
    chance = writer.random()
    if chance < 0.66:
        return writer.pick(WORDS)
    if chance < 0.8:
        return writer.pick(PROPER_NAMES)
    if chance < 0.94:
        return writer.invented_word()
    return str(writer.number(0, 99)) if chance < 0.97 else number_word(writer.number(0, 99))


def random_words(writer: Writer, count: int) -> list[str]:
    """Return so many random words, now and then all of them with a capital letter."""
    words = [random_word(writer) for _ in range(count)]
    return [capitalize(word) for word in words] if writer.random() < 0.25 else words


SEPARATORS = (", ", ", ", " ", "\n", " / ", "; ", " and ", " - ", ". ")
# {l} is a list and {k} the same list, perhaps written in another way.
LIST_FRAMES = lines_of("""
    {T} read some words, and {p} wrote them down./n/{l}/n/{p} read them again:/n/{k}
    Dictation: {l}/n/In the notebook of {p}: {k}
    {p} said: {l}. The parrot repeated: {k}.
    ‹{l},› said {p}. ‹{k},› said {q}.
    {p} learned these words by heart: {l}. The next day {he} still knew them: {k}.
    First list: {l}/n/Second list: {k}
    {l}/n//n/{k}
    The secret words were {l}. {q} forgot them. {p} did not: {k}.
    {p} wrote «{l}» on the board. {q} wrote «{k}» under it.
    What did {p} say? {He} said {l}. Say it again, please! {k}.
    Copy these words: {l}. {p} copied them: {k}.
    {T} wrote on the board:/n//n/{l}/n//n/{p} copied it into {his} notebook without a mistake:/n//n/{k}
    The list of {p}:/n/{l}/n//n/{s}/n//n/The list of {q}:/n/{k}
    {p} heard {l}. {s} Then {he} wrote down {k}.
    {l}/n/Each word with a capital letter:/n/{c}
    {p} wrote {l}. {q} wrote the same words with capital letters: {c}.
    On the door stood: {l}. {s} On the second door stood the same: {k}.
""")
WORD_FRAMES = lines_of("""
    {T} gave {p} a word. The word was «{x}». {s} Which word was it? It was «{x}».
    The word was {x}. {p} repeated the word: {x}.
    {p} wrote the word {x}. {s} {q} read the word and said: ‹{x}.›
    Word: {x}/n/The same word: {x}
    {p} chose the word «{x}», and {q} chose the word «{y}». Who chose «{y}»? {q}. And «{x}»? {p}.
    ‹{X},› said {p}. ‹Did you say {x}?› asked {q}. ‹Yes, {x}.›
    In the box of {p} was a card with the word «{x}», and in the box of {q} one with \
      «{y}». {p} read: {x}. {q} read: {y}.
    The words were {l}. The first word was «{first}» and the last word was «{last}».
    The words were {l}. After «{one}» came «{two}».
    {p} read {l}. The word before «{two}» was «{one}».
    The words were {l}. {p} wiped off «{last}». The words were now {rest}.
    The words were {l}. {p} added «{x}». The words were now {l}, {x}.
    {p} put «{x}» in the place of «{last}». Before: {l}. After: {rest}, {x}.
    {p} read the words {l} backwards: {back}.
    {p} says {x} and {q} says {y}. So {p} does not say {y}, and {q} does not say {x}.
    A is {x}, B is {y} and C is {first}. What is B? B is {y}. What is A? A is {x}. What is C? C is {first}.
""")


def repeated_list(writer: Writer) -> str:
    """Say a list of random words twice."""
    words = random_words(writer, writer.number(2, 9))
    one, two = writer.pick(SEPARATORS), writer.pick(SEPARATORS)
    if writer.random() < 0.6:
        two = one
    return writer.pick(LIST_FRAMES).format(
        l=one.join(words),
        k=two.join(words),
        c=two.join(capitalize(word) for word in words),
        s=writer.any_clause().statement(writer.pick(SIMPLE_TENSES)),
        **writer.cast(),
    )


def repeated_word(writer: Writer) -> str:
    """Say a random word again, or one of a list."""
    words = list(dict.fromkeys(random_words(writer, writer.number(3, 7))))
    while len(words) < 3:
        words = list(dict.fromkeys(random_words(writer, 4)))
    place = writer.number(0, len(words) - 2)
    x, y = random_word(writer), random_word(writer)
    return writer.pick(WORD_FRAMES).format(
        x=x,
        X=capitalize(x),
        y=y,
        l=", ".join(words),
        first=words[0],
        last=words[-1],
        one=words[place],
        two=words[place + 1],
        rest=", ".join(words[:-1]),
        back=", ".join(words[::-1]),
        s=writer.any_clause().statement(writer.pick(SIMPLE_TENSES)),
        **writer.cast(),
    )


def suitcase_game(writer: Writer) -> str:
    """Play the game in which each player repeats the list and adds something."""
    things = [article(noun.singular) for noun in writer.sample(NOUNS, writer.number(3, 6))]
    players, verb = writer.sample(PEOPLE, 3), writer.pick(("packs", "brings", "sees", "buys", "draws", "wants"))
    ends = writer.pick(("\n", " "))
    return ends.join(f"{players[i % 3]} {verb} {joined(things[: i + 1])}." for i in range(len(things)))


MEMORY_GAMES = (repeated_list, repeated_list, repeated_list, repeated_word, repeated_word, suitcase_game)


def memory_document(writer: Writer) -> str:
    """A memory game of one kind or several."""
    made = [writer.pick(MEMORY_GAMES)(writer) for _ in range(writer.number(1, 4))]
    return writer.pick(("\n", "\n\n", "\n")).join(made)
