"""Getting a checkpoint from a real server on this machine: once, whole, or with a clear error."""

import gzip
import json
import shutil
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

import gpt_download
from gpt_download import (
    CONVERTED_FILE,
    FILENAMES,
    LOCK_FILE,
    MANIFEST_FILE,
    RETRIES,
    SHIPPED_SIZE,
    WEIGHTS_FILE,
    DownloadError,
    download_and_load_gpt2,
    download_files,
    fetch_file,
    load_gpt2_params_from_tf_ckpt,
)
from helpers import small_config, write_random_checkpoint

SERVED_UNDER = "/gpt-2/models/"
HTML = b"<!DOCTYPE html><title>Sign in</title>"


class CheckpointHandler(BaseHTTPRequestHandler):
    """Serves a folder; ``server.behaviours[path]`` tells how to misbehave, ``server.requests`` logs paths."""

    def do_GET(self):
        self.server.requests.append(self.path)
        behaviour = self.server.behaviours.get(self.path, "normal")
        path = self.server.folder / self.path.removeprefix(SERVED_UNDER)
        if isinstance(behaviour, int):
            return self.answer(behaviour, HTML)
        if isinstance(behaviour, bytes):
            return self.answer(200, behaviour)
        if not path.is_file():
            return self.answer(404, HTML)
        content = path.read_bytes()
        if behaviour == "cut off":
            return self.answer(200, content[: len(content) // 2], announced=len(content))
        if behaviour == "cut off, length unknown":
            return self.answer(200, content[: len(content) // 2], announced=None)
        if behaviour == "compressed if allowed" and "gzip" in self.headers.get("Accept-Encoding", ""):
            return self.answer(200, gzip.compress(content), encoding="gzip")
        return self.answer(200, content, pause=behaviour if callable(behaviour) else None)

    def answer(self, status, body, announced=-1, encoding=None, pause=None):
        self.send_response(status)
        if announced is not None:
            self.send_header("Content-Length", str(len(body) if announced == -1 else announced))
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        if pause:
            pause()
        self.wfile.write(body[len(body) // 2 :])

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A folder with a small checkpoint, as a mirror would hold it."""
    folder = tmp_path_factory.mktemp("source")
    write_random_checkpoint(folder / SHIPPED_SIZE)
    return folder


@pytest.fixture
def server(source):
    server = ThreadingHTTPServer(("127.0.0.1", 0), CheckpointHandler)
    server.folder, server.behaviours, server.requests = source, {}, []
    server.url = f"http://127.0.0.1:{server.server_port}{SERVED_UNDER.rstrip('/')}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def dead_urls():
    """Two addresses that refuse every connection: their ports are taken, but nobody listens."""
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        yield tuple(f"http://127.0.0.1:{each.getsockname()[1]}" for each in (first, second))


@pytest.fixture(autouse=True)
def nothing_beyond_this_machine(monkeypatch, dead_urls, tmp_path):
    monkeypatch.setattr(gpt_download, "BASE_URLS", dead_urls)
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", tmp_path / "no shipped folder")
    monkeypatch.setattr(gpt_download, "BACKOFF_SECONDS", 0.001)
    monkeypatch.delenv("GPT2_BASE_URL", raising=False)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")


@pytest.fixture
def mirror(server, monkeypatch):
    monkeypatch.setenv("GPT2_BASE_URL", server.url)
    return server


@pytest.fixture
def models_dir(tmp_path):
    return tmp_path / "models" / "gpt2"


def url_path(name, size=SHIPPED_SIZE):
    return f"{SERVED_UNDER}{size}/{name}"


def contents(folder):
    made_here = (CONVERTED_FILE, MANIFEST_FILE)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in made_here}


def refused(size, models_dir):
    """The message of the DownloadError that a download ends with."""
    with pytest.raises(DownloadError) as caught:
        download_files(size, models_dir)
    return str(caught.value)


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
    assert contents(models_dir / "124M") == {}


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


def test_second_address_is_tried_when_the_first_fails(server, monkeypatch, tmp_path, dead_urls):
    monkeypatch.setattr(gpt_download, "BASE_URLS", (dead_urls[0], server.url))
    server.behaviours[url_path("model.ckpt.index", "774M")] = b"index"
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
    assert {path.name for path in weights.parent.iterdir()} == set(FILENAMES)
