"""The tutorial that this project continues: its imports resolve and its code runs, taken from its text.

The document has lost its indentation and the "t" of one "torch". Here stands only what puts these back and
what names the small model; every line that is run is the document's.
"""

import contextlib
import importlib
import io
import json
import re
from types import SimpleNamespace

import matplotlib.pyplot as plt
import pytest
import torch

from gpt_download import CONVERTED_FILE, FILENAMES, MANIFEST_FILE, SHIPPED_SIZE
from helpers import SHARED, instruction_entries, small_config, write_random_checkpoint
from previous_chapters import GPTModel, create_instruction_loader, format_input, load_tokenizer

DOCUMENT = SHARED / "seed" / "finetuning-setup-and-training.txt"
MODEL = f"gpt2-tiny ({SHIPPED_SIZE})"

# First and last line of each piece of code, in the document's order.
BLOCKS = {
    "load": ("from gpt_download import download_and_load_gpt2", "model.eval();"),
    "prompt": ("orch.manual_seed(123)", "print(input_text)"),
    "generate": (
        "from previous_chapters import (",
        "generated_text = token_ids_to_text(token_ids, tokenizer)",
    ),
    "response": ("response_text = (", "print(response_text)"),
    "import training": ("from previous_chapters import (", ")"),
    "initial loss": ("model.to(device)", 'print("Validation loss:", val_loss)'),
    "train": ("import time", 'print(f"Training completed in {execution_time_minutes:.2f} minutes.")'),
    "plot": (
        "from previous_chapters import plot_losses",
        "plot_losses(epochs_tensor, tokens_seen, train_losses, val_losses)",
    ),
    "three responses": ("torch.manual_seed(123)", 'print("-------------------------------------")'),
    "all responses": ("from tqdm import tqdm", "print(test_data[0])"),
    "save": ("import re", 'print(f"Model saved as {file_name}")'),
}

# The last line inside each statement that ends with a colon.
LAST_LINE_INSIDE = {
    "with torch.no_grad():": "val_loss = calc_loss_loader(val_loader, model, device, num_batches=5)",
    "for entry in test_data[:3]:": 'print("-------------------------------------")',
    "for i, entry in tqdm(enumerate(test_data), total=len(test_data)):": (
        'test_data[i]["model_response"] = response_text'
    ),
    'with open("instruction-data-with-response.json", "w") as file:': (
        'json.dump(test_data, file, indent=4) # "indent" for pretty-printing'
    ),
}


@pytest.fixture(scope="module")
def document():
    if not DOCUMENT.is_file():
        pytest.skip(f"the seed document is not here: {DOCUMENT}")
    return DOCUMENT.read_text(encoding="utf-8")


def indented(lines):
    """Put back the indentation of the statements in LAST_LINE_INSIDE."""
    result, last_line_inside = [], None
    for line in lines:
        result.append(f"    {line}" if last_line_inside else line)
        if line == last_line_inside:
            last_line_inside = None
        elif line in LAST_LINE_INSIDE:
            last_line_inside = LAST_LINE_INSIDE[line]
    assert last_line_inside is None
    return "\n".join(result)


@pytest.fixture(scope="module")
def blocks(document):
    lines, position, found = document.splitlines(), 0, {}
    for name, (first, last) in BLOCKS.items():
        start = lines.index(first, position)
        position = lines.index(last, start) + 1
        found[name] = indented(lines[start:position])
    return found


def with_small_model(source):
    """Name the small model instead of the 355M one, and give its configuration in the table."""
    sizes = {key: value for key, value in small_config().items() if key not in ("drop_rate", "qkv_bias")}
    for old, new in (
        ('"gpt2-medium (355M)": {"emb_dim": 1024, "n_layers": 24, "n_heads": 16}', f'"{MODEL}": {sizes}'),
        ('CHOOSE_MODEL = "gpt2-medium (355M)"', f'CHOOSE_MODEL = "{MODEL}"'),
    ):
        assert source.count(old) == 1
        source = source.replace(old, new)
    return source


@pytest.fixture(scope="module")
def run(blocks, tmp_path_factory):
    """Run all blocks in one namespace and an empty folder; keep what each one printed, and the figure."""
    plt.close("all")
    folder = tmp_path_factory.mktemp("reader")
    write_random_checkpoint(folder / "gpt2" / SHIPPED_SIZE)
    tokenizer = load_tokenizer(folder / "gpt2" / SHIPPED_SIZE)
    entries = instruction_entries(36)
    printed = {}

    def loader(data, shuffle):
        return create_instruction_loader(
            data, tokenizer, allowed_max_length=128, batch_size=4, shuffle=shuffle
        )

    # What the earlier part of the chapter has left in the reader's notebook.
    namespace = {
        "json": json,
        "torch": torch,
        "device": torch.device("cpu"),
        "tokenizer": tokenizer,
        "format_input": format_input,
        "test_data": entries[24:27],
        "val_data": entries[27:],
        "train_loader": loader(entries[:24], shuffle=True),
        "val_loader": loader(entries[27:], shuffle=False),
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, source in blocks.items():
            if name == "load":
                source = with_small_model(source)
            if name == "prompt":
                source = "t" + source
            with contextlib.redirect_stdout(io.StringIO()) as output:
                exec(compile(source, f"{DOCUMENT.name}, {name}", "exec"), namespace)
            printed[name] = output.getvalue()
    return SimpleNamespace(folder=folder, namespace=namespace, printed=printed, figure=plt.gcf())


def test_every_imported_name_exists(document):
    found = {}
    for module, names in re.findall(
        r"^from (gpt_download|previous_chapters) import (\([^)]*\)|.*)$", document, re.MULTILINE
    ):
        found.setdefault(module, []).extend(re.findall(r"\w+", names))
    assert found["gpt_download"] == ["download_and_load_gpt2"]
    assert len(found["previous_chapters"]) == 8
    for module, names in found.items():
        for name in names:
            assert callable(getattr(importlib.import_module(module), name)), name


def test_no_code_with_an_import_is_left_out(document, blocks):
    imports = [line for line in document.splitlines() if re.match(r"(from \w+ )?import ", line)]
    run_lines = "\n".join(blocks.values()).splitlines()
    assert len(imports) == 8
    assert [line for line in run_lines if re.match(r"(from \w+ )?import ", line)] == imports


def test_loading_gives_the_checkpoint_s_model(run):
    namespace = run.namespace
    assert namespace["settings"]["n_embd"] == namespace["BASE_CONFIG"]["emb_dim"] == small_config()["emb_dim"]
    assert isinstance(namespace["model"], GPTModel)
    # No download: the folder holds the seven files, and what makes the next start quick.
    names = {path.name for path in (run.folder / "gpt2" / SHIPPED_SIZE).iterdir()}
    assert names == {*FILENAMES, CONVERTED_FILE, MANIFEST_FILE}


def test_prompt_and_response_are_printed(run):
    namespace, printed = run.namespace, run.printed
    assert printed["prompt"] == format_input(namespace["val_data"][0]) + "\n"
    assert printed["generate"] == ""
    assert len(printed["response"].strip()) > 0


def test_initial_losses_are_printed(run):
    assert re.fullmatch(
        r"Training loss: (\d+\.\d{4,})\nValidation loss: (\d+\.\d{4,})\n", run.printed["initial loss"]
    )


def test_training_prints_what_the_document_shows(document, run):
    namespace, printed = run.namespace, run.printed
    lines = printed["train"].rstrip("\n").split("\n")
    pattern = r"Ep \d \(Step \d{6}\): Train loss \d+\.\d{3}, Val loss \d+\.\d{3}"
    shown_in_document = [line for line in document.splitlines() if line.startswith("Ep ")]
    assert len(shown_in_document) == 47
    assert all(re.fullmatch(pattern, line) for line in shown_in_document)

    losses = [line for line in lines if re.fullmatch(pattern, line)]
    assert lines[0] == losses[0]
    assert losses[0].startswith("Ep 1 (Step 000000): Train loss ")
    assert losses[-1].startswith("Ep 2 (Step 000010): Train loss ")
    # Two epochs of six steps, one evaluation every five steps.
    assert len(losses) == 3 == len(namespace["train_losses"]) == len(namespace["val_losses"])
    assert namespace["tokens_seen"] == sorted(namespace["tokens_seen"])
    prompt = format_input(namespace["val_data"][0]).replace("\n", " ")
    assert sum(line.startswith(prompt) for line in lines) == 2
    assert re.fullmatch(r"Training completed in \d+\.\d{2} minutes\.", lines[-1])


def test_losses_are_plotted(run):
    train_line, val_line = run.figure.axes[0].lines
    assert train_line.get_xdata().tolist() == val_line.get_xdata().tolist() == [0.0, 1.0, 2.0]
    assert list(train_line.get_ydata()) == run.namespace["train_losses"]
    assert list(val_line.get_ydata()) == run.namespace["val_losses"]
    assert list(run.figure.axes[1].lines[0].get_xdata()) == run.namespace["tokens_seen"]


def test_three_responses_are_printed_beside_the_correct_ones(run):
    namespace, printed = run.namespace, run.printed
    *pieces, end = printed["three responses"].split("-------------------------------------\n")
    assert end == ""
    assert len(pieces) == 3
    for entry, piece in zip(namespace["test_data"], pieces, strict=True):
        correct = f"\n\nCorrect response:\n>> {entry['output']}\n\nModel response:\n>> "
        assert piece.startswith(format_input(entry) + correct)


def test_responses_are_saved(run):
    namespace, printed = run.namespace, run.printed
    saved = json.loads((run.folder / "instruction-data-with-response.json").read_text(encoding="utf-8"))
    assert saved == namespace["test_data"]
    assert printed["all responses"] == f"{saved[0]}\n"
    for entry, original in zip(saved, instruction_entries(27)[24:], strict=True):
        response = entry.pop("model_response")
        assert entry == original
        assert response


def test_saved_model_loads_by_the_line_that_the_document_gives(document, run):
    namespace, printed = run.namespace, run.printed
    name = f"gpt2-tiny{SHIPPED_SIZE}-sft.pth"
    assert printed["save"] == f"Model saved as {name}\n"
    line = '# model.load_state_dict(torch.load("gpt2-medium355M-sft.pth"))'
    assert line in document.splitlines()
    trained = namespace["model"].state_dict()
    fresh = {"torch": torch, "model": GPTModel(namespace["BASE_CONFIG"])}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(run.folder)
        exec(line.removeprefix("# ").replace("gpt2-medium355M-sft.pth", name), fresh)
    assert all(torch.equal(tensor, trained[key]) for key, tensor in fresh["model"].state_dict().items())
