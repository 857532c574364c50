"""Statements of the small world such as "the plural of mouse is mice" or "the capital of France is Paris".

Every relation is a table of pairs with names for the relation and frames of its own; frames that all
relations share tell the same pairs in many other ways.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import facts
from lexicon import ADJECTIVES, ADVERBS, NOUNS, article
from world_transformations import IRREGULAR_NOUNS
from world_writer import (
    ACTIONS,
    ADJECTIVE_OF,
    MOVEMENTS,
    PLURAL_OF,
    Writer,
    capitalize,
    lines_of,
    number_word,
    plain,
    words_of,
)


class Relation(NamedTuple):
    """Pairs of words or facts with the names of the relation and frames of its own.

    Slots: {x} and {y}, in quotation marks with the probability ``quoted``; {rx} and {ry} always bare;
    {ax} and {ay} with "a" or "an"; {X}, {RX}, {AX} and the like with a capital letter. ``own`` is the share
    of statements in frames of its own, the rest is in the frames that all relations share (``shared``).
    ``blanks`` are names that do not say {x} itself, such as "the capital of the country".
    """

    rows: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    frames: tuple[str, ...]
    quoted: float
    own: float
    shared: tuple[str, ...]
    blanks: tuple[str, ...]


RELATION_FRAMES = lines_of("""
    {Of} is {y}.
    {Of} is {y}.
    {Of} is {y}.
    {y} is {of}.
    {p} said that {of} is {y}.
    ‹What is {of}?› asked {t}. ‹It is {y},› answered {p}.
    What is {of}? It is {y}.
    What is {of}? {Of} is {y}.
    {p} asked for {of}. The answer is {y}.
    Do you know {of}? It is {y}.
    {T} asked: ‹What is {of}?› {p} answered: ‹{Of} is {y}.›
    {p} did not remember {of}, so {q} told {him}: it is {y}.
    {p} wrote {y}, because that is {of}.
    {p} learned that {y} is {of}.
    Everyone in the class knows that {of} is {y}.
    {p} thought about {of} and wrote {y}.
    ‹Name {of},› said {t}. {p} named it at once: {y}.
    ‹Give {of},› said {t}. ‹It is {y},› said {p}.
    Question: What is {of}?/n/Answer: {Of} is {y}.
    Question: What is {of}?/n/Answer: {Y}.
    If somebody asks you for {of}, the right answer is {y}.
    {p} looked up {of} in a book and found {y}.
    {T} wanted to know {of}. {p} gave the correct answer: {y}.
    Yes, {of} is {y}.
    It is true that {of} is {y}.
    {p}: What is {of}?/n/{q}: It is {y}.
    {T} asked {p} to provide {of}. {He} answered {y}.
    {Of} is ____. The missing word is {y}.
    The card asked for {of}, and {p} wrote {y}.
    {p} can identify {of}: it is {y}.
    {p} was asked to find {of}. After a moment {he} found it: {y}.
    {Of}: {y}
    ‹Please tell me {of},› said {q}. ‹Of course,› said {p}. ‹It is {y}.›
    {q} guessed wrong, but {p} knew that {of} is {y}.
    ‹Name {of},› said {t}./n/‹{Y},› said {p}.
    ‹Give {of}.›/n/‹{Y}.›
    {T} read from the sheet: Name {of}./n/{p} wrote:/n/{Y}.
    {T} asked for {of}, and {p} wrote it on the board:/n//n/{y}
    On the sheet stood: Give {of}./n//n/Below it {p} wrote:/n//n/{y}
    On the sheet stood: What is {of}?/n//n/Below it {p} wrote:/n//n/{Of} is {y}.
    ‹Write {of},› said {t}./n/{p} wrote: {y}
    {T} asked a question: What is {of}? It was very quiet in the room. Then {p} said: ‹{Of} is {y}.›
    ‹Tell me {of},› said {q}. {p} thought about it for a while and looked out of the window. ‹{Y},› {he} said.
""")
# The thing asked about is named apart from the question, so that a reader must put the two together.
BLANK_FRAMES = lines_of("""
    {T} asked for {of} and read from a list: {rx}. {p} wrote: {ry}.
    ‹Name {of},› said {t}./n//n/{RX}/n//n/‹{RY},› said {p}.
    The class had to name {of}./n/{RX}/n/{p} wrote:/n/{RY}.
    ‹Write {of},› said {t}. Then {t} said: ‹{RX}.› {p} wrote ‹{ry}.›
    On the sheet stood: Give {of}./n//n/{rx}/n//n/Below it {p} wrote:/n//n/{ry}
    {p} had to find {of}. First came {rx}, and the answer was {ry}.
    First card: {rx}. {p} was asked to name {of} and said: {ry}.
    Find {of}./n/{rx}/n/The answer: {ry}
    What is {of}? The first was {rx}. {p} knew the answer: {ry}.
    In each row {p} wrote {of}. Next to {rx} {he} wrote {ry}.
""")
PLAIN_RELATION_FRAMES = plain(RELATION_FRAMES)


def relation(
    rows,
    names: str,
    frames: str,
    quoted: float = 0.15,
    own: float = 0.5,
    person: bool = False,
    thing: str = "the word",
) -> Relation:
    """Return a relation from its tables.

    The names are separated by commas, ``person`` asks "who", and ``thing`` says what {x} is ("" for what
    cannot be said apart).
    """
    shared = RELATION_FRAMES
    if person:
        shared = tuple(frame.replace("What is", "Who is") for frame in RELATION_FRAMES)
    rows = tuple((str(x), str(y)) for x, y in rows)
    every = words_of(names)
    apart = [n for n in every if re.search(r"\b(of|for|with|in|which|where) \{a?x\}", n)] if thing else []
    blanks = tuple(dict.fromkeys(n.replace("{ax}", "{x}").replace("{x}", thing) for n in apart))
    return Relation(rows, every, lines_of(frames), quoted, own, shared, blanks)


def marked(text: str, quoted: bool) -> str:
    """Put the text into quotation marks if asked."""
    return f"«{text}»" if quoted else text


UNCOUNTED = {"dawn", "dusk", "midnight", "breakfast"}


def with_article(word: str) -> str:
    """Return the word with "a" or "an", but "dawn" without."""
    return word if word in UNCOUNTED else article(word)


def own_statement(
    w: Writer, table: Relation, x: str, y: str, slots: dict[str, str], held_out: bool = False
) -> str:
    """Say a relation in one of its own frames."""
    quoted = w.random() < table.quoted
    ax, ay, qx, qy = with_article(x), article(y), marked(x, quoted), marked(y, quoted)
    return w.pick((plain(table.frames) or PLAIN_RELATION_FRAMES) if held_out else table.frames).format(
        x=qx,
        y=qy,
        rx=x,
        ry=y,
        rys=y if y == "fish" else f"{y}s",
        ax=ax,
        ay=ay,
        X=capitalize(qx),
        Y=capitalize(qy),
        RX=capitalize(x),
        RY=capitalize(y),
        AX=capitalize(ax),
        AY=capitalize(ay),
        **slots,
    )


def relation_sentence(w: Writer, table: Relation, row: tuple[str, str], slots: dict[str, str]) -> str:
    """Say one row of a relation in a frame; a row that is held out is only stated, never asked for."""
    x, y = row
    held_out = row in w.only_stated
    chance = w.random()
    if chance < table.own:
        return capitalize(own_statement(w, table, x, y, slots, held_out))
    if table.blanks and chance > 0.9 and not held_out:
        of = w.pick(table.blanks)
        return w.pick(BLANK_FRAMES).format(of=of, rx=x, ry=y, RX=capitalize(x), RY=capitalize(y), **slots)
    quoted = w.random() < table.quoted
    of = w.pick(table.names).format(x=marked(x, quoted), rx=x, ax=with_article(x))
    given = marked(y, quoted)
    frame = w.pick(PLAIN_RELATION_FRAMES if held_out else table.shared)
    return capitalize(frame.format(of=of, Of=capitalize(of), y=given, Y=capitalize(given), **slots))


def row_words(rows) -> tuple[tuple[str, str], ...]:
    """Return the pairs in both directions."""
    return tuple(rows) + tuple((y, x) for x, y in rows)


VERB_FORMS = {verb.base: verb for verb in ACTIONS + MOVEMENTS}
OPPOSITES = row_words(facts.OPPOSITES_EXTRA) + tuple((a.base, a.antonym) for a in ADJECTIVES if a.antonym)
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
UN_PAIRS = tuple(
    (word, prefix + word)
    for prefix, words in (
        (
            "un",
            "happy, kind, lucky, tidy, friendly, fair, safe, known, usual, able, true, healthy, lock, tie, "
            "fold, pack",
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
PREFIX_OF = {longer: longer[: len(longer) - len(word)] for word, longer in UN_PAIRS}
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
SCHOOL_VERBS = words_of(
    "run, eat, write, jump, sing, read, walk, think, swim, build, drink, speak, carry, buy, dance"
)
WORD_CLASSES = (
    tuple(
        (noun.singular, "noun") for noun in NOUNS if noun.kind != "tool" and noun.singular not in VERB_FORMS
    )
    + tuple((word, "verb") for word in SCHOOL_VERBS * 4)
    + tuple(
        (verb.base, "verb")
        for verb in ACTIONS
        if verb.base not in PLURAL_OF and verb.base not in ADJECTIVE_OF
    )
    + tuple((a.base, "adjective") for a in ADJECTIVES if a.base not in VERB_FORMS)
    + tuple((adverb, "adverb") for _, adverb in ADVERBS if adverb.endswith("ly")) * 2
    + tuple((word, "pronoun") for word in words_of("he, she, it, they, we, I, you, him, them, us")) * 3
    + tuple((word, "preposition") for word in words_of("in, on, under, behind, with, from, at, between")) * 3
    + tuple((word, "conjunction") for word in words_of("and, but, or, because, although")) * 3
)
SMALL_NUMBERS = tuple((str(n), number_word(n)) for n in range(0, 100))
ORDINALS = tuple(
    (str(n), word)
    for n, word in enumerate(
        words_of(
            "first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth"
        ),
        1,
    )
)
ROMAN = tuple(
    enumerate(
        words_of(
            "I, II, III, IV, V, VI, VII, VIII, IX, X, XI, XII, XIII, XIV, XV, XVI, XVII, XVIII, XIX, XX"
        ),
        1,
    )
)


def following(items: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return each item with the next one; the last is followed by the first."""
    return tuple(zip(items, items[1:] + items[:1], strict=True))


WORD_RELATIONS = (
    (
        10,
        relation(
            [(n.singular, n.plural) for n in NOUNS] + [(n.singular, n.plural) for n, _ in IRREGULAR_NOUNS],
            "the plural of {x}, the plural form of {x}, the plural of the noun {x}, the plural of the word "
            "{x}",
            """One {rx}, two {ry}.
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
        Singular: {rx}. Plural: {ry}.""",
            0.6,
        ),
    ),
    (
        6,
        relation(
            [(n.plural, n.singular) for n in NOUNS if n.plural != n.singular],
            "the singular of {x}, the singular form of {x}",
            """Many {rx}, but only one {ry}.
        The plural is {x} and the singular is {y}.
        In the singular, {x} becomes {y}.
        {p} changed {x} to its singular form, {y}.
        {T} said the word {x}, and {p} gave the singular: {y}.
        Plural: {rx}. Singular: {ry}.""",
            0.6,
        ),
    ),
    (
        12,
        relation(
            OPPOSITES,
            "the opposite of {x}, the antonym of {x}, an antonym of {x}, an antonym for {x}, the opposite "
            "of the word {x}, "
            "a word with the opposite meaning of {x}",
            """{x} and {y} are opposites.
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
        {p} does not mean {x}. {He} means {y}, which is the opposite.""",
            0.6,
        ),
    ),
    (
        10,
        relation(
            [(a.base, s) for a in ADJECTIVES for s in a.synonyms],
            "a synonym of {x}, a synonym for {x}, another word for {x}, a word with the same meaning as {x}, "
            "a word that means nearly the same as {x}",
            """{x} and {y} are synonyms.
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
        Someone who is {rx} is also {ry}, because the words mean nearly the same.""",
            0.6,
        ),
    ),
    (
        7,
        relation(
            [
                (a.base, a.comparative)
                for a in ADJECTIVES
                if a.base not in {"correct", "false", "unknown", "true"}
            ],
            "the comparative of {x}, the comparative form of {x}, the comparative form of the adjective {x}",
            """This one is {rx}, but that one is {ry}.
        The comparative of the adjective {x} is {y}.
        The first one is {rx}, but the second one is {ry} than the first.
        If we compare two things, {x} becomes {y}.
        {T} said {x}, and {p} gave the comparative: {y}.
        Adjective: {rx}. Comparative: {ry}.
        The first house was {rx}. The second house was {ry}.""",
            0.6,
        ),
    ),
    (
        7,
        relation(
            [
                (a.base, a.superlative)
                for a in ADJECTIVES
                if a.base not in {"correct", "false", "unknown", "true"}
            ],
            "the superlative of {x}, the superlative form of {x}, the superlative form of the adjective {x}",
            """Many are {rx}, but this one is the {ry}.
        The superlative of the adjective {x} is {y}.
        The first one is {rx}, but the last one is the {ry} of all.
        If we compare three or more things, {x} becomes {y}.
        {T} said {x}, and {p} gave the superlative: {y}.
        Adjective: {rx}. Superlative: {ry}.""",
            0.6,
        ),
    ),
    (
        1,
        relation(
            [
                (a.base, f"{a.base}, {a.comparative}, {a.superlative}")
                for a in ADJECTIVES
                if " " not in a.comparative
            ],
            "the row of forms of {x}, the three forms of {x}",
            """The forms of the adjective are {ry}.
        {p} learned the three forms: {ry}.
        {T} asked for the comparative and the superlative of {rx}. {p} said: {ry}.""",
            0.0,
        ),
    ),
    (
        6,
        relation(
            [(v.base, v.past) for v in ACTIONS + MOVEMENTS],
            "the past tense of {x}, the past form of {x}, the past tense of the verb {x}, the simple past "
            "of {x}",
            """Today we {rx}, yesterday we {ry}.
        In the past tense, {x} becomes {y}.
        The verb {x} becomes {y} in the past.
        {p} changed {x} to the past tense: {y}.
        {T} said the verb {x}, and {p} gave the past tense: {y}.
        Present: {rx}. Past: {ry}.
        Now they {rx}. Last week they {ry}.""",
            0.6,
        ),
    ),
    (
        2,
        relation(
            [(v.base, v.participle) for v in ACTIONS + MOVEMENTS],
            "the past participle of {x}, the past participle of the verb {x}",
            """The participle of {x} is {y}.
        With «have», the verb {x} becomes {y}: they have {ry}.
        {p} wrote the past participle of {x}: {y}.""",
            0.6,
        ),
    ),
    (
        6,
        relation(
            [(v.base, v.ing) for v in ACTIONS + MOVEMENTS],
            "the present participle of {x}, the -ing form of {x}, the -ing form of the verb {x}",
            """They {rx} every day, and they are {ry} now.
        {T} asked for the -ing form of {x}. {p} wrote {y}.
        {p} likes {ry}.
        The verb {x} has the -ing form {y}.
        Verb: {rx}. With -ing: {ry}.
        With -ing, {x} becomes {y}.
        {p} added -ing to {x} and wrote {y}.""",
            0.6,
        ),
    ),
    (
        1,
        relation(
            [(v.base, v.third) for v in ACTIONS + MOVEMENTS],
            "the third person singular of {x}, the form of {x} that goes with «she»",
            """I {rx}, she {ry}.
        We {rx}, but he {ry}.
        After «he» or «she» we do not write {x}. We write {y}.""",
            0.6,
        ),
    ),
    (
        5,
        relation(
            ADVERBS,
            "the adverb of {x}, the adverb form of {x}, the adverb that is made from the adjective {x}",
            """The adjective is {x}, and the adverb is {y}.
        {p} formed the adverb {y} from the adjective {x}.
        {T} asked the class to change the adjective {x} into an adverb. {p} wrote {y}.
        From {x} we get {y}.
        The adjective {x} becomes the adverb {y}.
        Adjective: {rx}. Adverb: {ry}.
        {p} changed the adjective {x} to the adverb {y}.""",
            0.6,
        ),
    ),
    (
        10,
        relation(
            facts.MISSPELLINGS,
            "the correct spelling of {x}, the right spelling of {x}, the correct form of {x}",
            """{p} wrote {x}. {T} corrected it: {y}.
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
        {q} fixed the spelling mistake in {x}: {y}.""",
            0.6,
        ),
    ),
    (
        6,
        relation(
            WORD_CLASSES,
            "the part of speech of {x}, the word class of {x}, the part of speech of the word {x}",
            """The word «{rx}» is {ay}.
        «{rx}» is {ay}.
        {p} classified «{rx}» as {ay}.
        ‹Is «{rx}» {ay}?› asked {p}. ‹Yes, it is {ay},› said {t}.
        In the list of words, {p} found {ay}: {rx}.
        {T} asked what kind of word «{rx}» is. {p} said that it is {ay}.
        What kind of word is «{rx}»? It is {ay}.
        {p} wrote «{rx}» in the column for {ay}.""",
            0.3,
        ),
    ),
    (
        5,
        relation(
            RHYMES,
            "a word that rhymes with {x}, a rhyme for {x}, a rhyming word for {x}",
            """{X} rhymes with {y}.
        The words {x} and {y} rhyme.
        {p} needed a rhyme for {x} and chose {y}.
        {T} asked for a word that rhymes with {x}. {p} said {y}.
        In the poem, {x} rhymes with {y}.
        {rx} and {ry} sound alike at the end.
        A word that rhymes with {x} is {y}.""",
            0.6,
        ),
    ),
    (
        5,
        relation(
            CONTRACTIONS,
            "the contraction of {x}, the short form of {x}, the contraction for {x}",
            """{rx} can be shortened to {y}.
        Instead of {x} we often say {y}.
        {y} is short for {x}.
        {p} wrote {y} instead of {x}.
        In a contraction, {x} becomes {y}.
        The long form is {x}, and the short form is {y}.
        The contraction {y} means {x}.
        {T} asked for the contraction of {x}. {p} wrote {y}.""",
            0.6,
        ),
    ),
    (
        2,
        relation(
            [(y, x) for x, y in CONTRACTIONS],
            "the full form of {x}, the long form of {x}, the meaning of {x}",
            """The contraction {x} stands for {y}.
        {p} wrote {x} in full: {y}.
        {x} means {y}.
        In full, {x} is {y}.""",
            0.6,
        ),
    ),
    (
        3,
        relation(
            [(word, longer) for word, longer in UN_PAIRS],
            "the word {x} with a prefix, a word made from {x} with a prefix",
            """With a prefix, {x} becomes {y}.
        {p} added a prefix to {x} and got {y}.
        {y} is made of a prefix and the word {x}.
        {T} asked the class to add a prefix to {x}. {p} wrote {y}.""",
            0.6,
        ),
    ),
    (
        2,
        relation(
            PREFIX_OF.items(),
            "the prefix of {x}, the prefix in the word {x}, the prefix in {x}",
            """The word {x} begins with the prefix «{ry}-».
        {p} underlined the prefix «{ry}-» in {x}.
        The prefix «{ry}-» was added to make {x}.""",
            0.6,
        ),
    ),
    (
        3,
        relation(
            SUFFIX_PAIRS,
            "the word {x} with a suffix, a word made from {x} with a suffix",
            """With a suffix, {x} becomes {y}.
        {p} added a suffix to {x} and got {y}.
        {y} is made of the word {x} and a suffix.
        {T} asked the class to add a suffix to {x}. {p} wrote {y}.""",
            0.6,
        ),
    ),
    (
        2,
        relation(
            SUFFIX_OF.items(),
            "the suffix of {x}, the suffix in the word {x}, the suffix in {x}",
            """The word {x} ends with the suffix «-{ry}».
        {p} underlined the suffix «-{ry}» in {x}.
        The suffix «-{ry}» was added to make {x}.""",
            0.6,
        ),
    ),
)

DISCOVERED = set(
    words_of(
        "penicillin, X-rays, the electron, the neutron, Uranus, Pluto, the circulation of the blood, the "
        "law of gravity, "
        "the laws of planetary motion"
    )
)
DEVELOPED = {"the theory of relativity", "the smallpox vaccine", "the polio vaccine", "pasteurization"}
INVENTED_ROWS = tuple(row for row in facts.INVENTIONS if row[0] not in DISCOVERED | DEVELOPED)
MASS_ITEMS = set(words_of("spinach, lettuce, broccoli"))
MASS_CATEGORIES = set(words_of("drink, metal, sport, planet, color, day of the week, month"))
COUNTABLE_ITEMS = tuple(
    row for row in facts.CATEGORIES if row[1] not in MASS_CATEGORIES and row[0] not in MASS_ITEMS | {"pliers"}
)
OTHER_ITEMS = tuple(
    row
    for row in facts.CATEGORIES
    if (row[1] in MASS_CATEGORIES or row[0] in MASS_ITEMS) and row[0] != "pliers"
)
NOUN_DEFINITIONS = tuple(row for row in facts.DEFINITIONS if not row[1].startswith("to "))
VERB_DEFINITIONS = tuple(row for row in facts.DEFINITIONS if row[1].startswith("to "))


def base_of(third: str) -> str:
    """Return the base of a regular third person: "barks" gives "bark", "buzzes" gives "buzz"."""
    return third[:-2] if third.endswith(("sses", "zzes", "shes", "ches")) else third[:-1]


FACT_RELATIONS = (
    (
        14,
        relation(
            facts.CAPITALS,
            "the capital of {x}, the capital city of {x}, the capital of {x}",
            """{Y} is the capital of {x}.
        {Y} is the capital city of {x}.
        {X} has a capital. It is called {y}.
        The capital of {rx} is {ry}.
        If you travel to {y}, you are in {x}.
        {p} lives in {ry}, the capital of {rx}.
        {p} visited {ry}, the capital of {rx}, last summer.
        Many tourists go to {ry}, the capital of {rx}.
        {p} wants to go to {ry}. It is a city in {rx}.
        In which country is {y}? It is in {x}.
        {Y} is a city in {x}.
        The country is {x} and its capital is {y}.
        Country: {rx}. Capital: {ry}.
        Of which country is {ry} the capital? Of {rx}.""",
            thing="the country",
        ),
    ),
    (
        6,
        relation(
            facts.CONTINENTS,
            "the continent of {x}, the continent on which {x} lies, the continent where {x} lies",
            """{X} is in {y}.
        {X} is a country in {y}.
        {X} lies in {y}.
        The country {x} belongs to the continent {y}.
        On which continent is {x}? It is in {y}.
        {p} comes from {rx}, a country in {ry}.
        If you go to {rx}, you go to {ry}.
        Country: {rx}. Continent: {ry}.
        One of the countries of {ry} is {rx}.
        {X} is located in {y}.""",
            thing="the country",
        ),
    ),
    (
        6,
        relation(
            facts.LANGUAGES,
            "the language of {x}, the main language of {x}, the language that people speak in {x}",
            """People in {x} speak {y}.
        {ry} is spoken in {rx}.
        In {x}, most people speak {y}.
        {p} comes from {rx} and speaks {ry}.
        If you go to {rx}, it is useful to know {ry}.
        Which language is spoken in {rx}? People there speak {ry}.
        {p} is learning {ry} because {he} wants to work in {rx}.
        The main language spoken in {rx} is {ry}.
        Country: {rx}. Language: {ry}.""",
            thing="the country",
        ),
    ),
    (
        12,
        relation(
            facts.AUTHORS,
            "the author of {x}, the writer of {x}, the author of the book {x}",
            """{Y} wrote {x}.
        {Y} is the author of {x}.
        {X} was written by {y}.
        {X} is a book by {y}.
        Who wrote {x}? {Y} wrote it.
        Who is the author of {x}? It is {y}.
        {p} is reading {x}. It was written by {ry}.
        {p} borrowed {x} by {ry} from the library.
        The book {x} was written by {ry}.
        One of the works of {ry} is {x}.
        {p} likes the books of {ry}, above all {x}.
        Title: {rx}. Author: {ry}.
        Did you know that {ry} wrote {x}?""",
            0.65,
            person=True,
            thing="the book",
        ),
    ),
    (
        7,
        relation(
            [(name, symbol) for name, symbol, _ in facts.ELEMENTS],
            "the chemical symbol for {x}, the symbol for {x}, the chemical symbol of {x}, the symbol of {x}",
            """{Y} is the symbol for {x}.
        {X} has the symbol {y}.
        The element {x} is written as {y}.
        In chemistry, {rx} is written as {ry}.
        {y} stands for {x}.
        Which element has the symbol {y}? It is {x}.
        {p} wrote {ry} for {rx}.
        Element: {rx}. Symbol: {ry}.
        {X} is a chemical element with the symbol {y}.""",
            0.25,
            thing="the element",
        ),
    ),
    (
        5,
        relation(
            [(symbol, name) for name, symbol, _ in facts.ELEMENTS],
            "the element with the symbol {x}, the chemical element with the symbol {x}, the element that "
            "has the symbol {x}",
            """The symbol {x} stands for {ry}.
        {x} is the symbol for the element {ry}.
        What does the symbol {x} stand for? It stands for {ry}.
        {p} saw the symbol {x} and knew that it stands for {ry}.
        The chemical symbol {x} stands for the element {ry}.
        Symbol: {rx}. Element: {ry}.""",
            0.5,
            thing="",
        ),
    ),
    (
        4,
        relation(
            [(name, number) for name, _, number in facts.ELEMENTS],
            "the atomic number of {x}, the atomic number of the element {x}",
            """{X} has the atomic number {ry}.
        The element with the atomic number {ry} is {x}.
        Element number {ry} is {x}.
        Which element has the atomic number {ry}? It is {rx}.
        Element: {rx}. Atomic number: {ry}.
        The number of protons in an atom of {rx} is {ry}.""",
            0.0,
            thing="the element",
        ),
    ),
    (
        8,
        relation(
            facts.ANIMAL_CLASSES,
            "the class of {ax}, the class of animals that {ax} belongs to, the animal class of the {x}",
            """{AX} is {ay}.
        The {rx} is {ay}.
        Every {rx} is {ay}.
        What kind of animal is {ax}? {AX} is {ay}.
        {p} knows that {ax} is {ay}.
        {p} saw {ax} at the zoo. {AX} is {ay}.
        {T} asked the class to classify the {rx}. {p} said that it is {ay}.
        The {rx} belongs to the class of {ry} animals.
        The {rx} is one of the animals that we call {rys}.
        There are many {rys}. One of them is the {rx}.
        Is {ax} {ay}? Yes, {ax} is {ay}.
        {AX} is an animal, and it is {ay}.
        Animal: {rx}. Class: {ry}.
        Because {ax} is {ay}, {p} wrote it in the list of {rys}.
        {p} drew {ay}. It was {ax}.""",
            0.15,
            thing="the animal",
        ),
    ),
    (
        6,
        relation(
            facts.ANIMAL_YOUNG,
            "the word for a young {rx}, the word for a baby {rx}, the word for the young of {ax}",
            """A young {rx} is called {ay}.
        A baby {rx} is called {ay}.
        {AY} is a young {rx}.
        The {rx} has a baby. It is {ay}.
        {AX} was once {ay}.
        When {ay} grows up, it becomes {ax}.
        What do we call a young {rx}? We call it {ay}.
        {p} saw a young {rx}, that is, {ay}.
        {AY} is the young of {ax}.""",
            0.2,
            thing="the animal",
        ),
    ),
    (
        5,
        relation(
            [(animal, base_of(sound)) for animal, sound in facts.ANIMAL_SOUNDS],
            "what {ax} can do with its voice, the word for the sound of {ax}, the verb for the sound of {ax}",
            """{AX} can {ry}.
        What does {ax} do? It can {ry}.
        Can you hear the {rx} {ry}?
        {p} heard {ax} {ry}.
        The verb for the sound of the {rx} is {y}.
        {p} heard the {rx} {ry} in the night.""",
            thing="the animal",
        ),
    ),
    (
        5,
        relation(
            facts.ANIMAL_SOUNDS,
            "what {ax} does when it makes a sound, what {ax} does",
            """{AX} {ry}.
        The {rx} {ry}.
        Every {rx} {ry}.
        Which animal {ry}? The {rx} {ry}.
        ‹{AX} {ry},› said {p}.
        {p} knows that {ax} {ry}.
        What sound does {ax} make? {AX} {ry}.
        When it is afraid or happy, {ax} {ry}.""",
            0.0,
            1.0,
            thing="the animal",
        ),
    ),
    (
        8,
        relation(
            NOUN_DEFINITIONS,
            "the meaning of {x}, the definition of {x}, the meaning of the word {x}",
            """{AX} is {ry}.
        {p} explained that {ax} is {ry}.
        What is {ax}? {AX} is {ry}.
        {RY} is called {ax}.
        The word «{rx}» means {ry}.
        {p} looked up the word «{rx}»: {ry}.
        {T} asked {p} to explain the word «{rx}». {He} said: ‹{AX} is {ry}.›
        Which word means {ry}? The word is «{rx}».
        {rx}: {ry}
        We use the word «{rx}» for {ry}.
        {p} described {ax} as {ry}.""",
            0.0,
        ),
    ),
    (
        5,
        relation(
            [(meaning, word) for word, meaning in facts.DEFINITIONS],
            "the word for {x}, the word that means {x}, the word that fits the definition «{rx}»",
            """{RX}: {ry}
        Definition: {rx}/n/Word: {ry}
        {T} read the definition: {rx}. {p} knew the word: {ry}.
        «{RX}» is the definition of the word «{ry}».
        The definition «{rx}» fits the word «{ry}».
        {T} said: ‹I am thinking of a word. It means {rx}.› {p} said: ‹The word is {ry}.›""",
            0.0,
            thing="",
        ),
    ),
    (
        3,
        relation(
            VERB_DEFINITIONS,
            "the meaning of {x}, the definition of {x}, the meaning of the verb {x}",
            """The verb «{rx}» means {ry}.
        To {rx} means {ry}.
        What does «{rx}» mean? It means {ry}.
        {p} explained that «{rx}» means {ry}.
        Which verb means {ry}? The verb is «{rx}».
        {T} asked {p} to define the verb «{rx}». {He} said that it means {ry}.""",
            0.0,
        ),
    ),
    (
        7,
        relation(
            facts.SIMILES,
            "the end of the simile «as {rx} as», the last part of the simile «as {rx} as»",
            """as {rx} as {ry}
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
        The old story says that it was as {rx} as {ry}.""",
            0.1,
            thing="",
        ),
    ),
    (
        7,
        relation(
            facts.CLOUDS_WEATHER,
            "the type of cloud that comes with {x}, the cloud type of {x}, the cloud that belongs to {x}",
            """{X} can come from {ry} clouds.
        {Y} is the cloud that goes together with {rx}.
        Which cloud is linked with {rx}? It is {ry}.
        People connect {rx} with {ry} clouds.
        When {p} thinks of {rx}, {he} thinks of {ry} clouds.
        The type of cloud that we link with {rx} is called {y}.
        The cloud associated with {rx} is {y}.
        A cloud of the type {y} is typically associated with {rx}.
        {p} said that {ry} clouds are associated with {rx}.""",
            thing="the weather",
        ),
    ),
    (
        6,
        relation(
            INVENTED_ROWS,
            "the inventor of {x}, the person behind the invention of {x}",
            """{Y} invented {rx}.
        {X} was invented by {ry}.
        Who was the inventor of {rx}? It was {ry}.
        {p} read a book about {ry}, who invented {rx}.
        We have {rx} because of {ry}.
        The name of the inventor of {rx} is {ry}.
        {RX} is an invention of {ry}.
        Invention: {rx}. Inventor: {ry}.""",
            0.1,
            person=True,
            thing="the following thing",
        ),
    ),
    (
        3,
        relation(
            [row for row in facts.INVENTIONS if row[0] in DISCOVERED],
            "the discoverer of {x}, the person behind the discovery of {x}",
            """{Y} discovered {rx}.
        {RY} is famous for the discovery of {rx}.
        Who was the discoverer of {rx}? It was {ry}.
        {p} read a book about {ry}, who discovered {rx}.
        Discovery: {rx}. Discovered by: {ry}.""",
            0.1,
            person=True,
            thing="",
        ),
    ),
    (
        1,
        relation(
            [row for row in facts.INVENTIONS if row[0] in DEVELOPED],
            "the person who developed {x}, the scientist behind {x}",
            """{Y} developed {rx}.
        {X} was developed by {ry}.
        Who developed {rx}? {Y} developed it.
        {p} read a book about {ry}, who developed {rx}.""",
            0.1,
            person=True,
            thing="",
        ),
    ),
    (
        6,
        relation(
            facts.COLOURS,
            "the color of {x}, the usual color of {x}, the color that {x} have",
            """{RX} are {ry}.
        {RX} are usually {ry}.
        What color are {rx}? {RX} are {ry}.
        {p} painted the picture with {rx} in {ry}, because they are {ry}.
        {p} knows that {rx} are {ry}.
        Think of something {ry}: {rx}.
        Things that are {ry} are, for example, {rx}.
        In the picture the {rx} are {ry}, as in real life.""",
            0.1,
            thing="these things",
        ),
    ),
    (
        6,
        relation(
            facts.MATERIALS,
            "the material of {x}, the usual material of {x}, the material that {x} are made of",
            """{RX} are made of {ry}.
        {RX} are usually made of {ry}.
        What are {rx} made of? They are made of {ry}.
        We use {ry} to make {rx}.
        {p} knows that {rx} are made of {ry}.
        People make {rx} of {ry}.
        {RY} is used for {rx}.""",
            0.1,
            thing="these things",
        ),
    ),
    (
        7,
        relation(
            facts.OCCUPATIONS,
            "what {ax} does, the work of {ax} in a few words",
            """{AX} {ry}.
        {AX} is a person who {ry}.
        What does {ax} do? {AX} {ry}.
        A person who {ry} is called {ax}.
        {p} is {ax}. {He} {ry}.
        {p} wants to be {ax}, somebody who {ry}.
        Who {ry}? {AX} {ry}.
        Everyone knows that {ax} {ry}.
        The job of {p} is {rx}, so {he} {ry}.
        {T} asked what {ax} does. {p} answered: ‹{AX} {ry}.›""",
            0.0,
            1.0,
            thing="the person",
        ),
    ),
    (
        4,
        relation(
            [(s, number_word(n)) for s, n in facts.SHAPES] + [(s, n) for s, n in facts.SHAPES],
            "the number of sides of {ax}, the number of sides that {ax} has",
            """{AX} has {ry} sides.
        A shape called {ax} has {ry} sides.
        How many sides does {ax} have? {AX} has {ry} sides.
        {p} drew {ax}. It had {ry} sides.
        {p} counted the sides of {ax}: {ry}.
        Every {rx} has {ry} sides.
        Shape: {rx}. Sides: {ry}.""",
            0.0,
            thing="the shape",
        ),
    ),
    (
        9,
        relation(
            COUNTABLE_ITEMS,
            "the category of {ax}, the category of {x}, the group that {ax} belongs to",
            """{AX} is a kind of {ry}.
        {AX} is {ay}.
        The word «{rx}» is the name of {ay}.
        {p} put «{rx}» into the category «{ry}».
        What is {ax}? It is {ay}.
        {T} asked {p} to classify «{rx}». {He} said that {ax} is {ay}.
        {AX} belongs to the category {ry}.
        {p} named {ay}: {rx}.
        ‹Name {ay},› said {t}. ‹{RX},› said {p}.
        One example of {ay} is {ax}.
        Item: {rx}. Category: {ry}.
        {T} asked for an example of {ay}. {p} said {rx}.""",
            0.3,
            thing="the item",
        ),
    ),
    (
        5,
        relation(
            OTHER_ITEMS,
            "the category of {x}, the group that {x} belongs to",
            """{RX} is {ay}.
        The word «{rx}» is the name of {ay}.
        {p} put «{rx}» into the category «{ry}».
        What is {rx}? It is {ay}.
        {T} asked {p} to classify «{rx}». {He} said that {rx} is {ay}.
        {p} named {ay}: {rx}.
        One example of {ay} is {rx}.
        Item: {rx}. Category: {ry}.
        {T} asked for an example of {ay}. {p} said {rx}.""",
            0.3,
            thing="the item",
        ),
    ),
    (
        3,
        relation(
            following(facts.DAYS),
            "the day after {x}, the day that follows {x}",
            """{ry} comes after {rx}.
        {rx} comes before {ry}.
        After {rx} comes {ry}.
        If today is {rx}, tomorrow is {ry}.
        If today is {ry}, yesterday was {rx}.
        The day before {ry} is {rx}.""",
            thing="",
        ),
    ),
    (
        3,
        relation(
            following(facts.MONTHS),
            "the month after {x}, the month that follows {x}",
            """{ry} comes after {rx}.
        {rx} comes before {ry}.
        After {rx} comes {ry}.
        If it is {rx} now, the next month is {ry}.
        The month before {ry} is {rx}.""",
            thing="",
        ),
    ),
    (
        1,
        relation(
            following(facts.SEASONS),
            "the season after {x}, the season that follows {x}",
            """{RY} comes after {rx}.
        After {rx} comes {ry}.
        {RX} comes before {ry}.
        The season before {ry} is {rx}.""",
            thing="",
        ),
    ),
    (
        2,
        relation(
            [
                (month, str(days))
                for month, days in zip(
                    facts.MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True
                )
                if days != 28
            ],
            "the number of days in {x}, the length of {x} in days",
            """{RX} has {ry} days.
        There are {ry} days in {rx}.
        How many days does {rx} have? It has {ry} days.""",
            0.0,
            thing="",
        ),
    ),
    (
        3,
        relation(
            SMALL_NUMBERS,
            "the number {rx} in words, the word for the number {rx}",
            """The number {rx} is written as {y}.
        {rx} is {ry}.
        {p} wrote {rx} in words: {ry}.
        {y} is the word for {rx}.
        In digits, {ry} is {rx}.""",
            0.4,
            thing="the number",
        ),
    ),
    (
        1,
        relation(
            ORDINALS,
            "the ordinal number for {rx}, the ordinal of {rx}",
            """Number {rx} in a row is the {ry}.
        The {ry} runner gets the number {rx}.""",
            0.3,
            thing="the number",
        ),
    ),
    (
        2,
        relation(
            ROMAN,
            "the Roman numeral for {rx}, the number {rx} as a Roman numeral",
            """In Roman numerals, {rx} is {ry}.
        The Roman numeral {ry} means {rx}.
        {p} wrote {rx} as {ry}.""",
            0.2,
            thing="the number",
        ),
    ),
)
WORD_WHEEL = tuple(table for weight, table in WORD_RELATIONS for _ in range(weight))
FACT_WHEEL = tuple(table for weight, table in FACT_RELATIONS for _ in range(weight))


def relation_unit(w: Writer, table: Relation) -> str:
    """State one to three rows of a relation."""
    slots = w.cast()
    count = w.pick((1, 1, 2, 2, 3, 4))
    told = [relation_sentence(w, table, w.pick(table.rows), slots) for _ in range(count)]
    return " ".join(part if part[-1] in ".?!»›" else f"{part}." for part in dict.fromkeys(told))


LIST_FRAMES = lines_of("""
    {p} made a list of what {he} had learned:
    On the board was a list:
    Here is a short list for the test:
    {T} gave the class a list to copy:
    {p} and {q} wrote this list together:
    Complete list of today:
""")


def relation_list(w: Writer, table: Relation) -> str:
    """Give several rows of a relation as a list."""
    mark = w.pick((": ", " - ", ": ", " = "))
    rows = w.some(table.rows, min(len(table.rows), w.number(3, 6)))
    body = "\n".join(f"{x}{mark}{y}" for x, y in rows)
    return f"{w.pick(LIST_FRAMES).format(**w.cast())}\n{body}"
