"""OpenAI's weights from the Hugging Face Hub: redirections, digests, no TensorFlow, no network later."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

import gpt_download
from downloads import everything_in, names_in
from fault_server import FaultServer, faulty, status
from gpt import fetching, hub
from gpt_download import CONVERTED_FILE, DownloadError, bytes_to_download, download_and_load_gpt2, download_files
from helpers import random_model, small_config, write_random_checkpoint, write_vocabulary
from hub_server import HubServer
from previous_chapters import (
    GPTModel,
    generate,
    load_tokenizer,
    load_weights_into_gpt,
    save_to_huggingface,
    without_weights,
)

SIZE = "124M"
WEIGHTS = "model.safetensors"
TOKEN = "hf_what-only-the-hub-may-see"


@pytest.fixture(scope="module")
def model():
    """A pretrained GPT-2 has no output head of its own."""
    model = random_model(small_config())
    model.out_head.weight = model.tok_emb.weight
    return model


@pytest.fixture(scope="module")
def files(model, tmp_path_factory):
    """The four files of a repository, as OpenAI's are there: the head is tied, and old masks are beside the weights."""
    from safetensors.torch import load_file, save_file

    folder = tmp_path_factory.mktemp("repository")
    write_vocabulary(folder / "vocabulary")
    save_to_huggingface(model, folder / "gpt2", vocabulary=folder / "vocabulary")
    weights = load_file(folder / "gpt2" / WEIGHTS)
    del weights["lm_head.weight"]
    weights = {name.removeprefix("transformer."): weight for name, weight in weights.items()}
    weights |= {f"h.{i}.attn.bias": torch.ones(128, 128).tril()[None, None] for i in range(2)}
    save_file(weights, folder / "gpt2" / WEIGHTS)
    config = json.loads((folder / "gpt2" / "config.json").read_text(encoding="utf-8"))
    del config["tie_word_embeddings"]
    (folder / "gpt2" / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return {name: (folder / "gpt2" / name).read_bytes() for name in hub.FILES}


@pytest.fixture
def elsewhere(files, monkeypatch):
    """Where the Hub keeps its large files."""
    monkeypatch.setattr(fetching, "TIMEOUT_SECONDS", (2, 0.4))
    with FaultServer(files) as elsewhere:
        yield elsewhere


@pytest.fixture
def server(files, elsewhere, monkeypatch):
    with HubServer(files, elsewhere.url) as server:
        monkeypatch.setenv("HF_ENDPOINT", server.url)
        monkeypatch.setenv("GPT2_SOURCE", "huggingface")
        monkeypatch.setattr(hub, "SHA256", {})  # it is a small model under the name of a large one
        yield server


@pytest.fixture
def no_tensorflow(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)


def refused(models_dir):
    with pytest.raises(DownloadError) as caught:
        download_and_load_gpt2(SIZE, models_dir)
    return str(caught.value)


def assert_weights(params, model):
    filled = GPTModel(small_config())
    load_weights_into_gpt(filled, params)
    for name, tensor in filled.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[name]), name


def test_the_same_pair_comes_from_the_hub_and_later_from_the_disk(
    server, tmp_path, model, no_tensorflow, files, monkeypatch
):
    settings, params = download_and_load_gpt2(SIZE, tmp_path)
    assert settings == {"n_vocab": 357, "n_ctx": 128, "n_embd": 24, "n_head": 3, "n_layer": 2}
    assert sorted(params) == ["b", "blocks", "g", "wpe", "wte"]
    assert params["blocks"][0]["attn"]["c_attn"]["w"].shape == (24, 72) and params["wte"].dtype == np.float32
    assert_weights(params, model)
    found = everything_in(tmp_path / SIZE)
    assert {name: found[name] for name in files} == files
    assert found.keys() - files.keys() == {CONVERTED_FILE, "manifest.json"}
    # Without a server, from the copy, mapped and transposed as PyTorch wants it; and whatever the source is.
    monkeypatch.setattr(hub, "open_folder", None)
    for source in ("huggingface", "openai"):
        asked = len(server.log)
        _, params = download_and_load_gpt2(SIZE, tmp_path, source=source)
        assert_weights(params, model)
        assert params["blocks"][0]["mlp"]["c_fc"]["w"].T.flags["C_CONTIGUOUS"]
        assert len(server.log) == asked and everything_in(tmp_path / SIZE) == found
    assert bytes_to_download(SIZE, tmp_path, 1_000_000) == 0


def test_the_vocabulary_alone_is_brought_as_the_notebooks_ask_for_it(server, tmp_path):
    folder = download_files(SIZE, tmp_path, ("encoder.json", "vocab.bpe"))
    assert names_in(folder) == ["manifest.json", "merges.txt", "vocab.json"]
    assert load_tokenizer(folder).n_vocab == 357
    asked = len(server.log)
    download_files(SIZE, tmp_path, ("encoder.json", "vocab.bpe"))
    assert len(server.log) == asked
    assert bytes_to_download(SIZE, tmp_path, 1_000_000) == 4_000_000 + 1_000_000  # weights and config.json


def test_the_token_goes_to_the_hub_and_to_nobody_else(server, elsewhere, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HF_TOKEN", f" {TOKEN}\n")
    elsewhere.plans[WEIGHTS] = [faulty(cut=1000)]
    download_files(SIZE, tmp_path)
    assert {sent for _, path, sent in server.log if path.startswith(server.prefix)} == {f"Bearer {TOKEN}"}
    assert [entry["authorization"] for entry in elsewhere.log] == [None, None]
    assert not [name for name, content in everything_in(tmp_path).items() if TOKEN.encode() in content]
    assert TOKEN not in "".join(capsys.readouterr())


def test_without_a_token_none_is_sent(server, tmp_path):
    download_files(SIZE, tmp_path)
    assert {sent for _, _, sent in server.log} == {None}


@pytest.mark.parametrize("ending", ["close", "reset", "stall"])
def test_a_download_that_breaks_off_is_continued(server, elsewhere, tmp_path, files, ending):
    half = len(files[WEIGHTS]) // 2
    elsewhere.plans[WEIGHTS] = [faulty(cut=half, ending=ending)]
    download_files(SIZE, tmp_path)
    assert elsewhere.ranges(WEIGHTS) == [None, f"bytes={half}-"]
    assert elsewhere.bytes_sent(WEIGHTS) == len(files[WEIGHTS])


def test_what_an_earlier_process_left_is_continued_even_if_the_hub_was_silent_meanwhile(
    server, elsewhere, tmp_path, files, model
):
    half = len(files[WEIGHTS]) // 2
    elsewhere.plans[WEIGHTS] = [faulty(cut=half), *[status(404)] * 6]
    assert "404" in refused(tmp_path)
    server.refusals[WEIGHTS] = 503
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetching, "RETRIES", 0)
        assert "HTTP 503: the server cannot answer now" in refused(tmp_path)
    assert (tmp_path / SIZE / f"{WEIGHTS}.part").stat().st_size == half
    server.refusals.clear()
    elsewhere.plans.clear()
    elsewhere.log.clear()
    _, params = download_and_load_gpt2(SIZE, tmp_path)
    assert elsewhere.ranges(WEIGHTS) == [f"bytes={half}-"]
    assert_weights(params, model)


@pytest.mark.parametrize(
    ("name", "header", "digest", "said"),
    [
        (WEIGHTS, "X-Linked-ETag", "0" * 64, "expected SHA-256 000"),
        ("vocab.json", "X-Linked-ETag", "0" * 40, "expected SHA-1 (of git) 000"),
    ],
)
def test_another_content_than_the_hub_announces_is_refused(server, tmp_path, name, header, digest, said):
    server.headers[name] = {header: f'"{digest}"'}
    message = refused(tmp_path)
    assert f"Could not get {name} of openai-community/gpt2" in message and said in message
    assert f"{server.url}/openai-community/gpt2/resolve/{hub.REVISIONS[SIZE]}/{name}" in message
    assert not [left for left in os.listdir(tmp_path / SIZE) if left.startswith(name)]


def test_what_is_uploaded_after_the_commit_of_the_series_is_not_fetched(server, tmp_path, files):
    server.upload(**{"config.json": b"{}", "vocab.json": b"{}", WEIGHTS: b"other weights"})
    download_files(SIZE, tmp_path)
    assert {name: content for name, content in everything_in(tmp_path / SIZE).items() if name in files} == files
    assert all(path.startswith((server.prefix, "/api/")) for _, path, _ in server.log)


def test_each_size_has_a_commit_and_its_weights_a_public_digest():
    for size in gpt_download.OPENAI_SIZES:
        assert re.fullmatch("[0-9a-f]{40}", hub.REVISIONS[size])
        assert re.fullmatch("[0-9a-f]{64}", hub.SHA256[size, WEIGHTS])
    assert {name for _, name in hub.SHA256} <= set(hub.FILES)
    assert len({digest for (_, name), digest in hub.SHA256.items() if name == WEIGHTS}) == 4


@pytest.mark.parametrize("name", ["config.json", WEIGHTS])
def test_a_server_that_sends_another_file_with_a_digest_to_match_is_refused(server, tmp_path, files, monkeypatch, name):
    """What a mirror announces comes from the same server, so a public digest counts more."""
    digest = hashlib.sha256(b"what everybody else has of it").hexdigest()
    monkeypatch.setitem(hub.SHA256, (SIZE, name), digest)
    message = refused(tmp_path)
    found = hashlib.sha256(files[name]).hexdigest()
    assert f"Could not get {name} of" in message and f"expected SHA-256 {digest}, found {found}" in message
    assert not list((tmp_path / SIZE).glob(f"{name}*"))


def test_what_lies_there_is_held_against_the_public_digest_too(server, tmp_path, files, monkeypatch, capsys):
    download_files(SIZE, tmp_path)
    other = hashlib.sha256(b"what everybody else has of it").hexdigest()
    assert gpt_download.check(SIZE, tmp_path)
    monkeypatch.setitem(hub.SHA256, (SIZE, WEIGHTS), other)
    assert not gpt_download.check(SIZE, tmp_path)
    assert f"expected SHA-256 {other}, found" in capsys.readouterr().out
    monkeypatch.setitem(hub.SHA256, (SIZE, WEIGHTS), hashlib.sha256(files[WEIGHTS]).hexdigest())
    (tmp_path / SIZE / "manifest.json").unlink()
    assert gpt_download.check(SIZE, tmp_path)


def test_another_size_than_the_hub_announces_is_refused(server, tmp_path, files):
    server.headers[WEIGHTS] = {"X-Linked-Size": str(len(files[WEIGHTS]) + 1)}
    assert f"expected {len(files[WEIGHTS]) + 1:,} bytes, found {len(files[WEIGHTS]):,}" in refused(tmp_path)


@pytest.mark.parametrize(
    ("code", "said"),
    [(401, "set HF_TOKEN to a token"), (403, "ask for access on its page"), (404, "not have this file")],
)
def test_what_the_hub_refuses_is_explained(server, elsewhere, tmp_path, code, said):
    server.refusals["config.json"] = code
    message = refused(tmp_path)
    assert f"HTTP {code}: " in message and said in message and "(Access to this model is restricted.)" in message
    assert elsewhere.log == [] and not (tmp_path / SIZE).exists()


def test_a_missing_file_and_a_dead_address_are_explained(server, tmp_path, monkeypatch, dead_urls):
    del server.files[WEIGHTS]
    message = refused(tmp_path)
    assert "HTTP 404: the repository does not have this file (Entry not found)" in message
    monkeypatch.setenv("HF_ENDPOINT", f"{dead_urls[0]}/")
    monkeypatch.setattr(fetching, "RETRIES", 0)
    message = refused(tmp_path)
    assert "ConnectionError" in message and "HF_ENDPOINT" in message and "GPT2_SOURCE" in message


def test_a_renamed_repository_is_found_and_its_digests_count(server, elsewhere, tmp_path, model, monkeypatch):
    monkeypatch.setitem(hub.REPOSITORIES, SIZE, "gpt2")
    renamed = server.prefix.replace("openai-community/", "")

    def refer(handler, do_get=server.RequestHandlerClass.do_GET):
        if handler.path.startswith(renamed):
            handler.server.log.append((handler.command, handler.path, None))
            return handler.answer(307, {"Location": handler.path.replace(renamed, handler.server.prefix)})
        return do_get(handler)

    monkeypatch.setattr(server.RequestHandlerClass, "do_GET", refer)
    monkeypatch.setattr(server.RequestHandlerClass, "do_HEAD", refer)
    elsewhere.plans[WEIGHTS] = [faulty(cut=1000)]
    assert_weights(download_and_load_gpt2(SIZE, tmp_path)[1], model)
    assert any(path.startswith(renamed) for _, path, _ in server.log)
    assert elsewhere.ranges(WEIGHTS) == [None, "bytes=1000-"]  # it can be continued because the size is known


def test_a_changed_file_is_noticed_and_fetched_again(server, tmp_path, model):
    download_and_load_gpt2(SIZE, tmp_path)
    path = tmp_path / SIZE / WEIGHTS
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert_weights(download_and_load_gpt2(SIZE, tmp_path)[1], model)


def test_openais_files_that_are_there_are_not_fetched_again(server, tmp_path, monkeypatch):
    for table in ("FILE_SIZES", "SHA256"):
        monkeypatch.setattr(gpt_download, table, {})  # it is a small model under the name of a large one
    expected = write_random_checkpoint(tmp_path / "774M", small_config())
    _, params = download_and_load_gpt2("774M", tmp_path, source="huggingface")
    assert server.log == [] and np.array_equal(params["wpe"], expected.pos_emb.weight.detach())


def test_the_small_model_comes_from_the_repository(server, tmp_path, monkeypatch):
    write_random_checkpoint(tmp_path / "shipped" / "6M", small_config())
    monkeypatch.setattr(gpt_download, "SHIPPED_FOLDER", tmp_path / "shipped")
    download_and_load_gpt2("6M", tmp_path / "models")
    assert server.log == [] and bytes_to_download("6M", tmp_path / "models", 1) == 0


def test_a_folder_on_this_machine_is_read_where_it_lies(server, files, tmp_path, model, no_tensorflow, monkeypatch):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("GPT2_SOURCE", str(tmp_path))
    settings, params = download_and_load_gpt2(SIZE, tmp_path / "models")
    assert settings["n_layer"] == 2
    assert_weights(params, model)
    assert load_tokenizer(download_files(SIZE, tmp_path / "models", ("encoder.json", "vocab.bpe"))).n_vocab == 357
    assert bytes_to_download(SIZE, tmp_path / "models", 1_000) == 0
    assert everything_in(tmp_path) == files and server.log == []
    params["wte"][:] = 0  # what is changed stays in memory
    assert everything_in(tmp_path) == files


def test_an_unknown_source_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected 'openai', 'huggingface' or a folder with a config.json"):
        download_and_load_gpt2(SIZE, tmp_path, source="hugingface")
    assert everything_in(tmp_path) == {}


WHOLE_WAY = """
import sys
sys.modules["tensorflow"] = None  # from now on importing it fails, as if it was not installed
import gpt_download
from gpt import hub
hub.SHA256.clear()  # it is a small model under the name of a large one
sys.argv = ["gpt_download.py", "get", "124M", "--source", "huggingface", "--models-dir", {folder!r}]
try:
    gpt_download.main()
except SystemExit as end:
    assert end.code == 0, end.code
sys.argv = ["gpt_download.py", "check", "124M", "--models-dir", {folder!r}]
gpt_download.main()
"""


def test_the_command_line_brings_and_checks_without_tensorflow(server, tmp_path, model):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    environment.pop("GPT2_SOURCE")
    code = WHOLE_WAY.format(folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    first, folder, *lines = done.stdout.splitlines()
    assert first.startswith("GPT-2 124M is there and can be read: {'n_vocab': 357,")
    assert folder == str(tmp_path / SIZE)
    assert dict(line.split() for line in lines) == dict.fromkeys([*hub.FILES, CONVERTED_FILE], "right")


def test_the_copy_of_another_machine_is_used_and_one_of_other_weights_is_not(server, tmp_path, model):
    download_and_load_gpt2(SIZE, tmp_path / "one")
    shutil.copytree(tmp_path / "one", tmp_path / "other", copy_function=shutil.copyfile)
    (tmp_path / "other" / SIZE / "manifest.json").unlink()
    before = (tmp_path / "other" / SIZE / CONVERTED_FILE).stat().st_mtime_ns
    _, params = download_and_load_gpt2(SIZE, tmp_path / "other")
    assert (tmp_path / "other" / SIZE / CONVERTED_FILE).stat().st_mtime_ns == before
    with without_weights():
        filled = GPTModel(small_config())
    load_weights_into_gpt(filled, params)
    prompt = torch.tensor([[1, 2, 3]])
    assert torch.equal(generate(filled.eval(), prompt, 5, 128), generate(model, prompt, 5, 128))
    assert filled.out_head.weight.data_ptr() != filled.tok_emb.weight.data_ptr()  # the two may drift apart in training
    write_random_checkpoint(tmp_path / "one" / SIZE, small_config(), seed=3)  # now OpenAI's files lie there, too
    _, params = download_and_load_gpt2(SIZE, tmp_path / "one", source="huggingface")
    assert_weights(params, model)
    weights = (tmp_path / "other" / SIZE / WEIGHTS).read_bytes()
    (tmp_path / "other" / SIZE / WEIGHTS).write_bytes(weights[:-4000] + bytes(4000))  # of the same shapes and size
    (tmp_path / "other" / SIZE / "manifest.json").unlink()
    _, params = download_and_load_gpt2(SIZE, tmp_path / "other")
    assert not params["wte"].all() or not params["wpe"].all()
