"""The families belong to the shipped data: for any other the notebooks do without, and show nothing that is false."""

import json
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

import notebook_setup
from notebook_setup import DATA, digest_of_entries, load_families
from previous_chapters import (
    first_sentence,
    is_right,
    is_right_at_first,
    load_instruction_data,
    split_instruction_data,
    token_f1,
)

REPO = Path(__file__).resolve().parents[2]


def own_entries(count=1100):
    """As many entries as the shipped data has, and others."""
    return [
        {"instruction": f"Say the number {i}.", "input": "" if i % 2 else "please", "output": f"{i}"}
        for i in range(count)
    ]


@pytest.fixture
def shipped():
    return load_instruction_data(DATA / "instruction-data.json")


def test_the_digest_is_that_of_the_shipped_data(shipped):
    """If it fails after `make data`: python notebooks/bind_families.py."""
    digest = (DATA / "instruction-families.sha256").read_text(encoding="utf-8")
    assert digest == digest_of_entries(shipped) + "\n"


def test_the_shipped_data_has_families(shipped, capsys):
    families = load_families(shipped)
    assert families == json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))
    assert len(families) == len(shipped) and capsys.readouterr().out == ""


@pytest.mark.parametrize("change", ["other entries", "a word", "two in another order", "one more", "none"])
def test_other_data_has_none_and_one_line_says_so(shipped, capsys, change):
    if change == "other entries":
        shipped = own_entries()
    elif change == "a word":
        shipped[700]["output"] += "!"
    elif change == "two in another order":
        shipped[3], shipped[4] = shipped[4], shipped[3]
    elif change == "one more":
        shipped.insert(500, own_entries(1)[0])
    else:
        shipped = []
    assert load_families(shipped) is None
    assert capsys.readouterr().out == (
        f"No families: instruction-families.json belongs to other entries than these {len(shipped)}.\n"
    )


def test_what_stands_beside_the_text_of_an_entry_does_not_count(shipped):
    responses = [{**entry, "model_response": "Yes."} for entry in shipped]
    for entry in responses:
        if not entry["input"]:
            del entry["input"]
    assert load_families(responses) is not None


def test_without_the_file_there_are_none(shipped, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(notebook_setup, "DATA", tmp_path)
    assert load_families(shipped) is None
    assert "No families" in capsys.readouterr().out


def source_of(notebook, cell_id):
    cells = json.loads((REPO / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    return "".join(next(cell["source"] for cell in cells if cell["id"] == cell_id))


def run_scoring_cells(data, folder):
    """Run what notebook 06 does with its responses; every second one is right here."""
    test_data = [
        {**entry, "model_response": entry["output"] if i % 2 else "no"}
        for i, entry in enumerate(split_instruction_data(data)[1])
    ]
    namespace = {
        "data": data, "test_data": test_data, "base_responses": [""] * len(test_data), "folder": folder, "plt": plt,
        "load_families": load_families, "split_instruction_data": split_instruction_data,
        "is_right": is_right, "token_f1": token_f1,
        "is_right_at_first": is_right_at_first, "first_sentence": first_sentence,
    }  # fmt: skip
    for cell_id in ("06-25", "06-2b", "06-27", "06-28"):
        exec(source_of("06_extract_responses.ipynb", cell_id), namespace)
    plt.close("all")


def test_own_data_is_scored_without_families(tmp_path, capsys):
    run_scoring_cells(own_entries(), tmp_path)
    first, scores, questions, commands = capsys.readouterr().out.splitlines()
    assert first.startswith("No families: ")
    assert scores.startswith(
        "all     110 entries   exact match   0% ->  50%   right at first   0% ->  50%   token F1 0.00 -> 0.50"
    )
    assert questions.startswith("  0 questions ") and commands.startswith("110 commands ")
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_data_is_scored_by_family(shipped, tmp_path, capsys):
    run_scoring_cells(shipped, tmp_path)
    closed, of_open, questions, commands, heading, *rows = capsys.readouterr().out.splitlines()
    assert closed.startswith("closed   88 entries") and of_open.startswith("open     22 entries")
    assert questions.startswith(" 22 questions ") and commands.startswith(" 66 commands ")
    assert heading.startswith("family") and len(rows) == len({row.split()[0] for row in rows}) > 50
    assert [path.name for path in tmp_path.iterdir()] == ["scores.png"]


def test_notebook_00_runs_with_own_data_and_draws_no_families(tmp_path):
    series = tmp_path / "series"
    (series / "data" / "gpt2").mkdir(parents=True)
    for path in [*REPO.glob("*.py"), *(REPO / "data").glob("instruction-*")]:
        shutil.copy(path, series / path.relative_to(REPO))
    for folder in ("gpt", "notebooks", "data/gpt2/6M"):
        if (REPO / folder).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "model.ckpt*", "model.converted*")
            shutil.copytree(REPO / folder, series / folder, ignore=ignored)
    (series / "data" / "instruction-data.json").write_text(json.dumps(own_entries()), encoding="utf-8")

    notebook = nbformat.read(series / "notebooks" / "00_instruction_data.ipynb", as_version=4)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(series / "notebooks")}}).execute()
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    assert outputs["00-05"][0].text == "Number of entries: 1100\n"
    assert outputs["00-08"][0].text.startswith("No families: instruction-families.json belongs to other entries")
    assert outputs["00-09"] == []
    assert outputs["00-32"][-1].output_type == "display_data"  # the other figure
