"""Run the notebooks of the series one after the other.

    python notebooks/run_all.py              run them; executed copies, as notebooks and HTML, go to outputs/<model>/
    python notebooks/run_all.py --again      also those that have been run, and nothing has changed since
    python notebooks/run_all.py --verbose    print all that the cells print
    python notebooks/run_all.py --in-place   renew the outputs that are kept in the notebooks, and what README.md quotes

Each notebook becomes a line: its time and its key figure. A cell says in its metadata what is shown of it:
{"run_all": {"key_figure": 0}} the first line that it prints, which is the notebook's key figure (1: the second, -1: the
last), {"run_all": {"as_it_comes": true}} all of its lines while it runs. Warnings are always shown.
"""

import argparse
import asyncio
import contextlib
import copy
import hashlib
import importlib.metadata
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import textwrap
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
    HELP,
    ROOT,
    TRAINING_CHECKPOINT,
    choose_data,
    choose_device,
    choose_model,
    chosen_data,
    digest_of_entries,
    load_data,
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
    """A notebook client that passes on what cells print while they run, and that Ctrl-C ends in good order.

    Args:
        name: of the notebook, to be named with warnings.
        show_all: whether to pass on all lines, not only those of cells that ask for it.
    """

    def __init__(self, notebook, name, show_all, **options):
        super().__init__(notebook, **options)
        self.name, self.show_all = name, show_all
        self.interrupted = False
        self.unfinished = {"stdout": "", "stderr": ""}  # the beginning of a line whose end has not come yet
        self.warned = set()
        self.kernel_errors = tempfile.TemporaryFile()  # what the kernel's process writes, besides the cells' outputs

    async def async_start_new_kernel(self, **options):
        try:  # nbclient's own handler, set just before, ends the kernel and leaves a traceback
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt)
        except RuntimeError:  # on Windows, where Ctrl-C raises KeyboardInterrupt here
            pass
        await super().async_start_new_kernel(stderr=self.kernel_errors, **options)

    def interrupt(self):
        """Interrupt the running cell, so that a training keeps its last step; at the second time, end the kernel."""
        again, self.interrupted = self.interrupted, True
        if self.km and self.km.has_kernel:
            ending = self.km.shutdown_kernel(now=True) if again else self.km.interrupt_kernel()
            self.ending = asyncio.ensure_future(ending)  # kept: the loop holds its tasks by weak references only

    def process_message(self, msg, cell, cell_index):
        if msg["msg_type"] == "stream":
            self.show(msg["content"]["name"], msg["content"]["text"], cell)
        return super().process_message(msg, cell, cell_index)

    def show(self, stream, text, cell):
        """Print the lines that are complete."""
        *lines, self.unfinished[stream] = (self.unfinished[stream] + text).split("\n")
        for line in (line.rstrip("\r").split("\r")[-1] for line in lines):  # of a progress bar, its end
            if stream == "stdout":
                if self.show_all or settings_of(cell).get("as_it_comes"):
                    say(f"    {line}")
            elif "Warning: " in line and line not in self.warned:  # a file and its line, UserWarning: what it says
                self.warned.add(line)
                say(f"    {self.name}: {line.strip()}")

    def cell_has_ended(self, cell):
        for stream, beginning in self.unfinished.items():
            self.show(stream, "\n" * bool(beginning), cell)
        if self.interrupted:  # and the cell went on to its end
            raise KeyboardInterrupt

    def kernel_has_ended(self):
        """Pass on what its process has written, such as why it crashed; but not that it was interrupted."""
        with self.kernel_errors:
            self.kernel_errors.seek(0)
            if not self.interrupted:
                sys.stderr.write(self.kernel_errors.read().decode("utf-8", errors="replace"))


def settings_of(cell):
    """What a cell says about how this script shows it."""
    return cell.metadata.get("run_all", {})


def key_figure(notebook):
    """The printed line that the notebook says is its key figure; "" if it says none, or that line was not printed."""
    for cell in notebook.cells:
        number = settings_of(cell).get("key_figure")
        if number is not None:
            printed = [each.text for each in cell.get("outputs", []) if each.get("name") == "stdout"]
            lines = [" ".join(line.split()) for line in "".join(printed).splitlines() if line.strip()]
            return lines[number] if -len(lines) <= number < len(lines) else ""
    return ""


def say(line):
    """Print a line, above the progress bar if there is one."""
    tqdm.write(line, file=sys.stdout)
    sys.stdout.flush()  # into a file or a pipe it would come late


def say_result(when, path, notebook):
    """Print the line of a notebook, cut to the width of the terminal if it is one."""
    line, figure = f"{when:>5}  {path.stem}", key_figure(notebook)
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns - len(f"{line}: ")
        figure = textwrap.shorten(figure, max(room, 10), placeholder=" ...")
    say(f"{line}: {figure}" if figure else line)


def run_notebook(path, progress_bar, show_all=False):
    """Execute a notebook in its own folder; return it with its outputs.

    Raises:
        CellExecutionError: if a cell fails. The notebook so far is in the error's attribute ``notebook``.
        KeyboardInterrupt: after Ctrl-C.
    """
    notebook = nbformat.read(path, as_version=4)

    def cell_has_ended(cell, **_):
        progress_bar.update()
        client.cell_has_ended(cell)

    client = TalkingClient(
        notebook,
        path.stem,
        show_all,
        timeout=None,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only
        resources={"metadata": {"path": str(NOTEBOOKS)}},
        on_cell_executed=cell_has_ended,
    )
    try:
        client.execute()
    except Exception as error:
        if client.interrupted:  # the cell that was interrupted, or a kernel that has gone meanwhile
            raise KeyboardInterrupt from None
        if isinstance(error, CellExecutionError):
            error.notebook = notebook
        raise
    finally:
        client.kernel_has_ended()
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


def read_history(folder):
    """Return the losses that notebook 04 has written: the whole file, and the five that are told, as ``(dict, list)``.

    It ends the program if the file is missing or damaged, with a message that says what to do.
    """
    path = folder / "history.json"
    try:
        history = json.loads(path.read_text(encoding="utf-8"))
        told = [history["initial_train_loss"], history["initial_val_loss"], history["train_losses"][-1],
                history["val_losses"][-1], history["val_losses"][0]]  # fmt: skip
        return history, [float(loss) for loss in told]
    except (OSError, ValueError, LookupError, TypeError) as error:
        sys.exit(f"\n{path} does not hold the losses that notebook 04 writes ({type(error).__name__}: {error}). Run "
                 f"04_finetune.ipynb again, or all notebooks: python notebooks/run_all.py --again. {HELP}")  # fmt: skip


def report(folder, model_name, minutes, ran, total):
    """Print where everything is, and what came out; ``ran`` of ``total`` notebooks were run this time."""
    _, (initial_train, initial_val, train, val, first) = read_history(folder)
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
    print(f"Before training:  training loss {initial_train:.3f}, validation loss {initial_val:.3f}")
    print(f"Last evaluation:  training loss {train:.3f}, validation loss {val:.3f} (at the first step: {first:.3f})")


def versions_of_packages():
    """``{package: version}`` of those in requirements.txt; None for one that is not installed."""
    found = {}
    for name in re.findall(r"^[\w.-]+", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.M):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found


def digest_of_data():
    """A digest of the entries that a reader has chosen, wherever they come from; "" for the data of the series.

    If they cannot be read now, that is said, and notebook 00 will tell more. The digest is then none of any entries.
    """
    source = chosen_data()
    if not source:
        return ""
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # notebook 00 prints what was found
            return digest_of_entries(load_data())
    except (OSError, ValueError) as error:
        print(f"The data at {source} cannot be read now ({type(error).__name__}). Notebook 00 tells more. {HELP}")
        return f"{source}: {error}"


def fingerprints(paths, model_name, device):
    """``{stem: digest}`` of all that a notebook's outputs depend on: settings, versions, code, data, earlier notebooks.

    The versions are those of Python and of the packages in requirements.txt. Of what is reached over a network only the
    data are part of it, and files that a reader has changed in outputs/ are not.
    """
    variables = {name: os.environ.get(name) for name in VARIABLES}
    settings = [model_name, str(device), variables, sys.version, torch.__version__, versions_of_packages()]
    digest = hashlib.sha256(json.dumps([*settings, digest_of_data()]).encode("utf-8"))
    files = [*NOTEBOOKS.parent.glob("*.py"), *NOTEBOOKS.rglob("*.py"), *NOTEBOOKS.parent.glob("gpt/*.py")]
    files += [*DATA.glob("*.json"), *DATA.glob("reference/*.json")]
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


def read_copy(path):
    """An executed copy from an earlier run; None if there is none, or it cannot be read."""
    try:
        return nbformat.read(path, as_version=4)
    except Exception:  # what is no notebook may lead to any
        return None


def write_notebook(notebook, path):
    write_atomically(path, (nbformat.writes(notebook).rstrip("\n") + "\n").encode("utf-8"))


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
    history, _ = read_history(folder)
    history.pop("minutes", None)
    name = short_name(model_name)
    text = json.dumps(history).replace(', "', ',\n"') + "\n"
    write_atomically(DATA / "reference" / f"{name}.json", text.encode("utf-8"))
    write_atomically(DATA / "reference" / f"{name}-loss.png", (folder / "loss-plot.png").read_bytes())


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true", help="also run notebooks of which nothing has changed")
    parser.add_argument("--verbose", action="store_true", help="print all that the cells print, not only key figures")
    parser.add_argument("--in-place", action="store_true", help="renew the outputs kept in the notebooks")
    return parser.parse_args()


def run_those_that_need_it(paths, arguments, executed, fingerprint_of, finished):
    """Run the notebooks, keep their copies, print a line for each, and return how many were run."""
    ran, cells = 0, sum(count_code_cells(path) for path in paths)
    bar_format = "{l_bar}{bar}| {n_fmt}/{total_fmt} cells [{elapsed}]"
    with tqdm(total=cells, unit="cell", bar_format=bar_format, disable=None) as bar:  # only in a terminal
        for path in paths:
            bar.set_description(path.stem)
            is_finished = finished.get(path.stem) == fingerprint_of[path.stem]
            if is_finished and (earlier := read_copy(executed / path.name)):
                say_result("kept", path, earlier)
                bar.update(count_code_cells(path))
                continue
            finished.pop(path.stem, None)
            keep_finished(executed, finished)
            ran, started = ran + 1, time.time()
            if arguments.verbose:
                say(f"\n{path.name}")
            try:
                notebook = run_notebook(path, bar, arguments.verbose)
            except CellExecutionError as error:
                write_notebook(copy_for(executed, error.notebook), executed / path.name)
                sys.exit(f"\n{path.name} stopped at an error; its outputs so far are in {executed}.\n\n{error}")
            tidy(notebook)
            if arguments.in_place:
                write_notebook(notebook, path)
            copied = copy_for(executed, notebook)
            write_notebook(copied, executed / path.name)
            write_atomically(executed / f"{path.stem}.html", to_html(copied).encode("utf-8"))
            finished[path.stem] = fingerprint_of[path.stem]
            keep_finished(executed, finished)
            say_result(tqdm.format_interval(time.time() - started), path, notebook)
    return ran


def run_all(arguments):
    """Run the notebooks, and print what came out and where it is."""
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
    if arguments.again or arguments.in_place:
        finished = {}
    elif not (folder / "history.json").exists():  # of notebook 04: it has not come to its end, or its files have gone
        finished = {stem: digest for stem, digest in finished.items() if stem < "04"}
    started = time.time()
    ran = run_those_that_need_it(paths, arguments, executed, fingerprint_of, finished)
    if arguments.in_place:
        keep_reference(folder, model_name)
        quote_in_readme.renew()
    report(folder, model_name, (time.time() - started) / 60, ran, len(paths))


def main():
    arguments = parse_arguments()
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # on Windows, a file or a pipe cannot hold every character
    try:
        run_all(arguments)
    except KeyboardInterrupt:
        print("\nInterrupted. What has been run is kept: the same command goes on from there.", file=sys.stderr)
        sys.exit(130)  # as a shell expects after Ctrl-C


if __name__ == "__main__":
    main()
