"""The cell that every notebook begins with: it finds the series, fetches it where it is missing, or says what to do."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
FIRST_NOTEBOOK = REPO / "notebooks" / "00_instruction_data.ipynb"

# Runs the cell as a kernel does, in a process of its own. On Colab a module tells where one is. Nothing is installed:
# which packages are missing is made up, and what pip was asked for is printed.
RUN_CELL = """
import importlib.util, json, os, subprocess, sys, types
cell, missing, colab = json.loads(sys.argv[1])
if colab:
    sys.modules["google"], sys.modules["google.colab"] = types.ModuleType("google"), types.ModuleType("google.colab")
find_spec, run, installed = importlib.util.find_spec, subprocess.run, []
importlib.util.find_spec = lambda name: None if name in missing else object()
subprocess.run = lambda command, **more: installed.append(command[5:]) if "pip" in command else run(command, **more)
exec(cell, {})
exec(cell, {})  # once more, as readers do
import notebook_setup
print(json.dumps([os.getcwd(), notebook_setup.__file__, [name for names in installed for name in names]]))
"""

INSTALLED_THERE = ["tiktoken", "safetensors", "rapidfuzz", "gguf"]  # where they are missing


def setup_cell(address=None, revision=None):
    """The cell's source, with another address of the repository, and another revision, if they are given."""
    cells = json.loads(FIRST_NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    source = "".join(next(cell["source"] for cell in cells if cell["cell_type"] == "code"))
    for name, value in (("REPOSITORY", address), ("REVISION", revision)):
        if value:
            (line,) = [line for line in source.splitlines() if line.startswith(f"{name} = ")]
            source = source.replace(line, f"{name} = {value!r}")
    return source


def run_cell(folder, address=None, missing=(), colab=False, revision="main"):
    arguments = json.dumps([setup_cell(address, address and revision), list(missing), colab])
    return subprocess.run(
        [sys.executable, "-c", RUN_CELL, arguments],
        cwd=folder, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


def what_was_found(result, series):
    """Check that the cell went to the series' notebooks; return what it installed."""
    assert result.returncode == 0, result.stderr
    folder, module, installed = json.loads(result.stdout.splitlines()[-1])
    notebooks = (series / "notebooks").resolve()
    assert (Path(folder).resolve(), Path(module).resolve()) == (notebooks, notebooks / "notebook_setup.py")
    return installed


@pytest.fixture
def series(tmp_path):
    """A folder that looks like the series, with a space and an accent in its path."""
    folder = tmp_path / "séries of mine"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "notebook_setup.py").write_text("", encoding="utf-8")
    return folder


@pytest.fixture
def published(series):
    """The address of the same as a git repository."""
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    begin = ["init", "--quiet", "--initial-branch=main"]
    for command in (begin, ["add", "."], [*names, "commit", "--quiet", "-m", "all"]):
        subprocess.run(["git", "-C", series, *command], check=True, timeout=60)
    return series.as_uri()


@pytest.mark.parametrize("inside", ["notebooks", ".", "outputs/gpt2-tiny6M/notebooks", "data/reference"])
def test_anywhere_inside_the_series_the_cell_finds_it(series, inside):
    (series / inside).mkdir(parents=True, exist_ok=True)
    assert what_was_found(run_cell(series / inside), series) == []


@pytest.mark.parametrize("there", [(), ("notebooks",), ("notebooks", "notebooks/other.py"), ("series",)])
def test_outside_the_cell_says_what_was_expected_where_and_what_to_do(tmp_path, there):
    for name in there:
        if name.endswith(".py"):
            (tmp_path / name).write_text("", encoding="utf-8")
        else:
            (tmp_path / name).mkdir()
    result = run_cell(tmp_path)
    assert result.returncode != 0
    message = result.stderr.splitlines()[-1]
    assert message.startswith(f"FileNotFoundError: Expected notebooks/notebook_setup.py in {tmp_path.resolve()}")
    assert "open this notebook inside the series" in message
    assert re.search(r"git clone --branch \S+ https://github\.com/\S+ series$", message)
    assert len(setup_cell().splitlines()) <= 35


def test_what_the_message_advises_helps(tmp_path, published):
    reader = tmp_path / "reader"
    reader.mkdir()
    advice = run_cell(reader, published).stderr.splitlines()[-1].partition("git clone ")[2].split(" ")
    subprocess.run(["git", "clone", "--quiet", *advice], cwd=reader, check=True, timeout=60)
    what_was_found(run_cell(reader, published), reader / "series")


@pytest.mark.parametrize("left", ["nothing", "series/.git only", "a series without its notebooks"])
def test_on_colab_the_series_is_fetched_also_after_an_attempt_that_broke_off(tmp_path, published, left):
    content = tmp_path / "content"
    content.mkdir()
    if left != "nothing":
        (content / "series" / ".git" / "objects").mkdir(parents=True)
        (content / "series" / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
    if left == "a series without its notebooks":
        (content / "series" / "notebooks").mkdir()
        (content / "series" / "README.md").write_text("half of", encoding="utf-8")
    assert what_was_found(run_cell(content, published, colab=True), content / "series") == []


def test_on_colab_the_revision_is_fetched_that_the_notebook_belongs_to(tmp_path, published, series):
    """Not the newest one, in which a notebook may no longer find what it needs."""
    names = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"]
    (series / "notebooks" / "later.txt").write_text("later", encoding="utf-8")
    for command in (["tag", "v1.0"], ["add", "."], [*names, "commit", "--quiet", "-m", "later"]):
        subprocess.run(["git", "-C", series, *command], check=True, timeout=60)
    for revision, is_later in (("v1.0", False), ("main", True)):
        content = tmp_path / revision
        content.mkdir()
        what_was_found(run_cell(content, published, colab=True, revision=revision), content / "series")
        assert (content / "series" / "notebooks" / "later.txt").exists() == is_later


def test_on_colab_nothing_is_fetched_twice_and_the_reader_s_files_stay(tmp_path, published):
    content = tmp_path / "content"
    content.mkdir()
    run_cell(content, published, colab=True)
    mine = content / "series" / "notebooks" / "mine.txt"
    mine.write_text("mine", encoding="utf-8")
    what_was_found(run_cell(content, published, colab=True), content / "series")
    assert mine.read_text(encoding="utf-8") == "mine"


def test_on_colab_a_folder_of_the_reader_with_that_name_is_not_removed(tmp_path, published):
    mine = tmp_path / "content" / "series" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    result = run_cell(tmp_path / "content", published, colab=True)
    assert "already exists and is not an empty directory" in result.stderr
    assert "FileNotFoundError: Expected notebooks/notebook_setup.py" in result.stderr
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("missing", "installed"),
    [
        (["tiktoken"], ["tiktoken"]),
        ([*INSTALLED_THERE, "torch", "numpy"], INSTALLED_THERE),
    ],
)
def test_on_colab_what_is_missing_is_installed_and_never_torch_or_numpy(tmp_path, published, missing, installed):
    content = tmp_path / "content"
    content.mkdir()
    result = run_cell(content, published, missing, colab=True)
    # Twice, because the cell runs twice and nothing was really installed.
    assert sorted(what_was_found(result, content / "series")) == sorted(2 * installed)


def test_on_a_reader_s_computer_nothing_is_installed(series):
    assert what_was_found(run_cell(series, missing=INSTALLED_THERE), series) == []


def test_on_kaggle_the_series_is_fetched(tmp_path, published, monkeypatch):
    monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    content = tmp_path / "working"
    content.mkdir()
    assert what_was_found(run_cell(content, published), content / "series") == []
