"""Run the notebooks of the series one after the other.

    python notebooks/run_all.py              run them; executed copies, as notebooks and HTML, go to outputs/<model>/
    python notebooks/run_all.py --again      also those that have been run, and nothing has changed since
    python notebooks/run_all.py --in-place   renew the outputs that are kept in the notebooks, and what README.md quotes
"""

import argparse
import copy
import hashlib
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import quote

import nbformat
import torch
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from tqdm import tqdm

NOTEBOOKS = Path(__file__).resolve().parent
sys.path.insert(0, str(NOTEBOOKS.parent))  # for gpt_download and previous_chapters

import quote_in_readme  # noqa: E402
from gpt.files import write_atomically  # noqa: E402
from gpt_download import CONVERTED_FILE  # noqa: E402
from notebook_setup import (  # noqa: E402
    DATA,
    TRAINING_CHECKPOINT,
    choose_data,
    choose_device,
    choose_model,
    chosen_data,
    model_size_of,
    output_folder,
    short_name,
)

# Written by the notebook server and of no use to a reader; without them a renewed notebook differs only where
# its outputs do.
TRANSIENT_METADATA = ("execution", "widgets")

FINISHED = "finished.json"  # beside the executed copies: what they depended on
# What the series asks the environment for, besides the data, which count by their content.
VARIABLES = ("GPT2_SOURCE", "GPT2_BASE_URL", "HF_ENDPOINT", "JUDGE_URL", "JUDGE_MODEL", "OMP_NUM_THREADS")


class TalkingClient(NotebookClient):
    """A notebook client that passes on what cells print while they run, so that long ones are not silent."""

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "stream" and msg["content"]["name"] == "stdout":
            for line in msg["content"]["text"].rstrip("\n").split("\n"):
                tqdm.write(f"    {line}", file=sys.stdout)
        return super().process_message(msg, cell, cell_index)


def run_notebook(path, progress_bar):
    """Execute a notebook in its own folder; return it with its outputs.

    Raises:
        CellExecutionError: if a cell fails. The notebook so far is in the error's attribute ``notebook``.
    """
    notebook = nbformat.read(path, as_version=4)
    client = TalkingClient(
        notebook,
        timeout=None,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        on_cell_executed=lambda **_: progress_bar.update(),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        error.notebook = notebook
        raise
    return notebook


def tidy(notebook):
    """Remove what differs from run to run and says nothing: transient metadata, all but a progress bar's end."""
    for key in TRANSIENT_METADATA:
        notebook.metadata.pop(key, None)
    notebook.metadata["language_info"] = {"name": "python"}
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                lines = output.text.split("\n")
                output.text = "\n".join(line.rstrip("\r").split("\r")[-1] for line in lines)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("text", "-").strip()]


def copy_for(folder, notebook):
    """A copy of a notebook whose links lead from another folder to the same files.

    Only the links to other notebooks stay as they are, because copies of these lie in the same folder.
    """

    def link_from_there(match):
        path, mark, place = match[0].partition("#")
        if re.fullmatch(r"\d\d_\w+\.ipynb", path):
            return match[0]
        target = (NOTEBOOKS / path).resolve()
        try:
            return quote(Path(os.path.relpath(target, folder)).as_posix()) + mark + place
        except ValueError:  # on Windows, from one drive to another
            return target.as_uri() + mark + place

    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"(?<=\]\()(?!https?:|#)[^)\s]+(?=\))", link_from_there, cell.source)
    return notebook


def to_html(notebook):
    """The notebook as a page whose links to the neighbors lead to their pages."""
    page, _ = HTMLExporter().from_notebook_node(notebook)
    return re.sub(r'href="(\d\d_\w+)\.ipynb"', r'href="\1.html"', page)


def count_code_cells(path):
    return sum(cell.cell_type == "code" for cell in nbformat.read(path, as_version=4).cells)


def report(folder, model_name, minutes, ran, total):
    """Print where everything is, and what came out; ``ran`` of ``total`` notebooks were run this time."""
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    first, last = history["val_losses"][0], history["val_losses"][-1]
    if ran:
        which = "All notebooks" if ran == total else f"{ran} of {total} notebooks, the others had been run before,"
        print(f"\n{which} ran in {minutes:.1f} minutes with {model_name}. Everything is in {folder}:")
    else:
        print(f"\nAll notebooks had been run with {model_name}, and nothing has changed since. To run them all the "
              "same, for example because a judge can be reached now: python notebooks/run_all.py --again. "
              f"Everything is in {folder}:")  # fmt: skip
    for name, content in (
        ("notebooks", "the executed notebooks, and each as HTML"),
        (f"{short_name(model_name)}-sft.pth", "the fine-tuned weights"),
        ("loss-plot.png", "the loss curves"),
        ("instruction-data-with-response.json", "the responses to the test set"),
    ):
        print(f"  {name:<38}{content}")
    print(f"Before training:  training loss {history['initial_train_loss']:.3f}, "
          f"validation loss {history['initial_val_loss']:.3f}")
    print(f"Last evaluation:  training loss {history['train_losses'][-1]:.3f}, validation loss {last:.3f} "
          f"(at the first step: {first:.3f})")


def fingerprints(paths, model_name, device):
    """``{stem: digest}`` of all that a notebook's outputs depend on: settings, packages, code, data, earlier notebooks.

    What is reached over a network is not part of it, and files that a reader has changed in outputs/ are not either.
    """
    variables = {name: os.environ.get(name) for name in VARIABLES}
    settings = [model_name, str(device), variables, sys.version, torch.__version__]
    digest = hashlib.sha256(json.dumps(settings).encode("utf-8"))
    data = chosen_data()
    files = [*NOTEBOOKS.parent.glob("*.py"), *NOTEBOOKS.rglob("*.py"), *NOTEBOOKS.parent.glob("gpt/*.py")]
    files += [*DATA.glob("*.json"), *DATA.glob("reference/*.json"), *([Path(data)] if data else [])]
    for path in sorted(files):
        digest.update(str(path).encode("utf-8") + b"\0" + path.read_bytes() + b"\0")
    found = {}
    for path in paths:
        cells = nbformat.read(path, as_version=4).cells
        for source in [cell.source for cell in cells if cell.cell_type == "code"]:
            digest.update(source.encode("utf-8") + b"\0")
        found[path.stem] = digest.hexdigest()
    return found


def read_finished(executed):
    """The fingerprints of the notebooks that have run to their end; ``{}`` if nothing tells."""
    try:
        return dict(json.loads((executed / FINISHED).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def keep_finished(executed, finished):
    """Keep the fingerprints of the notebooks that have run to their end."""
    write_atomically(executed / FINISHED, json.dumps(finished).encode("utf-8"))


def forget_earlier_runs(folder, model_name):
    """Remove what a run would go on from, because outputs to be kept come from one run and show its first start."""
    converted = DATA / "gpt2" / model_size_of(model_name) / CONVERTED_FILE
    for path in (folder / TRAINING_CHECKPOINT, *folder.glob("*.progress"), converted):
        path.unlink(missing_ok=True)


def keep_reference(folder, model_name):
    """Keep the run's losses and plot in data/reference, for the tests and the README to compare with and to show."""
    history = json.loads((folder / "history.json").read_text(encoding="utf-8"))
    del history["minutes"]
    name = short_name(model_name)
    text = json.dumps(history)
    (DATA / "reference" / f"{name}.json").write_text(text.replace(', "', ',\n"') + "\n", encoding="utf-8")
    shutil.copyfile(folder / "loss-plot.png", DATA / "reference" / f"{name}-loss.png")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true", help="also run notebooks of which nothing has changed")
    parser.add_argument("--in-place", action="store_true", help="renew the outputs kept in the notebooks")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    if arguments.in_place:
        choose_data(None)  # what is kept is about the data of the series
    # For all notebooks, which run in a folder of their own and of which the first one may choose anew.
    os.environ["INSTRUCTION_DATA"] = "" if arguments.in_place else chosen_data() or ""
    try:
        device = choose_device()
        model_name = choose_model(device)
        folder = output_folder(model_name)
    except (ValueError, OSError) as error:
        sys.exit(str(error))
    if arguments.in_place:
        forget_earlier_runs(folder, model_name)
    executed = folder / "notebooks"
    executed.mkdir(exist_ok=True)
    paths = sorted(NOTEBOOKS.glob("[0-9][0-9]_*.ipynb"))
    if arguments.in_place:
        paths += NOTEBOOKS.glob("workshop.ipynb")  # a reader runs it by hand, but its outputs are kept, too
    fingerprint_of, finished = fingerprints(paths, model_name, device), read_finished(executed)
    if arguments.again or arguments.in_place or not (folder / "history.json").exists():
        finished = {}
    started, ran = time.time(), 0
    cells = sum(count_code_cells(path) for path in paths)
    with tqdm(total=cells, unit="cell", bar_format="{l_bar}{bar}| {n_fmt}/{total_fmt} cells [{elapsed}]") as bar:
        for path in paths:
            bar.set_description(path.stem)
            tqdm.write(f"\n{path.name}", file=sys.stdout)
            if finished.get(path.stem) == fingerprint_of[path.stem] and (executed / path.name).exists():
                tqdm.write("    has been run, and nothing that it depends on has changed", file=sys.stdout)
                bar.update(count_code_cells(path))
                continue
            finished.pop(path.stem, None)
            keep_finished(executed, finished)
            ran += 1
            try:
                notebook = run_notebook(path, bar)
            except CellExecutionError as error:
                nbformat.write(copy_for(executed, error.notebook), executed / path.name)
                sys.exit(f"\n{path.name} stopped at an error; its outputs so far are in {executed}.\n\n{error}")
            tidy(notebook)
            if arguments.in_place:
                nbformat.write(notebook, path)
            notebook = copy_for(executed, notebook)
            nbformat.write(notebook, executed / path.name)
            (executed / f"{path.stem}.html").write_text(to_html(notebook), encoding="utf-8")
            finished[path.stem] = fingerprint_of[path.stem]
            keep_finished(executed, finished)
    if arguments.in_place:
        keep_reference(folder, model_name)
        quote_in_readme.renew()
    report(folder, model_name, (time.time() - started) / 60, ran, len(paths))


if __name__ == "__main__":
    main()
