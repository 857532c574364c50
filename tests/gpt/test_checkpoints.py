"""A training that is killed or fails goes on where it was, and nothing of it is lost or mixed up."""

import random
import re
import time

import pytest
import torch

import small_training
from gpt.checkpoints import describe_run
from helpers import instruction_entries, random_model, small_config
from previous_chapters import GPTModel, create_instruction_loader, finish_training, load_tokenizer, save_weights
from small_training import Stopped, at_call, kill, names_in, needs_fork, same, start, stop, train


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoint.pt"


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


def test_a_second_change_of_settings_leaves_the_first_training_where_it_was_set_aside(vocabulary, path, capsys):
    kept, said = [], []
    for lr in (1e-3, 5e-4, 2e-4, 1e-4):
        capsys.readouterr()
        train(vocabulary, path, lr=lr, num_epochs=1)
        said.append(capsys.readouterr().out.splitlines()[0])
        kept.append(path.read_bytes())
    names = ["checkpoint.pt.other-run", "checkpoint.pt.other-run-2", "checkpoint.pt.other-run-3"]
    assert names_in(path.parent) == ["checkpoint.pt", *names]
    for name, content, line in zip(names, kept, said[1:], strict=False):
        assert path.with_name(name).read_bytes() == content
        assert f"It is kept as {name} ({len(content) / 1e3:,.0f} kB; delete it if you do not need it)" in line


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


@needs_fork
def test_on_a_full_disk_training_goes_on_and_says_so(vocabulary, path):
    process, connection = start(small_training.train_with_full_disk, vocabulary, path, 20_000)
    assert connection.poll(60)
    printed, history = connection.recv()
    process.join()
    assert "The checkpoint after step 1 could not be written, and training goes on: " in printed
    assert history == train(vocabulary)[0]
    assert names_in(path.parent) == []


@pytest.fixture
def finished(vocabulary, path):
    """A training whose weights are saved and whose checkpoint is only a note; return what it came to."""
    models = []
    result = train(vocabulary, path, prepare=models.append)
    save_weights(models[0], path.with_name("weights.pth"))
    size = path.stat().st_size
    finish_training(path, path.with_name("weights.pth"))
    assert path.stat().st_size < size / 2
    return result


@pytest.mark.parametrize("times", [1, 2])
def test_a_finished_training_is_recognized_and_its_result_is_loaded(vocabulary, path, finished, capsys, times):
    """Whoever runs the notebook again, because its tab was closed for example, does not train from the start."""
    for _ in range(times - 1):
        finish_training(path, path.with_name("weights.pth"))
    counted = at_call(0, stop)
    assert same(train(vocabulary, path, prepare=counted), finished)
    assert counted.calls == []
    assert capsys.readouterr().out.splitlines()[-1].startswith("The training is complete after step 9, from ")
    content = torch.load(path, weights_only=True)
    assert "model" not in content and "optimizer" not in content


def change(weights):
    save_weights(random_model(small_config(context_length=64, emb_dim=12, n_layers=1)), weights)


@pytest.mark.parametrize(
    ("damage", "options", "said"),
    [
        (lambda weights: weights.unlink(), {}, "its weights, weights.pth, are not there"),
        (change, {}, "its weights, weights.pth, have changed since"),
        (lambda weights: None, {"num_epochs": 3}, "it was finished after 2 epochs, and its optimizer is not kept"),
        (lambda weights: None, {"lr": 1e-3}, "lr was 0.002, now 0.001"),
    ],
    ids=["missing", "changed", "more epochs", "another run"],
)
def test_a_finished_training_that_is_not_this_one_is_set_aside(
    vocabulary, path, finished, capsys, damage, options, said
):
    damage(path.with_name("weights.pth"))
    expected = train(vocabulary, **options)
    capsys.readouterr()
    assert same(train(vocabulary, path, **options), expected)
    first_line = capsys.readouterr().out.splitlines()[0]
    assert first_line.startswith(f"{path} belongs to another run: {said}") and "checkpoint.pt.other-run" in first_line


def test_a_training_is_finished_beside_its_checkpoint_only(tmp_path, path):
    weights = tmp_path / "elsewhere" / "weights.pth"
    with pytest.raises(ValueError, match="Expected a checkpoint and the weights in one folder, found .*checkpoint.pt"):
        finish_training(path, weights)
    path.write_bytes(b"")
    with pytest.raises(ValueError, match="Expected a checkpoint and the weights in one folder"):
        finish_training(path, weights)


def test_a_training_in_fp16_goes_on_with_the_scale_of_its_losses(vocabulary, path):
    """Its gradients overflow in the first batch, so that the scale is no longer what a new training starts with."""

    def overflow_once(model):
        spoiled = []

        def spoil(gradient):
            spoiled.append(None)
            return gradient * torch.inf if len(spoiled) == 1 else gradient

        model.final_norm.shift.register_hook(spoil)

    def overflow_once_and_stop(model):
        overflow_once(model)
        at_call(8, stop)(model)

    expected = train(vocabulary, prepare=overflow_once, precision="fp16")
    with pytest.raises(Stopped):
        train(vocabulary, path, prepare=overflow_once_and_stop, precision="fp16")
    assert torch.load(path, weights_only=True)["scaler"]["scale"] == 32768
    assert same(train(vocabulary, path, precision="fp16"), expected)
    assert torch.load(path, weights_only=True)["scaler"]["scale"] == 32768
