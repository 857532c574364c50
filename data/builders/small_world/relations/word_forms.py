"""Relations between the forms of a word: plurals, degrees of comparison, forms of verbs, adverbs, contractions.

The forms come from ``lexicon``; here are the words in which people talk about them.
"""

from __future__ import annotations

from small_world.lexicon import ADJECTIVES, ADVERBS, NOUNS
from small_world.phrases import ACTIONS, MOVEMENTS
from small_world.relations.relation import relation
from small_world.word_lists import GRADED, IRREGULAR_NOUNS

PLURAL_FORM = relation(
    [(n.singular, n.plural) for n in NOUNS] + [(n.singular, n.plural) for n, _ in IRREGULAR_NOUNS],
    "the plural of {x}, the plural form of {x}, the plural of the noun {x}, the plural of the word {x}",
    """
    One {rx}, two {ry}.
    There is one {rx} here and there are three {ry} there.
    More than one {rx}: {ry}.
    The singular is {x} and the plural is {y}.
    {p} saw one {rx}, but {q} saw many {ry}.
    We say one {rx}, but two {ry}.
    The noun {x} becomes {y} in the plural.
    In the plural, {x} becomes {y}.
    {p} changed {x} to its plural form, {y}.
    {T} asked for the plural of {x}. {p} wrote {y} on the board.
    {T} said the word {x}, and {p} gave the plural: {y}.
    Singular: {rx}. Plural: {ry}.
    """,
    quoted=0.6,
)
SINGULAR_FORM = relation(
    [(n.plural, n.singular) for n in NOUNS if n.plural != n.singular],
    "the singular of {x}, the singular form of {x}",
    """
    Many {rx}, but only one {ry}.
    The plural is {x} and the singular is {y}.
    In the singular, {x} becomes {y}.
    {p} changed {x} to its singular form, {y}.
    {T} said the word {x}, and {p} gave the singular: {y}.
    Plural: {rx}. Singular: {ry}.
    """,
    quoted=0.6,
)
COMPARATIVE = relation(
    [(a.base, a.comparative) for a in GRADED],
    "the comparative of {x}, the comparative form of {x}, the comparative form of the adjective {x}",
    """
    This one is {rx}, but that one is {ry}.
    The comparative of the adjective {x} is {y}.
    The first one is {rx}, but the second one is {ry} than the first.
    If we compare two things, {x} becomes {y}.
    {T} said {x}, and {p} gave the comparative: {y}.
    Adjective: {rx}. Comparative: {ry}.
    The first house was {rx}. The second house was {ry}.
    """,
    quoted=0.6,
)
SUPERLATIVE = relation(
    [(a.base, a.superlative) for a in GRADED],
    "the superlative of {x}, the superlative form of {x}, the superlative form of the adjective {x}",
    """
    Many are {rx}, but this one is the {ry}.
    The superlative of the adjective {x} is {y}.
    The first one is {rx}, but the last one is the {ry} of all.
    If we compare three or more things, {x} becomes {y}.
    {T} said {x}, and {p} gave the superlative: {y}.
    Adjective: {rx}. Superlative: {ry}.
    """,
    quoted=0.6,
)
DEGREES = relation(
    [(a.base, f"{a.base}, {a.comparative}, {a.superlative}") for a in ADJECTIVES if " " not in a.comparative],
    "the row of forms of {x}, the three forms of {x}",
    """
    The forms of the adjective are {ry}.
    {p} learned the three forms: {ry}.
    {T} asked for the comparative and the superlative of {rx}. {p} said: {ry}.
    """,
    quoted=0.0,
)
PAST_TENSE = relation(
    [(v.base, v.past) for v in ACTIONS + MOVEMENTS],
    "the past tense of {x}, the past form of {x}, the past tense of the verb {x}, the simple past of {x}",
    """
    Today we {rx}, yesterday we {ry}.
    In the past tense, {x} becomes {y}.
    The verb {x} becomes {y} in the past.
    {p} changed {x} to the past tense: {y}.
    {T} said the verb {x}, and {p} gave the past tense: {y}.
    Present: {rx}. Past: {ry}.
    Now they {rx}. Last week they {ry}.
    """,
    quoted=0.6,
)
PAST_PARTICIPLE = relation(
    [(v.base, v.participle) for v in ACTIONS + MOVEMENTS],
    "the past participle of {x}, the past participle of the verb {x}",
    """
    The participle of {x} is {y}.
    With «have», the verb {x} becomes {y}: they have {ry}.
    {p} wrote the past participle of {x}: {y}.
    """,
    quoted=0.6,
)
PRESENT_PARTICIPLE = relation(
    [(v.base, v.ing) for v in ACTIONS + MOVEMENTS],
    "the present participle of {x}, the -ing form of {x}, the -ing form of the verb {x}",
    """
    They {rx} every day, and they are {ry} now.
    {T} asked for the -ing form of {x}. {p} wrote {y}.
    {p} likes {ry}.
    The verb {x} has the -ing form {y}.
    Verb: {rx}. With -ing: {ry}.
    With -ing, {x} becomes {y}.
    {p} added -ing to {x} and wrote {y}.
    """,
    quoted=0.6,
)
THIRD_PERSON = relation(
    [(v.base, v.third) for v in ACTIONS + MOVEMENTS],
    "the third person singular of {x}, the form of {x} that goes with «she»",
    """
    I {rx}, she {ry}.
    We {rx}, but he {ry}.
    After «he» or «she» we do not write {x}. We write {y}.
    """,
    quoted=0.6,
)
ADVERB = relation(
    ADVERBS,
    "the adverb of {x}, the adverb form of {x}, the adverb that is made from the adjective {x}",
    """
    The adjective is {x}, and the adverb is {y}.
    {p} formed the adverb {y} from the adjective {x}.
    {T} asked the class to change the adjective {x} into an adverb. {p} wrote {y}.
    From {x} we get {y}.
    The adjective {x} becomes the adverb {y}.
    Adjective: {rx}. Adverb: {ry}.
    {p} changed the adjective {x} to the adverb {y}.
    """,
    quoted=0.6,
)
CONTRACTIONS = (
    ("do not", "don't"),
    ("does not", "doesn't"),
    ("did not", "didn't"),
    ("is not", "isn't"),
    ("are not", "aren't"),
    ("was not", "wasn't"),
    ("were not", "weren't"),
    ("cannot", "can't"),
    ("will not", "won't"),
    ("could not", "couldn't"),
    ("would not", "wouldn't"),
    ("should not", "shouldn't"),
    ("has not", "hasn't"),
    ("have not", "haven't"),
    ("had not", "hadn't"),
    ("I am", "I'm"),
    ("you are", "you're"),
    ("we are", "we're"),
    ("they are", "they're"),
    ("he is", "he's"),
    ("she is", "she's"),
    ("it is", "it's"),
    ("that is", "that's"),
    ("I have", "I've"),
    ("we have", "we've"),
    ("they have", "they've"),
    ("I will", "I'll"),
    ("she will", "she'll"),
    ("he will", "he'll"),
    ("we will", "we'll"),
    ("they will", "they'll"),
    ("let us", "let's"),
    ("who is", "who's"),
    ("must not", "mustn't"),
    ("what is", "what's"),
    ("there is", "there's"),
    ("you will", "you'll"),
    ("you have", "you've"),
    ("I would", "I'd"),
    ("where is", "where's"),
)
SHORT_FORM = relation(
    CONTRACTIONS,
    "the contraction of {x}, the short form of {x}, the contraction for {x}",
    """
    {rx} can be shortened to {y}.
    Instead of {x} we often say {y}.
    {y} is short for {x}.
    {p} wrote {y} instead of {x}.
    In a contraction, {x} becomes {y}.
    The long form is {x}, and the short form is {y}.
    The contraction {y} means {x}.
    {T} asked for the contraction of {x}. {p} wrote {y}.
    """,
    quoted=0.6,
)
LONG_FORM = relation(
    [(y, x) for x, y in CONTRACTIONS],
    "the full form of {x}, the long form of {x}, the meaning of {x}",
    """
    The contraction {x} stands for {y}.
    {p} wrote {x} in full: {y}.
    {x} means {y}.
    In full, {x} is {y}.
    """,
    quoted=0.6,
)
