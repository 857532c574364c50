"""Solutions of notebook 03.

All numbers: the small model, 2 CPU cores. Those of the two experiments come from running their cells with RUN_IT =
True.

Exercise 3, break it: targets not shifted. 30 steps of 4 entries. The training loss begins at 12.98, since the model
gives the token that it has just read hardly any chance of coming again, and falls to 1.00. The loss on the right
targets of the validation part, 5.21 before, is 7.84 after: the model has learned to repeat what it reads, and answers
"form form form form" and so on. With the right targets the loss falls from 5.10 to 1.06.

Exercise 4, break it: dropout left on. A model with drop_rate 0.1, six batches of four validation entries. In evaluation
mode the loss is 5.215, each time. In training mode it was 6.69, 6.68 and 6.91.
"""

import math

import torch


def my_response_loss(logits, token_ids, prompt_length):
    first = prompt_length - 1  # the last token of the prompt predicts the first of the answer
    return torch.nn.functional.cross_entropy(logits[first:-1], token_ids[first + 1 :])


def my_perplexity(batch_losses, counted_targets):
    total = sum(loss * count for loss, count in zip(batch_losses, counted_targets, strict=True))
    return math.exp(total / sum(counted_targets))
