"""Answer every open question about GPUs with one command: is it right there, does it fit, how fast is it?

    python tests/gpu/run_all.py                                     on a machine with an NVIDIA GPU, about ten minutes
    python tests/gpu/run_all.py --only checkpoint timing            some of the parts, in this order
    python tests/gpu/run_all.py --device cpu --model "gpt2-tiny (6M)" --quick    everything in little, on a CPU

It needs neither network nor TensorFlow: the checkpoint has the shape of GPT-2 medium and random weights. Each part runs
in a process of its own with its own time limit; one that fails or is too slow does not stop the others, and what it had
found is kept. Everything is collected in ``results.json`` and ``results.md`` in the output folder. The exit code is 0
if no row failed. README.md beside this tells what to bring, and in which order when time is short.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# The parts in the order of what matters most, each with its most seconds on a GPU. The first one is needed by all.
PARTS = {
    "checkpoint": ("a checkpoint of random weights", 60),
    "parity": ("the same numbers as on the CPU, and in other formats", 130),
    "timing": ("how fast, with how much memory", 150),
    "notebooks": ("the notebooks' cells", 220),
    "survival": ("killed and resumed; out of memory", 100),
    "experiments": ("candidates for a faster step", 120),
}
SCRIPTS = {"notebooks": "notebook_cells.py"}


def arguments_of_command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda", help="cuda, or cpu to see whether everything runs")
    parser.add_argument("--model", default="gpt2-medium (355M)", help="a name of model_configs, for its shape")
    parser.add_argument("--out", type=Path, default=ROOT / "outputs" / "gpu", help="folder for everything written")
    parser.add_argument("--vocabulary", type=Path, help="a folder with OpenAI's encoder.json and vocab.bpe")
    parser.add_argument("--minutes", type=float, default=9.5, help="for all parts together; the rest is left out")
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--quick", action="store_true", help="little data and few repeats")
    return parser.parse_args()


def run_part(arguments, part, seconds):
    """Run a part in a process group of its own for so many seconds; return why it ended, or None if it is complete."""
    command = [sys.executable, "-u", str(HERE / SCRIPTS.get(part, f"{part}.py")), "--out", str(arguments.out)]
    command += ["--device", arguments.device, "--model", arguments.model]
    command += ["--vocabulary", str(arguments.vocabulary)] if arguments.vocabulary else []
    command += ["--quick"] if arguments.quick else []
    environment = dict(os.environ, PYTHONIOENCODING="utf-8", HF_HUB_OFFLINE="1")
    if arguments.device == "cpu":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    log = arguments.out / f"{part}.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen(command, stderr=errors, env=environment, start_new_session=True)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"stopped after {seconds:.0f} s; what it had found is above"
        finally:
            end(process)
    if process.returncode:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or [""]
        return f"ended with code {process.returncode}: {last[0][:300]} ({log.name})"
    return None


def end(process):
    """End a part with all processes that it has started."""
    if hasattr(os, "killpg"):
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.kill()
    process.wait()


def rows_of(arguments, part):
    path = arguments.out / f"{part}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


def describe_machine(device):
    """One line about the machine, asked in a process of its own so that this one leaves the GPU alone."""
    code = (
        "import torch; print('PyTorch', torch.__version__)\n"
        f"if {device.startswith('cuda')}: properties = torch.cuda.get_device_properties(0); "
        "print(f'{properties.name}, {properties.total_memory / 1e9:.1f} GB, CUDA {torch.version.cuda}')"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    if found.returncode:
        return None, found.stderr.strip().splitlines()[-1]
    parts = [f"Python {platform.python_version()}", f"{os.cpu_count()} cores", *found.stdout.split("\n")[:2]]
    return ", ".join(part for part in parts if part), None


def to_markdown(result):
    """The rows as one table."""
    lines = [f"# {result['model']} on {result['device']}", "", f"{result['machine']}. {result['minutes']:.1f} minutes."]
    failed = [row for row in result["rows"] if row["outcome"] == "failed"]
    lines += [f"{len(result['rows'])} rows, {len(failed)} failed.", "", "| Part | What | | Figures | Note |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for row in result["rows"]:
        figures = {key: value for key, value in row.items() if key not in ("part", "name", "outcome", "note")}
        shown = ", ".join(f"{key} {value:.4g}" if isinstance(value, float) else f"{key} {value}"
                          for key, value in figures.items())  # fmt: skip
        cells = [row["part"], row["name"], row["outcome"], shown, row["note"]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def write(arguments, result):
    (arguments.out / "results.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    (arguments.out / "results.md").write_text(to_markdown(result), encoding="utf-8")


def main():
    arguments = arguments_of_command_line()
    arguments.out.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    machine, error = describe_machine(arguments.device)
    if error:
        sys.exit(
            f"Expected PyTorch with a device {arguments.device!r}, found: {error}. Nothing was measured. On a machine "
            'without a GPU: python tests/gpu/run_all.py --device cpu --model "gpt2-tiny (6M)" --quick'
        )
    print(machine, flush=True)
    result = {"machine": machine, "device": arguments.device, "model": arguments.model, "rows": []}
    for part in arguments.only or PARTS:
        description, most = PARTS[part]
        left = 60 * arguments.minutes - (time.monotonic() - start)
        (arguments.out / f"{part}.json").unlink(missing_ok=True)  # of an earlier run
        print(f"{part}: {description} (at most {min(most, left):.0f} s)", flush=True)
        problem = run_part(arguments, part, min(most, left)) if left > 5 else "no time was left for it"
        result["rows"] += rows_of(arguments, part)
        if problem:
            result["rows"].append({"part": part, "name": "the part", "outcome": "failed", "note": problem})
            print(f"    [failed] {problem}", flush=True)
        result["minutes"] = (time.monotonic() - start) / 60
        write(arguments, result)  # after each part, so that whatever ends this run leaves what there is
    failed = [row for row in result["rows"] if row["outcome"] == "failed"]
    counts = f"{len(result['rows'])} rows, {len(failed)} failed, {result['minutes']:.1f} minutes"
    print(f"{counts}: {arguments.out / 'results.md'}")
    for row in failed:
        print(f"    [failed] {row['part']}: {row['name']}  {row['note']}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
