"""Words arranged for quick choice: by kind, by what they go with, by the time that they name.

Most lists are picked from ``lexicon``; adverbials, and the syllables of invented words, stand here themselves. What
the nouns and verbs look like in a sentence is the subject of ``phrases``.
"""

from __future__ import annotations

from small_world.lexicon import ADJECTIVES, ADVERBS, NOUNS, Noun
from small_world.text import words_of

FEMALE = set(words_of("girl, woman, waitress, queen, princess, mother, sister, aunt, grandmother, lady, witch, wife"))
MALE = set(words_of("boy, man, king, prince, father, brother, uncle, grandfather, husband, fisherman, waiter"))
RELATIVES = words_of("brother, sister, mother, father, uncle, aunt, friend, neighbor, cousin, grandmother, grandfather")
TEACHERS = words_of(
    "the teacher, the teacher, the teacher, the teacher, the teacher, Miss Brown, Miss Green, Mister Hill, Mister "
    "Stone, the new teacher, the librarian, the tutor, our teacher, the old professor, the coach, my grandmother, "
    "his mother, her father"
)
KIND_ADJECTIVES = {
    "person": "old, young, tall, short, kind, brave, strong, happy, sad, angry, calm, clever, wise, lazy, "
    "hardworking, busy, polite, rude, honest, generous, selfish, rich, poor, famous, tired, hungry, thirsty, "
    "friendly, patient, proud, shy, bold, nervous, lucky, cheerful, careful, curious, loyal, healthy, sick, gentle, "
    "funny, serious, quiet, new",
    "animal": "big, small, large, little, tiny, fast, slow, strong, weak, brave, shy, hungry, thirsty, tired, noisy, "
    "quiet, old, young, friendly, gentle, dangerous, clever, white, black, brown",
    "object": "big, small, large, old, new, cheap, expensive, heavy, light, clean, dirty, beautiful, ugly, useful, "
    "strange, nice, red, blue, green, yellow",
    "idea": "new, old, long, short, easy, difficult, strange, interesting, funny, beautiful, important, simple",
    "food": "delicious, tasty, fresh, big, small, cheap, expensive, sweet, cold, good",
    "place": "big, small, large, old, new, clean, dirty, quiet, noisy, beautiful, famous, busy",
    "plant": "tall, big, small, beautiful, green, young, old, strong, lovely",
    "clothing": "new, old, warm, clean, dirty, cheap, expensive, beautiful, soft, wet, dry, red, blue, green",
    "vehicle": "fast, slow, new, old, cheap, expensive, big, small, clean, dirty, red, blue, white",
    "body": "cold, warm, small, big, clean, dirty, strong",
    "nature": "big, small, wide, beautiful, famous, quiet, dangerous, dark",
    "tool": "heavy, sharp, useful, old, new, small, big, cheap, expensive",
}
KIND_ADJECTIVES = {kind: words_of(text) for kind, text in KIND_ADJECTIVES.items()}
IDEAS = set(
    words_of(
        "story, poem, song, game, film, question, answer, word, sentence, list, rule, lesson, problem, puzzle, "
        "riddle, joke, secret, plan, message, report, tune, carol, language, date, speech, show, mystery, name, "
        "color, race, match"
    )
)
KIND_OF = {noun.singular: "idea" if noun.singular in IDEAS else noun.kind for noun in NOUNS}
PLURAL_OF = {noun.singular: noun.plural for noun in NOUNS}
ADJECTIVE_OF = {adjective.base: adjective for adjective in ADJECTIVES}
NOUNS_BY_KIND: dict[str, tuple[Noun, ...]] = {
    kind: tuple(noun for noun in NOUNS if noun.kind == kind) for kind in {noun.kind for noun in NOUNS}
}
OWNERS = words_of("my, your, his, her, our, their")
PERSON_VERBS = {"help", "thank", "invite", "meet", "call", "visit", "see", "rescue", "follow", "hear"}
# The past of these verbs looks like the present ("read", "cut"), so they cannot show a change of tense.
SAME_PAST = {"read", "cut"}
NAMED_THINGS = tuple((noun, KIND_ADJECTIVES[KIND_OF[noun.singular]]) for noun in NOUNS)
SIMPLE_TIMES = words_of(
    "every day, every morning, every week, every evening, on Sunday, on Monday, on Saturday, in the morning, in the "
    "evening, in the afternoon, at noon, before lunch, after dinner, after school, twice a week, at night, every "
    "year, every Friday, in the summer, in the winter"
)
MANNERS = words_of(
    "with great care, with a smile, in the garden, at home, in the kitchen, at school, in the village, quickly, "
    "slowly, carefully, quietly, happily, in the rain, for a friend, in the city, without help, again"
)
PAST_TIMES = words_of(
    "yesterday, last week, last night, two days ago, last summer, an hour ago, last Monday, last year"
)
FUTURE_TIMES = words_of("tomorrow, next week, next year, soon, next Monday, in two days, tonight, next summer")
NOW_TIMES = words_of("now, at the moment, right now, at this moment, today")
MANNER_ADVERBS = tuple(adverb for _, adverb in ADVERBS if adverb not in {"well", "finally", "usually", "truly"})
SYLLABLES = tuple(c + v for c in words_of("b, d, f, g, k, l, m, n, p, r, s, t, v, z, br, tr, pl, gr") for v in "aeiou")
ENDINGS = words_of("n, l, r, s, m, x, ck, nt, sh, rd, , , , ,")
BASE_ENDINGS = words_of("ny, dy, gy, ly, ry, my, sty, ve, te, ze, nd, st, lt")
IRREGULAR_NOUNS = tuple(
    (noun, noun.singular + "s")
    for noun in NOUNS
    if not noun.plural.startswith(noun.singular)
    for _ in range(1 if noun.plural.endswith("ies") else 4)
)
GRADED = tuple(a for a in ADJECTIVES if a.base not in {"correct", "false", "unknown", "true"})
THINGS = tuple(
    noun.singular
    for noun in NOUNS
    if noun.kind in ("object", "tool", "clothing")
    and KIND_OF[noun.singular] != "idea"
    and noun.singular[0] not in "aeiou"
)
PLACES = tuple(
    noun.singular
    for noun in NOUNS
    if noun.kind == "place"
    and noun.singular[0] not in "aeiou"
    and noun.singular not in {"room", "bedroom", "bathroom", "kitchen", "country", "road", "path", "hall"}
)
STORY_ANIMALS = tuple(noun.singular for noun in NOUNS_BY_KIND["animal"] if noun.singular[0] not in "aeiou")
PLAIN_ADJECTIVES = tuple(a for a in KIND_ADJECTIVES["object"] if a[0] not in "aeiou")
