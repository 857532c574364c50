"""LoRA begins as the pretrained model, trains only what it has added, and leaves an ordinary model behind."""

import pytest
import torch

from gpt.lora import LoRALinear, add_lora, merge_lora
from helpers import random_model, random_tokens, small_config
from previous_chapters import GPTModel, calc_loss_batch


@pytest.fixture
def model():
    return random_model(small_config())


@pytest.fixture
def inputs():
    return random_tokens(small_config(), 2, 9)


def train_briefly(model, inputs, steps=3):
    optimizer = torch.optim.AdamW([each for each in model.parameters() if each.requires_grad], lr=0.05)
    for _ in range(steps):
        optimizer.zero_grad()
        calc_loss_batch(inputs, inputs.roll(-1, 1), model, "cpu").backward()
        optimizer.step()


def test_it_begins_as_the_pretrained_model(model, inputs):
    before = model(inputs)
    add_lora(model, rank=4)
    assert torch.equal(model(inputs), before)


@pytest.mark.parametrize("rank", [1, 4])
def test_the_new_parameters_are_two_thin_matrices_for_each_layer(model, rank):
    width, blocks = small_config()["emb_dim"], small_config()["n_layers"]
    count = add_lora(model, rank)
    assert count == blocks * rank * (4 * (width + width) + 2 * (width + 4 * width))
    trained = {name.rpartition(".")[2] for name, each in model.named_parameters() if each.requires_grad}
    assert trained == {"A", "B"}
    assert not isinstance(model.out_head, LoRALinear)


def test_training_moves_the_new_parameters_alone(model, inputs):
    add_lora(model, rank=2)
    frozen = {name: each.clone() for name, each in model.named_parameters() if not each.requires_grad}
    before = model(inputs)
    train_briefly(model, inputs)
    after = dict(model.named_parameters())
    assert all(torch.equal(after[name], weight) for name, weight in frozen.items())
    assert not torch.allclose(model(inputs), before, atol=1e-3)


@pytest.mark.parametrize("alpha", [None, 16])
def test_the_merged_model_is_an_ordinary_one_with_the_same_logits(model, inputs, alpha):
    add_lora(model, rank=4, alpha=alpha)
    train_briefly(model, inputs)
    with torch.no_grad():
        before = model(inputs)
    merge_lora(model)
    other = GPTModel(small_config()).eval()
    other.load_state_dict(model.state_dict())  # the keys are those of any GPTModel
    torch.testing.assert_close(other(inputs), before, rtol=1e-4, atol=1e-4)
    assert all(each.requires_grad for each in model.parameters())


def test_alpha_scales_the_product(model, inputs):
    add_lora(model, rank=4, alpha=8)
    layer = model.trf_blocks[0].att.W_query
    with torch.no_grad():
        layer.B.fill_(1.0)
        x = torch.ones(1, small_config()["emb_dim"])
        added = layer(x) - layer.linear(x)
        torch.testing.assert_close(added, 2 * (x @ layer.A.T).sum().expand_as(added), rtol=1e-5, atol=1e-5)


def test_a_rank_of_nothing_and_a_second_time_are_refused(model):
    with pytest.raises(ValueError, match="at least 1, found 0"):
        add_lora(model, rank=0)
    add_lora(model, rank=1)
    with pytest.raises(ValueError, match="has LoRA already"):
        add_lora(model, rank=1)
