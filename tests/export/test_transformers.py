"""What we export is the same model elsewhere: opened with transformers, the newest and the last before version 5."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch

from gpt_download import SHIPPED_FOLDER, download_and_load_gpt2
from helpers import REPO, freshly_started_model, small_config, write_vocabulary
from previous_chapters import (
    GPTModel,
    config_of,
    cut_out_response,
    format_input,
    generate,
    load_from_huggingface,
    load_tokenizer,
    load_weights_into_gpt,
    save_to_huggingface,
    text_to_token_ids,
    write_model_card,
)

HERE = Path(__file__).resolve().parent
OPEN = HERE.parent / "support" / "open_with_transformers.py"
NEW_TOKENS = 16
ASKED = {"instruction": "Write it in the past tense.", "input": "The cook sings."}


def require(reason):
    """Skip a test for whose packages a network is needed; in CI, fail."""
    if os.environ.get("CI") or os.environ.get("REQUIRE_ALL_TESTS"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def model():
    """The small model, as a fine-tuning leaves it: with an output head that is no longer the token embedding."""
    _, params = download_and_load_gpt2("6M", SHIPPED_FOLDER)
    model = GPTModel(config_of("gpt2-tiny (6M)")).eval()
    load_weights_into_gpt(model, params)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.01 * torch.randn(parameter.shape, generator=generator)
    return model


@pytest.fixture(scope="module")
def folder(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("export") / "gpt2-tiny6M-sft"
    card = write_model_card("gpt2-tiny6M-sft", "gpt2-tiny (6M)")
    return save_to_huggingface(model, folder, vocabulary=SHIPPED_FOLDER / "6M", card=card)


@pytest.fixture(scope="module")
def texts():
    """Texts from the data, and some that are hard to cut into tokens."""
    entries = json.loads((REPO / "data" / "instruction-data.json").read_text(encoding="utf-8"))
    hard = ["", " ", "  two  spaces ", "naïve 東京 🙂\t\r\n\n tabs", "It's WE'LL 3rd 1,000.5!?", "\u00a0x\u2028"]
    hard += ["<|endoftext|>", "a<|endoftext|> b"]
    return [f"{format_input(entry)}\n\n### Response:\n{entry['output']}" for entry in entries[:1000]] + hard


@pytest.fixture(scope="module")
def ask(folder, texts):
    tokenizer = load_tokenizer(folder)
    prompts = [tokenizer.encode(text.partition("\n\n### Response:")[0]) for text in texts[:50]]
    rows = torch.randint(tokenizer.n_vocab, (2, 32), generator=torch.Generator().manual_seed(2)).tolist()
    return {"folder": str(folder), "texts": texts, "prompts": prompts, "rows": rows, "new_tokens": NEW_TOKENS,
            "messages": [{"role": "user", "content": f"{ASKED['instruction']}\n{ASKED['input']}"}]}  # fmt: skip


@pytest.fixture(scope="module")
def expected(model, folder, ask):
    tokenizer, context = load_tokenizer(folder), config_of("gpt2-tiny (6M)")["context_length"]
    ids = [tokenizer.encode(text, allowed_special="all") for text in ask["texts"]]
    continued = []
    for prompt in ask["prompts"]:
        text = generate(model, torch.tensor([prompt]), NEW_TOKENS, context, eos_id=tokenizer.eot_token)
        continued.append(text[0, len(prompt) :].tolist())
    rows = torch.tensor(ask["rows"])
    double = GPTModel(config_of("gpt2-tiny (6M)")).double().eval()
    double.load_state_dict(model.state_dict())
    with torch.no_grad():
        logits = {"logits": model(rows), "logits in float64": double(rows)}
    return {"ids": ids, "continued": continued, **logits, "card": f"{answer(model, tokenizer)}\n"}


@pytest.fixture(scope="module")
def blocks(tmp_path_factory, ask):
    """One block each of GPT-2 small and medium with a small vocabulary: the folder, and the logits that belong to it.

    Their whole shapes: ``python tests/benchmarks/exported_shapes.py``.
    """
    folder, rows, logits = tmp_path_factory.mktemp("blocks"), torch.tensor(ask["rows"]), {}
    write_vocabulary(folder / "vocabulary")
    for name in ("gpt2-small (124M)", "gpt2-medium (355M)"):
        config = {**config_of(name), "n_layers": 1, "vocab_size": small_config()["vocab_size"]}
        other = freshly_started_model(config)
        save_to_huggingface(other, folder / name, vocabulary=folder / "vocabulary")
        with torch.no_grad():
            logits[str(folder / name)] = other(rows % config["vocab_size"])
    return logits


def answer(model, tokenizer):
    """Our answer to the example of the model card."""
    prompt = text_to_token_ids(format_input({"instruction": "Name the capital of France.", "input": ""}), tokenizer)
    text = generate(model, prompt, 60, context_size=256, eos_id=tokenizer.eot_token)
    return cut_out_response(prompt, text, tokenizer)


def opened(ask, folder, environment=None):
    """What transformers makes of the folder."""
    (folder / "ask.json").write_text(json.dumps(ask), encoding="utf-8")
    command = [sys.executable, str(OPEN), str(folder / "ask.json"), str(folder / "answer.pt")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]
    for word in ("newly initialized", "not used when initializing", "UNEXPECTED", "MISSING", "not expected"):
        assert word not in done.stderr + done.stdout
    return torch.load(folder / "answer.pt", weights_only=True)


def assert_the_same(found, expected, texts):
    assert found["dtype"] == "torch.float32" and found["eos"] == 8191
    assert found["ids"] == expected["ids"]
    assert found["decoded"] == texts[:50]
    assert found["chat"] == format_input(ASKED)
    # transformers writes the end of a text, too, our generate stops before it.
    continued = [row[:-1] if row[-1:] == [8191] else row for row in found["continued"]]
    assert continued == expected["continued"][: len(continued)]
    assert any(map(len, expected["continued"]))
    for name, tolerance in (("logits", 5e-4), ("resaved logits", 5e-4), ("logits in float64", 1e-5)):
        right = expected[name.removeprefix("resaved ")]
        assert found[name].dtype == right.dtype and (found[name] - right).abs().max() < tolerance, name
    assert found["resaved ids"] == expected["ids"][0]
    assert found["card"] == expected["card"]


def test_the_newest_transformers_computes_the_same(ask, expected, texts, tmp_path, model, blocks):
    if sys.version_info < (3, 11):
        pytest.skip("transformers 5 needs Python 3.11")
    if find_spec("transformers") is None:
        require("transformers is not installed: python -m pip install --no-deps -r tests/requirements.txt")
    resaved = tmp_path / "resaved in several files"
    found = opened({**ask, "keep": str(resaved), "others": list(blocks)}, tmp_path)
    assert found["version"].startswith("5.")
    assert_the_same(found, expected, texts)
    for folder, logits in blocks.items():
        assert (found[folder] - logits).abs().max() < 5e-4, folder
    # And what transformers saves, in its own way, comes back bit for bit.
    assert len(list(resaved.glob("*.safetensors"))) > 1
    back = load_from_huggingface(resaved).state_dict()
    assert all(torch.equal(back[name], tensor) for name, tensor in model.state_dict().items())
    assert load_tokenizer(resaved).encode(texts[0]) == expected["ids"][0]


def test_the_last_transformers_before_5_computes_the_same(ask, expected, texts, tmp_path, tmp_path_factory):
    packages = tmp_path_factory.mktemp("transformers-4")
    requirements = HERE / "oldest-transformers.txt"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-compile", "--retries", "1"]
    done = subprocess.run([*pip, "--target", packages, "-r", requirements], capture_output=True, text=True)
    if done.returncode:
        require(f"the packages of {requirements.name} could not be installed: {done.stderr.strip().splitlines()[-1]}")
    path = os.pathsep.join([str(packages), os.environ.get("PYTHONPATH", "")])
    ask = {**ask, "prompts": ask["prompts"][:20]}  # the other 30 were for the newest
    found = opened(ask, tmp_path, {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"})
    assert found["version"] == "4.57.6"
    assert_the_same(found, expected, texts)
