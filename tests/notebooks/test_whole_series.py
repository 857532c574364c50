"""colab/whole_series.ipynb: it is what the notebooks are, its links lead on, and it runs on one machine."""

import json
import os
import re
import shutil
import subprocess
import sys

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

import make_colab_notebook
import notebook_setup
import one_machine
from helpers import REPO, instruction_entries
from make_colab_notebook import LEFT_OUT, WRITTEN, parts
from own_data import check_results_on_own_data
from run_all import tidy

NUMBERED = sorted((REPO / "notebooks").glob("[0-9][0-9]_*.ipynb"))
WITH_GPU = [*(path for path in NUMBERED if path.name[:2] in ("04", "06")), WRITTEN]


@pytest.fixture(scope="module")
def whole():
    notebook = nbformat.read(WRITTEN, as_version=4)
    nbformat.validate(notebook)  # no two cells of one name, among others
    return notebook


def sources(cells, cell_type):
    return [cell.source for cell in cells if cell.cell_type == cell_type]


def test_it_is_in_step_with_the_notebooks():
    written = WRITTEN.read_text(encoding="utf-8")
    assert written == make_colab_notebook.whole_series(), "A notebook has changed. Do: make colab"


def test_it_has_all_code_of_the_series_up_to_the_exercises_in_order(whole):
    expected = []
    for path in parts():
        cells = nbformat.read(path, as_version=4).cells
        end = next(i for i, cell in enumerate(cells) if "## Exercises" in cell.source)
        expected += [*sources(cells[:end], "code")[1:], make_colab_notebook.END_OF_A_PART]
    setup = sources(nbformat.read(NUMBERED[0], as_version=4).cells, "code")[0]
    assert sources(whole.cells, "code") == [setup, make_colab_notebook.KEEPING_CELL, *expected]
    assert [*parts(), *(path for path in NUMBERED if path.name[:2] in LEFT_OUT)] == NUMBERED


def test_it_has_no_outputs_and_nothing_that_is_only_true_of_single_notebooks(whole):
    assert not any(cell.outputs for cell in whole.cells if cell.cell_type == "code")
    text = "\n".join(sources(whole.cells, "markdown"))
    for single in ("%run", "On Colab this machine", "Overview](", "Previous:", "Write your own code", "in Colab](ht"):
        assert single not in text.partition("## Setup")[2], single


def test_all_links_lead_somewhere(whole):
    text = "\n".join(sources(whole.cells, "markdown"))
    repository, revision = re.findall(r'^(?:REPOSITORY|REVISION) = "(.+?)"', whole.cells[2].source, re.M)
    inside, published = set(), set()
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        assert link.startswith(("#", "https://")), link
        own = re.match(rf".*{repository.removeprefix('https://')}/(?:blob|tree)/{revision}/([^#]+)", link)
        own = own or re.match(rf".*/github/{repository.partition('.com/')[2]}/blob/{revision}/([^#]+)", link)
        if link.startswith("#"):
            inside.add(link[1:])
        elif own:
            published.add(own[1])
    assert inside == set(re.findall(r'<a id="(.+?)"', text)) == {f"notebook-{path.name[:2]}" for path in parts()}
    assert [name for name in published if not (REPO / name).exists()] == []
    assert {"colab/whole_series.ipynb", "notebooks/04_finetune.ipynb", "gpt/model.py"} <= published


@pytest.mark.parametrize("path", WITH_GPU, ids=lambda path: path.stem)
def test_a_gpu_comes_without_a_click_also_after_outputs_are_renewed(path):
    notebook = nbformat.read(path, as_version=4)
    tidy(notebook)
    assert notebook.metadata["accelerator"] == "GPU" and notebook.metadata["colab"]["gpuType"] == "T4"


def run(notebook, drive, monkeypatch, outputs):
    """Run it with another folder in the place of Google Drive; return what its cells have printed, by their ids."""
    monkeypatch.setenv("OUTPUTS_DIR", str(outputs))
    (cell,) = (cell for cell in notebook.cells if cell.id == "keeping-cell")
    cell.source = cell.source.replace("drive_folder() if KEEP_ON_DRIVE else None", f"Path({str(drive)!r})")
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(WRITTEN.parent)}}).execute()
    return {
        cell.id: "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        for cell in notebook.cells if cell.cell_type == "code"
    }  # fmt: skip


def without(notebook, first, last):
    """Take out the cells from one whose text begins so to before one that has this id."""
    notebook = nbformat.from_dict(json.loads(json.dumps(notebook)))
    start = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith(first))
    end = next(i for i, cell in enumerate(notebook.cells) if i > start and cell.id == last)
    del notebook.cells[start:end]
    return notebook


def test_it_runs_on_one_machine_and_a_new_machine_goes_on(whole, tmp_path, monkeypatch):
    path = tmp_path / "own.json"
    entries = instruction_entries(40)
    path.write_text(json.dumps(entries), encoding="utf-8")
    monkeypatch.setenv("INSTRUCTION_DATA", str(path))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    # What a step costs takes long, and test_own_data.py measures it.
    short = without(whole, "## 6. Where the time of a step goes", "notebook-04-end")
    printed = run(short, tmp_path / "drive", monkeypatch, tmp_path / "outputs")
    assert "JSON, Alpaca; rows: 40, entries: 40" in printed["00-05"]
    assert printed["00-05"].endswith("Number of entries: 40\n") and "No families" in printed["00-08"]
    assert "Training completed" in printed["04-15"] and "Ep 1 (Step 000000)" in printed["04-15"]
    assert "4 tasks, answered by: base, fine-tuned" in printed["07-06"]
    check_results_on_own_data(path, entries, tmp_path / "outputs")
    (folder,) = (each for each in (tmp_path / "outputs").iterdir() if each.is_dir())
    names = {"history.json", "gpt2-tiny6M-sft.pth", "training-checkpoint.pt", "instruction-data-with-response.json"}
    assert names <= {each.name for each in (tmp_path / "drive" / folder.name).iterdir()}

    shutil.rmtree(tmp_path / "outputs")  # Colab takes the machine away
    later = without(without(short, '<a id="notebook-00"', "notebook-04"), '<a id="notebook-06"', "notebook-08-end")
    printed = run(later, tmp_path / "drive", monkeypatch, tmp_path / "outputs")
    assert "files that were missing here" in printed["keeping-cell"]
    assert "Ep 1" not in printed["04-15"]  # it was not trained again
    assert "evaluations in 2 epochs" in printed["05-06"]


def test_the_next_part_begins_without_what_this_one_made():
    names = {"__name__": "__main__", "_": 1, "os": "module", "model": object(), "total": 3}
    plt.figure()
    one_machine.forget(names, but={"os"})
    assert set(names) == {"__name__", "_", "os"} and plt.get_fignums() == []


def test_without_a_drive_nothing_is_copied_and_a_full_one_stops_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    notebook_setup.output_folder(notebook_setup.SMALL_MODEL)
    one_machine.keep_results(None)
    one_machine.take_up_results(None)
    assert capsys.readouterr().out == ""
    (tmp_path / "drive").write_text("in the way", encoding="utf-8")
    one_machine.keep_results(tmp_path / "drive")
    assert capsys.readouterr().out.startswith("NOT KEPT. Not everything in")


ON_COLAB = """
import sys, types
colab = types.ModuleType("google.colab")
colab.drive = types.SimpleNamespace(mount=lambda folder: print("mounted", folder))
sys.modules.update({"google": types.ModuleType("google"), "google.colab": colab})
from one_machine import drive_folder
print(drive_folder().as_posix())
"""


def test_google_drive_is_mounted_on_colab_and_nowhere_else():
    command = [sys.executable, "-c", ON_COLAB]
    environment = {**os.environ, "PYTHONPATH": str(REPO)}
    found = subprocess.run(
        command, cwd=REPO / "notebooks", env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    assert found.stdout.splitlines() == ["mounted /content/drive", "/content/drive/MyDrive/gpt2-instruction-finetuning"]
    with pytest.raises(RuntimeError, match="only be reached from Colab.*Set KEEP_ON_DRIVE = False: the results stay"):
        one_machine.drive_folder()
