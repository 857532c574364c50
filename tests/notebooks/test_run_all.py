"""Running all notebooks."""

import json
import os
import shutil
import sys

import nbformat
import pytest

import run_all
from gpt_download import CONVERTED_FILE
from helpers import REPO


def test_renewed_outputs_come_from_a_clean_run(tmp_path, monkeypatch):
    """Also after a run that was interrupted: nothing goes on from what it left, and weights are converted anew."""
    folder, checkpoint = tmp_path / "outputs" / "gpt2-tiny6M", tmp_path / "gpt2" / "6M"
    left = [folder / "training-checkpoint.pt", folder / "responses.json.progress", checkpoint / CONVERTED_FILE]
    results = [folder / "history.json", checkpoint / "model.ckpt.index"]
    for path in (folder, checkpoint):
        path.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "00_fails.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    for arguments, are_kept in (([], True), (["--in-place"], False)):
        for path in left + results:
            path.write_bytes(b"")
        monkeypatch.setattr(sys, "argv", ["run_all.py", *arguments])
        with pytest.raises(SystemExit, match="00_fails.ipynb stopped"):
            run_all.main()
        assert [path.exists() for path in left] == [are_kept] * 3
        assert all(path.exists() for path in results)


@pytest.mark.parametrize("is_kept", [False, True])
def test_all_notebooks_get_the_data_that_was_chosen_unless_outputs_are_kept(tmp_path, monkeypatch, is_kept):
    """A path is relative to where the reader is, not to where the notebooks run; what is kept is about our data."""
    cell = "import os; print(os.environ.get('INSTRUCTION_DATA')); 1 / 0"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)]), tmp_path / "00_fails.ipynb")
    (tmp_path / "mine").mkdir()
    path = tmp_path / "mine" / "data.csv"
    path.write_text("prompt,completion\n", encoding="utf-8")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setenv("INSTRUCTION_DATA", "data.csv")
    monkeypatch.chdir(path.parent)
    monkeypatch.setattr(sys, "argv", ["run_all.py", *["--in-place"][:is_kept]])
    with pytest.raises(SystemExit, match="00_fails.ipynb stopped"):
        run_all.main()
    assert os.environ["INSTRUCTION_DATA"] == ("" if is_kept else str(path.resolve()))
    (folder,) = (tmp_path / "outputs").iterdir()
    assert (folder.name == "gpt2-tiny6M") == is_kept
    executed = nbformat.read(folder / "notebooks" / "00_fails.ipynb", as_version=4)
    assert executed.cells[0].outputs[0].text.strip() == os.environ["INSTRUCTION_DATA"]


@pytest.fixture
def series(tmp_path, monkeypatch):
    """A series of three notebooks that count how often each of them runs; run it and get the counts."""
    notebooks, outputs = tmp_path / "notebooks", tmp_path / "outputs"
    notebooks.mkdir()
    (tmp_path / "gpt").mkdir()
    for name in ("a.json", "gpt/room.py", "reference/old.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", encoding="utf-8")
    for number in range(3):
        cell = f"open('ran', 'a').write('{number}')"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
        nbformat.write(notebook, notebooks / f"0{number}_part.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", notebooks)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(outputs))
    (outputs / "gpt2-tiny6M").mkdir(parents=True)
    shutil.copy(REPO / "data" / "reference" / "gpt2-tiny6M.json", outputs / "gpt2-tiny6M" / "history.json")

    def run(*arguments):
        (notebooks / "ran").unlink(missing_ok=True)
        monkeypatch.setattr(sys, "argv", ["run_all.py", *arguments])
        run_all.main()
        return (notebooks / "ran").read_text(encoding="utf-8") if (notebooks / "ran").exists() else ""

    return notebooks, outputs / "gpt2-tiny6M", run


def append_cell(path, source, kind="code"):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(getattr(nbformat.v4, f"new_{kind}_cell")(source))
    nbformat.write(notebook, path)


def test_what_has_run_is_not_run_again_until_something_changes(series, capsys, monkeypatch):
    notebooks, folder, run = series
    assert run() == "012" and "All notebooks ran in" in capsys.readouterr().out
    assert run() == "" and "nothing has changed since" in capsys.readouterr().out
    assert run("--again") == "012"
    append_cell(notebooks / "01_part.ipynb", "Only text.", "markdown")
    assert run() == ""
    append_cell(notebooks / "01_part.ipynb", "pass")
    capsys.readouterr()
    assert run() == "12"  # later ones go on from what it writes
    assert "\n2 of 3 notebooks, the others had been run before, ran in" in capsys.readouterr().out
    for name in ("gpt/room.py", "a.json", "reference/old.json"):
        (notebooks.parent / name).write_text("{ }", encoding="utf-8")
        assert run() == "012"
    monkeypatch.setenv("JUDGE_MODEL", "another")
    assert run() == "012"
    (folder / "notebooks" / "02_part.ipynb").unlink()
    assert run() == "2"


def test_after_an_error_the_earlier_ones_are_not_run_again(series, capsys):
    notebooks, _, run = series
    append_cell(notebooks / "01_part.ipynb", "1 / 0")
    with pytest.raises(SystemExit, match="01_part.ipynb stopped at an error"):
        run()
    with pytest.raises(SystemExit):
        run()
    assert (notebooks / "ran").read_text(encoding="utf-8") == "1"
    notebook = nbformat.read(notebooks / "01_part.ipynb", as_version=4)
    notebook.cells.pop()
    nbformat.write(notebook, notebooks / "01_part.ipynb")
    assert run() == "12"


def test_a_list_of_what_has_run_that_cannot_be_read_is_no_list(series):
    notebooks, folder, run = series
    for name in ("01_part.ipynb", "02_part.ipynb"):  # each start of a notebook takes seconds
        (notebooks / name).unlink()
    run()
    finished = folder / "notebooks" / "finished.json"
    assert set(json.loads(finished.read_text(encoding="utf-8"))) == {"00_part"}
    for content in ("", "[1, 2]", "{", "null"):
        finished.write_text(content, encoding="utf-8")
        assert run() == "0", content
