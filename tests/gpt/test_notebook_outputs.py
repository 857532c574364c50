"""Progress bars: on the error stream in a terminal, an output of their own in a notebook."""

import sys

import pytest
from jupyter_client.manager import start_new_kernel

from gpt.notebook_outputs import progress_bar


def test_in_a_terminal_a_bar_goes_to_the_error_stream(capsys):
    assert list(progress_bar([5, 6], unit="step")) == [5, 6]
    printed = capsys.readouterr()
    assert "2/2" in printed.err and "step" in printed.err and printed.out == ""


@pytest.fixture(scope="module")
def run():
    """A function that runs code in a real kernel and returns ``(kind, what)`` of each output."""
    manager, client = start_new_kernel(kernel_name="python3")

    def run(code):
        messages = []
        code = f"import sys; sys.path[:0] = {sys.path}\nfrom gpt.notebook_outputs import progress_bar\n{code}"
        client.execute_interactive(code, timeout=120, output_hook=messages.append)
        contents = [
            (message["msg_type"], message["content"])
            for message in messages
            if message["msg_type"] in ("display_data", "update_display_data", "stream", "error")
        ]
        return [(kind, content.get("data", {}).get("text/plain", content.get("text"))) for kind, content in contents]

    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_in_a_notebook_a_bar_is_one_output_that_grows_and_nothing_is_red(run):
    outputs = run("for i in progress_bar(range(3), unit='step', mininterval=0): pass\nprint('done')")
    assert outputs[-1] == ("stream", "done\n")
    kinds, bars = zip(*outputs[:-1], strict=True)
    assert kinds == ("display_data", *["update_display_data"] * (len(kinds) - 1)) and len(kinds) > 1
    assert bars[0].startswith("0%|") and bars[-1].startswith("100%|██████████| 3/3 [")


def test_in_a_notebook_a_bar_that_does_not_stay_goes(run):
    outputs = run("for i in progress_bar(range(3), mininterval=0, leave=False): pass")
    assert {kind for kind, _ in outputs} == {"display_data", "update_display_data"}
    assert any("2/3" in bar for _, bar in outputs) and outputs[-1][1] == ""


def test_in_a_notebook_a_bar_that_is_turned_off_shows_nothing(run):
    assert run("for i in progress_bar(range(3), disable=True): pass") == []
