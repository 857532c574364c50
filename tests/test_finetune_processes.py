"""finetune.py by several processes: what it makes is what one process makes."""

import json
import os
import subprocess
import sys

import pytest
import torch

import finetune
from helpers import REPO, instruction_entries
from notebook_setup import load_pretrained
from previous_chapters import create_loaders, fine_tune, prepare_training, split_instruction_data
from several_processes import needs_several_processes

RESPONSES = ("instruction-data-with-response.json", "instruction-data-with-base-response.json", "stopped.json")


@needs_several_processes
def test_two_processes_with_parts_of_the_model_make_the_same_files_as_one(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("INSTRUCTION_DATA", "")
    data = tmp_path / "own.json"
    data.write_text(json.dumps(instruction_entries(40)), encoding="utf-8")
    options = ["--data", str(data), "--epochs", "1", "--device", "cpu", "--output"]
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2",
        str(REPO / "finetune.py"), "--shard", *options, str(tmp_path / "two"),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.count("== Summary") == 1  # only one process prints
    assert finetune.main([*options, str(tmp_path / "one")]) == 0
    capsys.readouterr()
    histories = [json.loads((tmp_path / name / "history.json").read_text(encoding="utf-8")) for name in ("one", "two")]
    for part in ("train_losses", "val_losses", "initial_train_loss", "tokens_seen"):
        assert histories[1][part] == pytest.approx(histories[0][part], abs=1e-5)
    for name in RESPONSES:
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()
    # Finished: of the parts only what says so is left, and one process takes the weights.
    state, *others = (tmp_path / "two" / "training-checkpoint").iterdir()
    assert [file.name for file in state.iterdir()] == ["training.pth"] and not others
    model, tokenizer = load_pretrained("gpt2-tiny (6M)")
    train_data, _, val_data = split_instruction_data(instruction_entries(40))
    loaders = create_loaders(train_data, val_data, tokenizer, 256)
    losses, is_new = fine_tune(
        model, loaders, prepare_training(model, "gpt2-tiny (6M)"), torch.device("cpu"), tokenizer, num_epochs=1,
        start_context="", checkpoint_path=state.parent, weights_path=tmp_path / "none",
    )  # fmt: skip
    assert not is_new and losses[0] == histories[1]["train_losses"]
