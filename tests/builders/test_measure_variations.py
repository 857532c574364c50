"""The command that measures variations, and how its unchanged run differs from that of ``make scores``."""

import subprocess
import sys

import torch

from helpers import REPO, instruction_entries, random_model, small_config
from pretraining import measure_learning, measure_variations
from pretraining.small_model import SMALL_MODEL
from previous_chapters import create_instruction_loader


def test_the_baseline_is_the_model_of_the_scores_if_it_draws_what_evaluations_draw(tokenizer):
    data, config = instruction_entries(48), small_config(context_length=256)
    settings = measure_variations.finetuning_settings[SMALL_MODEL]
    scored = random_model(config)
    measure_learning.fine_tune(scored, tokenizer, data, data[:16], 256, settings, seed=1, eval_iter=1)
    evaluated = create_instruction_loader(data[:16], tokenizer, allowed_max_length=256)
    states = []
    for loader in (evaluated, None):
        model = random_model(config)
        measure_variations.fine_tune(model, tokenizer, data, 1, evaluated=loader)
        states.append(model.state_dict())
    same, other = ([torch.equal(each[name], state[name]) for name in each] for each in [scored.state_dict()]
                   for state in states)  # fmt: skip
    assert all(same)
    assert not all(other)


def test_runs_in_another_order_do_not_come_into_the_file_of_the_series():
    command = [sys.executable, measure_variations.__file__, "--only", "baseline", "--order-of-scores"]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=REPO)
    assert ended.returncode == 2 and "needs another file than gpt2-tiny6M-variations.json" in ended.stderr
