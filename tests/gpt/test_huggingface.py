"""A GPTModel as a folder of the Hub's form: out and back bit for bit, whole or not at all, and nobody's files lost.

That transformers computes the same with it: tests/export/test_transformers.py.
"""

import json
import os
import tracemalloc

import pytest
import torch

from downloads import everything_in
from helpers import random_model, small_config, small_merges, write_vocabulary
from previous_chapters import add_lora, load_from_huggingface, load_tokenizer, merge_lora, save_to_huggingface

FILES = [
    "README.md", "config.json", "generation_config.json", "merges.txt", "model.safetensors", "tokenizer.json",
    "tokenizer_config.json", "vocab.json",
]  # fmt: skip


@pytest.fixture
def export(vocabulary, tmp_path):
    def save(model, name="export", **options):
        options = {"vocabulary": vocabulary, "card": "# A card\n", **options}
        return save_to_huggingface(model, tmp_path / name, **options)

    return save


def assert_equal(found, expected):
    assert found.keys() == expected.keys()
    for name, tensor in expected.items():
        assert torch.equal(found[name], tensor), name


def test_out_and_back_every_weight_is_the_same_bit_for_bit(export, tokenizer):
    model = random_model(small_config())
    folder = export(model)
    assert sorted(os.listdir(folder)) == FILES and os.listdir(folder.parent) == ["export"]
    back = load_from_huggingface(folder)
    assert_equal(back.state_dict(), model.state_dict())
    assert not back.training and back.trf_blocks[0].att.num_heads == 3
    tokens = torch.tensor([tokenizer.encode("Write a response that completes the request")])
    with torch.no_grad():
        assert torch.equal(back(tokens), model(tokens))
    read = load_tokenizer(folder)
    assert read._mergeable_ranks == tokenizer._mergeable_ranks and read.eot_token == tokenizer.eot_token


def test_the_configuration_is_written_out(export):
    config = json.loads((export(random_model(small_config(drop_rate=0.1))) / "config.json").read_text(encoding="utf-8"))
    assert config["tie_word_embeddings"] is False
    ours = {"vocab_size": 357, "n_positions": 128, "n_ctx": 128, "n_embd": 24, "n_layer": 2, "n_head": 3}
    rates = {"embd_pdrop": 0.1, "attn_pdrop": 0.1, "resid_pdrop": 0.1}
    ids = {"bos_token_id": 356, "eos_token_id": 356}
    assert ({**ours, **rates, **ids, "activation_function": "gelu_new"}).items() <= config.items()


def test_without_query_key_and_value_bias_there_are_zeros(export):
    model = random_model(small_config(qkv_bias=False))
    back = load_from_huggingface(export(model)).state_dict()
    biases = [name for name in back if name.endswith(("W_query.bias", "W_key.bias", "W_value.bias"))]
    assert len(biases) == 6 and not any(back.pop(name).any() for name in biases)
    assert_equal(back, model.state_dict())


def test_what_comes_back_can_be_trained_without_changing_the_file(export):
    folder = export(random_model(small_config()))
    before = everything_in(folder)
    back = load_from_huggingface(folder, drop_rate=0.5)
    assert back.drop_emb.p == 0.5
    with torch.no_grad():
        for parameter in back.parameters():
            parameter.zero_()
    assert everything_in(folder) == before


def test_an_earlier_export_is_replaced_as_a_whole(export):
    export(random_model(small_config(), seed=1))
    model = random_model(small_config(), seed=2)
    folder = export(model, card=None)
    assert sorted(os.listdir(folder)) == FILES[1:] and os.listdir(folder.parent) == ["export"]
    assert_equal(load_from_huggingface(folder).state_dict(), model.state_dict())


@pytest.mark.parametrize("name", ["thesis.txt", ".git"])
def test_files_of_others_are_not_touched(export, tmp_path, name):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / name).write_text("mine", encoding="utf-8")
    before = everything_in(tmp_path)
    with pytest.raises(FileExistsError, match=f"found {name}. Choose another folder"):
        export(random_model(small_config()))
    assert everything_in(tmp_path) == before and os.listdir(tmp_path) == ["export"]


@pytest.mark.parametrize("is_there", [False, True])
def test_a_disk_that_is_full_leaves_all_as_it_was(export, tmp_path, is_there):
    resource = pytest.importorskip("resource", reason="a limit on the size of files, as on Linux and macOS, is needed")
    if is_there:
        export(random_model(small_config(), seed=1))
    before = everything_in(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            export(random_model(small_config()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert everything_in(tmp_path) == before and os.listdir(tmp_path) == ["export"] * is_there


def test_an_interruption_leaves_all_as_it_was(export, tmp_path, monkeypatch):
    export(random_model(small_config(), seed=1))
    before = everything_in(tmp_path)

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("gpt.huggingface._write_tokenizer", interrupt)
    with pytest.raises(KeyboardInterrupt):
        export(random_model(small_config()))
    assert everything_in(tmp_path) == before and os.listdir(tmp_path) == ["export"]


def test_a_model_with_lora_is_exported_only_after_merging(export, tmp_path):
    model = random_model(small_config())
    add_lora(model, rank=2)
    with pytest.raises(ValueError, match="call merge_lora first"):
        export(model)
    assert os.listdir(tmp_path) == []
    merge_lora(model)
    assert_equal(load_from_huggingface(export(model)).state_dict(), model.state_dict())


def test_the_vocabulary_of_another_model_is_refused(export, tmp_path):
    write_vocabulary(tmp_path / "other", small_merges()[:-1])
    with pytest.raises(ValueError, match="has 356 tokens, and the model 357"):
        export(random_model(small_config()), vocabulary=tmp_path / "other")
    with pytest.raises(FileNotFoundError, match="has no vocabulary: expected encoder.json and vocab.bpe"):
        export(random_model(small_config()), vocabulary=tmp_path)


@pytest.mark.parametrize("kept", [("vocab.json", "merges.txt"), ("tokenizer.json",)])
def test_either_form_of_the_vocabulary_is_enough(export, tokenizer, kept):
    folder = export(random_model(small_config()))
    for name in {"vocab.json", "merges.txt", "tokenizer.json"} - {*kept}:
        (folder / name).unlink()
    assert load_tokenizer(folder)._mergeable_ranks == tokenizer._mergeable_ranks


def test_the_model_is_not_in_memory_twice(export):
    model = random_model(small_config(n_layers=8, emb_dim=192))
    size = 4 * sum(parameter.numel() for parameter in model.parameters())
    tracemalloc.start()  # numpy's arrays are counted
    try:
        export(model)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 3
