"""One piece of work by one implementation, in a process of its own; its time and memory are printed as JSON.

    python work.py FOLDER WORK IMPLEMENTATION

``bench.py`` calls this. The names of works and implementations are those of the functions below.
"""

import contextlib
import functools
import io
import json
import random
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "notebooks")]

ALIKE = "responses, one beginning"
NEW_TOKENS = {"generate": 128, "responses": 40, ALIKE: 40}
PROMPTS = 110
BEGINNING = 24  # tokens that all prompts in Alpaca's form begin with, in OpenAI's vocabulary
SMALL = "gpt2-tiny (6M)"


def config_of(folder):
    return json.loads((folder / "config.json").read_text(encoding="utf-8"))


def prompts(config, count, shortest, longest):
    """Random prompts of different lengths, the same in every process."""
    rng = random.Random(1)
    return [
        [rng.randrange(config["vocab_size"] - 1) for _ in range(rng.randint(shortest, longest))] for _ in range(count)
    ]


def prompts_of(work, config):
    """The prompts of the works with responses; ``ALIKE`` has prompts of the same lengths with the same beginning."""
    found = prompts(config, PROMPTS, 35, 75)
    return [found[0][:BEGINNING] + prompt[BEGINNING:] for prompt in found] if work == ALIKE else found


def training_batch(config, rows=8, tokens=70):
    """Token ids and targets like those of the instruction data: the longest row is full, the others are padded."""
    import torch

    lengths = [tokens, *(len(prompt) for prompt in prompts(config, rows - 1, 40, tokens))]
    inputs = torch.full((rows, tokens), config["vocab_size"] - 1)
    targets = torch.full((rows, tokens), -100)
    generator = torch.Generator().manual_seed(1)
    for row, length in enumerate(lengths):
        text = torch.randint(config["vocab_size"] - 1, (length + 1,), generator=generator)
        inputs[row, :length], targets[row, :length] = text[:-1], text[1:]
    return inputs, targets


def our_model(folder):
    import torch

    from previous_chapters import GPTModel, without_weights

    with without_weights():
        model = GPTModel(config_of(folder))
    model.load_state_dict(torch.load(folder / "state.pt", mmap=True, weights_only=True), assign=True)
    return model


def reference_model(folder):
    import torch
    from llms_from_scratch.ch04 import GPTModel

    model = GPTModel(config_of(folder))
    model.load_state_dict(torch.load(folder / "state.pt", mmap=True, weights_only=True), strict=False)
    return model


def transformers_model(folder):
    from transformers import GPT2LMHeadModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    return GPT2LMHeadModel.from_pretrained(folder / "transformers")


def touch(model):
    """Read every weight once, so that what is loaded only when it is needed counts, too."""
    return sum(parameter.detach().sum().item() for parameter in model.parameters())


# ---- loading ----------------------------------------------------------------------------------------------


def load_ours(folder, first):
    from gpt_download import CONVERTED_FILE, load_gpt2_params
    from previous_chapters import GPTModel, load_weights_into_gpt, without_weights

    if first:
        (folder / "checkpoint" / CONVERTED_FILE).unlink(missing_ok=True)
    settings = json.loads((folder / "checkpoint" / "hparams.json").read_text(encoding="utf-8"))
    start = time.perf_counter()
    params = load_gpt2_params(folder / "checkpoint", settings)
    with without_weights():
        model = GPTModel(config_of(folder))
    load_weights_into_gpt(model, params)
    touch(model.eval())
    return {"seconds": time.perf_counter() - start}


def load_reference(folder):
    import torch  # noqa: F401

    settings = json.loads((folder / "checkpoint" / "hparams.json").read_text(encoding="utf-8"))
    start = time.perf_counter()
    import tensorflow as tf
    from llms_from_scratch.ch04 import GPTModel
    from llms_from_scratch.ch05 import load_gpt2_params_from_tf_ckpt, load_weights_into_gpt

    path = tf.train.latest_checkpoint(str(folder / "checkpoint"))
    params = load_gpt2_params_from_tf_ckpt(path, settings)
    model = GPTModel(config_of(folder))
    load_weights_into_gpt(model, params)
    touch(model.eval())
    return {"seconds": time.perf_counter() - start}


def load_transformers(folder):
    import transformers  # noqa: F401
    from transformers import GPT2LMHeadModel  # noqa: F401

    start = time.perf_counter()
    touch(transformers_model(folder).eval())
    return {"seconds": time.perf_counter() - start}


# ---- generation -------------------------------------------------------------------------------------------


def generate_ours(folder, precision):
    import torch

    from previous_chapters import generate

    model, prompt = our_model(folder).eval(), torch.tensor(prompts(config_of(folder), 1, 50, 50))
    if precision == "bf16":
        model.to(torch.bfloat16)
    touch(model)
    start = time.perf_counter()
    tokens = generate(model, prompt, NEW_TOKENS["generate"], config_of(folder)["context_length"])
    return {"seconds": time.perf_counter() - start, "tokens": tokens.tolist()}


def generate_reference(folder):
    import torch
    from llms_from_scratch.ch05 import generate

    model, prompt = reference_model(folder).eval(), torch.tensor(prompts(config_of(folder), 1, 50, 50))
    start = time.perf_counter()
    tokens = generate(model, prompt, NEW_TOKENS["generate"], config_of(folder)["context_length"])
    return {"seconds": time.perf_counter() - start, "tokens": tokens.tolist()}


def generate_transformers(folder, precision):
    import torch

    model, prompt = transformers_model(folder).eval(), torch.tensor(prompts(config_of(folder), 1, 50, 50))
    if precision == "bf16":
        model.to(torch.bfloat16)
    start = time.perf_counter()
    with torch.no_grad():
        tokens = model.generate(
            prompt, attention_mask=torch.ones_like(prompt), max_new_tokens=NEW_TOKENS["generate"],
            do_sample=False, pad_token_id=0, eos_token_id=None,
        )  # fmt: skip
    return {"seconds": time.perf_counter() - start, "tokens": tokens.tolist()}


def responses_ours(folder, precision, work="responses", batch_size=64):
    import torch

    from previous_chapters import generate_batch

    config = config_of(folder)
    model = our_model(folder).eval()
    if precision == "bf16":
        model.to(torch.bfloat16)
    touch(model)
    rows = [torch.tensor(prompt) for prompt in prompts_of(work, config)]
    start = time.perf_counter()
    found = generate_batch(model, rows, NEW_TOKENS["responses"], config["context_length"], batch_size=batch_size)
    return {"seconds": time.perf_counter() - start, "tokens": [row[0].tolist() for row in found[:3]]}


def responses_reference(folder, count=3):
    """The reference answers one prompt after the other, so a few of them tell how long all take."""
    import torch
    from llms_from_scratch.ch05 import generate

    config = config_of(folder)
    model, rows = reference_model(folder).eval(), prompts_of("responses", config)
    mean = sum(map(len, rows)) / len(rows)
    found, start = [], time.perf_counter()
    for row in rows[:count]:
        tokens = generate(model, torch.tensor([row]), NEW_TOKENS["responses"], config["context_length"])
        found.append(tokens[0].tolist())
    spent = time.perf_counter() - start
    # The time of a prompt grows with its length; the few are scaled to the mean length of all.
    longest = sum(map(len, rows[:count])) / count
    scale = (mean + NEW_TOKENS["responses"] / 2) / (longest + NEW_TOKENS["responses"] / 2)
    return {"seconds": spent * PROMPTS / count * scale, "tokens": found, "extrapolated_from": count}


def responses_transformers(folder, precision, work="responses", batch_size=16):
    import torch

    config = config_of(folder)
    model = transformers_model(folder).eval()
    if precision == "bf16":
        model.to(torch.bfloat16)
    rows = prompts_of(work, config)
    found, start = [], time.perf_counter()
    for first in range(0, PROMPTS, batch_size):
        part = rows[first : first + batch_size]
        longest = max(map(len, part))
        tokens = torch.tensor([[0] * (longest - len(row)) + row for row in part])
        mask = torch.tensor([[0] * (longest - len(row)) + [1] * len(row) for row in part])
        with torch.no_grad():
            tokens = model.generate(
                tokens, attention_mask=mask, max_new_tokens=NEW_TOKENS["responses"],
                do_sample=False, pad_token_id=0, eos_token_id=None,
            )  # fmt: skip
        found += [text[longest - len(row) :].tolist() for text, row in zip(tokens, part, strict=True)]
    return {"seconds": time.perf_counter() - start, "tokens": found[:3]}


# ---- training ---------------------------------------------------------------------------------------------


def timed_steps(step, count=3):
    """The losses of a first and ``count`` more steps, and the median time of the latter."""
    losses, seconds = [step()], []
    for _ in range(count):
        start = time.perf_counter()
        losses.append(step())
        seconds.append(time.perf_counter() - start)
    return {"seconds": sorted(seconds)[count // 2], "losses": losses}


def step_ours(folder, precision):
    import torch

    from previous_chapters import calc_loss_batch, computing_in

    model = our_model(folder).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    batch = training_batch(config_of(folder))

    def step():
        optimizer.zero_grad()
        with computing_in(precision, "cpu"):
            loss = calc_loss_batch(*batch, model, "cpu")
        loss.backward()
        optimizer.step()
        return loss.item()

    return timed_steps(step)


def step_reference(folder):
    import torch
    from llms_from_scratch.ch05 import calc_loss_batch

    model = reference_model(folder).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1)
    batch = training_batch(config_of(folder))

    def step():
        optimizer.zero_grad()
        loss = calc_loss_batch(*batch, model, "cpu")
        loss.backward()
        optimizer.step()
        return loss.item()

    return timed_steps(step)


def step_transformers(folder, precision):
    import torch

    model = transformers_model(folder).train()
    model.config.use_cache = False
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.1, fused=True)
    inputs, targets = training_batch(config_of(folder))
    # transformers shifts the labels itself, so they are the inputs with the padding masked.
    text = torch.cat((inputs, targets[:, -1:].clamp(min=0)), dim=1)
    labels = torch.cat((torch.full((len(inputs), 1), -100), targets), dim=1)

    def step():
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            loss = model(input_ids=text, labels=labels, attention_mask=torch.ones_like(text)).loss
        loss.backward()
        optimizer.step()
        return loss.item()

    return timed_steps(step)


# ---- the fine-tuning of notebook 04, small model ------------------------------------------------------------


def finetuning_data(format_input):
    from notebook_setup import DATA, load_vocabulary
    from previous_chapters import load_instruction_data, split_instruction_data

    train_data, _, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    return load_vocabulary(SMALL), train_data, val_data, format_input(val_data[0])


def finetune_ours(folder, precision="fp32"):
    import torch

    from notebook_setup import load_pretrained
    from previous_chapters import create_instruction_loader, finetuning_settings, format_input, train_model_simple

    model, _ = load_pretrained(SMALL)
    tokenizer, train_data, val_data, start_context = finetuning_data(format_input)
    torch.manual_seed(123)
    start = time.perf_counter()
    train_loader = create_instruction_loader(
        train_data, tokenizer, allowed_max_length=256, shuffle=True, drop_last=True
    )
    val_loader = create_instruction_loader(val_data, tokenizer, allowed_max_length=256)
    optimizer = torch.optim.AdamW(model.parameters(), fused=True, **finetuning_settings[SMALL])
    with contextlib.redirect_stdout(io.StringIO()):
        history = train_model_simple(
            model, train_loader, val_loader, optimizer, "cpu", num_epochs=2, eval_freq=5, eval_iter=5,
            start_context=start_context, tokenizer=tokenizer, precision=precision,
        )  # fmt: skip
    return {"seconds": time.perf_counter() - start, "losses": [losses[-1] for losses in history[:2]]}


def finetune_reference(folder):
    import torch
    from llms_from_scratch import ch04, ch05, ch07

    from notebook_setup import config_of, load_pretrained
    from previous_chapters import finetuning_settings

    model = ch04.GPTModel(config_of(SMALL))
    model.load_state_dict(load_pretrained(SMALL)[0].state_dict(), strict=False)
    tokenizer, train_data, val_data, start_context = finetuning_data(ch07.format_input)
    torch.manual_seed(123)
    start = time.perf_counter()

    def loader(data, shuffle):
        collate = functools.partial(ch07.custom_collate_fn, pad_token_id=tokenizer.eot_token, allowed_max_length=256)
        dataset = ch07.InstructionDataset(data, tokenizer)
        return torch.utils.data.DataLoader(dataset, 8, shuffle=shuffle, collate_fn=collate, drop_last=shuffle)

    optimizer = torch.optim.AdamW(model.parameters(), **finetuning_settings[SMALL])
    with contextlib.redirect_stdout(io.StringIO()):
        history = ch05.train_model_simple(
            model, loader(train_data, True), loader(val_data, False), optimizer, "cpu", num_epochs=2, eval_freq=5,
            eval_iter=5, start_context=start_context, tokenizer=tokenizer,
        )  # fmt: skip
    return {"seconds": time.perf_counter() - start, "losses": [losses[-1] for losses in history[:2]]}


# ---- what the machine can do ------------------------------------------------------------------------------


def ceilings(folder, precision):
    """Speed of a large matrix product: in bf16, or in fp32 by both libraries, and then of reading memory, too."""
    import torch

    a, b = torch.rand(2, 2048, 2048)
    short_a, short_b = a.bfloat16(), b.bfloat16()
    names = ["bf16"] if precision == "bf16" else ["fp32", "fp32 (oneDNN)"]
    products = {
        "fp32": lambda: a @ b,
        "fp32 (oneDNN)": lambda: torch.nn.functional.linear(a.to_mkldnn(), b).to_dense(),
        "bf16": lambda: short_a @ short_b,
    }
    found = {}
    for name in names:
        product = products[name]
        product()
        start = time.perf_counter()
        for _ in range(5):
            product()
        found[f"GFLOP/s {name}"] = 5 * 2 * 2048**3 / (time.perf_counter() - start) / 1e9
    if precision == "bf16":
        return {"seconds": 0.0, **found}
    memory = torch.ones(256 * 1024 * 1024)
    memory.sum()
    start = time.perf_counter()
    memory.sum()
    found["GB/s read"] = 4 * memory.numel() / (time.perf_counter() - start) / 1e9
    return {"seconds": 0.0, **found}


WORKS = {
    ("load first", "ours"): lambda folder: load_ours(folder, first=True),
    ("load first", "reference"): load_reference,
    ("load later", "ours"): lambda folder: load_ours(folder, first=False),
    ("load later", "reference"): load_reference,
    ("load later", "transformers"): load_transformers,
    ("generate", "ours"): lambda folder: generate_ours(folder, "fp32"),
    ("generate", "ours bf16"): lambda folder: generate_ours(folder, "bf16"),
    ("generate", "reference"): generate_reference,
    ("generate", "transformers"): lambda folder: generate_transformers(folder, "fp32"),
    ("generate", "transformers bf16"): lambda folder: generate_transformers(folder, "bf16"),
    ("responses", "ours"): lambda folder: responses_ours(folder, "fp32"),
    ("responses", "ours bf16"): lambda folder: responses_ours(folder, "bf16"),
    ("responses", "reference"): responses_reference,
    ("responses", "transformers"): lambda folder: responses_transformers(folder, "fp32"),
    ("responses", "transformers bf16"): lambda folder: responses_transformers(folder, "bf16"),
    (ALIKE, "ours"): lambda folder: responses_ours(folder, "fp32", ALIKE),
    (ALIKE, "ours bf16"): lambda folder: responses_ours(folder, "bf16", ALIKE),
    (ALIKE, "transformers"): lambda folder: responses_transformers(folder, "fp32", ALIKE),
    (ALIKE, "transformers bf16"): lambda folder: responses_transformers(folder, "bf16", ALIKE),
    ("step", "ours as written out"): lambda folder: step_ours(folder, None),
    ("step", "ours fp32"): lambda folder: step_ours(folder, "fp32"),
    ("step", "ours bf16"): lambda folder: step_ours(folder, "bf16"),
    ("step", "reference"): step_reference,
    ("step", "transformers"): lambda folder: step_transformers(folder, "fp32"),
    ("step", "transformers bf16"): lambda folder: step_transformers(folder, "bf16"),
    ("finetune small", "ours"): finetune_ours,
    ("finetune small", "ours as written out"): lambda folder: finetune_ours(folder, precision=None),
    ("finetune small", "ours bf16"): lambda folder: finetune_ours(folder, precision="bf16"),
    ("finetune small", "reference"): finetune_reference,
    ("ceilings", "machine"): lambda folder: ceilings(folder, "fp32"),
    ("ceilings", "machine bf16"): lambda folder: ceilings(folder, "bf16"),
}


def main():
    folder, work, implementation = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    if implementation.startswith("ours"):
        from notebook_setup import keep_freed_memory

        keep_freed_memory()  # as every notebook does
    result = WORKS[work, implementation](folder)
    print(json.dumps({**result, "peak_gb": peak_memory() / 1e9}))


def peak_memory():
    """The most memory that this process has had, in bytes."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage() would count the memory of the process that started this one
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"))[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
