"""Measure time and memory of a whole fine-tuning on the CPU, with random weights in the shape of a GPT-2.

    python tests/benchmarks/training_memory.py --size 355M --steps 232
    python tests/benchmarks/training_memory.py --size 355M --steps 20 --reference
    python tests/benchmarks/training_memory.py --size 124M --steps 232 --vocabulary data/gpt2/124M
    python tests/benchmarks/training_memory.py --size 355M --steps 12 --lora 8

It trains and evaluates as notebook 04 does: batches of 8 entries, each as long as its longest entry, the losses every
5 steps over 5 batches of each part, a sample text after each epoch; 232 steps are two epochs. At the end it prints the
minutes of all of it, of the first 20 steps with their 4 evaluations (to compare with ``--reference``, the loop of
llms-from-scratch, which nobody wants to wait for to the end), the median of a step without evaluations, and the most
memory that the process has had. A single step tells too little of that: what matters is whether the memory grows with
every batch of another length.

The vocabulary is a folder with encoder.json and vocab.bpe. Without one, every word is a token, which gives batches of
about the same lengths. Peak memory is not measured on Windows.
"""

import argparse
import functools
import math
import re
import statistics
import sys
import time
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "notebooks"), str(HERE)]

import torch  # noqa: E402
from work import peak_memory  # noqa: E402

from notebook_setup import SMALL_MODEL, model_size_of  # noqa: E402
from previous_chapters import (  # noqa: E402
    GPTModel,
    add_lora,
    config_of,
    create_instruction_loader,
    finetuning_settings,
    format_input,
    keep_few_kernels,
    keep_freed_memory,
    load_instruction_data,
    load_tokenizer,
    model_configs,
    split_instruction_data,
    train_model_simple,
    without_weights,
)

BATCH = 8
FIRST = 20  # steps


class WordTokenizer:
    """Takes every word and every sign for a token, with a number that its letters decide. It cannot decode."""

    def __init__(self, vocab_size):
        self.n_vocab, self.eot_token = vocab_size, vocab_size - 1

    def encode(self, text, **_):
        return [zlib.crc32(word.encode("utf-8")) % self.eot_token for word in re.findall(r"\w+|[^\w ]", text)]

    def decode(self, token_ids):
        return f"({len(token_ids)} tokens)"


def random_model(config):
    with without_weights():
        model = GPTModel(config)
    model.to_empty(device="cpu")
    for name, parameter in model.named_parameters():
        if name.endswith("scale"):
            torch.nn.init.ones_(parameter)
        else:
            torch.nn.init.normal_(parameter, std=0.02)
    return model


def reference_training(model, config, train_data, val_data, tokenizer, settings):
    """The same with llms-from-scratch: model with the same weights, loaders, optimizer and loop.

    Returns:
        Its optimizer, and a function that trains; both as ours are.
    """
    from llms_from_scratch import ch04, ch05, ch07

    other = ch04.GPTModel(config)
    other.load_state_dict(model.state_dict(), strict=False)  # ours has no masks
    collate = functools.partial(
        ch07.custom_collate_fn, pad_token_id=tokenizer.eot_token, allowed_max_length=config["context_length"]
    )
    train_loader, val_loader = (
        torch.utils.data.DataLoader(
            ch07.InstructionDataset(data, tokenizer), BATCH, shuffle=shuffle, collate_fn=collate, drop_last=shuffle
        )
        for data, shuffle in ((train_data, True), (val_data, False))
    )
    optimizer = torch.optim.AdamW(other.parameters(), **settings)
    arguments = (other, train_loader, val_loader, optimizer, "cpu")
    return optimizer, functools.partial(ch05.train_model_simple, *arguments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = {model_size_of(name): name for name in model_configs}
    parser.add_argument("--size", default="355M", choices=sizes)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--precision", default="auto", choices=("fp32", "bf16", "auto"))
    parser.add_argument("--lora", type=int, metavar="RANK", help="train LoRA of this rank beside frozen weights")
    parser.add_argument("--reference", action="store_true", help="train with llms-from-scratch instead, in fp32")
    parser.add_argument("--vocabulary", type=Path, help="folder with encoder.json and vocab.bpe")
    arguments = parser.parse_args()

    name = sizes[arguments.size]
    keep_freed_memory()  # both as in every notebook, on a CPU
    if name != SMALL_MODEL:
        keep_few_kernels()

    torch.manual_seed(123)
    config = config_of(name)
    model = random_model(config)
    tokenizer = load_tokenizer(arguments.vocabulary) if arguments.vocabulary else WordTokenizer(config["vocab_size"])
    train_data, _, val_data = split_instruction_data(load_instruction_data(ROOT / "data" / "instruction-data.json"))
    epochs = math.ceil(arguments.steps / (len(train_data) // BATCH))
    train_data = train_data[: BATCH * math.ceil(arguments.steps / epochs)]
    if arguments.reference:
        optimizer, train = reference_training(
            model, config, train_data, val_data, tokenizer, finetuning_settings[name]
        )
    else:
        length = config["context_length"]
        train_loader = create_instruction_loader(
            train_data, tokenizer, allowed_max_length=length, batch_size=BATCH, shuffle=True, drop_last=True
        )
        val_loader = create_instruction_loader(val_data, tokenizer, allowed_max_length=length, batch_size=BATCH)
        if arguments.lora:
            add_lora(model, arguments.lora)
        trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
        optimizer = torch.optim.AdamW(trained, fused=True, **finetuning_settings[name])
        train = functools.partial(
            train_model_simple, model, train_loader, val_loader, optimizer, "cpu", precision=arguments.precision
        )
    del model  # the reference has a copy, and only one is to be in memory
    ends = []
    optimizer.register_step_post_hook(lambda *_: ends.append(time.perf_counter()))

    torch.manual_seed(123)  # the same batches for both
    start = time.perf_counter()
    train(
        num_epochs=epochs, eval_freq=5, eval_iter=5, start_context=format_input(val_data[0]), tokenizer=tokenizer
    )
    minutes = (time.perf_counter() - start) / 60

    seconds = statistics.median(end - start for start, end in zip(ends, ends[1:], strict=False))
    first = ends[FIRST - 1] - start if len(ends) >= FIRST else math.nan
    try:
        peak = f"{peak_memory() / 1e9:.2f} GB"
    except ImportError:
        peak = "not measured on this system"
    way = f"LoRA of rank {arguments.lora}" if arguments.lora else "all weights"
    how = "llms-from-scratch" if arguments.reference else f"{arguments.precision}, {way}"
    print(f"{name}, {how}: {len(ends)} steps in {minutes:.2f} minutes, "
          f"the first {FIRST} with their evaluations in {first:.1f} s")  # fmt: skip
    print(f"{seconds:.2f} s per step without evaluations, peak memory {peak}")


if __name__ == "__main__":
    main()
