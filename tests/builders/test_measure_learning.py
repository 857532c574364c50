"""The command that fine-tunes with several seeds shares them among processes, and spares evaluations."""

import operator

import torch

from helpers import instruction_entries, random_model, small_config
from pretraining.measure_learning import fine_tune, in_processes, score


def test_each_seed_gets_its_result_in_the_order_of_the_seeds():
    assert list(in_processes(operator.sub, [5, 3, 4], 10)) == [(5, -5), (3, -7), (4, -6)]


def test_evaluations_of_fewer_batches_leave_the_weights_as_they_are(tokenizer):
    data, settings = instruction_entries(40), {"lr": 0.001, "weight_decay": 0.1}
    states, losses = [], []
    for seed, eval_iter in ((1, 5), (1, 1), (2, 1)):
        model = random_model(small_config(context_length=128))
        _, (train_losses, *_) = fine_tune(model, tokenizer, data, data[:16], 128, settings, seed, eval_iter)
        states.append(model.state_dict())
        losses.append(train_losses)
    assert losses[0] != losses[1]
    same, other = ([torch.equal(states[0][name], each[name]) for name in each] for each in states[1:])
    assert all(same)
    assert not all(other)


def test_what_is_right_in_its_first_sentence_is_counted_beside_exact_matches():
    entry = {"instruction": "What is the capital?", "input": "", "output": "The capital is Seoul."}
    family = {"family": "capital", "answer": "closed", "short": "Seoul"}
    responses = ["It is Seoul.\n\n### A list", "The capital is Seoul.", "### A list\nSeoul"]
    scores = score([entry] * 3, [family] * 3, responses)
    assert scores["closed"]["exact_match"] == 1 and scores["closed"]["right_at_first"] == 2
    assert scores["families"] == {"capital": [1, 3]}
