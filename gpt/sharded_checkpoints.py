"""Checkpoints of a training by several processes: each writes its part, and any number of processes can go on.

A checkpoint is a folder, and its newest state lies in a folder inside, named after the place in the data:

    training-checkpoint/epoch-001-batch-00050/
        training.pth            the small things, as in the checkpoint of a single process (gpt.checkpoints)
        __0_0.distcp ...        weights and the optimizer's averages, one file for each process, by names and places
        .metadata               which part of which tensor lies where

The parts are written and read by ``torch.distributed.checkpoint``. With several machines, the folder must be one that
all of them see. PyTorch reads ``.metadata`` with pickle, which can run code. So it is looked through first, and what
names anything but the places of tensors is refused: a folder from elsewhere brings numbers, too, and no code.
"""

import contextlib
import pickle
import shutil
import warnings
from pathlib import Path

import torch

from gpt.checkpoints import TRAINING_FILE, Checkpoint, newest_state
from gpt.distributed import is_parallel
from gpt.files import TRAINING_CHECKPOINT_FORMAT, first_line, read_saved, save_atomically
from gpt.processes import on_first_rank
from gpt.weights import write_weights


def checkpoint_at(path, every, model):
    """What keeps a training: a file if one process trains, a folder if there are several or the path has no suffix.

    Raises:
        ValueError: if several processes train and the path is that of a file.
    """
    is_folder = path is not None and (Path(path).is_dir() or not Path(path).suffix)
    if path is not None and is_parallel(model) and not is_folder:
        raise ValueError(
            f"Several processes keep a training in a folder, each its part: expected a checkpoint_path without a "
            f"suffix, found {path}. What one process has kept in such a file cannot be continued by several."
        )
    return (ShardedCheckpoint if is_folder else Checkpoint)(path, every)


class ShardedCheckpoint(Checkpoint):
    """The folder that a training goes on from, with the methods and arguments of ``gpt.checkpoints.Checkpoint``."""

    def hold(self):
        """As in the base; rank 0 does it for all."""
        on_first_rank(super().hold)

    def find(self, description, num_epochs):
        """As in the base; rank 0 looks, and decides for all."""
        content = on_first_rank(lambda: super(ShardedCheckpoint, self).find(description, num_epochs))
        if content is not None:
            self.last_saved = content["progress"]["global_step"]
        return content

    def _read(self):
        folder = newest_state(self.path)
        content = read_saved(folder / TRAINING_FILE)
        sizes = content.get("files", {}) if isinstance(content, dict) else {}
        for name, size in sizes.items():
            found = (folder / name).stat().st_size if (folder / name).is_file() else "no file"
            if found != size:
                raise ValueError(f"{folder / name} cannot be used: expected {size} bytes, found {found}.")
        return content

    def states_of(self, model, optimizer):
        """The tensors of this process, by name, and the optimizer's other settings."""
        states = _tools().state_dict
        state = states.get_optimizer_state_dict(model, optimizer)
        tensors = {"model": states.get_model_state_dict(model), "optimizer": state["state"]}
        return {"tensors": tensors, "optimizer_settings": state["param_groups"]}

    def put_back(self, content, model, optimizer):
        """Read the parts that this process holds, into the model and the optimizer.

        Raises:
            ValueError: if they cannot be read. What the model holds then is not to be used.
        """
        states = _tools().state_dict
        if "weights" in content:  # of a finished training
            weights = read_saved(self.path.with_name(content["weights"]["name"]))
            whole = {name: weights[name] for name in states.get_model_state_dict(model)}
            states.set_model_state_dict(model, whole, options=states.StateDictOptions(full_state_dict=True))
            return
        tensors = self.states_of(model, optimizer)["tensors"]
        _load(tensors, newest_state(self.path))
        states.set_model_state_dict(model, tensors["model"])
        state = {"state": tensors["optimizer"], "param_groups": content["optimizer_settings"]}
        states.set_optimizer_state_dict(model, optimizer, state)

    def save(self, tensors, **content):
        """Write a folder beside the one that is there, and then let it take its place."""
        progress = content["progress"]
        name = f"epoch-{progress['epoch']:03d}-batch-{progress['batches_done']:05d}"
        whole, part = self.path / name, self.path / f"{name}.part"
        content = {"format": TRAINING_CHECKPOINT_FORMAT, **content}
        dcp = _tools()
        try:
            on_first_rank(lambda: _make_anew(part))
            with _no_warning_of_one_process():
                dcp.save(tensors, checkpoint_id=part)
            on_first_rank(lambda: _complete(part, whole, content))
            self.last_saved = progress["global_step"]
        except (OSError, RuntimeError, dcp.api.CheckpointException) as error:
            print(
                f"The checkpoint after step {progress['global_step']} could not be written, and training goes on: "
                f"{first_line(error)}"
            )


def _tools():
    """PyTorch's module for it; its import takes a second, which only several processes need."""
    import torch.distributed.checkpoint as dcp
    import torch.distributed.checkpoint.state_dict  # noqa: F401

    return dcp


def _make_anew(folder):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _complete(part, whole, content):
    """Add what is small, give the folder its name, and remove those before."""
    files = {file.name: file.stat().st_size for file in part.iterdir()}
    save_atomically({**content, "files": files}, part / TRAINING_FILE)
    part.replace(whole)
    for folder in whole.parent.iterdir():
        if folder != whole:
            shutil.rmtree(folder, ignore_errors=True)


# All that PyTorch names in a ``.metadata`` of tensors. What it writes of other objects, BytesStorageMetadata,
# is not among them: their bytes are read with pickle, too.
KNOWN_IN_METADATA = {
    "torch.distributed.checkpoint.metadata": {
        "ChunkStorageMetadata", "Metadata", "MetadataIndex", "StorageMeta", "TensorProperties",
        "TensorStorageMetadata", "_MEM_FORMAT_ENCODING",
    },
    "torch.distributed.checkpoint.filesystem": {"_StorageInfo"},
    "torch.serialization": {"_get_layout"},
    "torch": {"Size", *(name for name, value in vars(torch).items() if isinstance(value, torch.dtype))},
    "collections": {"OrderedDict"},
    "pathlib": {"PosixPath", "WindowsPath"},
    "pathlib._local": {"PosixPath", "WindowsPath"},  # Python 3.13
}  # fmt: skip


class _OnlyPlacesOfTensors(pickle.Unpickler):
    def find_class(self, module, name):
        if name not in KNOWN_IN_METADATA.get(module, ()):
            raise ValueError(
                f"it holds more than where tensors lie, {module}.{name}, and reading that could run a stranger's code"
            )
        return super().find_class(module, name)


def _check_metadata(folder):
    """Read what PyTorch will read with pickle, without letting it call anything.

    Raises:
        ValueError: if it would, or the file is damaged.
    """
    for path in folder.glob("*.metadata"):
        try:
            with open(path, "rb") as file:
                _OnlyPlacesOfTensors(file).load()
        except ValueError as error:
            raise ValueError(f"{path} cannot be used: {error}.") from None
        except Exception as error:  # what is damaged may lead to any
            raise ValueError(f"{path} cannot be used: it is cut off or damaged ({first_line(error)}).") from error


def _load(tensors, folder):
    _check_metadata(folder)
    dcp = _tools()
    try:
        with _no_warning_of_one_process():
            dcp.load(tensors, checkpoint_id=folder)
    except (OSError, RuntimeError, ValueError, EOFError, dcp.api.CheckpointException) as error:
        raise ValueError(
            f"{folder} cannot be used: it is damaged or of another model ({first_line(error)}). Delete it, load the "
            "pretrained weights again, and start anew."
        ) from error


@contextlib.contextmanager
def _no_warning_of_one_process():
    """PyTorch warns that there is only one process; here that is meant."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*single process.*|.*unavailable or uninitialized.*")
        yield


def extract_weights(checkpoint_path, weights_path):
    """Make of a folder that several processes have written one file for ``load_weights``; one process is enough.

    Raises:
        FileNotFoundError: if there is no checkpoint in the folder.
        ValueError: if it cannot be read.
    """
    folder = newest_state(Path(checkpoint_path))
    _check_metadata(folder)
    stored = _tools().FileSystemReader(folder).read_metadata().state_dict_metadata
    prefix = "model."
    weights = {
        name.removeprefix(prefix): torch.empty(tensor.size, dtype=tensor.properties.dtype)
        for name, tensor in stored.items()
        if name.startswith(prefix)
    }
    _load({"model": weights}, folder)
    write_weights(weights, weights_path)
