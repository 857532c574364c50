"""What is kept of a training: the checkpoint's file, and whether it belongs to this training.

A checkpoint has all that the rest of a training depends on: weights, optimizer, losses so far, the place in the data
and the state of the random numbers. So on a CPU in fp32 a training that was killed and goes on gives exactly the
weights and losses of one that was not. It also has a short description of its training. Found by another one, with
another learning rate for example, it is set aside and not continued. When a checkpoint is due is decided in
``gpt.training_run``.
"""

import hashlib
import itertools
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import torch

from gpt.files import TRAINING_CHECKPOINT_FORMAT, first_line, read_saved, save_atomically, sha256_of
from gpt.training_lock import TrainingLock


@dataclass
class Progress:
    """How far a training has come."""

    train_losses: list = field(default_factory=list)  # one for each evaluation, like the next two
    val_losses: list = field(default_factory=list)
    track_tokens_seen: list = field(default_factory=list)
    tokens_seen: int = 0
    global_step: int = -1  # the number of the last step; the first one is 0
    epoch: int = 0  # how many are done
    batches_done: int = 0  # of the epoch after those


TRAINING_FILE = "training.pth"  # in a checkpoint that is a folder, see gpt.sharded_checkpoints


class Checkpoint:
    """The file that a training goes on from.

    Args:
        path: of the file, or None to keep none.
        every: steps from one writing to the next.
    """

    def __init__(self, path, every):
        self.path = None if path is None else Path(path)
        self.every = every
        self.last_saved = None  # the step after which it was written
        self.lock = None if path is None else TrainingLock(path)

    def hold(self):
        """Keep all other trainings from the file until :meth:`let_go`, or until this process ends.

        Raises:
            CheckpointInUse: if another training goes there, naming it. Nothing was changed.
        """
        if self.lock:
            self.lock.acquire()

    def let_go(self):
        """Let other trainings go to the file again."""
        if self.lock:
            self.lock.release()

    def find(self, description, num_epochs):
        """Return the content of the file, or None if there is none that belongs to this training.

        What is damaged or belongs to another training is renamed, and this is printed.

        Args:
            description: of the training that is to go on, see :func:`describe_run`.

        Raises:
            ValueError: if the file is no checkpoint at all. It is left alone.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = self._read()
        except FileNotFoundError:
            return None
        except ValueError as error:
            return self._set_aside("damaged", error)
        if not isinstance(content, dict) or content.get("format") != TRAINING_CHECKPOINT_FORMAT:
            raise ValueError(
                f"{self.path} is no {TRAINING_CHECKPOINT_FORMAT}. Choose another checkpoint_path; the file is "
                "unchanged."
            )
        differences = _find_differences(self.path, content, description, num_epochs)
        if differences:
            return self._set_aside("other-run", f"{self.path} belongs to another run: {'; '.join(differences)}.")
        self.last_saved = content["progress"]["global_step"]
        return content

    def _read(self):
        return read_saved(self.path)

    def _set_aside(self, suffix, reason):
        """Rename the checkpoint to a name that nothing has, so that no earlier one is lost."""
        numbers = itertools.chain([""], map("-{}".format, itertools.count(2)))
        places = (self.path.with_name(f"{self.path.name}.{suffix}{number}") for number in numbers)
        kept = next(place for place in places if not place.exists())
        os.replace(self.path, kept)
        print(
            f"{reason} It is kept as {kept.name} ({_size_of(kept)}; delete it if you do not need it); training starts "
            "with the weights that the model has now."
        )

    def states_of(self, model, optimizer):
        """What :meth:`save` is given of the model and the optimizer."""
        return {"model": model.state_dict(), "optimizer": optimizer.state_dict()}

    def put_back(self, content, model, optimizer):
        """Give the model and the optimizer what :meth:`find` has found."""
        if "weights" in content:  # of a finished training
            model.load_state_dict(read_saved(self.path.with_name(content["weights"]["name"])))
            return
        model.load_state_dict(content["model"])
        optimizer.load_state_dict(content["optimizer"])

    def save(self, **content):
        """Write the file. If that fails, say so and leave the file as it was: the training matters more."""
        step = content["progress"]["global_step"]
        try:
            save_atomically({"format": TRAINING_CHECKPOINT_FORMAT, **content}, self.path)
            self.last_saved = step
        except (OSError, RuntimeError) as error:  # RuntimeError: how PyTorch reports a full disk
            print(f"The checkpoint after step {step} could not be written, and training goes on: {first_line(error)}")


def _size_of(path):
    """What a file or a folder takes on the disk, in words."""
    files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
    size = sum(each.stat().st_size for each in files)
    return f"{size / 1e9:,.1f} GB" if size >= 5e7 else f"{size / 1e3:,.0f} kB"


def look_at_checkpoint(path, description, num_epochs):
    """Find out how far a training has come, before anything is done; the file is neither renamed nor changed.

    Args:
        path: of the checkpoint.
        description: of the training that is to begin or to go on, see :func:`describe_run`.

    Returns:
        ``(progress, weights_path)``: a :class:`Progress`, or None if there is no checkpoint that can be read (of a
        damaged one the training will tell); and where the weights are if the training is finished, otherwise None.

    Raises:
        ValueError: if the checkpoint belongs to another training, saying what differs.
    """
    path = Path(path)
    try:
        content = torch.load(_training_file(path), map_location="cpu", weights_only=True, mmap=True)  # no weights yet
        is_ours = content["format"] == TRAINING_CHECKPOINT_FORMAT
    except Exception:  # what does not come from torch.save may lead to any, see gpt.files.read_saved
        is_ours = False
    if not is_ours:
        return None, None
    differences = _find_differences(path, content, description, num_epochs)
    if differences:
        raise ValueError(
            f"{path} belongs to another run: {'; '.join(differences)}. Nothing was changed. Choose another folder, or "
            "the settings of that run; to train anew there, delete that file."
        )
    weights_path = path.with_name(content["weights"]["name"]) if "weights" in content else None
    return Progress(**content["progress"]), weights_path


def _find_differences(path, content, description, num_epochs):
    """Why a checkpoint does not belong to the training that is to go on: a list of reasons."""
    saved, progress = content["description"], content["progress"]
    differences = [
        f"{key} was {saved.get(key)}, now {description.get(key)}"
        for key in {**saved, **description}
        if saved.get(key) != description.get(key)
    ]
    if (progress["epoch"], progress["batches_done"]) > (num_epochs, 0):
        differences.append(f"it has gone beyond {num_epochs} epochs")
    if "weights" in content:
        weights = path.with_name(content["weights"]["name"])
        if progress["epoch"] < num_epochs:
            differences.append(f"it was finished after {progress['epoch']} epochs, and its optimizer is not kept")
        elif not weights.is_file():
            differences.append(f"its weights, {weights.name}, are not there")
        elif sha256_of(weights) != content["weights"]["sha256"]:
            differences.append(f"its weights, {weights.name}, have changed since")
    return differences


def finish_training(path, weights_path):
    """Let go of the weights and the optimizer in a complete training's checkpoint: its weights are in a file now.

    What remains takes a few kilobytes instead of 12 bytes for each parameter. With it, training once more finds that
    all is done already, and loads the weights.

    Args:
        path: the checkpoint.
        weights_path: what ``save_weights`` has written after the training; in the same folder.

    Raises:
        ValueError: if there is no checkpoint, or the two files lie in different folders.
        CheckpointInUse: if another training goes there meanwhile.
    """
    path, weights_path = Path(path), Path(weights_path)
    file = _training_file(path)
    if not file.is_file() or weights_path.parent.resolve() != path.parent.resolve():
        raise ValueError(f"Expected a checkpoint and the weights in one folder, found {path} and {weights_path}.")
    with TrainingLock(path):
        _keep_a_note(path, file, weights_path)


def _keep_a_note(path, file, weights_path):
    content = torch.load(file, map_location="cpu", weights_only=True, mmap=True)  # gigabytes that are not looked at
    kept = {name: content[name] for name in ("format", "description", "progress", "scaler")}
    for name in ("random", "random_at_epoch_start"):  # copies, so that the file is not held open while it is replaced
        kept[name] = _copied(content[name])
    del content
    kept["weights"] = {"name": weights_path.name, "sha256": sha256_of(weights_path)}
    save_atomically(kept, file)
    for other in file.parent.iterdir() if file != path else ():  # the parts of the tensors
        if other != file:
            other.unlink()


def newest_state(path):
    """The folder inside a checkpoint of several processes that holds its last whole state.

    Raises:
        FileNotFoundError: if there is none.
    """
    folders = sorted(Path(path).glob("epoch-*-batch-*[0-9]"))
    if not folders:
        raise FileNotFoundError(f"There is no checkpoint in {path}.")
    return folders[-1]


def _training_file(path):
    """The file with the small things of a checkpoint: the checkpoint itself, or one in its folder."""
    return newest_state(path) / TRAINING_FILE if path.is_dir() else path


def _copied(state):
    if isinstance(state, torch.Tensor):
        return state.clone()
    return {key: [_copied(each) for each in value] if isinstance(value, list) else _copied(value)
            for key, value in state.items()}  # fmt: skip


# ---------------------------------------------------------------------------------------------------------------
# What belongs to a training
# ---------------------------------------------------------------------------------------------------------------


def describe_run(model, train_loader, val_loader, optimizer, **settings):
    """What two trainings have in common if one can go on where the other one stopped: ``{what: value}``, a few lines.

    How the optimizer computes, and on which device, are left out: a training may go on there with another one.
    """
    parameters = sum(parameter.numel() for parameter in model.parameters())
    structure = _digest(_without_fsdp(str(model)).encode())
    description = {
        "model": f"{_without_fsdp(type(model).__name__)} of {parameters:,} parameters ({structure})",
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


def _without_fsdp(names):
    """Names of classes without what PyTorch puts before them when a model is sharded."""
    return re.sub(r"\bFSDP(?=[A-Z])", "", names)


def _describe_data(loader):
    """Number of entries and batches, and a digest of what the model gets to see of up to 2,000 of the entries."""
    entries = len(loader.dataset)
    chosen = [loader.dataset[i] for i in range(0, entries, max(1, entries // 1000))]
    batch = loader.collate_fn(chosen) if chosen else ()
    digest = _digest(b"".join(tensor.cpu().numpy().tobytes() for tensor in batch))
    return f"{entries} entries in {len(loader)} batches of {loader.batch_size} ({digest})"


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:8]


# ---------------------------------------------------------------------------------------------------------------
# Random numbers
# ---------------------------------------------------------------------------------------------------------------


def random_state(device, loaders):
    """The state of all that training draws random numbers from: dropout, and the shuffling of the loaders."""
    state = {"cpu": torch.get_rng_state(), "loaders": [each.get_state() for each in _generators(loaders)]}
    if device.type == "cuda":
        state["device"] = torch.cuda.get_rng_state(device)
    elif device.type == "mps":
        state["device"] = torch.mps.get_rng_state()
    return state


def set_random_state(state, device, loaders):
    """Put back what :func:`random_state` has returned."""
    torch.set_rng_state(state["cpu"])
    for generator, saved in zip(_generators(loaders), state["loaders"], strict=True):
        generator.set_state(saved)
    if "device" in state and device.type == "cuda":
        torch.cuda.set_rng_state(state["device"], device)
    elif "device" in state and device.type == "mps":
        torch.mps.set_rng_state(state["device"])


def digest_of_state(state):
    """A few characters that differ when the state of the random numbers does."""
    return _digest(b"".join(tensor.numpy().tobytes() for tensor in (state["cpu"], *state["loaders"])))


def _generators(loaders):
    owners = (owner for loader in loaders for owner in (loader, getattr(loader, "sampler", None)))
    generators = (getattr(owner, "generator", None) for owner in owners)
    return [generator for generator in generators if generator is not None]
