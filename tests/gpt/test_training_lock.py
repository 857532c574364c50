"""Two trainings do not go to one checkpoint: the second is told who is at it, and the first one notices nothing."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from gpt.training_lock import CheckpointInUse, TrainingLock
from helpers import REPO, write_vocabulary
from previous_chapters import finish_training
from small_training import Stopped, at_call, names_in, same, stop, train

# A training that stands still in its fifth call of the model, until it may go on.
TRAINING = """
import sys
from pathlib import Path
from small_training import at_call, train
def wait():
    print("trains", flush=True)
    sys.stdin.readline()
train(Path(sys.argv[1]), Path(sys.argv[2]), prepare=at_call(5, wait), num_epochs=int(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder)
    return folder


@pytest.fixture(params=["checkpoint.pt", "checkpoint"])
def path(tmp_path, request):
    return tmp_path / request.param  # a file, and the folder that several processes write


@pytest.fixture
def training(vocabulary, path):
    """A training in a process of its own that is in the middle."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    environment.pop("JPY_SESSION_NAME", None)
    process = subprocess.Popen(
        [sys.executable, "-c", TRAINING, vocabulary, path, "2"], cwd=REPO, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while process.stdout.readline() not in ("trains\n", ""):
        pass
    yield process
    process.kill()
    process.communicate()


def everything_in(folder):
    return {each: each.read_bytes() for each in folder.rglob("*") if each.is_file() and each.suffix != ".lock"}


def test_a_second_training_is_told_who_trains_there_and_changes_nothing(vocabulary, path, training, capsys):
    before = everything_in(path.parent)
    with pytest.raises(CheckpointInUse) as error:
        train(vocabulary, path, lr=1.0)  # with other settings it would set the other's checkpoint aside
    message = str(error.value)
    assert message.startswith(f"{path} is in use: ")
    assert re.search(rf"\(process {training.pid} on {re.escape(socket.gethostname())}\) trains there since 20", message)
    assert everything_in(path.parent) == before and before
    training.communicate("\n", timeout=120)
    assert training.returncode == 0
    assert same(train(vocabulary, path), train(vocabulary))
    assert "The training is complete after step 9" in capsys.readouterr().out


def test_the_lock_ends_with_the_process_and_the_next_one_goes_on(vocabulary, path, training, capsys):
    training.kill()
    training.communicate()
    assert same(train(vocabulary, path), train(vocabulary))
    assert "Going on after step" in capsys.readouterr().out
    assert names_in(path.parent) == [path.name]


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to a single process")
def test_an_interrupted_training_lets_go(vocabulary, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, tmp_path / "kept.pt", prepare=at_call(5, lambda: os.kill(os.getpid(), signal.SIGINT)))
    with TrainingLock(tmp_path / "kept.pt"):
        pass


def test_one_that_stopped_with_an_error_lets_go(vocabulary, path):
    with pytest.raises(Stopped):
        train(vocabulary, path, prepare=at_call(9, stop))
    assert same(train(vocabulary, path), train(vocabulary))


def test_weights_are_not_taken_out_of_a_checkpoint_that_somebody_trains_into(vocabulary, path, training):
    torch.save({}, path.with_name("weights.pth"))
    with pytest.raises(CheckpointInUse):
        finish_training(path, path.with_name("weights.pth"))
    training.communicate("\n", timeout=120)
    finish_training(path, path.with_name("weights.pth"))


def test_a_note_that_cannot_be_read_is_no_hindrance(tmp_path):
    path = tmp_path / "checkpoint.pt"
    with TrainingLock(path) as first:
        first.note.write_text("{", encoding="utf-8")
        with pytest.raises(CheckpointInUse, match="is in use: another process trains there"):
            TrainingLock(path).acquire()
    with TrainingLock(path):
        assert names_in(tmp_path) == []


def test_without_locks_a_training_goes_on_and_it_is_said(vocabulary, tmp_path, capsys):
    (tmp_path / "checkpoint.pt.lock").mkdir()  # nothing that could be locked
    train(vocabulary, tmp_path / "checkpoint.pt", num_epochs=1)
    assert "checkpoint.pt cannot be locked (" in capsys.readouterr().out
    assert Path(tmp_path / "checkpoint.pt").is_file()
