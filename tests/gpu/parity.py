"""Is it the same on this device? Logits, tokens and losses against the CPU, number formats against fp32.

Bands, as differences of logits or of losses in nats per token:

    fp32 against the CPU, logits                 1e-3   (logits are of the order of 1; TF32 is off)
    fp32 against the CPU, losses of five steps   1e-3   (AdamW's first steps have the size of the learning rate whatever
                                                         the gradient, so what is rounding in a gradient shows)
    bf16 against fp32, each loss of a training   0.05   (the band that notebook 04 draws)
    fp16 against fp32, likewise                  0.02   (three more bits than bf16)
"""

import torch
from machine import NOT_HERE, Rows, is_cuda, load_model, loaders, prompts, settings, silent, tokenizer_of

from gpt.generation import generate, generate_batch
from gpt.kernels import written_out
from gpt.model import GPTModel, config_of
from gpt.training import calc_loss_batch, train_model_simple

FP32_LOGITS, FP32_LOSSES, BF16_LOSSES, FP16_LOSSES = 1e-3, 1e-3, 0.05, 0.02


def train(arguments, device, precision, steps, model=None, prepare=None, batch_size=8, drop_rate=0.0, **options):
    """Train for a few steps with the series' own loop; return ``(losses of each step, what it printed, model)``."""
    torch.manual_seed(123)
    model = model or load_model(arguments, device, drop_rate=drop_rate)
    train_loader, val_loader = loaders(arguments, batch_size, shuffle=False)
    parts = steps * options.get("accumulation_steps", 1)
    few = torch.utils.data.DataLoader(
        torch.utils.data.Subset(train_loader.dataset, range(min(batch_size * parts, len(train_loader.dataset)))),
        batch_size, collate_fn=train_loader.collate_fn, pin_memory=train_loader.pin_memory, drop_last=True,
    )  # fmt: skip
    if prepare:
        prepare(model)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    with silent() as printed:
        train_losses, val_losses, _ = train_model_simple(
            model, few, val_loader, optimizer, device, num_epochs=1, eval_freq=1, eval_iter=1, start_context="The",
            tokenizer=tokenizer_of(arguments), precision=precision, **options,
        )  # fmt: skip
    return train_losses + val_losses, printed.getvalue(), model


def small_model(arguments):
    """A new model of one block; narrow in a quick run, because CPUs multiply slowly in fp16."""
    torch.manual_seed(0)
    narrow = {"emb_dim": 32, "n_heads": 2} if arguments.quick else {}
    return GPTModel({**config_of(arguments.model), "n_layers": 1, **narrow}).to(arguments.device)


def largest_difference(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def check_logits(arguments, rows, on_cpu, on_device):
    tokens = torch.randint(
        config_of(arguments.model)["vocab_size"], (2, 64), generator=torch.Generator().manual_seed(1)
    )
    with torch.no_grad():
        expected = on_cpu(tokens)
        fused = on_device(tokens.to(arguments.device)).cpu()
        with written_out():
            spelled_out = on_device(tokens.to(arguments.device)).cpu()
    for name, found in (("fused", fused), ("written out", spelled_out)):
        difference = (found - expected).abs().max().item()
        rows.check(f"logits fp32, {name}, against the CPU", difference <= FP32_LOGITS, difference=difference)


def check_greedy_tokens(arguments, rows, on_cpu, on_device):
    new = 4 if arguments.quick else 24
    limit = config_of(arguments.model)["context_length"]
    ids = [prompt[None] for prompt in prompts(arguments, 3)]
    expected = [generate(on_cpu, row.cpu(), new, limit).tolist() for row in ids]
    found = [generate(on_device, row, new, limit).tolist() for row in ids]
    different = sum(len(set(row[0][-new:])) for row in expected)
    rows.check("greedy tokens fp32 against the CPU", found == expected, f"{different} different tokens in {3 * new}")


def check_generate_batch(arguments, rows, model):
    new, count = (4, 4) if arguments.quick else (24, 16)
    limit = config_of(arguments.model)["context_length"]
    ids = prompts(arguments, count)
    ids[0] = ids[0][:3]  # one much shorter than the others
    with silent():
        found = [row.tolist() for row in generate_batch(model, ids, new, limit, batch_size=8)]
    alone = [generate(model, row[None], new, limit).tolist() for row in ids]
    anew = [generate(model, row[None], new, limit, use_cache=False).tolist() for row in ids[:2]]
    rows.check("generate_batch gives generate's tokens", found == alone, f"{count} prompts")
    rows.check("with the key-value cache the same tokens as without", alone[:2] == anew)


def check_histories(arguments, rows):
    steps, rows_of_a_batch = (2, 2) if arguments.quick else (5, 4)
    few = {"steps": steps, "batch_size": rows_of_a_batch}
    expected, _, _ = train(arguments, "cpu", "fp32", **few)
    found, _, _ = train(arguments, arguments.device, "fp32", **few)
    difference = largest_difference(found, expected)
    rows.check("history fp32 against the CPU", difference <= FP32_LOSSES, f"{steps} steps", difference=difference)
    found, _, _ = train(arguments, arguments.device, None, **few)
    difference = largest_difference(found, expected)
    rows.check(
        "history as written out, against the CPU's fused", difference <= FP32_LOSSES, f"{steps} steps",
        difference=difference,
    )  # fmt: skip


def check_bands(arguments, rows):
    steps = 3 if arguments.quick else 20

    def run(precision):
        if arguments.quick:
            return train(arguments, arguments.device, precision, steps, small_model(arguments), batch_size=2)
        return train(arguments, arguments.device, precision, steps)

    expected, _, _ = run("fp32")
    for precision, band in (("bf16", BF16_LOSSES), ("fp16", FP16_LOSSES)):
        name = f"history {precision} against fp32"
        with rows.going_on(name):
            found, printed, _ = run(precision)
            difference, left_out = largest_difference(found, expected), printed.count("is left out")
            note = f"{steps} steps, {left_out} left out (behind by them), band {band}"
            fell_by = found[0] - found[steps - 1]
            rows.check(name, difference <= band or left_out > 0, note, difference=difference, fell_by=fell_by)


def check_fp16(arguments, rows):
    """What only fp16 does: fp32 weights, scaled losses, steps that are left out, a training that cannot go on."""

    def run(prepare=None, steps=3, **options):
        return train(arguments, arguments.device, "fp16", steps, small_model(arguments), prepare, **options)

    def infinite(batches):
        left = [batches]

        def spoil(gradient):
            left[0] -= 1
            return gradient * torch.inf if left[0] >= 0 else gradient

        return lambda model: model.final_norm.shift.register_hook(spoil)

    _, printed, model = run(infinite(2), batch_size=2)
    dtypes = {str(parameter.dtype) for parameter in model.parameters()}
    finite = all(parameter.isfinite().all() for parameter in model.parameters())
    rows.check("fp16 keeps weights in fp32, and they stay finite", dtypes == {"torch.float32"} and bool(finite))
    left_out = printed.count("is left out")
    rows.check("fp16 leaves out steps with infinite gradients, and says so", left_out >= 2, f"{left_out}, 2 were made")
    try:
        run(infinite(1000), steps=18, batch_size=1)
        rows.check("fp16 stops when gradients stay infinite", False, "it went on")
    except FloatingPointError as error:
        rows.check("fp16 stops when gradients stay infinite", "are not finite in fp16" in str(error))
    _, _, one = run(steps=2, batch_size=8)
    _, _, other = run(steps=2, batch_size=2, accumulation_steps=4)
    difference = (one.out_head.weight - other.out_head.weight).abs().mean().item()
    name = "fp16, four accumulated batches make the step of the large one"
    rows.check(name, difference < 1e-5, difference=difference)


def check_token_ids(arguments, rows, model):
    """Ids that the vocabulary has not are refused, and the session goes on."""
    size = config_of(arguments.model)["vocab_size"]
    wrong, right = torch.tensor([[1, size]]), torch.tensor([[1, size - 1]])
    refused = 0
    for attempt in (
        lambda: calc_loss_batch(wrong, right, model, arguments.device),
        lambda: calc_loss_batch(right, wrong, model, arguments.device),
        lambda: generate(model, wrong.to(arguments.device), 1, 8),
    ):
        try:
            attempt()
        except ValueError as error:
            refused += "the vocabulary of this model" in str(error)
    alive = calc_loss_batch(right, right, model, arguments.device).isfinite().item()
    rows.check("wrong token ids are refused, and the session goes on", refused == 3 and alive, f"{refused} of 3")


def check_pinned_batches(arguments, rows):
    name = "batches lie in pinned memory and arrive as they were"
    if not is_cuda(arguments):
        return rows.add(name, NOT_HERE)
    loader, _ = loaders(arguments, shuffle=False)
    batches = list(loader)
    pinned = all(tensor.is_pinned() for batch in batches for tensor in batch)
    copies = [inputs.to(arguments.device, non_blocking=True) for inputs, _ in loader]
    same = all(torch.equal(copy.cpu(), inputs) for copy, (inputs, _) in zip(copies, batches, strict=True))
    return rows.check(name, pinned and same, f"{len(batches)} batches")


def main():
    arguments = settings(__doc__)
    rows = Rows(arguments, "parity")
    on_cpu, on_device = None, None
    with rows.going_on("models on the CPU and on the device"):
        on_cpu, on_device = load_model(arguments, "cpu"), load_model(arguments)
    for name, check in (
        ("logits", lambda: check_logits(arguments, rows, on_cpu, on_device)),
        ("greedy tokens", lambda: check_greedy_tokens(arguments, rows, on_cpu, on_device)),
        ("generate_batch", lambda: check_generate_batch(arguments, rows, on_device)),
        ("token ids", lambda: check_token_ids(arguments, rows, on_device)),
        ("pinned batches", lambda: check_pinned_batches(arguments, rows)),
        ("fp16", lambda: check_fp16(arguments, rows)),
        ("bands", lambda: check_bands(arguments, rows)),
        ("histories", lambda: check_histories(arguments, rows)),  # last, because the CPU is slow
    ):
        with rows.going_on(name):
            check()


if __name__ == "__main__":
    main()
