"""What keeps work from being lost: files that are whole or not there, and trainings that go on where they stopped.

Nothing here is about language models. ``previous_chapters`` uses it where hours of work are at stake.
"""

import hashlib
import itertools
import math
import os
import signal
import threading
from pathlib import Path

import torch

from gpt.files import (  # noqa: F401
    TRAINING_CHECKPOINT_FORMAT,
    first_line,
    in_one_step,
    read_saved,
    save_atomically,
    write_atomically,
)

# ---------------------------------------------------------------------------------------------------------------
# Trainings
# ---------------------------------------------------------------------------------------------------------------


class TrainingRun:
    """How far a training has come, and the checkpoint that keeps this from being lost.

    A checkpoint has all that the rest of the training depends on: weights, optimizer, losses so far, the place in the
    data and the state of the random numbers. So on a CPU in fp32 a training that was killed and goes on gives exactly
    the weights and losses of one that was not. It also has a short description of the run that it belongs to. If
    another run finds it, with another learning rate for example, it is set aside and not continued.

    Inside of ``with``, Ctrl-C and a kernel's interrupt wait for the end of a step, and errors say what to do.

    Args:
        settings: what decides about the course of the training besides model, data, optimizer and the seed; a dict.
        path: the checkpoint's file, or None to keep none.
        every: steps from one checkpoint to the next.
    """

    FORMAT = TRAINING_CHECKPOINT_FORMAT
    KEPT = ("train_losses", "val_losses", "track_tokens_seen", "tokens_seen", "global_step", "epoch", "batches_done")

    def __init__(self, model, train_loader, val_loader, optimizer, scaler, device, settings, path=None, every=50):
        self.model, self.optimizer, self.scaler = model, optimizer, scaler
        self.train_loader, self.val_loader, self.device = train_loader, val_loader, torch.device(device)
        self.settings, self.every = settings, every
        self.path = None if path is None else Path(path)
        self.train_losses, self.val_losses, self.track_tokens_seen = [], [], []
        self.tokens_seen = 0
        self.global_step = -1
        self.epoch = 0  # how many are done
        self.batches_done = 0  # of the epoch after those
        self.parts = []  # the batches of the running step
        self.last_saved = None  # the step of the last checkpoint
        self.interrupted = self.stopped = False

    def __enter__(self):
        # Only the main thread may set handlers. Elsewhere, an interruption is noticed in __exit__.
        self.old_handler = None
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.old_handler = signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, error_type, error, traceback):
        if self.old_handler is not None:
            signal.signal(signal.SIGINT, self.old_handler)
        if isinstance(error, torch.cuda.OutOfMemoryError):
            raise torch.cuda.OutOfMemoryError(self._explain_out_of_memory()) from error
        if isinstance(error, KeyboardInterrupt) and not self.stopped:
            self._say_interrupted(f"before the end of step {self.global_step + 1}")
        if error is None and self.interrupted:
            raise KeyboardInterrupt

    def _interrupt(self, *_):
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True

    def restore(self, num_epochs):
        """Go on from the checkpoint, if there is one that belongs to this run.

        Raises:
            ValueError: if the file at the checkpoint's path is something else.
        """
        if self.path is None:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.description = describe_run(
            self.model, self.train_loader, self.val_loader, self.optimizer, **self.settings
        )
        try:
            content = read_saved(self.path)
        except FileNotFoundError:
            return
        except ValueError as error:
            self._set_aside("damaged", error)
            return
        if not isinstance(content, dict) or content.get("format") != self.FORMAT:
            raise ValueError(f"{self.path} is no {self.FORMAT}. Choose another checkpoint_path; the file is unchanged.")
        saved, progress = content["description"], content["progress"]
        differences = [
            f"{key} was {saved.get(key)}, now {self.description.get(key)}"
            for key in {**saved, **self.description}
            if saved.get(key) != self.description.get(key)
        ]
        if (progress["epoch"], progress["batches_done"]) > (num_epochs, 0):
            differences.append(f"it has gone beyond {num_epochs} epochs")
        if differences:
            self._set_aside("other-run", f"{self.path} belongs to another run: {'; '.join(differences)}.")
            return
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        if content["scaler"]:
            self.scaler.load_state_dict(content["scaler"])
        for name in self.KEPT:
            setattr(self, name, progress[name])
        self.random_at_epoch_start = content["random_at_epoch_start"]
        self._set_random_state(content["random"])
        self.last_saved = self.global_step
        state = "The training is complete" if self.epoch >= num_epochs else "Going on"
        print(
            f"{state} after step {self.global_step}, from {self.path}. "
            "To start anew, delete that file and load the pretrained weights again."
        )

    def _set_aside(self, suffix, reason):
        kept = self.path.with_name(f"{self.path.name}.{suffix}")
        os.replace(self.path, kept)
        print(f"{reason} It is kept as {kept.name}; training starts with the weights that the model has now.")

    def start_epoch(self):
        """Shuffle the data. In an epoch that was interrupted, shuffle as before and leave out what is done."""
        now = self._random_state()
        if self.batches_done:
            self._set_random_state(self.random_at_epoch_start)
        else:
            self.random_at_epoch_start = now
        self.batches = iter(self.train_loader)
        if self.batches_done:
            for _ in itertools.islice(self.batches, self.batches_done):
                pass
            self._set_random_state(now)

    def next_batches(self, count):
        """Return a list of so many batches ``(inputs, targets)``, fewer at the end of an epoch and [] after it."""
        self.parts = list(itertools.islice(self.batches, count))
        return self.parts

    def end_step(self):
        """Write a checkpoint if one is due, or if the user has interrupted, and then stop."""
        self.batches_done += len(self.parts)
        self._end(is_due=(self.global_step + 1) % self.every == 0)

    def end_epoch(self):
        """Write a checkpoint. The one after the last epoch has the whole result."""
        self.epoch += 1
        self.batches_done = 0
        self._end(is_due=True)

    def _end(self, is_due):
        if self.path is not None and (is_due or self.interrupted):
            self._save()
        if self.interrupted:
            self.stopped = True
            self._say_interrupted(f"after step {self.global_step}")
            raise KeyboardInterrupt

    def _save(self):
        # A loss tells about the weights before a step. What a too large step has made of them must not be kept.
        if not all(torch.isfinite(parameter).all() for parameter in self.model.parameters()):
            raise FloatingPointError(
                f"Step {self.global_step} has made weights that are not finite numbers, so training stops. "
                f"{self._lower_the_learning_rate()} {self._what_is_kept()}"
            )
        content = {
            "format": self.FORMAT,
            "description": self.description,
            "progress": {name: getattr(self, name) for name in self.KEPT},
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "random": self._random_state(),
            "random_at_epoch_start": self.random_at_epoch_start,
        }
        try:
            save_atomically(content, self.path)
            self.last_saved = self.global_step
        except (OSError, RuntimeError) as error:  # RuntimeError: how PyTorch reports a full disk
            print(
                f"The checkpoint after step {self.global_step} could not be written, and training goes on: "
                f"{first_line(error)}"
            )

    def _what_is_kept(self):
        if self.path is None:
            return "No checkpoint_path was given, so the training is not saved."
        if self.last_saved is None:
            return "There is no checkpoint yet."
        return f"The training up to step {self.last_saved} is saved in {self.path}."

    def _say_interrupted(self, where):
        advice = "" if self.last_saved is None else " Run this again to go on from there."
        print(f"Interrupted {where}. {self._what_is_kept()}{advice}")

    def _random_state(self):
        """The state of all that training draws random numbers from: dropout, and the shuffling of the loaders."""
        state = {"cpu": torch.get_rng_state(), "loaders": [each.get_state() for each in self._generators()]}
        if self.device.type == "cuda":
            state["device"] = torch.cuda.get_rng_state(self.device)
        elif self.device.type == "mps":
            state["device"] = torch.mps.get_rng_state()
        return state

    def _set_random_state(self, state):
        torch.set_rng_state(state["cpu"])
        for generator, saved in zip(self._generators(), state["loaders"], strict=True):
            generator.set_state(saved)
        if "device" in state and self.device.type == "cuda":
            torch.cuda.set_rng_state(state["device"], self.device)
        elif "device" in state and self.device.type == "mps":
            torch.mps.set_rng_state(state["device"])

    def _generators(self):
        loaders = (self.train_loader, self.val_loader)
        owners = (owner for loader in loaders for owner in (loader, getattr(loader, "sampler", None)))
        generators = (getattr(owner, "generator", None) for owner in owners)
        return [generator for generator in generators if generator is not None]

    def require_finite(self, loss, input_batch, target_batch, tokenizer):
        """Raise a ``FloatingPointError`` that describes the batch if its loss is not a finite number."""
        if torch.isfinite(loss):
            return
        counts = (target_batch != -100).sum(dim=1).tolist()
        if not any(counts):
            hint = "None of its tokens is a target. Are its entries cut off before the response, or all masked?"
        elif self.scaler.is_enabled():
            hint = 'Numbers in fp16 end at 65,504: use precision="bf16" or "fp32", or a lower learning rate.'
        else:
            hint = self._lower_the_learning_rate()
        rows = [
            f"  row {i}, {count} targets: {_beginning(token_ids, tokenizer)!r}"
            for i, (token_ids, count) in enumerate(zip(input_batch.tolist(), counts, strict=True))
        ]
        raise FloatingPointError(
            f"The loss is {loss.item()} in epoch {self.epoch + 1}, step {self.global_step + 1}, so training stops, "
            "before that spoils the weights. The batch:\n" + "\n".join(rows) + f"\n{hint} {self._what_is_kept()}"
        )

    def _lower_the_learning_rate(self):
        learning_rate = self.optimizer.param_groups[0]["lr"]
        return (
            f"The usual cause is a learning rate that is too high (it is {learning_rate}): choose a tenth of it, and "
            "load the pretrained weights again."
        )

    def _explain_out_of_memory(self):
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        needed = 16 * parameters / 1e9  # fp32: weights, gradients and AdamW's two averages
        explanation = f"The GPU has run out of memory in step {self.global_step + 1}."
        rows = 1
        if self.parts:
            rows, tokens = max((inputs.shape for inputs, _ in self.parts), key=math.prod)
            explanation += f" The batch has {rows} rows x {tokens} tokens."
        explanation += f" Weights, gradients and AdamW's averages take {needed:.1f} GB."
        advice = []
        total = None
        if self.device.type == "cuda" and torch.cuda.is_available():
            total = torch.cuda.get_device_properties(self.device).total_memory / 1e9
            peak = torch.cuda.max_memory_allocated(self.device) / 1e9
            explanation += f" The GPU has {total:.1f} GB, and at most {peak:.1f} GB were taken."
        if total is None or needed < 0.9 * total:
            if self.settings["precision"] in (None, "fp32"):
                advice.append('precision="auto", which halves the memory of intermediate results')
            if rows > 1:
                steps = 2 * self.settings["accumulation_steps"]
                advice.append(
                    f"batch_size={rows // 2} for the training loader with accumulation_steps={steps}, which makes "
                    "steps of about as many rows"
                )
            else:
                advice.append("a smaller allowed_max_length for the training loader")
        advice.append("a smaller model")
        return (
            f"{explanation} Restart the kernel, so that all memory is free, and choose {'; or '.join(advice)}. "
            f"{self._what_is_kept()}"
        )


def _beginning(token_ids, tokenizer, characters=60):
    """The beginning of an entry, without the words that all entries share."""
    text = tokenizer.decode(token_ids)
    return " ".join((text.partition("### Instruction:")[2] or text).split())[:characters]


def describe_run(model, train_loader, val_loader, optimizer, **settings):
    """What two trainings have in common if one can go on where the other one stopped: ``{what: value}``, a few lines.

    How the optimizer computes, and on which device, are left out: a training may go on there with another one.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    description = {
        "model": f"{type(model).__name__} of {parameters:,} parameters ({_digest(str(model).encode())})",
        "training data": _describe_data(train_loader),
        "validation data": _describe_data(val_loader),
        "seed": torch.initial_seed(),
        "optimizer": type(optimizer).__name__,
        **settings,
    }
    left_out = ("params", "foreach", "fused", "capturable", "differentiable")
    for i, group in enumerate(optimizer.param_groups):
        place = f" of parameter group {i}" if len(optimizer.param_groups) > 1 else ""
        description[f"trained tensors{place}"] = len(group["params"])
        description.update({f"{key}{place}": str(value) for key, value in group.items() if key not in left_out})
    return description


def _describe_data(loader):
    """Number of entries and batches, and a digest of what the model gets to see of up to 2,000 of the entries."""
    entries = len(loader.dataset)
    chosen = [loader.dataset[i] for i in range(0, entries, max(1, entries // 1000))]
    batch = loader.collate_fn(chosen) if chosen else ()
    digest = _digest(b"".join(tensor.cpu().numpy().tobytes() for tensor in batch))
    return f"{entries} entries in {len(loader)} batches of {loader.batch_size} ({digest})"


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:8]
