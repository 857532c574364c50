"""Checkpoints in folders, as one process writes them: what is damaged, foreign or half written, and loading in parts.

What several processes write and read is tested in test_distributed.py.
"""

import dataclasses
import io
import pickle
from pathlib import Path

import pytest
import torch
from torch.distributed.checkpoint.metadata import BytesStorageMetadata, MetadataIndex

from gpt.checkpoints import newest_state
from gpt.sharded_checkpoints import extract_weights
from gpt.sharded_loading import load_own_part, place_of
from helpers import random_model, small_config, write_converted_copy, write_vocabulary
from previous_chapters import GPTModel, without_weights
from small_training import Stopped, at_call, names_in, same, stop, train


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder)
    return folder


def begin(vocabulary, path):
    """Train for a few steps until the process would end."""
    with pytest.raises(Stopped):
        train(vocabulary, path, prepare=at_call(9, stop))
    return newest_state(path)


def test_a_training_goes_on_from_its_folder_exactly(vocabulary, tmp_path, capsys):
    state = begin(vocabulary, tmp_path / "kept")
    assert state.name == "epoch-000-batch-00004"
    (tmp_path / "kept" / "epoch-000-batch-00006.part").mkdir()  # it was killed while the next one was written
    assert same(train(vocabulary, tmp_path / "kept"), train(vocabulary))
    assert "Going on after step 3" in capsys.readouterr().out
    assert names_in(tmp_path / "kept") == ["epoch-002-batch-00000"]


def test_what_is_cut_off_is_set_aside_and_training_begins_anew(vocabulary, tmp_path, capsys):
    state = begin(vocabulary, tmp_path / "kept")
    part = next(state.glob("*.distcp"))
    part.write_bytes(part.read_bytes()[:-100])
    assert same(train(vocabulary, tmp_path / "kept"), train(vocabulary))
    text = capsys.readouterr().out
    assert part.name in text and "bytes, found" in text and "It is kept as kept.damaged" in text
    assert names_in(tmp_path) == ["kept", "kept.damaged"]


def test_another_run_is_set_aside_even_twice(vocabulary, tmp_path, capsys):
    states = []
    for lr in (1e-3, 5e-4, 2e-4):
        train(vocabulary, tmp_path / "kept", lr=lr, num_epochs=1)
        states.append((newest_state(tmp_path / "kept") / "training.pth").read_bytes())
    text = capsys.readouterr().out
    assert text.count("belongs to another run: lr was") == 2 and "It is kept as kept.other-run-2 (" in text
    assert names_in(tmp_path) == ["kept", "kept.other-run", "kept.other-run-2"]
    for name, state in zip(("kept.other-run", "kept.other-run-2", "kept"), states, strict=True):
        assert (newest_state(tmp_path / name) / "training.pth").read_bytes() == state


def test_a_folder_that_cannot_be_written_does_not_end_the_training(vocabulary, tmp_path, capsys):
    (tmp_path / "kept").write_bytes(b"a file where a folder should be")
    assert same(train(vocabulary, tmp_path / "kept", num_epochs=1), train(vocabulary, num_epochs=1))
    assert "could not be written, and training goes on" in capsys.readouterr().out
    assert (tmp_path / "kept").read_bytes() == b"a file where a folder should be"


def test_weights_are_not_taken_from_what_is_no_checkpoint(vocabulary, tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no checkpoint in"):
        extract_weights(tmp_path, tmp_path / "weights.pth")
    state = begin(vocabulary, tmp_path / "kept")
    next(state.glob("*.distcp")).unlink()
    with pytest.raises(ValueError, match="cannot be used: it is damaged"):
        extract_weights(tmp_path / "kept", tmp_path / "weights.pth")
    assert not (tmp_path / "weights.pth").exists()


class Hostile:
    """What runs code when it is read with pickle: it makes a file."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return Path.touch, (self.file,)


def spoil_metadata(state, hostile):
    (state / ".metadata").write_bytes(pickle.dumps(hostile))


def spoil_a_weight(state, hostile):
    """A weight's place is given to bytes, which PyTorch reads with pickle."""
    path = state / ".metadata"
    metadata = pickle.loads(path.read_bytes())
    name = next(name for name in metadata.state_dict_metadata if name.startswith("model."))
    metadata.state_dict_metadata[name] = BytesStorageMetadata()
    index = next(index for index in metadata.storage_data if index.fqn == name)
    place = metadata.storage_data.pop(index)
    content = io.BytesIO()
    torch.save(hostile, content)
    (state / "bytes.distcp").write_bytes(content.getvalue())
    place = dataclasses.replace(place, relative_path="bytes.distcp", offset=0, length=len(content.getvalue()))
    metadata.storage_data[MetadataIndex(name)] = place
    path.write_bytes(pickle.dumps(metadata))


@pytest.mark.parametrize("spoil", [spoil_metadata, spoil_a_weight])
def test_a_folder_from_elsewhere_brings_no_code(vocabulary, tmp_path, spoil):
    state = begin(vocabulary, tmp_path / "kept")
    spoil(state, Hostile(tmp_path / "code was run"))
    content = torch.load(state / "training.pth", weights_only=True)
    content["files"] = {}  # whoever changes the others changes what is noted of them
    torch.save(content, state / "training.pth")
    for use in (
        lambda: train(vocabulary, tmp_path / "kept"),
        lambda: extract_weights(tmp_path / "kept", tmp_path / "weights.pth"),
    ):
        with pytest.raises(ValueError, match=r"\.metadata cannot be used: it holds more than where tensors lie, "):
            use()
        assert not (tmp_path / "code was run").exists() and not (tmp_path / "weights.pth").exists()


def test_metadata_that_is_cut_off_is_told_by_name(vocabulary, tmp_path):
    state = begin(vocabulary, tmp_path / "kept")
    (state / ".metadata").write_bytes((state / ".metadata").read_bytes()[:-50])
    with pytest.raises(ValueError, match=r"\.metadata cannot be used: it is cut off or damaged"):
        extract_weights(tmp_path / "kept", tmp_path / "weights.pth")


def test_every_weight_has_its_place_in_a_checkpoint():
    names = [name for name, _ in GPTModel(small_config()).named_parameters()]
    places = [place_of(name) for name in names]
    assert len(set(places)) == len(names) - 1  # output head and token embedding have the same
    assert place_of("trf_blocks.1.att.W_value.bias") == ("model/h1/attn/c_attn/b", 2, 3)
    with pytest.raises(ValueError, match="is not a weight of GPT-2"):
        place_of("trf_blocks.0.att.W_query.A")


def test_weights_of_another_size_are_refused(tmp_path):
    write_converted_copy(tmp_path, random_model(small_config()).state_dict())
    with without_weights():
        model = GPTModel(small_config(emb_dim=12))
    with pytest.raises(ValueError, match=r"expected tok_emb.weight of shape \(\d+, 12\), found \(\d+, 24\)"):
        load_own_part(model, tmp_path)
