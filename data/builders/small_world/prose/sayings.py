"""What people say and write to each other: proverbs, dates, advice and short messages.

    A good piece of advice about growing flowers is: «Give the flowers light and water, but not too much.»

The proverbs come from ``facts``; advice and messages stand here and are not those of the instruction data.
"""

from __future__ import annotations

from small_world import facts
from small_world.text import joined, lines_of
from small_world.writer import Writer

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


def proverb(writer: Writer) -> str:
    """Quote a proverb."""
    text = writer.pick(facts.PROVERBS)
    words = text.split()
    return writer.pick(PROVERB_FRAMES).format(x=text, first=" ".join(words[: max(2, len(words) // 2)]), **writer.cast())


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


def recital(writer: Writer) -> str:
    """Name days, months or seasons, or give a date."""
    return writer.pick(RECITAL_FRAMES).format(
        days=joined(facts.DAYS),
        months=joined(facts.MONTHS),
        seasons=joined(facts.SEASONS),
        day=writer.pick(facts.DAYS),
        month=writer.pick(facts.MONTHS),
        n=writer.number(1, 28),
        year=writer.number(1900, 2024),
        **writer.cast(),
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


def advice(writer: Writer) -> str:
    """Give somebody advice."""
    topic, tip = writer.pick(ADVICE)
    return writer.pick(ADVICE_FRAMES).format(x=topic, y=tip, **writer.cast())


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


def note(writer: Writer) -> str:
    """Write somebody a short message for an occasion."""
    occasion, text = writer.pick(NOTES)
    return writer.pick(NOTE_FRAMES).format(x=occasion, y=text, **writer.cast())
