"""The whole series as one script, for those who have read it: from a pretrained GPT-2 to answers and their scores.

    python finetune.py                              what the notebooks do: the same numbers, the same files
    python finetune.py --model 355M                 with another model
    python finetune.py --data my-data.csv           with data of your own
    python finetune.py --lora 8 --mask-prompt       variations (data/README.md, "Other ways to fine-tune")
    torchrun --nproc_per_node=2 finetune.py         two processes share the work, each with a GPU if there are GPUs;
                                                    with --shard, the model too (notebook 10)

Results lie in outputs/<model>/, as those of the notebooks, and what they have made there is not made again. A run with
other settings has a folder of its own. You can stop it at any moment: the same command goes on from there.

Exit codes: 0 all is done; 1 something could not be done, and a message says what; 2 an option is wrong; 130 interrupted
with Ctrl-C.
"""

import argparse
import os
import platform
import sys
import time
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import torch

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "notebooks"), str(ROOT)]

from chat import at_least  # noqa: E402
from gpt.addresses import without_secrets  # noqa: E402
from gpt.files import write_json  # noqa: E402
from gpt.kernels import report_products  # noqa: E402
from gpt.lora import require_rank  # noqa: E402
from gpt.preflight import size  # noqa: E402
from gpt.processes import on_first_rank, this_device  # noqa: E402
from notebook_setup import (  # noqa: E402
    TRAINING_CHECKPOINT,
    choose_device,
    choose_model,
    chosen_data,
    digest_of_entries,
    load_data,
    load_pretrained,
    load_right_answers,
    load_test_families,
    model_size_of,
    output_folder,
    reference_for,
    short_name,
    try_to_write,
)
from previous_chapters import (  # noqa: E402
    GPTModel,
    add_to_record,
    check_initial_loss,
    choose_precision,
    config_of,
    create_loaders,
    cut_out_response,
    extract_responses,
    fine_tune,
    format_input,
    generate,
    is_sharded,
    keep_history,
    learning_rate_of,
    load_weights,
    mean_with_interval,
    measure_initial_losses,
    model_configs,
    one_goes_first,
    open_record,
    peak_memory,
    plot_losses,
    prepare_training,
    process_group,
    rank,
    replicate,
    score_answers,
    shard,
    shortened_for_generation,
    split_instruction_data,
    text_to_token_ids,
    without_weights,
    world_size,
)

BATCH_SIZE, EPOCHS, SEED = 8, 2, 123  # as in the notebooks

# What a reader can do something about; of anything else the traceback is wanted.
EXPECTED = (ValueError, OSError, MemoryError, FloatingPointError, torch.cuda.OutOfMemoryError)


# ---------------------------------------------------------------------------------------------------------------
# What is to be done
# ---------------------------------------------------------------------------------------------------------------


class Run(NamedTuple):
    """A run, all of it decided."""

    model: str  # a key of model_configs
    data: str  # where the entries come from
    epochs: int
    precision: str
    accumulation_steps: int
    lora: int  # the rank; 0 trains all weights
    mask_prompt: bool
    seed: int
    learning_rate: float
    device: Any
    shard: bool  # whether each of several processes holds only a part of the model while it is trained
    folder: Path  # of the results

    @property
    def checkpoint(self):
        """A file, or a folder if several processes keep their parts there."""
        file = self.folder / TRAINING_CHECKPOINT
        folder = file.with_suffix("")
        return folder if folder.is_dir() or (world_size() > 1 and not file.is_file()) else file

    @property
    def record(self):
        return self.folder / "finetune.json"

    @property
    def weights(self):
        return self.folder / f"{short_name(self.model)}-sft.pth"


def known_model(text):
    """A type for argparse: the name of a model, "gpt2-medium (355M)", or its size alone."""
    for name in model_configs:
        if text in (name, model_size_of(name), short_name(name)):
            return name
    raise argparse.ArgumentTypeError(f"expected one of {', '.join(map(model_size_of, model_configs))}, found {text!r}")


def parse_arguments(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add, count, number, seed = parser.add_argument, at_least(int, 1), at_least(int, 0), at_least(int, 0, 2**64 - 1)
    add("--model", type=known_model, metavar="SIZE", help="6M, 124M, 355M, 774M, 1558M (default: 355M on a GPU, or 6M)")
    add("--data", metavar="PATH", help="file, folder or address with entries of your own (default: as the notebooks)")
    add("--epochs", type=count, metavar="N", default=EPOCHS, help="how often to go through the data (default: 2)")
    add("--precision", choices=("fp32", "bf16", "fp16", "auto"), help="default: fp32 on a CPU, elsewhere auto")
    add("--accumulation-steps", type=int, choices=(1, 2, 4, 8), default=1, help="make each step in parts (default: 1)")
    add("--lora", type=number, metavar="RANK", default=0, help="train LoRA of this rank (default: 0, all weights)")
    add("--mask-prompt", action="store_true", help="let the loss count only what the model is to write")
    add("--seed", type=seed, metavar="N", default=SEED, help="where random numbers begin (default: 123)")
    add("--device", choices=("cuda", "mps", "cpu"), help="where to compute (default: on a GPU if there is one)")
    add("--shard", action="store_true", help="of several processes, let each hold only a part of the model (FSDP)")
    add("--output", type=Path, metavar="FOLDER", help="for the results (default: one in outputs/, named after the run)")
    return parser.parse_args(arguments)


def decide(arguments):
    """Fill in what was not said, as the notebooks do; print and return the :class:`Run`."""
    if arguments.data:
        os.environ["INSTRUCTION_DATA"] = arguments.data  # where notebook_setup looks
    print(f"Python {platform.python_version()}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads")
    several = world_size() > 1
    device = choose_device(this_device().type if several else arguments.device)
    if several:
        device = this_device()  # a GPU of its own
        print(f"Processes: {world_size()}, {'parts of one model' if arguments.shard else 'each with the whole model'}")
    model = arguments.model or choose_model(device)
    if arguments.lora:
        require_rank(arguments.lora, config_of(model)["emb_dim"])
    usual_precision = "fp32" if device.type == "cpu" else "auto"
    precision = arguments.precision or usual_precision
    what_differs = {
        f"lora{arguments.lora}": arguments.lora,
        "masked": arguments.mask_prompt,
        f"epochs{arguments.epochs}": arguments.epochs != EPOCHS,
        precision: precision != usual_precision,
        f"parts{arguments.accumulation_steps}": arguments.accumulation_steps > 1,
        f"seed{arguments.seed}": arguments.seed != SEED,
    }
    variation = "-".join(name for name, differs in what_differs.items() if differs)
    run = Run(
        model=model, data=without_secrets(chosen_data() or "the data of the series"),
        epochs=arguments.epochs, precision=precision,
        accumulation_steps=arguments.accumulation_steps, lora=arguments.lora, mask_prompt=arguments.mask_prompt,
        seed=arguments.seed, learning_rate=learning_rate_of(model, arguments.lora), device=device,
        shard=arguments.shard and several,
        folder=arguments.output or output_folder(model, create=False, variation=variation),
    )  # fmt: skip
    for name, value in run._asdict().items():
        print(f"  {name.replace('_', ' '):<20}{value}")
    return run


def open_folder(run, data):
    """Return the record of what earlier calls have found; refuse a folder that cannot be written or is another run's.

    The folder of the notebooks has no such record. There, their checkpoint tells whether it is the same run.
    """
    left_out = ("data", "device", "shard", "folder")
    settings = {name: value for name, value in run._asdict().items() if name not in left_out}
    settings["data"] = f"{len(data)} entries ({digest_of_entries(data)[:8]})"
    try:
        try_to_write(run.folder)
    except OSError as error:
        raise OSError(f"Cannot write to {run.folder} ({error}). Choose another folder with --output.") from error
    return open_record(run.record, settings)


def keep(run, record, **found):
    """Add to the record, and of several processes let one write it."""
    if rank() == 0:
        add_to_record(run.record, record, **found)
    record.update(found)


# ---------------------------------------------------------------------------------------------------------------
# The stages
# ---------------------------------------------------------------------------------------------------------------


def show_answer(model, tokenizer, entry):
    """Print an entry and the most probable answer to it."""
    prompt = text_to_token_ids(format_input(entry), tokenizer, special_tokens=False).to(model.pos_emb.weight.device)
    token_ids = generate(model, prompt, 35, len(model.pos_emb.weight), eos_id=tokenizer.eot_token)
    print(f"{entry['instruction']} {entry['input']}".strip(), f"\n>> {cut_out_response(prompt, token_ids, tokenizer)}")


def find_initial_losses(run, record, model, loaders, tokenizer):
    """Measure the losses before training, if that was not done already; return them as history.json has them."""
    if "initial_losses" in record:
        print("Measured already.")
        losses = record["initial_losses"]
    else:
        losses = measure_initial_losses(model, loaders, run.device, seed=run.seed)
        if not run.mask_prompt:  # what is expected holds for whole entries
            check_initial_loss(sum(losses.values()) / 2, run.model, tokenizer.n_vocab)
    print("Training loss:", losses["initial_train_loss"])
    print("Validation loss:", losses["initial_val_loss"])
    return losses


def train(run, record, model, loaders, tokenizer, entry, initial_losses):
    """Fine-tune the model, or load what is trained already; return the content of history.json."""
    share = shard if run.shard else replicate
    optimizer = prepare_training(model, run.model, seed=run.seed, lora=run.lora, share=share)
    trained = sum(tensor.numel() for group in optimizer.param_groups for tensor in group["params"])
    print(f"{trained:,} parameters are trained.")
    started, minutes_before = time.time(), record.get("minutes", 0)

    def keep_costs(evaluation=None):  # at each evaluation, so that what was spent before an interruption counts, too
        nonlocal minutes_before
        if evaluation and evaluation.is_new and evaluation.step == 0:  # it has begun anew
            minutes_before = 0
        minutes = minutes_before + (time.time() - started) / 60
        peak = max(record.get("peak_memory", 0), peak_memory(run.device) or 0)
        keep(run, record, initial_losses=initial_losses, minutes=minutes, peak_memory=peak)

    losses, is_new = fine_tune(
        model, loaders, optimizer, run.device, tokenizer, num_epochs=run.epochs, start_context=format_input(entry),
        checkpoint_path=run.checkpoint, weights_path=run.weights, on_evaluation=keep_costs,
        precision=run.precision, accumulation_steps=run.accumulation_steps,
    )  # fmt: skip
    if is_new:
        keep_costs()
        print(f"Training completed in {record['minutes']:.2f} minutes. Model saved as {run.weights.name}")
    else:
        print(f"Trained already: the weights are those of {run.weights}.")
    train_losses, val_losses, tokens_seen = losses
    return on_first_rank(lambda: keep_history(run.folder / "history.json", {
        "model": run.model, "num_epochs": run.epochs, "minutes": record.get("minutes"), **initial_losses,
        "train_losses": train_losses, "val_losses": val_losses, "tokens_seen": tokens_seen,
    }))  # fmt: skip


def put_together(run, model):
    """Return the trained model as a whole, if this process has only a part of it."""
    if not is_sharded(model):
        return model
    with without_weights():
        model = GPTModel(config_of(run.model))
    load_weights(model, run.weights)
    return model.to(run.device).eval()


def draw(run, history):
    """Plot the losses; behind them those of other seeds, if they are about the same way to train."""
    path, source = run.folder / "loss-plot.png", run.folder / "history.json"
    if path.is_file() and path.stat().st_mtime >= source.stat().st_mtime:
        print(f"Drawn already: {path}")
        return
    epochs_seen = torch.linspace(0, run.epochs, len(history["train_losses"]))
    plot_losses(
        epochs_seen, history["tokens_seen"], history["train_losses"], history["val_losses"], save_path=path,
        reference=None if run.lora or run.mask_prompt else reference_for(run.model),
    )  # fmt: skip
    print(f"Saved as {path.name}")


def respond(run, model, tokenizer, test_data):
    """Let the fine-tuned and the pretrained model answer the test part: ``({name: entries}, {name: stopped})``."""
    path = run.folder / "instruction-data-with-response.json"
    generator = shortened_for_generation(model)
    finetuned, stopped = extract_responses(generator, tokenizer, test_data, path, max_new_tokens=256)
    base_model, _ = load_pretrained(run.model)
    generator = shortened_for_generation(base_model.to(run.device))
    path = run.folder / "instruction-data-with-base-response.json"
    base, base_stopped = extract_responses(generator, tokenizer, test_data, path, max_new_tokens=40)
    ended = {"base": base_stopped, "fine-tuned": stopped}
    on_first_rank(lambda: write_json(run.folder / "stopped.json", ended))
    return {"base": base, "fine-tuned": finetuned}, ended


def score(test_data, entries, ended):
    """Print the scores before and after training; return those after as texts."""
    responses = {name: [entry["model_response"] for entry in part] for name, part in entries.items()}
    families = load_test_families(test_data)
    card = {name: score_answers(test_data, responses[name], ended[name], families) for name in responses}
    print(f"{'mean [95 % interval]':<26}{'before':<22}{'after'}")
    for measure in card["base"]:
        found = [mean_with_interval(card[name][measure]) for name in card]
        print(f"{measure:<26}" + "".join(f"{f'{mean:.2f} [{low:.2f}, {high:.2f}]':<22}" for mean, low, high in found))
    rights = [right for right in load_right_answers(test_data, responses["fine-tuned"]) if right is not None]
    ended_by_itself, rouge = sum(ended["fine-tuned"]), mean_with_interval(card["fine-tuned"]["ROUGE-L"])[0]
    return {"Right": f"{sum(rights)} of {len(rights)}", "ROUGE-L": f"{rouge:.2f}", "Ended": str(ended_by_itself)}


def summarize(run, record, history, scores):
    """Print what came out as a row of a table, and where everything is."""
    before = [f"{history[key]:.3f}" for key in ("initial_train_loss", "initial_val_loss")]
    after = [f"{history[key][-1]:.3f}" for key in ("train_losses", "val_losses")]
    minutes, peak = history["minutes"], record.get("peak_memory")
    row = {
        "Model": run.model,
        "Trained": (f"LoRA {run.lora}" if run.lora else "all weights") + (", prompt masked" if run.mask_prompt else ""),
        "Precision": choose_precision(run.device) if run.precision == "auto" else run.precision,
        "Loss before (training / validation)": " / ".join(before), "After": " / ".join(after),
        "Minutes": "-" if minutes is None else f"{minutes:.1f}", "Peak memory": size(peak) if peak else "-", **scores,
    }  # fmt: skip
    keep(run, record, summary=row)
    print("\n".join(f"| {' | '.join(cells)} |" for cells in (row, ["---"] * len(row), row.values())))
    print(f"\nEverything is in {run.folder}. To ask the model yourself:")
    print(f'python notebooks/chat.py --model "{run.model}" --weights "{run.weights}"')


def run_stages(run):
    """One stage after the other; each finds by itself what is there already, and says so."""
    print("\n== Data (notebook 00)")
    with one_goes_first():  # it may be a download
        data = load_data()
    train_data, test_data, val_data = split_instruction_data(data)
    print(f"{len(train_data)} entries for training, {len(val_data)} for validation, {len(test_data)} for the test")
    record = on_first_rank(lambda: open_folder(run, data))

    print("\n== Pretrained model (notebook 01)")
    with one_goes_first():
        model, tokenizer = load_pretrained(run.model)
    model.to(run.device)

    print("\n== An answer before training (notebook 02)")
    show_answer(model, tokenizer, val_data[0])

    print("\n== Losses before training (notebook 03)")
    loaders = create_loaders(
        train_data, val_data, tokenizer, config_of(run.model)["context_length"],
        batch_size=BATCH_SIZE // run.accumulation_steps, mask_prompt=run.mask_prompt,
    )  # fmt: skip
    initial_losses = find_initial_losses(run, record, model, loaders, tokenizer)

    print("\n== Fine-tuning (notebook 04)")
    if run.device.type == "cpu":
        report_products()
    history = train(run, record, model, loaders, tokenizer, val_data[0], initial_losses)
    model = put_together(run, model)
    show_answer(model, tokenizer, val_data[0])

    print("\n== Loss curves (notebook 05)")
    on_first_rank(lambda: draw(run, history))

    print("\n== Responses (notebook 06)")
    entries, ended = respond(run, model, tokenizer, test_data)

    print("\n== Scores (notebook 07)")
    scores = score(test_data, entries, ended)

    print("\n== Summary")
    summarize(run, record, history, scores)


def main(arguments=None):
    """Return the exit code."""
    arguments = parse_arguments(arguments)
    try:
        with process_group(arguments.device):
            run_stages(decide(arguments))
    except KeyboardInterrupt:
        print("\nInterrupted. Run the same command again to go on.", file=sys.stderr)
        return 130
    except EXPECTED as error:
        if world_size() == 1:  # of several, process_group has said it
            print(f"\nfinetune.py: {str(error) or type(error).__name__}", file=sys.stderr)
        if isinstance(error, (MemoryError, torch.cuda.OutOfMemoryError)):
            print("Options that save memory: --precision, --accumulation-steps, --lora, --model.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True, errors="replace")  # seen at once in a log; any character in any console
    warnings.formatwarning = lambda message, *_: f"Warning: {message}\n"
    sys.exit(main())
