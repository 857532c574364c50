"""What things, people, animals and places are like, and how they compare.

    Julia is old. Diana is older than Julia, but Jacob is the oldest. So Jacob is the oldest of the three.

What a thing is by definition, its class, color or material, stands in ``relations``.
"""

from __future__ import annotations

from small_world import facts
from small_world.lexicon import PEOPLE
from small_world.spelling import article
from small_world.text import capitalize, lines_of, words_of
from small_world.word_lists import ADJECTIVE_OF, KIND_ADJECTIVES, NAMED_THINGS, NOUNS_BY_KIND, PLACES
from small_world.writer import Writer

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


def description(writer: Writer) -> str:
    """Describe a thing in a few sentences."""
    noun, adjectives = writer.pick(PLAIN_THINGS)
    other, _ = writer.pick(PLAIN_THINGS)
    while other.kind != noun.kind or other is noun:
        other, _ = writer.pick(PLAIN_THINGS)
    name, other_name = noun.singular, other.singular
    slots = writer.cast() | {"x": name, "y": other_name, "place": writer.pick(PLACES)}
    parts = []
    for _ in range(writer.number(2, 4)):
        a, b, c = writer.sample(adjectives, 3)
        while any(word in ADJECTIVE_OF and ADJECTIVE_OF[word].antonym in (a, b, c) for word in (a, b, c)):
            a, b, c = writer.sample(adjectives, 3)
        parts.append(writer.pick(DESCRIPTIONS).format(a=a, b=b, c=c, **slots))
    return " ".join(parts)


COMPARED = words_of("tall, old, young, strong, fast, rich, brave, clever, happy, kind, short, small, quick, busy, lazy")


def comparison(writer: Writer) -> str:
    """Compare three people and draw the conclusion."""
    adjective = ADJECTIVE_OF[writer.pick(COMPARED)]
    names = writer.sample(PEOPLE, 3)
    if writer.random() < 0.3:
        names[writer.number(0, 2)] = writer.invented_word().capitalize()
    a, b, c = names
    more, most = adjective.comparative, adjective.superlative
    opposite = ADJECTIVE_OF[adjective.antonym] if adjective.antonym in ADJECTIVE_OF else None
    text = writer.pick(
        (
            f"{a} is {more} than {b}, and {b} is {more} than {c}.",
            f"{c} is {adjective.base}. {b} is {more} than {c}, but {a} is the {most}.",
            f"{b} is {more} than {c}. {a} is even {more} than {b}.",
        )
    )
    ending = writer.pick(
        (
            f"Who is the {most}? It is {a}.",
            f"So {a} is the {most} of the three.",
            f"Therefore {a} is {more} than {c}.",
            f"{a} is the {most}.",
            f"Is {a} {more} than {c}? Yes, {a} is {more}.",
        )
    )
    extra = f" {c} is not as {adjective.base} as {a}."
    if opposite and writer.random() < 0.3:
        extra = f" {c} is {opposite.comparative} than {a}."
    return f"{text}{extra if writer.random() < 0.5 else ''} {ending}"


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


def thing_comparison(writer: Writer) -> str:
    """Compare things of one kind."""
    kind = writer.pick(("object", "vehicle", "animal", "place", "clothing", "tool", "food"))
    x, y, z = writer.sample(NOUNS_BY_KIND[kind], 3)
    adjective = ADJECTIVE_OF.get(writer.pick(KIND_ADJECTIVES[kind]))
    while adjective is None:
        adjective = ADJECTIVE_OF.get(writer.pick(KIND_ADJECTIVES[kind]))
    return writer.pick(SIMPLE_COMPARISONS).format(
        x=x.singular,
        y=y.singular,
        z=z.singular,
        a=adjective.base,
        more=adjective.comparative,
        most=adjective.superlative,
        **writer.cast(),
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


def portrait(writer: Writer) -> str:
    """Describe what something is like in general."""
    noun, look, parts, does = writer.pick(PORTRAITS)
    thing = noun if noun in facts.SEASONS else article(noun)
    return writer.pick(PORTRAIT_FRAMES).format(
        a=thing, A=capitalize(thing), look=look, parts=parts, does=does, **writer.cast()
    )
