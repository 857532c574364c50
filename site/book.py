"""Build the series as a book to read: static pages from the outputs that are kept in the notebooks. Nothing is run.

    python site/book.py                   # make site; the first page is site/_build/html/index.html
    python site/book.py --out FOLDER

It copies what is to be a page into FOLDER/source, in the folders that it has in the repository, so that links between
pages stay as they are, and lets Sphinx make FOLDER/html of it, every warning being an error. Links to files that are no
pages lead to the repository, at the address that `make address` sets. At last it reads all pages as a browser would
and looks for links that lead nowhere, pictures without a text, and anything that another host would have to send.
"""

import argparse
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))

from book_check import look_through  # noqa: E402
from solution_pages import solution_page  # noqa: E402

from quote_in_readme import quotation  # noqa: E402

BRANCH = "main"
LINK = re.compile(r"(\]\()(?!https?://|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1[`~]*[ \t]*$", re.M | re.S)
BADGE = re.compile(r"^\[!\[Open in Colab\]\([^)]*\)\]\([^)]*\)$", re.M)
SOLUTIONS = Path("notebooks/solutions")
PICTURES = {".png", ".svg"}  # files that are copied along instead of linked to the repository


def repository_address(root=ROOT):
    """The address of the repository, from the setup cell of the first notebook: ``"https://github.com/..."``."""
    first = min((root / "notebooks").glob("*.ipynb"))
    return re.search(r'REPOSITORY = \\"(https://github\.com/[\w.-]+/[\w.-]+)\\"', first.read_text(encoding="utf-8"))[1]


def page_paths(root=ROOT):
    """Which files become pages, in groups and in the order of reading: {"Notebooks": [paths from the root], ...}."""
    notebooks = sorted(path.relative_to(root) for path in (root / "notebooks").glob("*.ipynb"))
    return {
        "Notebooks": notebooks,  # those with a number come before the workshop
        "Look up": [Path("notebooks/GLOSSARY.md"), Path("notebooks/TROUBLESHOOTING.md")],
        "Solutions": sorted(
            path.relative_to(root) for path in (root / SOLUTIONS).glob("*.py") if path.stem != "__init__"
        ),
        "About the series": [
            Path("README.md"),
            *sorted(path.relative_to(root) for path in (root / "docs").glob("*.md")),
            Path("data/README.md"),
            Path("tests/benchmarks/RESULTS.md"),
        ],
    }


def page_of(path):
    """The name of the source file in the book: solutions are Python files there and Markdown here."""
    return path.with_suffix(".md") if path.suffix == ".py" else path


def outside_code(change, text):
    """Apply ``change`` to the parts of a Markdown text that are no fenced code."""
    parts, end = [], 0
    for fence in FENCE.finditer(text):
        parts += [change(text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, change(text[end:])])


def with_links(text, path, pages, root=ROOT):
    """Links to pages stay; those to other files of the repository lead to its address.

    Args:
        text: Markdown of the file ``path``, which is relative to the root.
        pages: all files that become pages, relative to the root.

    Raises:
        FileNotFoundError: a link leads nowhere.
    """

    def target(match):
        opening, link, anchor = match[1], match[2], match[3] or ""
        there = (root / path.parent / link).resolve()
        if not there.exists():
            raise FileNotFoundError(f"{path}: the link to {link} leads nowhere; expected {there} to exist.")
        inside = there.relative_to(root)
        if inside in pages:
            return f"{opening}{page_of(Path(link)).as_posix()}{anchor})"
        if inside.suffix in PICTURES:
            return match[0]
        kind = "tree" if there.is_dir() else "blob"
        return f"{opening}{repository_address(root)}/{kind}/{BRANCH}/{inside.as_posix()}{anchor})"

    return outside_code(lambda part: LINK.sub(target, part), text)


def pictures_in(text, path, root=ROOT):
    """The picture files, relative to the root, that the Markdown of the file ``path`` shows or links to."""
    links = (root / path.parent / match[2] for match in LINK.finditer(text))
    return {link.resolve().relative_to(root) for link in links if link.suffix in PICTURES}


def launch_links(path, address):
    """What stands in place of the badge, whose picture would come from another host."""
    place = f"{address.removeprefix('https://github.com/')}/blob/{BRANCH}/{path.as_posix()}"
    links = {
        "Open in Colab": f"https://colab.research.google.com/github/{place}",
        "Open in Kaggle": f"https://kaggle.com/kernels/welcome?src=https://github.com/{place}",
        "See the notebook on GitHub": f"https://github.com/{place}",
    }
    return '<p class="launch">' + " ".join(f'<a href="{link}">{text}</a>' for text, link in links.items()) + "</p>"


def describe_pictures(cell, path):
    """Give the pictures of a code cell the text that stands for them: that of the output, or else that of the cell.

    Raises:
        ValueError: a picture has neither.
    """
    image = cell["metadata"].setdefault("mystnb", {}).setdefault("image", {})
    for output in cell["outputs"]:
        if "image/png" in output.get("data", {}):
            image["alt"] = output["metadata"].get("image/png", {}).get("alt") or image.get("alt", "")
            if not image["alt"].strip():
                raise ValueError(
                    f"{path}, cell {cell['id']}: expected a text for readers who cannot see its picture, found none. "
                    'Say what the picture shows in the metadata of the cell: {"mystnb": {"image": {"alt": "..."}}}'
                )


def notebook_for_the_book(path, pages, root=ROOT):
    """A notebook with links and launch buttons that work in the book.

    Raises:
        ValueError: a picture has no text for readers who cannot see it.
    """
    notebook = json.loads((root / path).read_text(encoding="utf-8"))
    setup = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    setup["metadata"]["tags"] = [*setup["metadata"].get("tags", []), "hide-input"]  # the same everywhere: folded
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            text = BADGE.sub(lambda _: launch_links(path, repository_address(root)), text)
            cell["source"] = with_links(text, path, pages, root)
        else:
            describe_pictures(cell, path)
    return json.dumps(notebook)


def title_of(path, root=ROOT):
    """The first heading of a notebook."""
    cells = json.loads((root / path).read_text(encoding="utf-8"))["cells"]
    return re.match(r"# (.*)", "".join(cells[0]["source"]))[1]


def list_of_notebooks(root=ROOT):
    """The notebooks with their titles and, where the README says it, what happens in them, as Markdown."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    lines = []
    for path in page_paths(root)["Notebooks"]:
        told = re.search(rf"\({re.escape(path.as_posix())}\) \| (.*) \|$", readme, re.M)
        lines.append(f"- [{title_of(path, root)}]({path.as_posix()})" + (f": {told[1]}" if told else ""))
    return "\n".join(lines)


def in_sidebar(path):
    """An entry of a ``toctree``; the sidebar shows the heading of the page, if it has no shorter name here."""
    name = page_of(path).with_suffix("").as_posix()
    short = {"README": "Overview", "tests/benchmarks/RESULTS": "Measurements"}.get(name)
    return f"{short} <{name}>" if short else name


def table_of_contents(root=ROOT):
    """The groups of pages as Sphinx's ``toctree`` directives, which make sidebar, previous and next."""
    trees = []
    for group, paths in page_paths(root).items():
        names = [in_sidebar(path) for path in paths]
        if group == "Solutions":
            continue  # they have a page of their own
        if group == "Look up":
            names.append(f"{SOLUTIONS.as_posix()}/index")
        trees.append("\n".join(["```{toctree}", ":hidden:", f":caption: {group}", "", *names, "```"]))
    return "\n\n".join(trees)


def first_page(root=ROOT):
    """site/index.md, with what the notebooks and the README say put in its place."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    commands = re.search(r"^```bash\n.*?^```$", readme, re.M | re.S)[0]
    text = (Path(__file__).parent / "index.md").read_text(encoding="utf-8")
    for mark, part in {
        "QUOTATION": quotation(root),
        "COMMANDS": commands,
        "NOTEBOOKS": list_of_notebooks(root),
        "CONTENTS": table_of_contents(root),
    }.items():
        text = text.replace(f"<!-- {mark} -->", part)
    return text


def collect(source, root=ROOT):
    """Write the sources of all pages, and the pictures that they show, into the folder ``source``."""
    groups = page_paths(root)
    pages = {path for paths in groups.values() for path in paths}
    texts, pictures = {Path("index.md"): first_page(root)}, set()
    for path in sorted(pages):
        if path.suffix == ".ipynb":
            texts[path] = notebook_for_the_book(path, pages, root)
        elif path.suffix == ".py":
            texts[page_of(path)] = solution_page(root / path)
        else:
            texts[path] = with_links((root / path).read_text(encoding="utf-8"), path, pages, root)
    tree = ["```{toctree}", ":maxdepth: 1", "", *(path.stem for path in groups["Solutions"]), "```"]
    lead = "Each notebook's exercises check what you write. Try first; what we would write stands here."
    texts[SOLUTIONS / "index.md"] = "\n".join(["# Solutions", "", lead, "", *tree, ""])
    for path, text in texts.items():
        (source / path).parent.mkdir(parents=True, exist_ok=True)
        (source / path).write_text(text, encoding="utf-8", newline="\n")
        pictures |= pictures_in(text, path, root)
    for picture in pictures:
        (source / picture).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(root / picture, source / picture)


def build(out):
    """Collect the sources into ``out`` and let Sphinx make pages of them; its exit status, 0 if all went well."""
    from sphinx.cmd.build import main as sphinx_build

    for name in ("source", "html", "doctrees"):
        shutil.rmtree(out / name, ignore_errors=True)
    collect(out / "source")
    folders = [str(out / "source"), str(out / "html"), "-d", str(out / "doctrees"), "-c", str(Path(__file__).parent)]
    return sphinx_build(["-b", "html", "-W", "--keep-going", "-q", *folders])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "_build", help="default: site/_build")
    out = parser.parse_args().out.resolve()
    try:
        status = build(out)
    except ModuleNotFoundError as error:
        sys.exit(f"{error}; expected what site/requirements.txt lists: python -m pip install -r site/requirements.txt")
    except (FileNotFoundError, ValueError) as error:
        sys.exit(str(error))
    if status:
        sys.exit(status)
    faults, elsewhere = look_through(out / "html")
    # Links to other hosts are only collected: whether these answer today is not a question of the book.
    (out / "links-to-other-hosts.txt").write_text("".join(f"{link}\n" for link in elsewhere), encoding="utf-8")
    if faults:
        sys.exit("\n".join(faults))
    print(f"The book: {out / 'html' / 'index.html'}")


if __name__ == "__main__":
    main()
