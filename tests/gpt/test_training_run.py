"""A training that is interrupted stops after the running step, and goes on from there."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest
from jupyter_client.manager import start_new_kernel

from helpers import REPO
from small_training import at_call, names_in, same, train


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


def interrupt():
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [1, 4, 5, 60], ids=["first step", "evaluation", "a step", "sample text"])
def test_an_interruption_waits_for_the_end_of_the_step_and_is_saved(vocabulary, path, capsys, number):
    expected = train(vocabulary)
    handler = signal.getsignal(signal.SIGINT)
    capsys.readouterr()
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=at_call(number, interrupt), checkpoint_every=100)
    assert signal.getsignal(signal.SIGINT) is handler
    last_line = capsys.readouterr().out.splitlines()[-1]
    found = re.fullmatch(
        r"Interrupted after step (\d+)\. The training up to step (\d+) is saved in (.*)\. Run this again to go on from "
        r"there\.",
        last_line,
    )
    assert found and found[1] == found[2] and found[3] == str(path)
    assert same(train(vocabulary, path), expected)
    assert capsys.readouterr().out.startswith(f"Going on after step {found[1]}, from {path}.")


def test_an_interruption_while_a_complete_training_is_restored_stops_as_well(vocabulary, path):
    train(vocabulary, path, num_epochs=1)
    with pytest.raises(KeyboardInterrupt):
        train(
            vocabulary, path, num_epochs=1,
            prepare=lambda model: model.register_load_state_dict_post_hook(lambda *_: interrupt()),
        )  # fmt: skip


def test_a_second_interruption_does_not_wait(vocabulary, path, capsys):
    expected = train(vocabulary)
    capsys.readouterr()

    def interrupt_twice():
        interrupt()
        interrupt()

    handler = signal.getsignal(signal.SIGINT)
    counted = at_call(8, interrupt_twice)
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=counted)
    assert len(counted.calls) == 8 and signal.getsignal(signal.SIGINT) is handler
    assert re.search(
        r"Interrupted before the end of step \d\. The training up to step 1 is saved in .*\. Run this again to go on",
        capsys.readouterr().out,
    )
    assert same(train(vocabulary, path), expected)


def test_an_interruption_without_a_path_says_that_nothing_is_saved(vocabulary, capsys):
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, prepare=at_call(6, interrupt))
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert last_line == "Interrupted after step 2. No checkpoint_path was given, so the training is not saved."


def test_in_another_thread_an_interruption_leaves_the_last_checkpoint(vocabulary, path, capsys):
    expected = train(vocabulary)
    handler = signal.getsignal(signal.SIGINT)
    errors = []

    def raise_interrupt():
        assert signal.getsignal(signal.SIGINT) is handler  # a thread cannot set one
        raise KeyboardInterrupt

    def work():
        try:
            train(vocabulary, path, prepare=at_call(9, raise_interrupt))
        except KeyboardInterrupt as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert re.search(r"Interrupted before the end of step \d\. The training up to step \d is", capsys.readouterr().out)
    assert same(train(vocabulary, path), expected)
    assert "Going on after step" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to a single process")
def test_ctrl_c_in_a_real_process_saves_and_stops_it(vocabulary, path, capsys):
    """As a reader meets it: a process gets SIGINT while it trains, and the same command goes on later."""
    code = (
        "import sys; from pathlib import Path; from small_training import train\n"
        "train(Path(sys.argv[1]), Path(sys.argv[2]), num_epochs=10, checkpoint_every=1000)"
    )
    command = [sys.executable, "-u", "-c", code, str(vocabulary), str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, cwd=REPO
    )
    assert process.stdout.readline().startswith("Ep 1 (Step 000000)")
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode != 0 and errors.rstrip().endswith("KeyboardInterrupt")
    assert re.search(r"Interrupted after step \d+\. The training up to step \d+ is saved in .*checkpoint\.pt", printed)
    assert names_in(path.parent) == ["checkpoint.pt"]
    assert same(train(vocabulary, path, num_epochs=10), train(vocabulary, num_epochs=10))
    assert "Going on after step" in capsys.readouterr().out


def test_the_interrupt_button_of_a_notebook_saves_and_the_cell_run_again_goes_on(vocabulary, path):
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path; from small_training import train\n"
        f"result = train(Path({str(vocabulary)!r}), Path({str(path)!r}), num_epochs=10, checkpoint_every=1000)"
    )
    printed, errors = [], []

    def read(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":  # and no warnings
            printed.append(message["content"]["text"])
            if "Ep 1 (Step 000000)" in message["content"]["text"]:
                manager.interrupt_kernel()
        elif message["msg_type"] == "error":
            errors.append(message["content"]["ename"])

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(code, output_hook=read, timeout=120)
        assert errors == ["KeyboardInterrupt"]
        assert re.search(r"Interrupted after step \d+\. The training up to step \d+ is saved in ", "".join(printed))
        printed.clear()
        client.execute_interactive(f"{code}; print(result[0])", output_hook=read, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    lines = "".join(printed).splitlines()
    assert lines[0].startswith("Going on after step ") and errors == ["KeyboardInterrupt"]
    assert lines[-1] == str(train(vocabulary, num_epochs=10)[0])
