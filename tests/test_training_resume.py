"""A training that is killed, interrupted or fails goes on where it was, and nothing of it is lost or mixed up."""

import os
import random
import re
import signal
import subprocess
import sys
import threading
import time

import nbformat
import pytest
import torch
from jupyter_client.manager import start_new_kernel

import run_all
import small_training
from gpt.checkpoints import describe_run
from gpt_download import CONVERTED_FILE
from helpers import REPO, instruction_entries, random_model, small_config, write_vocabulary
from previous_chapters import (
    GPTModel,
    create_instruction_loader,
    load_tokenizer,
    train_model_simple,
)
from small_training import kill, same, start, train

needs_fork = pytest.mark.skipif(not small_training.CAN_FORK, reason="this system cannot fork processes")


class Stopped(Exception):
    """Stands for the end of a process."""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    folder = tmp_path_factory.mktemp("vocabulary")
    write_vocabulary(folder)
    return folder


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


def at_call(number, action):
    """What makes a model do something in the middle of its work: when it embeds tokens for the n-th time."""
    calls = []

    def prepare(model):
        def hook(*_):
            calls.append(None)
            if len(calls) == number:
                action()

        model.tok_emb.register_forward_hook(hook)

    prepare.calls = calls
    return prepare


def stop():
    raise Stopped


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"drop_rate": 0.0, "precision": "fp32"},
        {"accumulation_steps": 2, "checkpoint_every": 1},
        {"own_generators": True, "checkpoint_every": 3},
        {"precision": "fp16", "checkpoint_every": 1},
    ],
    ids=str,
)
def test_a_training_that_stopped_anywhere_comes_to_the_same_end(vocabulary, tmp_path, capsys, options):
    """Stopped at steps, evaluations, the first sample text, the second epoch, the last sample text; with dropout."""
    counted = at_call(0, stop)
    expected = train(vocabulary, prepare=counted, **options)
    lines = capsys.readouterr().out.splitlines()
    calls = len(counted.calls)
    resumed = 0
    for number in [4, 5, *range(6, calls, calls // 6), calls]:
        path = tmp_path / f"{number}.pt"
        for again in (number, calls // 3):  # a second stop hits the training that goes on
            try:
                result = train(vocabulary, path, prepare=at_call(again, stop), **options)
            except Stopped:
                continue
            break
        else:
            capsys.readouterr()
            result = train(vocabulary, path, **options)
        assert same(result, expected), number
        printed = capsys.readouterr().out.splitlines()
        if printed[0].startswith("Going on after step"):
            resumed += 1
            assert printed[1:] == lines[len(lines) - len(printed) + 1 :]
    assert resumed >= 6


def test_the_scaling_of_fp16_losses_goes_on(vocabulary, tmp_path):
    """It grows only after 2,000 steps without an overflow, so a count of steps is all that can differ here."""
    with pytest.raises(Stopped):
        train(vocabulary, tmp_path / "stopped.pt", precision="fp16", prepare=at_call(20, stop))
    scalers = []
    for name in ("stopped.pt", "alone.pt"):
        train(vocabulary, tmp_path / name, precision="fp16")
        scalers.append(torch.load(tmp_path / name, weights_only=True)["scaler"])
    assert scalers[0] == scalers[1] and scalers[0]["_growth_tracker"] == 10


@needs_fork
def test_killed_at_random_moments_it_comes_to_the_same_end(vocabulary, tmp_path, capsys):
    numbers = random.Random(123)
    counted = at_call(0, stop)
    begun = time.perf_counter()
    expected = train(vocabulary, tmp_path / "alone.pt", prepare=counted, checkpoint_every=1)
    calls, seconds = len(counted.calls), time.perf_counter() - begun
    killed = 0
    for attempt in range(20):
        path = tmp_path / f"{attempt}.pt"
        for most in [calls, 10, 10][: numbers.randint(1, 3)]:  # what goes on is killed soon again
            process, connection = start(small_training.train_in_process, vocabulary, path, {"checkpoint_every": 1})
            killed += kill(process, connection, numbers.randrange(most), numbers.uniform(0, 2 * seconds / calls))
        assert same(train(vocabulary, path, checkpoint_every=1), expected), attempt
    assert names_in(tmp_path) == sorted(["alone.pt", *(f"{attempt}.pt" for attempt in range(20))])  # none is damaged
    assert killed >= 20
    assert capsys.readouterr().out.count("Going on after step") >= 10


def test_a_complete_training_is_restored_without_a_step(vocabulary, path, capsys):
    expected = train(vocabulary, path)
    capsys.readouterr()
    counted = at_call(0, stop)
    assert same(train(vocabulary, path, prepare=counted), expected)
    assert counted.calls == []
    assert capsys.readouterr().out == (
        f"The training is complete after step 9, from {path}. To start anew, delete that file and load the pretrained "
        "weights again.\n"
    )


def test_more_epochs_go_on_from_the_last_one(vocabulary, path):
    expected = train(vocabulary, num_epochs=3)
    train(vocabulary, path, num_epochs=1)
    assert same(train(vocabulary, path, num_epochs=3), expected)


def test_a_checkpoint_of_more_epochs_is_set_aside(vocabulary, path, capsys):
    train(vocabulary, path, num_epochs=2)
    expected = train(vocabulary, num_epochs=1)
    assert same(train(vocabulary, path, num_epochs=1), expected)
    assert "it has gone beyond 1 epochs" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lr": 5e-3}, "lr was 0.002, now 0.005"),
        ({"weight_decay": 0.0}, "weight_decay was 0.1, now 0.0"),
        ({"optimizer_class": torch.optim.Adam}, "optimizer was AdamW, now Adam"),
        ({"batch_size": 2}, "22 entries in 5 batches of 4"),
        ({"entries": 21}, r"training data was 22 entries .*, now 21 entries"),
        ({"n_layers": 2}, r"model was GPTModel of (.*) parameters .*, now GPTModel of (?!\1)(.*) parameters"),
        ({"drop_rate": 0.0}, "model was GPTModel"),
        ({"seed": 5}, "seed was 123, now 5"),
        ({"eval_freq": 3}, "eval_freq was 2, now 3"),
        ({"accumulation_steps": 2}, "accumulation_steps was 1, now 2"),
        ({"precision": "fp32"}, "precision was None, now fp32"),
    ],
    ids=str,
)
def test_a_checkpoint_of_another_run_is_set_aside_and_said(vocabulary, path, capsys, change, said):
    train(vocabulary, path, num_epochs=1)
    other = path.read_bytes()
    expected = train(vocabulary, num_epochs=1, **change)
    capsys.readouterr()
    assert same(train(vocabulary, path, num_epochs=1, **change), expected)
    first_line = capsys.readouterr().out.splitlines()[0]
    assert first_line.startswith(f"{path} belongs to another run: ") and re.search(said, first_line)
    assert "It is kept as checkpoint.pt.other-run" in first_line
    assert path.with_name("checkpoint.pt.other-run").read_bytes() == other
    assert names_in(path.parent) == ["checkpoint.pt", "checkpoint.pt.other-run"]


def test_the_order_of_the_entries_belongs_to_a_run(vocabulary, tmp_path):
    class Reversed(torch.utils.data.Dataset):
        def __init__(self, dataset):
            self.dataset = dataset

        def __getitem__(self, index):
            return self.dataset[len(self.dataset) - 1 - index]

        def __len__(self):
            return len(self.dataset)

    model = GPTModel(small_config())
    optimizer = torch.optim.AdamW(model.parameters())
    loader = create_instruction_loader(instruction_entries(9), load_tokenizer(vocabulary), allowed_max_length=64)
    other = torch.utils.data.DataLoader(Reversed(loader.dataset), batch_size=8, collate_fn=loader.collate_fn)
    one, two = (describe_run(model, each, loader, optimizer) for each in (loader, other))
    assert {key for key in one if one[key] != two[key]} == {"training data"}


def cut(content):
    return content[: len(content) // 2]


def change_a_weight(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (cut, "it is cut off, damaged or no PyTorch file"),
        (change_a_weight, "the checksum of archive/.* is wrong"),
        (lambda content: b"", "it is empty"),
        (lambda content: bytes(len(content)), "it is cut off, damaged or no PyTorch file"),
    ],
    ids=["cut", "changed", "empty", "zeros"],
)
def test_a_damaged_checkpoint_is_set_aside_and_said(vocabulary, path, capsys, damage, said):
    expected = train(vocabulary, path, num_epochs=1)
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    capsys.readouterr()
    assert same(train(vocabulary, path, num_epochs=1), expected)
    first_line = capsys.readouterr().out.splitlines()[0]
    assert first_line.startswith(f"{path} cannot be used: ") and re.search(said, first_line)
    assert path.with_name("checkpoint.pt.damaged").read_bytes() == damaged


def test_a_file_that_is_no_checkpoint_is_refused_and_left_alone(vocabulary, path):
    torch.save(random_model(small_config()).state_dict(), path)
    content = path.read_bytes()
    with pytest.raises(ValueError, match=r"checkpoint.pt is no training checkpoint.*Choose another checkpoint_path"):
        train(vocabulary, path)
    assert path.read_bytes() == content and names_in(path.parent) == ["checkpoint.pt"]


def test_the_folder_of_a_checkpoint_is_made(vocabulary, tmp_path):
    train(vocabulary, tmp_path / "new" / "folder" / "checkpoint.pt", num_epochs=1)
    assert names_in(tmp_path / "new" / "folder") == ["checkpoint.pt"]


def interrupt():
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("number", [1, 4, 5, 60], ids=["first step", "evaluation", "a step", "sample text"])
def test_an_interruption_waits_for_the_end_of_the_step_and_is_saved(vocabulary, path, capsys, number):
    expected = train(vocabulary)
    handler = signal.getsignal(signal.SIGINT)
    capsys.readouterr()
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=at_call(number, interrupt), checkpoint_every=100)
    assert signal.getsignal(signal.SIGINT) is handler
    last_line = capsys.readouterr().out.splitlines()[-1]
    found = re.fullmatch(
        r"Interrupted after step (\d+)\. The training up to step (\d+) is saved in (.*)\. Run this again to go on from "
        r"there\.",
        last_line,
    )
    assert found and found[1] == found[2] and found[3] == str(path)
    assert same(train(vocabulary, path), expected)
    assert capsys.readouterr().out.startswith(f"Going on after step {found[1]}, from {path}.")


def test_an_interruption_while_a_complete_training_is_restored_stops_as_well(vocabulary, path):
    train(vocabulary, path, num_epochs=1)
    with pytest.raises(KeyboardInterrupt):
        train(
            vocabulary, path, num_epochs=1,
            prepare=lambda model: model.register_load_state_dict_post_hook(lambda *_: interrupt()),
        )  # fmt: skip


def test_a_second_interruption_does_not_wait(vocabulary, path, capsys):
    expected = train(vocabulary)
    capsys.readouterr()

    def interrupt_twice():
        interrupt()
        interrupt()

    handler = signal.getsignal(signal.SIGINT)
    counted = at_call(8, interrupt_twice)
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, path, prepare=counted)
    assert len(counted.calls) == 8 and signal.getsignal(signal.SIGINT) is handler
    assert re.search(
        r"Interrupted before the end of step \d\. The training up to step 1 is saved in .*\. Run this again to go on",
        capsys.readouterr().out,
    )
    assert same(train(vocabulary, path), expected)


def test_an_interruption_without_a_path_says_that_nothing_is_saved(vocabulary, capsys):
    with pytest.raises(KeyboardInterrupt):
        train(vocabulary, prepare=at_call(6, interrupt))
    last_line = capsys.readouterr().out.splitlines()[-1]
    assert last_line == "Interrupted after step 2. No checkpoint_path was given, so the training is not saved."


def test_in_another_thread_an_interruption_leaves_the_last_checkpoint(vocabulary, path, capsys):
    expected = train(vocabulary)
    handler = signal.getsignal(signal.SIGINT)
    errors = []

    def raise_interrupt():
        assert signal.getsignal(signal.SIGINT) is handler  # a thread cannot set one
        raise KeyboardInterrupt

    def work():
        try:
            train(vocabulary, path, prepare=at_call(9, raise_interrupt))
        except KeyboardInterrupt as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(errors) == 1
    assert re.search(r"Interrupted before the end of step \d\. The training up to step \d is", capsys.readouterr().out)
    assert same(train(vocabulary, path), expected)
    assert "Going on after step" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl-C to a single process")
def test_ctrl_c_in_a_real_process_saves_and_stops_it(vocabulary, path, capsys):
    """As a reader meets it: a process gets SIGINT while it trains, and the same command goes on later."""
    code = (
        "import sys; from pathlib import Path; from small_training import train\n"
        "train(Path(sys.argv[1]), Path(sys.argv[2]), num_epochs=10, checkpoint_every=1000)"
    )
    command = [sys.executable, "-u", "-c", code, str(vocabulary), str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, cwd=REPO
    )
    assert process.stdout.readline().startswith("Ep 1 (Step 000000)")
    process.send_signal(signal.SIGINT)
    printed, errors = process.communicate(timeout=120)
    assert process.returncode != 0 and errors.rstrip().endswith("KeyboardInterrupt")
    assert re.search(r"Interrupted after step \d+\. The training up to step \d+ is saved in .*checkpoint\.pt", printed)
    assert names_in(path.parent) == ["checkpoint.pt"]
    assert same(train(vocabulary, path, num_epochs=10), train(vocabulary, num_epochs=10))
    assert "Going on after step" in capsys.readouterr().out


def test_the_interrupt_button_of_a_notebook_saves_and_the_cell_run_again_goes_on(vocabulary, path):
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from pathlib import Path; from small_training import train\n"
        f"result = train(Path({str(vocabulary)!r}), Path({str(path)!r}), num_epochs=10, checkpoint_every=1000)"
    )
    printed, errors = [], []

    def read(message):
        if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":  # and no warnings
            printed.append(message["content"]["text"])
            if "Ep 1 (Step 000000)" in message["content"]["text"]:
                manager.interrupt_kernel()
        elif message["msg_type"] == "error":
            errors.append(message["content"]["ename"])

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        client.execute_interactive(code, output_hook=read, timeout=120)
        assert errors == ["KeyboardInterrupt"]
        assert re.search(r"Interrupted after step \d+\. The training up to step \d+ is saved in ", "".join(printed))
        printed.clear()
        client.execute_interactive(f"{code}; print(result[0])", output_hook=read, timeout=120)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    lines = "".join(printed).splitlines()
    assert lines[0].startswith("Going on after step ") and errors == ["KeyboardInterrupt"]
    assert lines[-1] == str(train(vocabulary, num_epochs=10)[0])


@needs_fork
def test_on_a_full_disk_training_goes_on_and_says_so(vocabulary, path):
    process, connection = start(small_training.train_with_full_disk, vocabulary, path, 20_000)
    assert connection.poll(60)
    printed, history = connection.recv()
    process.join()
    assert "The checkpoint after step 1 could not be written, and training goes on: " in printed
    assert history == train(vocabulary)[0]
    assert names_in(path.parent) == []


def test_a_learning_rate_that_is_too_high_stops_with_the_batch(vocabulary, path):
    with pytest.raises(FloatingPointError) as caught:
        train(vocabulary, path, lr=1e30, checkpoint_every=1000)
    message = str(caught.value)
    assert re.match(r"The loss is (nan|inf) in epoch 1, step 1, so training stops", message)
    assert re.search(r"\n  row 0, \d+ targets: 'Write about [\w ]+, number \d+\.", message)
    assert message.count("\n  row ") == 4
    assert "learning rate that is too high (it is 1e+30): choose a tenth" in message
    assert message.endswith("There is no checkpoint yet.")
    assert names_in(path.parent) == []


def test_a_loss_that_is_no_number_leaves_weights_and_checkpoint_as_they_were(vocabulary, path, capsys):
    def spoil():
        with torch.no_grad():
            models[0].out_head.weight[0] = torch.nan

    models = []
    counted = at_call(16, spoil)

    def prepare(model):
        models.append(model)
        counted(model)

    with pytest.raises(FloatingPointError, match=r"The training up to step \d is saved in .*checkpoint\.pt\."):
        train(vocabulary, path, prepare=prepare)
    content = torch.load(path, weights_only=True)
    assert all(tensor.isfinite().all() for tensor in content["model"].values())
    assert same(train(vocabulary, path), train(vocabulary))
    assert "Going on after step" in capsys.readouterr().out


def test_weights_that_are_no_numbers_do_not_replace_a_good_checkpoint(vocabulary, path):
    """The step after a checkpoint is too large: its loss was a number, what it makes of the weights is none."""

    class SpoilsTheThirdStep(torch.optim.AdamW):
        steps = 0

        def step(self, closure=None):
            super().step(closure)
            self.steps += 1
            if self.steps == 3:
                torch.nn.init.constant_(self.param_groups[0]["params"][0], torch.inf)

    with pytest.raises(FloatingPointError, match="Step 2 has made weights that are not finite.*up to step 1 is saved"):
        train(vocabulary, path, optimizer_class=SpoilsTheThirdStep, checkpoint_every=1, eval_freq=100)
    content = torch.load(path, weights_only=True)
    assert content["progress"]["global_step"] == 1
    assert all(tensor.isfinite().all() for tensor in content["model"].values())


def stub_training(model, inputs, targets, tokenizer, **options):
    batches = torch.utils.data.DataLoader([(inputs, targets)], batch_size=None)
    optimizer = torch.optim.AdamW(model.parameters())
    return train_model_simple(model, batches, batches, optimizer, "cpu", 1, 1, 1, "Below", tokenizer, **options)


@pytest.mark.parametrize("precision", [None, "fp32"])
def test_a_batch_without_any_target_is_named(vocabulary, precision):
    tokenizer = load_tokenizer(vocabulary)
    inputs = torch.tensor([tokenizer.encode("### Instruction: Hide everything")])
    with pytest.raises(FloatingPointError, match="row 0, 0 targets: 'Hide everything'\nNone of its tokens is a target"):
        model = GPTModel(small_config())
        stub_training(model, inputs, torch.full_like(inputs, -100), tokenizer, precision=precision)


class TooLarge(torch.nn.Linear):
    """Raises what PyTorch raises when a GPU's memory is not enough."""

    def forward(self, in_idx):
        raise torch.cuda.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (8, {}, 'precision="auto", .*; or batch_size=4 .*accumulation_steps=2, .*; or a smaller model'),
        (6, {"precision": "bf16", "accumulation_steps": 2}, r"choose batch_size=3 .*accumulation_steps=4, "),
        (1, {"precision": "bf16"}, "choose a smaller allowed_max_length for the training loader; or a smaller model"),
    ],
    ids=str,
)
def test_out_of_memory_says_what_to_reduce_and_to_what(rows, options, said):
    inputs = torch.zeros(rows, 17, dtype=torch.int64)
    with pytest.raises(torch.cuda.OutOfMemoryError) as caught:
        stub_training(TooLarge(1000, 1000), inputs, inputs, None, **options)
    message = str(caught.value)
    assert message.startswith(f"The GPU has run out of memory in step 0. The batch has {rows} rows x 17 tokens.")
    assert "Weights, gradients and AdamW's averages take 0.0 GB." in message  # a million parameters
    assert re.search(said, message)
    assert "CUDA out of memory" in str(caught.value.__cause__)


def test_renewed_outputs_come_from_a_clean_run(tmp_path, monkeypatch):
    """Also after a run that was interrupted: nothing goes on from what it left, and weights are converted anew."""
    folder, checkpoint = tmp_path / "outputs" / "gpt2-tiny6M", tmp_path / "gpt2" / "6M"
    left = [folder / "training-checkpoint.pt", folder / "responses.json.progress", checkpoint / CONVERTED_FILE]
    results = [folder / "history.json", checkpoint / "model.ckpt.index"]
    for path in (folder, checkpoint):
        path.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 / 0")]), tmp_path / "00_fails.ipynb")
    monkeypatch.setattr(run_all, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(run_all, "DATA", tmp_path)
    monkeypatch.setenv("OUTPUTS_DIR", str(tmp_path / "outputs"))
    for arguments, are_kept in (([], True), (["--in-place"], False)):
        for path in left + results:
            path.write_bytes(b"")
        monkeypatch.setattr(sys, "argv", ["run_all.py", *arguments])
        with pytest.raises(SystemExit, match="00_fails.ipynb stopped"):
            run_all.main()
        assert [path.exists() for path in left] == [are_kept] * 3
        assert all(path.exists() for path in results)
