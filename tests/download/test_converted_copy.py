"""The converted copy of a checkpoint: the same weights, without TensorFlow, and never a stale or broken one."""

import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from gpt import converted_copy
from gpt_download import CONVERTED_FILE, WEIGHTS_FILE, load_gpt2_params, load_gpt2_params_from_tf_ckpt
from helpers import small_config, write_random_checkpoint
from previous_chapters import GPTModel, load_weights_into_gpt, without_weights


@pytest.fixture()
def folder(tmp_path):
    write_random_checkpoint(tmp_path / "model")
    return tmp_path / "model"


def settings_of(folder):
    return json.loads((folder / "hparams.json").read_text(encoding="utf-8"))


def flat(params, prefix=""):
    items = params.items() if isinstance(params, dict) else enumerate(params)
    for key, value in items:
        if isinstance(value, (dict, list)):
            yield from flat(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def assert_same(found, expected):
    found, expected = dict(flat(found)), dict(flat(expected))
    assert found.keys() == expected.keys()
    for name, array in expected.items():
        assert found[name].dtype == array.dtype == np.float32 and np.array_equal(found[name], array), name


@pytest.fixture()
def readings(monkeypatch):
    """The folders whose TensorFlow files have been opened."""
    folders, really_open = [], converted_copy.open_checkpoint

    def watched(model_dir):
        folders.append(model_dir)
        return really_open(model_dir)

    monkeypatch.setattr(converted_copy, "open_checkpoint", watched)
    return folders


def test_the_second_start_reads_the_same_weights_without_tensorflow(folder, readings):
    settings, expected = settings_of(folder), load_gpt2_params_from_tf_ckpt(folder, settings_of(folder))
    readings.clear()
    assert_same(load_gpt2_params(folder, settings), expected)
    assert len(readings) == 1 and (folder / CONVERTED_FILE).exists()
    assert_same(load_gpt2_params(folder, settings), expected)
    assert len(readings) == 1
    assert not list(folder.glob("*.part"))


def test_another_checkpoint_in_the_same_place_is_noticed(folder, readings):
    settings = settings_of(folder)
    load_gpt2_params(folder, settings)
    write_random_checkpoint(folder, seed=5)
    found = load_gpt2_params(folder, settings)
    assert len(readings) == 2
    assert_same(found, load_gpt2_params_from_tf_ckpt(folder, settings))


def test_a_checkpoint_that_was_only_copied_or_touched_keeps_its_copy(folder, readings, tmp_path):
    load_gpt2_params(folder, settings_of(folder))
    shutil.copytree(folder, tmp_path / "other machine", copy_function=shutil.copyfile)  # other times of change
    os.utime(folder / WEIGHTS_FILE, ns=(1, 1))
    readings.clear()
    for each in (folder, tmp_path / "other machine"):
        load_gpt2_params(each, settings_of(each))
    assert readings == []


@pytest.mark.parametrize("keep", [0, 1, 0.5, 0.99])
def test_a_broken_copy_is_made_anew(folder, readings, keep):
    settings = settings_of(folder)
    load_gpt2_params(folder, settings)
    path = folder / CONVERTED_FILE
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if keep < 1 else keep])
    found = load_gpt2_params(folder, settings)
    assert len(readings) == 2 and path.stat().st_size == len(whole)
    assert_same(found, load_gpt2_params_from_tf_ckpt(folder, settings))


def test_a_copy_for_which_there_is_no_room_is_done_without(folder, capsys):
    resource = pytest.importorskip("resource", reason="a limit on the size of files, as on Linux and macOS, is needed")
    settings = settings_of(folder)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = sorted(folder.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        found = load_gpt2_params(folder, settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "could not be saved ([Errno 27] File too large)" in capsys.readouterr().out
    assert sorted(folder.iterdir()) == before
    assert_same(found, load_gpt2_params_from_tf_ckpt(folder, settings))


def test_two_starts_at_once_do_not_write_into_each_other_s_copy(folder, readings, capsys):
    settings, expected = settings_of(folder), load_gpt2_params_from_tf_ckpt(folder, settings_of(folder))
    readings.clear()
    with ThreadPoolExecutor(4) as pool:  # a lock of its own for each, as in processes of their own
        for found in pool.map(lambda _: load_gpt2_params(folder, settings), range(4)):
            assert_same(found, expected)
    assert len(readings) == 1
    assert {path.suffix for path in folder.iterdir()}.isdisjoint({".part", ".lock"})


def test_changed_weights_do_not_reach_the_file(folder):
    settings = settings_of(folder)
    expected = load_gpt2_params_from_tf_ckpt(folder, settings)
    for _ in range(2):
        params = load_gpt2_params(folder, settings)
        with without_weights():
            model = GPTModel(small_config())
        load_weights_into_gpt(model, params)
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(1.0)
    assert_same(load_gpt2_params(folder, settings), expected)


def test_a_model_without_memory_of_its_own_takes_over_the_weights(folder):
    params = load_gpt2_params(folder, settings_of(folder))
    models = [GPTModel(small_config())]
    with without_weights():
        models.append(GPTModel(small_config()))
    for model in models:
        load_weights_into_gpt(model.eval(), params)
    for (name, expected), found in zip(models[0].named_parameters(), models[1].parameters(), strict=True):
        assert torch.equal(found, expected) and found.requires_grad, name
    head, embedding = models[1].out_head.weight, models[1].tok_emb.weight
    assert torch.equal(head, embedding) and head.data_ptr() != embedding.data_ptr()
    assert models[1].tok_emb.weight.data_ptr() == torch.from_numpy(params["wte"]).data_ptr()  # nothing was copied
    tokens = torch.arange(20).reshape(2, 10)
    with torch.no_grad():
        assert torch.equal(models[0](tokens), models[1](tokens))
