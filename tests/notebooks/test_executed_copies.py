"""The executed copies of the notebooks can be used where they lie: their links lead on."""

import html
import re
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest

import run_all

REPO = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=["inside the series", "outside"])
def folder(request, tmp_path):
    if request.param == "inside the series":
        return REPO / "outputs" / "gpt2-tiny6M" / "notebooks"
    return tmp_path / "results of mine, é" / "notebooks"


def check_links(folder, targets, ending):
    """Each link leads to a file of the series, or to the copy of a neighbor."""
    neighbors = {f"{path.stem}{ending}" for path in NOTEBOOKS}
    assert {target for target in targets if target in neighbors}
    others = [unquote(target).partition("#")[0] for target in targets if target not in neighbors]
    assert others
    for target in others:
        # The folder need not be there: only the path counts.
        path = Path(target) if Path(target).is_absolute() else (folder / target).resolve()
        assert path.is_file(), target
        assert REPO in path.parents


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_of_a_copy_and_of_its_page_lead_on(path, folder):
    copied = run_all.copy_for(folder, nbformat.read(path, as_version=4))
    text = "\n".join(cell.source for cell in copied.cells if cell.cell_type == "markdown")
    check_links(folder, re.findall(r"\]\((?!https?:)([^)]+)\)", text), ".ipynb")
    page = re.findall(r'<a href="(?!https?:|#)([^"]+)"', run_all.to_html(copied))
    check_links(folder, [html.unescape(target) for target in page], ".html")


def test_code_and_the_notebook_itself_stay_as_they_are(folder):
    notebook = nbformat.read(NOTEBOOKS[0], as_version=4)
    before = nbformat.writes(notebook)
    copied = run_all.copy_for(folder, notebook)
    assert nbformat.writes(notebook) == before
    code = [[cell for cell in each.cells if cell.cell_type == "code"] for each in (copied, notebook)]
    assert code[0] == code[1]


def test_what_stops_the_run_of_all_is_one_message(tmp_path, monkeypatch):
    (tmp_path / "outputs").write_text("", encoding="utf-8")
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    monkeypatch.setattr(sys, "argv", ["run_all.py"])
    with pytest.raises(SystemExit, match="cannot write their results"):
        run_all.main()
    monkeypatch.setenv("CHOOSE_MODEL", "gpt2")
    with pytest.raises(SystemExit, match="CHOOSE_MODEL is 'gpt2'"):
        run_all.main()
