"""The benchmark of a whole training compares like with like."""

import os
import subprocess
import sys

from helpers import REPO


def losses(*arguments):
    command = [sys.executable, "tests/benchmarks/training_memory.py", "--size", "6M", "--steps", "2", *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}  # as in conftest.py
    done = subprocess.run(
        command, cwd=REPO, env=environment, capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert "2 steps in " in done.stdout.splitlines()[-2]
    return [line for line in done.stdout.splitlines() if line.startswith("Ep ")]


def test_both_train_the_same_weights_with_the_same_batches():
    ours = losses("--precision", "fp32")
    assert len(ours) == 1
    assert losses("--reference") == ours
