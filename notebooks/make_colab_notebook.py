"""Write colab/whole_series.ipynb, the whole series in one notebook, from the notebooks of the series.

    python notebooks/make_colab_notebook.py

On Colab and Kaggle every notebook that is opened by its badge gets a machine of its own, without what the others have
made. In this one, all of them share one machine. It has the cells of the series, without setup cells, links to the
neighbors, exercises and outputs. Edit the notebooks, never the file that comes out here.
"""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
NAME = "colab/whole_series.ipynb"
WRITTEN = ROOT / NAME

# Notebooks of the series that make no sense on one borrowed machine, such as "10"; all others are part.
LEFT_OUT = ("10",)  # several processes on several GPUs

INTRODUCTION = """# From a pretrained GPT-2 to a model that follows instructions: the whole series in one notebook

{badges}

These are the notebooks {first} to {last} of the series, one after the other on one machine: what one of them writes, \
the next one finds. On Colab this file asks for a machine with a GPU, and GPT-2 medium (355M) is fine-tuned. Without \
one, the small model is. *Runtime → Run all* does everything; you can also run it part by part while you read.

{contents}

Where a text says *this notebook*, it means its part of this one, and *run the notebook again* means *Run all*. \
Each part gives its memory back when it is done. To try something in it later, run the part from its title on: what \
took long is not computed a second time. Exercises are left out; they are in the single notebooks, to which each part \
has a link at its end. (Text and code are theirs, put together by `notebooks/make_colab_notebook.py`.)"""

SETUP = """## Setup

The first cell fetches the series on Colab and Kaggle; elsewhere it looks for its folder. \
[When something goes wrong](TROUBLESHOOTING.md) explains every message that may stop you, and what to do. \
The [glossary](GLOSSARY.md) explains the terms."""

KEEPING = """**Colab takes the machine away** some time after you leave, with all that was made on it. To keep your \
results, set `KEEP_ON_DRIVE = True` before you run the next cell. Colab then asks for access to your Google Drive. \
After each part the results are copied there, read back and compared. On a new machine, *Run all* takes them up again, \
and what takes long, training and answers, is not computed a second time. The weights of GPT-2 medium need 1.6 GB of \
your Drive. (To start anew, remove the folder `gpt2-instruction-finetuning` from your Drive.)"""

KEEPING_CELL = """from one_machine import drive_folder, forget, keep_results, take_up_results

KEEP_ON_DRIVE = False

DRIVE = drive_folder() if KEEP_ON_DRIVE else None
take_up_results(DRIVE)
AT_THE_BEGINNING = {*globals(), "AT_THE_BEGINNING"}"""

END_OF_A_PART = """forget(globals(), but=AT_THE_BEGINNING)  # the next part begins with free memory
keep_results(DRIVE)"""


def parts():
    """The notebooks that belong to it, in order."""
    return [path for path in sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb")) if path.name[:2] not in LEFT_OUT]


def whole_series():
    """The text of the notebook."""
    paths = parts()
    setup = source_of(next(cell for cell in cells_of(paths[0]) if cell["cell_type"] == "code"))
    repository = re.search(r'^REPOSITORY = "(.+?)"', setup, re.M)[1]
    revision = re.search(r'^REVISION = "(.+?)"', setup, re.M)[1]
    published = f"{repository}/blob/{revision}"
    titles = {path: source_of(cells_of(path)[0]).partition("\n")[0].removeprefix("# ") for path in paths}
    introduction = INTRODUCTION.format(
        badges=badges(published), first=paths[0].name[:2], last=paths[-1].name[:2],
        contents="\n".join(f"- [{title}](#{anchor_of(path)})" for path, title in titles.items()),
    )  # fmt: skip
    cells = [
        markdown("introduction", introduction), markdown("setup", SETUP), code("setup-cell", setup),
        markdown("keeping", KEEPING), code("keeping-cell", KEEPING_CELL),
    ]  # fmt: skip
    for path in paths:
        cells += cells_of_part(path, on_colab(published))
    for cell in cells:
        if cell["cell_type"] == "markdown":
            cell["source"] = lines_of(with_links(source_of(cell), published))
    metadata = {
        "accelerator": "GPU",
        "colab": {"gpuType": "T4", "toc_visible": True},
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def cells_of_part(path, opened_at):
    """The cells of a notebook between its setup and its exercises, under its title, and one that cleans up."""
    cells = cells_of(path)
    first_code = next(i for i, cell in enumerate(cells) if cell["cell_type"] == "code")
    title = re.sub(r"^(\[!\[|.*\[Overview\]).*\n?", "", source_of(cells[0]), flags=re.M).rstrip()
    found = [markdown(anchor_of(path), f'<a id="{anchor_of(path)}" name="{anchor_of(path)}"></a>\n\n{title}')]
    for cell in cells[first_code + 1 :]:
        if cell["cell_type"] == "code":
            found.append(code(cell["id"], source_of(cell)))
            continue
        # What is said about single notebooks on Colab stands in brackets.
        text = re.sub(r"\s*\(On Colab(?:[^()]|\([^()]*\))*\)", "", source_of(cell))
        text, exercises, _ = text.partition("## Exercises\n")
        if exercises:
            text += f"The exercises are in [notebook {path.name[:2]}]({opened_at}/notebooks/{path.name})."
        found.append(markdown(cell["id"], text))
        if exercises:
            break
    return [*found, code(f"{anchor_of(path)}-end", END_OF_A_PART)]


def with_links(text, published):
    """Links to other notebooks lead to their parts here, and those to other files to where they are published."""

    def link_from_here(match):
        target, mark, place = match[0].partition("#")
        path = (NOTEBOOKS / target).resolve()
        if path in parts():
            return f"#{anchor_of(path)}"
        if path.suffix == ".ipynb":
            return f"{on_colab(published)}/{path.relative_to(ROOT).as_posix()}"
        address = published.replace("/blob/", "/tree/") if path.is_dir() else published
        return f"{address}/{path.relative_to(ROOT).as_posix()}{mark}{place}"

    return re.sub(r"(?<=\]\()(?!https?:|#)[^)\s]+(?=\))", link_from_here, text)


def badges(published):
    """Images that open this notebook on Colab and on Kaggle."""
    return (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({on_colab(published)}/{NAME}) "
        "[![Open in Kaggle](https://kaggle.com/static/images/open-in-kaggle.svg)]"
        f"(https://kaggle.com/kernels/welcome?src={published}/{NAME})"
    )


def on_colab(published):
    return published.replace("https://github.com/", "https://colab.research.google.com/github/")


def anchor_of(path):
    return f"notebook-{path.name[:2]}"


def cells_of(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def source_of(cell):
    return "".join(cell["source"])


def lines_of(text):
    return text.splitlines(keepends=True)


def markdown(name, text):
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": lines_of(text)}


def code(name, text):
    cell = {"cell_type": "code", "id": name, "metadata": {}, "source": lines_of(text)}
    return {**cell, "execution_count": None, "outputs": []}


if __name__ == "__main__":
    WRITTEN.parent.mkdir(exist_ok=True)
    WRITTEN.write_text(whole_series(), encoding="utf-8", newline="\n")
    print("Written:", NAME)
