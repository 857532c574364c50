"""Relations between words that mean the same or the opposite, and between words and their definitions.

    The words «big» and «small» mean the opposite.
    People say «as brave as a lion».

The rows come from ``lexicon`` and ``facts``; here are the words in which people talk about them.
"""

from __future__ import annotations

from small_world import facts
from small_world.lexicon import ADJECTIVES
from small_world.relations.relation import relation


def both_ways(rows) -> tuple[tuple[str, str], ...]:
    """Return the pairs in both directions."""
    return tuple(rows) + tuple((y, x) for x, y in rows)


OPPOSITES = both_ways(facts.OPPOSITES_EXTRA) + tuple((a.base, a.antonym) for a in ADJECTIVES if a.antonym)
OPPOSITE = relation(
    OPPOSITES,
    "the opposite of {x}, the antonym of {x}, an antonym of {x}, an antonym for {x}, the opposite of the word {x}, a "
    "word with the opposite meaning of {x}",
    """
    {x} and {y} are opposites.
    {x} and {y} are antonyms.
    {X} is the opposite of {y}.
    The words {x} and {y} mean the opposite.
    What is not {rx} is perhaps {ry}.
    {p} said {x}, and {q} said the opposite: {y}.
    {T} asked for an antonym of {x}. {p} answered {y}.
    The opposite word of {x} is {y}.
    An antonym is a word with the opposite meaning. For example, {y} is an antonym of {x}.
    {p} wanted the opposite of {x} and chose {y}.
    Word: {rx}. Opposite: {ry}.
    {p} does not mean {x}. {He} means {y}, which is the opposite.
    """,
    quoted=0.6,
)
SYNONYM_ROWS = tuple((a.base, synonym) for a in ADJECTIVES for synonym in a.synonyms)
SYNONYM = relation(
    SYNONYM_ROWS,
    "a synonym of {x}, a synonym for {x}, another word for {x}, a word with the same meaning as {x}, a word that "
    "means nearly the same as {x}",
    """
    {x} and {y} are synonyms.
    {X} means nearly the same as {y}.
    Another word for {x} is {y}.
    The words {x} and {y} have nearly the same meaning.
    {p} used {y} as a synonym for {x}.
    Instead of {x} you can say {y}.
    A synonym is a word with nearly the same meaning. For example, {y} is a synonym of {x}.
    {T} asked for a synonym of {x}. {p} answered {y}.
    {p} did not want to write {x} again, so {he} wrote {y}.
    Word: {rx}. Synonym: {ry}.
    {p} replaced {x} with the synonym {y}.
    Someone who is {rx} is also {ry}, because the words mean nearly the same.
    """,
    quoted=0.6,
)
NOUN_DEFINITIONS = tuple(row for row in facts.DEFINITIONS if not row[1].startswith("to "))
VERB_DEFINITIONS = tuple(row for row in facts.DEFINITIONS if row[1].startswith("to "))
NOUN_MEANING = relation(
    NOUN_DEFINITIONS,
    "the meaning of {x}, the definition of {x}, the meaning of the word {x}",
    """
    {AX} is {ry}.
    {p} explained that {ax} is {ry}.
    What is {ax}? {AX} is {ry}.
    {RY} is called {ax}.
    The word «{rx}» means {ry}.
    {p} looked up the word «{rx}»: {ry}.
    {T} asked {p} to explain the word «{rx}». {He} said: ‹{AX} is {ry}.›
    Which word means {ry}? The word is «{rx}».
    {rx}: {ry}
    We use the word «{rx}» for {ry}.
    {p} described {ax} as {ry}.
    """,
    quoted=0.0,
)
WORD_FOR_MEANING = relation(
    [(meaning, word) for word, meaning in facts.DEFINITIONS],
    "the word for {x}, the word that means {x}, the word that fits the definition «{rx}»",
    """
    {RX}: {ry}
    Definition: {rx}/n/Word: {ry}
    {T} read the definition: {rx}. {p} knew the word: {ry}.
    «{RX}» is the definition of the word «{ry}».
    The definition «{rx}» fits the word «{ry}».
    {T} said: ‹I am thinking of a word. It means {rx}.› {p} said: ‹The word is {ry}.›
    """,
    quoted=0.0,
    thing="",
)
VERB_MEANING = relation(
    VERB_DEFINITIONS,
    "the meaning of {x}, the definition of {x}, the meaning of the verb {x}",
    """
    The verb «{rx}» means {ry}.
    To {rx} means {ry}.
    What does «{rx}» mean? It means {ry}.
    {p} explained that «{rx}» means {ry}.
    Which verb means {ry}? The verb is «{rx}».
    {T} asked {p} to define the verb «{rx}». {He} said that it means {ry}.
    """,
    quoted=0.0,
)
SIMILE = relation(
    facts.SIMILES,
    "the end of the simile «as {rx} as», the last part of the simile «as {rx} as»",
    """
    as {rx} as {ry}
    People say «as {rx} as {ry}».
    Something that is very {rx} is as {rx} as {ry}.
    {p} was as {rx} as {ry}.
    The simile for {x} is «as {rx} as {ry}».
    A simile is a comparison: as {rx} as {ry}.
    {p} finished the comparison «as {rx} as»: as {rx} as {ry}.
    A simile compares two things: as {rx} as {ry}.
    Complete the simile: as {rx} as ____. The answer is: as {rx} as {ry}.
    What is as {rx} as {ry}? Nothing in our town is as {rx} as {ry}.
    {T} said ‹as {rx} as›, and {p} completed the simile: ‹as {rx} as {ry}›.
    A poet wrote that it was as {rx} as {ry}.
    The old story says that it was as {rx} as {ry}.
    """,
    quoted=0.1,
    thing="",
)
