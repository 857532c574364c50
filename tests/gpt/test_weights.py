"""Weights in files: they get in and out unchanged, here and in the published package, or are refused with a reason."""

import json
import pickle
import random
import re
import zipfile

import pytest
import torch
from llms_from_scratch import ch04

import small_training
from gpt.weights import BLOCK_NAMES, OUTER_NAMES, from_openai, to_openai
from helpers import random_model, small_config, write_vocabulary
from previous_chapters import GPTModel, load_weights, save_weights, without_weights
from small_training import kill, needs_fork, start, train

CONFIG = small_config()
TOKENS = torch.arange(2 * 30).reshape(2, 30)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "model-sft.pth"


def equal(model, other):
    ours, theirs = (
        {name: tensor for name, tensor in each.state_dict().items() if not name.endswith(".mask")}
        for each in (model, other)
    )
    return ours.keys() == theirs.keys() and all(torch.equal(tensor, theirs[name]) for name, tensor in ours.items())


def test_saved_and_loaded_weights_are_the_same(path):
    model, loaded = random_model(CONFIG, seed=1), random_model(CONFIG, seed=2)
    parameter = loaded.tok_emb.weight
    save_weights(model, path)
    load_weights(loaded, path)
    assert equal(model, loaded)
    assert loaded.tok_emb.weight is parameter  # an optimizer that was made before goes on to train it
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_mask_for_other_implementations_is_kept_once(path):
    """A bool for each pair of positions, however many blocks there are."""
    model = random_model(small_config(n_layers=6))
    save_weights(model, path)
    weights = torch.load(path, weights_only=True)
    masks = [tensor for name, tensor in weights.items() if name.endswith("att.mask")]
    assert len(masks) == 6 and len({mask.data_ptr() for mask in masks}) == 1
    with zipfile.ZipFile(path) as archive:
        tensors = [each.file_size for each in archive.infolist() if "/data/" in each.filename]
    assert len(tensors) == len(model.state_dict()) + 1
    assert sum(tensors) == 4 * sum(each.numel() for each in model.parameters()) + CONFIG["context_length"] ** 2


def test_the_published_package_loads_our_file_strictly_and_computes_the_same(path):
    model, published = random_model(CONFIG), ch04.GPTModel(CONFIG).eval()
    save_weights(model, path)
    result = published.load_state_dict(torch.load(path, weights_only=True))
    assert not result.missing_keys and not result.unexpected_keys
    assert equal(model, published)
    with torch.no_grad():
        torch.testing.assert_close(published(TOKENS), model(TOKENS), rtol=1e-5, atol=1e-5)
    ids = ch04.generate_text_simple(published, TOKENS, 5, CONFIG["context_length"])
    assert ids.shape == (2, 35)


def test_our_file_loads_as_a_plain_state_dict(path):
    model, loaded = random_model(CONFIG, seed=1), GPTModel(CONFIG)
    save_weights(model, path)
    loaded.load_state_dict(torch.load(path))  # strictly, without a function of ours
    assert equal(model, loaded)


@pytest.mark.parametrize("package", [GPTModel, ch04.GPTModel], ids=["ours", "published"])
def test_a_plain_state_dict_loads(path, package):
    model, loaded = random_model(CONFIG, seed=1, model_class=package), random_model(CONFIG, seed=2)
    torch.save(model.state_dict(), path)
    load_weights(loaded, path)
    assert equal(model, loaded)
    with torch.no_grad():
        torch.testing.assert_close(loaded(TOKENS), model(TOKENS), rtol=1e-5, atol=1e-5)


def test_a_published_model_is_filled_as_well(path):
    model, published = random_model(CONFIG, seed=1), ch04.GPTModel(CONFIG).eval()
    save_weights(model, path)
    load_weights(published, path)
    with torch.no_grad():
        torch.testing.assert_close(published(TOKENS), model(TOKENS), rtol=1e-5, atol=1e-5)


def test_a_model_without_weights_is_filled(path):
    model = random_model(CONFIG)
    save_weights(model, path)
    with without_weights():
        loaded = GPTModel(CONFIG)
    load_weights(loaded, path)
    assert equal(model, loaded)
    assert all(parameter.requires_grad and not parameter.is_meta for parameter in loaded.parameters())


def test_the_old_format_of_pytorch_loads(path):
    model, loaded = random_model(CONFIG, seed=1), GPTModel(CONFIG)
    torch.save(model.state_dict(), path, _use_new_zipfile_serialization=False)
    load_weights(loaded, path)
    assert equal(model, loaded)


def test_weights_beside_other_things_are_found_and_said(path, capsys):
    model, loaded = random_model(CONFIG, seed=1), GPTModel(CONFIG)
    torch.save({"model_state_dict": model.state_dict(), "optimizer_state_dict": {}, "epoch": 2}, path)
    load_weights(loaded, path)
    assert equal(model, loaded)
    found = capsys.readouterr().out
    others = "model_state_dict, optimizer_state_dict, epoch"
    assert found == f"{path} has more than weights ({others}). Only the weights were loaded.\n"


def test_the_checkpoint_of_a_training_is_recognised(path, tmp_path, capsys):
    write_vocabulary(tmp_path)
    _, weights, _ = train(tmp_path, path, num_epochs=1)
    capsys.readouterr()
    loaded = GPTModel(small_config(context_length=64, emb_dim=12, n_layers=1))
    load_weights(loaded, path)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in loaded.state_dict().items())
    assert capsys.readouterr().out == f"{path} is the checkpoint of a training, after step 4.\n"


def refuse(path, config=CONFIG):
    """Load into a model that must stay unchanged; return the message."""
    model, before = random_model(config, seed=1), random_model(config, seed=1)
    with pytest.raises(ValueError) as caught:
        load_weights(model, path)
    assert equal(model, before)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"emb_dim": 12}, "emb_dim=12, n_layers=2"),
        ({"n_layers": 3}, "emb_dim=24, n_layers=3"),
        ({"vocab_size": 300}, "vocab_size=300, context_length=128"),
        ({"context_length": 64}, "context_length=64, emb_dim=24"),
    ],
    ids=str,
)
def test_another_size_is_said_in_one_line(path, change, found):
    save_weights(random_model(small_config(**change)), path)
    message = refuse(path)
    assert "\n" not in message
    expected = f"vocab_size={CONFIG['vocab_size']}, context_length=128, emb_dim=24, n_layers=2"
    assert f"is of another model: expected {expected}; found " in message and found in message


def test_a_known_model_is_called_by_its_name(path):
    with torch.device("meta"):  # only its shapes matter here
        state = GPTModel({**CONFIG, "vocab_size": 50257, "context_length": 1024, "emb_dim": 768, "n_layers": 12})
    torch.save({name: torch.zeros(1).expand(tensor.shape) for name, tensor in state.state_dict().items()}, path)
    assert f"{path} is of gpt2-small (124M): expected vocab_size=" in refuse(path)


def lose_the_head(state):
    shape = tuple(state.pop("out_head.weight").shape)
    return f"out_head.weight: expected shape {shape}, found nothing"


def lose_a_bias(state):
    del state["trf_blocks.1.att.W_query.bias"]
    return "trf_blocks.1.att.W_query.bias: expected shape (24,), found nothing"


def add_a_weight(state):
    state["lora.weight"] = torch.zeros(2)
    return "lora.weight: expected nothing, found shape (2,)"


def transpose_a_weight(state):
    name = "trf_blocks.0.ff.layers.0.weight"
    state[name] = state[name].T
    return f"{name}: expected shape (96, 24), found (24, 96)"


def make_a_weight_whole_numbers(state):
    state["final_norm.scale"] = torch.ones(24, dtype=torch.int64)
    return "final_norm.scale: expected floating-point numbers, found torch.int64"


@pytest.mark.parametrize(
    "damage", [lose_the_head, lose_a_bias, add_a_weight, transpose_a_weight, make_a_weight_whole_numbers]
)
def test_what_is_missing_unknown_or_of_another_shape_is_listed(path, damage):
    state = random_model(CONFIG).state_dict()
    expected = damage(state)
    torch.save(state, path)
    message = refuse(path)
    assert message.endswith(f"Weights at fault: 1\n  {expected}")


class RunsCode:
    """Whoever unpickles this calls a function of its choice; here one that makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def test_code_in_a_file_is_not_run(path, tmp_path):
    trap = tmp_path / "trap"
    content = {**random_model(CONFIG).state_dict(), "more": RunsCode(trap)}
    for write in (
        torch.save,
        lambda content, path: torch.save(content, path, _use_new_zipfile_serialization=False),
        lambda content, path: path.write_bytes(pickle.dumps(content["more"], protocol=2)),
    ):
        write(content, path)
        message = refuse(path)
        # Since Python 3.13, open() says that it is from _io.
        assert re.search(r"holds more than numbers, _?io\.open, and reading that could run a stranger's code", message)
        assert "weights_only" not in message  # PyTorch's own message says how to run it
        assert not trap.exists()
    path.write_bytes(pickle.dumps(content["more"], protocol=4))
    assert "it is cut off, damaged or no PyTorch file" in refuse(path)
    assert not trap.exists()
    with path.open("rb") as file:  # the trap does work
        pickle.load(file).close()
    assert trap.exists()


def test_a_whole_pickled_model_is_refused(path):
    torch.save(random_model(CONFIG), path)
    assert "it holds more than numbers, gpt.model.GPTModel" in refuse(path)


def test_broken_files_are_refused(path):
    save_weights(random_model(CONFIG), path)
    content = path.read_bytes()
    middle = len(content) // 2
    for broken, said in (
        (b"", "it is empty"),
        (content[:1], "it is cut off, damaged or no PyTorch file"),
        (content[:100], "it is cut off, damaged or no PyTorch file"),
        (content[:middle], "it is cut off, damaged or no PyTorch file"),
        (content[:-1], "it is cut off, damaged or no PyTorch file"),
        (content[:middle] + bytes([content[middle] ^ 8]) + content[middle + 1 :], "the checksum of"),
        (b"<!DOCTYPE html>\n<html>Not found</html>", "it is a web page"),
        (b"\n <?xml version='1.0'?><Error/>", "it is a web page"),
        (json.dumps({"error": "no"}).encode(), "it is cut off, damaged or no PyTorch file"),
        (bytes(5000), "it is cut off, damaged or no PyTorch file"),
    ):
        path.write_bytes(broken)
        message = refuse(path)
        assert said in message and "Get the file again; one of your own is made anew by notebook 04." in message


@pytest.mark.parametrize(
    "content", [[1, 2], {"a": 1}, {"tok_emb.weight": 3}, torch.zeros(3), {1: torch.zeros(2)}], ids=str
)
def test_other_content_is_refused(path, content):
    torch.save(content, path)
    assert "has no weights of a GPT model: expected a state dict with tok_emb.weight." in refuse(path)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3, 4)], ids=str)
def test_shapes_that_no_embedding_has_are_refused(path, shape):
    torch.save({"tok_emb.weight": torch.zeros(shape), "pos_emb.weight": torch.zeros(())}, path)
    assert "is of another model: expected vocab_size=" in refuse(path)


def test_random_bytes_in_a_file_never_get_through(path):
    numbers = random.Random(123)
    model = random_model(CONFIG, seed=1)
    save_weights(model, path)
    content = path.read_bytes()
    for _ in range(100):
        broken = bytearray(content)
        start = numbers.randrange(len(broken))
        broken[start : start + numbers.randint(1, 50)] = numbers.randbytes(numbers.randint(0, 50))
        path.write_bytes(broken)
        loaded = random_model(CONFIG, seed=2)
        try:
            load_weights(loaded, path)
        except ValueError:
            assert equal(loaded, random_model(CONFIG, seed=2))
        else:
            assert equal(loaded, model)  # what was changed is filling between the tensors


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError):
        load_weights(random_model(CONFIG), tmp_path / "none.pth")


@needs_fork
def test_killed_while_saving_the_file_is_whole(path):
    """SIGKILL while one of two models is saved over the other, again and again: one of them is always there."""
    config = small_config(emb_dim=96, n_layers=4)  # large enough that most of the time goes into writing
    models = [random_model(config, seed=seed) for seed in (1, 2)]
    for seed, model in zip((1, 2), models, strict=True):
        torch.manual_seed(seed)
        model.load_state_dict(GPTModel(config).state_dict())
    save_weights(models[0], path)
    numbers = random.Random(123)
    cut_off = 0
    for _ in range(25):
        process, connection = start(small_training.save_again_and_again, path, config, (1, 2))
        assert kill(process, connection, 1, numbers.uniform(0, 0.05))
        parts = list(path.parent.glob(f"{path.name}.*.part"))  # at most one: each writer removes those of killed ones
        cut_off += any(part.stat().st_size < path.stat().st_size for part in parts)
        assert len(parts) <= 1
        loaded = random_model(config, seed=3)
        load_weights(loaded, path)
        assert any(equal(loaded, model) for model in models)
    assert cut_off > 0
    save_weights(models[1], path)  # and the rest of an interrupted saving is no hindrance
    load_weights(loaded, path)
    assert equal(loaded, models[1])
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@needs_fork
def test_a_full_disk_is_an_error_and_spares_the_earlier_file(path):
    model = random_model(CONFIG, seed=1)
    save_weights(model, path)
    process, connection = start(small_training.save_with_full_disk, path, CONFIG, 20_000)
    assert connection.poll(60)
    message = connection.recv()
    process.join()
    assert f"The weights could not be written to {path} (" in message and "Make room" in message
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    loaded = GPTModel(CONFIG)
    load_weights(loaded, path)
    assert equal(loaded, model)


def test_openai_s_names_are_the_same_in_both_directions():
    state = random_model(CONFIG).state_dict()
    arrays = to_openai(state)
    assert len(arrays) == len(OUTER_NAMES) + CONFIG["n_layers"] * len(BLOCK_NAMES)
    params = {"blocks": [{} for _ in range(CONFIG["n_layers"])]}
    for name, array in arrays.items():  # nested as gpt_download returns them
        *path, last = name.removeprefix("model/").removeprefix("ln_f/").split("/")
        place = params
        for key in path:
            place = params["blocks"][int(key[1:])] if re.fullmatch(r"h\d+", key) else place.setdefault(key, {})
        place[last] = array
    back = from_openai(params)
    state["out_head.weight"] = state["tok_emb.weight"]
    assert back.keys() == state.keys()
    for name, tensor in state.items():
        assert torch.equal(torch.from_numpy(back[name].copy()), tensor), name
    assert arrays["model/h1/mlp/c_fc/w"].shape == (CONFIG["emb_dim"], 4 * CONFIG["emb_dim"])  # (inputs, outputs)
