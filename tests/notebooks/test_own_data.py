"""The whole series runs on a reader's own data and keeps its results apart.

Here with chats and a CSV file; in test_whole_series.py, where the series is one notebook, with a list in Alpaca's form.
"""

import csv
import io
import json

import nbformat
import pytest
from nbclient import NotebookClient

import notebook_setup
from helpers import REPO, instruction_entries
from own_data import check_results_on_own_data

# Notebook 10 takes the first entries of the series, whatever the data: how it trains is tested by itself.
NOTEBOOKS = sorted(path for path in (REPO / "notebooks").glob("[0-9][0-9]_*.ipynb") if path.stem[:2] != "10")
# Chats go through all of them. Once read, the entries of a CSV file are entries like these, so there it is enough to
# run those that read the data anew, train, answer and score.
FOR_CSV = ("00", "04", "06", "07")
COUNT = 40


def as_alpaca(entries):
    return json.dumps(entries)


def as_chats(entries):
    rows = []
    for entry in entries:
        question = f"{entry['instruction']} {entry['input']}".strip()
        turns = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": question}]
        rows.append({"messages": [*turns, {"role": "assistant", "content": entry["output"]}]})
    return "\n".join(map(json.dumps, rows))


def as_csv(entries):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["prompt", "completion"])
    writer.writerows([entry["instruction"], entry["output"]] for entry in entries)
    return text.getvalue()


@pytest.mark.parametrize(("name", "write"), [("chats.jsonl", as_chats), ("my tasks.csv", as_csv)])
def test_the_whole_series_runs_on_own_data(name, write, tmp_path, monkeypatch):
    path = tmp_path / name
    path.write_text(write(instruction_entries(COUNT)), encoding="utf-8")
    monkeypatch.setenv("INSTRUCTION_DATA", str(path))
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    outputs = {}
    for notebook_path in NOTEBOOKS:
        number = notebook_path.stem[:2]
        if write is not as_chats and number not in FOR_CSV:
            continue
        notebook = nbformat.read(notebook_path, as_version=4)
        if number == "04" and write is not as_chats:  # what a step costs is measured once
            first = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## 6. Where the time"))
            last = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## What to take away"))
            del notebook.cells[first:last]
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(REPO / "notebooks")}})
        client.execute()
        outputs[number] = "".join(
            output.text for cell in notebook.cells if cell.cell_type == "code"
            for output in cell.outputs if output.output_type == "stream" and output.name == "stdout"
        )  # fmt: skip
    assert f"entries: {COUNT}" in outputs["00"] and f"Number of entries: {COUNT}\n" in outputs["00"]
    assert "No families" in outputs["00"] and "Training completed" in outputs["04"]
    assert "4 tasks, answered by: base, fine-tuned" in outputs["07"]
    if write is as_chats:
        assert "LoRA layers left: 0" in outputs["08"]
        assert "tensors are equal, bit for bit" in outputs["09"]
    check_results_on_own_data(path, instruction_entries(COUNT), tmp_path / "outputs")


def test_what_notebook_00_chose_holds_for_all_until_it_chooses_again(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.delenv("INSTRUCTION_DATA", raising=False)
    assert len(notebook_setup.load_data()) == 1100 and notebook_setup.reference_for("gpt2-tiny (6M)")
    path = tmp_path / "own.json"
    path.write_text(as_alpaca(instruction_entries(COUNT)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    notebook_setup.choose_data("own.json")  # from the folder that the reader is in
    monkeypatch.chdir(REPO / "notebooks")
    assert notebook_setup.load_data() == instruction_entries(COUNT)
    assert notebook_setup.reference_for("gpt2-tiny (6M)") is None
    assert notebook_setup.reference_for("gpt2-medium (355M)").runs == 1  # the published run is about the book's data
    other = tmp_path / "other.json"
    other.write_text(as_alpaca(instruction_entries(50)), encoding="utf-8")
    monkeypatch.setenv("INSTRUCTION_DATA", str(other))  # the variable is nearer to the reader
    assert len(notebook_setup.load_data()) == 50
    monkeypatch.delenv("INSTRUCTION_DATA")
    notebook_setup.choose_data(None)
    assert len(notebook_setup.load_data()) == 1100


def test_two_files_of_one_name_have_two_folders(tmp_path, monkeypatch):
    folders = set()
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
        path = tmp_path / place / "data.json"
        path.write_text("[]", encoding="utf-8")
        monkeypatch.setenv("INSTRUCTION_DATA", str(path))
        folders.add(notebook_setup.output_folder("gpt2-tiny (6M)", create=False).name)
    assert len(folders) == 2
