"""The command that fine-tunes with several seeds shares them among processes."""

import operator

from pretraining.measure_learning import in_processes


def test_each_seed_gets_its_result_in_the_order_of_the_seeds():
    assert list(in_processes(operator.sub, [5, 3, 4], 10)) == [(5, -5), (3, -7), (4, -6)]
