"""Relations about countries, books, inventions and jobs.

The rows come from ``facts``; here are the words in which people talk about them.
"""

from __future__ import annotations

from small_world import facts
from small_world.relations.relation import relation

CAPITAL = relation(
    facts.CAPITALS,
    "the capital of {x}, the capital city of {x}, the capital of {x}",
    """
    {Y} is the capital of {x}.
    {Y} is the capital city of {x}.
    {X} has a capital. It is called {y}.
    The capital of {rx} is {ry}.
    If you travel to {y}, you are in {x}.
    {p} lives in {ry}, the capital of {rx}.
    {p} visited {ry}, the capital of {rx}, last summer.
    Many tourists go to {ry}, the capital of {rx}.
    {p} wants to go to {ry}. It is a city in {rx}.
    In which country is {y}? It is in {x}.
    {Y} is a city in {x}.
    The country is {x} and its capital is {y}.
    Country: {rx}. Capital: {ry}.
    Of which country is {ry} the capital? Of {rx}.
    """,
    thing="the country",
)
CONTINENT = relation(
    facts.CONTINENTS,
    "the continent of {x}, the continent on which {x} lies, the continent where {x} lies",
    """
    {X} is in {y}.
    {X} is a country in {y}.
    {X} lies in {y}.
    The country {x} belongs to the continent {y}.
    On which continent is {x}? It is in {y}.
    {p} comes from {rx}, a country in {ry}.
    If you go to {rx}, you go to {ry}.
    Country: {rx}. Continent: {ry}.
    One of the countries of {ry} is {rx}.
    {X} is located in {y}.
    """,
    thing="the country",
)
LANGUAGE = relation(
    facts.LANGUAGES,
    "the language of {x}, the main language of {x}, the language that people speak in {x}",
    """
    People in {x} speak {y}.
    {ry} is spoken in {rx}.
    In {x}, most people speak {y}.
    {p} comes from {rx} and speaks {ry}.
    If you go to {rx}, it is useful to know {ry}.
    Which language is spoken in {rx}? People there speak {ry}.
    {p} is learning {ry} because {he} wants to work in {rx}.
    The main language spoken in {rx} is {ry}.
    Country: {rx}. Language: {ry}.
    """,
    thing="the country",
)
AUTHOR = relation(
    facts.AUTHORS,
    "the author of {x}, the writer of {x}, the author of the book {x}",
    """
    {Y} wrote {x}.
    {Y} is the author of {x}.
    {X} was written by {y}.
    {X} is a book by {y}.
    Who wrote {x}? {Y} wrote it.
    Who is the author of {x}? It is {y}.
    {p} is reading {x}. It was written by {ry}.
    {p} borrowed {x} by {ry} from the library.
    The book {x} was written by {ry}.
    One of the works of {ry} is {x}.
    {p} likes the books of {ry}, above all {x}.
    Title: {rx}. Author: {ry}.
    Did you know that {ry} wrote {x}?
    """,
    quoted=0.65,
    person=True,
    thing="the book",
)
DEVELOPED = {"the theory of relativity", "the smallpox vaccine", "the polio vaccine", "pasteurization"}
INVENTED_ROWS = tuple(row for row in facts.INVENTIONS if row[0] not in facts.DISCOVERED | DEVELOPED)
INVENTOR = relation(
    INVENTED_ROWS,
    "the inventor of {x}, the person behind the invention of {x}",
    """
    {Y} invented {rx}.
    {X} was invented by {ry}.
    Who was the inventor of {rx}? It was {ry}.
    {p} read a book about {ry}, who invented {rx}.
    We have {rx} because of {ry}.
    The name of the inventor of {rx} is {ry}.
    {RX} is an invention of {ry}.
    Invention: {rx}. Inventor: {ry}.
    """,
    quoted=0.1,
    person=True,
    thing="the following thing",
)
DISCOVERER = relation(
    [row for row in facts.INVENTIONS if row[0] in facts.DISCOVERED],
    "the discoverer of {x}, the person behind the discovery of {x}",
    """
    {Y} discovered {rx}.
    {RY} is famous for the discovery of {rx}.
    Who was the discoverer of {rx}? It was {ry}.
    {p} read a book about {ry}, who discovered {rx}.
    Discovery: {rx}. Discovered by: {ry}.
    """,
    quoted=0.1,
    person=True,
    thing="",
)
DEVELOPER = relation(
    [row for row in facts.INVENTIONS if row[0] in DEVELOPED],
    "the person who developed {x}, the scientist behind {x}",
    """
    {Y} developed {rx}.
    {X} was developed by {ry}.
    Who developed {rx}? {Y} developed it.
    {p} read a book about {ry}, who developed {rx}.
    """,
    quoted=0.1,
    person=True,
    thing="",
)
OCCUPATION = relation(
    facts.OCCUPATIONS,
    "what {ax} does, the work of {ax} in a few words",
    """
    {AX} {ry}.
    {AX} is a person who {ry}.
    What does {ax} do? {AX} {ry}.
    A person who {ry} is called {ax}.
    {p} is {ax}. {He} {ry}.
    {p} wants to be {ax}, somebody who {ry}.
    Who {ry}? {AX} {ry}.
    Everyone knows that {ax} {ry}.
    The job of {p} is {rx}, so {he} {ry}.
    {T} asked what {ax} does. {p} answered: ‹{AX} {ry}.›
    """,
    quoted=0.0,
    own=1.0,
    thing="the person",
)
