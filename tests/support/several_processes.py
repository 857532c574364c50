"""Programs of several processes for the tests, started by torchrun, and what starts them.

    python -m torch.distributed.run --standalone --nproc-per-node=2 tests/support/several_processes.py WORK FOLDER

FOLDER holds a small vocabulary and what the work needs. Each process writes its id there; rank 0 writes what was found
to WORK.json.
"""

import contextlib
import copy
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO / "tests" / "support"), str(REPO), str(REPO / "data" / "builders")]

import pytest  # noqa: E402
import torch  # noqa: E402

from gpt.distributed import is_parallel, replicate, shard  # noqa: E402
from gpt.processes import process_group, rank, world_size  # noqa: E402
from gpt.sharded_loading import load_own_part  # noqa: E402
from helpers import freshly_started_model, instruction_entries, small_config  # noqa: E402
from previous_chapters import (  # noqa: E402
    GPTModel,
    extract_responses,
    load_tokenizer,
    save_weights,
    without_weights,
)
from small_training import at_call, train  # noqa: E402

needs_several_processes = pytest.mark.skipif(
    sys.platform == "win32" or not (torch.distributed.is_available() and torch.distributed.is_gloo_available()),
    reason="here is no gloo, with which processes on CPUs talk to each other, or no signals to stop them",
)
WAYS = {"replicated": replicate, "sharded": shard}
# Entries of different lengths, 22 of them in batches of 4: the last batch has two rows.
OPTIONS = {"drop_rate": 0.0, "drop_last": False, "n_layers": 1}
CASES = {
    "plain": {},
    "accumulated": {"accumulation_steps": 3, "eval_freq": 1},
    "fused kernels": {"precision": "fp32", "eval_freq": 1, "num_epochs": 1},
}


def extract(vocabulary, path):
    """Let a small random model respond, the same one each time."""
    tokenizer = load_tokenizer(vocabulary)
    model = freshly_started_model(small_config(context_length=256))
    extract_responses(model, tokenizer, instruction_entries(14), path, max_new_tokens=8, batch_size=3)


def train_all_ways(folder):
    """The history of each case and way; a training that went on from half of it; responses; refusals."""
    found = {f"{case}, {way}": train(folder, share=share, **OPTIONS, **options)[0]
             for case, options in CASES.items() for way, share in WAYS.items()}  # fmt: skip
    for way, share in WAYS.items():
        train(folder, folder / f"by-two-{way}", share=share, num_epochs=1, **OPTIONS)
    extract(folder, folder / "responses-of-two.json")
    with without_weights():
        model = GPTModel(small_config())
    load_own_part(shard(model), folder / "checkpoint")
    save_weights(model.eval(), folder / "loaded-by-two.pth")
    found["own part"] = sum(parameter.to_local().numel() for parameter in model.parameters())
    replicated = replicate(GPTModel(small_config()))
    copied = copy.deepcopy(replicated)
    found["parallel, and its copy"] = [is_parallel(replicated), is_parallel(copied)]
    found["refusals"] = {
        "seed": refusal(lambda: train(folder, share=replicate, seed=rank(), **OPTIONS)),
        "optimizer": refusal(lambda: train(folder, prepare=shard, **OPTIONS)),
        "dropout": refusal(lambda: train(folder, share=shard)),
        "file": refusal(lambda: train(folder, folder / "file.pt", share=shard, **OPTIONS)),
        "fp16": refusal(lambda: train(folder, share=shard, precision="fp16", **OPTIONS)),
        "responses": refusal(lambda: extract_responses(model, load_tokenizer(folder), [], folder / "none.json")),
    }
    return found


def go_on(folder):
    """The history of what one process has begun, and of a whole training: in the last batch, two ranks have no row."""
    found = {way: train(folder, folder / f"by-one-{way}", share=share, **OPTIONS)[0] for way, share in WAYS.items()}
    found["plain"] = train(folder, share=replicate, **OPTIONS)[0]
    extract(folder, folder / "responses-of-four.json")
    return found


def be_killed(folder):
    """Train to the end, although rank 1 is killed in the middle of a step in each of the first starts."""
    start = int(os.environ["TORCHELASTIC_RESTART_COUNT"])
    kill_again = start < int(os.environ["KILLS"]) and rank() == world_size() - 1
    # A start that goes on from a checkpoint comes further than the one before, and is killed again.
    prepare = at_call(6, lambda: os.kill(os.getpid(), signal.SIGKILL)) if kill_again else None
    share = WAYS[os.environ.get("WAY", "replicated")]
    history, *_ = train(folder, folder / "killed", share=share, prepare=prepare, **OPTIONS)
    return {"starts": start + 1, "history": history}


def hang(folder):
    """Train, but in one process a step never ends."""
    prepare = at_call(6, lambda: time.sleep(600)) if rank() == 1 else None
    train(folder, share=replicate, prepare=prepare, **OPTIONS)


def be_interrupted(folder):
    """Train until one process interrupts itself, and once more until the test interrupts the launcher."""
    interrupt = at_call(9, lambda: os.kill(os.getpid(), signal.SIGINT)) if rank() == 1 else None
    (folder / f"stopped-{rank()}-alone").write_text(last_words(folder / "one", interrupt), encoding="utf-8")
    waits = at_call(9, lambda: (folder / "trains").touch())
    (folder / f"stopped-{rank()}-all").write_text(last_words(folder / "all", waits), encoding="utf-8")


def last_words(path, prepare):
    """What an endless training says at last, when it is interrupted."""
    with contextlib.redirect_stdout(io.StringIO()) as printed, contextlib.suppress(KeyboardInterrupt):
        train(
            path.parent, path, share=replicate, num_epochs=1000, prepare=prepare, checkpoint_every=10**6, **OPTIONS
        )  # fmt: skip
    return printed.getvalue().splitlines()[-1]


def refusal(action):
    """What a ValueError says, or None."""
    try:
        action()
    except ValueError as error:
        return str(error)
    return None


WORKS = {work.__name__: work for work in (train_all_ways, go_on, be_killed, hang, be_interrupted)}


def main():
    work, folder = WORKS[sys.argv[1]], Path(sys.argv[2])
    (folder / "processes").mkdir(exist_ok=True)
    (folder / "processes" / str(os.getpid())).touch()
    with process_group("cpu", minutes=0.1 if work is hang else 2):
        found = work(folder)
        if rank() == 0:
            (folder / f"{work.__name__}.json").write_text(json.dumps(found), encoding="utf-8")


def start(processes, work, folder, *, max_restarts=0, **environment):
    """Start a work; return the running launcher, whose output is in pipes."""
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={processes}",
        f"--max-restarts={max_restarts}", __file__, work.__name__, str(folder),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore", **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finish(launcher, folder, seconds=240):
    """Wait for a launcher; return its exit code and error stream. See that no process of it is left."""
    try:
        _, errors = launcher.communicate(timeout=seconds)
    finally:
        launcher.kill()
        left = [int(file.name) for file in (folder / "processes").glob("*") if is_alive(int(file.name))]
        for process in left:
            os.kill(process, signal.SIGKILL)
    assert not left, f"processes that were left: {left}\n{errors}"
    return launcher.returncode, errors


def is_alive(process):
    try:
        os.kill(process, 0)
    except OSError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def run(processes, work, folder, **options):
    """Start a work, wait for its end, and return what it has found."""
    code, errors = finish(start(processes, work, folder, **options), folder)
    assert code == 0, errors
    return json.loads((folder / f"{work.__name__}.json").read_text(encoding="utf-8")), errors


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
