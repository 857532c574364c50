"""Memory that each process takes to load a model: whole, or only its part (gpt.sharded_loading).

    python tests/benchmarks/sharded_loading.py --model "gpt2-medium (355M)" --processes 1 2 4

The weights are random, in a file of the shape of the converted copy, written to a temporary folder (1.4 GB for GPT-2
medium). Memory is what the system counts as the process's own at its highest while it loads, beyond what it had
before; pages of the file that are only mapped are shared by all processes and not counted. Linux only.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO))

import torch  # noqa: E402
from safetensors.torch import save_file  # noqa: E402

from gpt.checkpoint_files import CONVERTED_FILE, INDEX_FILE, WEIGHTS_FILE  # noqa: E402
from gpt.converted_copy import fingerprint_of  # noqa: E402
from gpt.distributed import shard  # noqa: E402
from gpt.processes import of_all_ranks, process_group, rank  # noqa: E402
from gpt.sharded_loading import load_own_part, place_of  # noqa: E402
from previous_chapters import GPTModel, config_of, without_weights  # noqa: E402


def write_random_copy(folder, config):
    """Write a file as gpt.converted_copy does, of random weights."""
    (folder / INDEX_FILE).write_bytes(b"stands for the index of a checkpoint")
    (folder / WEIGHTS_FILE).write_bytes(b"stands for its weights")
    with without_weights():
        model = GPTModel(config)
    weights = {}
    for name, parameter in model.named_parameters():
        theirs, _, parts = place_of(name)
        weights.setdefault(theirs, torch.full((parts * len(parameter), *parameter.shape[1:]), 0.01))
    save_file(weights, folder / CONVERTED_FILE, metadata={"format": "pt", "fingerprint": fingerprint_of(folder)})


def private_memory():
    """Bytes that belong to this process alone."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


class Highest:
    """The most private memory inside of ``with``, looked at a thousand times a second."""

    def __enter__(self):
        self.bytes, self.is_over = private_memory(), False
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()
        return self

    def _watch(self):
        while not self.is_over:
            self.bytes = max(self.bytes, private_memory())
            time.sleep(0.001)

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()


def measure(folder, model_name, way):
    """What each process does: load, and report."""
    with process_group("cpu") as device:
        torch.zeros(1).add_(1)
        before, started = private_memory(), time.perf_counter()
        with Highest() as highest:
            if way == "whole":
                model = GPTModel(config_of(model_name)).to(device)
                shard(model)
            else:
                with without_weights():
                    model = GPTModel(config_of(model_name))
                shard(model)
                load_own_part(model, folder)
        seconds = time.perf_counter() - started
        found = of_all_ranks((highest.bytes - before, private_memory() - before, seconds))
        if rank() == 0:
            print(json.dumps(found))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gpt2-medium (355M)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--ways", nargs="+", default=["whole", "part"], choices=("whole", "part"))
    parser.add_argument("--measure", nargs=2, metavar=("FOLDER", "WAY"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(Path(arguments.measure[0]), arguments.model, arguments.measure[1])
        return
    print(f"{arguments.model}, GB per process (the most while loading; afterwards), seconds")
    with tempfile.TemporaryDirectory() as folder:
        write_random_copy(Path(folder), config_of(arguments.model))
        for way in arguments.ways:
            for processes in arguments.processes:
                command = [
                    sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}",
                    __file__, "--model", arguments.model, "--measure", folder, way,
                ]  # fmt: skip
                environment = {**os.environ, "OMP_NUM_THREADS": "1"}
                ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
                if ended.returncode:
                    sys.exit(ended.stderr)
                found = json.loads(ended.stdout.strip().splitlines()[-1])
                highest, after, seconds = (max(column) for column in zip(*found, strict=True))
                print(f"{way:<6} {processes} processes: {highest / 1e9:.2f}; {after / 1e9:.2f} GB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
