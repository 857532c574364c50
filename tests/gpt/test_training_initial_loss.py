"""The loss before training is judged: what is usual passes in silence, what is not explains itself."""

import json
import math
import warnings

import pytest
import torch

from helpers import small_config
from notebook_setup import DATA, short_name
from previous_chapters import GPTModel, calc_loss_batch, check_initial_loss, expected_initial_losses, model_configs

MEDIUM = "gpt2-medium (355M)"


def passes(loss, expected, vocab_size=50257):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_initial_loss(loss, expected, vocab_size)


def test_every_model_has_an_entry():
    assert expected_initial_losses.keys() == model_configs.keys()


@pytest.mark.parametrize("name", [name for name, loss in expected_initial_losses.items() if loss is not None])
def test_expected_losses_are_those_that_were_measured(name):
    measured = json.loads((DATA / "reference" / f"{short_name(name)}.json").read_text(encoding="utf-8"))
    mean = (measured["initial_train_loss"] + measured["initial_val_loss"]) / 2
    assert expected_initial_losses[name] == round(mean, 1)
    for loss in (measured["initial_train_loss"], measured["initial_val_loss"]):
        passes(loss, name)


@pytest.mark.parametrize("loss", [2.5, 3.4, 5.0, 9.0])
def test_where_nobody_has_measured_any_pretrained_loss_passes(loss):
    passes(loss, "gpt2-small (124M)")
    passes(loss, None)


@pytest.mark.parametrize(
    ("loss", "expected", "meaning"),
    [
        (10.9, MEDIUM, "its weights are not loaded"),
        (10.0, None, "its weights are not loaded"),
        (19.88, MEDIUM, "update PyTorch to 2.9 or newer"),  # what a faulty Apple GPU gave
        (19.88, None, "the device probably computes wrong results"),
        (math.nan, MEDIUM, "the device probably computes wrong results"),
        (math.inf, None, "the device probably computes wrong results"),
        (0.6, MEDIUM, "it has been trained already, or the data were in its training"),
        (0.6, None, "it has been trained already, or the data were in its training"),
        (2.7, MEDIUM, "run the notebook from its beginning"),
        (6.0, MEDIUM, "belong to the same model"),
        (6.0, 4.5, "belong to the same model"),
    ],
)
def test_a_miss_explains_itself_and_names_a_way_to_go_on(loss, expected, meaning):
    with pytest.warns(UserWarning, match=meaning) as caught:
        check_initial_loss(loss, expected, 50257)
    (warning,) = caught
    message = str(warning.message)
    assert message.startswith(f"The loss before training is {loss:.2f}") and "(guessing blindly: 10.8)" in message
    assert message.endswith("just go on.")
    assert ("expected about" in message) == (expected is not None)
    assert warning.filename == __file__  # it points to the reader's line


def test_a_model_with_random_weights_is_recognised():
    config = small_config()
    torch.manual_seed(123)
    inputs, targets = torch.randint(config["vocab_size"], (2, 8, 60))
    loss = calc_loss_batch(inputs, targets, GPTModel(config).eval(), "cpu").item()
    with pytest.warns(UserWarning, match="its weights are not loaded"):
        check_initial_loss(loss, None, config["vocab_size"])


def test_an_unknown_model_is_an_error_that_names_the_known_ones():
    with pytest.raises(ValueError, match=r"Unknown model 'gpt2-medium': expected one of gpt2-tiny \(6M\)"):
        check_initial_loss(3.8, "gpt2-medium", 50257)
