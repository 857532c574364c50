"""The notebooks in JupyterLab and a real browser, as a reader uses them, in a light and in a dark theme.

    make browser

or, with what ``tests/browser/requirements.txt`` names and a Chromium or Chrome (``CHROMIUM`` names it if it is not
found):

    python -m pytest tests/browser/in_jupyterlab.py

The name of this file does not begin with ``test_``, so that ``python -m pytest`` leaves it alone: not everybody has a
browser that can be driven. Pictures of all pages go to ``tests/browser/screenshots/``; nothing else of the repository
changes. The tests build on each other, from an empty folder of results to a second run of everything, as a reader does
it; run them together.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from helpers import REPO
from jupyter_lab import running_lab
from notebook_page import NotebookPage

SCREENSHOTS = Path(__file__).parent / "screenshots"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
# In a container there is neither a sandbox nor a GPU; the rest keeps the browser from asking others on the network.
FLAGS = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync""".split()

FIRST, TRAINING, CURVES, RESPONSES, SCORES = NOTEBOOKS = [
    "02_baseline_generation.ipynb",
    "04_finetune.ipynb",
    "05_loss_curves.ipynb",
    "06_extract_responses.ipynb",
    "07_evaluate_responses.ipynb",
]
# What is printed: patterns. Numbers that depend on the processor are left open.
IN_EVERY_RUN = {
    FIRST: [r"The capital of France is ", r"Convert the active sentence to passive"],
    TRAINING: [
        r"47 evaluations, the last at step 230: training loss 0\.\d+, validation loss 0\.\d+\.",
        r"47 evaluations saved in history\.json",
        r"Model saved as gpt2-tiny6M-sft\.pth",
    ],
    CURVES: [r"47 evaluations in 2 epochs", r"Validation loss  first \d\.\d+   end 0\.\d+   fell by \d+%"],
    RESPONSES: [
        r"The same tokens each time: True", r"Stopped by itself: 1\d\d of 110",
        r"closed +88 entries   exact match   0% -> +\d\d%",
        r"family +entries  exact match  right at first     token F1",
    ],
    SCORES: [r"110 tasks, answered by: base, fine-tuned", r"exact match +0\.00 ", r"Unfit: reference answers"],
}  # fmt: skip
IN_THE_SECOND_RUN = {
    TRAINING: [r"The training is complete after step \d+, from .+training-checkpoint\.pt\."],
    RESPONSES: [r"110 of 110 responses are kept from an earlier run of the same model .+with-response\.json\.progress"],
}

# Jupyter keeps a kernel alive for long; a test that waits in vain ends after this many seconds.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    with running_lab(tmp_path_factory.mktemp("reader")) as lab:
        yield lab


@pytest.fixture(scope="module")
def browser():
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, PROGRAMS)), None)
    if not program:
        pytest.fail(
            f"Expected one of {', '.join(PROGRAMS)} on the path, found none: install Chromium (Debian, Ubuntu: "
            "apt-get install chromium), or let the environment variable CHROMIUM name the program of one, or of Chrome."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS, timeout=60_000)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, lab, request):
    """A function that opens a notebook; its page is closed, and its kernel ended, after the test.

    If the test fails, a picture shows the window as it was then.
    """
    pages, failures = [], request.session.testsfailed

    def open_page(notebook):
        pages.append(NotebookPage(browser, lab, notebook))
        return pages[-1]

    yield open_page
    for page in pages:
        if request.session.testsfailed > failures and not page.page.is_closed():
            page.page.screenshot(path=SCREENSHOTS / f"failed-{request.node.name}.png")
        page.close()
    lab.end_kernels()


def index_of(page, text):
    """The only code cell with a text in its source."""
    cells = json.loads(page.path.read_text(encoding="utf-8"))["cells"]
    (index,) = (i for i, cell in enumerate(cells) if cell["cell_type"] == "code" and text in "".join(cell["source"]))
    return index


def check_outputs(page, patterns):
    """All cells have run, nothing is red, pictures are there; the printed lines stand on the page and in the file."""
    assert page.errors() == {} and page.in_red() == []
    assert page.numbers() == sorted(page.numbers()) and None not in page.numbers()
    saved = page.save()
    printed = [page.text_of(index) for index in range(len(saved))]
    for pattern in patterns:
        found = [index for index, text in enumerate(printed) if re.search(pattern, text)]
        assert len(found) == 1, f"{pattern} is expected below one cell, and stands below {found}"
        kept = "".join("".join(output.get("text", "")) for output in saved[found[0]]["outputs"])
        assert re.search(pattern, kept), f"{pattern} is not in the saved file"
    plots = ["image/png" in output.get("data", {}) for cell in saved for output in cell.get("outputs", [])]
    assert [is_shown for _, _, is_shown in page.pictures()] == [True] * sum(plots)
    assert page.cut_outputs() == []
    page.hide_file_list()
    assert page.cut_code() == []


# 1. Out of order: nothing has been run yet


@pytest.mark.parametrize(("notebook", "needed"), [(RESPONSES, TRAINING), (SCORES, RESPONSES)])
def test_opened_out_of_order_it_names_the_notebook_to_run_first(opened, lab, notebook, needed):
    page = opened(notebook)
    page.run_all()
    page.photograph(SCREENSHOTS / f"{notebook[:2]}-out-of-order.png")
    index, message = page.first_error()
    assert f"is not there yet: run {needed} with this model first" in message and "TROUBLESHOOTING.md" in message
    assert index < 8 and page.numbers()[-1] is None  # it stops near the top
    assert not list(lab.outputs.glob("*"))  # and leaves nothing behind


# 2. The first run, in the light theme; the training is interrupted and taken up again


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_first_run_in_the_light_theme(opened, lab, notebook):
    page = opened(notebook)
    assert page.theme() == "JupyterLab Light"
    if notebook == TRAINING:
        train_with_an_interruption(page)
    else:
        page.run_all()
    page.photograph(SCREENSHOTS / f"{notebook[:2]}-light.png")
    check_outputs(page, IN_EVERY_RUN[notebook])


def train_with_an_interruption(page):
    """Run all, interrupt the training after its second evaluation, and run from there on what is left."""
    training = index_of(page, "train_model_simple(\n")
    page.begin("Run All Cells")
    page.wait_for_text(training, "(Step 000005)")
    page.interrupt()
    page.photograph(SCREENSHOTS / "04-interrupted.png")
    (step,) = re.findall(
        r"^Interrupted after step (\d+)\. The training up to step \1 is saved in .+training-checkpoint\.pt\. "
        r"Run this again to go on from there\.$", page.text_of(training), re.M,
    )  # fmt: skip
    assert page.errors() == {training: "KeyboardInterrupt:"}
    assert page.numbers()[-1] is None  # nothing below it has run
    page.select(training)
    page.begin("Run Selected Cell and All Below")
    page.wait_until_none_runs()
    printed = page.text_of(training)
    assert f"Going on after step {step}, from " in printed
    assert re.search(r"### Response: \w.+<\|endoftext\|>", printed)  # the sample answer, and that it ends
    assert re.search(r"^Training completed in \d+\.\d\d minutes\.$", printed, re.M)
    lines = re.findall(r"Step (\d+)\): Train loss (\S+), Val loss (\S+)", printed)
    assert int(lines[0][0]) > int(step) and int(lines[-1][0]) == 230
    assert re.search(r"^Training\t.+ minutes\tnot measured", page.text_of(index_of(page, "plan.beside(")), re.M)


def test_the_interrupted_training_has_the_losses_of_one_without_interruption(lab, tmp_path):
    found = json.loads((lab.outputs / "gpt2-tiny6M" / "history.json").read_text(encoding="utf-8"))
    expected = json.loads((REPO / "data" / "reference" / "gpt2-tiny6M.json").read_text(encoding="utf-8"))
    if as_printed(found) != as_printed(expected):  # another processor rounds otherwise: train once more, undisturbed
        environment = {**lab.environment, "OUTPUTS_DIR": str(tmp_path)}
        command = [sys.executable, "finetune.py"]
        subprocess.run(command, cwd=lab.root, env=environment, check=True, capture_output=True, timeout=240)
        expected = json.loads((tmp_path / "gpt2-tiny6M" / "history.json").read_text(encoding="utf-8"))
    assert as_printed(found) == as_printed(expected)
    assert found["tokens_seen"] == expected["tokens_seen"]


def as_printed(history):
    return [[f"{loss:.3f}" for loss in history[key]] for key in ("train_losses", "val_losses")]


# 3. The second run of everything, in the dark theme


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_second_run_in_the_dark_theme(opened, lab, notebook):
    lab.choose_theme("dark")
    page = opened(notebook)
    assert page.theme() == "JupyterLab Dark"
    page.restart_and_run_all()
    page.photograph(SCREENSHOTS / f"{notebook[:2]}-dark.png")
    check_outputs(page, IN_EVERY_RUN[notebook] + IN_THE_SECOND_RUN.get(notebook, []))


# 4. A kernel that starts in another folder than the notebook's


def test_a_kernel_may_start_in_the_folder_of_the_repository(opened, lab):
    lab.start_kernel(CURVES, lab.root)
    page = opened(CURVES)
    page.run_all()
    check_outputs(page, IN_EVERY_RUN[CURVES])


def test_a_kernel_outside_of_the_series_says_what_to_do(opened, lab, tmp_path):
    lab.start_kernel(CURVES, tmp_path)
    page = opened(CURVES)
    page.run_all()
    page.photograph(SCREENSHOTS / "05-outside.png")
    index, message = page.first_error()
    assert index == index_of(page, "notebook_setup.py")
    assert f"Expected notebooks/notebook_setup.py in {tmp_path}, a folder above it or " in message
    assert "open this notebook inside the series, or get that: git clone" in message


# 5. The tab is closed while the model trains


def test_a_training_whose_tab_was_closed_is_found_complete(opened, lab):
    """The kernel goes on and finishes; the notebook that is opened again finds its result.

    With 300 entries, of which 255 make two epochs of 31 steps.
    """
    entries = json.loads((REPO / "data" / "instruction-data.json").read_text(encoding="utf-8"))[:300]
    own = lab.folder / "few-entries.json"
    own.write_text(json.dumps(entries), encoding="utf-8")
    lab.outputs.mkdir(exist_ok=True)
    choice = lab.outputs / "instruction-data.txt"  # what notebook 00 writes
    choice.write_text(str(own), encoding="utf-8")
    try:
        page = opened(TRAINING)
        training = index_of(page, "train_model_simple(\n")
        page.begin("Run All Cells")
        page.wait_for_text(training, "(Step 000005)")
        page.close()
        lab.wait_until_idle(TRAINING)
        page = opened(TRAINING)
        page.run_all()
        assert page.errors() == {}
        assert re.search(r"^The training is complete after step 61, from ", page.text_of(training), re.M)
        page.photograph(SCREENSHOTS / "04-tab-closed.png")
    finally:
        choice.unlink()
