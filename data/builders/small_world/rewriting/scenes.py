"""Scenes in which people put a sentence into another form, and how often each change comes.

    The teacher wrote a sentence on the board: «The cook bakes the cake.» Mia changed it to the past tense: «The ...

What the changes are is decided in the other rooms of this folder; exercises of the workbook use the same changes.
"""

from __future__ import annotations

from small_world.clauses import (
    FUTURE,
    FUTURE_CONTINUOUS,
    FUTURE_PERFECT,
    PAST,
    PAST_CONTINUOUS,
    PAST_PERFECT,
    PRESENT,
    PRESENT_CONTINUOUS,
    PRESENT_PERFECT,
    Phrase,
)
from small_world.phrases import PERSONS_WITH_PRONOUN
from small_world.rewriting.combining import TO_ONE_SENTENCE, TO_REPORTED_SPEECH, TO_WORD_ORDER
from small_world.rewriting.kinds_of_sentence import (
    TO_COMMAND,
    TO_EXCLAMATION,
    TO_NEGATIVE,
    TO_POLITE_REQUEST,
    TO_POSITIVE,
    TO_QUESTION,
    TO_STATEMENT,
)
from small_world.rewriting.mistakes import TO_CAPITAL_LETTERS, TO_RIGHT_GRAMMAR, TO_RIGHT_PUNCTUATION, TO_RIGHT_SPELLING
from small_world.rewriting.subjects import TO_OTHER_SUBJECT, TO_PLURAL, TO_PRONOUN, TO_SINGULAR
from small_world.rewriting.voice_and_tense import TO_ACTIVE, TO_PASSIVE, to_tense
from small_world.rewriting.wording import (
    TO_LONG_FORM,
    TO_OPPOSITE,
    TO_SHORT_FORM,
    TO_SIMILE,
    TO_SYNONYM,
    WITH_ADJECTIVE,
    WITH_ADVERB,
)
from small_world.text import by_weight, capitalize, lines_of
from small_world.writer import Writer

TRANSFORMATIONS = by_weight(
    (18, TO_PASSIVE),
    (10, TO_ACTIVE),
    (8, to_tense(PAST)),
    (5, to_tense(PRESENT)),
    (7, to_tense(FUTURE)),
    (7, to_tense(PRESENT_CONTINUOUS)),
    (2, to_tense(PAST_CONTINUOUS)),
    (2, to_tense(PRESENT_PERFECT)),
    (1, to_tense(FUTURE_CONTINUOUS)),
    (1, to_tense(PAST_PERFECT)),
    (1, to_tense(FUTURE_PERFECT)),
    (8, TO_NEGATIVE),
    (2, TO_POSITIVE),
    (8, TO_QUESTION),
    (2, TO_STATEMENT),
    (8, TO_PRONOUN),
    (4, TO_PLURAL),
    (2, TO_SINGULAR),
    (5, TO_SHORT_FORM),
    (2, TO_LONG_FORM),
    (7, TO_SIMILE),
    (3, TO_EXCLAMATION),
    (5, TO_POLITE_REQUEST),
    (2, TO_COMMAND),
    (6, TO_CAPITAL_LETTERS),
    (6, TO_RIGHT_PUNCTUATION),
    (13, TO_RIGHT_GRAMMAR),
    (6, TO_RIGHT_SPELLING),
    (3, WITH_ADVERB),
    (3, WITH_ADJECTIVE),
    (4, TO_OPPOSITE),
    (4, TO_SYNONYM),
    (2, TO_REPORTED_SPEECH),
    (2, TO_ONE_SENTENCE),
    (1, TO_WORD_ORDER),
    (3, TO_OTHER_SUBJECT),
)
TRANSFORMATION_FRAMES = lines_of("""
    {T} wrote a sentence on the board: «{A}» {p} {did}: «{B}»
    {T} wrote «{A}» on the board and asked {p} to {do}. {p} wrote: «{B}»
    ‹{Dos},› said {t}. The sentence was: {A}/n/{p} wrote: {B}
    ‹{Do},› said {t} and pointed at the sentence «{A}» {p} answered: «{B}»
    The sentence was «{A}» {p} {did} and got «{B}»
    {p} read the sentence «{A}» aloud. Then {he} {did}. The result was «{B}»
    The task was to {dos}. The sentence was: {A}/n/The answer is: {B}
    If you take «{A}» and {do}, you get «{B}»
    How can we {dos}? We take «{A}» and write «{B}»
    ‹Can you {dos}?› asked {t}. The sentence was «{A}» {p} answered: «{B}»
    First {p} wrote «{A}» Then {he} {did}, and now it says «{B}»
    {p} looked at the sentence «{A}» for a long time. {q} {did} at once: «{B}»
    {Label} of «{A}» is «{B}»
    What is {label} of «{A}»? It is «{B}»
    {A}/n/{Label}: {B}
    Sentence: {A}/n/{Label}: {B}
    {T} gave the class an exercise: ‹{Dos}.› The sentence was: {A}/n/{p} gave the correct answer: {B}
    {p} had to {dos}. The input was «{A}» and the correct response was «{B}»
    Nobody in the class could {dos}, but {p} could. {He} rewrote «{A}» as «{B}»
    Example: {A}/n/Answer: {B}/n/Here {p} {did}.
    {p} asked: ‹How do I {dos}?› {q} showed {him} an example. The sentence was «{A}» and the answer was «{B}»
    On the card was a request: {dos}. The sentence on the card was «{A}» The appropriate answer is «{B}»
    {T} said: ‹{A}› {p} {did} and said: ‹{B}›
    In {his} notebook {p} wrote two sentences. The first was «{A}» and the second, {label}, was «{B}»
    Exercise: {Dos}./n/{A}/n//n/Answer:/n/{B}
    {Dos}./n//n/{A}/n//n/{p} completed the task and wrote:/n/{B}
    Task: {dos}. Given: {A} Solution: {B}
    {A} {T} asked the class to {do}, and {p} did so: {B}
    ‹Please {dos},› said {t}. {p} took the sentence «{A}» and changed it to «{B}»
    {p} and {q} were doing their homework. They had to {dos}. The first sentence was «{A}» {p} wrote «{B}»
    Today the class learned to {dos}. Here is what {p} wrote:/n/{A}/n/{B}
    {q} gave {p} the sentence «{A}» and told {him} to {do}. The response was «{B}»
    To {dos}, {p} changed «{A}» to «{B}»
    The question in the test was how to {dos}. The given sentence was «{A}» {p} provided the answer «{B}»
""")
SENTENCE_NAMES = (
    "the sentence",
    "the sentence",
    "this sentence",
    "the following sentence",
    "the given sentence",
)


def transformation_scene(writer: Writer) -> str:
    """Tell how somebody changes a sentence."""
    change = writer.pick(TRANSFORMATIONS)
    made = change.make(writer)
    slots = writer.cast()
    asked, past = writer.pick(change.commands)
    label = writer.pick(change.labels)
    if len(made) == 3:
        asked, past, label = (text.replace("{word}", made[2]) for text in (asked, past, label))
    asked_sentence = asked.replace("{it}", writer.pick(SENTENCE_NAMES))
    asked, past = asked.replace("{it}", "it"), past.replace("{it}", "it")
    frame = writer.pick(change.frames) if writer.random() < 0.28 else writer.pick(TRANSFORMATION_FRAMES)
    return frame.format(
        A=made[0],
        B=made[1],
        do=asked,
        did=past,
        dos=asked_sentence,
        Do=capitalize(asked),
        Dos=capitalize(asked_sentence),
        label=label,
        Label=capitalize(label),
        **slots,
    )


CHAIN_FRAMES = lines_of("""
    {Prep}, it becomes «{B}»
    {p} then wrote it {prep}: «{B}»
    ‹Now {prep},› said {t}. {p} answered: «{B}»
    The same sentence {prep} is «{B}»
    {q} wrote it {prep}: {B}
    {Prep} we say: {B}
    {Prep}: {B}
    ‹Who can say it {prep}?› asked {t}. {q} said: «{B}»
""")
CHAIN_STARTS = lines_of("""
    {T} wrote a sentence on the board: «{A}»
    {p} wrote: «{A}»
    The class worked with one sentence for the whole lesson. It was «{A}»
    Let us take the sentence «{A}»
    {A} This sentence can be rewritten in many ways.
    Here is a sentence: {A}
    {q} read a sentence from the book: «{A}»
    The sentence of the day was «{A}»
""")


def chain_scene(writer: Writer) -> str:
    """Put one sentence into several forms, one after the other."""
    clause = writer.action(None, writer.pick(PERSONS_WITH_PRONOUN))
    subject, slots = clause.subject, writer.cast()
    pronoun = Phrase(subject.pronoun, subject.person, subject.pronoun)
    tense = writer.pick((PRESENT, PRESENT, PAST))
    forms = [
        ("in the future tense", clause.statement(FUTURE)),
        ("in the passive voice", clause.passive(tense, writer.random() < 0.25)),
        ("in the negative", clause.negative(tense)),
        ("as a question", clause.question(tense)),
        ("with a pronoun", clause.with_subject(pronoun).statement(tense)),
        ("in the past tense", clause.statement(PAST))
        if tense == PRESENT
        else ("in the present tense", clause.statement(PRESENT)),
    ]
    parts = [writer.pick(CHAIN_STARTS).format(A=clause.statement(tense), **slots)]
    for prep, sentence in writer.sample(forms, writer.number(2, 4)):
        parts.append(writer.pick(CHAIN_FRAMES).format(prep=prep, Prep=capitalize(prep), B=sentence, **slots))
    return ("\n" if writer.random() < 0.3 else " ").join(parts)
