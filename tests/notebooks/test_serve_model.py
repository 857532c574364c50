"""`python notebooks/serve_model.py`: one command from the weights of notebook 04 to a server that answers."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys

import pytest
import requests

import serve_model
from gpt.templates import task_of
from llama_server import end, require_packages, serve

NAME = "gpt2-tiny6M-sft-Q8_0.gguf"


@pytest.fixture(scope="module")
def results(notebook_outputs, tmp_path_factory):
    """A folder of results with nothing but the weights of notebook 04, and an entry with its response."""
    require_packages("xllamacpp")
    folder = tmp_path_factory.mktemp("outputs") / "gpt2-tiny6M"
    folder.mkdir()
    shutil.copy2(notebook_outputs / "gpt2-tiny6M-sft.pth", folder)
    data = json.loads((notebook_outputs / "instruction-data-with-response.json").read_text(encoding="utf-8"))
    return folder, next(entry for entry in data if entry["input"])


def test_one_command_serves_what_notebook_04_has_trained_and_shows_how_to_ask(results, monkeypatch):
    folder, entry = results
    monkeypatch.setenv("OUTPUTS_DIR", str(folder.parent))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server, address = serve("serve_model.py", "--number-format", "Q8_0")
    try:
        assert (folder / NAME).is_file() and address.startswith("http://127.0.0.1:")
        shown = serve_model.EXAMPLE.format(name=NAME, address=address)
        curl, program = re.search(r"^ +(curl .*?)\n\n.*?\n\n(.*)", shown, re.DOTALL | re.MULTILINE).groups()
        assert json.loads(shlex.split(curl)[-1])["messages"][0]["content"] == "Name three trees."
        program = re.sub("^    ", "", program, flags=re.MULTILINE)
        printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        assert printed == "The gardener watered the roses.\n"
        asked = {"messages": [{"role": "user", "content": task_of(entry)}]}
        answer = requests.post(f"{address}/v1/chat/completions", json=asked, timeout=60).json()
        assert answer["choices"][0]["message"]["content"] == entry["model_response"] and answer["model"] == NAME[:-5]
        if os.name != "nt":  # Windows has no signal for one process
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=20) == 0
    finally:
        end(server)


def test_the_file_is_made_again_only_for_newer_weights(results, monkeypatch):
    folder, _ = results
    weights, path = folder / "gpt2-tiny6M-sft.pth", folder / NAME
    monkeypatch.setenv("OUTPUTS_DIR", str(folder.parent))
    path.write_bytes(b"earlier")
    assert serve_model.make_gguf(None, "Q8_0") == path and path.read_bytes() == b"earlier"
    os.utime(weights, ns=(path.stat().st_mtime_ns + 10**9,) * 2)
    assert serve_model.make_gguf(None, "Q8_0") == path and path.read_bytes().startswith(b"GGUF")


def run_main(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["serve_model.py", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        serve_model.main()
    return str(caught.value)


def test_what_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path))
    assert run_main(monkeypatch, "--gguf", tmp_path / "no.gguf") == f"There is no file {tmp_path / 'no.gguf'}."
    assert re.search(r"gpt2-tiny6M-sft\.pth is not there yet: run 04_finetune\.ipynb", run_main(monkeypatch))
    monkeypatch.setenv("CHOOSE_MODEL", "gpt5")
    assert "The environment variable CHOOSE_MODEL is 'gpt5'" in run_main(monkeypatch)


def test_a_file_that_is_no_model_is_named(tmp_path, monkeypatch):
    require_packages("xllamacpp")
    (tmp_path / "a.gguf").write_bytes(b"something else")
    message = run_main(monkeypatch, "--gguf", tmp_path / "a.gguf", "--port", 0)
    assert re.match(r"llama\.cpp does not serve .*a\.gguf at port 0 \(.*The lines above tell why", message)
