"""Lessons about sentences: their parts, kinds and tenses, how many words they have, what is missing in them.

    «That prince drinks the tea on Saturday.» What is the last noun? It is «tea».

How a sentence is put into another form is shown in ``rewriting``.
"""

from __future__ import annotations

from small_world.clauses import FUTURE, PAST, PRESENT, SIMPLE_TENSES, SINGULAR, TENSE_NAMES
from small_world.lexicon import AGENTS
from small_world.phrases import ANIMAL_MOVES, MOVEMENTS, NAMES, PERSONS
from small_world.rewriting.kinds_of_sentence import exclamation_pair, request
from small_world.spelling import article
from small_world.text import capitalize, lines_of, number_word
from small_world.word_lists import ADJECTIVE_OF, KIND_ADJECTIVES, MANNER_ADVERBS, SAME_PAST, STORY_ANIMALS
from small_world.writer import Writer

PART_FRAMES = lines_of("""
    «{A}» What is {of}? It is {y}.
    {Of} in «{A}» is {y}.
    {T} wrote «{A}» on the board and asked for {of}. {p} said that it is {y}.
    {p} read the sentence «{A}» and named {of}: {y}.
    ‹Name {of},› said {t} and read: {A} {p} answered: ‹It is {y}.›
    In the sentence «{A}» {of} is {y}.
    Sentence: {A}/n/{Name}: {y}
    {p} had to identify {of} in the sentence «{A}» {He} answered {y}.
    {T} asked the class to find {of} in this sentence: {A} {p} found it: {y}.
    In «{A}» {p} underlined {of}, which is {y}.
    The sentence was: {A} {p} identified {of}: {y}.
    Identify {of}, said {t}. The sentence was «{A}» {p} wrote {y}.
""")


def part_scene(writer: Writer) -> str:
    """Name a part of a sentence: its verb, subject, object, adverb or first word."""
    subject = writer.pick(PERSONS)
    clause = writer.action(None, subject)
    tense = writer.pick((PRESENT, PAST))
    sentence = clause.statement(tense)
    verb = clause.verb.finite(tense, subject.person)
    thing = clause.object.as_object
    parts = [("the verb", verb), ("the verb", verb), ("the subject", subject.text), ("the object", thing)]
    if clause.object.noun and " and " not in thing:
        parts.append(("the last noun" if subject.noun else "the noun", thing.split()[-1]))
    if subject.noun and len(subject.text.split()) == 3 and subject.text.startswith("the "):
        words = subject.text.split()
        if words[1] in ADJECTIVE_OF:
            parts.append(("the adjective", words[1]))
    name, value = writer.pick(parts)
    return writer.pick(PART_FRAMES).format(
        A=sentence,
        of=name,
        Of=capitalize(name),
        Name=capitalize(name[4:]),
        y=f"«{value}»",
        **writer.cast(),
    )


WORD_IN_SENTENCE_FRAMES = lines_of("""
    The {class} in the sentence «{A}» is «{word}».
    In the sentence «{A}» the word «{word}» is {aclass}.
    {T} asked for the {class} in «{A}» {p} answered: «{word}».
    Which word in «{A}» is the {class}? The {class} is «{word}».
    {p} found the {class} in the sentence «{A}» It is «{word}».
    {A}/n/The {class}: {word}
    {p} read «{A}» and underlined the {class}, «{word}».
    Is «{word}» a noun, a verb, an adjective or an adverb? In the sentence «{A}» it is {aclass}.
    The sentence «{A}» has a noun, «{noun}», a verb, «{verb}», an adjective, «{adjective}», and an \
      adverb, «{adverb}».
    In «{A}» the noun is «{noun}» and the verb is «{verb}».
    In «{A}» the adjective is «{adjective}» and the adverb is «{adverb}».
    The part of speech of «{word}» in «{A}» is {class}.
    {T} pointed at the word «{word}» in the sentence «{A}» {p} said that it is {aclass}.
    The word «{word}» is {aclass}. It is used in this sentence: {A}
""")


def word_in_sentence_scene(writer: Writer) -> str:
    """Name the noun, verb, adjective or adverb of a short sentence."""
    animal = writer.random() < 0.3
    noun = writer.pick(STORY_ANIMALS) if animal else writer.pick(AGENTS)[4:]
    verb = writer.pick(ANIMAL_MOVES if animal else MOVEMENTS)
    adjective, adverb = writer.pick(KIND_ADJECTIVES["animal" if animal else "person"]), writer.pick(MANNER_ADVERBS)
    finite = verb.past if writer.random() < 0.7 else verb.third
    words = {"noun": noun, "verb": finite, "adjective": adjective, "adverb": adverb}
    kind = writer.pick(tuple(words))
    ending = f"{adverb}{writer.pick(verb.places)}" if writer.random() < 0.2 else adverb
    return writer.pick(WORD_IN_SENTENCE_FRAMES).format(
        A=f"The {adjective} {noun} {finite} {ending}.",
        word=words[kind],
        aclass=article(kind),
        **{"class": kind},
        **words,
        **writer.cast(),
    )


KIND_FRAMES = lines_of("""
    «{A}» is {y}.
    What kind of sentence is «{A}»? It is {y}.
    {T} asked what kind of sentence «{A}» is. {p} said that it is {y}.
    {p} classified the sentence «{A}» as {y}.
    {p} said: ‹{A}› That is {y}.
    Sentence: {A}/n/Kind of sentence: {y}
    {p} read the sentence «{A}» and knew that it is {y}.
    {T} asked {p} to classify this sentence: {A} {He} answered that it is {y}.
    The sentence «{A}» is {y}, because {why}.
    Is «{A}» {y}? Yes, it is {y}, because {why}.
    {p} looked at the sentence «{A}» and saw that {why}. It is {y}.
    The type of the sentence «{A}» is easy to see: it is {y}.
    {A} This is {y}.
""")
GRAMMAR_TERMS = {
    "a statement": "declarative",
    "a question": "interrogative",
    "a command": "imperative",
    "an exclamation": "exclamatory",
}
TERM_FRAMES = lines_of("""
    «{A}» is {aterm} sentence, that is, {y}.
    «{A}» is {aterm} sentence.
    What type of sentence is «{A}»? It is {aterm} sentence.
    {T} asked for the type of the sentence «{A}» {p} answered that it is {term}.
    {p} classified «{A}» as {term}.
    Sentence: {A}/n/Type: {Term}.
    {A} This is {aterm} sentence, because {why}.
    Is «{A}» declarative, interrogative, imperative or exclamatory? It is {term}.
    {Term}: {A}
    {Aterm} sentence is {y}. For example: {A}
""")
SENTENCE_REASONS = {
    "a statement": "it tells us something",
    "a question": "it asks something",
    "a command": "it tells somebody to do something",
    "an exclamation": "it shows a strong feeling",
    "an active sentence": "the subject does something",
    "a passive sentence": "something is done to the subject",
    "a negative sentence": "it has the word «not»",
    "a positive sentence": "it does not have the word «not»",
}


def sentence_of_kind(writer: Writer, kind: str) -> str:
    """Return a sentence of a kind that SENTENCE_REASONS explains."""
    tense = writer.pick(SIMPLE_TENSES)
    if kind == "a command":
        return f"{capitalize(request(writer))}."
    if kind == "an exclamation":
        return exclamation_pair(writer)[1]
    if kind == "a question":
        clause = writer.any_clause()
        return clause.question(tense)
    if kind == "a passive sentence":
        return writer.action().passive(tense)
    if kind == "an active sentence":
        return writer.action().statement(tense)
    clause = writer.any_clause()
    return clause.negative(tense) if kind == "a negative sentence" else clause.statement(tense)


KINDS_TO_SHOW = (*("a statement", "a question", "a command", "an exclamation") * 3, *SENTENCE_REASONS)


def kind_scene(writer: Writer) -> str:
    """Say what kind of sentence something is."""
    kind = writer.pick(KINDS_TO_SHOW)
    sentence = sentence_of_kind(writer, kind)
    if kind in GRAMMAR_TERMS and writer.random() < 0.5:
        term = GRAMMAR_TERMS[kind]
        aterm = article(term)
        return writer.pick(TERM_FRAMES).format(
            A=sentence,
            y=kind,
            term=term,
            Term=capitalize(term),
            aterm=aterm,
            Aterm=capitalize(aterm),
            why=SENTENCE_REASONS[kind],
            **writer.cast(),
        )
    return writer.pick(KIND_FRAMES).format(A=sentence, y=kind, why=SENTENCE_REASONS[kind], **writer.cast())


TENSE_FRAMES = lines_of("""
    «{A}» is in the {y}.
    What is the tense of the sentence «{A}»? It is the {y}.
    In which tense is «{A}»? It is in the {y}.
    {T} asked for the tense of «{A}» {p} said that it is the {y}.
    {p} identified the tense of the sentence «{A}» as the {y}.
    Sentence: {A}/n/Tense: {y}
    The verb in «{A}» is in the {y}.
    {p} wrote a sentence in the {y}: {A}
    {T} asked for a sentence in the {y}. {p} wrote: «{A}»
    {A} This sentence is in the {y}.
    Here is an example of the {y}: {A}
    ‹Which tense is this?› asked {t} and read: ‹{A}› {p} answered: ‹It is the {y}.›
""")


def tense_scene(writer: Writer) -> str:
    """Name the tense of a sentence."""
    clause = writer.clause()
    tense = writer.pick((PRESENT, PAST, FUTURE, *clause.verb.tenses[:-4]))
    if tense > FUTURE:
        clause.adverbials = ""
    if clause.verb.base in SAME_PAST:
        tense = FUTURE
    return writer.pick(TENSE_FRAMES).format(A=clause.statement(tense), y=TENSE_NAMES[tense], **writer.cast())


COUNT_FRAMES = lines_of("""
    The sentence «{A}» has {n} words.
    {p} counted the words in «{A}» There are {n} words.
    How many words does «{A}» have? It has {n} words.
    How many words does «{A}» have? The sentence has {d} words.
    The sentence «{A}» has {d} words.
    {p} counted {d} words in the sentence «{A}»
    {T} asked for the number of words in this sentence: {A} {p} counted {n}.
    Sentence: {A}/n/Number of words: {d}
    The first word of «{A}» is «{first}» and the last word is «{last}».
    {p} named the first word of «{A}» It is «{first}».
    The last word of the sentence «{A}» is «{last}».
""")


def count_scene(writer: Writer) -> str:
    """Count the words of a sentence or name the first and the last."""
    sentence = writer.any_clause().statement(writer.pick(SIMPLE_TENSES))
    words = sentence[:-1].split()
    return writer.pick(COUNT_FRAMES).format(
        A=sentence, n=number_word(len(words)), d=len(words), first=words[0], last=words[-1], **writer.cast()
    )


GAP_FRAMES = lines_of("""
    {gap}/n/The missing word is «{word}».
    Complete the sentence, said {t}: {gap} {p} wrote the word «{word}».
    {T} wrote on the board: «{gap}» {p} filled in the word «{word}»: {A}
    Which word is missing in «{gap}»? It is «{word}».
    {p} completed the sentence «{gap}» with the word «{word}».
    There was a gap in the sentence: {gap} {p} put «{word}» into the gap. Now it says: {A}
""")


def gap_scene(writer: Writer) -> str:
    """Fill a gap in a sentence with the only form that fits."""
    subject = writer.pick(NAMES)
    clause = writer.clause(subject)
    verb = clause.verb.finite(PRESENT, SINGULAR)
    gap = f"{subject.text} ____ ({clause.verb.base}){clause.after_verb()}."
    return writer.pick(GAP_FRAMES).format(gap=gap, word=verb, A=clause.statement(PRESENT), **writer.cast())
