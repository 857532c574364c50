"""Running all notebooks."""

import os
import sys

import nbformat
import pytest

import run_all
from gpt_download import CONVERTED_FILE


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
