"""The exercises in which something is broken on purpose: each does, on the small model, what its text says.

Numbers before any training are compared with the text; after it, with fewer steps than a reader takes, the direction.
"""

import re

import pytest

from exercise_cells import NOTEBOOKS, exercise_cells, run, switched_on
from exercises.predictions import QUESTIONS

CELLS = {
    re.search(r'check_prediction\("([^"]+)", my_prediction\)\nelse', source)[1]: (number, source)
    for number, path in NOTEBOOKS.items()
    for source in exercise_cells(path, "code")
    if "RUN_IT" in source
}
STEPS = 12


def printed_by(question, **steps):
    """What the cell of a question prints after its imports, with the right prediction."""
    number, source = CELLS[question]
    namespace = {}
    cells = exercise_cells(NOTEBOOKS[number], "code")
    if number == "01":  # what the notebook has imported at its beginning
        run("from gpt_download import *\nfrom previous_chapters import *\nfrom notebook_setup import *", namespace)
    run("import torch\n" + cells[0], namespace)
    right, found, _ = QUESTIONS[question]
    printed = run(switched_on(source, **steps), {**namespace, "my_prediction": right})
    assert printed.endswith(f"As you predicted: {found}\n")
    return printed[: -len(found)]


def numbers(text):
    return [float(number) for number in re.findall(r"-?\d+\.\d+", text)]


def test_there_are_at_least_five_and_all_are_switched_off():
    assert len(CELLS) >= 5
    for number, source in CELLS.values():
        assert source.startswith("RUN_IT = False\n\nif RUN_IT:\n")
        cells = exercise_cells(NOTEBOOKS[number], "code")
        assert cells[cells.index(source) - 1] == 'my_prediction = ...  # "A", "B" or "C"'


def test_masking_every_end_of_text_teaches_answers_that_do_not_end():
    right, masked = printed_by("end of text masked", steps=STEPS).split("every end of text masked")
    (first, last, stops), (masked_first, masked_last, masked_stops) = numbers(right)[:3], numbers(masked)[:3]
    assert (first, masked_first) == (pytest.approx(5.10, abs=0.01), pytest.approx(5.17, abs=0.01))
    assert last < first / 2 and masked_last < masked_first / 2  # both learn
    assert masked_stops < 0.6 * stops


def test_one_matrix_that_is_not_transposed_raises_the_loss_and_leaves_english():
    right, wrong = printed_by("not transposed").split("one matrix not transposed")
    assert numbers(right)[0] == pytest.approx(5.21, abs=0.01)
    assert numbers(wrong)[0] == pytest.approx(6.00, abs=0.01)
    assert "The teacher opened the door and read the book" in wrong


def test_targets_that_are_not_shifted_are_learned_and_the_real_loss_rises():
    right, wrong = printed_by("targets not shifted", steps=STEPS).split("targets not shifted")
    (first, last, real), (wrong_first, wrong_last, wrong_real) = numbers(right)[:3], numbers(wrong)[:3]
    assert (first, wrong_first) == (pytest.approx(5.10, abs=0.01), pytest.approx(12.98, abs=0.01))
    assert last < first - 2 and wrong_last < wrong_first - 4
    assert real < 5.21 < wrong_real


def test_dropout_that_is_left_on_raises_the_loss_by_more_than_a_nat_and_by_another_amount_each_time():
    off, left_on = printed_by("dropout left on").split("dropout left on, train()")
    assert numbers(off) == [pytest.approx(5.215, abs=0.01)] * 3
    assert all(6.2 < loss < 7.4 for loss in numbers(left_on)[:3]) and len(set(numbers(left_on)[:3])) == 3


def test_a_learning_rate_that_is_a_hundred_times_too_large_destroys_the_model_and_no_number_is_lost():
    right, wrong = printed_by("learning rate times 100", steps=8).split("learning rate times 100")
    losses = numbers(right.partition("validation")[0]), numbers(wrong.partition("validation")[0])
    assert losses[0][0] == losses[1][0] == pytest.approx(5.1, abs=0.05)
    assert losses[0][-1] < 3
    assert min(losses[1][1:]) > 7 and max(losses[1]) > 9.01 and "nan" not in wrong and "inf" not in wrong
