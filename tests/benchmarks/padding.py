"""Measure what it saves that padding and repetitions do not go through the model when losses are computed on a CPU.

    python tests/benchmarks/padding.py --batches 20

For the batches of notebook 04, in their order: the share of padding, and of what repeats the beginning of another row,
and the processor time of losses with both over that without, each batch both ways in turn, in one thread. With the
small model, and with random weights in the shape of four blocks of GPT-2 medium.
"""

import argparse
import itertools
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "notebooks")]

import torch  # noqa: E402
from torch import nn  # noqa: E402

from notebook_setup import SMALL_MODEL, load_data, load_vocabulary  # noqa: E402
from previous_chapters import (  # noqa: E402
    GPTModel,
    calc_loss_batch,
    config_of,
    create_instruction_loader,
    fused_training,
    split_instruction_data,
)


def loss_with_padding(inputs, targets, model, device):
    """The same loss as ``calc_loss_batch``: all goes through the blocks, and padding alone not through the head."""
    counted = targets != -100
    return nn.functional.cross_entropy(model.out_head(model.features(inputs)[counted]).float(), targets[counted])


def processor_seconds(model, batches, train):
    """Seconds of both ways; the losses are compared on the way."""
    spent = {loss_with_padding: 0.0, calc_loss_batch: 0.0}
    for inputs, targets in batches:
        losses = []
        for function in spent:
            model.zero_grad()
            start = time.process_time()
            with fused_training(), torch.set_grad_enabled(train):
                loss = function(inputs, targets, model, "cpu")
                if train:
                    loss.backward()
            spent[function] += time.process_time() - start
            losses.append(loss.item())
        assert abs(losses[0] - losses[1]) < 1e-4, f"expected equal losses, found {losses}"
    return spent.values()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=20)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    train_data, _, _ = split_instruction_data(load_data())
    tokenizer = load_vocabulary(SMALL_MODEL)
    torch.manual_seed(123)
    loader = create_instruction_loader(train_data, tokenizer, allowed_max_length=256, shuffle=True, drop_last=True)
    batches = list(itertools.islice(itertools.cycle(loader), arguments.batches))
    tokens = sum(inputs.numel() for inputs, _ in batches)
    padding = tokens - sum(int((targets != -100).sum()) for _, targets in batches)
    seen, model = [], GPTModel({**config_of(SMALL_MODEL), "n_layers": 1})
    model.trf_blocks[0].register_forward_hook(lambda module, arguments, output: seen.append(output.shape[1]))
    with torch.no_grad():
        for inputs, targets in batches:
            calc_loss_batch(inputs, targets, model, "cpu")
    print(f"{len(batches)} batches, {tokens:,} tokens, of which {padding / tokens:.1%} are padding, and "
          f"{(tokens - padding - sum(seen)) / tokens:.1%} repeat what all rows begin with")  # fmt: skip

    small, medium = config_of(SMALL_MODEL), config_of("gpt2-medium (355M)")
    four_blocks = {**medium, "n_layers": 4, "vocab_size": small["vocab_size"]}
    for name, config, number in (("small model", small, len(batches)), ("four blocks of 355M", four_blocks, 8)):
        torch.manual_seed(1)
        model = GPTModel(config).train()
        for train in (True, False):
            before, after = processor_seconds(model, batches[:number], train)
            what = "training" if train else "evaluation"
            print(f"{name}, {what}: {before:.1f} s with all, {after:.1f} s without, {before / after:.2f} times")


if __name__ == "__main__":
    main()
