"""Does a training survive? Killed and resumed with the GPU's random state, and out of memory with advice that fits.

A training with dropout runs in a process that is killed with SIGKILL after it has written a checkpoint; another one
goes on from there. Its losses and weights are held against those of an undisturbed training. Kernels of a GPU may add
up in another order each time, so the undisturbed one runs twice: where the two agree to the last bit, so must the
resumed one; where they do not, it may be off by ten times as much as they are.
"""

import gc
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # matrix products that can be repeated

import torch
from machine import NOT_HERE, Rows, is_cuda, load_model, loaders, settings, silent, tokenizer_of

from gpt.model import GPTModel, config_of
from gpt.training import train_model_simple

SMALL = "gpt2-tiny (6M)"
KILLED_AFTER = "Ep 1 (Step 000003)"  # a checkpoint is written after each second step


# ---- killed and resumed -----------------------------------------------------------------------------------


def train_with_dropout(arguments, precision, checkpoint_path=None):
    """Train a small model with dropout; return ``(losses, weights, the random number that comes next)``."""
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.manual_seed(123)
    shape = {"vocab_size": config_of(arguments.model)["vocab_size"], "drop_rate": 0.1}
    shape.update({"n_layers": 2, "emb_dim": 64} if arguments.quick else {})
    model = GPTModel({**config_of(SMALL), **shape}).to(arguments.device)
    train_loader, val_loader = loaders(arguments, batch_size=4 if arguments.quick else 64)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, weight_decay=0.1, fused=True)
    train_losses, val_losses, _ = train_model_simple(
        model, train_loader, val_loader, optimizer, arguments.device, num_epochs=1, eval_freq=1, eval_iter=1,
        start_context="The", tokenizer=tokenizer_of(arguments), precision=precision, checkpoint_path=checkpoint_path,
        checkpoint_every=2,
    )  # fmt: skip
    weights = torch.cat([parameter.detach().reshape(-1).cpu() for parameter in model.parameters()])
    return train_losses + val_losses, weights, torch.rand(1, device=arguments.device).item()


def train_until_killed(arguments, precision, checkpoint_path):
    """Train in a process of its own; kill it when it has printed that it is beyond a checkpoint."""
    environment = {**os.environ, "PART_PRECISION": precision, "PART_CHECKPOINT": str(checkpoint_path)}
    with subprocess.Popen(
        [sys.executable, "-u", str(Path(__file__).resolve()), *sys.argv[1:]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8", env=environment,
    ) as process:  # fmt: skip
        for line in process.stdout:
            if KILLED_AFTER in line:
                process.send_signal(signal.SIGKILL)
                break
        process.wait()
    return process.returncode == -signal.SIGKILL


def differences(one, other):
    losses = max(abs(a - b) for a, b in zip(one[0], other[0], strict=True))
    return losses, (one[1] - other[1]).abs().max().item(), one[2] == other[2]


def check_resuming(arguments, rows, precision):
    name = f"killed and resumed, {precision}"
    with rows.going_on(name):
        path = arguments.out / f"resumed-{precision}.pt"
        path.unlink(missing_ok=True)
        with silent():
            expected = train_with_dropout(arguments, precision)
            again = train_with_dropout(arguments, precision)
        was_killed = train_until_killed(arguments, precision, path)
        with silent() as printed:
            found = train_with_dropout(arguments, precision, path)
        noise, resumed = differences(expected, again), differences(expected, found)
        went_on = re.search(r"Going on after step (\d+)", printed.getvalue())
        is_right = (
            was_killed and went_on and resumed[0] <= 10 * noise[0] and resumed[1] <= 10 * noise[1] and resumed[2]
        )
        rows.check(
            name, bool(is_right),
            f"went on after step {went_on[1]}" if went_on else "did not go on from a checkpoint",
            losses_off=resumed[0], weights_off=resumed[1], two_undisturbed_runs_off=noise[1],
        )  # fmt: skip


# ---- out of memory ----------------------------------------------------------------------------------------


def two_steps(arguments, batch_size=8, **options):
    """Two steps of notebook 04's training on batches of the longest entries."""
    model = load_model(arguments)
    train_loader, val_loader = loaders(arguments, batch_size, shuffle=False)
    longest = sorted(train_loader.dataset, key=len, reverse=True)
    rows_needed = 2 * batch_size * options.get("accumulation_steps", 1)
    few = torch.utils.data.DataLoader(longest[:rows_needed], batch_size, collate_fn=train_loader.collate_fn)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    with silent():
        train_model_simple(
            model, few, val_loader, optimizer, arguments.device, num_epochs=1, eval_freq=100, eval_iter=1,
            start_context="The", tokenizer=tokenizer_of(arguments), **options,
        )  # fmt: skip


def memory_of(work):
    torch.cuda.init()
    gc.collect()
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats()
    work()
    return torch.cuda.max_memory_allocated()


def check_out_of_memory(arguments, rows):
    name = "out of memory says what to reduce"
    if not is_cuda(arguments):
        return rows.add(name, NOT_HERE, "a CPU has no memory of its own that could be used up")
    total = torch.cuda.get_device_properties(0).total_memory
    parameters = sum(parameter.numel() for parameter in load_model(arguments, "cpu").parameters())
    base, rows_of_a_batch = 16 * parameters, 8 if config_of(arguments.model)["emb_dim"] >= 1024 else 32
    peak = memory_of(lambda: two_steps(arguments, rows_of_a_batch))
    limit = base + 0.75 * (peak - base)  # a GPU on which the batch just does not fit
    message = ""
    torch.cuda.set_per_process_memory_fraction(limit / total)
    try:
        memory_of(lambda: two_steps(arguments, rows_of_a_batch))
    except torch.cuda.OutOfMemoryError as error:
        message = str(error)
    rows.check(
        name, "The GPU has run out of memory in step" in message, message or "there was no error",
        needed_gb=peak / 1e9, limit_gb=limit / 1e9,
    )  # fmt: skip
    advice = re.search(r"batch_size=(\d+) .*accumulation_steps=(\d+)", message)
    ways = {'precision="auto"': {"precision": "auto", "batch_size": rows_of_a_batch}}
    if advice:
        ways[advice[0].split(" for ")[0]] = {"batch_size": int(advice[1]), "accumulation_steps": int(advice[2])}
    for way, options in ways.items():
        try:
            taken = memory_of(lambda options=options: two_steps(arguments, **options))
            rows.add(f"the advice fits: {way}", peak_gb=taken / 1e9, limit_gb=limit / 1e9)
        except torch.cuda.OutOfMemoryError as error:
            rows.check(f"the advice fits: {way}", False, str(error)[:200], limit_gb=limit / 1e9)
    return torch.cuda.set_per_process_memory_fraction(1.0)


def main():
    arguments = settings(__doc__)
    if "PART_PRECISION" in os.environ:  # the process that is to be killed
        train_with_dropout(arguments, os.environ["PART_PRECISION"], Path(os.environ["PART_CHECKPOINT"]))
        time.sleep(60)
        return
    rows = Rows(arguments, "survival")
    for precision in ("fp32",) if arguments.quick else ("fp32", "fp16", "bf16"):
        check_resuming(arguments, rows, precision)
    torch.use_deterministic_algorithms(False)
    with rows.going_on("out of memory"):
        check_out_of_memory(arguments, rows)


if __name__ == "__main__":
    main()
