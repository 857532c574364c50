"""Checks of notebook 04 and of the workshop: gradients of several small batches, and one training step."""

import copy

import torch

from exercises.looking import as_numbers, check, describe, same
from previous_chapters import GPTModel, calc_loss_batch

CONFIG = {
    "vocab_size": 17, "context_length": 12, "emb_dim": 12, "n_layers": 1, "n_heads": 2, "drop_rate": 0.0,
    "qkv_bias": True,
}  # fmt: skip


def tiny_model(seed=0, **changes):
    """A GPTModel of a few thousand random weights, in evaluation mode."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GPTModel({**CONFIG, **changes}).eval()


def tiny_batch(seed, rows, counted):
    """Inputs and targets, of which the first so many of each row count."""
    generator = torch.Generator().manual_seed(seed)
    token_ids = torch.randint(CONFIG["vocab_size"], (rows, 9), generator=generator)
    targets = token_ids[:, 1:].clone()
    targets[:, counted:] = -100
    return token_ids[:, :-1], targets


def loss_of(model, inputs, targets, kind=None):
    """Cross-entropy of a batch, ours or with faults that people make."""
    if kind is None:
        return calc_loss_batch(inputs, targets, model, torch.device("cpu"))
    logits = model(inputs).flatten(0, 1)
    if kind == "filler_counted":
        return torch.nn.functional.cross_entropy(logits, targets.flatten().clamp(min=0))
    return torch.nn.functional.cross_entropy(logits, targets.flatten(), reduction="sum")


def gradients(model):
    parts = [torch.zeros(1) if each.grad is None else each.grad.flatten() for each in model.parameters()]
    return torch.cat(parts)


def accumulate(model, batches, zero=None, weight=None):
    """Gradients of several batches as if they were one, right or with faults that people make."""
    if zero != "old_kept":
        model.zero_grad()
    counts = [(targets != -100).sum().item() for _, targets in batches]
    sizes = [targets.numel() for _, targets in batches]
    for (inputs, targets), count, size in zip(batches, counts, sizes, strict=True):
        if zero == "only_the_last":
            model.zero_grad()
        share = {"added": 1, "unweighted": 1 / len(batches), "filler_weighed": size / sum(sizes)}
        (loss_of(model, inputs, targets) * share.get(weight, count / sum(counts))).backward()


@check(
    "the gradients are those of one large batch, for small batches with equally and with differently many counted "
    "targets; old gradients are gone; the weights have not moved",
    old_kept="Gradients from before are still in the sum: forget them first, with zero_grad.",
    only_the_last="Only the last batch has a say: gradients are forgotten between the batches. backward adds to what "
    "is there, and that is what is wanted here.",
    added="The means of the batches are added up, so that the step becomes larger with each batch.",
    unweighted="Every batch weighs the same, although their numbers of counted targets differ. Weight each loss with "
    "its share of all targets that are not -100.",
    filler_weighed="The batches are weighted by their size, filler included: count the targets that are not -100.",
    moved="The weights have moved: this function only computes gradients, the step comes after it.",
    no_gradients="There are no gradients afterwards: call backward on the losses.",
)
def check_accumulate(look):
    """``my_accumulate(model, batches)`` leaves the gradients in the model; it may return what it likes."""
    solution = look.solution

    def run(batches, one=None, **faults):
        model = tiny_model()
        loss_of(model, *tiny_batch(9, 2, 8)).backward()  # gradients of an earlier step
        before = [parameter.clone() for parameter in model.parameters()]
        result = (one or accumulate)(model, batches, **faults)
        moved = not all(map(torch.equal, before, model.parameters()))
        if one:
            look.expect(not moved, "moved")
        return result, gradients(model)

    def reader(batches):
        earlier = tiny_model()
        loss_of(earlier, *tiny_batch(9, 2, 8)).backward()
        result, found = run(batches, solution)
        if (result is None or result is Ellipsis) and torch.equal(found, gradients(earlier)):
            return None  # nothing has been done: an empty exercise
        if look.expect(found.abs().sum() > 0, "no_gradients"):
            return found
        return run(batches)[1]

    look.solution = reader
    cases = [([tiny_batch(1, 2, 8), tiny_batch(2, 2, 8)],), ([tiny_batch(3, 3, 7), tiny_batch(4, 1, 2)],)]
    look.explain(
        cases, lambda batches, **faults: run(batches, **faults)[1], zero=["old_kept", "only_the_last"],
        weight=["added", "unweighted", "filler_weighed"],
    )  # fmt: skip


def training_step(model, optimizer, inputs, targets, zero=None, step=None, loss=None):
    """One step; returns the loss before it. Right or with faults that people make."""
    if zero is None:
        optimizer.zero_grad()
    if step == "step_too_early":
        optimizer.step()
    value = loss_of(model, inputs, targets, loss)
    value.backward()
    if zero == "zero_too_late":
        optimizer.zero_grad()
    if step is None:
        optimizer.step()
    if zero == "zero_afterwards":
        optimizer.zero_grad()
    return value.item()


def two_steps(batches, take=training_step, **faults):
    """Losses of two steps in a row, the weights after them, and why they have not moved if they have not."""
    model = tiny_model(1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.3)
    calls = []
    optimizer.register_step_pre_hook(lambda *_: calls.append("step"))
    loss_of(model, *tiny_batch(9, 2, 8)).backward()  # gradients of an earlier step
    losses = [take(model, optimizer, *copy.deepcopy(batch), **faults) for batch in batches]
    has_moved = not all(map(torch.equal, model.parameters(), tiny_model(1).parameters()))
    has_gradients = bool(gradients(model).abs().sum() > 0)
    reason = (0, 0) if has_moved else (1 + len(calls), 1 + has_gradients)
    weights = torch.cat([parameter.detach().flatten() for parameter in model.parameters()])
    return losses, torch.cat((weights, torch.tensor(reason)))


@check(
    "the loss is the mean over the counted targets, before the step; weights after two steps in a row are those of our "
    "own loop, to 1e-5; gradients of an earlier step have no say",
    never_zeroed="The gradients are never set back: backward adds to those of all steps before. Call "
    "optimizer.zero_grad() first.",
    zero_too_late="The gradients are set back between backward and step, so that there is nothing to step along.",
    zero_afterwards="The gradients are set back only after the step, so that what was there before the first one, for "
    "example from a look at the loss, has a say in it. Set them back first.",
    no_step="The weights do not move: optimizer.step() is missing.",
    step_too_early="The step comes before backward: it follows the gradients of the step before, or none.",
    filler_counted="Filler is counted: targets of -100 must be left out (cross_entropy does so by itself, with "
    "ignore_index=-100).",
    summed="The loss is a sum over the targets: the step would grow with the size of the batch. Take the mean.",
    no_loss="The loss is not returned, or another number is. Without it nobody sees whether training works.",
)
def check_training_step(look):
    """``my_training_step(model, optimizer, inputs, targets)`` returns the loss before the step."""
    solution, batches = look.solution, [tiny_batch(5, 2, 6), tiny_batch(6, 3, 4)]
    wanted, right_weights = two_steps(batches)

    def weights_after(batches):
        losses, weights = two_steps(batches, solution)
        is_right = torch.allclose(weights, right_weights, atol=1e-5)
        if all(loss is None or loss is Ellipsis for loss in losses) and weights[-1] == 2:  # old gradients, no step
            return None  # nothing has been done: an empty exercise
        if not all(map(is_number, losses)) or (is_right and not same([*map(as_numbers, losses)], wanted)):
            look.find("no_loss", f"Expected {describe(wanted)}, found {describe(losses)}")
        return weights

    look.solution = weights_after
    look.explain(
        [(batches,)], lambda batches, **faults: two_steps(batches, **faults)[1],
        zero=["never_zeroed", "zero_too_late", "zero_afterwards"], step=["no_step", "step_too_early"],
        loss=["filler_counted", "summed"],
    )  # fmt: skip


def is_number(value):
    try:
        return as_numbers(value).dim() == 0
    except (TypeError, ValueError, RuntimeError):
        return False
