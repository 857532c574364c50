"""Fine-tuning in a few calls, with its variations: what notebook 04 does cell by cell, for a script.

    loaders = create_loaders(train_data, val_data, tokenizer, 1024)
    optimizer = prepare_training(model, "gpt2-medium (355M)", seed=123)
    losses, is_new = fine_tune(model, loaders, optimizer, device, tokenizer, num_epochs=2, ...)

The loop is that of ``gpt.training``. Called again, a training that was interrupted goes on, and a finished one is
loaded.
"""

from pathlib import Path

import torch

from gpt.checkpoints import describe_run, finish_training, look_at_checkpoint
from gpt.distributed import is_sharded
from gpt.files import read_json, write_json
from gpt.instructions import create_instruction_loader
from gpt.lora import LORA_RATE, add_lora, merge_lora
from gpt.masking import create_masked_loader
from gpt.processes import on_first_rank
from gpt.training import calc_loss_loader, finetuning_settings, train_model_simple
from gpt.weights import load_weights, save_weights


def create_loaders(train_data, val_data, tokenizer, context_length, *, batch_size=8, mask_prompt=False):
    """Return the loaders of training and validation as in notebook 04.

    Args:
        context_length: tokens to which entries are cut.
        mask_prompt: whether the loss counts only what the model writes, see ``gpt.masking``.
    """
    create = create_masked_loader if mask_prompt else create_instruction_loader
    limits = {"allowed_max_length": context_length, "batch_size": batch_size}
    train_loader = create(train_data, tokenizer, shuffle=True, drop_last=True, **limits)
    return train_loader, create(val_data, tokenizer, **limits)


def learning_rate_of(model_name, lora=0):
    """The learning rate of a model; LoRA bears, and needs, a higher one."""
    return finetuning_settings[model_name]["lr"] * (LORA_RATE if lora else 1)


def measure_initial_losses(model, loaders, device, *, seed=123, num_batches=5):
    """Return the losses of a model in evaluation mode before it is trained, as ``history.json`` has them."""
    torch.manual_seed(seed)
    with torch.no_grad():
        train_loss, val_loss = (calc_loss_loader(loader, model, device, num_batches) for loader in loaders)
    return {"initial_train_loss": train_loss, "initial_val_loss": val_loss}


def prepare_training(model, model_name, *, seed=123, lora=0, share=None):
    """Set the seed and return the optimizer of notebook 04.

    Args:
        lora: the rank of LoRA that is put beside the model's layers; 0 trains all weights.
        share: of several processes how they train it together, ``gpt.distributed.replicate`` or ``shard``.
    """
    torch.manual_seed(seed)
    if lora:
        add_lora(model, lora)
        torch.manual_seed(seed)  # the order of the entries shall not depend on what LoRA has drawn
    if share:
        share(model)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    decay = finetuning_settings[model_name]["weight_decay"]
    return torch.optim.AdamW(trained, lr=learning_rate_of(model_name, lora), weight_decay=decay, fused=True)


def fine_tune(
    model, loaders, optimizer, device, tokenizer, *, num_epochs, start_context, checkpoint_path, weights_path,
    eval_freq=5, eval_iter=5, precision="fp32", accumulation_steps=1, on_evaluation=None
):  # fmt: skip
    """Train a model from its checkpoint on, if there is one, and save the weights, those of LoRA merged.

    In place; in the end the model is in evaluation mode. A sharded one is of use only for its weights in the file.

    Args:
        loaders, optimizer: of :func:`create_loaders` and :func:`prepare_training`.
        checkpoint_path, weights_path: in the same folder. Of several processes, the checkpoint is a folder itself.

    The other options, and what else is raised: see ``gpt.training_run.TrainingRun``.

    Returns:
        ``((train_losses, val_losses, tokens_seen), is_new)``; False if the training was finished before.

    Raises:
        ValueError: if the checkpoint belongs to another training. Then nothing was done, and no file was changed.
    """
    settings = {
        "eval_freq": eval_freq, "eval_iter": eval_iter,
        "precision": precision, "accumulation_steps": accumulation_steps,
    }  # fmt: skip
    description = describe_run(model, *loaders, optimizer, **settings)
    progress, finished_weights = on_first_rank(lambda: look_at_checkpoint(checkpoint_path, description, num_epochs))
    if finished_weights:
        merge_lora(model)  # what is in the file is merged, too
        if not is_sharded(model):
            load_weights(model, finished_weights)
        return (progress.train_losses, progress.val_losses, progress.track_tokens_seen), False
    losses = train_model_simple(
        model, *loaders, optimizer, device, num_epochs=num_epochs, start_context=start_context, tokenizer=tokenizer,
        checkpoint_path=checkpoint_path, on_evaluation=on_evaluation, **settings,
    )  # fmt: skip
    model.eval().zero_grad()
    merge_lora(model)
    save_weights(model, weights_path)
    on_first_rank(lambda: finish_training(checkpoint_path, weights_path))
    return losses, True


def keep_history(path, history):
    """Write ``history.json``, unless it is there already from the same training; return what it holds then.

    A damaged file is written anew, and this is printed: all but what an earlier call knew of its costs is known here.

    Args:
        history: a dict with ``train_losses`` and ``val_losses``. Other values of a file from the same training, such
            as its minutes, are right, and those of a later call may not be.
    """
    path = Path(path)
    if path.is_file():
        try:
            found = read_json(path, "the training", kind=dict)
        except ValueError:
            found = {}
            print(f"{path} was damaged and is written anew.")
        if all(found.get(part) == history[part] for part in ("train_losses", "val_losses")):
            return found
    write_json(path, history)
    return history
