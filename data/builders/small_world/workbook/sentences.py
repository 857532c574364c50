"""Exercises about whole sentences: rewriting them, counting their words, naming their kind and parts.

Sentences with mistakes have a room of their own, ``repairing``.
"""

from __future__ import annotations

from small_world.clauses import SIMPLE_TENSES
from small_world.lessons.sentences import GRAMMAR_TERMS, sentence_of_kind
from small_world.lexicon import AGENTS
from small_world.phrases import MOVEMENTS
from small_world.relations.relation import marked
from small_world.rewriting.scenes import SENTENCE_NAMES, TRANSFORMATIONS
from small_world.spelling import article
from small_world.text import capitalize
from small_world.word_lists import KIND_ADJECTIVES, MANNER_ADVERBS, STORY_ANIMALS
from small_world.workbook.exercise import Exercise
from small_world.writer import Writer


def rewriting(writer: Writer) -> Exercise:
    """Put a sentence into another form."""
    change = writer.pick(TRANSFORMATIONS)
    made = change.make(writer)
    asked = writer.pick(change.commands)[0]
    if len(made) == 3:
        asked = asked.replace("{word}", made[2])
    ask = capitalize(asked.replace("{it}", writer.pick(SENTENCE_NAMES)))
    if writer.random() < 0.5:
        return Exercise(f"{ask}.", made[0], made[1])
    return Exercise(f"{ask}: {writer.pick(('«{}»', '«{}»', '{}')).format(made[0])}", "", made[1])


def counting(writer: Writer) -> Exercise:
    """Count the words of a sentence."""
    sentence = writer.any_clause().statement(writer.pick(SIMPLE_TENSES))
    count = len(sentence.split())
    if writer.random() < 0.5:
        return Exercise("How many words does the sentence have?", sentence, f"The sentence has {count} words.")
    return Exercise("Count the words of this sentence.", sentence, f"{count}.")


def sentence_kind(writer: Writer) -> Exercise:
    """Tell what kind of sentence something is."""
    kind = writer.pick(tuple(GRAMMAR_TERMS))
    sentence, term = sentence_of_kind(writer, kind), GRAMMAR_TERMS[kind]
    ask, solution = writer.pick(
        (
            ("What kind of sentence is this?", f"This is {kind}."),
            ("What type of sentence do you see?", f"This is {article(term)} sentence."),
            ("Name the kind of sentence.", f"{capitalize(term)}."),
            ("Is it declarative, interrogative, imperative or exclamatory?", f"The sentence is {term}."),
        )
    )
    if writer.random() < 0.5:
        return Exercise(ask, sentence, solution)
    return Exercise(f"{ask[:-1]}: «{sentence}»", "", solution)


PERSON_NOUNS = tuple(agent[4:] for agent in AGENTS)


def word_class(writer: Writer) -> Exercise:
    """Find a noun, verb, adjective or adverb in a sentence, or tell which of them a word is."""
    noun, adjective = writer.pick(STORY_ANIMALS), writer.pick(KIND_ADJECTIVES["animal"])
    if writer.random() < 0.6:
        noun, adjective = writer.pick(PERSON_NOUNS), writer.pick(KIND_ADJECTIVES["person"])
    verb, adverb = writer.pick(MOVEMENTS).past, writer.pick(MANNER_ADVERBS)
    sentence = f"The {adjective} {noun} {verb} {adverb}."
    words = {"noun": noun, "verb": verb, "adjective": adjective, "adverb": adverb}
    kind = writer.pick(tuple(words))
    word = words[kind]
    if writer.random() < 0.5:
        ask = writer.pick(
            (f"Find the {kind}.", f"Which word is the {kind}?", f"Write down the {kind} of this sentence.")
        )
        return Exercise(ask, sentence, word)
    quoted = marked(word, writer.random() < 0.7)
    ask, solution = writer.pick(
        (
            (f"What kind of word is {quoted} here?", f"The word «{word}» is {article(kind)}."),
            (f"Which part of speech is {quoted}?", f"{capitalize(kind)}."),
            (f"Name the word class of {quoted} in the sentence.", f"{capitalize(kind)}."),
        )
    )
    return Exercise(ask, sentence, solution)
