"""Relations about a single word: its spelling, its part of speech, its rhymes, its prefixes and suffixes.

    With a prefix, «happy» becomes «unhappy».

The forms that a word has in a sentence stand in ``word_forms``.
"""

from __future__ import annotations

from small_world import facts
from small_world.lexicon import ADJECTIVES, ADVERBS, NOUNS
from small_world.phrases import ACTIONS, MOVEMENTS
from small_world.relations.relation import relation
from small_world.text import lines_of, words_of
from small_world.word_lists import ADJECTIVE_OF, PLURAL_OF

SPELLING = relation(
    facts.MISSPELLINGS,
    "the correct spelling of {x}, the right spelling of {x}, the correct form of {x}",
    """
    {p} wrote {x}. {T} corrected it: {y}.
    The word {x} is spelled wrong. The correct spelling is {y}.
    Not {x}, but {y}.
    {x} is a spelling mistake. It should be {y}.
    {p} spelled it {x}, but the correct word is {y}.
    {T} found the misspelled word {x} and changed it to {y}.
    We do not write {x}. We write {y}.
    {p} corrected the spelling of {x} to {y}.
    Wrong: {rx}. Right: {ry}.
    The word {y} is often misspelled as {x}.
    {y} is spelled correctly, and {x} is not.
    {q} fixed the spelling mistake in {x}: {y}.
    """,
    quoted=0.6,
)
VERB_FORMS = {verb.base: verb for verb in ACTIONS + MOVEMENTS}
SCHOOL_VERBS = words_of("run, eat, write, jump, sing, read, walk, think, swim, build, drink, speak, carry, buy, dance")
WORD_CLASSES = (
    tuple((noun.singular, "noun") for noun in NOUNS if noun.kind != "tool" and noun.singular not in VERB_FORMS)
    + tuple((word, "verb") for word in SCHOOL_VERBS * 4)
    + tuple((verb.base, "verb") for verb in ACTIONS if verb.base not in PLURAL_OF and verb.base not in ADJECTIVE_OF)
    + tuple((a.base, "adjective") for a in ADJECTIVES if a.base not in VERB_FORMS)
    + tuple((adverb, "adverb") for _, adverb in ADVERBS if adverb.endswith("ly")) * 2
    + tuple((word, "pronoun") for word in words_of("he, she, it, they, we, I, you, him, them, us")) * 3
    + tuple((word, "preposition") for word in words_of("in, on, under, behind, with, from, at, between")) * 3
    + tuple((word, "conjunction") for word in words_of("and, but, or, because, although")) * 3
)
WORD_CLASS = relation(
    WORD_CLASSES,
    "the part of speech of {x}, the word class of {x}, the part of speech of the word {x}",
    """
    The word «{rx}» is {ay}.
    «{rx}» is {ay}.
    {p} classified «{rx}» as {ay}.
    ‹Is «{rx}» {ay}?› asked {p}. ‹Yes, it is {ay},› said {t}.
    In the list of words, {p} found {ay}: {rx}.
    {T} asked what kind of word «{rx}» is. {p} said that it is {ay}.
    What kind of word is «{rx}»? It is {ay}.
    {p} wrote «{rx}» in the column for {ay}.
    """,
    quoted=0.3,
)
RHYME_GROUPS = tuple(
    words_of(group)
    for group in lines_of("""
    cat, hat, bat, rat, mat
    dog, fog, log, frog
    house, mouse, blouse
    tree, bee, sea, key, knee
    sun, run, fun, one
    light, night, bright, right, kite, white
    day, play, say, way, gray, stay
    car, star, far, jar
    boat, coat, goat, note
    cake, lake, snake, make, take
    ball, wall, tall, fall, small, hall
    bed, red, head, bread
    book, cook, look, took
    ring, king, sing, wing, bring
    moon, spoon, soon, noon
    fish, dish, wish
    train, rain, plane, chain
    fox, box, socks, rocks
    cold, old, gold, bold, hold
    hair, bear, chair, pear
    door, floor, four, more
    bell, well, shell, tell
    hill, bill, still, will
    nose, rose, toes, shows
    sky, fly, high, eye, pie, cry
    clock, sock, rock, lock
    time, climb, lime, rhyme
    pen, hen, ten, men
    pig, big, wig, dig
    phone, stone, bone, alone
    cheese, knees, trees, please
    song, long, strong, wrong
    ship, trip, lip
    nine, line, wine, fine
    feet, street, meet, sweet
    game, name, same, came
    town, brown, crown, down
    duck, truck, luck
    sleep, sheep, deep, keep
    blue, shoe, two, new, zoo
""")
)
RHYMES = tuple((a, b) for group in RHYME_GROUPS for a in group for b in group if a != b)
RHYME = relation(
    RHYMES,
    "a word that rhymes with {x}, a rhyme for {x}, a rhyming word for {x}",
    """
    {X} rhymes with {y}.
    The words {x} and {y} rhyme.
    {p} needed a rhyme for {x} and chose {y}.
    {T} asked for a word that rhymes with {x}. {p} said {y}.
    In the poem, {x} rhymes with {y}.
    {rx} and {ry} sound alike at the end.
    A word that rhymes with {x} is {y}.
    """,
    quoted=0.6,
)
PREFIX_PAIRS = tuple(
    (word, prefix + word)
    for prefix, words in (
        (
            "un",
            "happy, kind, lucky, tidy, friendly, fair, safe, known, usual, able, true, healthy, lock, tie, fold, pack",
        ),
        ("re", "write, read, build, paint, play, tell, start, open, visit, use, fill, heat, turn"),
        ("dis", "agree, appear, like, honest, obey, loyal, trust, connect, order"),
        ("im", "possible, polite, patient, perfect, mature"),
        ("in", "correct, complete, visible, direct, active"),
        ("mis", "spell, understand, read, place, lead, behave"),
        ("pre", "view, heat, school, pay"),
    )
    for word in words_of(words)
)
PREFIX_OF = {longer: longer[: len(longer) - len(word)] for word, longer in PREFIX_PAIRS}
WITH_PREFIX = relation(
    [(word, longer) for word, longer in PREFIX_PAIRS],
    "the word {x} with a prefix, a word made from {x} with a prefix",
    """
    With a prefix, {x} becomes {y}.
    {p} added a prefix to {x} and got {y}.
    {y} is made of a prefix and the word {x}.
    {T} asked the class to add a prefix to {x}. {p} wrote {y}.
    """,
    quoted=0.6,
)
PREFIX = relation(
    PREFIX_OF.items(),
    "the prefix of {x}, the prefix in the word {x}, the prefix in {x}",
    """
    The word {x} begins with the prefix «{ry}-».
    {p} underlined the prefix «{ry}-» in {x}.
    The prefix «{ry}-» was added to make {x}.
    """,
    quoted=0.6,
)
SUFFIX_TABLE = (
    ("ful", "care, help, hope, use, pain, color, power, thank, peace, wonder, cheer, play"),
    ("less", "care, help, hope, use, pain, color, power, home, end, sleep, fear, cloud"),
    ("ness", "kind, sad, dark, weak, sick, good, soft, fresh, bright, polite, sweet, rude"),
    ("er", "teach, work, paint, sing, build, farm, play, read, help, clean, speak, hunt"),
    ("ship", "friend, leader, owner, member"),
    ("ment", "move, pay, enjoy, agree, treat"),
)
SUFFIX_PAIRS = tuple((word, word + suffix) for suffix, words in SUFFIX_TABLE for word in words_of(words))
SUFFIX_OF = {longer: longer[len(word) :] for word, longer in SUFFIX_PAIRS}
WITH_SUFFIX = relation(
    SUFFIX_PAIRS,
    "the word {x} with a suffix, a word made from {x} with a suffix",
    """
    With a suffix, {x} becomes {y}.
    {p} added a suffix to {x} and got {y}.
    {y} is made of the word {x} and a suffix.
    {T} asked the class to add a suffix to {x}. {p} wrote {y}.
    """,
    quoted=0.6,
)
SUFFIX = relation(
    SUFFIX_OF.items(),
    "the suffix of {x}, the suffix in the word {x}, the suffix in {x}",
    """
    The word {x} ends with the suffix «-{ry}».
    {p} underlined the suffix «-{ry}» in {x}.
    The suffix «-{ry}» was added to make {x}.
    """,
    quoted=0.6,
)
