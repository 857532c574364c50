"""Write the instruction data: 1,100 short tasks with their answers, and the family of each task.

A family is a kind of task, such as "plural" or "capital". It has several phrasings and a pool of examples.
Every example has a key: the words that the task turns on (the verb, the noun, the country, the book). The
keys of a family are divided among training, test and validation part before any entry is made, so that a test
entry never asks for something that an entry of the training part has answered.

In a closed family there is one right answer, which can be scored by exact match. That is fair because the
phrasing settles the form of the answer:
- a question is answered by a sentence ("What is the capital of Japan?", "The capital of Japan is Tokyo.");
- a command to name a fact is answered by the fact ("Name the capital of Japan.", "Tokyo.");
- a command that asks for a word is answered by the bare word ("Give the plural of 'mouse'.", "mice");
- a command to change a sentence is answered by the changed sentence.

Run `python data/builders/build_instruction_data.py` to write `data/instruction-data.json` and
`data/instruction-families.json`. The result is the same on every machine.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from string import Formatter
from typing import NamedTuple

import facts
import instruction_examples as examples
import instruction_phrasings
import lexicon

SEED = 123
PARTS = {"train": 935, "test": 110, "validation": 55}
DATA_DIR = Path(__file__).resolve().parent.parent
MAX_WORDS = 60

# The entries that the tutorial text quotes, by their place in the file, and the keys that they need.
FIXED_PLACES = {
    935: (
        "Rewrite the sentence using a simile.",
        "The car is very fast.",
        "The car is as fast as lightning.",
    ),
    936: (
        "What type of cloud is typically associated with thunderstorms?",
        "",
        "The type of cloud typically associated with thunderstorms is cumulonimbus.",
    ),
    937: ("Name the author of 'Pride and Prejudice'.", "", "Jane Austen."),
    1045: (
        "Convert the active sentence to passive: 'The chef cooks the meal every day.'",
        "",
        "The meal is cooked by the chef every day.",
    ),
}
FIXED_KEYS = {
    "simile": {"fast": "test"},
    "cloud_type": {"thunderstorms": "test"},
    "author": {"Pride and Prejudice": "test"},
    "active_to_passive": {"cook": "validation"},
}


class Item(NamedTuple):
    """One entry of the data with what a reader of the file does not see: its key, part and phrasing."""

    instruction: str
    input: str
    output: str
    family: str
    answer: str
    key: str
    part: str
    phrasing: str


class Example(NamedTuple):
    """The content of an entry; `key` lists, with ", " between them, words that no other part may use."""

    key: str
    fields: dict[str, str]


class Phrasing(NamedTuple):
    """The instruction, input and answer of a task, with the marks explained in `instruction_phrasings`."""

    instruction: str
    input: str
    output: str


class Family(NamedTuple):
    """A kind of task; `counts` says how many entries each part gets, in the order of `PARTS`."""

    name: str
    answer: str
    counts: tuple[int, ...]
    phrasings: list[Phrasing]
    examples: list[Example]


def capitalized(text: str) -> str:
    """Return the text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]


def table(rows: Iterable[Sequence[str]], *names: str) -> list[Example]:
    """Turn the rows of a table into examples with the given field names; the first cell is the key."""
    return [Example(row[0], dict(zip(names, row, strict=True))) for row in rows]


def keyed_by_last(rows: Iterable[Sequence[str]], *names: str) -> list[Example]:
    """Like `table`, for rows that have their key as an additional last cell."""
    return [Example(row[-1], dict(zip(names, row[:-1], strict=True))) for row in rows]


# Examples: sentences


class Clause(NamedTuple):
    """Subject, verb and the rest of a simple sentence."""

    subject: str
    verb: lexicon.Verb | lexicon.Intransitive
    rest: str


def event_clauses() -> list[Clause]:
    """Return the clauses with an object: "the baker", bake, "the bread"."""
    verbs = {verb.base: verb for verb in lexicon.TRANSITIVE}
    return [Clause(agent, verbs[base], thing) for agent, base, thing in examples.EVENTS]


def clauses(name: str) -> list[Clause]:
    """Return clauses with and without an object; the name of the family decides who does what where."""
    rng = Random(f"{SEED} clauses {name}")
    people = rng.sample(lexicon.PEOPLE, len(lexicon.INTRANSITIVE))
    pairs = zip(people, lexicon.INTRANSITIVE, strict=True)
    both = [Clause(person, verb, rng.choice(verb.places)) for person, verb in pairs] + event_clauses()
    rng.shuffle(both)
    return both


def active(clause: Clause, tense: str, time: str = "") -> str:
    """Return the clause as an active sentence in the tense "present", "past", "future" or "continuous"."""
    verb = clause.verb
    forms = {
        "present": verb.third,
        "past": verb.past,
        "future": f"will {verb.base}",
        "continuous": f"is {verb.ing}",
    }
    return capitalized(" ".join(filter(None, (clause.subject, forms[tense], clause.rest, time)))) + "."


def passive(clause: Clause, tense: str, time: str = "") -> str:
    """Return the clause as a passive sentence; the time stands at the end, after the agent."""
    auxiliary = {"present": "is", "past": "was", "future": "will be", "continuous": "is being"}[tense]
    words = (clause.rest, auxiliary, clause.verb.participle, "by", clause.subject, time)
    return capitalized(" ".join(filter(None, words))) + "."


HABITS = (
    ("present", "every day"),
    ("past", "yesterday"),
    ("present", ""),
    ("past", ""),
    ("future", "tomorrow"),
    ("present", "every week"),
    ("continuous", ""),
)
SINGLE_ACTS = (("past", ""), ("past", "last week"), ("future", "soon"))


def voice_examples(shift: int) -> list[Example]:
    """Return each event as an active and a passive sentence; `shift` varies the tenses between families."""
    found = []
    for number, clause in enumerate(event_clauses(), start=shift):
        frames = SINGLE_ACTS if clause.verb.base in examples.ONCE else HABITS
        tense, time = frames[number % len(frames)]
        if tense == "continuous" and clause.verb.base in examples.STATIVE:
            tense = "present"
        fields = {"active": active(clause, tense, time), "passive": passive(clause, tense, time)}
        found.append(Example(clause.verb.base, fields))
    return found


def tense_examples(name: str) -> list[Example]:
    """Return clauses with their sentence in the present, past, future and continuous."""
    found = []
    for clause in clauses(name):
        verb = clause.verb
        if verb.base == verb.past or (name == "present_continuous" and verb.base in examples.STATIVE):
            continue
        sentences = {tense: active(clause, tense) for tense in ("present", "past", "future", "continuous")}
        forms = {"base": verb.base, "past_form": verb.past, "ing": verb.ing}
        found.append(Example(verb.base, sentences | forms))
    return found


STATES = ("happy", "tired", "hungry", "busy", "brave", "angry", "late", "clever", "nervous", "thirsty")


def statement_examples(name: str) -> list[Example]:
    """Return statements with their negative form and the question to which they answer yes."""
    found = []
    for number, (subject, verb, rest) in enumerate(clauses(name)):
        form, auxiliary = ((verb.third, "does"), (verb.past, "did"))[number % 2]
        found.append(statement(verb.base, subject, f"{form} {rest}", auxiliary, f"{verb.base} {rest}"))
    people = Random(f"{SEED} states {name}").sample(lexicon.PEOPLE, len(STATES))
    for person, state in zip(people, STATES, strict=True):
        found.append(statement(state, person, f"is {state}", "is", state))
    return found


def statement(key: str, subject: str, predicate: str, auxiliary: str, rest: str) -> Example:
    """Return a statement with its negative ("does not walk") and its question ("Does Tom walk ...?")."""
    fields = {
        "statement": capitalized(f"{subject} {predicate}."),
        "negative": capitalized(f"{subject} {auxiliary} not {rest}."),
        "question": capitalized(f"{auxiliary} {subject} {rest}?"),
    }
    return Example(key, fields)


def pronoun_examples() -> list[Example]:
    """Return sentences with a subject that a pronoun can replace; the key is the subject."""
    rng = Random(f"{SEED} pronouns")
    subjects = [(name, lexicon.GENDER[name]) for name in rng.sample(lexicon.PEOPLE, 24)]
    subjects += [(subject, pronoun) for pronoun, *group in examples.PRONOUNS for subject in group]
    verbs = rng.sample(lexicon.INTRANSITIVE, len(lexicon.INTRANSITIVE)) * 2
    found = []
    for (subject, pronoun), verb in zip(subjects, verbs, strict=False):
        rest = f"{verb.base if pronoun == 'they' else verb.third} {rng.choice(verb.places)}."
        fields = {"subject": subject, "sentence": f"{subject} {rest}", "pronoun": pronoun, "rest": rest}
        found.append(Example(subject, fields))
    return found


def spelling_examples() -> list[Example]:
    """Return misspelled words, alone and in a sentence."""
    wrong_of = {right: wrong for wrong, right in facts.MISSPELLINGS}
    found = []
    for right, gapped in examples.SPELLING_SENTENCES:
        wrong = wrong_of[right]
        sentences = {
            "wrong_sentence": gapped.replace("_", wrong),
            "right_sentence": gapped.replace("_", right),
        }
        found.append(Example(right, {"wrong": wrong, "right": right} | sentences))
    return found


CAPITAL_LETTER_FRAMES = (
    "{} lives in {}.",
    "{} comes from {}.",
    "Yesterday {} traveled to {}.",
    "My friend {} loves {}.",
)


def capital_letter_examples() -> list[Example]:
    """Return sentences with a name and a place, written with and without capital letters."""
    rng = Random(f"{SEED} capital letters")
    places = rng.sample([place for row in facts.CAPITALS[:40] for place in row], 32)
    found = []
    for number, (person, place) in enumerate(zip(rng.sample(lexicon.PEOPLE, 32), places, strict=True)):
        sentence = CAPITAL_LETTER_FRAMES[number % len(CAPITAL_LETTER_FRAMES)].format(person, place)
        found.append(Example(f"{person}, {place}", {"plain": sentence.lower(), "correct": sentence}))
    return found


def contraction_examples() -> list[Example]:
    """Return word pairs with their contraction, alone and in a sentence."""
    rows = [(*row, capitalized(row[2].replace(row[0], row[1]))) for row in examples.CONTRACTIONS]
    return table(rows, "full", "short", "sentence", "shortened")


def word_count_examples() -> list[Example]:
    """Return sentences of different lengths with the number of their words."""
    times = ("", "yesterday", "last week", "on Sunday morning", "on a very cold evening")
    found = []
    for number, clause in enumerate(clauses("word_count")):
        time = "" if clause.verb.base in examples.STATIVE else times[number % len(times)]
        sentence = active(clause, "past", time)
        found.append(Example(clause.verb.base, {"sentence": sentence, "count": str(len(sentence.split()))}))
    return found


# Examples: words


def noun_examples() -> list[Example]:
    """Return nouns with their plural: all that need more than an "s", and as many that do not."""
    nouns = [noun for noun in lexicon.NOUNS if noun.singular != noun.plural]
    irregular = [noun for noun in nouns if noun.plural != noun.singular + "s"]
    regular = [noun for noun in nouns if noun.plural == noun.singular + "s"]
    chosen = irregular + Random(f"{SEED} nouns").sample(regular, len(irregular))
    return table([(noun.singular, noun.plural) for noun in chosen], "singular", "plural")


def opposite_examples() -> list[Example]:
    """Return words with their opposite; no word stands in two pairs, so a pair is asked in one direction."""
    adjectives = [(word.base, word.antonym) for word in lexicon.ADJECTIVES if word.antonym]
    clear = [pair for pair in adjectives if not examples.UNCLEAR_OPPOSITES.intersection(pair)]
    found, used = [], set()
    for word, opposite in (*clear, *facts.OPPOSITES_EXTRA):
        if not used & {word, opposite}:
            used |= {word, opposite}
            found.append(Example(f"{word}, {opposite}", {"word": word, "opposite": opposite}))
    return found


def synonym_choice_examples() -> list[Example]:
    """Return a word, a word with the same meaning and one without, in changing order."""
    found = []
    for number, (word, same, other) in enumerate(examples.SYNONYM_CHOICES):
        first, second = (same, other) if number % 2 else (other, same)
        fields = {"word": word, "same": same, "first": first, "second": second}
        found.append(Example(f"{word}, {same}, {other}", fields))
    return found


def word_class_examples(shift: int) -> list[Example]:
    """Return sentences of five words with one word to ask about; the key is all words of the sentence."""
    kinds = ("adjective", "noun", "verb", "adverb")
    found = []
    for number, words in enumerate(examples.FOUR_WORDS, start=shift):
        which = number % len(kinds)
        fields = {"sentence": f"The {' '.join(words)}.", "word": words[which], "kind": kinds[which]}
        found.append(Example(", ".join(words), fields))
    return found


def sorting_examples() -> list[Example]:
    """Return lists of three or four words with different first letters, mixed and sorted."""
    kinds = ("animal", "food", "object", "vehicle")
    words = list(dict.fromkeys(noun.singular for noun in lexicon.NOUNS if noun.kind in kinds))
    words = Random(f"{SEED} sorting").sample(words, 130)
    found = []
    while len(words) > 30:
        by_letter: dict[str, str] = {}
        for word in words:
            if len(by_letter) < 3 + len(found) % 2:
                by_letter.setdefault(word[0], word)
        group = list(by_letter.values())
        words = [word for word in words if word not in group]
        ordered = sorted(group)
        mixed = group[::-1] if group == ordered else group
        fields = {"mixed": ", ".join(mixed), "sorted": ", ".join(ordered), "first": ordered[0]}
        found.append(Example(", ".join(mixed), fields))
    return found


def odd_one_out_examples() -> list[Example]:
    """Return three things of a kind and one of another; no thing is used twice."""
    rng = Random(f"{SEED} odd one out")
    kinds: dict[str, list[str]] = defaultdict(list)
    for thing, kind in clear_categories():
        kinds[kind].append(thing)
    groups, spare = [], []
    for kind, things in kinds.items():
        rng.shuffle(things)
        full = (len(things) - 1) // 3 * 3
        groups += [(kind, things[start : start + 3]) for start in range(0, full, 3)]
        spare += [(kind, thing) for thing in things[full:]]
    rng.shuffle(groups)
    rng.shuffle(spare)
    found = []
    for kind, words in groups:
        odd = next((choice for choice in spare if clearly_different(kind, choice[0])), None)
        if odd:
            spare.remove(odd)
            words.insert(rng.randrange(4), odd[1])
            found.append(Example(", ".join(words), {"words": ", ".join(words), "odd": odd[1]}))
    return found


def clear_categories() -> list[tuple[str, str]]:
    """Return the things that belong to one category only."""
    return [row for row in facts.CATEGORIES if row[0] not in examples.AMBIGUOUS_THINGS]


def clearly_different(kind: str, other: str) -> bool:
    """Tell whether a thing of the other kind stands out among things of a kind."""
    return kind != other and not any({kind, other} <= close for close in examples.CLOSE_KINDS)


# Examples: facts

NUMBER_WORDS = {1: "one", 2: "two", 3: "three"}


def unit_examples() -> list[Example]:
    """Return how many small units make a large unit, or two or three of them in every fourth example."""
    found = []
    for number, (large, small, factor) in enumerate(facts.UNITS):
        times = 2 + number % 8 // 4 if number % 4 == 3 and factor <= 100 else 1
        name = large if times == 1 else examples.IRREGULAR_UNITS.get(large, large + "s")
        fields = {"amount": f"{NUMBER_WORDS[times]} {name}", "small": small, "total": str(times * factor)}
        found.append(Example(f"{large} of {small}", fields))
    return found


def arithmetic_examples() -> list[Example]:
    """Return small sums, differences and products; the key does not depend on the order of the numbers."""
    rng = Random(f"{SEED} arithmetic")
    found = []
    for number in range(60):
        low, high = sorted((rng.randint(2, 9), rng.randint(2, 12)))
        results = (("plus", "+", low + high), ("minus", "-", high - low), ("times", "x", low * high))
        word, sign, result = results[number % 3]
        first, second = (high, low) if word == "minus" or rng.random() < 0.5 else (low, high)
        fields = {"words": f"{first} {word} {second}", "signs": f"{first} {sign} {second}"}
        found.append(Example(f"{low} {sign} {high}", fields | {"result": str(result)}))
    return found


def inventor_examples() -> list[Example]:
    """Return inventions and discoveries with the fitting verb."""
    rows = [
        (*row, "discovered" if row[0] in examples.DISCOVERIES else "invented") for row in facts.INVENTIONS
    ]
    return table(rows, "thing", "person", "did")


def author_examples() -> list[Example]:
    """Return books with their author; titles with an apostrophe would not read well in quotes."""
    return table([row for row in facts.AUTHORS if "'" not in row[0]], "title", "author")


def element_examples() -> list[Example]:
    """Return chemical elements with their symbol."""
    return table([row[:2] for row in facts.ELEMENTS], "name", "symbol")


# Examples: open tasks


def simile_examples() -> list[Example]:
    """Return sentences such as "The car is very fast." with their simile; the key is the adjective."""
    pictures = dict(facts.SIMILES)
    rows = [
        (
            f"{subject} is very {adjective}.",
            f"{subject} is as {adjective} as {pictures[adjective]}.",
            adjective,
        )
        for adjective, subject in examples.SIMILE_SUBJECTS
    ]
    return keyed_by_last(rows, "sentence", "simile")


def synonym_examples() -> list[Example]:
    """Return adjectives with the first of their synonyms."""
    rows = [(word.base, word.synonyms[0]) for word in lexicon.ADJECTIVES if word.synonyms]
    return table([row for row in rows if row[0] not in examples.UNCLEAR_SYNONYMS], "word", "synonym")


def definition_examples() -> list[Example]:
    """Return countable nouns with their definition."""
    no_article = examples.WITHOUT_ARTICLE
    rows = [row for row in facts.DEFINITIONS if not row[1].startswith("to ") and row[0] not in no_article]
    return table(rows, "word", "definition")


# Families


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of every family."""
    degrees = [word[:3] for word in lexicon.ADJECTIVES if word.base not in examples.SELDOM_COMPARED]
    # In Oceania the name of the continent is not as clear as elsewhere.
    continents = [row for row in facts.CONTINENTS if row[1] != "Oceania"]
    adverbs = [pair for pair in lexicon.ADVERBS if pair[0] != pair[1]]
    return {
        "active_to_passive": voice_examples(0),
        "passive_to_active": voice_examples(2),
        "past_tense": tense_examples("past_tense"),
        "future_tense": tense_examples("future_tense"),
        "present_continuous": tense_examples("present_continuous"),
        "negative_sentence": statement_examples("negative_sentence"),
        "question_from_statement": statement_examples("question_from_statement"),
        "pronoun_replacement": pronoun_examples(),
        "spelling_correction": spelling_examples(),
        "grammar_correction": keyed_by_last(examples.GRAMMAR, "wrong", "right"),
        "sentence_type": keyed_by_last(examples.SENTENCE_TYPES, "sentence", "kind"),
        "punctuation": keyed_by_last(examples.PUNCTUATION, "bare", "mark"),
        "capital_letters": capital_letter_examples(),
        "contraction": contraction_examples(),
        "word_count": word_count_examples(),
        "plural": noun_examples(),
        "singular": noun_examples(),
        "antonym": opposite_examples(),
        "synonym_choice": synonym_choice_examples(),
        "comparative": table(degrees, "base", "comparative", "superlative"),
        "superlative": table(degrees, "base", "comparative", "superlative"),
        "adverb": table(adverbs, "adjective", "adverb"),
        "part_of_speech": word_class_examples(0),
        "find_the_word": word_class_examples(2),
        "alphabetical_order": sorting_examples(),
        "odd_one_out": odd_one_out_examples(),
        "author": author_examples(),
        "cloud_type": table(facts.CLOUDS_WEATHER, "weather", "cloud"),
        "capital": table(facts.CAPITALS, "country", "city"),
        "continent": table(continents, "country", "continent"),
        "language": table(facts.LANGUAGES, "country", "language"),
        "inventor": inventor_examples(),
        "element_symbol": element_examples(),
        "element_name": element_examples(),
        "category": table(clear_categories(), "thing", "kind"),
        "animal_class": table(facts.ANIMAL_CLASSES, "animal", "kind"),
        "animal_young": table(facts.ANIMAL_YOUNG, "animal", "young"),
        "color": table(facts.COLOURS, "things", "value"),
        "material": table(facts.MATERIALS, "things", "value"),
        "word_from_definition": table(facts.DEFINITIONS, "word", "definition"),
        "unit_conversion": unit_examples(),
        "arithmetic": arithmetic_examples(),
        "simile_completion": table(facts.SIMILES, "adjective", "picture"),
        "simile": simile_examples(),
        "synonym": synonym_examples(),
        "definition": definition_examples(),
        "polite_request": keyed_by_last(examples.POLITE, "command", "request"),
        "formal_style": keyed_by_last(examples.FORMAL, "casual", "formal"),
        "description": table(examples.DESCRIPTIONS, "thing", "text"),
        "word_in_sentence": table(examples.WORD_SENTENCES, "word", "sentence"),
        "list_of_three": table(examples.LISTS, "kind", "things"),
        "advice": table(examples.ADVICE, "aim", "tip"),
        "message": table(examples.MESSAGES, "occasion", "text"),
    }


def read_families() -> list[Family]:
    """Return all families, with their phrasings read from `instruction_phrasings`."""
    pools = examples_of_families()
    families = []
    for block in instruction_phrasings.FAMILIES.strip().split("\n\n"):
        head, *lines = block.replace("\n|", " |").splitlines()
        name, answer, *counts = head.split()
        phrasings = [Phrasing(*row) for row in examples.rows("\n".join(lines))]
        families.append(Family(name, answer, tuple(map(int, counts)), phrasings, pools[name]))
    return families


# From families to entries


class FieldFormatter(Formatter):
    """Format fields with three conversions: !c a capital letter, !a "a" or "an" in front, !A both."""

    def convert_field(self, value: str, conversion: str | None) -> str:
        """Return the value as the conversion asks for."""
        if conversion in ("a", "A"):
            value = lexicon.article(value)
        return capitalized(value) if conversion in ("c", "A") else value


QUOTES = {"<": ("'{}'", "'{}'", '"{}"', "{}"), "[": ("'{}'", '"{}"')}


def quoted(text: str, style: int) -> str:
    """Resolve the quotation marks <...> and [...] of a filled phrasing; `style` counts through the styles."""

    def mark(match: re.Match) -> str:
        chosen = QUOTES[match[1]][style % len(QUOTES[match[1]])]
        if chosen == "'{}'" and "'" in match[2]:
            chosen = '"{}"'
        return chosen.format(match[2])

    return re.sub(r"([<\[])(.*?)[>\]]", mark, text)


def split_keys(family: Family, rng: Random) -> dict[str, list[str]]:
    """Divide the keys of a family among the parts; every test and validation entry gets a key of its own."""
    fixed = FIXED_KEYS.get(family.name, {})
    keys = [key for key in dict.fromkeys(example.key for example in family.examples) if key not in fixed]
    rng.shuffle(keys)
    parts = {}
    for part, count in list(zip(PARTS, family.counts, strict=True))[1:]:
        parts[part] = [key for key, place in fixed.items() if place == part]
        while len(parts[part]) < count:
            parts[part].append(keys.pop())
    return parts | {"train": keys}


def family_items(family: Family) -> Iterator[Item]:
    """Yield the entries of one family, in each part with the phrasings and quotation marks by turns."""
    rng = Random(f"{SEED} {family.name}")
    keys_of = split_keys(family, rng)
    fixed = FIXED_KEYS.get(family.name, {})
    fields_of = defaultdict(list)
    for example in family.examples:
        fields_of[example.key].append(example.fields)
    fill = FieldFormatter().vformat
    uses: Counter[int] = Counter()
    first_turn = rng.randrange(len(family.phrasings))
    for part, count in zip(PARTS, family.counts, strict=True):
        keys = keys_of[part]
        for number in range(count):
            key, again = keys[number % len(keys)], number // len(keys)
            if part == "train":
                which = (number + again) % len(family.phrasings)
                style = uses[which]
                uses[which] += 1
            elif key in fixed:
                which = style = 0
            else:
                which = (first_turn + number + (part == "validation")) % len(family.phrasings)
                style = rng.randrange(min(len(QUOTES["<"]), uses[which]))
            phrasing = family.phrasings[which]
            choices = fields_of[key]
            texts = [fill(text, (), choices[again % len(choices)]) for text in phrasing]
            texts[0] = quoted(texts[0], style)
            yield Item(*texts, family.name, family.answer, key, part, phrasing.instruction)


def in_order(items: Sequence[Item]) -> list[Item]:
    """Shuffle each part and put the entries that the tutorial quotes in their fixed places."""
    ordered: list[Item] = []
    for part in PARTS:
        members = [item for item in items if item.part == part]
        Random(f"{SEED} {part}").shuffle(members)
        ordered += members
    for place, entry in FIXED_PLACES.items():
        found = next(number for number, item in enumerate(ordered) if item[:3] == entry)
        ordered[place], ordered[found] = ordered[found], ordered[place]
    return ordered


def check(items: Sequence[Item]) -> None:
    """Raise AssertionError where the data breaks one of its promises."""
    parts = [part for part, count in PARTS.items() for _ in range(count)]
    assert [item.part for item in items] == parts, f"expected the parts {PARTS} in this order"
    for place, entry in FIXED_PLACES.items():
        assert items[place][:3] == entry, f"expected {entry} as entry {place}, found {items[place][:3]}"
    seen = Counter((item.instruction, item.input) for item in items)
    assert max(seen.values()) == 1, f"the same task twice: {seen.most_common(1)}"
    for item in items:
        assert item.instruction and item.output, f"an empty text in {item}"
        for text in item[:3]:
            assert text == " ".join(text.split()), f"stray spaces in {text!r}"
            assert not set(text) & set("<>[]{}_"), f"an unfilled phrasing: {text!r}"
        length = len(" ".join(item[:3]).split())
        assert length <= MAX_WORDS, f"expected at most {MAX_WORDS} words, found {length} in {item}"
    check_separation(items)


def check_separation(items: Sequence[Item]) -> None:
    """Raise AssertionError where parts of a family share a key word or a test phrasing is new."""
    words: dict[tuple[str, str], set[str]] = defaultdict(set)
    phrasings: dict[str, set[str]] = defaultdict(set)
    for item in items:
        words[item.family, item.part].update(item.key.split(", "))
        if item.part == "train":
            phrasings[item.family].add(item.phrasing)
    for item in items:
        if item.part != "train":
            assert item.phrasing in phrasings[item.family], f"a phrasing without training entries: {item}"
    for family in phrasings:
        train, test, validation = (words[family, part] for part in PARTS)
        shared = (train & test) | (train & validation) | (test & validation)
        assert not shared, f"the parts of the family {family} share the keys {sorted(shared)}"


def build() -> list[Item]:
    """Return all entries in the order of the data file."""
    items = in_order([item for family in read_families() for item in family_items(family)])
    check(items)
    return items


def unseen_items(per_family: int = 12) -> list[Item]:
    """Return further tasks of the closed families, about words, names and facts that no entry of the data has.

    The data has one to four test entries of a family, too few to tell how well a model has learned it. These tasks are
    phrased as the entries are; families whose pool of examples is small have fewer than ``per_family``.
    """
    used = defaultdict(set)
    for item in build():
        used[item.family].update(item.key.split(", "))
    items = []
    for family in read_families():
        rng = Random(f"{SEED} unseen {family.name}")
        free = {ex.key: ex for ex in family.examples if used[family.name].isdisjoint(ex.key.split(", "))}
        keys = rng.sample(sorted(free), min(per_family, len(free))) if family.answer == "closed" else []
        for number, key in enumerate(keys):
            phrasing = family.phrasings[number % len(family.phrasings)]
            texts = [FieldFormatter().vformat(text, (), free[key].fields) for text in phrasing]
            texts[0] = quoted(texts[0], rng.randrange(len(QUOTES["<"])))
            items.append(Item(*texts, family.name, family.answer, key, "unseen", phrasing.instruction))
    return items


def write_json(path: Path, rows: list[dict[str, str]]) -> None:
    """Write rows as readable JSON with a newline at the end."""
    path.write_text(json.dumps(rows, indent=2, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Write the two data files."""
    items = build()
    entries = [
        {"instruction": item.instruction, "input": item.input, "output": item.output} for item in items
    ]
    families = [{"family": item.family, "answer": item.answer} for item in items]
    write_json(DATA_DIR / "instruction-data.json", entries)
    write_json(DATA_DIR / "instruction-families.json", families)
    print(f"Wrote {len(items)} entries of {len({item.family for item in items})} families to {DATA_DIR}")


if __name__ == "__main__":
    main()
