"""How fast is it, beside llms-from-scratch and transformers, and what share of what the card can do?

Every time is the median of several, after a warm-up, until the device is done. Operations and bytes are counted on
paper, as those that cannot be left out:

    operations of a step    6 for each weight and token (2 forward, 4 backward), head included, embeddings not
    bytes of a token        each weight once, in its format: what generating one token for one prompt has to read

They are held against two ceilings measured here, a large matrix product and a large copy, and the data sheet's are
named beside them.
"""

import contextlib
import functools
import time

import torch
from machine import (
    NOT_HERE,
    OK,
    Rows,
    entries,
    is_cuda,
    load_model,
    load_params,
    loaders,
    prompts,
    seconds_of,
    settings,
    silent,
    tokenizer_of,
    wait_for,
)
from peers import reference_model, reference_responses, train_reference, transformers_model

from gpt.generation import generate, generate_batch
from gpt.kernels import NumberFormat
from gpt.model import GPTModel, config_of
from gpt.templates import format_input
from gpt.training import calc_loss_batch, train_model_simple
from gpt.weights import load_weights_into_gpt, without_weights

# Dense peaks by the vendor's data sheets: TFLOP/s in fp32 (no TF32), in bf16 or fp16 on tensor cores (without
# sparsity), and memory bandwidth in GB/s. T4 has no bf16, so its number is that of fp16. Sources: NVIDIA's data sheets
# "T4 Tensor Core GPU", "L4 Tensor Core GPU", "A100 Tensor Core GPU" (40 and 80 GB SXM), "H100 Tensor Core GPU" (SXM5
# and PCIe), "H200 Tensor Core GPU", and the whitepaper "NVIDIA Ada GPU Architecture" for the RTX 4090.
DATA_SHEETS = {
    "T4": (8.1, 65, 320), "L4": (30.3, 121, 300), "A100-SXM4-40GB": (19.5, 312, 1555),
    "A100-SXM4-80GB": (19.5, 312, 2039), "A100": (19.5, 312, 1935), "H100 PCIe": (51, 756, 2000),
    "H100": (67, 989, 3350), "H200": (67, 989, 4800), "RTX 4090": (82.6, 165, 1008),
}  # fmt: skip


def weights_read(arguments):
    """Weights that each token goes through: those of the blocks' matrices and of the head."""
    config = config_of(arguments.model)
    return 12 * config["n_layers"] * config["emb_dim"] ** 2 + config["vocab_size"] * config["emb_dim"]


def measure_ceilings(arguments, rows):
    """``{"fp32": operations a second, ..., "bytes": bytes a second}`` of this device, and its data sheet as a row."""
    size, megabytes = (512, 16) if arguments.quick else (8192, 2048)
    found = {}
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16), ("fp16", torch.float16)):
        if name == "fp16" and not is_cuda(arguments):
            continue  # CPUs compute it many times slower
        with rows.going_on(f"ceiling: matrix product {name}"):
            a, b = torch.randn(2, size, size, device=arguments.device).to(dtype)
            found[name] = 2 * size**3 / seconds_of(arguments, lambda a=a, b=b: a @ b, repeats=9)
            rows.add(f"ceiling: matrix product {name}", tflops=found[name] / 1e12)
    with rows.going_on("ceiling: copy"):
        source = torch.randn(megabytes * 2**18, device=arguments.device)
        target = torch.empty_like(source)
        found["bytes"] = 2 * 4 * source.numel() / seconds_of(arguments, lambda: target.copy_(source), repeats=9)
        rows.add("ceiling: copy, bytes read and written", gb_per_second=found["bytes"] / 1e9)
    if is_cuda(arguments):
        card = torch.cuda.get_device_name()
        sheet = next((numbers for name, numbers in DATA_SHEETS.items() if name in card), None)
        rows.add("data sheet", OK, f"{card}: " + (
            f"{sheet[0]} TFLOP/s fp32, {sheet[1]} bf16/fp16, {sheet[2]} GB/s" if sheet else "unknown card"
        ))  # fmt: skip
    return found


def time_loading(arguments, rows):
    def load():
        with without_weights():
            model = GPTModel(config_of(arguments.model))
        load_weights_into_gpt(model, load_params(arguments))
        return model.to(arguments.device)

    with rows.measured(arguments, "load the converted copy onto the device") as figures:
        figures["seconds"] = seconds_of(arguments, load, repeats=3, warm_up=1)


def formats_of(arguments):
    """Formats for whole models; on a CPU fp32 only, because the others are not what a reader would choose there."""
    formats = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    return formats if is_cuda(arguments) else {"fp32": torch.float32}


def time_generation(arguments, rows, ceilings):
    new = 8 if arguments.quick else 128
    prompt, limit = prompts(arguments, 1)[0][None, :50], config_of(arguments.model)["context_length"]

    def ours(dtype):
        model = load_model(arguments).to(dtype)
        return seconds_of(arguments, lambda: generate(model, prompt, new, limit), 3, 1)

    def reference():
        from llms_from_scratch.ch05 import generate as their_generate

        model = reference_model(arguments)
        return seconds_of(arguments, lambda: their_generate(model, prompt, new, limit), 1, 0)

    def transformers():
        model, mask = transformers_model(arguments), torch.ones_like(prompt)
        options = {"max_new_tokens": new, "do_sample": False, "pad_token_id": 0, "eos_token_id": None}
        return seconds_of(arguments, lambda: model.generate(prompt, attention_mask=mask, **options), 2, 1)

    for precision, dtype in formats_of(arguments).items():
        with rows.measured(arguments, f"generate, one prompt, {precision}") as figures:
            seconds = ours(dtype)
            figures["ms_per_token"] = 1000 * seconds / new
            read = weights_read(arguments) * dtype.itemsize * new
            figures["share_of_bandwidth"] = read / seconds / ceilings.get("bytes", float("nan"))
    for name, work in (("llms-from-scratch", reference), ("transformers", transformers)):
        with rows.measured(arguments, f"generate, one prompt, {name} fp32") as figures:
            figures["ms_per_token"] = 1000 * work() / new


def time_responses(arguments, rows):
    count, new = (6, 3) if arguments.quick else (110, 40)
    ids, limit = prompts(arguments, count), config_of(arguments.model)["context_length"]

    def ours(dtype, batch_size):
        model = load_model(arguments).to(dtype)
        work = functools.partial(generate_batch, model, ids, new, limit, batch_size=batch_size)
        with silent():
            return seconds_of(arguments, work, 1, 1)

    for precision, dtype in formats_of(arguments).items():
        for batch_size in (32, 110):
            name = f"{count} responses of {new} tokens, {batch_size} side by side, {precision}"
            with rows.measured(arguments, name) as figures:
                figures["seconds"] = ours(dtype, batch_size)
                figures["tokens_per_second"] = count * new / figures["seconds"]
    with rows.measured(arguments, f"{count} responses of {new} tokens, llms-from-scratch fp32") as figures:
        figures["seconds"], measured = reference_responses(arguments, ids, new, limit)
        figures["note"] = f"from {measured} of them"


# ---- training ---------------------------------------------------------------------------------------------


def training_batch(arguments):
    """Eight rows of 70 tokens, targets for about 80 % of them, on the device."""
    tokens = 4 if arguments.quick else 70  # a CPU may be many times slower in bf16
    generator = torch.Generator().manual_seed(1)
    inputs = torch.randint(config_of(arguments.model)["vocab_size"], (8, tokens), generator=generator)
    targets = inputs.roll(-1, dims=1)
    for row in range(1, 8):
        targets[row, tokens - 4 * row if tokens > 40 else tokens - 1 :] = -100
    return inputs, targets


def step_of(arguments, model, precision):
    """A function that makes one step as the series does, without the loop around it."""
    number_format = NumberFormat(precision, arguments.device)
    optimizer = torch.optim.AdamW(model.train().parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    inputs, targets = training_batch(arguments)

    def step():
        optimizer.zero_grad()
        with number_format.computing():
            loss = calc_loss_batch(inputs, targets, model, arguments.device)
        number_format.backward(loss)
        number_format.step(optimizer)

    return step


def time_steps(arguments, rows, ceilings):
    tokens = training_batch(arguments)[0].numel()
    operations = 6 * weights_read(arguments) * tokens
    repeats = 1 if arguments.quick else 15
    for precision in (None, "fp32", "bf16", "fp16"):
        if precision == "fp16" and not is_cuda(arguments):
            continue  # CPUs compute it many times slower
        with rows.measured(arguments, f"step of {tokens} tokens, {precision or 'as written out'}") as figures:
            seconds = seconds_of(arguments, step_of(arguments, load_model(arguments), precision), repeats)
            share = operations / seconds / ceilings.get(precision or "fp32", float("nan"))
            figures.update(ms=1000 * seconds, share_of_peak_operations=share)
    for peer, build in (("llms-from-scratch", reference_model), ("transformers", transformers_model)):
        for precision in ("fp32", "bf16"):
            with rows.measured(arguments, f"step of {tokens} tokens, {peer} {precision}") as figures:
                seconds = seconds_of(arguments, peer_step(arguments, build(arguments), precision), repeats)
                figures["ms"] = 1000 * seconds


def peer_step(arguments, model, precision):
    device = torch.device(arguments.device).type
    if hasattr(model, "config"):
        model.config.use_cache = False  # transformers would keep keys and values that nobody asks for
    optimizer = torch.optim.AdamW(model.train().parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    inputs, targets = (tensor.to(arguments.device) for tensor in training_batch(arguments))

    def step():
        optimizer.zero_grad()
        with torch.autocast(device, dtype=torch.bfloat16, enabled=precision == "bf16"):
            logits = model(inputs)
        logits = getattr(logits, "logits", logits)
        torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), targets.flatten()).backward()
        optimizer.step()

    return step


def train_two_epochs(arguments, precision, epochs):
    """Return ``(seconds, what it was)``."""
    torch.manual_seed(123)
    model, (train_loader, val_loader) = load_model(arguments), loaders(arguments)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    start_context = format_input(entries(arguments)[2][0])
    wait_for(arguments)
    start = time.perf_counter()
    with silent() as printed:
        losses, _, _ = train_model_simple(
            model, train_loader, val_loader, optimizer, arguments.device, num_epochs=epochs, eval_freq=5, eval_iter=5,
            start_context=start_context, tokenizer=tokenizer_of(arguments), precision=precision,
        )  # fmt: skip
    wait_for(arguments)
    seconds = time.perf_counter() - start
    first_line = printed.getvalue().partition("\n")[0]
    return seconds, f"{epochs * len(train_loader)} steps, {len(losses)} evaluations. {first_line}"


def time_two_epochs(arguments, rows):
    """Notebook 04's training without checkpoints, with every evaluation; in a quick run one epoch."""
    epochs = 1 if arguments.quick else 2
    for precision in ("auto", "fp16", "fp32") if is_cuda(arguments) else ("fp32",):
        with rows.measured(arguments, f"{epochs} epochs with all evaluations, precision={precision!r}") as figures:
            figures["seconds"], figures["note"] = train_two_epochs(arguments, precision, epochs)
    with rows.measured(arguments, f"{epochs} epochs with all evaluations, llms-from-scratch fp32") as figures:
        figures["seconds"] = train_reference(arguments, epochs)


def main():
    arguments = settings(__doc__)
    rows = Rows(arguments, "timing")
    with contextlib.suppress(AttributeError):
        torch.backends.cuda.matmul.allow_tf32 = False
    ceilings = measure_ceilings(arguments, rows)
    for name, measure in (
        ("loading", lambda: time_loading(arguments, rows)),
        ("steps", lambda: time_steps(arguments, rows, ceilings)),
        ("two epochs", lambda: time_two_epochs(arguments, rows)),
        ("generation", lambda: time_generation(arguments, rows, ceilings)),
        ("responses", lambda: time_responses(arguments, rows)),
    ):
        with rows.going_on(name):
            measure()
    if not is_cuda(arguments):
        rows.add("fp16, peak memory, the data sheet", NOT_HERE)


if __name__ == "__main__":
    main()
