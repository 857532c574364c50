"""Pretraining of the small model: the schedule, the batches, and taking up interrupted work."""

import argparse

import numpy as np
import pytest
import torch

from gpt_download import SHIPPED_FOLDER, SHIPPED_SIZE
from pretraining import pretrain
from previous_chapters import BASE_CONFIG, GPTModel, load_tokenizer

CONFIG = {"vocab_size": 50, "context_length": 8, "emb_dim": 16, "n_layers": 2, "n_heads": 2}
CONFIG = {**BASE_CONFIG, **CONFIG}


@pytest.fixture()
def token_ids():
    return np.random.default_rng(0).integers(0, 50, size=2_000).astype(np.uint16)


def run(work, steps, token_ids, monkeypatch, stop_after=None, rounds=(0, 0, 0)):
    """Pretrain a tiny model; with ``stop_after``, be interrupted after so many steps."""
    if not hasattr(torch.optim, "Muon"):
        pytest.skip(f"pretraining needs torch.optim.Muon, which PyTorch has since 2.9; this is {torch.__version__}")
    monkeypatch.setattr(pretrain, "CHECKPOINT_EVERY", 3)
    work.mkdir(exist_ok=True)
    arguments = argparse.Namespace(compile=False, lr=1e-2, work=work, steps=steps, batch_size=2, fp32=True)
    arguments.revision_steps, arguments.exam_steps, arguments.corrections_steps = rounds
    stages, held_out = [(0, token_ids), (4, token_ids[500:])], token_ids[::-1]
    torch.manual_seed(0)
    model = GPTModel(CONFIG)
    pretrain.initialize(model)
    if stop_after is not None:
        steps_done = iter(range(stop_after))
        batch_at = pretrain.batch_at

        def interrupted(ids, step, *shape):
            if ids is not held_out and next(steps_done, None) is None:
                raise KeyboardInterrupt
            return batch_at(ids, step, *shape)

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(pretrain, "batch_at", interrupted)
            pretrain.pretrain(model, stages, held_out, CONFIG, arguments)
        return None
    return model, pretrain.pretrain(model, stages, held_out, CONFIG, arguments)


def test_an_interrupted_pretraining_ends_with_the_same_weights_as_an_uninterrupted_one(
    tmp_path, token_ids, monkeypatch
):
    model, log = run(tmp_path / "whole", 8, token_ids, monkeypatch)
    run(tmp_path / "parts", 8, token_ids, monkeypatch, stop_after=5)  # the state of step 3 was kept
    resumed, resumed_log = run(tmp_path / "parts", 8, token_ids, monkeypatch)
    assert [entry["step"] for entry in resumed_log] == [entry["step"] for entry in log] == [3, 6, 8]
    for (name, expected), found in zip(model.named_parameters(), resumed.parameters(), strict=True):
        assert torch.equal(expected, found), name
    assert [entry["held_out_loss"] for entry in resumed_log] == [entry["held_out_loss"] for entry in log]
    assert not list(tmp_path.rglob("*.part"))


def test_pretraining_learns(tmp_path, token_ids, monkeypatch):
    repeated = np.tile(np.arange(10, dtype=np.uint16), 200)
    _, log = run(tmp_path, 60, repeated, monkeypatch)
    assert log[-1]["train_loss"] < log[0]["train_loss"] - 0.5


def test_the_learning_rate_rises_stays_and_falls_to_nothing_in_the_last_quarter():
    rates = [pretrain.schedule(step, 1000, warmup=200) for step in range(1000)]
    assert rates[0] == pytest.approx(1 / 200) and rates[-1] == pytest.approx(1 / 250)
    assert rates[:200] == sorted(rates[:200])
    assert set(rates[199:751]) == {1.0}
    assert rates[750:] == sorted(rates[750:], reverse=True) and rates[751] < 1


def test_each_round_begins_with_its_share_of_the_rate_and_decays_all_along():
    rounds = ((500, 0.4), (300, 0.25))
    first = [pretrain.schedule(step, 1000, rounds, warmup=10) for step in range(1000, 1500)]
    second = [pretrain.schedule(step, 1000, rounds, warmup=10) for step in range(1500, 1800)]
    for rates, (length, share) in zip((first, second), rounds, strict=True):
        assert rates[:10] == sorted(rates[:10]) and rates[0] == pytest.approx(share / 10)
        assert max(rates) == rates[9] == pytest.approx(share * (length - 9) / length)
        assert rates[9:] == sorted(rates[9:], reverse=True) and rates[-1] == pytest.approx(share / length)
    assert pretrain.schedule(999, 1000, rounds) == pretrain.schedule(999, 1000)


def test_the_rounds_come_after_all_other_steps(tmp_path, token_ids, monkeypatch):
    _, log = run(tmp_path, 6, token_ids, monkeypatch, rounds=(3, 3, 3))
    assert [entry["step"] for entry in log] == [3, 6, 9, 12, 15]


def test_each_stage_reads_its_own_text_from_the_beginning(tmp_path, token_ids, monkeypatch):
    read, batch_at = [], pretrain.batch_at

    def watched(ids, step, *shape):
        if len(ids) != len(token_ids) or ids[0] == token_ids[0]:
            read.append(("school" if len(ids) == 1_500 else "world", step))
        return batch_at(ids, step, *shape)

    monkeypatch.setattr(pretrain, "batch_at", watched)
    run(tmp_path, 7, token_ids, monkeypatch)
    training = [item for item in read if item[0] == "school"]
    assert training == [("school", 0), ("school", 1), ("school", 2)]
    assert [step for name, step in read if name == "world"][:4] == [0, 1, 2, 3]


def test_encoded_text_is_kept_and_closed_by_end_of_text(tmp_path):
    tokenizer = load_tokenizer(SHIPPED_FOLDER / SHIPPED_SIZE)
    texts = iter(["Once upon a time.", "A lion is a mammal.", "never needed"])
    token_ids = pretrain.encode_corpus(tmp_path / "text.bin", tokenizer, texts, tokens=9)
    assert tokenizer.decode(token_ids.tolist()) == "Once upon a time.<|endoftext|>A lion is a mammal.<|endoftext|>"
    again = pretrain.encode_corpus(tmp_path / "text.bin", tokenizer, iter([]), tokens=9)
    assert again.tolist() == token_ids.tolist() and len(list(tmp_path.iterdir())) == 1


def test_batches_are_the_text_in_order_with_the_next_tokens_as_targets(token_ids):
    inputs, targets = pretrain.batch_at(token_ids, 1, 2, 8)
    expected = torch.from_numpy(token_ids[16:33].astype(np.int64))
    assert torch.equal(inputs.flatten(), expected[:-1]) and torch.equal(targets.flatten(), expected[1:])
