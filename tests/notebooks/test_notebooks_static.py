"""What can be told of the notebooks without running them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

REPO = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
SERIES = [path for path in NOTEBOOKS if re.match(r"\d\d_", path.name)]  # the workshop has no number and no neighbors
MAX_LINES, MEDIAN_LINES = 35, 8
# How many cells nbval truly compares in each notebook. A cell that prints nothing, is tagged to be ignored or was
# never executed is not compared, so without this a stripped notebook would pass every run.
COMPARED_CELLS = {
    "00": 22, "01": 12, "02": 7, "03": 11, "04": 13, "05": 9, "06": 8, "07": 14, "08": 16, "09": 8, "10": 7,
    "workshop": 7,
}  # fmt: skip


def cells_of(path, cell_type=None):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell_type in (None, cell["cell_type"])]


def source_of(cell):
    return "".join(cell["source"])


def is_compared(cell):
    ignored = "nbval-ignore-output" in cell["metadata"].get("tags", [])
    printed = any(output.get("name") == "stdout" or "data" in output for output in cell["outputs"])
    return printed and not ignored and cell["execution_count"] is not None


def number_of(path):
    """The number of a notebook of the series; the whole name of one that stands beside it."""
    return path.stem[:2] if path in SERIES else path.stem


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_the_series_is_complete():
    assert [number_of(path) for path in NOTEBOOKS] == sorted(COMPARED_CELLS)


@each_notebook
def test_outputs_come_from_one_clean_run(path):
    counts = [cell["execution_count"] for cell in cells_of(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@each_notebook
def test_no_cell_ends_in_an_error(path):
    kinds = [output["output_type"] for cell in cells_of(path, "code") for output in cell["outputs"]]
    assert "error" not in kinds


@each_notebook
def test_nothing_but_progress_bars_on_the_error_stream(path):
    for cell in cells_of(path, "code"):
        for output in cell["outputs"]:
            if output.get("name") == "stderr":
                lines = [line for line in "".join(output["text"]).splitlines() if line.strip()]
                assert all("%|" in line for line in lines), lines


@each_notebook
def test_enough_cells_are_compared(path):
    compared = sum(is_compared(cell) for cell in cells_of(path, "code"))
    assert compared >= COMPARED_CELLS[number_of(path)]


@each_notebook
def test_cells_are_short(path):
    for cell in cells_of(path, "code"):
        assert len(source_of(cell).splitlines()) <= MAX_LINES, source_of(cell)


@each_notebook
def test_most_cells_are_very_short(path):
    assert median(len(source_of(cell).splitlines()) for cell in cells_of(path, "code")) <= MEDIAN_LINES


@each_notebook
def test_a_notebook_is_small_enough_to_be_shown_everywhere(path):
    assert path.stat().st_size < 1_000_000


@each_notebook
def test_the_time_to_read_is_said_and_is_about_right(path):
    """200 words or 12 lines of code a minute; the workshop's time goes into writing."""
    words = sum(len(source_of(cell).split()) for cell in cells_of(path, "markdown"))
    lines = sum(len(source_of(cell).splitlines()) for cell in cells_of(path, "code")[1:])
    said = re.search(r"\*\*Time:\*\* about (\d+) minutes to read\. ", path.read_text(encoding="utf-8"))
    assert path.stem == "workshop" or abs(int(said[1]) - (words / 200 + lines / 12)) <= 5


@each_notebook
def test_the_setup_cell_is_the_same_everywhere(path):
    assert source_of(cells_of(path, "code")[0]) == source_of(cells_of(NOTEBOOKS[0], "code")[0])


@each_notebook
def test_no_output_names_a_folder_of_one_machine(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/home/|/Users/|/root/|/tmp/|[A-Z]:\\\\Users", text)


@each_notebook
def test_local_links_exist(path):
    for cell in cells_of(path, "markdown"):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", source_of(cell)):
            assert (path.parent / target).exists(), target


@pytest.mark.parametrize("path", SERIES, ids=lambda path: path.stem)
def test_previous_and_next_are_the_neighbors(path):
    first, last = source_of(cells_of(path)[0]), source_of(cells_of(path)[-1])
    position = SERIES.index(path)
    expected = []
    if position > 0:
        expected.append(f"({SERIES[position - 1].name})")
    if position + 1 < len(SERIES):
        expected.append(f"({SERIES[position + 1].name})")
    for text in (first, last):
        assert re.findall(r"\(\d\d_\w+\.ipynb\)", text) == expected


@each_notebook
def test_the_badge_opens_this_notebook_of_this_repository(path):
    setup = source_of(cells_of(path, "code")[0])
    repository = re.search(r'REPOSITORY = "https://github.com/([\w.-]+/[\w.-]+)"', setup)
    revision = re.search(r'REVISION = "([\w.-]+)"', setup)
    badge = re.search(r"\[!\[Open in Colab\].*?\]\((.*?)\)", source_of(cells_of(path)[0]))
    assert badge[1] == (
        f"https://colab.research.google.com/github/{repository[1]}/blob/{revision[1]}/notebooks/{path.name}"
    )


@each_notebook
def test_a_notebook_teaches(path):
    text = "\n".join(source_of(cell) for cell in cells_of(path, "markdown"))
    for part in ("**Time:**", "## What to take away", "## Exercises"):
        assert part in text, part


def test_links_in_the_pages_exist():
    for page in (REPO / "README.md", REPO / "data" / "README.md", *(REPO / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?://)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_code_and_notebooks_pass_ruff():
    """Also proves that every name in a notebook is bound: an unbound one is ruff's error F821."""
    result = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=REPO, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout + result.stderr
