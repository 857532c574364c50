"""Measure what the small model learns: its answers to the test part before and after fine-tuning, for several seeds.

    python data/builders/pretraining/measure_learning.py                   seeds 123, 1, 2 and 3
    python data/builders/pretraining/measure_learning.py --seeds 123       the model of notebook 04
    python data/builders/pretraining/measure_learning.py --seeds 1 2 3 4 5 6 --losses FILE    only their losses

Each run is the notebooks' two epochs; the seed decides the order of the examples. Besides the test part, each model
answers further tasks of the same families, about words and facts that no entry of the data has. The scores are printed
and kept in data/reference/; so are the losses, in front of which notebooks 04 and 05 draw the reader's own. Where the
losses are not asked for, evaluations look at one batch instead of five: they take the same random numbers, so that the
weights are the same to the last bit. As many runs as there are cores go on side by side.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import torch
from tqdm import tqdm

BUILDERS = Path(__file__).resolve().parents[1]
DATA, ROOT = BUILDERS.parents[0], BUILDERS.parents[1]
sys.path[:0] = [str(ROOT), str(BUILDERS)]

from instruction_data.unseen import unseen_items  # noqa: E402
from pretraining.small_model import SMALL_CONFIG, SMALL_MODEL, load_small_model  # noqa: E402
from previous_chapters import (  # noqa: E402
    ALPACA,
    create_instruction_loader,
    cut_out_response,
    finetuning_settings,
    format_input,
    generate_batch,
    is_right,
    is_right_at_first,
    load_instruction_data,
    split_instruction_data,
    text_to_token_ids,
    token_f1,
    train_model_simple,
)

LONGEST_RESPONSE = 64  # tokens; more than twice the longest output of the data set


def fine_tune(model, tokenizer, train_data, val_data, context_length, settings, seed, eval_iter=5):
    """Train as notebook 04 does; return the minutes it took, and what ``train_model_simple`` has returned.

    ``eval_iter``, the batches that an evaluation looks at, changes nothing but the losses, and the time.
    """
    device = torch.device("cpu")
    loaders = [
        create_instruction_loader(
            data, tokenizer, allowed_max_length=context_length, shuffle=is_training, drop_last=is_training
        )
        for data, is_training in ((train_data, True), (val_data, False))
    ]
    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=settings["lr"], weight_decay=settings["weight_decay"], fused=True
    )
    started = time.time()
    with contextlib.redirect_stdout(io.StringIO()):  # the losses are notebook 04's subject
        history = train_model_simple(
            model, *loaders, optimizer, device, num_epochs=2, eval_freq=5, eval_iter=eval_iter,
            start_context=format_input(val_data[0]), tokenizer=tokenizer, precision="fp32",
        )
    return (time.time() - started) / 60, history


def losses_of_seed(seed, settings):
    """Fine-tune with a seed; return the minutes, and the losses of all evaluations, rounded."""
    train_data, _, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    model, tokenizer = load_small_model()
    minutes, (train_losses, val_losses, _) = fine_tune(
        model, tokenizer, train_data, val_data, SMALL_CONFIG["context_length"], settings, seed
    )
    losses = {"train_losses": train_losses, "val_losses": val_losses}  # tokens_seen differs little, so of none
    return minutes, {name: [round(loss, 4) for loss in values] for name, values in losses.items()}


def keep_losses(path, seeds, settings):
    """Train with each seed, and keep the losses of all runs in one file."""
    runs = {}
    for seed, (minutes, losses) in in_processes(losses_of_seed, seeds, settings):
        runs[f"seed {seed}"] = losses
        last = [f"{values[-1]:.3f}" for values in losses.values()]
        print(f"seed {seed}: {minutes:.2f} minutes, last losses {' and '.join(last)}")
        content = {"model": SMALL_MODEL, "num_epochs": 2, "eval_freq": 5, "eval_iter": 5, **settings, "runs": runs}
        # A list on one line, so that a run is two lines to look at.
        text = json.dumps(content).replace(', "', ',\n"')
        path.write_text(text + "\n", encoding="utf-8")


def respond(model, tokenizer, entries, template=ALPACA):
    """Return a response for each entry, and for how many of them the model ended by itself."""
    prompts = [text_to_token_ids(template.prompt(entry), tokenizer, special_tokens=False) for entry in entries]
    context_length = model.pos_emb.weight.shape[0]
    texts = generate_batch(model.eval(), prompts, LONGEST_RESPONSE, context_length, eos_id=tokenizer.eot_token)
    pairs = list(zip(prompts, texts, strict=True))
    responses = [cut_out_response(*pair, tokenizer, template) for pair in pairs]
    ended = sum(text.shape[1] - prompt.shape[1] < LONGEST_RESPONSE for prompt, text in pairs)
    return responses, ended


def score(entries, families, responses):
    """Return exact matches, what is right at first and mean token F1 by kind, and exact matches for each family.

    Entries and families are dicts as in the data, or the items of the data's builder as dicts, which are both.
    """
    right = [is_right(entry, response) for entry, response in zip(entries, responses, strict=True)]
    at_first = [
        is_right_at_first(entry, response, family.get("short"))
        for entry, response, family in zip(entries, responses, families, strict=True)
    ]
    f1 = [token_f1(entry, response) for entry, response in zip(entries, responses, strict=True)]
    result = {}
    for kind in ("closed", "open"):
        chosen = [i for i, family in enumerate(families) if family["answer"] == kind]
        if not chosen:
            continue
        result[kind] = {
            "entries": len(chosen),
            "exact_match": sum(right[i] for i in chosen),
            "right_at_first": sum(at_first[i] for i in chosen),
            "token_f1": round(sum(f1[i] for i in chosen) / len(chosen), 4),
        }
    by_family = defaultdict(lambda: [0, 0])
    for family, is_match in zip(families, right, strict=True):
        by_family[family["family"]][0] += is_match
        by_family[family["family"]][1] += 1
    return {**result, "families": dict(sorted(by_family.items()))}


def show(name, scores):
    """Print one line of a table."""
    closed, open_ = scores["closed"], scores.get("open")
    line = f"{name:<18}closed: {closed['exact_match']} of {closed['entries']}"
    line += f" ({closed['exact_match'] / closed['entries']:.1%}), at first {closed['right_at_first']}"
    line += f", token F1 {closed['token_f1']:.3f}"
    if open_:
        line += f"   open: {open_['exact_match']} of {open_['entries']}, token F1 {open_['token_f1']:.3f}"
    if "ended" in scores:
        line += f"   ended {scores['ended']}   {scores['minutes']:.2f} min"
    print(line)


def show_wrong(entries, families, responses):
    """Print the closed entries that were answered wrong."""
    for entry, family, response in zip(entries, families, responses, strict=True):
        if family["answer"] == "closed" and not is_right(entry, response):
            print(f"{family['family']:<24}{entry['instruction']} | {entry['input']}")
            print(f"{'':<24}expected {entry['output']!r}, answered {response!r}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[123, 1, 2, 3])
    parser.add_argument("--lr", type=float, help="learning rate (default: that of the notebooks)")
    parser.add_argument("--show-wrong", action="store_true", help="print the wrong answers of each run")
    parser.add_argument("--out", type=Path, help="where to keep the scores (default: nowhere)")
    parser.add_argument("--losses", type=Path, help="only train, and keep the losses of all evaluations in this file")
    return parser.parse_args()


def measure_seed(seed, settings):
    """Fine-tune with a seed; return the answers, how many ended, the minutes of training, and the further answers."""
    train_data, test_data, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    model, tokenizer = load_small_model()
    minutes, _ = fine_tune(
        model, tokenizer, train_data, val_data, SMALL_CONFIG["context_length"], settings, seed, eval_iter=1
    )
    responses, ended = respond(model, tokenizer, [*test_data, val_data[0]])
    other_responses, _ = respond(model, tokenizer, unseen_entries())
    return responses, ended, round(minutes, 2), other_responses


def in_processes(function, seeds, *arguments):
    """Yield (seed, result of the function) for each seed, as many at the same time as there are cores."""
    processes = min(len(seeds), os.cpu_count() or 1)
    threads = max(1, (os.cpu_count() or 1) // processes)
    with (
        ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), begin_process, (threads,)) as pool,
        tqdm(total=len(seeds), unit="seed") as bar,
    ):
        for seed, result in zip(seeds, pool.map(function, seeds, *map(repeat, arguments)), strict=True):
            bar.update()
            yield seed, result


def begin_process(threads):
    """Prepare a process of several: its progress bars would be drawn over those of the others."""
    torch.set_num_threads(threads)
    sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (until the process ends)


def unseen_entries():
    return [item._asdict() for item in unseen_items()]


def main():
    arguments = parse_arguments()
    settings = dict(finetuning_settings[SMALL_MODEL])
    if arguments.lr:
        settings["lr"] = arguments.lr
    if arguments.losses:
        return keep_losses(arguments.losses, arguments.seeds, settings)
    _, test_data, val_data = split_instruction_data(load_instruction_data(DATA / "instruction-data.json"))
    families = json.loads((DATA / "instruction-families.json").read_text(encoding="utf-8"))
    _, test_families, _ = split_instruction_data(families)
    unseen = unseen_entries()

    def report(name, responses, **more):
        scores = {**score(test_data, test_families, responses), **more}
        show(name, scores)
        return scores

    model, tokenizer = load_small_model()
    responses, _ = respond(model, tokenizer, test_data)
    results = {
        "model": SMALL_MODEL,
        "settings": settings,
        "before": report("before", responses),
    }
    for seed, (responses, ended, minutes, others) in in_processes(measure_seed, arguments.seeds, settings):
        results[f"seed {seed}"] = report(
            f"seed {seed}", responses[:-1], ended=ended, minutes=minutes, **{"val_data[0]": responses[-1]}
        )
        print(f"{'':<18}val_data[0]: {responses[-1]}\n{'':<18}test_data[:3]: {responses[:3]}")
        scores = results[f"seed {seed}"]["unseen"] = score(unseen, unseen, others)
        show("  unseen", scores)
        if arguments.show_wrong:
            show_wrong([*test_data, *unseen], [*test_families, *unseen], [*responses[:-1], *others])
    if arguments.out:
        arguments.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
