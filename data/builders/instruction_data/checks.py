"""What the instruction data promises, as checks that stop the building where a promise is broken.

That the small world keeps its distance from the data is checked by tests, not here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from instruction_data.entries import Item
from instruction_data.parts import FIXED_PLACES, PARTS

MAX_WORDS = 60


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
