"""Examples for the tasks about words: plurals, opposites, degrees, sorting, the odd one out, categories.

    noun_examples()    Example("mouse", {"singular": "mouse", "plural": "mice"}) and so on

The words come from the small world; here is which of them have one clear answer.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from instruction_data.closed_tables import SYNONYM_CHOICES
from instruction_data.example import SEED, Example, examples_from
from small_world import facts
from small_world.lexicon import ADJECTIVES, ADVERBS, NOUNS

# adjectives whose opposite in the lexicon depends on the meaning that one thinks of
UNCLEAR_OPPOSITES = frozenset(
    "hungry light thirsty tender fresh proud full calm serious tough gloomy nice curious rested normal round"
    " lively strange lovely silly clever peaceful".split()
)
# adjectives that are seldom compared, or that people compare in two ways
SELDOM_COMPARED = frozenset(
    "false true correct incorrect glad unknown powerless public private useless silent ancient full empty"
    " round straight unfriendly unlucky cowardly stupid cruel hardworking familiar idle".split()
)
# kinds of things that share members, or are too close for a clear odd one out
CLOSE_KINDS = (
    {"color", "metal", "flower", "fruit"},
    {"fruit", "vegetable", "tree", "flower"},
    {"bird", "fish", "insect"},
    {"tool", "metal"},
    {"day of the week", "month"},
)
# things that belong to two categories
AMBIGUOUS_THINGS = frozenset(("violet", "square", "iron", "nickel"))


def noun_examples() -> list[Example]:
    """Return nouns with their plural: all that need more than an "s", and as many that do not."""
    nouns = [noun for noun in NOUNS if noun.singular != noun.plural]
    irregular = [noun for noun in nouns if noun.plural != noun.singular + "s"]
    regular = [noun for noun in nouns if noun.plural == noun.singular + "s"]
    chosen = irregular + Random(f"{SEED} nouns").sample(regular, len(irregular))
    return examples_from([(noun.singular, noun.plural) for noun in chosen], "singular", "plural")


def opposite_examples() -> list[Example]:
    """Return words with their opposite; no word stands in two pairs, so a pair is asked in one direction."""
    adjectives = [(word.base, word.antonym) for word in ADJECTIVES if word.antonym]
    clear = [pair for pair in adjectives if not UNCLEAR_OPPOSITES.intersection(pair)]
    found, used = [], set()
    for word, opposite in (*clear, *facts.OPPOSITES_EXTRA):
        if not used & {word, opposite}:
            used |= {word, opposite}
            found.append(Example(f"{word}, {opposite}", {"word": word, "opposite": opposite}))
    return found


def synonym_choice_examples() -> list[Example]:
    """Return a word, a word with the same meaning and one without, in changing order."""
    found = []
    for number, (word, same, other) in enumerate(SYNONYM_CHOICES):
        first, second = (same, other) if number % 2 else (other, same)
        fields = {"word": word, "same": same, "first": first, "second": second}
        found.append(Example(f"{word}, {same}, {other}", fields))
    return found


def sorting_examples() -> list[Example]:
    """Return lists of three or four words with different first letters, mixed and sorted."""
    kinds = ("animal", "food", "object", "vehicle")
    words = list(dict.fromkeys(noun.singular for noun in NOUNS if noun.kind in kinds))
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
    return [row for row in facts.CATEGORIES if row[0] not in AMBIGUOUS_THINGS]


def clearly_different(kind: str, other: str) -> bool:
    """Tell whether a thing of the other kind stands out among things of a kind."""
    return kind != other and not any({kind, other} <= close for close in CLOSE_KINDS)


def examples_of_families() -> dict[str, list[Example]]:
    """Return the pool of examples of each family about words."""
    degrees = [word[:3] for word in ADJECTIVES if word.base not in SELDOM_COMPARED]
    adverbs = [pair for pair in ADVERBS if pair[0] != pair[1]]
    return {
        "plural": noun_examples(),
        "singular": noun_examples(),
        "antonym": opposite_examples(),
        "synonym_choice": synonym_choice_examples(),
        "comparative": examples_from(degrees, "base", "comparative", "superlative"),
        "superlative": examples_from(degrees, "base", "comparative", "superlative"),
        "adverb": examples_from(adverbs, "adjective", "adverb"),
        "alphabetical_order": sorting_examples(),
        "odd_one_out": odd_one_out_examples(),
        "category": examples_from(clear_categories(), "thing", "kind"),
        "word_from_definition": examples_from(facts.DEFINITIONS, "word", "definition"),
    }
