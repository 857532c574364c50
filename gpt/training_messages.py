"""What a training says when it is interrupted, cannot go on, or lacks memory: what happened, where, and what to do.

Plain functions that make sentences of a ``gpt.training_run.TrainingRun``; nothing here decides or changes anything.
"""

import math

import torch


def what_is_kept(run):
    if run.checkpoint.path is None:
        return "No checkpoint_path was given, so the training is not saved."
    if run.checkpoint.last_saved is None:
        return "There is no checkpoint yet."
    return f"The training up to step {run.checkpoint.last_saved} is saved in {run.checkpoint.path}."


def say_interrupted(run, where):
    advice = "" if run.checkpoint.last_saved is None else " Run this again to go on from there."
    print(f"Interrupted {where}. {what_is_kept(run)}{advice}")


def lower_the_learning_rate(run):
    learning_rate = run.optimizer.param_groups[0]["lr"]
    return (
        f"The usual cause is a learning rate that is too high (it is {learning_rate}): choose a tenth of it, and "
        "load the pretrained weights again."
    )


def describe_lost_loss(run, loss, input_batch, target_batch):
    """What to say of a batch whose loss is not a finite number: where it is, its rows, and what may help."""
    counts = (target_batch != -100).sum(dim=1).tolist()
    if not any(counts):
        hint = "None of its tokens is a target. Are its entries cut off before the response, or all masked?"
    elif run.number_format.scaler.is_enabled():
        hint = 'Numbers in fp16 end at 65,504: use precision="bf16" or "fp32", or a lower learning rate.'
    else:
        hint = lower_the_learning_rate(run)
    rows = [
        f"  row {i}, {count} targets: {_beginning(token_ids, run.tokenizer)!r}"
        for i, (token_ids, count) in enumerate(zip(input_batch.tolist(), counts, strict=True))
    ]
    return (
        f"The loss is {loss} in epoch {run.progress.epoch + 1}, step {run.progress.global_step + 1}, so training "
        "stops, before that spoils the weights. The batch:\n" + "\n".join(rows) + f"\n{hint} {what_is_kept(run)}"
    )


def say_left_out(run):
    print(
        f"Step {run.progress.global_step} is left out: its gradients were too large for fp16. The loss is scaled by "
        f"{run.number_format.scale:g} from now on."
    )


def describe_lost_gradients(run):
    """What to say when in fp16 one step after the other is left out, whatever the loss is scaled with."""
    return (
        f"The gradients of step {run.progress.global_step} are not finite in fp16, however small the loss is scaled "
        f"(now by {run.number_format.scale:g}): the weights do not change any more, so training stops. Use "
        f'precision="bf16" or "fp32". {what_is_kept(run)}'
    )


def _beginning(token_ids, tokenizer, characters=60):
    """The beginning of an entry, without the words that all entries share."""
    text = tokenizer.decode(token_ids)
    return " ".join((text.partition("### Instruction:")[2] or text).split())[:characters]


def describe_lack_of_memory(run):
    """What to say when a GPU has run out of memory: what was needed, and what to reduce to what."""
    parameters = sum(parameter.numel() for parameter in run.model.parameters())
    needed = 16 * parameters / 1e9  # fp32: weights, gradients and AdamW's two averages
    explanation = f"The GPU has run out of memory in step {run.progress.global_step + 1}."
    rows = 1
    if run.parts:
        rows, tokens = max((inputs.shape for inputs, _ in run.parts), key=math.prod)
        explanation += f" The batch has {rows} rows x {tokens} tokens."
    explanation += f" Weights, gradients and AdamW's averages take {needed:.1f} GB."
    total = None
    if run.device.type == "cuda" and torch.cuda.is_available():
        total = torch.cuda.get_device_properties(run.device).total_memory / 1e9
        peak = torch.cuda.max_memory_allocated(run.device) / 1e9
        explanation += f" The GPU has {total:.1f} GB, and at most {peak:.1f} GB were taken."
    advice = _smaller_batches(run.settings, rows) if total is None or needed < 0.9 * total else []
    return (
        f"{explanation} Restart the kernel, so that all memory is free, and choose "
        f"{'; or '.join([*advice, 'a smaller model'])}. {what_is_kept(run)}"
    )


def _smaller_batches(settings, rows):
    advice = []
    if settings["precision"] in (None, "fp32"):
        advice.append('precision="auto", which halves the memory of intermediate results')
    if rows > 1:
        advice.append(
            f"batch_size={rows // 2} for the training loader with accumulation_steps="
            f"{2 * settings['accumulation_steps']}, which makes steps of about as many rows"
        )
    else:
        advice.append("a smaller allowed_max_length for the training loader")
    return advice
