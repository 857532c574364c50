"""Do the notebooks run on this device? All code cells of 01 to 06 (with --quick, of 00, too), in order, timed.

The machine needs no Jupyter: a notebook's cells run one after the other in a plain Python process of its own, as a
kernel would run them; plots are drawn and not shown. They run in a copy of the series, ``<out>/series``, whose
``data/gpt2/<size>`` is the checkpoint of random weights, so that nothing that a reader has is touched. Two things are
told to the copy, because the checkpoint is not OpenAI's and TensorFlow may be absent:

    the published sizes and digests of OpenAI's files are forgotten (``gpt_download.FILE_SIZES`` and ``SHA256``)
    what TensorFlow would read comes from the converted copy, where TensorFlow cannot be imported

The last row runs notebook 04 as on Colab's T4, if the GPU is larger: with 14.6 GiB of memory, and as a GPU without bf16
that gets fp16 from ``precision="auto"``. The copy of a --quick run has few and short entries, and asks for short
answers.
"""

import contextlib
import importlib.util
import json
import os
import shutil
import sys
import time
import traceback
from pathlib import Path

from machine import FAILED, NOT_HERE, OK, ROOT, Rows, first_lines, is_cuda, settings

T4_BYTES = int(14.6 * 2**30)  # what PyTorch sees of the 16 GB of a T4
COPIED = ("gpt", "notebooks", "data/reference", "gpt_download.py", "previous_chapters.py")
CONFIGURATION = {"OUTPUTS_DIR": "outputs", "MPLBACKEND": "Agg"}


def copy_series(arguments):
    """Make the copy; return its folder."""
    series = arguments.out / "series"
    shutil.rmtree(series, ignore_errors=True)
    for name in COPIED:
        source, target = ROOT / name, series / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        else:
            shutil.copyfile(source, target)
    for path in (ROOT / "data").glob("instruction-*"):
        shutil.copyfile(path, series / "data" / path.name)
    if arguments.quick:
        shorten(series)
    (series / "data" / "gpt2").mkdir()
    (series / "data" / "gpt2" / arguments.size).symlink_to(arguments.checkpoint.resolve(), target_is_directory=True)
    return series


def shorten(series):
    """For a quick run: few and short entries, small batches (of which notebook 04 wants eight), short answers."""
    path = series / "data" / "instruction-data.json"
    entries = json.loads(path.read_text(encoding="utf-8"))
    entries = [entry for entry in entries if len(entry["output"].split()) > 3]  # notebook 03 looks at such
    entries.sort(key=lambda entry: len(entry["instruction"] + entry["input"] + entry["output"]))
    kinds = [[entry for entry in entries if bool(entry["input"]) == wanted][:10] for wanted in (True, False)]
    path.write_text(json.dumps([entry for pair in zip(*kinds, strict=True) for entry in pair]), encoding="utf-8")
    changes = {
        "max_new_tokens=256": "max_new_tokens=4", "max_new_tokens=40": "max_new_tokens=4", "prompt, 40": "prompt, 4",
        "few, 40": "few, 4", "shuffle=True, drop_last=True": "shuffle=True, drop_last=True, batch_size=2",
    }  # fmt: skip
    for path in (series / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        for long, short in changes.items():
            text = text.replace(long, short)
        path.write_text(text, encoding="utf-8")


def prepare(as_t4):
    """In the process of a notebook, before its first cell: what the copy of the series is told."""
    import gpt_download

    gpt_download.FILE_SIZES.clear()
    gpt_download.SHA256.clear()
    if importlib.util.find_spec("tensorflow") is None or not is_tensorflow_s(gpt_download):
        gpt_download.load_gpt2_params_from_tf_ckpt = gpt_download.load_gpt2_params
    if as_t4:
        import torch

        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, T4_BYTES / total))
        torch.cuda.get_device_capability = lambda *_: (7, 5)


def is_tensorflow_s(gpt_download):
    """Whether TensorFlow could read the checkpoint; the stand-ins of checkpoint.py it cannot."""
    size = os.environ["PART_SIZE"]
    index = Path("data") / "gpt2" / size / "model.ckpt.index"
    return b"random weights" not in index.read_bytes()[:100]


def run_cells(series, notebook, as_t4):
    """Run the cells of a notebook; return ``{"seconds": ..., "peak_gb": ..., "reserved_gb": ..., "error": ...}``."""
    os.chdir(series)
    sys.path[:] = [str(series)] + [path for path in sys.path if Path(path).resolve() not in (ROOT, ROOT / "notebooks")]
    for name in [name for name in sys.modules if name.partition(".")[0] in ("gpt", "gpt_download", "notebook_setup")]:
        del sys.modules[name]  # the series itself, which this script has imported
    prepare(as_t4)
    os.chdir(series / "notebooks")
    cells = json.loads((series / "notebooks" / notebook).read_text(encoding="utf-8"))["cells"]
    names, error, start = {"__name__": "__main__"}, None, time.perf_counter()
    for number, cell in enumerate(cells):
        if cell["cell_type"] == "code":
            try:
                exec(compile("".join(cell["source"]), f"{notebook}, cell {number}", "exec"), names)
            except BaseException as problem:  # also what a cell raises to stop the kernel
                traceback.print_exc()
                error = f"cell {number} ({cell.get('id')}): {type(problem).__name__}: {first_lines(problem)}"
                break
    found = {"seconds": time.perf_counter() - start, "error": error}
    import torch

    if torch.cuda.is_initialized():
        found["peak_gb"] = torch.cuda.max_memory_allocated() / 1e9
        found["reserved_gb"] = torch.cuda.max_memory_reserved() / 1e9
    return found


def in_a_process(arguments, series, notebook, as_t4=False):
    """Fork a process for a notebook; what it prints goes to a file. Forked, it has PyTorch, but nothing on the GPU."""
    log = arguments.out / f"{notebook[:2]}{'-as-t4' if as_t4 else ''}.log"
    result = log.with_suffix(".result")
    result.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        try:
            with open(log, "w", encoding="utf-8", buffering=1) as file:
                os.dup2(file.fileno(), 1)
                os.dup2(file.fileno(), 2)
                with contextlib.redirect_stdout(file), contextlib.redirect_stderr(file):
                    found = run_cells(series, notebook, as_t4)
                result.write_text(json.dumps(found), encoding="utf-8")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    if not result.is_file():
        return {"error": f"the process ended; see {log.name}"}
    return json.loads(result.read_text(encoding="utf-8"))


def add_row(rows, name, found, note=""):
    error = found.pop("error")
    rows.add(name, FAILED if error else OK, error or note, **found)


def main():
    arguments = settings(__doc__)
    rows = Rows(arguments, "notebooks")
    if not hasattr(os, "fork"):
        return rows.add("notebooks", NOT_HERE, "this system cannot fork processes")
    if importlib.util.find_spec("matplotlib") is None:
        return rows.add("notebooks", FAILED, "matplotlib is missing: carry its wheel")
    series = copy_series(arguments).resolve()
    os.environ.update(CONFIGURATION, CHOOSE_MODEL=arguments.model, PART_SIZE=arguments.size)
    os.environ["OUTPUTS_DIR"] = str(arguments.out.resolve() / "outputs")
    if not is_cuda(arguments):
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
    importlib.import_module("matplotlib.pyplot")  # once, for all that are forked
    shutil.rmtree(arguments.out / "outputs", ignore_errors=True)
    notebooks = sorted(path.name for path in (series / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    for notebook in notebooks:
        if ("00" if arguments.quick else "01") <= notebook[:2] <= "06":
            add_row(rows, notebook, in_a_process(arguments, series, notebook))
    name = "04 as on a T4: 14.6 GiB, fp16"
    if not is_cuda(arguments):
        return rows.add(name, NOT_HERE)
    os.environ["OUTPUTS_DIR"] = str(arguments.out.resolve() / "outputs-as-t4")
    shutil.rmtree(arguments.out / "outputs-as-t4", ignore_errors=True)
    fine_tune = next(notebook for notebook in notebooks if notebook.startswith("04"))
    found = in_a_process(arguments, series, fine_tune, as_t4=True)
    log = (arguments.out / "04-as-t4.log").read_text(encoding="utf-8")
    note = f"{log.count('is left out')} steps left out; the processor is not a T4's, only memory and format are"
    return add_row(rows, name, found, note)


if __name__ == "__main__":
    main()
