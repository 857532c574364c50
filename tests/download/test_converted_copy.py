"""The converted copy of a checkpoint: the same weights at once, and never a stale or broken one."""

import json
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import ANY

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.numpy import load_file

from downloads import names_in
from gpt import converted_copy
from gpt.checkpoint_files import open_checkpoint
from gpt.converted_copy import find_copy_problem, fingerprint_of
from gpt.files import in_one_step
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


def test_the_second_start_reads_the_same_weights_from_the_copy_alone(folder, readings):
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
    before = names_in(folder)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        found = load_gpt2_params(folder, settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "could not be saved ([Errno 27] File too large)" in capsys.readouterr().out
    assert names_in(folder) == before
    assert_same(found, load_gpt2_params_from_tf_ckpt(folder, settings))


def test_other_programs_can_read_it(folder):
    """The library is the judge: it refuses a file with a gap, a wrong offset or a byte too many."""
    load_gpt2_params(folder, settings_of(folder))
    found = load_file(folder / CONVERTED_FILE)
    shapes, read = open_checkpoint(folder)
    assert found.keys() == shapes.keys()
    for name, array in found.items():
        expected = read(name)
        assert array.dtype == np.float32
        assert np.array_equal(array, expected.T if name.endswith("/w") else expected), name
    with safe_open(folder / CONVERTED_FILE, framework="pt") as file:
        assert file.metadata() == {"format": "pt", "fingerprint": fingerprint_of(folder), "crc32": ANY}


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="only Linux lists what is mapped")
def test_the_weights_are_mapped_and_not_read(folder):
    load_gpt2_params(folder, settings_of(folder))
    params = load_gpt2_params(folder, settings_of(folder))
    mapped = [line for line in Path("/proc/self/maps").read_text().splitlines() if str(folder / CONVERTED_FILE) in line]
    places = [[int(place, 16) for place in line.split()[0].split("-")] for line in mapped]
    for name, array in flat(params):
        address = array.__array_interface__["data"][0]
        assert any(begin <= address < end for begin, end in places), name


def test_the_copy_of_an_earlier_version_makes_room(folder):
    earlier = folder / "model.converted.bin"
    earlier.write_bytes(b"numbers")
    load_gpt2_params(folder, settings_of(folder))
    assert (folder / CONVERTED_FILE).exists() and not earlier.exists()


@pytest.mark.parametrize("write", [0, 5, -1], ids=["in the largest weight", "in the middle", "in the header"])
def test_a_byte_that_changes_on_its_way_to_the_disk_is_noticed(folder, monkeypatch, capsys, write):
    writes = []

    @contextmanager
    def on_a_bad_disk(path):
        with in_one_step(path) as file:
            yield BadDisk(file)

    class BadDisk:
        def __init__(self, file):
            self.file = file

        def write(self, content):
            content = bytearray(bytes(content))
            if len(writes) == wanted:
                content[len(content) // 2] ^= 1
            writes.append(len(content))
            return self.file.write(content)

        def __getattr__(self, name):
            return getattr(self.file, name)

    weights = len(open_checkpoint(folder)[0])
    wanted = write % (weights + 1)  # the header is written last, because it has the checksums
    monkeypatch.setattr(converted_copy, "in_one_step", on_a_bad_disk)
    before = names_in(folder)
    found = load_gpt2_params(folder, settings_of(folder))
    assert len(writes) == weights + 1
    assert re.search(r"could not be saved \(what was written cannot be read back: .*CRC", capsys.readouterr().out)
    assert names_in(folder) == before
    assert_same(found, load_gpt2_params_from_tf_ckpt(folder, settings_of(folder)))


@pytest.mark.parametrize("place", [0, 0.5, -1])
def test_no_copy_is_made_of_a_damaged_weight(folder, place):
    content = bytearray((folder / WEIGHTS_FILE).read_bytes())
    content[int(place * len(content)) if isinstance(place, float) else place] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(content)
    before = names_in(folder)
    with pytest.raises(ValueError, match="the checkpoint is damaged .*checksum of model/.* is wrong"):
        load_gpt2_params(folder, settings_of(folder))
    assert names_in(folder) == before


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (0, "CRC-32 [0-9a-f]{8} of its beginning, found"),
        (100, "CRC-32 [0-9a-f]{8} of its beginning, found"),
        (0.5, r"CRC-32 [0-9a-f]{8} of model/\S+, found"),
        (-1, r"CRC-32 [0-9a-f]{8} of model/wte, found"),
    ],
)
def test_a_byte_that_changes_later_is_found_by_reading_the_copy(folder, place, message):
    load_gpt2_params(folder, settings_of(folder))
    path = folder / CONVERTED_FILE
    assert find_copy_problem(path) is None
    content = bytearray(path.read_bytes())
    content[int(place * len(content)) if isinstance(place, float) else place] ^= 1
    path.write_bytes(content)
    assert re.search(message, find_copy_problem(path))


def test_a_copy_that_is_cut_off_or_too_long_is_found_by_reading_it(folder):
    load_gpt2_params(folder, settings_of(folder))
    path = folder / CONVERTED_FILE
    whole = path.read_bytes()
    for content in (whole[:-1], whole + b"\0"):
        path.write_bytes(content)
        assert find_copy_problem(path) == f"expected {len(whole):,} bytes, found {len(content):,}"


def test_a_copy_of_an_earlier_version_is_found_to_be_none_of_this_one(folder):
    """It had a single checksum, of the whole file."""
    load_gpt2_params(folder, settings_of(folder))
    path = folder / CONVERTED_FILE
    path.write_bytes(re.sub(rb'("crc32": "[0-9a-f]{8})[0-9a-f]+', rb"\1", path.read_bytes()))
    assert "of its beginning" in find_copy_problem(path)


def test_two_starts_at_once_do_not_write_into_each_other_s_copy(folder, readings, capsys):
    settings, expected = settings_of(folder), load_gpt2_params_from_tf_ckpt(folder, settings_of(folder))
    readings.clear()
    with ThreadPoolExecutor(4) as pool:  # a lock of its own for each, as in processes of their own
        for found in pool.map(lambda _: load_gpt2_params(folder, settings), range(4)):
            assert_same(found, expected)
    assert len(readings) == 1
    assert {Path(name).suffix for name in names_in(folder)}.isdisjoint({".part", ".lock"})


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
