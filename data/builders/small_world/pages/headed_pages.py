"""Written pages with headings: notebooks and notices, and talk about what stands below.

Headings begin with "#" as in Markdown. They head stories, lists and facts, never an instruction.
"""

from __future__ import annotations

from small_world import facts
from small_world.clauses import SIMPLE_TENSES
from small_world.prose.daily_life import invented_things, plans
from small_world.prose.descriptions import description
from small_world.prose.sayings import proverb
from small_world.relations.all_relations import FACT_RELATIONS, WORD_RELATIONS
from small_world.relations.relation import relation_statements
from small_world.rewriting.kinds_of_sentence import request
from small_world.spelling import article
from small_world.text import capitalize, lines_of
from small_world.word_lists import NAMED_THINGS, STORY_ANIMALS
from small_world.writer import Writer

PAGE_TITLES = lines_of("""
    The {noun}
    The {a} {noun}
    {p} and the {noun}
    A {day} in {month}
    {day}
    {month}
    Notes of {p}
    News from {town}
    What {p} saw
    A letter to {q}
    Page {n}
    Chapter {n}
    Lesson {n}
    Words for {day}
    A list
    A report
    {p}
    The instructions for the {noun}
    A request from {q}
    The response of {q}
    The input of the class
    A description of the {noun}
    Things to do
    {town}
""")


def title(writer: Writer) -> str:
    """Return a heading without its marks."""
    noun, adjectives = writer.pick(NAMED_THINGS)
    return writer.pick(PAGE_TITLES).format(
        noun=noun.singular,
        a=writer.pick(adjectives),
        day=writer.pick(facts.DAYS),
        month=writer.pick(facts.MONTHS),
        town=writer.invented_word().capitalize() if writer.random() < 0.5 else writer.pick(facts.CAPITALS)[1],
        n=writer.number(1, 99),
        **writer.cast(),
    )


BELOW_FRAMES = lines_of("""
    Below is a list of the animals on the farm: {list}.
    Below is a letter that describes a journey to {city}.
    Below is a picture of {anoun}.
    Below is a note that {p} wrote on {day}: {s}
    Below the window stood {anoun}.
    {p} wrote a response to the letter of {q}. It was short: {s}
    {q} waited for a response, but nobody answered.
    The response of {q} was: {s}
    {p} sent a request to the office. The request was: {wish}.
    {q} read the request and wrote an appropriate response.
    The word that completes the line is «{x}».
    A good title describes the story appropriately. {p} chose «{t2}».
    {p} wrote a sentence that describes the {noun}: The {noun} is {a}.
    {p} read the instructions for the {noun} twice and then completed the task.
    The last piece completes the puzzle.
    The book describes a task that {p} had to complete: {wish}.
    ‹Write a letter that describes your town,› said {t}. {p} wrote about {city}.
    The instructions were easy to follow: first {wish}, then {wish2}.
    The first instruction was to {wish}.
    This machine takes an input and gives a response. The input was {n}, and the response was {n} too.
    {p} typed the input «{x}» into the machine, and the machine showed «{x}».
    {T} described the task, and the class completed it before noon.
""")


def below(writer: Writer) -> str:
    """Talk about letters, requests, instructions and what stands below."""
    noun, adjectives = writer.pick(NAMED_THINGS)
    text = writer.pick(BELOW_FRAMES).format(
        list=", ".join(writer.sample(STORY_ANIMALS, writer.number(2, 4))),
        city=writer.pick(facts.CAPITALS)[1],
        anoun=article(noun.singular),
        noun=noun.singular,
        a=writer.pick(adjectives),
        day=writer.pick(facts.DAYS),
        s=writer.any_clause().statement(writer.pick(SIMPLE_TENSES)),
        wish=request(writer),
        wish2=request(writer),
        x=writer.invented_word(),
        t2=title(writer),
        n=writer.number(1, 99),
        **writer.cast(),
    )
    return capitalize(text)


def page_facts(writer: Writer) -> str:
    """State facts of one kind, or talk about words."""
    return relation_statements(writer, writer.pick(FACT_RELATIONS if writer.random() < 0.6 else WORD_RELATIONS))


PAGE_PARTS = (page_facts, description, plans, below, below, invented_things, proverb)


def page(writer: Writer) -> str:
    """Return a page with a title and sections."""
    colon = ":" if writer.random() < 0.4 else ""
    parts = [f"# {title(writer)}{colon}"] if writer.random() < 0.6 else []
    marks = writer.pick(("##", "###", "###"))
    for _ in range(writer.number(1, 3)):
        parts.append(f"{marks} {title(writer)}{colon}")
        parts.append(" ".join(writer.pick(PAGE_PARTS)(writer) for _ in range(writer.number(1, 2))))
    return writer.pick(("\n\n", "\n\n", "\n")).join(parts)
