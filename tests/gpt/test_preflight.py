"""What a model needs and a machine has: sizes against measured ones, and advice that helps."""

import itertools
import json
import statistics
import subprocess
import sys
import time

import pytest
import torch

from gpt import kernels, machine, preflight
from gpt.kernels import BOTH
from gpt.preflight import (
    Plan,
    advice_for,
    in_minutes,
    measured_step,
    memory_needed,
    parameters_of,
    size,
    tokens_of_a_row,
)
from gpt_download import SHIPPED_FOLDER, bytes_to_download
from helpers import REPO, instruction_entries, small_config
from notebook_setup import load_pretrained, load_vocabulary, plan_ahead
from previous_chapters import (
    GPTModel,
    calc_loss_batch,
    computing_in,
    config_of,
    create_instruction_loader,
    load_instruction_data,
    model_configs,
    split_instruction_data,
)

CPU = torch.device("cpu")
SMALL, MEDIUM = "gpt2-tiny (6M)", "gpt2-medium (355M)"
PROGRAM = 0.35e9  # Python with PyTorch


def test_parameters_are_counted_without_making_any():
    config = small_config()
    model = GPTModel(config)
    count = sum(parameter.numel() for parameter in model.parameters())
    assert parameters_of(config) == (count, count - model.out_head.weight.numel())
    assert parameters_of(config_of("gpt2-small (124M)"))[1] == 124_439_808  # as published
    assert parameters_of(config_of("gpt2-xl (1558M)"))[1] == 1_557_611_200


# Measured on CPUs: docs/models.md, and tests/benchmarks/RESULTS.md (load first, load later, responses).
@pytest.mark.parametrize(
    ("model_name", "what", "library", "gigabytes"),
    [
        (SMALL, "train", "onednn", 1.1),
        (SMALL, "train", "onednn", 1.6),
        (SMALL, "train", BOTH, 0.7),
        ("gpt2-small (124M)", "train", "onednn", 3.7),
        ("gpt2-small (124M)", "train", BOTH, 3.99),
        (MEDIUM, "train", "onednn", 8.5),
        (MEDIUM, "load", "onednn", 1.87),
        (MEDIUM, "load", "onednn", 1.90),
        (MEDIUM, "generate", "onednn", 3.44),
    ],
)
def test_memory_is_what_was_measured_but_for_a_factor(model_name, what, library, gigabytes, monkeypatch):
    monkeypatch.setattr(kernels, "product_library", lambda: (library, "measured with it"))
    needed = memory_needed(model_name, CPU, 8, 66, PROGRAM)[what] / 1e9
    assert gigabytes / 1.5 <= needed <= 1.5 * gigabytes


def test_a_batch_is_nearly_as_long_as_with_the_vocabulary():
    train_data, _, _ = split_instruction_data(load_instruction_data(REPO / "data" / "instruction-data.json"))
    tokens = tokens_of_a_row(train_data, 8, torch.device("cuda"))
    assert 64 <= tokens <= 70  # with the small model's vocabulary 68, shuffled
    assert tokens_of_a_row(train_data, 1, torch.device("cuda")) < tokens
    vocabulary = load_vocabulary(SMALL)
    loader = create_instruction_loader(train_data, vocabulary, allowed_max_length=256, shuffle=True, drop_last=True)
    model, seen = GPTModel({**config_of(SMALL), "n_layers": 1}), []
    model.trf_blocks[0].register_forward_hook(lambda module, inputs, output: seen.append(output.shape[1] / 8))
    with torch.no_grad():
        for inputs, targets in itertools.islice(loader, 20):
            calc_loss_batch(inputs, targets, model, CPU)
    assert tokens_of_a_row(train_data, 8, CPU) == pytest.approx(statistics.mean(seen), rel=0.07)
    assert tokens_of_a_row(train_data, 1, CPU) == tokens_of_a_row(train_data, 1, torch.device("cuda"))  # all its own
    assert tokens_of_a_row(instruction_entries(3), 8, CPU) > 0


def test_everything_grows_with_the_model_and_training_with_the_batch():
    needs = [memory_needed(name, CPU, 8, 66) for name in list(model_configs)[1:]]
    for one, other in zip(needs, needs[1:], strict=False):
        assert all(one[key] < other[key] for key in one)
    assert memory_needed(MEDIUM, CPU, 4, 66)["train"] < memory_needed(MEDIUM, CPU, 8, 66)["train"]
    assert all(need["load"] < need["generate"] < need["train"] for need in needs)


def advice(available, model_name=MEDIUM, disk=()):
    memory = memory_needed(model_name, CPU, 8, 66)
    return " ".join(advice_for(model_name, CPU, memory, available, disk, 8, lambda rows: 66))


def test_advice_is_to_change_what_helps():
    need = memory_needed(MEDIUM, CPU, 8, 66)["train"]
    assert advice(need) == advice(None) == ""
    half = advice(memory_needed(MEDIUM, CPU, 4, 66)["train"])
    assert "Choose batch_size=4 for the training loader with accumulation_steps=2" in half
    assert "Or set the environment variable CHOOSE_MODEL to 'gpt2-small (124M)'." in half
    smallest = advice(memory_needed(MEDIUM, CPU, 1, 66)["train"])
    assert "Choose batch_size=1 for the training loader with accumulation_steps=8" in smallest
    smaller = advice(3.6e9)
    assert "Set the environment variable CHOOSE_MODEL to 'gpt2-small (124M)'." in smaller
    assert "batch_size" not in smaller
    assert "What needs no training (notebooks 00 to 03) runs as it is." in smaller
    nothing = advice(0.1e9)
    assert "No model of this series fits" in nothing and "notebooks 00 to 03" not in nothing
    full = advice(need, disk=[("the model", 3e9, 1e9), ("the results", 1e9, 2e9)])
    assert full.startswith("There is not enough room on the disk for the model: about 3.0 GB are needed and 1.0 GB are")
    assert "results" not in full


def test_a_step_is_measured_in_seconds_and_leaves_no_trace():
    torch.manual_seed(7)
    state = torch.get_rng_state()
    step, evaluation = measured_step(config_of(SMALL), 8, 66, CPU, seconds=0.2)
    assert 0 < evaluation < step < 60
    assert torch.equal(torch.get_rng_state(), state)
    code = "import torch, sys; from gpt.preflight import measured_step; from gpt.model import config_of\n"
    code += f"measured_step(config_of({SMALL!r}), 2, 8, torch.device('cpu'), seconds=0.01)\n"
    code += "print('torch._dynamo' in sys.modules)"  # whose import takes seconds
    result = subprocess.run([sys.executable, "-c", code], cwd=REPO, capture_output=True, text=True, timeout=120)
    assert result.stdout == "False\n", result.stderr


def test_the_prediction_is_what_real_steps_take_but_for_a_factor(monkeypatch):
    """In processor time, so that other work on this machine does not decide; both in turn, because its pace changes."""
    model, tokenizer = load_pretrained(SMALL)
    data = split_instruction_data(load_instruction_data(REPO / "data" / "instruction-data.json"))[0]
    loader = create_instruction_loader(data, tokenizer, allowed_max_length=256, shuffle=True, drop_last=True)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    batches, ratios = iter(loader), []
    monkeypatch.setattr(preflight.time, "perf_counter", time.process_time)
    for _ in range(2):
        seconds = []
        for inputs, targets in itertools.islice(batches, 6):
            started = time.process_time()
            optimizer.zero_grad()
            with computing_in("fp32", CPU):
                loss = calc_loss_batch(inputs, targets, model, CPU)
            loss.backward()
            optimizer.step()
            seconds.append(time.process_time() - started)
        tokens = tokens_of_a_row(data, 8, CPU)
        ratios.append(measured_step(config_of(SMALL), 8, tokens, CPU, seconds=0.7)[0] / statistics.median(seconds))
    assert 1 / 1.5 < statistics.mean(ratios) < 1.5


def test_the_measured_parts_add_up_to_the_model(monkeypatch):
    """Every part takes a second: then a step is as many seconds as it has parts."""
    monkeypatch.setattr(preflight, "_seconds_of", lambda function, device, limit: function() is None or 1.0)
    config = {**config_of(SMALL), "n_layers": 7}
    step, evaluation = measured_step(config, 1, 4, CPU)
    assert evaluation == 7 + 4
    assert step == pytest.approx(7 + 4 + parameters_of(config)[0] / 2**22 * 7 / 3)


def test_the_plan_for_the_shipped_model_names_everything(tmp_path, monkeypatch):
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path))
    plan = plan_ahead(SMALL, CPU)
    assert plan.download == 0 and plan.batch[0] == 8
    steps, evaluations = 2 * (935 // 8), 47
    assert 60 * plan.minutes >= steps * plan.seconds_per_step > 0.3 * 60 * plan.minutes and evaluations
    page = plan.page()
    assert list(tmp_path.iterdir()) == []  # nothing is made for it
    for text in (page.text, page.html):
        for words in ("To download", "Memory to load", "Memory to train", "Disk for the results", "Training, 2 epochs"):
            assert words in text
    assert "gpt2-tiny (6M) on this machine (cpu), batches of 8 entries" in page.text


def test_a_loaded_model_is_not_counted_twice(monkeypatch):
    model = GPTModel(config_of(SMALL))
    monkeypatch.setattr(preflight, "taken_memory", lambda device: 1e9)
    monkeypatch.setattr(preflight, "measured_step", lambda *_: (1.0, 0.5))
    entries = instruction_entries(16)
    without = preflight.preflight(SMALL, CPU, entries)
    loaded = preflight.preflight(SMALL, CPU, entries, model=model)
    assert without.memory["train"] - loaded.memory["train"] == pytest.approx(4 * parameters_of(config_of(SMALL))[0])
    assert without.available == pytest.approx(loaded.available, rel=0.2)
    assert without.minutes == pytest.approx((4 * 1.0 + 1 * 10 * 0.5) / 60, rel=0.2)  # 4 steps and an evaluation


def plan(**changes):
    values = {
        "model_name": SMALL, "device": CPU, "batch": (8, 66), "download": 0,
        "memory": {"load": 1e8, "generate": 2e8, "train": 1e9}, "available": None, "total": None,
        "disk": [("the model", 0, 1e9)], "seconds_per_step": 0.1, "minutes": 2.0, "epochs": 2, "advice": [],
    }  # fmt: skip
    return Plan(**{**values, **changes})


def test_prediction_stands_beside_what_was_measured(tmp_path):
    text = plan().beside(4.0, 0.8e9, keep_as=tmp_path / "kept.json").text
    assert "2.0 minutes  4.0 minutes                  0.50" in text
    assert "1.0 GB       0.8 GB                  1.25" in text
    assert json.loads((tmp_path / "kept.json").read_text()) == {"minutes": [2.0, 4.0], "memory": [1e9, 0.8e9]}
    assert plan().beside(None, None).text.count("not measured") == 2


def test_a_table_without_problems_says_so_and_unknown_memory_is_named():
    text = plan().page().text
    assert text.endswith("Everything fits.") and "not known" in text
    assert plan(advice=["Buy a disk."]).page().text.endswith("Buy a disk.")


def test_numbers_are_written_for_readers():
    assert [size(number) for number in (0, 77, 1_420_000_000, 60_000_000, None)] == [
        "none", "0.0 MB", "1.4 GB", "0.1 GB", "not known"
    ]  # fmt: skip
    assert [in_minutes(number) for number in (0.75, 119, 180)] == ["0.8 minutes", "119.0 minutes", "3.0 hours"]


# ---------------------------------------------------------------------------------------------------------------
# The machine
# ---------------------------------------------------------------------------------------------------------------


def test_memory_of_this_machine():
    free, total = machine.memory_of(CPU)
    assert 1e8 < total < 1e14
    assert free is None or 0 < free <= total
    taken, peak = machine.taken_memory(CPU), machine.peak_memory(CPU)
    if peak is not None:
        assert 5e7 < taken <= 1.1 * peak < total


TAKING = """
import torch
from gpt import machine
cpu = torch.device("cpu")
before = machine.taken_memory(cpu)
kept = torch.ones(50_000_000)
print(before, machine.taken_memory(cpu), machine.peak_memory(cpu))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory of the moment")
def test_taken_memory_grows_with_what_is_taken():
    """In a process of its own: in this one, other tests may have left memory that is taken once more."""
    done = subprocess.run([sys.executable, "-c", TAKING], cwd=REPO, capture_output=True, text=True, check=True)
    before, after, peak = map(int, done.stdout.split())
    assert 150e6 < after - before < 300e6
    assert peak >= before + 150e6


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux hands on the parent's peak")
def test_the_peak_is_not_that_of_the_program_which_started_this_one():
    large = bytearray(b"x") * 1_500_000_000
    done = subprocess.run([sys.executable, "-c", TAKING], cwd=REPO, capture_output=True, text=True, check=True)
    assert int(done.stdout.split()[2]) < len(large)


def test_a_container_s_limit_counts(tmp_path):
    assert machine._limit_of_container(tmp_path) is None
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("3000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 500\nactive_file 7\n")
    assert machine._limit_of_container(tmp_path) is None
    (tmp_path / "memory.max").write_text("10000\n")
    assert machine._limit_of_container(tmp_path) == (7500, 10000)


def test_the_disk_of_a_folder_that_is_not_there_yet(tmp_path):
    assert machine.free_disk(tmp_path / "a" / "b") == pytest.approx(machine.free_disk(tmp_path), rel=0.1)
    assert machine.free_disk(tmp_path) > 0


# ---------------------------------------------------------------------------------------------------------------
# What is to be downloaded
# ---------------------------------------------------------------------------------------------------------------


def test_what_is_there_is_counted_off(tmp_path):
    assert bytes_to_download("6M", SHIPPED_FOLDER, 6_000_000) == 0
    whole = bytes_to_download("355M", tmp_path, 354_823_168)
    assert whole == pytest.approx(1.42e9, rel=0.01)
    folder = tmp_path / "355M"
    folder.mkdir()
    (folder / "vocab.bpe").write_bytes(b"x")
    assert bytes_to_download("355M", tmp_path, 354_823_168) == whole - 456_318
    (folder / "model.ckpt.data-00000-of-00001.part").write_bytes(b"x" * 1000)
    assert bytes_to_download("355M", tmp_path, 354_823_168) == whole - 456_318 - 1000
    assert [path.name for path in tmp_path.iterdir()] == ["355M"]
