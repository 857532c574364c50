"""Measure variations of the fine-tuning, each with four seeds: does another way teach the small model more?

    python data/builders/pretraining/measure_variations.py                 what is not measured yet
    python data/builders/pretraining/measure_variations.py --only masked   one variation
    python data/builders/pretraining/measure_variations.py --only baseline --order-of-scores --out FILE    see below

Each run is two epochs without evaluations; the seed decides the order of the examples. An evaluation draws random
numbers, too, as every round through a loader does. Without them, the first epoch has the order of notebook 04 and of
``make scores``, and the second epoch another one. With --order-of-scores the numbers are drawn, so that the baseline is
the model of ``make scores``, to the last bit on the same machine with as many threads. Then the model answers the
further tasks of the same families, which stand in no part of the data; the test part is not used, because what is
compared here could become a choice. For each run it is kept which of these answers are right, so that two variations
can be compared task by task. A run that is there is not done again: the command can be stopped at any time.
"""

import argparse
import copy
import json
import sys
import time
from pathlib import Path

import torch

BUILDERS = Path(__file__).resolve().parents[1]
DATA, ROOT = BUILDERS.parents[0], BUILDERS.parents[1]
sys.path[:0] = [str(ROOT), str(BUILDERS)]

from gpt.files import write_atomically  # noqa: E402
from instruction_data.unseen import unseen_items  # noqa: E402
from pretraining.measure_learning import respond  # noqa: E402
from pretraining.small_model import SMALL_CONFIG, SMALL_MODEL, load_small_model  # noqa: E402
from previous_chapters import (  # noqa: E402
    ALPACA,
    LORA_RATE,
    PHI3,
    add_lora,
    calc_loss_batch,
    calc_loss_loader,
    create_instruction_loader,
    create_masked_loader,
    finetuning_settings,
    fused_training,
    is_right,
    load_instruction_data,
    merge_lora,
    split_instruction_data,
)

RESULTS = DATA / "reference" / "gpt2-tiny6M-variations.json"
SEEDS = (123, 1, 2, 3)
EPOCHS = 2
EVAL_FREQ = 5  # steps from one evaluation of notebook 04 to the next
AVERAGED_STEPS = 58  # the last quarter of the training

# What differs from the baseline in each variation.
VARIATIONS = {
    "baseline": {},
    "masked": {"masked": True},
    "phi3": {"template": PHI3},
    "lora 2": {"rank": 2},
    "lora 8": {"rank": 8},
    "lora 32": {"rank": 32},
    "last two blocks": {"blocks": 2},
    "half of the data": {"share": 0.5},
    "a quarter of the data": {"share": 0.25},
}
AVERAGED = "averaged weights"  # comes out of the baseline's run


def fine_tune(
    model, tokenizer, train_data, seed, *, masked=False, template=ALPACA, rank=None, blocks=None, share=1.0,
    evaluated=None
):  # fmt: skip
    """Train in place for two epochs; return what is to be told of it, and the averaged weights of its last steps.

    Args:
        evaluated: a loader of validation entries. Where evaluations of notebook 04 would look at it and at the training
            data, the random numbers are drawn that they draw. None draws none.
    """
    rate = finetuning_settings[SMALL_MODEL]["lr"]
    if rank:
        add_lora(model, rank)
        rate *= LORA_RATE
    if blocks:
        model.requires_grad_(False)
        for part in (*model.trf_blocks[-blocks:], model.final_norm):
            part.requires_grad_(True)
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    create = create_masked_loader if masked else create_instruction_loader
    loader = create(
        train_data[: round(len(train_data) * share)], tokenizer, template=template,
        allowed_max_length=SMALL_CONFIG["context_length"], shuffle=True, drop_last=True,
    )  # fmt: skip
    decay = finetuning_settings[SMALL_MODEL]["weight_decay"]
    optimizer = torch.optim.AdamW(trained, lr=rate, weight_decay=decay, fused=True)
    steps, sums, started = EPOCHS * len(loader), None, time.time()
    torch.manual_seed(seed)
    with fused_training():
        model.train()
        for step in range(steps):
            if step % len(loader) == 0:
                batches = iter(loader)
            optimizer.zero_grad()
            calc_loss_batch(*next(batches), model, "cpu").backward()
            optimizer.step()
            if evaluated and step % EVAL_FREQ == 0:
                for each in (loader, evaluated):
                    next(iter(each))
            if not rank and step >= steps - AVERAGED_STEPS:
                state = model.state_dict()
                sums = {name: sums[name] + state[name] if sums else state[name].clone() for name in state}
    seconds = time.time() - started
    if rank:
        merge_lora(model)
    averaged = {name: total / AVERAGED_STEPS for name, total in sums.items()} if sums else None
    return {"steps": steps, "seconds": round(seconds, 1), "trained": sum(map(torch.numel, trained))}, averaged


def answer(model, tokenizer, items, template=ALPACA):
    """Whether each item is answered rightly, as a text of 0 and 1, and how many answers ended by themselves."""
    responses, ended = respond(model, tokenizer, items, template)
    right = [is_right(item, response) for item, response in zip(items, responses, strict=True)]
    return {"right": "".join(str(int(each)) for each in right), "ended": ended}


def measure(name, seed, train_data, val_data, items, order_of_scores=False):
    """The results of one run, ``{name: result}``; the baseline's has the averaged weights' beside it."""
    options = VARIATIONS[name]
    template = options.get("template", ALPACA)
    model, tokenizer = load_small_model()
    loader = create_instruction_loader(
        val_data, tokenizer, allowed_max_length=SMALL_CONFIG["context_length"], template=template
    )
    evaluated = loader if order_of_scores else None
    about, averaged = fine_tune(model, tokenizer, train_data, seed, evaluated=evaluated, **options)

    def result(model):
        loss = calc_loss_loader(loader, model.eval(), "cpu")
        return {**about, "val_loss": round(float(loss), 4), **answer(model, tokenizer, items, template)}

    results = {name: result(model)}
    if name == "baseline":
        other = copy.deepcopy(model)
        other.load_state_dict(averaged)
        results[AVERAGED] = result(other)
    return results


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=VARIATIONS, default=list(VARIATIONS))
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--order-of-scores", action="store_true", help="order the examples as `make scores` does")
    arguments = parser.parse_args()
    if arguments.order_of_scores and arguments.out == RESULTS:
        parser.error(f"--order-of-scores needs another file than {RESULTS.name}, whose runs have another order: --out")
    train_data, _, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    items = [item._asdict() for item in unseen_items()]
    items = [item for item in items if item["answer"] == "closed"]
    results = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.out.is_file() else {}
    for seed in arguments.seeds:  # one seed after the other, so that an early stop leaves whole comparisons
        for name in arguments.only:
            if str(seed) in results.get(name, {}):
                continue
            measured = measure(name, seed, train_data, val_data, items, arguments.order_of_scores)
            for each, result in measured.items():
                results.setdefault(each, {})[str(seed)] = result
                print(f"{each:<24}seed {seed:<5}{result['right'].count('1')} of {len(items)} right, "
                      f"{result['ended']} ended, validation loss {result['val_loss']:.3f}, {result['seconds']} s")
            write_atomically(arguments.out, (json.dumps(results, indent=1) + "\n").encode("utf-8"))


if __name__ == "__main__":
    main()
