"""Lessons of the small world: kinds of sentences, parts of speech, sorting, counting and choosing words."""

from __future__ import annotations

import facts
from lexicon import ADJECTIVES, AGENTS, NOUNS, PEOPLE, article, with_s
from world_prose import STORY_ANIMALS
from world_relations import MASS_CATEGORIES, MASS_ITEMS
from world_transformations import COMPLEMENTS, exclamation_pair, request
from world_writer import (
    ADJECTIVE_OF,
    ANIMAL_MOVES,
    FUTURE,
    KIND_ADJECTIVES,
    MANNER_ADVERBS,
    MOVEMENTS,
    NAMES,
    PAST,
    PERSONS,
    PLURAL,
    PLURAL_OF,
    PRESENT,
    SAME_PAST,
    SIMPLE_TENSES,
    SINGULAR,
    TENSE_NAMES,
    Being,
    Phrase,
    Writer,
    capitalize,
    joined,
    lines_of,
    number_word,
)

CLASS_FRAMES = lines_of("""
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


def part_scene(w: Writer) -> str:
    """Name a part of a sentence: its verb, subject, object, adverb or first word."""
    subject = w.pick(PERSONS)
    clause = w.action(None, subject)
    tense = w.pick((PRESENT, PAST))
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
    name, value = w.pick(parts)
    return w.pick(CLASS_FRAMES).format(
        A=sentence,
        of=name,
        Of=capitalize(name),
        Name=capitalize(name[4:]),
        y=f"«{value}»",
        **w.cast(),
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


def word_in_sentence(w: Writer) -> str:
    """Name the noun, verb, adjective or adverb of a short sentence."""
    animal = w.random() < 0.3
    noun = w.pick(STORY_ANIMALS) if animal else w.pick(AGENTS)[4:]
    verb = w.pick(ANIMAL_MOVES if animal else MOVEMENTS)
    adjective, adverb = w.pick(KIND_ADJECTIVES["animal" if animal else "person"]), w.pick(MANNER_ADVERBS)
    finite = verb.past if w.random() < 0.7 else verb.third
    words = {"noun": noun, "verb": finite, "adjective": adjective, "adverb": adverb}
    kind = w.pick(tuple(words))
    ending = f"{adverb}{w.pick(verb.places)}" if w.random() < 0.2 else adverb
    return w.pick(WORD_IN_SENTENCE_FRAMES).format(
        A=f"The {adjective} {noun} {finite} {ending}.",
        word=words[kind],
        aclass=article(kind),
        **{"class": kind},
        **words,
        **w.cast(),
    )


CHOICE_FRAMES = lines_of("""
    Which word means the same as «{x}», «{a}» or «{b}»? The word «{y}» means the same as «{x}».
    {T} asked whether «{a}» or «{b}» is a synonym of «{x}». {p} chose «{y}».
    {p} had to choose the synonym of «{x}» from two words: {a}, {b}. {He} chose {y}.
    Of the words {a} and {b}, only {y} means the same as {x}.
    The words were {a} and {b}. The synonym of «{x}» is «{y}», and «{z}» means something else.
    Synonym of {x}: {a} or {b}? {Y}.
""")
SYNONYM_ROWS = tuple((a.base, synonym) for a in ADJECTIVES for synonym in a.synonyms)


def synonym_choice(w: Writer) -> str:
    """Choose a synonym from two words."""
    x, y = w.pick_to_ask(SYNONYM_ROWS)
    z = w.pick(SORTABLE)
    while z in (x, y) or (z in ADJECTIVE_OF and y in ADJECTIVE_OF[z].synonyms):
        z = w.pick(SORTABLE)
    a, b = (y, z) if w.random() < 0.5 else (z, y)
    return w.pick(CHOICE_FRAMES).format(x=x, y=y, Y=capitalize(y), z=z, a=a, b=b, **w.cast())


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


def sentence_of_kind(w: Writer, kind: str) -> str:
    """Return a sentence of a kind that SENTENCE_REASONS explains."""
    tense = w.pick(SIMPLE_TENSES)
    if kind == "a command":
        return f"{capitalize(request(w))}."
    if kind == "an exclamation":
        return exclamation_pair(w)[1]
    if kind == "a question":
        clause = w.any_clause()
        return clause.question(tense)
    if kind == "a passive sentence":
        return w.action().passive(tense)
    if kind == "an active sentence":
        return w.action().statement(tense)
    clause = w.any_clause()
    return clause.negative(tense) if kind == "a negative sentence" else clause.statement(tense)


KIND_WHEEL = (*("a statement", "a question", "a command", "an exclamation") * 3, *SENTENCE_REASONS)


def kind_scene(w: Writer) -> str:
    """Say what kind of sentence something is."""
    kind = w.pick(KIND_WHEEL)
    sentence = sentence_of_kind(w, kind)
    if kind in GRAMMAR_TERMS and w.random() < 0.5:
        term = GRAMMAR_TERMS[kind]
        aterm = article(term)
        return w.pick(TERM_FRAMES).format(
            A=sentence,
            y=kind,
            term=term,
            Term=capitalize(term),
            aterm=aterm,
            Aterm=capitalize(aterm),
            why=SENTENCE_REASONS[kind],
            **w.cast(),
        )
    return w.pick(KIND_FRAMES).format(A=sentence, y=kind, why=SENTENCE_REASONS[kind], **w.cast())


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


def tense_scene(w: Writer) -> str:
    """Name the tense of a sentence."""
    clause = w.clause()
    tense = w.pick((PRESENT, PAST, FUTURE, *clause.verb.tenses[:-4]))
    if tense > FUTURE:
        clause.tail = ""
    if clause.verb.base in SAME_PAST:
        tense = FUTURE
    return w.pick(TENSE_FRAMES).format(A=clause.statement(tense), y=TENSE_NAMES[tense], **w.cast())


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
SORTABLE = tuple(
    dict.fromkeys([noun.singular for noun in NOUNS] + [a.base for a in ADJECTIVES] + list(PEOPLE))
)


def sort_scene(w: Writer) -> str:
    """Put words in alphabetical order."""
    words = w.some(SORTABLE, w.number(3, 5))
    if w.random() < 0.3:
        ordered = sorted(words, key=str.lower)
        return w.pick(FIRST_FRAMES).format(a=", ".join(words), first=ordered[0], last=ordered[-1], **w.cast())
    return w.pick(SORT_FRAMES).format(
        a=", ".join(words), b=", ".join(sorted(words, key=str.lower)), **w.cast()
    )


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


def count_scene(w: Writer) -> str:
    """Count the words of a sentence or name the first and the last."""
    sentence = w.any_clause().statement(w.pick(SIMPLE_TENSES))
    words = sentence[:-1].split()
    return w.pick(COUNT_FRAMES).format(
        A=sentence, n=number_word(len(words)), d=len(words), first=words[0], last=words[-1], **w.cast()
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


def letter_scene(w: Writer) -> str:
    """Talk about the letters of a word."""
    word = w.pick(SORTABLE) if w.random() < 0.8 else w.invented_word()
    return w.pick(LETTER_FRAMES).format(
        x=word, a=word[0].lower(), b=word[-1], s="-".join(word.lower()), n=number_word(len(word)), **w.cast()
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
    category: tuple(
        item for item, group in facts.CATEGORIES if group != category and item not in GROUPS[category]
    )
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


def group_scene(w: Writer) -> str:
    """Name members of a group, or find the word that is not one."""
    category = w.pick(BIG_GROUPS)
    plural = CATEGORY_PLURAL.get(category, category + "s")
    if w.random() < 0.65:
        if w.random() < 0.5:
            category, members = w.pick(PLURAL_GROUPS)
            items, plural = w.some(members, w.number(3, 4)), CATEGORY_PLURAL.get(category, category + "s")
        else:
            items = w.some(GROUPS[category], w.number(3, 4))
        text = joined(items)
        number = number_word(len(items))
        return w.pick(EXAMPLE_FRAMES).format(
            a=text, A=capitalize(text), n=number, N=capitalize(number), group=plural, **w.cast()
        )
    items = w.some(GROUPS[category], 3)
    odd = w.pick(UNRELATED[category])
    items.insert(w.number(0, 3), odd)
    return w.pick(ODD_FRAMES).format(a=", ".join(items), odd=odd, group=plural, **w.cast())


BLANK_FRAMES = lines_of("""
    {gap}/n/The missing word is «{word}».
    Complete the sentence, said {t}: {gap} {p} wrote the word «{word}».
    {T} wrote on the board: «{gap}» {p} filled in the word «{word}»: {A}
    Which word is missing in «{gap}»? It is «{word}».
    {p} completed the sentence «{gap}» with the word «{word}».
    There was a gap in the sentence: {gap} {p} put «{word}» into the gap. Now it says: {A}
""")


def blank_scene(w: Writer) -> str:
    """Fill a gap in a sentence with the only form that fits."""
    subject = w.pick(NAMES)
    clause = w.clause(subject)
    verb = clause.verb.finite(PRESENT, SINGULAR)
    gap = f"{subject.text} ____ ({clause.verb.base}){clause.after_verb()}."
    return w.pick(BLANK_FRAMES).format(gap=gap, word=verb, A=clause.statement(PRESENT), **w.cast())


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


def use_scene(w: Writer) -> str:
    """Use a word in a sentence."""
    if w.random() < 0.6:
        clause = w.action()
        noun = clause.object.noun or clause.object.text
        sentence, word, topic = clause.statement(w.pick(SIMPLE_TENSES)), noun, clause.object.as_object
        if clause.object.person == PLURAL and clause.object.noun:
            word = PLURAL_OF[clause.object.noun]
    else:
        noun, adjective = w.pick(COMPLEMENTS)
        thing = Phrase(f"the {noun.singular}", SINGULAR, "")
        sentence, word, topic = (
            Being(thing, adjective).statement(w.pick((PRESENT, PAST))),
            adjective,
            thing.text,
        )
    return w.pick(USE_FRAMES).format(x=word, A=sentence, topic=topic, **w.cast())


PRAISE = lines_of("""
    ‹Well done,› said {t}.
    {T} was pleased.
    ‹That is correct,› said {t}.
    ‹Good,› said {t}. ‹Now the next one.›
    {q} wrote it down too.
    The answer was right.
    ‹Very good, {p},› said {t}.
    Everybody agreed.
    Then it was the turn of {q}.
    {p} smiled.
    {T} nodded and went on to the next sentence.
""")
CLASS_OPENINGS = lines_of("""
    It was {day}, and the class had an English lesson.
    In the lesson on {day}, the class practiced sentences.
    {p} and {q} were sitting in the classroom.
    The lesson began at nine.
    {T} opened the book on page {n}.
    {p} likes English lessons.
    There was a test on {day}.
    Today the class talked about language.
    {p} had ten tasks for homework.
    ‹Listen,› said {t}. ‹Here is a new exercise.›
    The next exercise was on page {n} of the book.
    {q} helped {p} with the homework.
    Below the picture in the book was an exercise.
    {T} described the task and gave an example.
    The following exercise is from a school book.
""")

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


def formal_scene(w: Writer) -> str:
    """Say the same thing in an informal and in a formal style."""
    informal, formal = w.pick(FORMAL_PAIRS)
    return w.pick(FORMAL_FRAMES).format(a=informal, b=formal, **w.cast())
