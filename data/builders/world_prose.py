"""Prose of the small world: sums and units, stories, descriptions, advice and short messages."""

from __future__ import annotations

import facts
from lexicon import AGENTS, GENDER, NOUNS, PEOPLE, article
from world_writer import (
    ACTIVE_AUXILIARY,
    ADJECTIVE_OF,
    FEMALE,
    FUTURE,
    KIND_ADJECTIVES,
    KIND_OF,
    MALE,
    MODALS,
    NAMED_THINGS,
    NOUNS_BY_KIND,
    NOW_TIMES,
    OBJECT_PRONOUN,
    PAST,
    PAST_PERFECT,
    PAST_TIMES,
    PRESENT,
    PRESENT_CONTINUOUS,
    SIMPLE_TENSES,
    SINGULAR,
    Clause,
    Phrase,
    Writer,
    capitalize,
    joined,
    lines_of,
    number_word,
    plain,
    words_of,
)

# ----------------------------------------------------------------------------------------------------------
# Numbers and units
# ----------------------------------------------------------------------------------------------------------

SUM_FRAMES = lines_of("""
    {a} {plus} {b} is {c}.
    {a} {sign} {b} = {c}
    What is {a} {plus} {b}? It is {c}.
    {p} had to calculate {a} {plus} {b}. The result of the calculation is {c}.
    {p} calculated {a} {plus} {b} and got {c}.
    {T} asked for {a} {plus} {b}. {p} answered {c}.
    The result of {a} {plus} {b} is {c}.
    {p} knows that {a} {plus} {b} equals {c}.
    {name} of {a} and {b} is {c}.
    ‹How much is {a} {plus} {b}?› asked {q}. ‹{c},› said {p}.
    Question: What is {a} {plus} {b}?/n/Answer: {c}
    {a} {plus} {b} equals {c}.
""")
PLAIN_SUM_FRAMES = plain(SUM_FRAMES)


def sum_sentence(w: Writer) -> str:
    """Add, subtract, multiply or divide two numbers."""
    kind, top = w.number(0, 3), w.pick((12, 12, 50))  # small numbers most often, as in life
    if kind == 0:
        a, b = w.number(1, top), w.number(1, top)
        parts = (a, b, a + b, "plus", "+", "The sum")
    elif kind == 1:
        b, c = w.number(1, top), w.number(0, top)
        parts = (b + c, b, c, "minus", "-", "The difference")
    elif kind == 2:
        a, b = w.number(1, 12), w.number(1, 12)
        parts = (a, b, a * b, w.pick(("times", "times", "multiplied by", "x")), w.pick("*x"), "The product")
    else:
        b, c = w.number(1, 12), w.number(1, 12)
        parts = (b * c, b, c, "divided by", "/", "The quotient")
    a, b, c, plus, sign, name = parts
    frames = PLAIN_SUM_FRAMES if w.is_held_out(f"{a} {plus} {b}") else SUM_FRAMES
    return w.pick(frames).format(a=a, b=b, c=c, plus=plus, sign=sign, name=name, **w.cast())


UNIT_FRAMES = lines_of("""
    There are {n} {small} in {one}.
    {One} has {n} {small}.
    {One} is {n} {small}.
    How many {small} are there in {one}? There are {n} {small} in {one}.
    There are {n} {small} in {one}, so {k} {large} are {m} {small}.
    {k} {large} are {m} {small}.
    {k} {large} = {m} {small}
    {p} converted {k} {large} to {small}: {m} {small}.
    {p} changed {k} {large} into {small}. {He} multiplied {k} by {n} and got {m}.
    If {one} has {n} {small}, then {k} {large} have {m} {small}.
    {m} {small} are {k} {large}.
    {kw} {large} are {m} {small}.
    One {rl} is {n} {small}.
    {p} converted one {rl} to {small}: {n} {small}.
    How many {small} make one {rl}? There are {n} {small} in one {rl}.
    How many {small} are {kw} {large}? They are {m} {small}.
    {T} asked how many {small} are in {k} {large}. {p} answered: {m} {small}.
    {p} converted {m} {small} to {large}: {k} {large}.
    ‹Convert {k} {large} to {small},› said {t}. {p} wrote: {k} {large} = {m} {small}.
""")
PLAIN_UNIT_FRAMES = plain(UNIT_FRAMES)
UNIT_PLURALS = {"foot": "feet", "century": "centuries", "millennium": "millennia", "inch": "inches"}


def unit_sentence(w: Writer) -> str:
    """Convert a unit into a smaller one or back."""
    large, small, factor = w.pick(facts.UNITS)
    count = w.number(2, 12)
    one, many = article(large), UNIT_PLURALS.get(large, large + "s")
    amounts = (f"{count} {many}", f"{number_word(count)} {many}", one, f"one {large}")
    held_out = any(w.is_held_out(amount, small) for amount in amounts)
    told = w.pick(PLAIN_UNIT_FRAMES if held_out else UNIT_FRAMES).format(
        n=factor,
        small=small,
        one=one,
        One=capitalize(one),
        k=count,
        m=count * factor,
        rl=large,
        kw=number_word(count),
        large=many,
        **w.cast(),
    )
    return capitalize(told)


def sequence_sentence(w: Writer) -> str:
    """Say something about the order, the size or the parity of numbers."""
    kind = w.number(0, 5)
    slots = w.cast()
    if kind == 0:
        start, step = w.number(0, 12), w.pick((1, 2, 3, 5, 10))
        row = [start + step * i for i in range(6)]
        text = ", ".join(map(str, row[:5]))
        return w.pick(
            (
                "The next number after {a} is {b}.",
                "{p} counted: {a}, {b}.",
                "After {a} comes {b}.",
                "The numbers {a} go on with {b}.",
            )
        ).format(a=text, b=row[5], **slots)
    numbers = w.some(range(1, 100), w.number(3, 5))
    text, ordered = ", ".join(map(str, numbers)), ", ".join(map(str, sorted(numbers)))
    if kind == 1:
        return w.pick(
            (
                "{p} sorted the numbers {a} from the smallest to the largest: {b}.",
                "The numbers {a} in order are {b}.",
                "{T} gave the class the numbers {a}. In ascending order they are {b}.",
                "Numbers: {a}\nSorted: {b}",
            )
        ).format(a=text, b=ordered, **slots)
    if kind == 2:
        name, value = w.pick(
            (("largest", max(numbers)), ("smallest", min(numbers)), ("biggest", max(numbers)))
        )
        return w.pick(
            (
                "The {n} of the numbers {a} is {b}.",
                "Which of the numbers {a} is the {n}? It is {b}.",
                "{p} looked for the {n} number in {a}. It is {b}.",
            )
        ).format(n=name, a=text, b=value, **slots)
    number = numbers[0]
    if kind == 3:
        parity = "even" if number % 2 == 0 else "odd"
        return w.pick(
            (
                "The number {a} is {b}.",
                "{a} is an {b} number.",
                "Is {a} even or odd? It is {b}.",
                "{p} knows that {a} is an {b} number.",
            )
        ).format(a=number, b=parity, **slots)
    if kind == 4:
        return w.pick(
            (
                "Half of {a} is {b}.",
                "{p} cut {a} in half and got {b}.",
                "Two times {b} is {a}.",
                "Twice {b} is {a}.",
                "The double of {b} is {a}.",
            )
        ).format(a=number * 2, b=number, **slots)
    side = w.number(2, 12)
    return w.pick(
        (
            "A square with sides of {a} meters has an area of {b} square meters.",
            "The square of {a} is {b}.",
            "{p} drew a square with sides of {a} centimeters. Its perimeter is {c} centimeters.",
        )
    ).format(a=side, b=side * side, c=side * 4, **slots)


def shopping_sentence(w: Writer) -> str:
    """Count what somebody bought."""
    slots = w.cast()
    first, second = w.some(NOUNS_BY_KIND["food"][:24], 2)
    a, b = w.number(2, 12), w.number(2, 12)
    c = w.number(1, a - 1)
    slots = slots | {
        "x": first.plural,
        "z": second.plural,
        "a": a,
        "b": b,
        "c": c,
        "sum": a + b,
        "rest": a - c,
    }
    return w.pick(
        (
            "{p} bought {a} {x} and {b} {z}. Together {he} had {sum} things.",
            "{p} had {a} {x} and gave {c} to {q}. Now {he} has {rest} left.",
            "{p} has {a} {x}. {q} has {b} {x}. Together they have {sum} {x}.",
            "There were {a} {x} on the table. {p} ate {c} of them, so {rest} were left.",
            "{p} picked {a} {x} in the morning and {b} in the afternoon. That makes {sum} {x}.",
        )
    ).format(**slots)


# ----------------------------------------------------------------------------------------------------------
# Stories and descriptions
# ----------------------------------------------------------------------------------------------------------

STORY_OPENINGS = lines_of("""
    Once upon a time there was {ajob} called {p}.
    {p} was {ajob} who lived in a {adj} {place}.
    It was a {weather} day in {month}. {p} was at home.
    One morning {p} got up early.
    There once lived {ajob} whose name was {p}.
    Long ago, in a {adj} {place}, there lived {ajob}. {His} name was {p}.
    {p} and {q} were good friends.
    Last {day} {p} had a strange day.
    {p} lived alone in a {adj} house near the {place}.
    In the town of {town} lived {ajob} named {p}.
    {p} was born in {town}, a {adj} town by the sea.
    Nobody in {town} knew {p} well.
    {p} had a {animal}. The name of the {animal} was {pet}.
    On {day} the sun was shining, and {p} was happy.
    It was raining, so {p} stayed at home.
    {p} had always wanted to see the {place}.
""")
LINKS = words_of(
    "Then, After that, Later, In the morning, In the evening, The next day, Soon, At noon, An hour later, "
    "That night, "
    "A week later, Suddenly, In the end, At last, One day, Two days later, First, Now and then, On the way "
    "home"
)
STORY_MIDDLES = lines_of("""
    ‹Where is the {thing}?› asked {q}. ‹It is in the {place},› said {p}.
    ‹I am {feeling},› said {p}. ‹So am I,› said {q}.
    {He} was {feeling}, but {q} was {feeling2}.
    {p} asked {q} for help, and {q} helped {him}.
    {He} did not know what to do.
    {He} looked for {his} {thing} everywhere, but {he} could not find it.
    {q} said that the {thing} was in the {place}.
    {p} asked whether {q} had seen the {thing}.
    There was a {adj} {thing} on the table.
    In the {place} {he} found a {adj} {thing}.
    If it rains tomorrow, {p} will stay at home.
    If {p} had more time, {he} would learn to sing.
    {q} told {him} that there was a {animal} in the {place}.
    ‹Can you see the {animal}?› asked {q}. ‹No, I can't,› said {p}.
    The {animal} was {size} than the {animal2}.
    {p} bought a {thing}, a {thing2} and a {thing3}.
    ‹Why are you {feeling}?› asked {q}. ‹Because I lost my {thing},› said {p}.
    {p} called the animal {pet}, because it liked the name {pet}.
    A stranger came and said: ‹My name is {invented}. I come from {town}.›
    {He} read the word {invented} on the {thing}. Nobody knew what {invented} meant.
    While {p} was waiting, {q} went to the {place}.
    {p} thanked {q} and gave {q2} the {thing}.
    Both of them were {feeling}.
    The {thing} was too {adj2} for {him}.
    {He} had never seen such a {adj} {thing} before.
    {p} wanted to go to the {place}, but {q} wanted to stay.
    ‹Let us go to the {place},› said {p}. ‹That is a good idea,› answered {q}.
    ‹How old are you?› asked {q}. ‹I am {age} years old,› said {p}.
    Neither {p} nor {q} had seen the {animal}.
    {p} put the {thing} into the bag and closed it.
    The door of the {place} was open, so {he} went in.
    {p} enjoyed the day with {his} family.
    {p} missed {his} family very much.
    {p} sat down on a wooden seat and waited.
    ‹Shut the door!› yelled {q}.
    The lake was frozen, and the children built a snowman.
    {p} was getting tired, but {q} was not tired at all.
    {He} could not breathe any more and had to stop.
    They talked about many topics, for example about the {animal}.
    A clown came to the {place}, and everybody laughed.
    {p} heard a yell from the {place}.
    {He} passed the test and was very proud.
""")
STORY_ENDINGS = lines_of("""
    In the end everyone was happy.
    {p} went home and slept well.
    {p} never forgot that day.
    That was the end of the {thing}.
    From that day on, {p} and {q} were friends.
    ‹What a day!› said {p}.
    And so {p} found the {thing} at last.
    {He} told the story to {q}, and {q} laughed.
    As people say: {proverb}
    {p} learned something on that day: {proverb}
    {q} said: ‹{proverb}›
    They lived happily ever after.
    When {he} came home, it was dark.
""")
WEATHER = words_of("warm, cold, rainy, sunny, windy, hot, cloudy, gray, beautiful, snowy, foggy, stormy")
FEELINGS = words_of(
    "happy, sad, tired, hungry, angry, thirsty, nervous, proud, cheerful, calm, busy, sick, curious"
)
SIZES = words_of(
    "bigger, smaller, faster, slower, older, younger, stronger, quieter, louder, braver, cleverer"
)
THINGS = tuple(
    noun.singular
    for noun in NOUNS
    if noun.kind in ("object", "tool", "clothing")
    and KIND_OF[noun.singular] != "idea"
    and noun.singular[0] not in "aeiou"
)
PLACES = tuple(
    noun.singular
    for noun in NOUNS
    if noun.kind == "place"
    and noun.singular[0] not in "aeiou"
    and noun.singular not in {"room", "bedroom", "bathroom", "kitchen", "country", "road", "path", "hall"}
)
STORY_ANIMALS = tuple(noun.singular for noun in NOUNS_BY_KIND["animal"] if noun.singular[0] not in "aeiou")
PLAIN_ADJECTIVES = tuple(a for a in KIND_ADJECTIVES["object"] if a[0] not in "aeiou")


def story_slots(w: Writer) -> dict[str, str]:
    """Return all the slots of the story frames, the same for a whole story."""
    slots = w.cast()
    thing, thing2, thing3 = w.some(THINGS, 3)
    animal, animal2 = w.some(STORY_ANIMALS, 2)
    feeling, feeling2 = w.some(FEELINGS, 2)
    adjective, adjective2 = w.some(PLAIN_ADJECTIVES, 2)
    job = w.pick(AGENTS)[4:]
    while job in FEMALE | MALE:
        job = w.pick(AGENTS)[4:]
    slots = slots | {
        "thing": thing,
        "thing2": thing2,
        "thing3": thing3,
        "animal": animal,
        "animal2": animal2,
        "feeling": feeling,
        "feeling2": feeling2,
        "adj": adjective,
        "adj2": adjective2,
        "job": job,
        "ajob": article(job),
        "place": w.pick(PLACES),
        "weather": w.pick(WEATHER),
        "month": w.pick(facts.MONTHS),
        "day": w.pick(facts.DAYS),
        "town": w.invented_word().capitalize(),
        "pet": w.invented_word().capitalize(),
        "invented": w.invented_word().capitalize(),
        "size": w.pick(SIZES),
        "age": str(w.number(5, 80)),
        "proverb": w.pick(facts.PROVERBS),
        "q2": OBJECT_PRONOUN[GENDER[slots["q"]]],
    }
    return slots


def story_event(w: Writer, who: Phrase, slots: dict[str, str]) -> str:
    """Tell one thing that somebody did, in the past."""
    clause = w.action(PAST, who) if w.random() < 0.6 else w.movement(who)
    chance = w.random()
    if clause.tail.endswith(PAST_TIMES) or chance < 0.35:
        return clause.statement(PAST)
    if chance < 0.7:
        return f"{w.pick(LINKS)} {clause.body(PAST)}."
    if chance < 0.78:
        return clause.negative(PAST)
    if chance < 0.86:
        return f"{capitalize(who.text)} wanted to {clause.verb.base}{clause.after_verb()}."
    if chance < 0.93:
        return f"{capitalize(clause.body(PAST))} because {slots['q']} asked for it."
    return clause.statement(PAST_PERFECT)


def story(w: Writer) -> str:
    """Tell a story about one person with a friend."""
    slots = story_slots(w)
    hero, friend = Phrase(slots["p"], SINGULAR, slots["he"]), Phrase(slots["q"], SINGULAR, "")
    he = Phrase(slots["he"], SINGULAR, slots["he"])
    parts = [w.pick(STORY_OPENINGS).format(**slots)]
    for middle in w.some(STORY_MIDDLES, w.number(4, 8)):
        if w.random() < 0.55:
            parts.append(story_event(w, w.pick((hero, he, he, friend)), slots))
        else:
            parts.append(middle.format(**slots))
    parts.append(w.pick(STORY_ENDINGS).format(**slots))
    return w.pick((" ", " ", "\n")).join(parts) if w.random() < 0.2 else " ".join(parts)


def with_questions(w: Writer) -> str:
    """Tell what some people did and ask about it; the answers repeat words of the text."""
    people = [Phrase(name, SINGULAR, GENDER[name]) for name in w.some(PEOPLE, w.number(2, 4))]
    tense = w.pick((PAST, PAST, PRESENT, FUTURE))
    clauses = [w.action(None, person) for person in people]
    lines = [clause.statement(tense) for clause in clauses]
    clause = w.pick(clauses)
    who, thing = clause.subject.text, clause.object.as_object
    finite, auxiliary = clause.verb.finite(tense, SINGULAR), ACTIVE_AUXILIARY[tense][SINGULAR]
    chance = w.random()
    if chance < 0.4:
        question = f"Who {finite} {thing}?"
        answer = w.pick(
            (f"{who} {auxiliary}.", f"It {'was' if tense == PAST else 'is'} {who}.", clause.statement(tense))
        )
    elif chance < 0.8 and thing not in GENDER:
        question = f"What {auxiliary} {who} {clause.verb.rest[tense]}?"
        answer = w.pick((f"{capitalize(thing)}.", f"{capitalize(clause.subject.pronoun)} {finite} {thing}."))
    else:
        question = clause.question(tense)
        answer = f"Yes, {clause.subject.pronoun} {auxiliary}."
    text = " ".join(lines)
    shape = w.pick(("{} {} {}", "{}\nQuestion: {}\nAnswer: {}", "{} ‹{}› ‹{}›", "{}\n{} {}"))
    return shape.format(text, question, answer)


DESCRIPTIONS = lines_of("""
    The {x} is {a}, {b} and {c}.
    Describe the {x}: It is {a} and {b}.
    {p} described the {x} in one sentence: «The {x} is {a} and {b}.»
    This is a picture of a {a} {x}. It is also {b}.
    The {x} in the picture is {a}, but it is not {b}.
    There is a {a} {x} near the {place}. Everybody says that it is {b}.
    {T} asked for a short description of the {x}. {p} wrote: The {x} is {a} and very {b}.
    How would you describe the {x}? I would say that it is {a}.
    Look at the {x}! It is {a}, and that {y} is {b}.
    The {a} {x} stood next to the {b} {y}.
    The {x} is more interesting than the {y}.
    The {x} is not as {a} as the {y}.
    {p} has a {a} {x}. The {x} of {q} is {b}.
    The {x} was {a} yesterday, and it is still {a} today.
    The new {x} is {a}. The old one was {b}.
    A {x} can be {a} or {b}.
    I like the {a} {x} better than the {b} {y}.
    {p} has never seen a {x} that was so {a}.
""")
PLAIN_THINGS = tuple(
    (noun, tuple(a for a in adjectives if a[0] not in "aeiou"))
    for noun, adjectives in NAMED_THINGS
    if noun.singular[0] not in "aeiou"
    and noun.kind != "person"
    and noun.singular != "hour"
    and not noun.singular.startswith("uni")
)


def description(w: Writer) -> str:
    """Describe a thing in a few sentences."""
    noun, adjectives = w.pick(PLAIN_THINGS)
    other, _ = w.pick(PLAIN_THINGS)
    while other.kind != noun.kind or other is noun:
        other, _ = w.pick(PLAIN_THINGS)
    name, other_name = noun.singular, other.singular
    slots = w.cast() | {"x": name, "y": other_name, "place": w.pick(PLACES)}
    parts = []
    for _ in range(w.number(2, 4)):
        a, b, c = w.some(adjectives, 3)
        while any(word in ADJECTIVE_OF and ADJECTIVE_OF[word].antonym in (a, b, c) for word in (a, b, c)):
            a, b, c = w.some(adjectives, 3)
        parts.append(w.pick(DESCRIPTIONS).format(a=a, b=b, c=c, **slots))
    return " ".join(parts)


COMPARED = words_of(
    "tall, old, young, strong, fast, rich, brave, clever, happy, kind, short, small, quick, busy, lazy"
)


def comparison(w: Writer) -> str:
    """Compare three people and draw the conclusion."""
    adjective = ADJECTIVE_OF[w.pick(COMPARED)]
    names = w.some(PEOPLE, 3)
    if w.random() < 0.3:
        names[w.number(0, 2)] = w.invented_word().capitalize()
    a, b, c = names
    more, most = adjective.comparative, adjective.superlative
    opposite = ADJECTIVE_OF[adjective.antonym] if adjective.antonym in ADJECTIVE_OF else None
    text = w.pick(
        (
            f"{a} is {more} than {b}, and {b} is {more} than {c}.",
            f"{c} is {adjective.base}. {b} is {more} than {c}, but {a} is the {most}.",
            f"{b} is {more} than {c}. {a} is even {more} than {b}.",
        )
    )
    ending = w.pick(
        (
            f"Who is the {most}? It is {a}.",
            f"So {a} is the {most} of the three.",
            f"Therefore {a} is {more} than {c}.",
            f"{a} is the {most}.",
            f"Is {a} {more} than {c}? Yes, {a} is {more}.",
        )
    )
    extra = f" {c} is not as {adjective.base} as {a}."
    if opposite and w.random() < 0.3:
        extra = f" {c} is {opposite.comparative} than {a}."
    return f"{text}{extra if w.random() < 0.5 else ''} {ending}"


SIMPLE_COMPARISONS = lines_of("""
    The {x} is {more} than the {y}.
    Which is {more}, the {x} or the {y}? The {x} is {more}.
    {p} compared the {x} with the {y}: The {x} is {more} than the {y}.
    The {x} is {a}, the {y} is {more}, and the {z} is the {most}.
    The {x} is {more} than the {y}, but the {z} is the {most} of all.
    This {x} is the {most} {x} in the town.
    The {x} is as {a} as the {y}.
    No {x} is {more} than this one.
""")


def thing_comparison(w: Writer) -> str:
    """Compare things of one kind."""
    kind = w.pick(("object", "vehicle", "animal", "place", "clothing", "tool", "food"))
    x, y, z = w.some(NOUNS_BY_KIND[kind], 3)
    adjective = ADJECTIVE_OF.get(w.pick(KIND_ADJECTIVES[kind]))
    while adjective is None:
        adjective = ADJECTIVE_OF.get(w.pick(KIND_ADJECTIVES[kind]))
    return w.pick(SIMPLE_COMPARISONS).format(
        x=x.singular,
        y=y.singular,
        z=z.singular,
        a=adjective.base,
        more=adjective.comparative,
        most=adjective.superlative,
        **w.cast(),
    )


def plans(w: Writer) -> str:
    """Tell what people do, did and will do, with adverbials of time."""
    who = w.name()
    he = Phrase(who.pronoun, SINGULAR, who.pronoun)
    parts = []
    for index in range(w.number(2, 4)):
        subject = who if index == 0 else he
        tense = w.pick(SIMPLE_TENSES)
        clause = w.action(tense, subject) if w.random() < 0.7 else w.movement(subject)
        form = w.random()
        if form < 0.25:
            verb, tail = clause.verb, clause.tail
            now = w.pick(NOW_TIMES)
            if PRESENT_CONTINUOUS in verb.tenses and not tail:
                parts.append(f"{capitalize(subject.text)} is {verb.ing}{clause.after_verb()} {now}.")
                continue
        if form < 0.4:
            modal = w.pick(MODALS)
            clause = w.clause(subject)
            parts.append(clause.statement(modal) if w.random() < 0.7 else clause.negative(modal))
        elif form < 0.5 and isinstance(clause, Clause) and clause.object:
            parts.append(w.action(tense, subject).passive(tense))
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


def joined_clauses(w: Writer) -> str:
    """Join clauses with conjunctions."""
    parts = []
    for _ in range(w.number(2, 3)):
        one, two = w.clause().body(PRESENT), w.clause().body(PRESENT)
        frame = w.pick(CONDITIONS)
        parts.append(frame.format(A=one, B=two, CA=capitalize(one), CB=capitalize(two), **w.cast()))
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


def invented(w: Writer) -> str:
    """Tell about things with invented names, which can only be understood by copying them."""
    x, y, z = w.invented_word(), w.invented_word(), w.invented_word()
    a, b = w.some(PLAIN_ADJECTIVES, 2)
    ax = article(x)
    return w.pick(INVENTED_FRAMES).format(
        x=x,
        y=y,
        z=z,
        X=x.capitalize(),
        Y=y.capitalize(),
        ax=ax,
        A=capitalize(ax.split()[0]),
        a=a,
        b=b,
        animal=w.pick(STORY_ANIMALS),
        place=w.pick(PLACES),
        thing=w.pick(THINGS),
        n=w.number(1, 99),
        m=w.number(1, 99),
        town=w.invented_word().capitalize(),
        food=w.pick(NOUNS_BY_KIND["food"]).plural,
        **w.cast(),
    )


PROVERB_FRAMES = lines_of("""
    There is an old saying: {x}
    My grandmother always said: «{x}»
    «{x}» This is a proverb.
    {p} likes the proverb «{x}»
    {T} wrote a proverb on the board: «{x}» {p} copied it: «{x}»
    {p} completed the proverb: {x}
    As the proverb says: {x}
    {p} asked what the proverb «{x}» means.
    One of the oldest proverbs is «{x}»
    The proverb begins with «{first}». The complete proverb is: «{x}»
    The sentence «{x}» is a well-known proverb.
    Complete the proverb: {first} ... The answer is: {x}
""")


def proverb(w: Writer) -> str:
    """Quote a proverb."""
    text = w.pick(facts.PROVERBS)
    words = text.split()
    return w.pick(PROVERB_FRAMES).format(x=text, first=" ".join(words[: max(2, len(words) // 2)]), **w.cast())


RECITAL_FRAMES = lines_of("""
    The seven days of the week are {days}.
    A week has seven days: {days}.
    A year has twelve months: {months}.
    The twelve months of the year are {months}.
    There are four seasons: {seasons}.
    The four seasons are {seasons}.
    {p} can name the days of the week in order: {days}.
    {p} named the four seasons: {seasons}.
    The first month of the year is January, and the last one is December.
    The first day of the week in this book is Monday. The last one is Sunday.
    Saturday and Sunday are the weekend.
    The lesson takes place on {day}, {month} {n}.
    {p} was born on {month} {n}, {year}.
    {p} has a birthday in {month}.
    Today is {day}, {month} {n}, {year}.
    February is the shortest month of the year.
    A leap year has 366 days. All other years have 365 days.
""")


def recital(w: Writer) -> str:
    """Name days, months or seasons, or give a date."""
    return w.pick(RECITAL_FRAMES).format(
        days=joined(facts.DAYS),
        months=joined(facts.MONTHS),
        seasons=joined(facts.SEASONS),
        day=w.pick(facts.DAYS),
        month=w.pick(facts.MONTHS),
        n=w.number(1, 28),
        year=w.number(1900, 2024),
        **w.cast(),
    )


PORTRAITS = tuple(
    tuple(part.strip() for part in line.split("|"))
    for line in lines_of("""
    lion | strong and brave | golden fur and sharp teeth | lives in Africa and hunts other animals
    elephant | large and heavy | a long trunk and big ears | eats grass and leaves
    cat | small and quiet | soft fur and sharp claws | likes to sleep and catches mice
    dog | loyal and friendly | four legs and a good nose | barks and guards the house
    horse | big and fast | a long mane and strong legs | runs over the fields and eats grass
    cow | large and calm | a long tail and two horns | lives on a farm and gives milk
    bee | small and busy | yellow and black stripes | flies from flower to flower and makes honey
    snake | long and thin | smooth skin and no legs | moves on the ground without noise
    penguin | black and white | short wings and a fat body | cannot fly but swims very well
    giraffe | tall and gentle | a very long neck | eats the leaves of high trees
    owl | quiet and clever | large eyes and soft feathers | sleeps in the day and hunts at night
    frog | small and green | long back legs | jumps far and lives near water
    rabbit | small and shy | long ears and a short tail | eats carrots and grass
    bear | big and strong | thick fur and long claws | sleeps through the winter
    beach | sandy and sunny | soft sand and many shells | is a good place to swim and rest
    forest | dark and quiet | tall trees and narrow paths | is the home of many animals
    desert | hot and dry | much sand and little water | is cold at night
    library | quiet and large | many shelves full of books | lends books to its visitors
    school | busy and noisy | many classrooms and a playground | opens in the morning
    castle | old and large | thick walls and high towers | stands on a hill
    market | busy and colorful | many small shops | sells fruit, vegetables and flowers
    mountain | high and cold | steep sides and snow on its top | is hard to climb
    river | long and wide | clear water and many fish | flows to the sea
    island | small and green | water on all sides | can be reached by boat
    garden | green and peaceful | many flowers and some trees | needs water in the summer
    kitchen | warm and clean | a stove and a table | smells of fresh bread
    bicycle | light and useful | two wheels and two pedals | takes people to school and to work
    train | long and fast | many cars and windows | carries people from city to city
    car | fast and comfortable | four wheels and an engine | drives on the road
    ship | large and strong | a long deck and a high mast | sails across the sea
    rose | beautiful and sweet | red petals and sharp thorns | grows in the garden
    tree | tall and green | strong roots and many leaves | gives shade in the summer
    apple | round and sweet | a thin red or green skin | grows on a tree
    lemon | yellow and sour | a thick skin and much juice | is used in tea and in cakes
    winter | cold and white | short days and long nights | brings ice and snow
    summer | hot and bright | long days and short nights | brings sun and holidays
    doctor | careful and helpful | a white coat | treats sick people in a hospital
    teacher | patient and friendly | many books | helps children to learn
    farmer | strong and hardworking | fields and animals | gets up early in the morning
    umbrella | light and useful | a long handle and a round top | keeps people dry in the rain
    clock | round and useful | two hands and twelve numbers | shows the time
""")
)
PORTRAIT_FRAMES = lines_of("""
    {A} is {look}. It has {parts}.
    {A} is {look} and has {parts}.
    {A} is {look}. It has {parts}, and it {does}.
    {A} {does}.
    {p} wrote a short description of {a}: «{A} is {look}, it has {parts} and it {does}.»
    What does {a} look like? It is {look} and has {parts}.
    Describe {a}, said {t}. {p} wrote: {A} is {look} and has {parts}. It {does}.
    {T} asked for a description of {a}. {p} said: ‹{A} has {parts}. It {does}.›
    {A} with {parts} is in the picture.
    What has {parts}? {A} has {parts}.
    {p} described {a} in one sentence: «{A} is {look} and {does}.»
    I am thinking of something that is {look}. It has {parts}, and it {does}. What is it? It is {a}.
""")


def portrait(w: Writer) -> str:
    """Describe what something is like in general."""
    noun, look, parts, does = w.pick(PORTRAITS)
    thing = noun if noun in facts.SEASONS else article(noun)
    return w.pick(PORTRAIT_FRAMES).format(
        a=thing, A=capitalize(thing), look=look, parts=parts, does=does, **w.cast()
    )


ADVICE = tuple(
    tuple(part.strip() for part in line.split("|"))
    for line in lines_of("""
    sleeping well | Go to bed at the same time every night and keep the room dark.
    staying healthy | Eat fruit and vegetables and walk every day.
    learning new words | Write the words on small cards and read them every day.
    saving water | Turn off the water while you brush your teeth.
    saving money | Buy only what you need and put a little money aside every week.
    keeping a desk tidy | Put everything back in its place after you use it.
    making friends | Be kind, smile and listen to other people.
    crossing the street | Look left and right and wait until the road is empty.
    staying warm | Wear a thick coat and drink hot tea.
    reading more | Read a few pages every evening before you sleep.
    taking care of a dog | Give the dog food and water and walk with it every day.
    growing flowers | Give the flowers light and water, but not too much.
    writing a letter | Write clear and short sentences and be polite.
    passing a test | Begin to study early and sleep well the night before.
    baking bread | Give the dough enough time to rise.
    traveling by train | Come to the station early and keep your ticket in your pocket.
    a sunny day | Wear a hat and drink enough water.
    a rainy day | Take an umbrella and wear good boots.
    helping a friend | Listen first and then ask what you can do.
    learning to swim | Begin in shallow water and practice often.
    cooking soup | Use fresh vegetables and taste the soup before you serve it.
    saving energy | Turn off the light when you leave the room.
    learning a song | Sing it slowly and repeat it every day.
    a long journey | Take a good book and something to eat.
""")
)
ADVICE_FRAMES = lines_of("""
    {p} asked for advice about {x}. {q} said: «{y}»
    {p} gave some advice about {x}: {y}
    Here is a tip about {x}: {y}
    ‹Can you give me a tip about {x}?› asked {p}. {q} answered: ‹{y}›
    What is a good tip about {x}? {y}
    A good piece of advice about {x} is: «{y}»
    In the newspaper there was some advice about {x}: {y}
    {T} gave the class a tip about {x}: {y}
""")


def advice(w: Writer) -> str:
    """Give somebody advice."""
    topic, tip = w.pick(ADVICE)
    return w.pick(ADVICE_FRAMES).format(x=topic, y=tip, **w.cast())


NOTES = tuple(
    tuple(part.strip() for part in line.split("|"))
    for line in lines_of("""
    a birthday | Happy birthday! I wish you a wonderful day.
    a wedding | We wish you both a long and happy life together.
    a new baby | What a lovely baby! We are very happy for you.
    a new house | I hope that you will be happy in your new house.
    a new job | Good luck on your first day! You will do well.
    an illness | I am sorry that you are sick. Get well soon!
    a test | Good luck with the test! I know that you can do it.
    a journey | Have a good trip and write to me soon.
    a gift | Thank you very much for the beautiful gift.
    a dinner | Thank you for the delicious dinner and the nice evening.
    a mistake | I am sorry. It was my mistake, and I will do better.
    a prize | Well done! You have worked hard for this prize.
    a party | Please come to my party on Saturday. I would be very happy.
    a lost game | Do not be sad. Next time you will win.
    a farewell | Goodbye, dear friend. We will miss you.
    the new year | I wish you a happy and healthy new year.
    a visit | I was so glad to see you. Please come again.
    the end of school | You have done it! We are proud of you.
    help from a friend | Thank you for your help. You are a true friend.
    a late answer | I am sorry that I did not write earlier.
""")
)
NOTE_FRAMES = lines_of("""
    {p} wrote a short message for {x}: «{y}»
    {p} sent {q} a kind note about {x}. It said: «{y}»
    {q} got a card from {p}. The occasion was {x}. On the card was: {y}
    Occasion: {x}/n/Message: {y}
    Dear {q},/n/{y}/n/{p}
    What do people write for {x}? For example: {y}
    For {x}, {p} wrote these words: {y}
""")


def note(w: Writer) -> str:
    """Write somebody a short message for an occasion."""
    occasion, text = w.pick(NOTES)
    return w.pick(NOTE_FRAMES).format(x=occasion, y=text, **w.cast())
