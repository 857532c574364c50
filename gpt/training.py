"""Loss and training (chapter 5 of the book).

:func:`train_model_simple` is the loop of notebook 04. What keeps it from being lost, and in which numbers it computes,
is the subject of ``gpt.training_run`` and ``gpt.kernels``; plots are in ``gpt.pictures``.
"""

import itertools
import math
import warnings

import torch
from torch import nn

from gpt.distributed import is_parallel, loss_of_own_rows, mean_over_ranks
from gpt.generation import generate
from gpt.kernels import copied_to, fused
from gpt.model import GPTModel, require_known_ids
from gpt.packed_rows import losses_of_counted_targets
from gpt.tokenizer import text_to_token_ids, token_ids_to_text
from gpt.training_run import TrainingRun

# ---------------------------------------------------------------------------------------------------------------
# Settings of each model
# ---------------------------------------------------------------------------------------------------------------

# A small network needs, and bears, larger steps than a large one. Of 0.00005, 0.000075 and 0.0001, 0.000075 gave an
# earlier version of the tiny one the most right answers to further tasks, which stand in no part of the data (401, 408
# and 401 of 494: notebook 04).
finetuning_settings = {
    "gpt2-tiny (6M)": {"lr": 0.000075, "weight_decay": 0.1},
    "gpt2-small (124M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-medium (355M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-large (774M)": {"lr": 0.00005, "weight_decay": 0.1},
    "gpt2-xl (1558M)": {"lr": 0.00005, "weight_decay": 0.1},
}

# The loss on instruction entries before training, for check_initial_loss: the mean of training and validation loss in
# nats per token. None where nobody has measured it.
expected_initial_losses = {
    "gpt2-tiny (6M)": 5.1,
    "gpt2-small (124M)": None,
    "gpt2-medium (355M)": 3.8,
    "gpt2-large (774M)": None,
    "gpt2-xl (1558M)": None,
}


# ---------------------------------------------------------------------------------------------------------------
# The loop
# ---------------------------------------------------------------------------------------------------------------


def train_model_simple(
    model, train_loader, val_loader, optimizer, device, num_epochs, eval_freq, eval_iter, start_context, tokenizer,
    *, precision=None, accumulation_steps=1, checkpoint_path=None, checkpoint_every=50, on_evaluation=None
):  # fmt: skip
    """Train and evaluate: a line of losses every ``eval_freq`` steps, a sample text after each epoch.

    Evaluations look at ``eval_iter`` batches of each loader. Returns ``(train_losses, val_losses, tokens_seen)``, three
    lists with one entry for each evaluation. The options and errors: see ``gpt.training_run.TrainingRun``.
    """
    run = TrainingRun(
        model, train_loader, val_loader, optimizer, device, tokenizer, eval_freq, eval_iter,
        precision, accumulation_steps, checkpoint_path, checkpoint_every, on_evaluation
    )  # fmt: skip
    with run:
        for epoch in run.epochs(num_epochs):
            model.train()
            for batches in run.steps(train_loader):  # a single batch, unless accumulation_steps wants several
                optimizer.zero_grad()
                for input_batch, target_batch in batches:
                    with run.computing():
                        loss = calc_loss_batch(input_batch, target_batch, model, device)
                    run.backward(loss)
                run.step()

                if run.global_step % eval_freq == 0:
                    with run.computing():
                        train_loss, val_loss = evaluate_model(model, train_loader, val_loader, device, eval_iter)
                    run.keep_losses(train_loss, val_loss)
                    print(
                        f"Ep {epoch + 1} (Step {run.global_step:06d}): "
                        f"Train loss {train_loss:.3f}, Val loss {val_loss:.3f}"
                    )
                    run.report()

            generate_and_print_sample(model, tokenizer, device, start_context)

    return run.history()


def generate_and_print_sample(model, tokenizer, device, start_context):
    """Print ``start_context`` and the 50 tokens that the model finds most probable after it, on one line.

    It does not stop at ``<|endoftext|>``, so that one sees what comes after.
    """
    model.eval()
    token_ids = generate(
        model=model,
        idx=text_to_token_ids(start_context, tokenizer).to(device),
        max_new_tokens=50,
        context_size=model.pos_emb.weight.shape[0],
    )
    print(token_ids_to_text(token_ids, tokenizer).replace("\n", " "))
    model.train()


# ---------------------------------------------------------------------------------------------------------------
# Losses
# ---------------------------------------------------------------------------------------------------------------


def calc_loss_batch(input_batch, target_batch, model, device):
    """Mean cross-entropy in nats over the targets that are not -100; both batches are ``(batch, tokens)``."""
    require_known_ids(model, input_batch, target_batch)  # on a GPU, wrong ones would break the session
    input_batch, target_batch = copied_to(device, input_batch), copied_to(device, target_batch)
    if is_parallel(model):  # trained by several processes (notebook 10): each computes its part
        return loss_of_own_rows(input_batch, target_batch, model)
    if fused() and isinstance(model, GPTModel):
        total, count = losses_of_counted_targets(input_batch, target_batch, model)
        return total / count
    logits = model(input_batch)
    return nn.functional.cross_entropy(logits.flatten(0, 1), target_batch.flatten())


def calc_loss_loader(data_loader, model, device, num_batches=None):
    """Mean of the batch losses over the first ``num_batches`` batches (all, if None); NaN for an empty loader."""
    if len(data_loader) == 0:
        return float("nan")
    num_batches = len(data_loader) if num_batches is None else min(num_batches, len(data_loader))
    batches = itertools.islice(data_loader, num_batches)
    losses = [calc_loss_batch(inputs, targets, model, device).detach() for inputs, targets in batches]
    losses = mean_over_ranks(torch.stack(losses), model)
    return sum(losses.tolist()) / num_batches  # asked for once: a GPU need not wait after each batch


def evaluate_model(model, train_loader, val_loader, device, eval_iter):
    """Return the training and the validation loss over ``eval_iter`` batches each, without gradients."""
    model.eval()
    with torch.no_grad():
        train_loss = calc_loss_loader(train_loader, model, device, num_batches=eval_iter)
        val_loss = calc_loss_loader(val_loader, model, device, num_batches=eval_iter)
    model.train()
    return train_loss, val_loss


def check_initial_loss(loss, expected, vocab_size):
    """Warn if the loss before training is not what the model should show, and say what that means.

    A miss is more than one nat. That leaves room for other instruction data in the same format, and for the choice of
    batches, which moves the mean of five by 0.1. What goes wrong moves it by several nats: weights that are not loaded
    by 4 to 7, a faulty Apple GPU once by 16, and an epoch of training by 3 to 4.

    Args:
        loss: the loss before training, in nats per token.
        expected: the loss that it should be near to; or the name of a model, whose loss is looked up in
            ``expected_initial_losses``; or None if it is not known. Then only losses that no pretrained GPT-2 has are
            a miss: below 2, or from about ln(vocab_size) on.

    Raises:
        ValueError: for the name of an unknown model.
    """
    if isinstance(expected, str):
        if expected not in expected_initial_losses:
            raise ValueError(f"Unknown model {expected!r}: expected one of {', '.join(expected_initial_losses)}.")
        expected = expected_initial_losses[expected]
    blind = math.log(vocab_size)
    if expected is not None and abs(loss - expected) <= 1:
        return
    if not math.isfinite(loss) or loss > blind + 1:
        meaning = (
            "Weights and data cannot cause that, so the device probably computes wrong results. On an Apple GPU update "
            "PyTorch to 2.9 or newer; elsewhere compare with the loss on the CPU."
        )
    elif loss > blind - 1:
        meaning = "The model guesses blindly: its weights are not loaded. Load the pretrained weights (notebook 01)."
    elif loss < (2 if expected is None else expected - 1):
        meaning = (
            "The model knows these answers: it has been trained already, or the data were in its training. To start "
            "from the pretrained weights, run the notebook from its beginning."
        )
    elif expected is not None:
        meaning = "Do weights, tokenizer and the number of heads belong to the same model? Is the text plain English?"
    else:
        return
    usual = "" if expected is None else f", expected about {expected:.1f}"
    warnings.warn(
        f"The loss before training is {loss:.2f}{usual} (guessing blindly: {blind:.1f}). {meaning} If you have reasons "
        "to expect this loss, for example data of another kind, just go on.",
        stacklevel=2,
    )
