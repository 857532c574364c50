"""Lessons about words: choosing, sorting, spelling and using them, groups of things, formal and informal style.

    The words crows, peacocks, robins and penguins belong to the same group. They are birds.

Plurals, opposites and the like are relations and are stated in ``relations``.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import PAST, PLURAL, PRESENT, SIMPLE_TENSES, SINGULAR, Being, Phrase
from small_world.lexicon import ADJECTIVES, NOUNS, PEOPLE
from small_world.relations.nature_and_things import MASS_CATEGORIES, MASS_ITEMS
from small_world.relations.word_meanings import SYNONYM_ROWS
from small_world.rewriting.wording import COMPLEMENTS
from small_world.spelling import with_s
from small_world.text import capitalize, joined, lines_of, number_word
from small_world.word_lists import ADJECTIVE_OF, PLURAL_OF
from small_world.writer import Writer

CHOICE_FRAMES = lines_of("""
    Which word means the same as «{x}», «{a}» or «{b}»? The word «{y}» means the same as «{x}».
    {T} asked whether «{a}» or «{b}» is a synonym of «{x}». {p} chose «{y}».
    {p} had to choose the synonym of «{x}» from two words: {a}, {b}. {He} chose {y}.
    Of the words {a} and {b}, only {y} means the same as {x}.
    The words were {a} and {b}. The synonym of «{x}» is «{y}», and «{z}» means something else.
    Synonym of {x}: {a} or {b}? {Y}.
""")
SORTABLE = tuple(dict.fromkeys([noun.singular for noun in NOUNS] + [a.base for a in ADJECTIVES] + list(PEOPLE)))


def synonym_scene(writer: Writer) -> str:
    """Choose a synonym from two words."""
    x, y = writer.pick_to_ask(SYNONYM_ROWS)
    z = writer.pick(SORTABLE)
    while z in (x, y) or (z in ADJECTIVE_OF and y in ADJECTIVE_OF[z].synonyms):
        z = writer.pick(SORTABLE)
    a, b = (y, z) if writer.random() < 0.5 else (z, y)
    return writer.pick(CHOICE_FRAMES).format(x=x, y=y, Y=capitalize(y), z=z, a=a, b=b, **writer.cast())


SORT_FRAMES = lines_of("""
    {T} gave the class these words: {a}. {p} put them in alphabetical order: {b}.
    {p} sorted the words {a} alphabetically: {b}.
    {p} had to sort the words {a}. {He} arranged them in alphabetical order: {b}.
    The words {a} in alphabetical order are {b}.
    Words: {a}/n/In alphabetical order: {b}
    ‹Arrange the words in alphabetical order,› said {t}. The words were {a}. {p} wrote {b}.
    {p} had the words {a}. In the order of the alphabet they are {b}.
    What is the alphabetical order of {a}? It is {b}.
    A dictionary has its words in alphabetical order. So {a} become {b}.
    {p} wrote the words {a} on cards. Then {he} put the cards in alphabetical order: {b}.
    Alphabetical order: {b}. Before, it was: {a}.
""")
FIRST_FRAMES = lines_of("""
    Which of the words {a} comes first in the alphabet? The word that comes first is «{first}».
    Of the words {a}, the word that comes first in the alphabet is «{first}».
    {p} looked at the words {a}. The first in the alphabet is «{first}», and the last is «{last}».
    In a dictionary, «{first}» stands before «{last}».
    {T} asked which of the words {a} comes last in the alphabet. {p} said «{last}».
""")


def sort_scene(writer: Writer) -> str:
    """Put words in alphabetical order."""
    words = writer.sample(SORTABLE, writer.number(3, 5))
    if writer.random() < 0.3:
        ordered = sorted(words, key=str.lower)
        return writer.pick(FIRST_FRAMES).format(a=", ".join(words), first=ordered[0], last=ordered[-1], **writer.cast())
    return writer.pick(SORT_FRAMES).format(
        a=", ".join(words), b=", ".join(sorted(words, key=str.lower)), **writer.cast()
    )


LETTER_FRAMES = lines_of("""
    The word «{x}» begins with the letter «{a}» and ends with the letter «{b}».
    The first letter of «{x}» is «{a}», and the last letter is «{b}».
    {p} spelled the word «{x}»: {s}.
    How do you spell «{x}»? It is spelled {s}.
    The word «{x}» has {n} letters: {s}.
    How many letters are in «{x}»? There are {n} letters.
    {T} asked {p} to spell «{x}». {He} said: {s}.
    Name a word that begins with «{a}». {p} named «{x}».
""")


def letter_scene(writer: Writer) -> str:
    """Talk about the letters of a word."""
    word = writer.pick(SORTABLE) if writer.random() < 0.8 else writer.invented_word()
    return writer.pick(LETTER_FRAMES).format(
        x=word, a=word[0].lower(), b=word[-1], s="-".join(word.lower()), n=number_word(len(word)), **writer.cast()
    )


GROUPS: dict[str, tuple[str, ...]] = {
    category: tuple(item for item, group in facts.CATEGORIES if group == category)
    for category in dict.fromkeys(group for _, group in facts.CATEGORIES)
}
BIG_GROUPS = tuple(category for category, items in GROUPS.items() if len(items) >= 4)
PLURAL_GROUPS = tuple(
    (category, tuple(PLURAL_OF.get(item) or with_s(item) for item in members))
    for category, members in [
        *(
            (name, items)
            for name, items in GROUPS.items()
            if name not in MASS_CATEGORIES and len(items) >= 4 and not MASS_ITEMS & set(items)
        ),
        *(
            (name, tuple(animal for animal, group in facts.ANIMAL_CLASSES if group == name))
            for name in ("mammal", "bird", "reptile", "amphibian", "insect")
        ),
    ]
    if category != "fish" and "pliers" not in members
)
UNRELATED = {
    category: tuple(item for item, group in facts.CATEGORIES if group != category and item not in GROUPS[category])
    for category in GROUPS
}
CATEGORY_PLURAL = {
    "piece of clothing": "pieces of clothing",
    "piece of furniture": "pieces of furniture",
    "fish": "fish",
    "day of the week": "days of the week",
}
ODD_FRAMES = lines_of("""
    Which word does not belong with the others: {a}? The word that does not belong is «{odd}».
    The word «{odd}» does not belong in the list {a}.
    Which word does not belong: {a}? It is «{odd}», because the others are {group}.
    {T} wrote {a} on the board. {p} said that «{odd}» does not fit, because the others are {group}.
    In the list {a} one word is different. It is «{odd}». The others are {group}.
    {p} had to find the odd one out: {a}. {He} chose «{odd}».
    Odd one out: {a}/n/Answer: {odd}
""")
EXAMPLE_FRAMES = lines_of("""
    {T} asked for {n} {group}. {p} named {a}.
    {T} asked for {n} {group}. {p} said: {A}.
    List of {group}: {a}.
    {p} wrote down {n} {group}: {A}.
    {A} are {group}.
    {N} examples of {group} are {a}.
    {p} made a list of {group}: {a}.
    ‹Name {n} {group},› said {t}. {p} answered: ‹{A}.›
    Here are {n} {group}: {a}.
    {p} and {q} know many {group}, for example {a}.
    {p} listed {n} {group}: {a}.
    What do {a} have in common? They are all {group}.
    The words {a} belong to the same group. They are {group}.
""")


def group_scene(writer: Writer) -> str:
    """Name members of a group, or find the word that is not one."""
    category = writer.pick(BIG_GROUPS)
    plural = CATEGORY_PLURAL.get(category, category + "s")
    if writer.random() < 0.65:
        if writer.random() < 0.5:
            category, members = writer.pick(PLURAL_GROUPS)
            items, plural = writer.sample(members, writer.number(3, 4)), CATEGORY_PLURAL.get(category, category + "s")
        else:
            items = writer.sample(GROUPS[category], writer.number(3, 4))
        text = joined(items)
        number = number_word(len(items))
        return writer.pick(EXAMPLE_FRAMES).format(
            a=text, A=capitalize(text), n=number, N=capitalize(number), group=plural, **writer.cast()
        )
    items = writer.sample(GROUPS[category], 3)
    odd = writer.pick(UNRELATED[category])
    items.insert(writer.number(0, 3), odd)
    return writer.pick(ODD_FRAMES).format(a=", ".join(items), odd=odd, group=plural, **writer.cast())


USE_FRAMES = lines_of("""
    {T} asked {p} to use the word «{x}» in a sentence. {p} wrote: «{A}»
    {p} made a sentence with the word «{x}»: {A}
    ‹Can you use {x} in a sentence?› asked {q}. {p} answered: ‹{A}›
    Here is a sentence with the word «{x}»: {A}
    Write a sentence with «{x}», said {t}. {p} thought for a moment and wrote: {A}
    The word «{x}» is used in this sentence: {A}
    This sentence contains the word «{x}»: {A}
    {p} learned the word «{x}» and used it in a sentence: «{A}»
    {T} asked for a sentence about {topic}. {p} wrote: {A}
    {p} wrote a short sentence about {topic}: «{A}»
""")


def use_scene(writer: Writer) -> str:
    """Use a word in a sentence."""
    if writer.random() < 0.6:
        clause = writer.action()
        noun = clause.object.noun or clause.object.text
        sentence, word, topic = clause.statement(writer.pick(SIMPLE_TENSES)), noun, clause.object.as_object
        if clause.object.person == PLURAL and clause.object.noun:
            word = PLURAL_OF[clause.object.noun]
    else:
        noun, adjective = writer.pick(COMPLEMENTS)
        thing = Phrase(f"the {noun.singular}", SINGULAR, "")
        sentence, word, topic = (
            Being(thing, adjective).statement(writer.pick((PRESENT, PAST))),
            adjective,
            thing.text,
        )
    return writer.pick(USE_FRAMES).format(x=word, A=sentence, topic=topic, **writer.cast())


FORMAL_PAIRS = tuple(
    tuple(part.strip() for part in line.split("|"))
    for line in lines_of("""
    Hi! | Good morning.
    Hey, what's up? | Good afternoon. How are you?
    Thanks a lot. | Thank you very much.
    Sorry I'm late. | I apologize for being late.
    I can't come today. | Unfortunately, I am not able to come today.
    Give me a call. | Please contact me by telephone.
    I need some help. | I would be grateful for your help.
    Can you send me the list? | Could you please send me the list?
    The kids are here. | The children have arrived.
    We got your letter. | We have received your letter.
    I want a ticket. | I would like to buy a ticket, please.
    See you soon. | I look forward to seeing you.
    Bye! | Goodbye.
    Tell me more. | I would like to receive more information.
    That's great. | That is excellent news.
    The boss is mad. | The director is not pleased.
    I don't get it. | I do not understand.
    Buy our stuff. | We would like to offer you our products.
    Get back to me soon. | I would appreciate an early answer.
    You guys did a good job. | You have all done excellent work.
    It's too pricey. | The price is rather high.
    Let me know. | Please inform me.
    We can't fix it. | We are unable to repair it.
    Wait a bit. | Please wait a moment.
    No problem. | It was my pleasure.
    I want to come to the party. | I would like to attend the party.
    Book me a table. | I would like to reserve a table for two.
    We need more people. | We require additional staff.
    What do you think? | I would be glad to hear your opinion.
    I want this job. | I would like to apply for the position.
    Come when you like. | Please come at your convenience.
    Ask a doctor. | It is advisable to consult a doctor.
    Got any questions? | Do you have any questions?
    The show was okay. | The performance was satisfactory.
    When will you get here? | Please inform us of the time of your arrival.
    Sit down. | Please take a seat.
    You need a ticket. | A ticket is required.
    I'm not sure. | I am still uncertain.
""")
)
FORMAL_FRAMES = lines_of("""
    To a friend we say: «{a}» In a formal letter we write: «{b}»
    Informal: {a}/n/Formal: {b}
    «{a}» is informal. A more formal way to say it is: «{b}»
    {p} wrote «{a}» {T} asked for a formal style, so {p} changed it to «{b}»
    {p} made the sentence «{a}» more formal: «{b}»
    In formal language, «{a}» becomes «{b}»
    {T} said: ‹The tone of your letter must be formal.› {p} rewrote «{a}» as «{b}»
    You can say «{a}» at home, but at work it is better to say «{b}»
""")


def formal_scene(writer: Writer) -> str:
    """Say the same thing in an informal and in a formal style."""
    informal, formal = writer.pick(FORMAL_PAIRS)
    return writer.pick(FORMAL_FRAMES).format(a=informal, b=formal, **writer.cast())
