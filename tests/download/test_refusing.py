"""What is not the file: an error names every address and every cause, and nothing wrong is kept."""

import json

import pytest

import gpt_download
from checkpoint_server import HTML, contents, refused, url_path
from gpt_download import (
    FILENAMES,
    RETRIES,
    SHIPPED_SIZE,
    WEIGHTS_FILE,
    DownloadError,
    download_files,
    fetch_file,
)


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models" / "gpt2"


def test_one_error_tells_every_address_and_every_cause(mirror, models_dir, dead_urls):
    mirror.behaviours[url_path("checkpoint", "124M")] = 500
    message = refused("124M", models_dir)
    assert "Could not get checkpoint of GPT-2 124M" in message
    addresses = [f"{base}/124M/checkpoint" for base in (mirror.url, *dead_urls)]
    places = [message.index(f"  {address}\n") for address in addresses]
    assert places == sorted(places)
    causes = [message[start:end] for start, end in zip(places, [*places[1:], len(message)], strict=True)]
    assert "500" in causes[0]
    assert "ConnectionError" in causes[1] and "ConnectionError" in causes[2]
    assert "GPT2_BASE_URL" in message
    assert mirror.requests == [url_path("checkpoint", "124M")] * (1 + RETRIES)
    assert not models_dir.exists()


def test_missing_file_on_the_mirror_is_named_and_complete_files_are_kept(mirror, source, models_dir):
    mirror.behaviours[url_path("model.ckpt.index")] = 404
    message = refused(SHIPPED_SIZE, models_dir)
    assert "Could not get model.ckpt.index" in message
    assert f"{mirror.url}/{SHIPPED_SIZE}/model.ckpt.index\n    HTTPError: 404" in message
    assert set(contents(models_dir / SHIPPED_SIZE)) == set(FILENAMES[:4])
    mirror.behaviours.clear()
    mirror.requests.clear()
    download_files(SHIPPED_SIZE, models_dir)
    assert mirror.requests == [url_path(name) for name in FILENAMES[4:]]
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_second_address_is_tried_when_the_first_fails(checkpoint_server, monkeypatch, tmp_path, dead_urls):
    monkeypatch.setattr(gpt_download, "BASE_URLS", (dead_urls[0], checkpoint_server.url))
    checkpoint_server.behaviours[url_path("model.ckpt.index", "774M")] = b"index"
    fetch_file("774M", "model.ckpt.index", tmp_path / "774M")
    assert contents(tmp_path / "774M") == {"model.ckpt.index": b"index"}


def test_second_address_is_tried_when_the_first_sends_a_page(mirror, source, models_dir, monkeypatch):
    mirror.behaviours[url_path(WEIGHTS_FILE)] = HTML
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", source)
    download_files(SHIPPED_SIZE, models_dir)
    assert contents(models_dir / SHIPPED_SIZE) == contents(source / SHIPPED_SIZE)


def test_connection_cut_in_the_middle_leaves_what_the_next_try_continues(mirror, source, models_dir):
    mirror.behaviours[url_path(WEIGHTS_FILE)] = "cut off"
    assert f"Could not get {WEIGHTS_FILE}" in refused(SHIPPED_SIZE, models_dir)
    found = contents(models_dir / SHIPPED_SIZE)
    assert set(found) == {*FILENAMES[:3], f"{WEIGHTS_FILE}.part", f"{WEIGHTS_FILE}.part.json"}
    whole = (source / SHIPPED_SIZE / WEIGHTS_FILE).read_bytes()
    assert found[f"{WEIGHTS_FILE}.part"] == whole[: len(whole) // 2]


def test_connection_cut_in_a_body_of_unknown_length_leaves_nothing_behind(mirror, models_dir):
    mirror.behaviours[url_path(WEIGHTS_FILE)] = "cut off, length unknown"
    assert f"Could not get {WEIGHTS_FILE}" in refused(SHIPPED_SIZE, models_dir)
    assert set(contents(models_dir / SHIPPED_SIZE)) == set(FILENAMES[:3])


def test_connection_cut_in_a_file_of_unknown_size_is_noticed(mirror, models_dir):
    mirror.behaviours[url_path("vocab.bpe")] = "cut off"
    assert "Could not get vocab.bpe" in refused(SHIPPED_SIZE, models_dir)
    assert set(contents(models_dir / SHIPPED_SIZE)) == set(FILENAMES[:-1])


def test_error_page_is_not_saved_as_weights(mirror, source, models_dir):
    mirror.behaviours[url_path(WEIGHTS_FILE)] = HTML
    message = refused(SHIPPED_SIZE, models_dir)
    expected = len((source / SHIPPED_SIZE / WEIGHTS_FILE).read_bytes())
    assert f"expected {expected:,} bytes, found {len(HTML)}" in message
    assert set(contents(models_dir / SHIPPED_SIZE)) == set(FILENAMES[:3])


def test_error_page_is_not_saved_as_settings(mirror, models_dir):
    mirror.behaviours[url_path("hparams.json")] = HTML
    assert "not valid JSON" in refused(SHIPPED_SIZE, models_dir)
    assert set(contents(models_dir / SHIPPED_SIZE)) == set(FILENAMES[:2])


def test_openai_file_of_another_size_is_refused(mirror, tmp_path):
    mirror.behaviours[url_path("hparams.json", "124M")] = b" " * 91
    with pytest.raises(DownloadError, match="expected 90 bytes, found 91"):
        fetch_file("124M", "hparams.json", tmp_path / "124M")
    assert contents(tmp_path / "124M") == {}


def test_openai_file_with_other_content_is_refused(mirror, tmp_path):
    settings = {"n_vocab": 50257, "n_ctx": 1024, "n_embd": 768, "n_head": 12, "n_layer": 21}
    mirror.behaviours[url_path("hparams.json", "124M")] = json.dumps(settings).encode().ljust(90)
    with pytest.raises(DownloadError, match="expected SHA-256 d9d56e4121c4.*, found [0-9a-f]{64}"):
        fetch_file("124M", "hparams.json", tmp_path / "124M")
    assert contents(tmp_path / "124M") == {}


@pytest.mark.parametrize("name", ["checkpoint", "encoder.json", "vocab.bpe"])
@pytest.mark.parametrize("size", ["124M", "355M", "774M", "1558M"])
def test_digests_shared_by_openai_sizes_are_checked(mirror, tmp_path, size, name):
    mirror.behaviours[url_path(name, size)] = b"\0" * gpt_download.FILE_SIZES["any", name]
    with pytest.raises(DownloadError, match="expected SHA-256"):
        fetch_file(size, name, tmp_path / size)


def test_openai_s_own_checkpoint_file_is_accepted(mirror, tmp_path):
    content = b'model_checkpoint_path: "model.ckpt"\nall_model_checkpoint_paths: "model.ckpt"\n'
    mirror.behaviours[url_path("checkpoint", "355M")] = content
    fetch_file("355M", "checkpoint", tmp_path / "355M")
    assert contents(tmp_path / "355M") == {"checkpoint": content}


@pytest.mark.parametrize(
    ("width", "layers", "heads", "expected"),
    [
        (768, 12, 12, 497_759_232),
        (1024, 24, 16, 1_419_292_672),
        (1280, 36, 20, 3_096_120_320),
        (1600, 48, 25, 6_230_444_800),
    ],
)
def test_expected_size_of_openai_weights(tmp_path, width, layers, heads, expected):
    settings = {"n_vocab": 50257, "n_ctx": 1024, "n_embd": width, "n_head": heads, "n_layer": layers}
    (tmp_path / "hparams.json").write_text(json.dumps(settings), encoding="utf-8")
    assert gpt_download.expected_bytes(tmp_path, "774M", WEIGHTS_FILE) == expected
