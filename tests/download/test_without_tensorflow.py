"""OpenAI's checkpoints are read without TensorFlow, also in folders that cannot be written to; others need it."""

import os
import shutil
import subprocess
import sys

import pytest

import table_writer
from downloads import everything_in
from gpt import converted_copy
from gpt.checkpoint_files import INDEX_FILE, WEIGHTS_FILE
from gpt_download import CONVERTED_FILE, FILENAMES, SHIPPED_FOLDER, SHIPPED_SIZE, download_and_load_gpt2
from helpers import write_random_checkpoint

WHOLE_WAY = """
import sys
sys.modules["tensorflow"] = None  # from now on importing it fails, as if it was not installed
import torch
from gpt_download import download_and_load_gpt2
from previous_chapters import BASE_CONFIG, GPTModel, generate, load_weights_into_gpt, without_weights
settings, params = download_and_load_gpt2({size!r}, {folder!r})
config = dict(BASE_CONFIG, vocab_size=settings["n_vocab"], context_length=settings["n_ctx"], emb_dim=settings["n_embd"],
              n_layers=settings["n_layer"], n_heads=settings["n_head"])
with without_weights():
    model = GPTModel(config)
load_weights_into_gpt(model, params)
print(generate(model.eval(), torch.tensor([[1, 2, 3]]), 5, settings["n_ctx"]).shape)
"""

# What the notebooks do, with the small model that is shipped; only the folder is another.
AS_IN_THE_NOTEBOOKS = """
import sys
from pathlib import Path
sys.modules["tensorflow"] = None
import notebook_setup
from previous_chapters import generate, text_to_token_ids, token_ids_to_text
notebook_setup.DATA = Path({folder!r})
device = notebook_setup.choose_device("cpu")
model, tokenizer = notebook_setup.load_pretrained(notebook_setup.choose_model(device))
prompt = text_to_token_ids("The cook sings", tokenizer)
print(token_ids_to_text(generate(model, prompt, 5, 256), tokenizer))
"""


@pytest.fixture
def models_dir(tmp_path):
    write_random_checkpoint(tmp_path / SHIPPED_SIZE)
    return tmp_path


def test_of_another_kind_of_checkpoint_the_error_says_what_to_do(models_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", None)
    header = b"\x08\x02" + table_writer.HEADER[2:]
    (models_dir / SHIPPED_SIZE / INDEX_FILE).write_bytes(table_writer.index([(b"", header)]))
    before = everything_in(models_dir)
    with pytest.raises(ImportError) as caught:
        download_and_load_gpt2(SHIPPED_SIZE, models_dir)
    message = str(caught.value)
    assert "a kind that only TensorFlow reads (it has not one data file, but several)" in message
    for text in (str(models_dir / SHIPPED_SIZE), "`pip install tensorflow`", "Python 3.10 to 3.13", CONVERTED_FILE):
        assert text in message
    left = everything_in(models_dir)
    left.pop(os.path.join(SHIPPED_SIZE, "manifest.json"))
    assert left == before


@pytest.mark.parametrize("has_copy", [False, True], ids=["the first time", "with the copy of another machine"])
def test_nothing_needs_tensorflow(models_dir, tmp_path_factory, has_copy):
    download_and_load_gpt2(SHIPPED_SIZE, models_dir)
    here = tmp_path_factory.mktemp("without")
    (here / SHIPPED_SIZE).mkdir()
    for name in (*FILENAMES, CONVERTED_FILE)[: None if has_copy else -1]:  # new files, with their own times of change
        shutil.copyfile(models_dir / SHIPPED_SIZE / name, here / SHIPPED_SIZE / name)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    code = WHOLE_WAY.format(size=SHIPPED_SIZE, folder=str(here))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert (done.stdout, done.stderr) == ("torch.Size([1, 8])\n", "")
    assert (here / SHIPPED_SIZE / CONVERTED_FILE).exists()


@pytest.mark.parametrize("has_copy", [False, True], ids=["the first time", "with the copy of another machine"])
def test_the_small_model_is_chosen_loaded_and_asked_as_the_notebooks_do_it(tmp_path, has_copy):
    folder = tmp_path / "gpt2" / SHIPPED_SIZE
    folder.mkdir(parents=True)
    for name in FILENAMES:
        shutil.copyfile(SHIPPED_FOLDER / SHIPPED_SIZE / name, folder / name)
    if has_copy:
        download_and_load_gpt2(SHIPPED_SIZE, tmp_path / "gpt2")
        (folder / WEIGHTS_FILE).touch()  # as a file is that was copied from elsewhere
    assert (folder / CONVERTED_FILE).exists() == has_copy
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    code = AS_IN_THE_NOTEBOOKS.format(folder=str(tmp_path))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Model:  gpt2-tiny (6M)" in done.stdout
    words = done.stdout.strip().splitlines()[-1].split()
    assert words[:3] == ["The", "cook", "sings"] and len(words) > 3
    assert (folder / CONVERTED_FILE).exists()


@pytest.mark.parametrize("has_copy", [False, True])
def test_a_complete_checkpoint_in_a_read_only_folder_is_loaded(read_only, source, capsys, monkeypatch, has_copy):
    public, lock = read_only
    shutil.copytree(source / SHIPPED_SIZE, public / SHIPPED_SIZE)
    _, expected = download_and_load_gpt2(SHIPPED_SIZE, public)
    if not has_copy:
        (public / SHIPPED_SIZE / CONVERTED_FILE).unlink()
    before = everything_in(public)
    lock(public / SHIPPED_SIZE)
    capsys.readouterr()
    _, params = download_and_load_gpt2(SHIPPED_SIZE, public)
    assert (params["wte"] == expected["wte"]).all()
    note = "" if has_copy else f"{public / SHIPPED_SIZE / CONVERTED_FILE} could not be saved (Cannot write to "
    printed = capsys.readouterr().out
    assert printed.startswith(note) and bool(printed) != has_copy
    monkeypatch.setattr(converted_copy, "WORTH_A_LINE_BYTES", 100_000_000)  # as it is: this one is small
    download_and_load_gpt2(SHIPPED_SIZE, public)
    assert capsys.readouterr().out == ""
    assert everything_in(public) == before
