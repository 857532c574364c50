"""What people did, do and will do, with questions about it, and things with names that nobody has heard before.

    In this language «banish» means sheep and «gravird» means chair. So what does «banish» mean? It means sheep.

Whole stories have a room of their own.
"""

from __future__ import annotations

from small_world.clauses import (
    ACTIVE_AUXILIARY,
    FUTURE,
    MODALS,
    PAST,
    PRESENT,
    PRESENT_CONTINUOUS,
    SIMPLE_TENSES,
    SINGULAR,
    Clause,
    Phrase,
)
from small_world.lexicon import GENDER, PEOPLE
from small_world.spelling import article
from small_world.text import capitalize, lines_of
from small_world.word_lists import NOUNS_BY_KIND, NOW_TIMES, PLACES, PLAIN_ADJECTIVES, STORY_ANIMALS, THINGS
from small_world.writer import Writer


def questions_and_answers(writer: Writer) -> str:
    """Tell what some people did and ask about it; the answers repeat words of the text."""
    people = [Phrase(name, SINGULAR, GENDER[name]) for name in writer.sample(PEOPLE, writer.number(2, 4))]
    tense = writer.pick((PAST, PAST, PRESENT, FUTURE))
    clauses = [writer.action(None, person) for person in people]
    lines = [clause.statement(tense) for clause in clauses]
    clause = writer.pick(clauses)
    who, thing = clause.subject.text, clause.object.as_object
    finite, auxiliary = clause.verb.finite(tense, SINGULAR), ACTIVE_AUXILIARY[tense][SINGULAR]
    chance = writer.random()
    if chance < 0.4:
        question = f"Who {finite} {thing}?"
        answer = writer.pick(
            (f"{who} {auxiliary}.", f"It {'was' if tense == PAST else 'is'} {who}.", clause.statement(tense))
        )
    elif chance < 0.8 and thing not in GENDER:
        question = f"What {auxiliary} {who} {clause.verb.rest[tense]}?"
        answer = writer.pick((f"{capitalize(thing)}.", f"{capitalize(clause.subject.pronoun)} {finite} {thing}."))
    else:
        question = clause.question(tense)
        answer = f"Yes, {clause.subject.pronoun} {auxiliary}."
    text = " ".join(lines)
    shape = writer.pick(("{} {} {}", "{}\nQuestion: {}\nAnswer: {}", "{} ‹{}› ‹{}›", "{}\n{} {}"))
    return shape.format(text, question, answer)


def plans(writer: Writer) -> str:
    """Tell what people do, did and will do, with adverbials of time."""
    who = writer.name()
    he = Phrase(who.pronoun, SINGULAR, who.pronoun)
    parts = []
    for index in range(writer.number(2, 4)):
        subject = who if index == 0 else he
        tense = writer.pick(SIMPLE_TENSES)
        clause = writer.action(tense, subject) if writer.random() < 0.7 else writer.movement(subject)
        form = writer.random()
        if form < 0.25:
            verb, adverbials = clause.verb, clause.adverbials
            now = writer.pick(NOW_TIMES)
            if PRESENT_CONTINUOUS in verb.tenses and not adverbials:
                parts.append(f"{capitalize(subject.text)} is {verb.ing}{clause.after_verb()} {now}.")
                continue
        if form < 0.4:
            modal = writer.pick(MODALS)
            clause = writer.clause(subject)
            parts.append(clause.statement(modal) if writer.random() < 0.7 else clause.negative(modal))
        elif form < 0.5 and isinstance(clause, Clause) and clause.object:
            parts.append(writer.action(tense, subject).passive(tense))
        else:
            parts.append(clause.statement(tense))
    return " ".join(parts)


CONDITIONS = lines_of("""
    If it rains, {A}.
    If {B}, {A}.
    When {B}, {A}.
    {CA} if {B}.
    Because {B}, {A}.
    {CB}, so {A}.
    {CB}, but {A}.
    {CB} and {A}.
    Although {B}, {A}.
    {CA} while {B}.
    {CB} before {A}.
    {p} thinks that {B}.
    {p} does not believe that {B}.
    {p} says that {B} and that {A}.
    Do you know that {B}?
    Everybody knows that {B}.
""")


def joined_clauses(writer: Writer) -> str:
    """Join clauses with conjunctions."""
    parts = []
    for _ in range(writer.number(2, 3)):
        one, two = writer.clause().body(PRESENT), writer.clause().body(PRESENT)
        frame = writer.pick(CONDITIONS)
        parts.append(frame.format(A=one, B=two, CA=capitalize(one), CB=capitalize(two), **writer.cast()))
    return " ".join(parts)


INVENTED_FRAMES = lines_of("""
    {p} invented a new word. The word is «{x}». {A} {x} is a small {animal} that lives near the {place}.
    {p} drew an animal and called it {ax}. One {x}, two {x}s, three {x}s.
    The {x} is not a real animal. {p} made it up. The {x} can fly, and the {x} can swim.
    In the story of {p} there was {ax}. The {x} was {a} and liked to eat {food}.
    The people of {town} speak a strange language. Their word for {animal} is «{x}», and their word for \
      {thing} is «{y}».
    In this language «{x}» means {animal} and «{y}» means {thing}. So what does «{x}» mean? It means {animal}.
    {p} wrote the word «{x}» three times: {x}, {x}, {x}.
    {p} said «{x}». {q} repeated it: «{x}».
    ‹What is {ax}?› asked {q}. ‹I do not know,› said {p}. ‹I have never seen {ax}.›
    The name of the ship was {X}. Everybody loved the {X}. The captain of the {X} was {p}.
    {p} lives at number {n} in {X} Street, and {q} lives at number {m} in {Y} Street. Where does {p} \
      live? In {X} Street.
    The password was «{x}». {p} forgot it, but {q} remembered: it was «{x}».
    {p} has two toys, {X} and {Y}. {X} is {a} and {Y} is {b}. Which of them is {b}? It is {Y}.
    Copy these words: {x}, {y}, {z}. {p} copied them: {x}, {y}, {z}.
    {p} wrote {x} and {y} on the board, and {q} wiped {x} off. Only {y} was left.
""")


def invented_things(writer: Writer) -> str:
    """Tell about things with invented names, which can only be understood by copying them."""
    x, y, z = writer.invented_word(), writer.invented_word(), writer.invented_word()
    a, b = writer.sample(PLAIN_ADJECTIVES, 2)
    ax = article(x)
    return writer.pick(INVENTED_FRAMES).format(
        x=x,
        y=y,
        z=z,
        X=x.capitalize(),
        Y=y.capitalize(),
        ax=ax,
        A=capitalize(ax.split()[0]),
        a=a,
        b=b,
        animal=writer.pick(STORY_ANIMALS),
        place=writer.pick(PLACES),
        thing=writer.pick(THINGS),
        n=writer.number(1, 99),
        m=writer.number(1, 99),
        town=writer.invented_word().capitalize(),
        food=writer.pick(NOUNS_BY_KIND["food"]).plural,
        **writer.cast(),
    )
