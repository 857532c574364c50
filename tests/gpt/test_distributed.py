"""Several processes train as one does: the same history, checkpoints for any number of them, and what ends a job.

Each launch costs seconds, so one of two processes and one of four do many things, and the tests look at the results.
"""

import signal
import subprocess
import sys
import time

import pytest
import torch

import several_processes
from gpt.distributed import is_parallel, replicate, shard
from gpt.sharded_checkpoints import extract_weights
from helpers import (
    REPO,
    random_model,
    random_tokens,
    small_config,
    without_key_biases,
    write_converted_copy,
    write_vocabulary,
)
from previous_chapters import GPTModel, load_weights
from several_processes import CASES, OPTIONS, WAYS, run
from small_training import train

pytestmark = several_processes.needs_several_processes


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """With a vocabulary, a checkpoint's copy, and trainings of one process that have come to the middle."""
    folder = tmp_path_factory.mktemp("several")
    write_vocabulary(folder)
    write_converted_copy(folder / "checkpoint", random_model(small_config()).state_dict())
    for way in WAYS:
        train(folder, folder / f"by-one-{way}", num_epochs=1, **OPTIONS)
    several_processes.extract(folder, folder / "responses-of-one.json")
    return folder


@pytest.fixture(scope="module")
def alone(folder):
    """The histories of one process."""
    return {case: train(folder, **OPTIONS, **options) for case, options in CASES.items()}


@pytest.fixture(scope="module")
def of_two(folder):
    return run(2, several_processes.train_all_ways, folder)[0]


@pytest.fixture(scope="module")
def of_four(folder):
    return run(4, several_processes.go_on, folder)[0]


def assert_same_history(found, expected):
    """Losses in fp32 may differ by rounding; the tokens seen may not."""
    assert len(found[0]) == len(expected[0]) >= 4
    for ours, theirs in zip(found[:2], expected[:2], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)
    assert found[2] == expected[2]


def assert_same_weights(found, expected):
    assert found.keys() == expected.keys()
    for name, tensor in without_key_biases(expected).items():
        torch.testing.assert_close(found[name], tensor, atol=1e-5, rtol=0, msg=name)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES)
def test_two_processes_have_the_history_of_one(of_two, alone, case, way):
    assert_same_history(of_two[f"{case}, {way}"], alone[case][0])


@pytest.mark.parametrize("way", WAYS)
def test_four_go_on_from_what_one_has_kept(of_four, alone, way):
    assert_same_history(of_four[way], alone["plain"][0])


def test_ranks_without_rows_count_for_nothing(of_four, alone):
    assert_same_history(of_four["plain"], alone["plain"][0])


@pytest.mark.parametrize("way", WAYS)
def test_one_goes_on_from_what_two_have_kept(of_two, folder, alone, way):
    path = folder / f"by-two-{way}"
    extract_weights(path, folder / "extracted.pth")
    history, weights, random_number = train(folder, path, **OPTIONS)
    assert_same_history(history, alone["plain"][0])
    assert random_number == alone["plain"][2]
    assert_same_weights(weights, alone["plain"][1])
    model = GPTModel(small_config(context_length=64, emb_dim=12, n_layers=1))
    load_weights(model, folder / "extracted.pth")  # of the middle of the training
    half_way = train(folder, num_epochs=1, **OPTIONS)[1]
    assert_same_weights(model.state_dict(), half_way)


def test_each_process_reads_its_own_part_of_the_weights(of_two, folder):
    model, expected = GPTModel(small_config()).eval(), random_model(small_config())
    assert 0.5 <= of_two["own part"] / sum(map(torch.numel, model.parameters())) < 0.52
    load_weights(model, folder / "loaded-by-two.pth")
    tokens = random_tokens(small_config(), 2, 9)
    expected.out_head.weight = expected.tok_emb.weight  # a checkpoint has one matrix for both
    torch.testing.assert_close(model(tokens), expected(tokens))


@pytest.mark.parametrize("several", ["two", "four"])
def test_responses_are_the_same_file(of_two, of_four, folder, several):
    one = (folder / "responses-of-one.json").read_bytes()
    assert (folder / f"responses-of-{several}.json").read_bytes() == one
    kept = [file.read_text(encoding="utf-8") for file in folder.glob(f"responses-of-{several}.json.progress*")]
    assert len(kept) == {"two": 2, "four": 4}[several]  # each has computed its own batches, of 3 entries of 14
    assert sorted(text.count("\n") for text in kept) == {"two": [2, 3], "four": [1, 1, 1, 2]}[several]


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        ("seed", "Rank 1 does not train as rank 0: seed is 1, expected 0"),
        ("optimizer", "The optimizer does not hold"),
        ("dropout", "Expected a model without dropout, found a rate of 0.1"),
        ("file", "expected a checkpoint_path without a suffix"),
        ("fp16", 'found precision="fp16"'),
        ("responses", "Expected a whole model"),
    ],
)
def test_what_would_train_something_else_is_refused(of_two, mistake, message):
    assert message in of_two["refusals"][mistake]


def test_a_copy_of_a_shared_model_is_a_model_of_its_own(of_two):
    assert of_two["parallel, and its copy"] == [True, False]


GROUP = """
import os, socket
from gpt import processes
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
os.environ |= {
    "TORCHELASTIC_RUN_ID": "1", "RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1",
    "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
}
with processes.process_group("cpu"):
    inside = processes._here.device
print(inside, processes._here)
"""


def test_when_the_group_has_ended_nothing_of_it_is_left():
    done = subprocess.run([sys.executable, "-c", GROUP], cwd=REPO, capture_output=True, text=True, timeout=120)
    assert done.stdout == "cpu None\n", done.stderr


def test_one_process_alone_shares_nothing():
    model = random_model(small_config())
    assert replicate(model) is model and shard(model) is model and not is_parallel(model)


def test_an_older_pytorch_shards_on_gpus_only_and_says_so(monkeypatch):
    """PyTorch 2.6, whose streams of a CPU cannot do what sharding needs."""
    monkeypatch.setattr("gpt.distributed.world_size", lambda: 2)
    monkeypatch.setattr(torch.cpu, "current_stream", object)
    with pytest.raises(RuntimeError, match=r"on GPUs only\. To do it on CPUs, take PyTorch 2\.11 or newer"):
        shard(random_model(small_config()))


def test_a_job_whose_processes_are_killed_starts_again_and_ends_as_if_they_were_not(folder, alone):
    found, errors = run(2, several_processes.be_killed, folder, max_restarts=2, KILLS="2")
    assert found["starts"] == 3
    assert errors.count("exitcode: -9) local_rank: 1") == 2
    assert_same_history(found["history"], alone["plain"][0])


def test_a_process_that_hangs_ends_the_job_and_is_named(folder):
    started = time.monotonic()
    code, errors = several_processes.finish(several_processes.start(2, several_processes.hang, folder), folder)
    assert code != 0
    assert "has lost rank 1, which was killed or does not answer" in errors
    assert "ConnectionError: Rank 0 of 2" in errors  # in torchrun's summary
    assert time.monotonic() - started < 200  # the step would take ten minutes


def test_after_an_interruption_all_stop_after_the_same_step(folder):
    launcher = several_processes.start(2, several_processes.be_interrupted, folder)
    while not (folder / "trains").exists() and launcher.poll() is None:
        time.sleep(0.05)
    launcher.send_signal(signal.SIGINT)
    code, errors = several_processes.finish(launcher, folder)
    assert code != 0
    for who, path in (("alone", "one"), ("all", "all")):
        texts = {(folder / f"stopped-{rank}-{who}").read_text(encoding="utf-8") for rank in (0, 1)}
        assert len(texts) == 1, errors
        assert "Interrupted after step" in texts.pop()
        assert any((folder / path).glob("epoch-*"))
