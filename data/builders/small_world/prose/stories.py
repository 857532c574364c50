"""Stories about one person with a friend: an opening, things that happen, an ending.

    It was raining, so Hannah stayed at home. She had caught two trains. Sophie told her that there was a shark ...

The sentences are right, the stories need not make sense.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import OBJECT_PRONOUN, PAST, PAST_PERFECT, SINGULAR, Phrase
from small_world.lexicon import AGENTS, GENDER
from small_world.spelling import article
from small_world.text import capitalize, lines_of, words_of
from small_world.word_lists import FEMALE, MALE, PAST_TIMES, PLACES, PLAIN_ADJECTIVES, STORY_ANIMALS, THINGS
from small_world.writer import Writer

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
    "Then, After that, Later, In the morning, In the evening, The next day, Soon, At noon, An hour later, That "
    "night, A week later, Suddenly, In the end, At last, One day, Two days later, First, Now and then, On the way "
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
FEELINGS = words_of("happy, sad, tired, hungry, angry, thirsty, nervous, proud, cheerful, calm, busy, sick, curious")
SIZES = words_of("bigger, smaller, faster, slower, older, younger, stronger, quieter, louder, braver, cleverer")


def story_slots(writer: Writer) -> dict[str, str]:
    """Return all the slots of the story frames, the same for a whole story."""
    slots = writer.cast()
    thing, thing2, thing3 = writer.sample(THINGS, 3)
    animal, animal2 = writer.sample(STORY_ANIMALS, 2)
    feeling, feeling2 = writer.sample(FEELINGS, 2)
    adjective, adjective2 = writer.sample(PLAIN_ADJECTIVES, 2)
    job = writer.pick(AGENTS)[4:]
    while job in FEMALE | MALE:
        job = writer.pick(AGENTS)[4:]
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
        "place": writer.pick(PLACES),
        "weather": writer.pick(WEATHER),
        "month": writer.pick(facts.MONTHS),
        "day": writer.pick(facts.DAYS),
        "town": writer.invented_word().capitalize(),
        "pet": writer.invented_word().capitalize(),
        "invented": writer.invented_word().capitalize(),
        "size": writer.pick(SIZES),
        "age": str(writer.number(5, 80)),
        "proverb": writer.pick(facts.PROVERBS),
        "q2": OBJECT_PRONOUN[GENDER[slots["q"]]],
    }
    return slots


def story_event(writer: Writer, who: Phrase, slots: dict[str, str]) -> str:
    """Tell one thing that somebody did, in the past."""
    clause = writer.action(PAST, who) if writer.random() < 0.6 else writer.movement(who)
    chance = writer.random()
    if clause.adverbials.endswith(PAST_TIMES) or chance < 0.35:
        return clause.statement(PAST)
    if chance < 0.7:
        return f"{writer.pick(LINKS)} {clause.body(PAST)}."
    if chance < 0.78:
        return clause.negative(PAST)
    if chance < 0.86:
        return f"{capitalize(who.text)} wanted to {clause.verb.base}{clause.after_verb()}."
    if chance < 0.93:
        return f"{capitalize(clause.body(PAST))} because {slots['q']} asked for it."
    return clause.statement(PAST_PERFECT)


def story(writer: Writer) -> str:
    """Tell a story about one person with a friend."""
    slots = story_slots(writer)
    hero, friend = Phrase(slots["p"], SINGULAR, slots["he"]), Phrase(slots["q"], SINGULAR, "")
    he = Phrase(slots["he"], SINGULAR, slots["he"])
    parts = [writer.pick(STORY_OPENINGS).format(**slots)]
    for middle in writer.sample(STORY_MIDDLES, writer.number(4, 8)):
        if writer.random() < 0.55:
            parts.append(story_event(writer, writer.pick((hero, he, he, friend)), slots))
        else:
            parts.append(middle.format(**slots))
    parts.append(writer.pick(STORY_ENDINGS).format(**slots))
    return writer.pick((" ", " ", "\n")).join(parts) if writer.random() < 0.2 else " ".join(parts)
