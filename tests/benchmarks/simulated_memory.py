"""Hold the simulation of gpt.scaling against what real processes hold on a CPU: memory at most, beyond the program's.

    python tests/benchmarks/simulated_memory.py --model "gpt2-tiny (6M)" --processes 1 2 4

Two measurements stand beside it: the bytes of all tensors that are alive, counted at each operation, and what the
system counts as the process's own memory (which has the kernels' memory and gaps in it, too). Linux only.
"""

import argparse
import gc
import json
import os
import subprocess
import sys
import weakref

import torch
from sharded_loading import REPO, Highest, private_memory
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from gpt.distributed import exchange_gradients, loss_of_own_rows, replicate, shard
from gpt.kernels import fused_training
from gpt.processes import of_all_ranks, process_group, rank, world_size
from gpt.scaling import simulate
from previous_chapters import GPTModel, config_of

ROWS, TOKENS = 8, 160


class AliveTensors(TorchDispatchMode):
    """The most bytes that tensors hold inside of ``with``; FSDP2 lets tensors grow and shrink, so all are looked at."""

    def __init__(self):
        super().__init__()
        self.storages, self.most = {}, 0
        for thing in gc.get_objects():
            if issubclass(type(thing), torch.Tensor):
                self._note(thing)

    def _note(self, tensor):
        storage = getattr(tensor, "_local_tensor", tensor).untyped_storage()
        key = id(storage)
        if key not in self.storages:
            self.storages[key] = weakref.ref(storage, lambda _: self.storages.pop(key, None))

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        for thing in tree_leaves((arguments, result)):
            if isinstance(thing, torch.Tensor):
                self._note(thing)
        alive = (reference() for reference in list(self.storages.values()))
        self.most = max(self.most, sum(storage.nbytes() for storage in alive if storage is not None))
        return result


def measure(model_name, way):
    torch.backends.mkldnn.is_available = lambda: False  # oneDNN's tensors do not tell their size
    with process_group("cpu"):
        before = private_memory()
        model = GPTModel(config_of(model_name))
        (shard if way == "FSDP" else replicate)(model)
        optimizer = torch.optim.AdamW(model.parameters())
        batch = torch.zeros(ROWS * world_size(), TOKENS, dtype=torch.int64)

        def step():
            with fused_training():
                exchange_gradients(model, True)
                if world_size() > 1:
                    loss = loss_of_own_rows(batch, batch, model)
                else:
                    loss = torch.nn.functional.cross_entropy(model(batch).flatten(0, 1), batch.flatten())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()

        for _ in range(2):  # the optimizer's averages and DDP's buckets are there then
            step()
        with Highest() as highest:
            step()
        with AliveTensors() as alive:
            step()
        found = of_all_ranks((alive.most, highest.bytes - before))
        if rank() == 0:
            print(json.dumps(found))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gpt2-tiny (6M)")
    parser.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--measure", choices=("alone", "DDP", "FSDP"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.model, arguments.measure)
        return
    print(f"{arguments.model}, {ROWS} x {TOKENS} tokens for each process; MB per process at most")
    for simulated in simulate(arguments.model, arguments.processes, ROWS, TOKENS):
        command = [
            sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={simulated.processes}",
            __file__, "--model", arguments.model, "--measure", simulated.way,
        ]  # fmt: skip
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(REPO)}
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
        if ended.returncode:
            sys.exit(ended.stderr)
        tensors, private = (max(column) for column in zip(*json.loads(ended.stdout.splitlines()[-1]), strict=True))
        print(
            f"{simulated.way:<5}{simulated.processes} processes: simulated {simulated.peak / 1e6:6.0f}, "
            f"tensors {tensors / 1e6:6.0f}, process {private / 1e6:6.0f}"
        )


if __name__ == "__main__":
    main()
