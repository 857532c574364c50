"""Measure the memory of a whole fine-tuning on the CPU, with random weights in the shape of a GPT-2.

    python tests/benchmarks/training_memory.py --size 355M --steps 60
    python tests/benchmarks/training_memory.py --size 124M --steps 232 --vocabulary data/gpt2/124M
    python tests/benchmarks/training_memory.py --size 355M --steps 12 --lora 8

It trains and evaluates as notebook 04 does: batches of 8 entries, each as long as its longest entry, the losses every
5 steps over 5 batches of each part, a sample text after each epoch; 232 steps are two epochs. At the end it prints one
line: steps, seconds per step (the median, without evaluations) and the most memory that the process has had. A single
step tells too little: what matters is whether the memory grows with every batch of another length.

The vocabulary is a folder with encoder.json and vocab.bpe. Without one, every word is a token, which gives batches of
about the same lengths. Peak memory is not measured on Windows.
"""

import argparse
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = {model_size_of(name): name for name in model_configs}
    parser.add_argument("--size", default="355M", choices=sizes)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--precision", default="auto", choices=("fp32", "bf16", "auto"))
    parser.add_argument("--lora", type=int, metavar="RANK", help="train LoRA of this rank beside frozen weights")
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
    length = config["context_length"]
    train_loader = create_instruction_loader(
        train_data, tokenizer, allowed_max_length=length, batch_size=BATCH, shuffle=True, drop_last=True
    )
    val_loader = create_instruction_loader(val_data, tokenizer, allowed_max_length=length, batch_size=BATCH)
    if arguments.lora:
        add_lora(model, arguments.lora)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, fused=True, **finetuning_settings[name])
    ends = []
    optimizer.register_step_post_hook(lambda *_: ends.append(time.perf_counter()))

    train_model_simple(
        model, train_loader, val_loader, optimizer, "cpu", num_epochs=epochs, eval_freq=5, eval_iter=5,
        start_context=format_input(val_data[0]), tokenizer=tokenizer, precision=arguments.precision,
    )  # fmt: skip

    seconds = statistics.median(end - start for start, end in zip(ends, ends[1:], strict=False))
    try:
        peak = f"{peak_memory() / 1e9:.2f} GB"
    except ImportError:
        peak = "not measured on this system"
    way = f"LoRA of rank {arguments.lora}" if arguments.lora else "all weights"
    print(f"{name}, {arguments.precision}, {way}: {len(ends)} steps, {seconds:.2f} s per step, peak memory {peak}")


if __name__ == "__main__":
    main()
