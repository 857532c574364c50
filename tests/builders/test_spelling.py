"""The small world's spelling rules, for words that do not exist."""

import pytest

from small_world.spelling import with_ending


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("tamuny", "tamunies tamunied tamunying tamunier tamuniest tamunily"),
        ("blorn", "blorns blorned blorning blorner blornest blornly"),
        ("grave", "graves graved graving graver gravest gravely"),
        ("trosh", "troshes troshed troshing trosher troshest troshly"),
        ("dalex", "dalexes dalexed dalexing dalexer dalexest dalexly"),
        ("boy", "boys boyed boying boyer boyest boyly"),
    ],
)
def test_regular_forms(word, forms):
    assert " ".join(with_ending(word, ending) for ending in ("s", "ed", "ing", "er", "est", "ly")) == forms
