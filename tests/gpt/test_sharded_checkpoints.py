"""Checkpoints in folders, as one process writes them: what is damaged, foreign or half written, and loading in parts.

What several processes write and read is tested in test_distributed.py.
"""

import pytest

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
    for lr in (1e-3, 5e-4, 2e-4):
        train(vocabulary, tmp_path / "kept", lr=lr, num_epochs=1)
    assert capsys.readouterr().out.count("belongs to another run: lr was") == 2
    assert names_in(tmp_path) == ["kept", "kept.other-run"]


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
