"""What goes into the book: which pages there are, where their links lead, and what stands for a picture."""

import json
import shutil
from pathlib import Path

import book
import pytest
from solution_pages import solution_page

from helpers import REPO

PAGE = Path("notebooks/GLOSSARY.md")
PAGES = {Path("notebooks/00_instruction_data.ipynb"), Path("notebooks/solutions/workshop.py")}
ADDRESS = "https://github.com/OWNER/gpt2-instruction-finetuning"


@pytest.fixture
def copied(tmp_path):
    """README, notebooks, docs and the index page of the data in another folder."""
    shutil.copy(REPO / "README.md", tmp_path)
    for folder in ("notebooks", "docs"):
        shutil.copytree(REPO / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_notebooks_and_solutions_are_found_and_not_listed_by_hand(copied):
    shutil.copy(copied / "notebooks" / "00_instruction_data.ipynb", copied / "notebooks" / "42_more.ipynb")
    (copied / "notebooks" / "solutions" / "exercises_42.py").write_text('"""Solutions of 42."""\n', encoding="utf-8")
    found = book.page_paths(copied)
    assert [path.name for path in found["Notebooks"]][-2:] == ["42_more.ipynb", "workshop.ipynb"]
    assert Path("notebooks/solutions/exercises_42.py") in found["Solutions"]
    assert Path("notebooks/solutions/__init__.py") not in found["Solutions"]
    assert "notebooks/42_more" in book.table_of_contents(copied).splitlines()
    assert "- [00 · Instruction data](notebooks/42_more.ipynb)" in book.list_of_notebooks(copied).splitlines()


@pytest.mark.parametrize(
    "link, becomes",
    [
        ("00_instruction_data.ipynb", "00_instruction_data.ipynb"),
        ("00_instruction_data.ipynb#setup", "00_instruction_data.ipynb#setup"),
        ("solutions/workshop.py", "solutions/workshop.md"),
        ("series-map.svg", "series-map.svg"),
        ("../gpt/model.py", f"{ADDRESS}/blob/main/gpt/model.py"),
        ("../gpt", f"{ADDRESS}/tree/main/gpt"),
        ("https://pypi.org/project/nbval/", "https://pypi.org/project/nbval/"),
        ("#model", "#model"),
    ],
)
def test_a_link_leads_to_a_page_or_to_the_repository(link, becomes):
    assert book.with_links(f"See [it]({link}).", PAGE, PAGES).replace(book.repository_address(), ADDRESS) == (
        f"See [it]({becomes})."
    )


def test_a_link_that_leads_nowhere_is_an_error():
    with pytest.raises(FileNotFoundError, match=r"GLOSSARY.md: the link to ../gpt/modle.py leads nowhere"):
        book.with_links("[it](../gpt/modle.py)", PAGE, PAGES)


def test_code_is_left_as_it_is():
    code = "```python\nnames[0](../gpt/modle.py)\n```"
    assert book.with_links(f"{code}\n\n[it](../gpt)", PAGE, PAGES).startswith(f"{code}\n\n[it](https://")


def drawing(cell_text=None, output_text=None):
    """A cell that has drawn a picture."""
    metadata = {"mystnb": {"image": {"alt": cell_text}}} if cell_text else {}
    of_output = {"image/png": {"alt": output_text}} if output_text else {}
    return {"id": "1", "metadata": metadata, "outputs": [{"data": {"image/png": "..."}, "metadata": of_output}]}


@pytest.mark.parametrize("texts, stands_for_it", [(("a", None), "a"), (("a", "b"), "b"), ((None, "b"), "b")])
def test_the_text_of_a_picture_is_that_of_the_output_or_else_of_the_cell(texts, stands_for_it):
    cell = drawing(*texts)
    book.describe_pictures(cell, PAGE)
    assert cell["metadata"]["mystnb"]["image"]["alt"] == stands_for_it


def test_a_picture_without_a_text_is_an_error_that_names_the_cell():
    with pytest.raises(ValueError, match="GLOSSARY.md, cell 1: expected a text for readers who cannot see"):
        book.describe_pictures(drawing(), PAGE)


def test_a_badge_becomes_links_without_pictures_of_other_hosts():
    path = Path("notebooks/00_instruction_data.ipynb")
    cells = json.loads(book.notebook_for_the_book(path, {*PAGES, *map(Path, ("README.md",))}))["cells"]
    launch = next(line for line in cells[0]["source"].splitlines() if "Colab" in line)
    assert launch.startswith('<p class="launch"><a href="https://colab.research.google.com/github/')
    assert launch.count(f"/blob/main/{path.as_posix()}") == 3 and "![" not in launch


def test_a_solution_is_shown_as_prose_and_code(tmp_path):
    (tmp_path / "one.py").write_text('"""Solutions of one.\n\nA *star*.\n"""\n\nx = 1\n', encoding="utf-8")
    assert solution_page(tmp_path / "one.py") == "# Solutions of one\n\nA \\*star\\*.\n\n```python\nx = 1\n```\n"
