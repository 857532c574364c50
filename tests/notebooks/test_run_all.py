"""Running all notebooks."""

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
