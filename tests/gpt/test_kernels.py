"""Training in other precisions and with accumulated gradients: the same course as fp32 with whole batches."""

import os
import platform
import re
import sys

import pytest
import torch

import gpt.kernels
import previous_chapters
from gpt.kernels import copied_to, is_intel, keep_few_kernels, onednn_is_faster, product_library, report_products
from helpers import instruction_entries, random_model, small_config, without_key_biases
from previous_chapters import (
    Linear,
    calc_loss_batch,
    choose_precision,
    computing_in,
    create_instruction_loader,
    fused,
    fused_training,
    generate,
    shortened_for_generation,
    train_model_simple,
    written_out,
)

CONFIG = small_config(context_length=96)


def trained(tokenizer, batch_size=4, **options):
    torch.manual_seed(0)
    model = previous_chapters.GPTModel(CONFIG)
    entries = instruction_entries(40)
    loader = create_instruction_loader(entries[:32], tokenizer, allowed_max_length=96, batch_size=batch_size)
    validation = create_instruction_loader(entries[32:], tokenizer, allowed_max_length=96)
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.1)
    history = train_model_simple(
        model, loader, validation, optimizer, "cpu", num_epochs=2, eval_freq=1, eval_iter=2,
        start_context="Below", tokenizer=tokenizer, **options,
    )  # fmt: skip
    return model, history


@pytest.mark.parametrize(("precision", "band"), [("fp32", 1e-4), ("bf16", 0.03)])
def test_other_precisions_take_the_course_of_the_written_out_steps(tokenizer, precision, band):
    _, (train_losses, val_losses, tokens_seen) = trained(tokenizer)
    _, other = trained(tokenizer, precision=precision)
    assert other[0] == pytest.approx(train_losses, abs=band)
    assert other[1] == pytest.approx(val_losses, abs=band)
    assert other[2] == tokens_seen
    assert val_losses[-1] < val_losses[0] - 1
    if precision == "bf16":
        assert other[0] != train_losses  # it did compute in another precision


def test_auto_chooses_says_why_and_takes_the_same_course(tokenizer, capsys):
    _, (train_losses, _, _) = trained(tokenizer)
    capsys.readouterr()
    _, other = trained(tokenizer, precision="auto")
    assert re.match(r"Precision: (fp32|bf16), because .+\.\n", capsys.readouterr().out)
    assert other[0] == pytest.approx(train_losses, abs=0.03)


def test_an_unknown_precision_is_refused():
    with pytest.raises(ValueError, match="Unknown precision 'half': choose 'auto', 'fp32', 'bf16' or 'fp16'"):
        choose_precision("cpu", "half")


@pytest.mark.parametrize(
    ("capabilities", "expected"),
    [({}, "fp32"), ({"avx512_bf16": False}, "fp32"), ({"amx_bf16": True}, "bf16"), (None, "fp32")],
    ids=["none", "not the one", "the one", "not told, as in PyTorch 2.6"],
)
def test_a_processor_computes_in_bf16_only_if_it_is_known_to_have_instructions(monkeypatch, capabilities, expected):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    if capabilities is None:
        monkeypatch.delattr(torch.cpu, "get_capabilities")
    assert choose_precision("cpu") == expected


@pytest.mark.parametrize(
    ("large", "instructions", "expected", "reason"),
    [
        (False, True, "fp32", "a model this small has little to gain"),
        (True, True, "bf16", "this processor has instructions for it"),
        (True, False, "fp32", "this processor has no known instructions for a shorter format"),
    ],
)
def test_weights_are_shortened_for_generation_where_that_pays(
    monkeypatch, capsys, large, instructions, expected, reason
):
    monkeypatch.setattr(gpt.kernels, "_has_instructions_for_bf16", lambda: instructions)
    monkeypatch.setattr(gpt.kernels, "LARGE", 1 if large else 10**9)
    model = random_model(CONFIG)
    other = shortened_for_generation(model)
    assert capsys.readouterr().out == f"Weights for generation: {expected}, because {reason}.\n"
    assert (other is model) == (expected == "fp32")
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_a_shortened_model_has_the_rounded_weights_and_generates_nearly_the_same():
    model = random_model(CONFIG)
    other = shortened_for_generation(model, "bf16")
    assert not other.training and not any(weight.requires_grad for weight in other.parameters())
    for (name, weight), short in zip(model.named_parameters(), other.parameters(), strict=True):
        assert short.dtype == torch.bfloat16 and torch.equal(short, weight.to(torch.bfloat16)), name
        assert weight.requires_grad
    tokens = torch.randint(CONFIG["vocab_size"], (1, 12))
    with torch.no_grad():
        torch.testing.assert_close(other(tokens).float(), model(tokens), rtol=0.05, atol=0.05)
    assert generate(other, tokens, 5, CONFIG["context_length"]).shape == (1, 17)


def test_weights_are_not_shortened_to_an_unknown_format():
    with pytest.raises(ValueError, match="Unknown precision 'fp16' of weights: choose 'auto', 'fp32' or 'bf16'"):
        shortened_for_generation(random_model(CONFIG), "fp16")


@pytest.mark.parametrize("accumulation_steps", [2, 4])
def test_accumulated_batches_make_the_step_of_the_large_batch(tokenizer, accumulation_steps):
    large, history = trained(tokenizer, batch_size=8)
    small, parts = trained(tokenizer, batch_size=8 // accumulation_steps, accumulation_steps=accumulation_steps)
    # The evaluations look at two batches each, which are of different sizes here: only their last weights compare.
    found = dict(small.named_parameters())
    for name, expected in without_key_biases(large.named_parameters()).items():
        torch.testing.assert_close(found[name], expected, rtol=0, atol=2e-4, msg=name)
    assert len(history[0]) == len(parts[0]) == 8


def test_fused_kernels_are_used_where_no_gradients_are_needed_and_where_asked_for():
    assert not fused()
    with torch.no_grad():
        assert fused()
    with fused_training():
        assert fused()
        with fused_training(False):
            assert not fused()
        assert fused()
    assert not fused()


needs_onednn = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="this PyTorch has no oneDNN")


@needs_onednn
def test_onednn_multiplies_only_where_fused_kernels_are_used(monkeypatch):
    monkeypatch.setattr(gpt.kernels, "product_library", lambda: ("onednn", "a test says so"))
    layer, x = Linear(24, 40), torch.randn(2, 3, 24)

    def kernels(enabled, dtype=torch.float32):
        with torch.profiler.profile() as profile, fused_training(enabled):
            result = layer.to(dtype)(x.to(dtype))
        return result, any(event.name == "aten::mkldnn_linear" for event in profile.events())

    (plain, before), (fast, after) = kernels(False), kernels(True)
    assert (before, after) == (False, True)
    torch.testing.assert_close(fast, plain, rtol=0, atol=1e-6)
    assert not kernels(True, torch.float64)[1]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert kernels(True)[0].dtype == torch.bfloat16
    assert layer.float()(torch.empty(0, 24)).shape == (0, 40)


@pytest.fixture
def no_choice_yet(monkeypatch):
    monkeypatch.delenv("CPU_PRODUCTS", raising=False)
    for function in (product_library, report_products):
        function.cache_clear()
    yield
    for function in (product_library, report_products):
        function.cache_clear()


@needs_onednn
@pytest.mark.parametrize(
    ("capability", "intel", "has_mkl", "rows", "outputs", "expected"),
    [
        ("AVX2", False, True, 6, 40, False),
        ("AVX2", False, True, 32, 2**14, True),
        ("AVX2", False, True, 33, 2**14, False),
        ("AVX2", False, True, 1, 2**13 - 1, False),  # of a small matrix, converting a row costs more than it brings
        ("AVX2", False, False, 6, 40, True),
        ("AVX512", False, True, 6, 40, True),
        ("DEFAULT", False, False, 6, 40, True),  # no Intel, no AMD
        ("AVX512", True, True, 6, 40, False),
        ("AVX512", True, True, 32, 2**14, False),
        ("AVX2", True, True, 1, 2**14, False),
        ("AVX512", True, False, 6, 40, True),
    ],
)
def test_the_faster_library_multiplies(
    no_choice_yet, monkeypatch, capsys, capability, intel, has_mkl, rows, outputs, expected
):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: capability)
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: has_mkl)
    monkeypatch.setattr(gpt.kernels, "is_intel", lambda: intel)
    layer, x = Linear(128, outputs), torch.randn(1, rows, 128)
    with torch.no_grad(), torch.profiler.profile() as profile:
        found = layer(x)
    assert any(event.name == "aten::mkldnn_linear" for event in profile.events()) == expected
    with written_out(), torch.no_grad():
        torch.testing.assert_close(found, layer(x), rtol=0, atol=1e-5)
    for _ in range(2):
        choose_precision("cpu", "fp32")
    printed = capsys.readouterr().out
    assert printed.count(f"Matrix products: {product_library()[0]}, because ") == 1


@needs_onednn
@pytest.mark.parametrize("wanted", ["mkl", "onednn"])
def test_one_variable_overrides_the_library(no_choice_yet, monkeypatch, wanted):
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: True)
    monkeypatch.setattr(gpt.kernels, "is_intel", lambda: wanted == "onednn")
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: "AVX512")
    before = onednn_is_faster(450, 2**20)
    product_library.cache_clear()
    monkeypatch.setenv("CPU_PRODUCTS", wanted)
    assert onednn_is_faster(450, 2**20) == (wanted == "onednn") != before


@pytest.mark.parametrize(("wanted", "has_mkl"), [("openblas", True), ("mkl", False)])
def test_a_library_that_is_not_there_is_refused(no_choice_yet, monkeypatch, wanted, has_mkl):
    monkeypatch.setattr(torch.backends.mkl, "is_available", lambda: has_mkl)
    monkeypatch.setenv("CPU_PRODUCTS", wanted)
    with pytest.raises(ValueError, match=f"CPU_PRODUCTS is '{wanted}': expected mkl or onednn, of which this PyTorch"):
        product_library()


def test_the_vendor_of_the_processor(monkeypatch):
    if sys.platform == "linux" and platform.machine() == "x86_64":
        capabilities = torch.cpu.get_capabilities()
        assert is_intel() == ("Intel" in capabilities["cpu_name"])  # told by another library
    monkeypatch.setattr(gpt.kernels.Path, "read_text", lambda *_, **__: (_ for _ in ()).throw(FileNotFoundError()))
    for found, expected in (("Intel64 Family 6 Model 151 Stepping 2, GenuineIntel", True),
                            ("AMD64 Family 25 Model 33 Stepping 0, AuthenticAMD", False), ("", False)):  # fmt: skip
        monkeypatch.setattr(platform, "processor", lambda found=found: found)
        assert is_intel() == expected


@pytest.mark.skipif(sys.platform != "linux", reason="the memory is cut up by oneDNN on Linux only")
def test_how_many_kernels_are_kept_can_be_set(monkeypatch):
    names = ("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY")
    for name in names:
        monkeypatch.setenv(name, "to be put back")
        monkeypatch.delenv(name)
    keep_few_kernels()
    assert [os.environ[name] for name in names] == ["64", "64"]
    monkeypatch.setenv(names[0], "1024")
    keep_few_kernels()
    assert [os.environ[name] for name in names] == ["1024", "64"]


def test_loss_and_gradients_of_the_fused_kernels():
    config = small_config()
    model = random_model(config).train()
    torch.manual_seed(0)
    inputs, targets = torch.randint(config["vocab_size"], (2, 3, 20))
    targets[:, 15:] = -100
    losses, gradients = [], []
    for enabled in (False, True):
        model.zero_grad()
        with fused_training(enabled):
            losses.append(calc_loss_batch(inputs, targets, model, "cpu"))
        losses[-1].backward()
        gradients.append({name: parameter.grad.clone() for name, parameter in model.named_parameters()})
    torch.testing.assert_close(losses[1], losses[0], rtol=1e-5, atol=1e-5)
    for name, expected in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], expected, rtol=1e-3, atol=1e-5, msg=name)


def test_the_written_out_steps_can_be_forced_where_no_gradients_are_needed():
    with torch.no_grad(), written_out():
        assert not fused()
        with fused_training():
            assert fused()
        with computing_in("fp32", "cpu"):  # whoever names a precision wants its kernels
            assert fused()
        with computing_in(None, "cpu"):
            assert not fused()
        assert not fused()
    with torch.no_grad():
        assert fused()


def test_attention_weights_can_be_looked_at():
    """They are what dropout is applied to, and only the written-out steps have them."""
    model, tokens = random_model(CONFIG), torch.arange(7)[None]
    seen = []
    model.trf_blocks[0].att.dropout.register_forward_hook(lambda module, inputs, output: seen.append(output))
    with torch.no_grad():
        expected = model(tokens)
        assert seen == []
        with written_out():
            found = model(tokens)
    (weights,) = seen
    assert weights.shape == (1, CONFIG["n_heads"], 7, 7)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(1, CONFIG["n_heads"], 7))
    assert torch.equal(weights, weights.tril())  # no token looks at later ones
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)


def test_fp16_takes_the_course_of_fp32(tokenizer, capsys):
    """What a GPU without bf16 computes, such as Colab's T4, here on the CPU: fp32 weights, scaled losses."""
    model, (train_losses, val_losses, _) = trained(tokenizer, precision="fp16")
    _, expected = trained(tokenizer, precision="fp32")
    assert "is left out" not in capsys.readouterr().out
    assert train_losses == pytest.approx(expected[0], abs=0.01)
    assert val_losses == pytest.approx(expected[1], abs=0.01)
    assert train_losses != expected[0]  # it did compute in another precision
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}


def test_accumulated_batches_in_fp16_make_the_step_of_the_large_batch(tokenizer):
    large, _ = trained(tokenizer, batch_size=8, precision="fp16")
    small, _ = trained(tokenizer, batch_size=2, accumulation_steps=4, precision="fp16")
    found = dict(small.named_parameters())
    differences = [
        (found[name] - expected).abs().mean() / expected.abs().mean().clamp(min=1e-2)
        for name, expected in without_key_biases(large.named_parameters()).items()
    ]
    assert max(differences) < 0.02


def test_only_pinned_memory_is_copied_without_waiting():
    """From other memory, a GPU could read what has been freed meanwhile."""

    class Batch:
        device = torch.device("cpu")
        copies = []

        def __init__(self, pinned):
            self.is_pinned = lambda: pinned

        def to(self, device, non_blocking):
            self.copies.append((device, non_blocking))

    copied_to("cuda", Batch(True))
    copied_to("cuda", Batch(False))
    assert Batch.copies == [("cuda", True), ("cuda", False)]
    batch = torch.arange(3)
    assert copied_to("cpu", batch) is batch
