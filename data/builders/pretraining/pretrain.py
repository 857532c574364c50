"""Pretrain the small GPT-2 that is shipped in data/gpt2/ on the small world's text, and write its checkpoint.

    python data/builders/pretraining/pretrain.py

Everything is made here: the text, the byte-pair vocabulary, the weights. Work in progress is kept in --work and
taken up again when the command is repeated. What the project keeps is written at the end: the seven files of the
checkpoint, and the log and plot of the training in data/builders/pretraining/.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from tqdm import tqdm

BUILDERS = Path(__file__).resolve().parents[1]
ROOT = BUILDERS.parents[1]
sys.path[:0] = [str(ROOT), str(BUILDERS)]

from gpt.files import save_atomically  # noqa: E402
from gpt_download import SHIPPED_FOLDER, SHIPPED_SIZE  # noqa: E402
from pretraining.small_model import SMALL_CONFIG  # noqa: E402
from pretraining.training_log import write_log  # noqa: E402
from pretraining.write_checkpoint import write_checkpoint  # noqa: E402
from previous_chapters import GPTModel, calc_loss_batch, keep_freed_memory, load_tokenizer  # noqa: E402
from small_world.corpus import documents  # noqa: E402
from small_world.stages import STAGES  # noqa: E402

HELD_OUT_SEED = 1_000_003  # the held-out text comes from another seed than the training text
VOCABULARY_MEGABYTES = 20  # as much text decides on the vocabulary
CHECKPOINT_EVERY = 250  # steps between two saved states, and between two evaluations


def vocabulary_text(seed):
    """Yield documents until there is enough text to choose the vocabulary from."""
    size = 0
    for document in documents(seed):
        yield document
        size += len(document)
        if size >= VOCABULARY_MEGABYTES * 1e6:
            return


def encode_corpus(path, tokenizer, texts, tokens):
    """Encode documents, each closed by end-of-text, until there are so many tokens; return the 16-bit token ids."""
    if not path.exists():
        part = path.with_suffix(".part")
        with open(part, "wb") as file, tqdm(total=tokens, unit=" tokens", unit_scale=True, desc=path.name) as bar:
            while bar.n < tokens:
                token_ids = tokenizer.encode_ordinary(next(texts)) + [tokenizer.eot_token]
                file.write(np.array(token_ids, dtype=np.uint16).tobytes())
                bar.update(len(token_ids))
        part.replace(path)
    return np.memmap(path, dtype=np.uint16, mode="r")


def batch_at(token_ids, step, batch_size, context_length):
    """The inputs and targets of a step, each ``(batch_size, context_length)``: the corpus read in order, once."""
    span = batch_size * context_length
    start = step * span % (len(token_ids) - span - 1)
    window = torch.from_numpy(token_ids[start : start + span + 1].astype(np.int64))
    return window[:-1].view(batch_size, context_length), window[1:].view(batch_size, context_length)


def initialize(model):
    """GPT-2's initialization: normal with deviation 0.02, smaller where a block adds to the residual stream."""
    residual_scale = (2 * len(model.trf_blocks)) ** -0.5
    for name, parameter in model.named_parameters():
        if parameter.dim() == 2:
            adds_to_residual = name.endswith(("out_proj.weight", "layers.2.weight"))
            torch.nn.init.normal_(parameter, std=0.02 * (residual_scale if adds_to_residual else 1.0))
        elif name.endswith("bias"):
            torch.nn.init.zeros_(parameter)
    model.out_head.weight = model.tok_emb.weight  # GPT-2 ties them


def make_optimizers(model, lr):
    """Muon for the weight matrices of the blocks, AdamW at half the rate for embeddings, biases and norms.

    Muon (Jordan et al., 2024) makes all directions of a matrix's update equally large. In a trial of 500 steps, on an
    earlier, smaller model, the held-out loss came to 2.41 with it and to 3.08 with AdamW alone.
    ``match_rms_adamw`` scales its steps like AdamW's.
    """
    matrices = [p for name, p in model.named_parameters() if name.startswith("trf_blocks") and p.dim() == 2]
    embeddings = [model.tok_emb.weight, model.pos_emb.weight]  # the first is the output head too
    vectors = [p for p in model.parameters() if p.dim() == 1]
    muon = torch.optim.Muon(matrices, lr=lr, weight_decay=0.1, momentum=0.95, adjust_lr_fn="match_rms_adamw")
    groups = [{"params": embeddings, "weight_decay": 0.1}, {"params": vectors, "weight_decay": 0.0}]
    optimizers = [muon, torch.optim.AdamW(groups, lr=lr / 2, betas=(0.9, 0.95), fused=True)]
    for group in (group for optimizer in optimizers for group in optimizer.param_groups):
        group["initial_lr"] = group["lr"]
    return optimizers


def schedule(step, steps, rounds=(), warmup=200):
    """The share of the highest learning rate at a step.

    First linear warm-up, then constant, then linear decay in the last quarter of ``steps``. Each of the ``rounds``
    after that, given by its length and a share of the highest rate, begins anew with this share and decays all along
    (warm restarts, Loshchilov and Hutter, 2017).
    """
    if step < steps:
        return min((step + 1) / warmup, 4 * (steps - step) / steps, 1.0)
    step -= steps
    for length, share in rounds:
        if step < length:
            return share * min((step + 1) / warmup, (length - step) / length)
        step -= length
    return 0.0


def rounds_of(arguments):
    """The rounds after practice: how many steps, and from which share of the highest learning rate."""
    return (arguments.revision_steps, 0.4), (arguments.exam_steps, 0.4), (arguments.corrections_steps, 0.25)


def held_out_loss(model, token_ids, config, batch_size, batches=10):
    """Mean loss over text that training never sees, in nats per token."""
    model.eval()
    with torch.no_grad():
        losses = [
            calc_loss_batch(*batch_at(token_ids, i, batch_size, config["context_length"]), model, "cpu").item()
            for i in range(batches)
        ]
    model.train()
    return sum(losses) / len(losses)


def take_up(path, model, optimizers):
    """Load what an interrupted pretraining has saved; return its step and its log, ``(0, [])`` if there is nothing."""
    if not path.exists():
        return 0, []
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
        optimizer.load_state_dict(saved)
    return state["step"], state["log"]


def train_step(forward, model, optimizers, inputs, targets, fp32):
    """Take one step with all optimizers; return the loss before it."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not fp32):
        loss = calc_loss_batch(inputs, targets, forward, "cpu")
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        optimizer.step()
        optimizer.zero_grad()
    return loss.item()


def pretrain(model, stages, held_out, config, arguments):
    """Train, resuming from the work folder; return the log, one dict for each evaluation.

    Args:
        stages: for each stage the step it begins at and its token ids.
    """
    forward = torch.compile(model) if arguments.compile else model
    optimizers = make_optimizers(model, arguments.lr)
    state_path = arguments.work / "state.pt"
    first_step, log = take_up(state_path, model, optimizers)
    started = time.time() - (log[-1]["seconds"] if log else 0.0)
    running = []
    rounds = rounds_of(arguments)
    all_steps = arguments.steps + sum(length for length, _ in rounds)
    for step in tqdm(range(first_step, all_steps), initial=first_step, total=all_steps, desc="pretraining"):
        for group in (group for optimizer in optimizers for group in optimizer.param_groups):
            group["lr"] = group["initial_lr"] * schedule(step, arguments.steps, rounds)
        begins_at, token_ids = [stage for stage in stages if stage[0] <= step][-1]
        inputs, targets = batch_at(token_ids, step - begins_at, arguments.batch_size, config["context_length"])
        running.append(train_step(forward, model, optimizers, inputs, targets, arguments.fp32))
        done = step + 1
        if done % CHECKPOINT_EVERY == 0 or done == all_steps:
            log.append(
                {
                    "step": done,
                    "tokens": done * inputs.numel(),
                    "train_loss": round(sum(running) / len(running), 4),
                    "held_out_loss": round(held_out_loss(model, held_out, config, arguments.batch_size), 4),
                    "seconds": round(time.time() - started, 1),
                }
            )
            running = []
            tqdm.write(json.dumps(log[-1]))
            saved = [optimizer.state_dict() for optimizer in optimizers]
            save_atomically({"model": model.state_dict(), "optimizers": saved, "step": done, "log": log}, state_path)
    return log


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=19_000)
    parser.add_argument("--world-steps", type=int, default=2500, help="steps in the whole world; then comes school")
    parser.add_argument("--school-steps", type=int, default=2750, help="steps in school; the rest is practice")
    parser.add_argument("--revision-steps", type=int, default=10_000, help="steps in revision, after these")
    parser.add_argument("--exam-steps", type=int, default=16_000, help="steps before the exam, after revision")
    parser.add_argument("--corrections-steps", type=int, default=5000, help="steps of corrections, after all others")
    parser.add_argument("--batch-size", type=int, default=12, help="rows of one context length each")
    parser.add_argument("--lr", type=float, default=4e-3, help="highest learning rate of Muon")
    parser.add_argument("--seed", type=int, default=123)
    parser.add_argument("--fp32", action="store_true", help="do not use bfloat16 (for CPUs without it)")
    parser.add_argument("--no-compile", dest="compile", action="store_false", help="do without torch.compile")
    parser.add_argument("--work", type=Path, default=BUILDERS / "work", help="folder for unfinished work")
    parser.add_argument("--out", type=Path, default=SHIPPED_FOLDER / SHIPPED_SIZE, help="the checkpoint's folder")
    parser.add_argument("--log", type=Path, default=BUILDERS / "pretraining", help="folder for the log and its plot")
    return parser.parse_args()


def encoded_stages(arguments, tokenizer, span):
    """Encode as much text of each stage as its steps read; return for its name the first step and the token ids."""
    practice_steps = arguments.steps - arguments.world_steps - arguments.school_steps
    rounds = (length for length, _ in rounds_of(arguments))
    wanted = (arguments.world_steps, arguments.school_steps, practice_steps, *rounds)
    stages, first_step = {}, 0
    for number, (name, steps) in enumerate(zip(STAGES, wanted, strict=True)):
        if steps > 0:
            texts = documents(arguments.seed + number, STAGES[name])
            path = arguments.work / f"{name}-{steps}.bin"
            stages[name] = (first_step, encode_corpus(path, tokenizer, texts, (steps + 1) * span))
            first_step += steps
    return stages


def main():
    arguments = parse_arguments()
    keep_freed_memory()  # 2.2 instead of 1.5 steps a second on 2 cores
    arguments.work.mkdir(parents=True, exist_ok=True)
    config = SMALL_CONFIG
    torch.manual_seed(arguments.seed)

    if not (arguments.work / "vocab.bpe").exists():
        from pretraining.build_vocabulary import train_vocabulary, write_vocabulary  # the only part with tokenizers

        write_vocabulary(arguments.work, *train_vocabulary(vocabulary_text(arguments.seed), config["vocab_size"]))
    tokenizer = load_tokenizer(arguments.work)
    span = arguments.batch_size * config["context_length"]
    stages = encoded_stages(arguments, tokenizer, span)
    held_out = encode_corpus(arguments.work / "held_out.bin", tokenizer, documents(HELD_OUT_SEED), 20 * span)

    model = GPTModel(config)
    initialize(model)
    parameters = sum(p.numel() for p in model.parameters())
    all_steps = arguments.steps + sum(length for length, _ in rounds_of(arguments))
    print(f"{parameters / 1e6:.2f} million parameters; {all_steps * span / 1e6:.1f} million tokens to train on")
    log = pretrain(model, list(stages.values()), held_out, config, arguments)
    write_checkpoint(arguments.out, config, model.state_dict(), arguments.work)
    summary = {
        "parameters": parameters,
        "seed": arguments.seed,
        "stages": {name: begins_at for name, (begins_at, _) in stages.items()},
        "batch": [arguments.batch_size, config["context_length"]],
        "precision": "fp32" if arguments.fp32 else "bf16 autocast",
        "torch": torch.__version__.split("+")[0],
    }
    write_log(arguments.log, log, summary)
    print(f"Checkpoint written to {arguments.out}")


if __name__ == "__main__":
    main()
