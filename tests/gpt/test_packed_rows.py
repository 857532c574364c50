"""Batches without padding and repetitions: the same losses and gradients, from fewer tokens."""

import pytest
import torch

from gpt.distributed import _LossOfRows
from helpers import random_model, small_config
from previous_chapters import calc_loss_batch, computing_in, fused_training, written_out

CONFIG = small_config(context_length=96)


def losses_and_gradients(model, inputs, targets, fused_kernels, precision=None):
    model.zero_grad()
    with fused_training() if fused_kernels else written_out(), computing_in(precision, "cpu"):
        loss = calc_loss_batch(inputs, targets, model, "cpu")
    loss.backward()
    return loss.item(), {name: parameter.grad.clone() for name, parameter in model.named_parameters()}


@pytest.mark.parametrize("same", [0, 6, 30], ids="{} tokens the same".format)
@pytest.mark.parametrize(
    ("lengths", "masked"),
    [((1, 2, 31, 96), 0), ((96,), 0), ((7, 7, 7), 0), ((38, 35, 40), 9), ((0, 5, 0, 9), 0)],
    ids=["very different", "one row", "no padding", "prompts masked", "rows without targets"],
)
def test_a_batch_without_padding_and_repetitions_has_the_same_loss_and_gradients(lengths, masked, same):
    torch.manual_seed(3)
    model, longest = random_model(CONFIG), max(lengths)
    inputs = torch.full((len(lengths), longest), 5)
    targets = torch.full((len(lengths), longest), -100)
    beginning = torch.randint(0, CONFIG["vocab_size"], (2, longest), generator=torch.Generator().manual_seed(1))
    for row, length in enumerate(lengths):
        inputs[row, :length], targets[row, :length] = torch.randint(0, CONFIG["vocab_size"], (2, length))
        alike = min(same, length)
        inputs[row, :alike], targets[row, :alike] = beginning[:, :alike]
        targets[row, :masked] = -100
    loss, gradients = losses_and_gradients(model, inputs, targets, fused_kernels=False)
    packed_loss, packed_gradients = losses_and_gradients(model, inputs, targets, fused_kernels=True)
    assert packed_loss == pytest.approx(loss, abs=1e-6)
    for name, gradient in gradients.items():
        torch.testing.assert_close(packed_gradients[name], gradient, rtol=1e-4, atol=1e-6, msg=name)
    loss_bf16, _ = losses_and_gradients(model, inputs, targets, fused_kernels=True, precision="bf16")
    assert loss_bf16 == pytest.approx(loss, abs=0.03)


def test_padding_and_repetitions_do_not_go_through_the_model():
    model, seen = random_model(CONFIG), []
    model.trf_blocks[0].register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape[:2])))

    def shapes(inputs, targets):
        seen.clear()
        with torch.no_grad():
            calc_loss_batch(inputs, targets, model, "cpu")
        calc_loss_batch(inputs, targets, model, "cpu")  # with gradients, as it is written out: with all of it
        return seen

    inputs, targets = torch.arange(100).view(2, 50) % 60, torch.full((2, 50), -100)
    targets[0, :10], targets[1, :50] = 1, 1
    assert shapes(inputs, targets) == [(1, 60), (2, 50)]
    inputs[1, :7] = inputs[0, :7]
    assert shapes(inputs, targets) == [(1, 53), (2, 50)]
    targets[1, 4] = 2  # another token comes next: that is no longer the same
    assert shapes(inputs, targets) == [(1, 56), (2, 50)]
    same = inputs[:1].expand(3, -1)
    assert shapes(same, torch.ones_like(same)) == [(1, 52), (3, 50)]  # the last token is left to each row
    assert shapes(same[:1], torch.ones_like(same[:1])) == [(1, 50), (1, 50)]


def test_rows_that_are_too_long_are_refused_without_their_padding_too():
    model = random_model(CONFIG)
    inputs, targets = torch.ones(2, 97, dtype=torch.int64), torch.ones(2, 97, dtype=torch.int64)
    with torch.no_grad(), pytest.raises(ValueError, match="Expected at most 96 tokens.*found 97"):
        calc_loss_batch(inputs, targets, model, "cpu")
    targets[:, 48:] = -100  # 96 tokens count in both rows together, and only these go through the model
    with torch.no_grad():
        assert torch.isfinite(calc_loss_batch(inputs, targets, model, "cpu"))


def test_the_rows_of_one_process_among_several_go_through_the_model_so_too():
    model, seen = random_model(CONFIG), []
    model.trf_blocks[0].register_forward_hook(lambda module, inputs, output: seen.append(tuple(output.shape[:2])))
    inputs, targets = torch.arange(150).view(3, 50) % 60, torch.arange(150).view(3, 50) % 59
    inputs[:, :9], targets[:, :9] = inputs[:1, :9], targets[:1, :9]
    targets[1, 30:] = -100
    sums, gradients = [], []
    for way in (written_out(), fused_training()):
        model.zero_grad()
        with way:
            sums.append(_LossOfRows(model)(inputs, targets))
        sums[-1].backward()
        gradients.append({name: parameter.grad.clone() for name, parameter in model.named_parameters()})
    assert seen == [(3, 50), (1, 9 + 41 + 21 + 41)]
    torch.testing.assert_close(sums[1], sums[0], rtol=1e-6, atol=0)
    for name, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], expected, rtol=1e-4, atol=1e-4, msg=name)


def test_a_row_that_only_fills_a_rank_has_a_loss_of_zero_and_no_gradient():
    model = random_model(CONFIG)
    with fused_training():
        loss = _LossOfRows(model)(torch.ones(1, 20, dtype=torch.int64), torch.full((1, 20), -100))
    loss.backward()
    assert loss.item() == 0
    assert all(parameter.grad is not None and not parameter.grad.any() for parameter in model.parameters())
