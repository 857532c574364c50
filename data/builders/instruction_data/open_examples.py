"""Examples for the open tasks, those with many right answers: similes, synonyms, definitions, requests, messages.

    simile_examples()    Example("fast", {"sentence": "The car is very fast.", "simile": "The car is as fast as ..."})

The answer of an example is one of the right ones; nothing here can be scored by exact match.
"""

from __future__ import annotations

from instruction_data.example import Example, examples_from, examples_keyed_by_last
from instruction_data.open_tables import (
    ADVICE,
    DESCRIPTIONS,
    FORMAL,
    LISTS,
    MESSAGES,
    POLITE,
    SIMILE_SUBJECTS,
    WORD_SENTENCES,
)
from small_world import facts
from small_world.lexicon import ADJECTIVES

# adjectives whose first synonym in the lexicon is not the one that most people would name
UNCLEAR_SYNONYMS = frozenset(
    "low public dishonest deep proud early unfriendly hardworking friendly soft light tiny fresh serious".split()
)
# words of which "What is a ...?" would not be English
WITHOUT_ARTICLE = frozenset(("dawn", "dusk", "midnight"))


def simile_examples() -> list[Example]:
    """Return sentences such as "The car is very fast." with their simile; the key is the adjective."""
    pictures = dict(facts.SIMILES)
    rows = [
        (
            f"{subject} is very {adjective}.",
            f"{subject} is as {adjective} as {pictures[adjective]}.",
            adjective,
        )
        for adjective, subject in SIMILE_SUBJECTS
    ]
    return examples_keyed_by_last(rows, "sentence", "simile")


def synonym_examples() -> list[Example]:
    """Return adjectives with the first of their synonyms."""
    rows = [(word.base, word.synonyms[0]) for word in ADJECTIVES if word.synonyms]
    return examples_from([row for row in rows if row[0] not in UNCLEAR_SYNONYMS], "word", "synonym")


def definition_examples() -> list[Example]:
    """Return countable nouns with their definition."""
    nouns = [row for row in facts.DEFINITIONS if not row[1].startswith("to ")]
    return examples_from([row for row in nouns if row[0] not in WITHOUT_ARTICLE], "word", "definition")


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of each open family."""
    return {
        "simile": simile_examples(),
        "synonym": synonym_examples(),
        "definition": definition_examples(),
        "polite_request": examples_keyed_by_last(POLITE, "command", "request"),
        "formal_style": examples_keyed_by_last(FORMAL, "casual", "formal"),
        "description": examples_from(DESCRIPTIONS, "thing", "text"),
        "word_in_sentence": examples_from(WORD_SENTENCES, "word", "sentence"),
        "list_of_three": examples_from(LISTS, "kind", "things"),
        "advice": examples_from(ADVICE, "aim", "tip"),
        "message": examples_from(MESSAGES, "occasion", "text"),
    }
