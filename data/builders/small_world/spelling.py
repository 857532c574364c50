"""The spelling rules of English for regular words: articles and endings.

    article("hour")               "an hour"
    with_suffix("carry", "ed")    "carried"
    with_ending("tamuny", "s")    "tamunies"

``with_s`` and ``with_suffix`` make the forms of real words, ``with_ending`` those of invented ones. Irregular forms
are not made here: they are written out in ``lexicon``.
"""

from __future__ import annotations

_VOWELS = "aeiou"
_AN_EXCEPTIONS = ("hour", "honest", "honor", "heir")
_A_EXCEPTIONS = ("uni", "use", "one", "euro", "ukulele", "utensil")


def article(noun: str) -> str:
    """Return the noun with "a" or "an" in front, chosen by sound: "an hour", "a university"."""
    word = noun.lower()
    if word.startswith(_AN_EXCEPTIONS):
        return f"an {noun}"
    if word.startswith(_A_EXCEPTIONS) and not word.startswith("unin"):
        return f"a {noun}"
    return f"an {noun}" if word[0] in _VOWELS else f"a {noun}"


def with_s(word: str) -> str:
    """Return the regular plural of a noun, or the regular third person of a verb."""
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")


def with_suffix(word: str, suffix: str) -> str:
    """Add "ed" or "er" or "est": "bake" gives "baked", "carry" gives "carried", "nice" gives "nicest"."""
    if word.endswith("e"):
        return word + suffix[1:]
    if word.endswith("y") and word[-2] not in _VOWELS:
        return word[:-1] + "i" + suffix
    return word + suffix


def with_ending(word: str, ending: str) -> str:
    """Return the regular form of a word with -s, -ed, -ing, -er, -est or -ly."""
    if word[-1] == "y" and word[-2] not in "aeiou" and ending != "ing":
        return f"{word[:-1]}i{'es' if ending == 's' else ending}"
    if ending == "s" and word.endswith(("s", "x", "z", "sh", "ch")):
        return f"{word}es"
    return (word[:-1] if word[-1] == "e" and ending[0] in "ei" else word) + ending
