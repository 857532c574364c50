"""Relations about elements, animals, clouds, and what things are, look like and are made of.

The rows come from ``facts``; here are the words in which people talk about them.
"""

from __future__ import annotations

from small_world import facts
from small_world.relations.relation import relation
from small_world.text import words_of

SYMBOL = relation(
    [(name, symbol) for name, symbol, _ in facts.ELEMENTS],
    "the chemical symbol for {x}, the symbol for {x}, the chemical symbol of {x}, the symbol of {x}",
    """
    {Y} is the symbol for {x}.
    {X} has the symbol {y}.
    The element {x} is written as {y}.
    In chemistry, {rx} is written as {ry}.
    {y} stands for {x}.
    Which element has the symbol {y}? It is {x}.
    {p} wrote {ry} for {rx}.
    Element: {rx}. Symbol: {ry}.
    {X} is a chemical element with the symbol {y}.
    """,
    quoted=0.25,
    thing="the element",
)
ELEMENT = relation(
    [(symbol, name) for name, symbol, _ in facts.ELEMENTS],
    "the element with the symbol {x}, the chemical element with the symbol {x}, the element that has the symbol {x}",
    """
    The symbol {x} stands for {ry}.
    {x} is the symbol for the element {ry}.
    What does the symbol {x} stand for? It stands for {ry}.
    {p} saw the symbol {x} and knew that it stands for {ry}.
    The chemical symbol {x} stands for the element {ry}.
    Symbol: {rx}. Element: {ry}.
    """,
    quoted=0.5,
    thing="",
)
ATOMIC_NUMBER = relation(
    [(name, number) for name, _, number in facts.ELEMENTS],
    "the atomic number of {x}, the atomic number of the element {x}",
    """
    {X} has the atomic number {ry}.
    The element with the atomic number {ry} is {x}.
    Element number {ry} is {x}.
    Which element has the atomic number {ry}? It is {rx}.
    Element: {rx}. Atomic number: {ry}.
    The number of protons in an atom of {rx} is {ry}.
    """,
    quoted=0.0,
    thing="the element",
)
ANIMAL_CLASS = relation(
    facts.ANIMAL_CLASSES,
    "the class of {ax}, the class of animals that {ax} belongs to, the animal class of the {x}",
    """
    {AX} is {ay}.
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
    {p} drew {ay}. It was {ax}.
    """,
    quoted=0.15,
    thing="the animal",
)
YOUNG_ANIMAL = relation(
    facts.ANIMAL_YOUNG,
    "the word for a young {rx}, the word for a baby {rx}, the word for the young of {ax}",
    """
    A young {rx} is called {ay}.
    A baby {rx} is called {ay}.
    {AY} is a young {rx}.
    The {rx} has a baby. It is {ay}.
    {AX} was once {ay}.
    When {ay} grows up, it becomes {ax}.
    What do we call a young {rx}? We call it {ay}.
    {p} saw a young {rx}, that is, {ay}.
    {AY} is the young of {ax}.
    """,
    quoted=0.2,
    thing="the animal",
)


def base_of(third: str) -> str:
    """Return the base of a regular third person: "barks" gives "bark", "buzzes" gives "buzz"."""
    return third[:-2] if third.endswith(("sses", "zzes", "shes", "ches")) else third[:-1]


ANIMAL_VOICE = relation(
    [(animal, base_of(sound)) for animal, sound in facts.ANIMAL_SOUNDS],
    "what {ax} can do with its voice, the word for the sound of {ax}, the verb for the sound of {ax}",
    """
    {AX} can {ry}.
    What does {ax} do? It can {ry}.
    Can you hear the {rx} {ry}?
    {p} heard {ax} {ry}.
    The verb for the sound of the {rx} is {y}.
    {p} heard the {rx} {ry} in the night.
    """,
    thing="the animal",
)
ANIMAL_SOUND = relation(
    facts.ANIMAL_SOUNDS,
    "what {ax} does when it makes a sound, what {ax} does",
    """
    {AX} {ry}.
    The {rx} {ry}.
    Every {rx} {ry}.
    Which animal {ry}? The {rx} {ry}.
    ‹{AX} {ry},› said {p}.
    {p} knows that {ax} {ry}.
    What sound does {ax} make? {AX} {ry}.
    When it is afraid or happy, {ax} {ry}.
    """,
    quoted=0.0,
    own=1.0,
    thing="the animal",
)
CLOUD = relation(
    facts.CLOUDS_WEATHER,
    "the type of cloud that comes with {x}, the cloud type of {x}, the cloud that belongs to {x}",
    """
    {X} can come from {ry} clouds.
    {Y} is the cloud that goes together with {rx}.
    Which cloud is linked with {rx}? It is {ry}.
    People connect {rx} with {ry} clouds.
    When {p} thinks of {rx}, {he} thinks of {ry} clouds.
    The type of cloud that we link with {rx} is called {y}.
    The cloud associated with {rx} is {y}.
    A cloud of the type {y} is typically associated with {rx}.
    {p} said that {ry} clouds are associated with {rx}.
    """,
    thing="the weather",
)
COLOR = relation(
    facts.COLOURS,
    "the color of {x}, the usual color of {x}, the color that {x} have",
    """
    {RX} are {ry}.
    {RX} are usually {ry}.
    What color are {rx}? {RX} are {ry}.
    {p} painted the picture with {rx} in {ry}, because they are {ry}.
    {p} knows that {rx} are {ry}.
    Think of something {ry}: {rx}.
    Things that are {ry} are, for example, {rx}.
    In the picture the {rx} are {ry}, as in real life.
    """,
    quoted=0.1,
    thing="these things",
)
MATERIAL = relation(
    facts.MATERIALS,
    "the material of {x}, the usual material of {x}, the material that {x} are made of",
    """
    {RX} are made of {ry}.
    {RX} are usually made of {ry}.
    What are {rx} made of? They are made of {ry}.
    We use {ry} to make {rx}.
    {p} knows that {rx} are made of {ry}.
    People make {rx} of {ry}.
    {RY} is used for {rx}.
    """,
    quoted=0.1,
    thing="these things",
)
MASS_ITEMS = set(words_of("spinach, lettuce, broccoli"))
MASS_CATEGORIES = set(words_of("drink, metal, sport, planet, color, day of the week, month"))
COUNTABLE_ITEMS = tuple(
    row for row in facts.CATEGORIES if row[1] not in MASS_CATEGORIES and row[0] not in MASS_ITEMS | {"pliers"}
)
OTHER_ITEMS = tuple(
    row for row in facts.CATEGORIES if (row[1] in MASS_CATEGORIES or row[0] in MASS_ITEMS) and row[0] != "pliers"
)
CATEGORY = relation(
    COUNTABLE_ITEMS,
    "the category of {ax}, the category of {x}, the group that {ax} belongs to",
    """
    {AX} is a kind of {ry}.
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
    {T} asked for an example of {ay}. {p} said {rx}.
    """,
    quoted=0.3,
    thing="the item",
)
UNCOUNTED_CATEGORY = relation(
    OTHER_ITEMS,
    "the category of {x}, the group that {x} belongs to",
    """
    {RX} is {ay}.
    The word «{rx}» is the name of {ay}.
    {p} put «{rx}» into the category «{ry}».
    What is {rx}? It is {ay}.
    {T} asked {p} to classify «{rx}». {He} said that {rx} is {ay}.
    {p} named {ay}: {rx}.
    One example of {ay} is {rx}.
    Item: {rx}. Category: {ry}.
    {T} asked for an example of {ay}. {p} said {rx}.
    """,
    quoted=0.3,
    thing="the item",
)
