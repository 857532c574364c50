"""The simulation of memory: what can be counted by hand, and a real step's tensors."""

import numpy as np
import pytest
import torch

from gpt import scaling
from gpt.kernels import fused_training
from gpt.scaling import bytes_sent, count_memory_of_a_step, scaling_page, simulate
from helpers import small_config
from previous_chapters import GPTModel, parameters_of

MEDIUM = "gpt2-medium (355M)"


@pytest.fixture(scope="module")
def rows():
    return {(row.way, row.processes): row for row in simulate(MEDIUM, (1, 2, 8))}


def test_states_are_four_numbers_for_each_weight_and_fsdp_shares_them_out(rows):
    weights, _ = parameters_of(scaling.config_of(MEDIUM))
    assert rows["alone", 1].states == rows["DDP", 8].states == 16 * weights
    assert rows["FSDP", 8].states == 2 * weights


def test_at_most(rows):
    """DDP keeps the gradients; FSDP saves no more than the states, and needs room to put weights together."""
    weights = rows["DDP", 2].states / 4
    assert rows["alone", 1].states < rows["alone", 1].peak < rows["DDP", 2].peak == rows["DDP", 8].peak
    assert rows["DDP", 2].peak - rows["alone", 1].peak == pytest.approx(weights, rel=0.02)
    saved = rows["FSDP", 2].peak - rows["FSDP", 8].peak
    assert 0.75 * 3 / 8 * 4 * weights < saved <= 3 / 8 * 4 * weights
    assert rows["FSDP", 8].peak > rows["FSDP", 8].states + 2.5e9  # the intermediate results are not shared out


def test_what_is_sent():
    assert [bytes_sent(1000, number, "DDP") for number in (1, 2, 4)] == [0, 1000, 1500]
    assert [bytes_sent(1000, number, "FSDP") for number in (1, 2, 4)] == [0, 1500, 2250]


def test_a_real_step_holds_what_is_simulated(monkeypatch):
    """The same count on the CPU, whose attention and matrix products have other kernels but the same tensors."""
    config = small_config(n_layers=3)
    simulated, weights = count_memory_of_a_step(config, 4, 32, "alone")
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)  # its tensors do not tell their size
    model = GPTModel(config)
    memory = scaling._Memory(model.parameters())
    memory.hold(shared=3 * weights)
    inputs = torch.zeros(4, 32, dtype=torch.int64)
    with memory, fused_training():
        torch.nn.functional.cross_entropy(model(inputs).flatten(0, 1), inputs.flatten()).backward()
    real = np.array(memory.timeline)
    assert real.sum(axis=1).max() == pytest.approx(simulated.sum(axis=1).max(), rel=0.01)


def test_the_page_names_every_row(rows):
    text = str(scaling_page(list(rows.values())))
    assert text.count(MEDIUM) == len(rows) and "6.5 GB" in text
