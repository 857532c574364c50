"""The stream of documents."""

import itertools

from small_world.corpus import documents


def test_the_small_world_is_the_same_for_the_same_seed():
    first, again, other = (list(itertools.islice(documents(seed), 20)) for seed in (5, 5, 6))
    assert first == again != other
