"""The blind comparison in a real kernel: it asks as a notebook asks, and what is typed arrives."""

import json
import queue
import sys

import pytest
from jupyter_client.manager import start_new_kernel

from helpers import REPO

ENTRIES = [{"instruction": f"Task {i}", "input": "", "output": "right"} for i in range(3)]


@pytest.fixture
def kernel():
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=120)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run_and_type(client, code, answers):
    """Execute code, give each question the next answer, and return the questions."""
    questions, answers = [], iter(answers)
    message = client.execute(code, allow_stdin=True)
    while True:
        try:
            request = client.get_stdin_msg(timeout=0.2)
            questions.append(request["content"]["prompt"])
            client.input(next(answers))
        except queue.Empty:
            try:
                reply = client.get_shell_msg(timeout=0.2)
            except queue.Empty:
                continue
            if reply["parent_header"]["msg_id"] == message:
                assert reply["content"]["status"] == "ok", reply["content"]
                return questions


def test_choices_typed_into_a_notebook_are_kept(kernel, tmp_path):
    path = tmp_path / "choices.json"
    first, second = ["yes"] * 3, ["no"] * 3
    code = (
        f"import sys; sys.path.insert(0, {str(REPO)!r})\n"
        "from previous_chapters import compare_blindly\n"
        f"compare_blindly({ENTRIES!r}, {first!r}, {second!r}, {str(path)!r}, questions=2)"
    )
    questions = run_and_type(kernel, code, ["1", "2"])
    assert len(questions) == 2 and all("Task" in question for question in questions), sys.executable
    choices = json.loads(path.read_text(encoding="utf-8"))
    shown_first = ["first" if "1: yes" in question else "second" for question in questions]
    other = {"first": "second", "second": "first"}
    assert [choice["winner"] for choice in choices] == [shown_first[0], other[shown_first[1]]]
    assert len(run_and_type(kernel, code, ["0"])) == 1  # one pair is left
    assert json.loads(path.read_text(encoding="utf-8"))[-1]["winner"] == "tie"
