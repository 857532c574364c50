"""Fine-tuning in a few calls is notebook 04; with LoRA, too, it goes on after a stop, and comes to the same model."""

import json

import pytest
import torch

from gpt.finetuning import create_loaders, fine_tune, keep_history, measure_initial_losses, prepare_training
from helpers import instruction_entries, random_model, small_config
from previous_chapters import (
    GPTModel,
    calc_loss_loader,
    create_instruction_loader,
    finetuning_settings,
    load_weights,
    train_model_simple,
)
from small_training import Stopped, at_call, names_in, stop

MODEL = "gpt2-tiny (6M)"  # whose learning rate is taken; what is trained is smaller


def run(tokenizer, folder, *, lora=0, mask_prompt=False, seed=123, prepare=None, **options):
    """Train a small model; return ``(losses, is_new, weights)``."""
    model, data = random_model(small_config(drop_rate=0.1)), instruction_entries(30)
    loaders = create_loaders(data[:22], data[22:], tokenizer, 128, batch_size=4, mask_prompt=mask_prompt)
    if prepare:
        prepare(model)
    optimizer = prepare_training(model, MODEL, seed=seed, lora=lora)
    losses, is_new = fine_tune(
        model, loaders, optimizer, "cpu", tokenizer, num_epochs=2, start_context="Below", eval_freq=2, eval_iter=1,
        checkpoint_path=folder / "checkpoint.pt", weights_path=folder / "weights.pth", **options
    )  # fmt: skip
    assert not model.training
    return losses, is_new, model.state_dict()


def same(one, other):
    return one.keys() == other.keys() and all(tensor.equal(other[name]) for name, tensor in one.items())


def test_it_is_what_notebook_04_does(tokenizer, tmp_path):
    model, data = random_model(small_config(drop_rate=0.1)), instruction_entries(30)
    limits = {"allowed_max_length": 128, "batch_size": 4}
    train_loader = create_instruction_loader(data[:22], tokenizer, shuffle=True, drop_last=True, **limits)
    val_loader = create_instruction_loader(data[22:], tokenizer, **limits)
    torch.manual_seed(123)
    with torch.no_grad():
        initial = [calc_loss_loader(loader, model, "cpu", num_batches=2) for loader in (train_loader, val_loader)]
    loaders = create_loaders(data[:22], data[22:], tokenizer, 128, batch_size=4)
    assert list(measure_initial_losses(model, loaders, "cpu", num_batches=2).values()) == initial
    torch.manual_seed(123)
    optimizer = torch.optim.AdamW(model.parameters(), **finetuning_settings[MODEL], fused=True)
    expected = train_model_simple(
        model, train_loader, val_loader, optimizer, "cpu", num_epochs=2, eval_freq=2, eval_iter=1,
        start_context="Below", tokenizer=tokenizer, precision="fp32",
    )  # fmt: skip
    losses, is_new, weights = run(tokenizer, tmp_path)
    assert is_new and losses == expected and same(weights, model.state_dict())


@pytest.mark.parametrize("options", [{}, {"lora": 2}, {"lora": 2, "mask_prompt": True}], ids=str)
def test_stopped_anywhere_it_comes_to_the_same_model_and_is_then_only_loaded(tokenizer, tmp_path, options):
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    counted = at_call(0, stop)
    losses, is_new, weights = run(tokenizer, whole, prepare=counted, **options)
    calls, stops = len(counted.calls), 0
    for number in (calls // 4, calls // 2, calls):
        try:
            run(tokenizer, stopped, prepare=at_call(number, stop), **options)
        except Stopped:
            stops += 1
    found = run(tokenizer, stopped, **options)
    assert stops >= 2 and is_new and found[0] == losses and same(found[2], weights)
    again = run(tokenizer, stopped, prepare=at_call(1, stop), **options)  # nothing is computed any more
    assert again[:2] == (losses, False) and same(again[2], weights)
    model = GPTModel(small_config())
    load_weights(model, stopped / "weights.pth")  # an ordinary model
    assert same(model.state_dict(), weights)
    assert not same(weights, random_model(small_config()).state_dict())


def test_the_order_of_the_entries_is_the_same_with_lora(tokenizer, tmp_path):
    seen = [run(tokenizer, tmp_path / str(lora), lora=lora)[0][2] for lora in (0, 2)]
    assert seen[0] == seen[1]  # tokens after each evaluation: batches have different lengths


@pytest.mark.parametrize("other", [{"lora": 3}, {"lora": 0}, {"seed": 1}, {"mask_prompt": True}], ids=str)
def test_the_results_of_another_run_are_refused_and_stay(tokenizer, tmp_path, other):
    run(tokenizer, tmp_path, lora=2)
    contents = {name: (tmp_path / name).read_bytes() for name in names_in(tmp_path)}
    with pytest.raises(ValueError, match=r"checkpoint.pt belongs to another run: .*Nothing was changed"):
        run(tokenizer, tmp_path, **{"lora": 2, **other})
    assert {name: (tmp_path / name).read_bytes() for name in names_in(tmp_path)} == contents


@pytest.mark.parametrize("content", ['{"train_losses": [2.5, 1.0', "[]", ""])
def test_a_damaged_history_does_not_end_what_follows_a_training(tmp_path, capsys, content):
    path, history = tmp_path / "history.json", {"train_losses": [2.5, 1.0], "val_losses": [2.6, 1.2], "minutes": 3.0}
    path.write_text(content, encoding="utf-8")
    assert keep_history(path, history) == history == json.loads(path.read_text(encoding="utf-8"))
    assert capsys.readouterr().out == f"{path} was damaged and is written anew.\n"


def test_a_history_of_the_same_training_is_kept_as_it_is(tmp_path):
    path = tmp_path / "history.json"
    first = {"minutes": 3.0, "train_losses": [2.0], "val_losses": [2.5]}
    assert keep_history(path, first) == first == json.loads(path.read_text(encoding="utf-8"))
    content = path.read_bytes()
    assert keep_history(path, {**first, "minutes": None}) == first and path.read_bytes() == content
    other = {**first, "val_losses": [2.4]}
    assert keep_history(path, other) == other == json.loads(path.read_text(encoding="utf-8"))
