"""A training that cannot go on says what happened, where, and what to do."""

import re

import pytest
import torch

from helpers import small_config
from previous_chapters import GPTModel, load_tokenizer, train_model_simple
from small_training import at_call, names_in, same, train


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


def test_a_learning_rate_that_is_too_high_stops_with_the_batch(vocabulary, path):
    with pytest.raises(FloatingPointError) as caught:
        train(vocabulary, path, lr=1e30, checkpoint_every=1000)
    message = str(caught.value)
    assert re.match(r"The loss is (nan|inf) in epoch 1, step 1, so training stops", message)
    assert re.search(r"\n  row 0, \d+ targets: 'Write about [\w ]+, number \d+\.", message)
    assert message.count("\n  row ") == 4
    assert "learning rate that is too high (it is 1e+30): choose a tenth" in message
    assert message.endswith("There is no checkpoint yet.")
    assert names_in(path.parent) == []


def test_a_loss_that_is_no_number_leaves_weights_and_checkpoint_as_they_were(vocabulary, path, capsys):
    def spoil():
        with torch.no_grad():
            models[0].out_head.weight[0] = torch.nan

    models = []
    counted = at_call(16, spoil)

    def prepare(model):
        models.append(model)
        counted(model)

    with pytest.raises(FloatingPointError, match=r"The training up to step \d is saved in .*checkpoint\.pt\."):
        train(vocabulary, path, prepare=prepare)
    content = torch.load(path, weights_only=True)
    assert all(tensor.isfinite().all() for tensor in content["model"].values())
    assert same(train(vocabulary, path), train(vocabulary))
    assert "Going on after step" in capsys.readouterr().out


def test_weights_that_are_no_numbers_do_not_replace_a_good_checkpoint(vocabulary, path):
    """The step after a checkpoint is too large: its loss was a number, what it makes of the weights is none."""

    class SpoilsTheThirdStep(torch.optim.AdamW):
        steps = 0

        def step(self, closure=None):
            super().step(closure)
            self.steps += 1
            if self.steps == 3:
                torch.nn.init.constant_(self.param_groups[0]["params"][0], torch.inf)

    with pytest.raises(FloatingPointError, match="Step 2 has made weights that are not finite.*up to step 1 is saved"):
        train(vocabulary, path, optimizer_class=SpoilsTheThirdStep, checkpoint_every=1, eval_freq=100)
    content = torch.load(path, weights_only=True)
    assert content["progress"]["global_step"] == 1
    assert all(tensor.isfinite().all() for tensor in content["model"].values())


def stub_training(model, inputs, targets, tokenizer, **options):
    batches = torch.utils.data.DataLoader([(inputs, targets)], batch_size=None)
    optimizer = torch.optim.AdamW(model.parameters())
    return train_model_simple(model, batches, batches, optimizer, "cpu", 1, 1, 1, "Below", tokenizer, **options)


@pytest.mark.parametrize("precision", [None, "fp32"])
def test_a_batch_without_any_target_is_named(vocabulary, precision):
    tokenizer = load_tokenizer(vocabulary)
    inputs = torch.tensor([tokenizer.encode("### Instruction: Hide everything")])
    with pytest.raises(FloatingPointError, match="row 0, 0 targets: 'Hide everything'\nNone of its tokens is a target"):
        model = GPTModel(small_config())
        stub_training(model, inputs, torch.full_like(inputs, -100), tokenizer, precision=precision)


class TooLarge(torch.nn.Linear):
    """Raises what PyTorch raises when a GPU's memory is not enough."""

    def forward(self, in_idx):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (8, {}, 'precision="auto", .*; or batch_size=4 .*accumulation_steps=2, .*; or a smaller model'),
        (6, {"precision": "bf16", "accumulation_steps": 2}, r"choose batch_size=3 .*accumulation_steps=4, "),
        (1, {"precision": "bf16"}, "choose a smaller allowed_max_length for the training loader; or a smaller model"),
    ],
    ids=str,
)
def test_out_of_memory_says_what_to_reduce_and_to_what(rows, options, said):
    inputs = torch.zeros(rows, 17, dtype=torch.int64)
    with pytest.raises(torch.cuda.OutOfMemoryError) as caught:
        stub_training(TooLarge(1000, 1000), inputs, inputs, None, **options)
    message = str(caught.value)
    assert message.startswith(f"The GPU has run out of memory in step 0. The batch has {rows} rows x 17 tokens.")
    assert "Weights, gradients and AdamW's averages take 0.0 GB." in message  # a million parameters
    assert re.search(said, message)
    assert "CUDA out of memory" in str(caught.value.__cause__)


def infinite_gradients(batches):
    """Prepare a model whose gradients are infinite in so many batches, although its losses are finite."""
    left = [batches]

    def spoil(gradient):
        left[0] -= 1
        return gradient * torch.inf if left[0] >= 0 else gradient

    return lambda model: model.final_norm.shift.register_hook(spoil)


def test_a_step_that_fp16_leaves_out_is_said_and_changes_nothing(vocabulary, capsys):
    expected, options = train(vocabulary, precision="fp16"), {"precision": "fp16", "eval_freq": 1}
    capsys.readouterr()
    (losses, _, tokens_seen), _, _ = train(vocabulary, prepare=infinite_gradients(2), **options)
    printed = capsys.readouterr().out
    assert "Step 0 is left out: its gradients were too large for fp16. The loss is scaled by 32768 from" in printed
    assert "Step 1 is left out: its gradients were too large for fp16. The loss is scaled by 16384 from" in printed
    assert printed.count("is left out") == 2
    assert losses[-1] < losses[1] < 10 and tokens_seen[-1] >= expected[0][2][-1]


def test_gradients_that_stay_infinite_in_fp16_stop_the_training(vocabulary, path):
    with pytest.raises(FloatingPointError) as caught:
        train(vocabulary, path, prepare=infinite_gradients(1000), precision="fp16", num_epochs=9, checkpoint_every=4)
    assert re.match(
        r"The gradients of step 16 are not finite in fp16, however small the loss is scaled \(now by 0\.5\): the "
        r'weights do not change any more, so training stops\. Use precision="bf16" or "fp32"\. The training up to ',
        str(caught.value),
    )
