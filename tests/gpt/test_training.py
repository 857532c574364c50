"""Batches, losses and training against the published llms-from-scratch package; plots."""

import functools
import math
import random
import re

import matplotlib.pyplot as plt
import pytest
import torch
from llms_from_scratch import ch04, ch05, ch07
from torch.utils.data import DataLoader

import previous_chapters
from helpers import instruction_entries, random_model, small_config, without_key_biases
from previous_chapters import (
    GPTModel,
    calc_loss_batch,
    calc_loss_loader,
    create_instruction_loader,
    custom_collate_fn,
    evaluate_model,
    format_input,
    plot_losses,
)


def our_loader(entries, tokenizer, shuffle, allowed_max_length=128):
    return create_instruction_loader(
        entries,
        tokenizer,
        allowed_max_length=allowed_max_length,
        batch_size=4,
        shuffle=shuffle,
        drop_last=shuffle,
    )


def reference_loader(entries, tokenizer, shuffle, allowed_max_length=128):
    collate = functools.partial(
        ch07.custom_collate_fn, pad_token_id=tokenizer.eot_token, allowed_max_length=allowed_max_length
    )
    dataset = ch07.InstructionDataset(entries, tokenizer)
    return DataLoader(dataset, batch_size=4, collate_fn=collate, shuffle=shuffle, drop_last=shuffle)


@pytest.mark.parametrize("allowed_max_length", [None, 1, 7, 40, 1000])
def test_same_batches_from_collate_function(allowed_max_length):
    numbers = random.Random(123)
    for _ in range(50):
        # Now and then a token equals the padding.
        batch = [
            [numbers.randrange(20) for _ in range(numbers.randint(1, 50))]
            for _ in range(numbers.randint(1, 6))
        ]
        arguments = {"pad_token_id": 19, "ignore_index": -7, "allowed_max_length": allowed_max_length}
        ours = custom_collate_fn(batch, **arguments)
        reference = ch07.custom_collate_fn(batch, **arguments)
        for our_tensor, reference_tensor in zip(ours, reference, strict=True):
            assert our_tensor.dtype == reference_tensor.dtype
            assert our_tensor.tolist() == reference_tensor.tolist()


@pytest.mark.parametrize("allowed_max_length", [128, 50])
def test_same_shuffled_batches(tokenizer, allowed_max_length):
    entries = instruction_entries(23)
    batches = []
    for loader_of in (our_loader, reference_loader):
        torch.manual_seed(123)
        loader = loader_of(entries, tokenizer, shuffle=True, allowed_max_length=allowed_max_length)
        batches.append([[tensor.tolist() for tensor in batch] for _ in range(2) for batch in loader])
    assert batches[0] == batches[1]
    assert len(batches[0]) == 2 * 5  # two epochs without the incomplete batch
    assert batches[0][:5] != batches[0][5:]


@pytest.mark.parametrize("drop_rate", [0.0, 0.1])
def test_same_training_run(tokenizer, capsys, drop_rate):
    """Losses before training, 34 steps with an evaluation every 5, weights and printed text."""
    entries = instruction_entries(70 + 10)
    config = small_config(drop_rate=drop_rate)
    runs = []
    for package, model_class, loader_of in (
        (previous_chapters, GPTModel, our_loader),
        (ch05, ch04.GPTModel, reference_loader),
    ):
        torch.manual_seed(123)
        model = model_class(config)
        train_loader = loader_of(entries[:70], tokenizer, shuffle=True)
        val_loader = loader_of(entries[70:], tokenizer, shuffle=False)
        with torch.no_grad():
            before = [
                package.calc_loss_loader(loader, model, "cpu", num_batches=5)
                for loader in (train_loader, val_loader)
            ]
        optimizer = torch.optim.AdamW(model.parameters(), lr=0.002, weight_decay=0.1)
        history = package.train_model_simple(
            model, train_loader, val_loader, optimizer, "cpu",
            num_epochs=2, eval_freq=5, eval_iter=5,
            start_context=format_input(entries[70]), tokenizer=tokenizer,
        )  # fmt: skip
        runs.append((before, history, dict(model.named_parameters()), torch.rand(1), capsys.readouterr().out))

    (before, history, weights, next_number, printed), reference = runs[0], runs[1]
    assert before == pytest.approx(reference[0], abs=1e-4)
    train_losses, val_losses, tokens_seen = history
    assert len(train_losses) == len(val_losses) == len(tokens_seen) == 7
    assert train_losses == pytest.approx(reference[1][0], abs=1e-4)
    assert val_losses == pytest.approx(reference[1][1], abs=1e-4)
    assert tokens_seen == reference[1][2]
    assert val_losses[-1] < val_losses[0] - 1  # it did learn
    for name, weight in without_key_biases(weights).items():
        assert (weight - reference[2][name]).abs().max() < 1e-4, name
    assert torch.equal(next_number, reference[3])  # as many random numbers were drawn
    assert [line for line in printed.split("\n") if line.startswith("Ep ")] == [
        line for line in reference[4].split("\n") if line.startswith("Ep ")
    ]
    assert printed == reference[4]


def test_training_prints_the_losses_it_returns_and_a_sample_per_epoch(tokenizer, capsys):
    entries = instruction_entries(12)
    model = GPTModel(small_config())
    loader = our_loader(entries, tokenizer, shuffle=False)
    train_losses, val_losses, tokens_seen = previous_chapters.train_model_simple(
        model, loader, loader, torch.optim.AdamW(model.parameters()), "cpu", 2, 3, 1, "Below is", tokenizer
    )
    lines = capsys.readouterr().out.removesuffix("\n").split("\n")
    tokens = sum(inputs.numel() for inputs, _ in loader)
    assert lines[0] == f"Ep 1 (Step 000000): Train loss {train_losses[0]:.3f}, Val loss {val_losses[0]:.3f}"
    assert lines[2] == f"Ep 2 (Step 000003): Train loss {train_losses[1]:.3f}, Val loss {val_losses[1]:.3f}"
    assert len(lines) == 4
    assert lines[1].startswith("Below is") and lines[3].startswith("Below is")
    assert tokens_seen == [next(iter(loader))[0].numel(), tokens + next(iter(loader))[0].numel()]


def test_sample_goes_on_for_50_tokens_past_the_context_length(tokenizer, capsys):
    model = random_model(small_config(context_length=16)).train()
    previous_chapters.generate_and_print_sample(model, tokenizer, "cpu", "Below is\nan instruction")
    printed = capsys.readouterr().out
    ours = previous_chapters.generate(
        model, torch.tensor([tokenizer.encode("Below is\nan instruction")]), 50, context_size=16
    )
    assert printed == tokenizer.decode(ours[0].tolist()).replace("\n", " ") + "\n"
    assert model.training


def test_sample_goes_on_after_end_of_text(tokenizer, capsys):
    model = random_model(small_config())
    with torch.no_grad():  # only end-of-text gets a positive logit
        model.final_norm.scale.zero_()
        model.final_norm.shift.fill_(1)
        model.out_head.weight.zero_()
        model.out_head.weight[tokenizer.eot_token] = 1
    previous_chapters.generate_and_print_sample(model, tokenizer, "cpu", "Below is")
    assert capsys.readouterr().out == "Below is" + 50 * "<|endoftext|>" + "\n"


def test_loss_of_a_batch_counts_only_what_is_not_masked():
    model = random_model(small_config())
    inputs = torch.randint(200, (2, 6))
    targets = torch.randint(200, (2, 6))
    targets[0, 3:] = -100
    with torch.no_grad():
        logits = model(inputs).double()
        loss = calc_loss_batch(inputs, targets, model, "cpu").item()
    chosen = [(row, i) for row in range(2) for i in range(6) if targets[row, i] != -100]
    nats = [torch.logsumexp(logits[row, i], 0) - logits[row, i, targets[row, i]] for row, i in chosen]
    assert len(chosen) == 9
    assert loss == pytest.approx(sum(nats).item() / 9, abs=1e-5)


def test_loss_of_an_empty_loader_is_nan(tokenizer):
    loader = our_loader([], tokenizer, shuffle=False)
    assert math.isnan(calc_loss_loader(loader, random_model(small_config()), "cpu"))


@pytest.mark.parametrize(("num_batches", "averaged"), [(None, 3), (100, 3), (3, 3), (2, 2), (1, 1)])
def test_loss_of_a_loader_is_the_mean_of_its_first_batches(tokenizer, num_batches, averaged):
    model = random_model(small_config())
    loader = our_loader(instruction_entries(10), tokenizer, shuffle=False)
    with torch.no_grad():
        losses = [calc_loss_batch(*batch, model, "cpu").item() for batch in loader]
        loss = calc_loss_loader(loader, model, "cpu", num_batches=num_batches)
    assert len(losses) == 3
    assert loss == pytest.approx(sum(losses[:averaged]) / averaged)


def test_evaluation_uses_no_dropout_and_leaves_training_mode_on(tokenizer):
    model = random_model(small_config(drop_rate=0.5)).train()
    train_loader = our_loader(instruction_entries(8), tokenizer, shuffle=False)
    val_loader = our_loader(instruction_entries(16)[8:], tokenizer, shuffle=False)
    losses = evaluate_model(model, train_loader, val_loader, "cpu", eval_iter=2)
    assert model.training
    model.eval()
    with torch.no_grad():
        expected = [calc_loss_loader(loader, model, "cpu") for loader in (train_loader, val_loader)]
    assert losses == pytest.approx(tuple(expected))
    assert losses[0] != pytest.approx(losses[1])


@pytest.fixture
def losses_to_plot():
    return torch.linspace(0, 2, 4), [100, 2_000, 30_000, 40_000], [3.0, 2.0, 1.0, 0.5], [3.5, 2.5, 2.0, 1.75]


def test_plotted_losses(losses_to_plot, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plt.close("all")
    plot_losses(*losses_to_plot)
    epochs, tokens_seen, train_losses, val_losses = losses_to_plot
    epochs_axis, tokens_axis = plt.gcf().axes
    train_line, val_line = epochs_axis.lines
    (tokens_line,) = tokens_axis.lines
    plt.close("all")
    assert train_line.get_label() == "Training loss" and val_line.get_label() == "Validation loss"
    assert train_line.get_xdata().tolist() == val_line.get_xdata().tolist() == epochs.tolist()
    assert list(train_line.get_ydata()) == train_losses
    assert list(val_line.get_ydata()) == val_losses
    assert list(tokens_line.get_xdata()) == tokens_seen and list(tokens_line.get_ydata()) == train_losses
    assert tokens_line.get_alpha() == 0
    assert train_line.get_linestyle() != val_line.get_linestyle()
    assert epochs_axis.get_xlabel() == "Epochs"
    assert re.match(r"Loss\b.*nats per token", epochs_axis.get_ylabel())
    assert tokens_axis.get_xlabel() == "Tokens seen"
    legend = [text.get_text() for text in epochs_axis.get_legend().get_texts()]
    assert legend == ["Training loss", "Validation loss"]
    assert list(tmp_path.iterdir()) == []  # nothing is saved unless asked for


@pytest.mark.parametrize(("name", "signature"), [("losses.png", b"\x89PNG"), ("losses.pdf", b"%PDF")])
def test_saved_plot(losses_to_plot, tmp_path, name, signature):
    plot_losses(*losses_to_plot, save_path=tmp_path / name)
    plt.close("all")
    picture = (tmp_path / name).read_bytes()
    assert picture.startswith(signature)
    assert len(picture) > 5_000
