"""The parts of the data, how many entries they have, and the entries whose places are fixed.

Which other entries go where is decided in ``entries`` and ``build``.
"""

PARTS = {"train": 935, "test": 110, "validation": 55}
# The entries that the tutorial text quotes, by their place in the file.
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
# The keys that these entries need, and the part that gets them.
FIXED_KEYS = {
    "simile": {"fast": "test"},
    "cloud_type": {"thunderstorms": "test"},
    "author": {"Pride and Prejudice": "test"},
    "active_to_passive": {"cook": "validation"},
}
