"""What keeps a training from being lost: number formats, checkpoints, interruption, errors that say what to do.

``gpt.training`` has the training itself; what a checkpoint holds is the subject of ``gpt.checkpoints``. Everything that
can go wrong in between is met here, so that the loop there reads as if nothing could.
"""

import itertools
import math
import signal
import threading
import warnings
from typing import Any, NamedTuple

import torch

from gpt.checkpoints import Progress, describe_run, digest_of_state, random_state, set_random_state
from gpt.distributed import (
    check_optimizer,
    exchange_gradients,
    is_parallel,
    own_part,
    refuse_fp16_in_parts,
    require_same,
    true_on_any,
)
from gpt.kernels import NumberFormat
from gpt.sharded_checkpoints import checkpoint_at
from gpt.training_messages import (
    describe_lack_of_memory,
    describe_lost_gradients,
    describe_lost_loss,
    lower_the_learning_rate,
    say_interrupted,
    say_left_out,
    what_is_kept,
)


class Evaluation(NamedTuple):
    """What ``on_evaluation`` is told. Each list has one entry for every evaluation so far."""

    model: Any  # in training mode; the callback may switch it to evaluation mode
    step: int  # of the latest evaluation; the first one is 0
    num_epochs: int
    epochs: list  # evenly from 0 to num_epochs, as the book draws them; the last is up to eval_freq - 1 steps earlier
    tokens_seen: list
    train_losses: list  # nats per token
    val_losses: list
    is_new: bool  # False when a training goes on from a checkpoint: the model may have taken further steps since


class TrainingRun:
    """One call of ``train_model_simple``: where it stands, and what happens between its steps.

    Inside of ``with``, Ctrl-C and a kernel's interrupt wait for the end of a step, and errors say what to do.

    Args:
        precision: None computes in fp32, step by step as the model is written out. "fp32", "bf16" and "fp16" use
            PyTorch's fused kernels in that precision, and "auto" lets ``gpt.kernels.choose_precision`` decide.
        accumulation_steps: batches that make one step. Their gradients are added up, so that the step is that of one
            batch with all their rows, in the memory of a single one.
        checkpoint_path: a file that keeps the training from being lost. It is written every ``checkpoint_every`` steps,
            after each epoch, and when you interrupt; if it is there already, training goes on from it.
        checkpoint_every: a checkpoint holds 12 bytes for each parameter (0.1 GB for the small model, written in a
            quarter of a second; 4.9 GB for GPT-2 medium). If your disk is slow, choose more.
        on_evaluation: a function that is called with an :class:`Evaluation` after each one, and once when a training
            goes on from a checkpoint, to show how it goes. It cannot change the training: random numbers and the
            model's mode are put back, and an error in it ends the reports, with a warning, but not the training.

    Raises:
        CheckpointInUse: if another training goes to this checkpoint, naming it (``gpt.training_lock``).

    Raises (while training):
        FloatingPointError: if a loss is not a finite number, naming step and batch, before it can spoil the weights; or
            if in fp16 the gradients stay without bounds.
        torch.cuda.OutOfMemoryError: saying what to reduce, and to what.
        KeyboardInterrupt: after Ctrl-C or a kernel's interrupt, at the end of the running step; a second one does not
            wait for that.
    """

    def __init__(
        self, model, train_loader, val_loader, optimizer, device, tokenizer, eval_freq, eval_iter,
        precision=None, accumulation_steps=1, checkpoint_path=None, checkpoint_every=50, on_evaluation=None
    ):  # fmt: skip
        self.model, self.optimizer, self.tokenizer = model, optimizer, tokenizer
        self.loaders, self.device = (train_loader, val_loader), torch.device(device)
        # What decides about the course of the training besides model, data, optimizer and the seed.
        self.settings = {
            "eval_freq": eval_freq, "eval_iter": eval_iter,
            "precision": precision, "accumulation_steps": accumulation_steps,
        }  # fmt: skip
        self.number_format = NumberFormat(precision, self.device)
        self.checkpoint = checkpoint_at(checkpoint_path, checkpoint_every, model)
        self.interruption = Interruption()
        self.progress = Progress()
        self.on_evaluation, self.num_epochs = on_evaluation, 0
        self.parts, self.part = [], None  # the batches of the running step, and the one that is being computed

    # What the loop calls, in this order

    def __enter__(self):
        self.checkpoint.hold()
        self.interruption.__enter__()
        return self

    def epochs(self, num_epochs):
        """Yield the number of each epoch that is left to do; keep what there is after each."""
        self._begin()
        self._restore(num_epochs)
        self.num_epochs = num_epochs
        self.report(is_new=False)
        for epoch in range(self.progress.epoch, num_epochs):
            yield epoch
            self.progress.epoch += 1
            self.progress.batches_done = 0
            self._end(is_due=True)

    def steps(self, train_loader):
        """Yield the batches of each step that is left of the epoch: ``accumulation_steps``, fewer at its end."""
        batches = self._batches_left(train_loader)
        while parts := list(itertools.islice(batches, self.settings["accumulation_steps"])):
            self.parts, self.targets = parts, sum(count_targets(targets) for _, targets in parts)
            yield self._each_of(parts)
            self.progress.batches_done += len(parts)
            self._end(is_due=(self.progress.global_step + 1) % self.checkpoint.every == 0)

    def _each_of(self, parts):
        for number, self.part in enumerate(parts, 1):
            exchange_gradients(self.model, number == len(parts))
            yield self.part

    def computing(self):
        """A context in which losses are computed in the run's precision."""
        return self.number_format.computing()

    def backward(self, loss):
        """Compute the gradients of a batch's loss and add them to those of the step.

        Raises:
            FloatingPointError: that describes the batch, if its loss is not a finite number.
        """
        inputs, targets = self.part
        if not torch.isfinite(loss):
            raise FloatingPointError(describe_lost_loss(self, loss.item(), inputs, targets))
        # Each batch's loss is a mean over its own targets; weighted, they make the mean over all targets of the step.
        self.number_format.backward(loss * (count_targets(targets) / self.targets))
        self.progress.tokens_seen += inputs.numel()

    def step(self):
        """Let the optimizer change the weights.

        Raises:
            FloatingPointError: if in fp16 no step changes them any more.
        """
        has_changed = self.number_format.step(self.optimizer)
        self.progress.global_step += 1
        if self.number_format.scale < 1:
            raise FloatingPointError(describe_lost_gradients(self))
        if not has_changed:
            say_left_out(self)

    def keep_losses(self, train_loss, val_loss):
        """Remember the result of an evaluation."""
        self.progress.train_losses.append(train_loss)
        self.progress.val_losses.append(val_loss)
        self.progress.track_tokens_seen.append(self.progress.tokens_seen)

    def report(self, is_new=True):
        """Tell ``on_evaluation`` how the training stands; whatever it does, the training goes on as without it."""
        if self.on_evaluation is None or not self.progress.val_losses:
            return
        random, was_training = random_state(self.device, self.loaders), self.model.training
        try:
            with torch.no_grad():
                self.on_evaluation(self._latest_evaluation(is_new))
        except Exception as error:
            self.on_evaluation = None
            warnings.warn(
                f"on_evaluation has failed ({type(error).__name__}: {error}). The training goes on without it.",
                stacklevel=2,
            )
        finally:
            self.model.train(was_training)
            set_random_state(random, self.device, self.loaders)

    def _latest_evaluation(self, is_new):
        eval_freq, train_losses, val_losses = self.settings["eval_freq"], *self.history()[:2]
        steps = self.num_epochs * math.ceil(len(self.loaders[0]) / self.settings["accumulation_steps"])
        epochs = torch.linspace(0, self.num_epochs, len(range(0, steps, eval_freq))).tolist()[: len(val_losses)]
        return Evaluation(
            self.model, eval_freq * (len(val_losses) - 1), self.num_epochs, epochs,
            list(self.progress.track_tokens_seen), list(train_losses), list(val_losses), is_new,
        )  # fmt: skip

    @property
    def global_step(self):
        return self.progress.global_step

    def history(self):
        """``(train_losses, val_losses, tokens_seen)``, one entry for each evaluation."""
        return self.progress.train_losses, self.progress.val_losses, self.progress.track_tokens_seen

    def __exit__(self, error_type, error, traceback):
        self.interruption.__exit__()
        self.checkpoint.let_go()
        if isinstance(error, torch.cuda.OutOfMemoryError):
            raise torch.cuda.OutOfMemoryError(describe_lack_of_memory(self)) from error
        if isinstance(error, KeyboardInterrupt) and not self.interruption.is_over:
            say_interrupted(self, f"before the end of step {self.progress.global_step + 1}")
        if error is None and self.interruption.is_wanted:
            raise KeyboardInterrupt

    # What they are made of

    def _begin(self):
        """Describe the run; of several processes, see that all of them train the same, and all of the model."""
        several = is_parallel(self.model)
        if several:
            check_optimizer(self.model, self.optimizer)
            refuse_fp16_in_parts(self.model, self.number_format)
        if several or self.checkpoint.path is not None:
            self.description = describe_run(self.model, *self.loaders, self.optimizer, **self.settings)
        if several:
            numbers = digest_of_state(random_state(torch.device("cpu"), self.loaders))
            require_same({**self.description, "the state of the random numbers": numbers}, self.model)

    def _restore(self, num_epochs):
        """Go on from the checkpoint, if there is one that belongs to this run."""
        if self.checkpoint.path is None:
            return
        content = self.checkpoint.find(self.description, num_epochs)
        if content is None:
            return
        self.checkpoint.put_back(content, self.model, self.optimizer)
        if content["scaler"]:
            self.number_format.scaler.load_state_dict(content["scaler"])
        self.progress = Progress(**content["progress"])
        self.random_at_epoch_start = content["random_at_epoch_start"]
        set_random_state(content["random"], self.device, self.loaders)
        state = "The training is complete" if self.progress.epoch >= num_epochs else "Going on"
        print(
            f"{state} after step {self.progress.global_step}, from {self.checkpoint.path}. "
            "To start anew, delete that file and load the pretrained weights again."
        )

    def _batches_left(self, train_loader):
        """Shuffle the data. In an epoch that was interrupted, shuffle as before and leave out what is done."""
        now = random_state(self.device, self.loaders)
        done = self.progress.batches_done
        if done:
            set_random_state(self.random_at_epoch_start, self.device, self.loaders)
        else:
            self.random_at_epoch_start = now
        batches = iter(train_loader)
        if done:
            for _ in itertools.islice(batches, done):
                pass
            set_random_state(now, self.device, self.loaders)
        return batches

    def _end(self, is_due):
        """After a step or an epoch: write a checkpoint if one is due, or if the user has interrupted, and then stop."""
        is_interrupted = true_on_any(self.interruption.is_wanted, self.model)
        if self.checkpoint.path is not None and (is_due or is_interrupted):
            self._save()
        if is_interrupted:
            self.interruption.is_over = True
            say_interrupted(self, f"after step {self.progress.global_step}")
            raise KeyboardInterrupt

    def _save(self):
        # A loss tells about the weights before a step. What a too large step has made of them must not be kept.
        is_finite = all(torch.isfinite(own_part(parameter)).all() for parameter in self.model.parameters())
        if true_on_any(not is_finite, self.model):
            raise FloatingPointError(
                f"Step {self.progress.global_step} has made weights that are not finite numbers, so training stops. "
                f"{lower_the_learning_rate(self)} {what_is_kept(self)}"
            )
        self.checkpoint.save(
            description=self.description,
            progress=vars(self.progress),
            **self.checkpoint.states_of(self.model, self.optimizer),
            scaler=self.number_format.scaler.state_dict(),
            random=random_state(self.device, self.loaders),
            random_at_epoch_start=self.random_at_epoch_start,
        )


def count_targets(targets):
    """How many targets the loss counts."""
    return int((targets != -100).sum())


class Interruption:
    """Ctrl-C and a kernel's interrupt, put off inside of ``with``: the first one is noted, a second one raises."""

    def __init__(self):
        self.is_wanted = self.is_over = False
        self.old_handler = None

    def __enter__(self):
        # Only the main thread may set handlers. Elsewhere an interruption is raised at once.
        if threading.current_thread() is threading.main_thread() and callable(signal.getsignal(signal.SIGINT)):
            self.old_handler = signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, *_):
        if self.is_wanted:
            raise KeyboardInterrupt
        self.is_wanted = True

    def __exit__(self, *_):
        if self.old_handler is not None:
            signal.signal(signal.SIGINT, self.old_handler)
