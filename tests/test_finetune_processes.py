"""finetune.py by several processes: what it makes is what one process makes."""

import json
import os
import subprocess
import sys

import pytest

import finetune
from helpers import REPO, instruction_entries

RESPONSES = ("instruction-data-with-response.json", "instruction-data-with-base-response.json", "stopped.json")


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
    assert finetune.main([*options, str(tmp_path / "two")]) == 0
    assert "Trained already" in capsys.readouterr().out
