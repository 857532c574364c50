"""finetune.py: the notebooks' numbers and files by one command, which can be killed at any moment."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import finetune
from helpers import REPO, instruction_entries
from previous_chapters import GPTModel, config_of, load_weights

CHECKPOINT, WEIGHTS = "training-checkpoint.pt", "gpt2-tiny6M-sft.pth"
RESPONSES = ("instruction-data-with-response.json", "instruction-data-with-base-response.json", "stopped.json")


def start(*options, **environment):
    """Start the script as a process of its own; ``environment`` is added to that of the notebooks."""
    return subprocess.Popen(
        [sys.executable, REPO / "finetune.py", *map(str, options)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env={**os.environ, **environment},
    )  # fmt: skip


def until(process, beginning):
    """Read what a process prints until a line begins like this."""
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith(beginning):
            return lines
    raise AssertionError(f"no line begins with {beginning!r}: {''.join(lines)} {process.stderr.read()}")


def finish(process):
    """Wait for a process; return its exit code, output and errors."""
    output, errors = process.communicate(timeout=900)
    return process.returncode, output, errors


def contents(folder):
    """``{name: digest}`` of all files in a folder."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def results_of(folder):
    """What must not depend on how often a run was interrupted."""
    history = read(folder / "history.json")
    del history["minutes"]
    files = contents(folder)
    model = GPTModel(config_of("gpt2-tiny (6M)"))
    load_weights(model, folder / WEIGHTS)  # an ordinary model, also after LoRA
    return history, {name: files[name] for name in RESPONSES}, model.state_dict()


@pytest.fixture(scope="module")
def own_data(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "own.json"
    path.write_text(json.dumps(read(REPO / "data" / "instruction-data.json")[:40]), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("INSTRUCTION_DATA", "")  # so that what the script sets is taken back, too


# ---- the same run as the notebooks' -----------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Ctrl-C that one process can send to another")
def test_the_first_steps_are_those_of_notebook_04_and_ctrl_c_keeps_them(notebook_outputs, tmp_path):
    process = start("--output", tmp_path / "run")
    until(process, "Ep 1 (Step 000020)")
    process.send_signal(signal.SIGINT)
    code, output, errors = finish(process)
    assert code == 130 and "Interrupted. Run the same command again to go on." in errors
    assert "Traceback" not in errors and "is saved in" in output
    progress = torch.load(tmp_path / "run" / CHECKPOINT, weights_only=True)["progress"]
    history = read(notebook_outputs / "history.json")
    assert progress["train_losses"][:5] == history["train_losses"][:5]
    assert progress["val_losses"][:5] == history["val_losses"][:5]
    assert read(tmp_path / "run" / "finetune.json")["initial_losses"].items() <= history.items()


def test_what_notebook_04_has_trained_is_not_trained_again_and_answers_as_in_notebook_06(notebook_outputs, tmp_path):
    """The responses byte for byte, and no result of the notebooks is overwritten."""
    folder = tmp_path / "run"
    folder.mkdir()
    made = (WEIGHTS, CHECKPOINT, "history.json", "loss-plot.png")
    for name in made:
        shutil.copy2(notebook_outputs / name, folder)
    code, output, errors = finish(start("--output", folder))
    assert code == 0, errors
    assert "Trained already" in output and "Drawn already" in output and "Ep 1" not in output
    expected, found = contents(notebook_outputs), contents(folder)
    assert {name: found[name] for name in (*made, *RESPONSES)} == {name: expected[name] for name in (*made, *RESPONSES)}
    assert "of 88" in read(folder / "finetune.json")["summary"]["Right"]


def test_results_of_the_notebooks_are_not_overwritten_by_another_run(notebook_outputs, tmp_path, capsys):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in (WEIGHTS, CHECKPOINT, "history.json", *RESPONSES):
        shutil.copy2(notebook_outputs / name, folder)
    before = contents(folder)
    assert finetune.main(["--output", str(folder), "--seed", "1"]) == 1
    errors = capsys.readouterr().err
    assert "seed was 123, now 1" in errors and "Nothing was changed" in errors and "Traceback" not in errors
    assert contents(folder) == before


# ---- killed and run again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("variation", [(), ("--lora", "4", "--mask-prompt")], ids=["all weights", "lora, masked"])
def test_killed_in_training_and_run_again_it_comes_to_the_same(variation, own_data, tmp_path, capsys):
    options = ("--data", str(own_data), "--epochs", "3", *variation)
    whole, killed = (start(*options, "--output", tmp_path / name, OMP_NUM_THREADS="1") for name in ("one", "two"))
    until(killed, "Ep 2 (Step 000005)")  # an epoch has 4 steps, and after each there is a checkpoint
    killed.kill()
    assert finish(killed)[0] != 0
    code, output, errors = finish(start(*options, "--output", tmp_path / "two", OMP_NUM_THREADS="1"))
    assert code == 0, errors
    assert "Going on after step 3" in output and "Measured already" in output
    assert finish(whole)[0] == 0
    (history, files, weights), (expected, expected_files, other) = (results_of(tmp_path / n) for n in ("two", "one"))
    assert history == expected and files == expected_files
    assert all(tensor.equal(other[name]) for name, tensor in weights.items())

    before = contents(tmp_path / "two")
    assert finetune.main([*options, "--output", str(tmp_path / "two")]) == 0
    output = capsys.readouterr().out
    assert ("92,160" if variation else "8,209,152") + " parameters are trained" in output
    assert "Trained already" in output and output.count("4 of 4 responses are kept") == 2
    assert contents(tmp_path / "two") == before


# ---- errors and options -----------------------------------------------------------------------------------------


def test_a_folder_of_another_run_is_refused_before_anything_is_computed(own_data, tmp_path, capsys):
    record = {"settings": {"model": "gpt2-tiny (6M)", "seed": 123}}
    (tmp_path / "finetune.json").write_text(json.dumps(record), encoding="utf-8")
    assert finetune.main(["--data", str(own_data), "--seed", "7", "--output", str(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "seed was 123, now 7" in printed.err and "Pretrained model" not in printed.out
    assert read(tmp_path / "finetune.json") == record


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--data", "missing.json"], "missing.json"),
        (["--data", "damaged.json"], "is neither valid JSON nor JSON Lines"),
        (["--data", "few.json"], "expected at least 30 entries, found 3"),
        (["--device", "cuda"], "The device 'cuda' is not there"),
        (["--lora", "257"], "Expected a rank of at most 256, the width of the model's layers, found 257"),
        (["--output", "few.json"], "Cannot write to few.json"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_said_in_a_message_and_leaves_nothing(options, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("damaged.json").write_text('[{"instruction": "Name', encoding="utf-8")
    Path("few.json").write_text(json.dumps(instruction_entries(3)), encoding="utf-8")
    assert finetune.main(options) == 1
    errors = capsys.readouterr().err
    assert message in errors and "Traceback" not in errors
    assert sorted(path.name for path in tmp_path.iterdir()) == ["damaged.json", "few.json"]


WRONG = ["--model 7B", "--epochs 0", "--lora -1", "--precision fp64", "--seed x", f"--seed {2**64}", "--wrong"]


@pytest.mark.parametrize("options", WRONG)
def test_wrong_usage_is_exit_code_2_and_names_the_option(options, capsys):
    with pytest.raises(SystemExit) as caught:
        finetune.main(options.split())
    assert caught.value.code == 2 and options.split()[0] in capsys.readouterr().err


def test_the_help_names_all_options_and_exit_codes(capsys):
    with pytest.raises(SystemExit) as caught:
        finetune.main(["--help"])
    text = capsys.readouterr().out
    assert caught.value.code == 0 and "Exit codes" in text
    assert all(f"--{option.replace('_', '-')} " in text for option in vars(finetune.parse_arguments([])))


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ("", "gpt2-tiny6M"),
        ("--model 6M --precision fp32 --epochs 2 --seed 123", "gpt2-tiny6M"),
        ("--lora 8 --mask-prompt --seed 7", "gpt2-tiny6M-lora8-masked-seed7"),
        ("--model 355M --epochs 3 --precision bf16", "gpt2-medium355M-epochs3-bf16"),
        ("--accumulation-steps 2", "gpt2-tiny6M-parts2"),
    ],
)
def test_a_run_with_other_settings_has_a_folder_of_its_own(options, name, tmp_path, capsys):
    run = finetune.decide(finetune.parse_arguments(options.split()))
    assert run.folder == tmp_path / "outputs" / name and not run.folder.exists()
    assert f"seed                {run.seed}\n" in capsys.readouterr().out


def test_lora_is_trained_at_a_higher_rate():
    whole, lora = (finetune.decide(finetune.parse_arguments(options)) for options in ([], ["--lora", "8"]))
    assert lora.learning_rate == pytest.approx(20 * whole.learning_rate)
