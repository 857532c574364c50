"""Getting a checkpoint from a real server on this machine: once, whole, and only what is missing."""

import shutil
import time

import numpy as np
import pytest

import gpt_download
from checkpoint_server import HTML, contents, refused, url_path
from downloads import names_in
from gpt_download import (
    FILENAMES,
    LOCK_FILE,
    SHIPPED_SIZE,
    WEIGHTS_FILE,
    download_and_load_gpt2,
    download_files,
    load_gpt2_params_from_tf_ckpt,
)
from helpers import small_config


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models" / "gpt2"


def test_all_files_are_fetched_once_and_in_order(mirror, source, models_dir):
    settings, params = download_and_load_gpt2(SHIPPED_SIZE, str(models_dir))
    assert mirror.requests == [url_path(name) for name in FILENAMES]
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)
    config = small_config()
    assert settings == {
        "n_vocab": config["vocab_size"],
        "n_ctx": config["context_length"],
        "n_embd": config["emb_dim"],
        "n_head": config["n_heads"],
        "n_layer": config["n_layers"],
    }
    expected = load_gpt2_params_from_tf_ckpt(source / SHIPPED_SIZE, settings)
    assert len(params["blocks"]) == config["n_layers"]
    assert np.array_equal(params["wte"], expected["wte"])
    assert np.array_equal(params["blocks"][1]["mlp"]["c_fc"]["w"], expected["blocks"][1]["mlp"]["c_fc"]["w"])


def test_complete_checkpoint_is_read_without_a_request(mirror, models_dir):
    download_files(SHIPPED_SIZE, models_dir)
    mirror.requests.clear()
    _, params = download_and_load_gpt2(SHIPPED_SIZE, models_dir)
    assert mirror.requests == []
    assert params["wte"].shape[0] == small_config()["vocab_size"]


def test_folder_of_the_size_is_returned(mirror, models_dir):
    assert download_files(SHIPPED_SIZE, models_dir) == models_dir / SHIPPED_SIZE


def test_only_the_named_files_are_fetched(mirror, models_dir):
    download_files(SHIPPED_SIZE, models_dir, names=("encoder.json", "vocab.bpe"))
    assert mirror.requests == [url_path("encoder.json"), url_path("vocab.bpe")]
    assert set(contents(models_dir / SHIPPED_SIZE)) == {"encoder.json", "vocab.bpe"}


@pytest.mark.parametrize("name", FILENAMES)
def test_only_the_missing_file_is_fetched(mirror, source, models_dir, name):
    download_files(SHIPPED_SIZE, models_dir)
    (models_dir / SHIPPED_SIZE / name).unlink()
    mirror.requests.clear()
    download_files(SHIPPED_SIZE, models_dir)
    assert mirror.requests == [url_path(name)]
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        (WEIGHTS_FILE, lambda content: content[:-1]),
        (WEIGHTS_FILE, lambda content: content + b"\0"),
        (WEIGHTS_FILE, lambda content: HTML),
        ("model.ckpt.index", lambda content: b""),
        ("hparams.json", lambda content: content[:-1]),
        ("hparams.json", lambda content: b"[]"),
        ("hparams.json", lambda content: content.replace(b"n_embd", b"n_else")),
        ("hparams.json", lambda content: content.replace(b"24", b"-24")),
        ("hparams.json", lambda content: content.replace(b"24", b'"24"')),
    ],
    ids=[
        "cut weights",
        "longer weights",
        "HTML",
        "empty",
        "cut JSON",
        "JSON list",
        "other key",
        "negative",
        "text",
    ],
)
def test_damaged_file_is_fetched_again(mirror, source, models_dir, name, damage):
    download_files(SHIPPED_SIZE, models_dir)
    path = models_dir / SHIPPED_SIZE / name
    good, bad = path.read_bytes(), damage(path.read_bytes())
    assert bad != good
    path.write_bytes(bad)
    mirror.requests.clear()
    download_files(SHIPPED_SIZE, models_dir)
    assert mirror.requests == [url_path(name)]
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_unknown_size_is_refused_before_anything_happens(mirror, models_dir):
    with pytest.raises(ValueError) as caught:
        download_and_load_gpt2("345M", models_dir)
    for text in ("'345M'", SHIPPED_SIZE, "124M", "355M", "774M", "1558M"):
        assert text in str(caught.value)
    assert mirror.requests == []
    assert not models_dir.exists()


def test_server_that_likes_to_compress_is_asked_not_to(mirror, source, models_dir):
    mirror.behaviours[url_path("model.ckpt.meta")] = "compressed if allowed"
    download_files(SHIPPED_SIZE, models_dir)
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_slash_at_the_end_of_the_mirror_s_address(mirror, models_dir, monkeypatch):
    monkeypatch.setenv("GPT2_BASE_URL", mirror.url + "/")
    download_files(SHIPPED_SIZE, models_dir)
    assert mirror.requests == [url_path(name) for name in FILENAMES]


def test_mirror_that_is_a_folder(source, models_dir, monkeypatch):
    monkeypatch.setenv("GPT2_BASE_URL", str(source))
    download_files(SHIPPED_SIZE, models_dir)
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_folder_that_lacks_a_file_is_named(tmp_path, models_dir, monkeypatch):
    monkeypatch.setenv("GPT2_BASE_URL", str(tmp_path / "empty"))
    message = refused(SHIPPED_SIZE, models_dir)
    assert "FileNotFoundError" in message
    assert f"{tmp_path / 'empty'}/{SHIPPED_SIZE}/checkpoint" in message


def test_file_has_its_name_only_when_it_is_complete(mirror, source, models_dir):
    folder, part, seen = models_dir / SHIPPED_SIZE, f"{WEIGHTS_FILE}.part", []

    def look():
        deadline = time.monotonic() + 5
        while not (seen and part in seen[-1]) and time.monotonic() < deadline:
            time.sleep(0.01)
            seen.append({path.name for path in folder.iterdir()})

    mirror.behaviours[url_path(WEIGHTS_FILE)] = look
    download_files(SHIPPED_SIZE, models_dir)
    assert seen[-1] == {*FILENAMES[:3], LOCK_FILE, part, f"{part}.json"}
    assert contents(folder) == contents(source / SHIPPED_SIZE)


def test_leftover_part_of_an_earlier_try_does_no_harm(mirror, source, models_dir):
    (models_dir / SHIPPED_SIZE).mkdir(parents=True)
    (models_dir / SHIPPED_SIZE / f"{WEIGHTS_FILE}.part").write_bytes(b"left over")
    download_files(SHIPPED_SIZE, models_dir)
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_progress_bar_for_each_file_goes_to_its_end(mirror, models_dir, capsys):
    download_files(SHIPPED_SIZE, models_dir)
    captured = capsys.readouterr()
    assert captured.out == ""
    for name in FILENAMES:
        assert f"{name}: 100%|" in captured.err


def test_a_damaged_shipped_file_is_restored_from_the_repository(monkeypatch, source, tmp_path):
    shipped = tmp_path / "gpt2"
    shutil.copytree(source / SHIPPED_SIZE, shipped / SHIPPED_SIZE)
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", shipped)
    weights = shipped / SHIPPED_SIZE / WEIGHTS_FILE
    weights.write_bytes(weights.read_bytes()[:-1])
    message = refused(SHIPPED_SIZE, shipped)
    assert f"restore {shipped / SHIPPED_SIZE} from it (git checkout)" in message
    assert "network" not in message
    assert set(names_in(weights.parent)) == set(FILENAMES)
