"""Checks of notebook 03: the loss of the answer alone, and the perplexity of several batches."""

import math

import torch

from exercises.looking import check


def response_loss(logits, token_ids, prompt_length, shift=None, part=None, amount=None):
    """The mean loss of the answer's tokens, right or with faults that people make."""
    scores, targets = (logits, token_ids) if shift else (logits[:-1], token_ids[1:])
    first = prompt_length - (0 if shift else 1)
    first = {"whole": 0, "first_missing": first + 1, "one_of_the_prompt": first - 1}.get(part, first)
    losses = torch.nn.functional.cross_entropy(scores[first:], targets[first:], reduction="none")
    if amount == "probability":
        return (1 - torch.exp(-losses)).mean()
    total = -losses if amount == "negative" else losses
    return total.sum() if amount == "summed" else total.mean()


@check(
    "for entries of two lengths, the loss is the mean over exactly the tokens of the answer, the last one included, "
    "each scored by the logits one position before it",
    not_shifted="Each token is scored by the logits of its own position. Those say what comes after it: the logits at "
    "position i belong to token i + 1.",
    whole="The prompt is counted, too: only tokens from prompt_length on belong to the answer.",
    first_missing="The first token of the answer is missing. It is predicted at the last position of the prompt, "
    "prompt_length - 1.",
    one_of_the_prompt="The last token of the prompt is counted, too.",
    summed="The losses are added up; a mean can be compared between answers of different lengths.",
    negative="The sign is missing: a loss is the negative logarithm of a probability.",
    probability="The result is not in nats: take the negative logarithm of the probability (cross-entropy does).",
)
def check_response_loss(look):
    """``my_response_loss(logits, token_ids, prompt_length)``, shapes ``(tokens, vocab_size)`` and ``(tokens,)``."""
    generator = torch.Generator().manual_seed(0)
    cases = []
    for tokens, prompt_length in ((9, 5), (7, 2)):
        logits = torch.randn(tokens, 12, generator=generator)
        cases.append((logits, torch.randint(12, (tokens,), generator=generator), prompt_length))
    look.explain(
        cases, response_loss, shift=["not_shifted"], part=["whole", "first_missing", "one_of_the_prompt"],
        amount=["summed", "negative", "probability"],
    )  # fmt: skip


def perplexity(batch_losses, counted_targets, mean=None, exponential=None):
    """The perplexity of all targets together, right or with faults that people make."""
    total = sum(counted_targets)
    weights = [1 / len(batch_losses) if mean == "unweighted" else count / total for count in counted_targets]
    if mean == "mean_of_perplexities":
        return sum(weight * math.exp(loss) for loss, weight in zip(batch_losses, weights, strict=True))
    loss = sum(loss * weight for loss, weight in zip(batch_losses, weights, strict=True))
    return {"loss_itself": loss, "base_two": 2**loss}.get(exponential, math.exp(loss))


@check(
    "the mean is taken over all targets, then the exponential, for batches with equally and differently many targets",
    unweighted="Every batch counts the same. A batch with twice as many targets has twice as much to say: weight each "
    "loss with its number of targets.",
    mean_of_perplexities="The perplexities of the batches are averaged. The exponential of a mean is not the mean of "
    "exponentials: first the mean loss, then exp.",
    loss_itself="This is the loss; the perplexity is its exponential.",
    base_two="The loss is in nats, so its base is e and not 2: math.exp(loss).",
)
def check_perplexity(look):
    """``my_perplexity(batch_losses, counted_targets)``, two lists of the same length."""
    cases = [([2.0], [7]), ([1.0, 3.0], [10, 10]), ([0.5, 2.5, 4.0], [300, 40, 60])]
    look.explain(
        cases, perplexity, mean=["unweighted", "mean_of_perplexities"], exponential=["loss_itself", "base_two"]
    )
