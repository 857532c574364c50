"""The GPU run, on the CPU with the small model: everything in it runs, so that it will when a GPU is at hand."""

import importlib.util
import json
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest

from helpers import REPO

HERE = REPO / "tests" / "gpu"
# By its path, because notebooks/ has a run_all.py, too.
specification = importlib.util.spec_from_file_location("gpu_run_all", HERE / "run_all.py")
gpu_run = importlib.util.module_from_spec(specification)
specification.loader.exec_module(gpu_run)

SMALL = ["--device", "cpu", "--model", "gpt2-tiny (6M)", "--quick"]
ON_A_GPU_ONLY = {
    "batches lie in pinned memory and arrive as they were", "04 as on a T4: 14.6 GiB, fp16", "kernels of a step",
    "out of memory says what to reduce", "CUDA graphs, fp32", "fp16, peak memory, the data sheet",
}  # fmt: skip


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gpu-run")
    command = [sys.executable, str(HERE / "run_all.py"), *SMALL, "--out", str(folder)]
    return folder, subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=600)


def test_the_whole_run_finds_nothing_wrong_on_a_cpu(finished):
    folder, process = finished
    assert process.returncode == 0, process.stdout[-3000:] + process.stderr[-3000:]
    result = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    outcomes = {row["name"]: row["outcome"] for row in result["rows"]}
    assert {row["part"] for row in result["rows"]} == set(gpu_run.PARTS)
    assert {name for name, outcome in outcomes.items() if outcome == "not on this device"} == ON_A_GPU_ONLY
    missing = [row for row in result["rows"] if row["outcome"] == "not installed"]
    assert all("transformers" in row["note"] or "llms_from_scratch" in row["note"] for row in missing)
    assert [name for name in outcomes if name.endswith(".ipynb")] == sorted(
        path.name for path in (REPO / "notebooks").glob("0[0-6]_*.ipynb")
    )
    table = (folder / "results.md").read_text(encoding="utf-8")
    assert table.count("\n| ") == len(result["rows"]) + 2 and "generate_batch gives generate's tokens" in table


def test_candidates_are_held_against_batches_that_differ(finished):
    """If no batch had to be filled up, the candidates would be equal to the series whatever they did with filling."""
    rows = json.loads((finished[0] / "experiments.json").read_text(encoding="utf-8"))
    differences = {row["name"]: row["difference"] for row in rows if "difference" in row}
    candidates = ("without waiting", "buckets", "torch.compile", "large evaluations")
    assert {f"{name}, fp32" for name in candidates} <= set(differences)
    assert max(differences.values()) < 1e-5
    assert all(row["filled_percent"] > 5 for row in rows if row["name"] in ("as in the series, fp32", "buckets, fp32"))


@pytest.fixture
def arguments(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu_run, "HERE", tmp_path)
    return SimpleNamespace(out=tmp_path, device="cpu", model="any", vocabulary=None, quick=True)


def test_a_part_that_is_too_slow_is_stopped_with_all_that_it_started(arguments, tmp_path):
    (tmp_path / "slow.py").write_text(
        "import pathlib, subprocess, sys, time\n"
        f"pathlib.Path({str(tmp_path / 'slow.json')!r}).write_text('[{{\"name\": \"found\"}}]')\n"
        "child = 'import time, pathlib; time.sleep(3); pathlib.Path(\"survived\").touch()'\n"
        "subprocess.run([sys.executable, '-c', child])\n",
        encoding="utf-8",
    )
    start = time.monotonic()
    assert gpu_run.run_part(arguments, "slow", 1) == "stopped after 1 s; what it had found is above"
    assert time.monotonic() - start < 3
    assert gpu_run.rows_of(arguments, "slow") == [{"name": "found"}]


def test_a_part_that_breaks_says_why(arguments, tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('the GPU is gone')\n", encoding="utf-8")
    problem = gpu_run.run_part(arguments, "broken", 60)
    assert problem == "ended with code 1: RuntimeError: the GPU is gone (broken.log)"
    assert gpu_run.rows_of(arguments, "broken") == []


def test_without_a_gpu_it_says_so_at_once(tmp_path):
    command = [sys.executable, str(HERE / "run_all.py"), "--out", str(tmp_path)]
    process = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert process.returncode == 1
    assert "Expected PyTorch with a device 'cuda', found: " in process.stderr
    assert "Nothing was measured. On a machine without a GPU: python tests/gpu/run_all.py --device" in process.stderr
