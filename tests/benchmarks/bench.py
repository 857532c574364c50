"""Time every stage of the series beside the reference implementation and transformers, on this machine.

    python tests/benchmarks/bench.py                       GPT-2 medium's shape, random weights (make bench)
    python tests/benchmarks/bench.py --model "gpt2-tiny (6M)" --repeats 1

Every piece of work runs in a process of its own, the implementations in turn, several times; medians are reported.
The checkpoint is written once to outputs/benchmarks/ (about 6 GB for GPT-2 medium's shape).
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "data" / "builders"), str(ROOT / "notebooks"), str(HERE)]

from work import NEW_TOKENS, PROMPTS, WORKS, config_of, prompts  # noqa: E402

# What is asked of us: at most this share of the other's time.
TARGETS = {
    ("load first", "ours", "reference"): 2,
    ("load later", "ours", "reference"): 20,
    ("load later", "ours", "transformers"): 1,
    ("generate", "ours", "reference"): 8,
    ("generate", "ours", "transformers"): 3,
    ("responses", "ours bf16", "reference"): 60,
    ("responses", "ours bf16", "transformers"): 2,
    ("responses", "ours bf16", "transformers bf16"): 2,
    ("step", "ours bf16", "reference"): 3.5,
    ("step", "ours bf16", "transformers bf16"): 1,
    ("step", "ours fp32", "reference"): 1.2,
    ("step", "ours fp32", "transformers"): 1.2,
    ("finetune small", "ours", "reference"): 1.5,
}


# And how much of the other's, or of the weights', peak memory.
MEMORY_TARGETS = {("load first", "ours", "reference"): 0.6, ("load later", "ours", "weights"): 1.2}


def prepare(folder, model_name):
    """Write a checkpoint with random weights in each implementation's format, if it is not there yet."""
    if (folder / "config.json").exists():
        return
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    from notebook_setup import DATA, config_of
    from pretraining.pretrain import initialize
    from pretraining.write_checkpoint import write_checkpoint
    from previous_chapters import GPTModel

    folder.mkdir(parents=True, exist_ok=True)
    config = config_of(model_name)
    torch.manual_seed(123)
    model = GPTModel(config)
    initialize(model)
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}  # the head apart from the embedding
    torch.save(state, folder / "state.pt")
    write_checkpoint(folder / "checkpoint", config, state, DATA / "gpt2" / "6M")

    other = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=config["vocab_size"], n_positions=config["context_length"], n_embd=config["emb_dim"],
            n_layer=config["n_layers"], n_head=config["n_heads"],
        )
    )  # fmt: skip
    names = {
        "tok_emb.weight": "transformer.wte.weight", "pos_emb.weight": "transformer.wpe.weight",
        "final_norm.scale": "transformer.ln_f.weight", "final_norm.shift": "transformer.ln_f.bias",
        "out_head.weight": "lm_head.weight",
    }  # fmt: skip
    theirs = {names[name]: tensor for name, tensor in state.items() if name in names}
    for i in range(config["n_layers"]):
        ours, prefix = f"trf_blocks.{i}.", f"transformer.h.{i}."
        for kind in ("weight", "bias"):
            parts = [state[f"{ours}att.W_{part}.{kind}"] for part in ("query", "key", "value")]
            layers = {
                "attn.c_attn": torch.cat(parts), "attn.c_proj": state[f"{ours}att.out_proj.{kind}"],
                "mlp.c_fc": state[f"{ours}ff.layers.0.{kind}"], "mlp.c_proj": state[f"{ours}ff.layers.2.{kind}"],
            }  # fmt: skip
            for name, tensor in layers.items():  # transformers keeps OpenAI's order, (inputs, outputs)
                theirs[f"{prefix}{name}.{kind}"] = tensor.T if kind == "weight" else tensor
            for number in (1, 2):
                norm = state[f"{ours}norm{number}.{'scale' if kind == 'weight' else 'shift'}"]
                theirs[f"{prefix}ln_{number}.{kind}"] = norm
    other.load_state_dict(theirs)
    other.save_pretrained(folder / "transformers")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def bring_into_memory(folder):
    """Read the files that are loaded, so that each implementation finds them as they are right after a download.

    Otherwise whichever comes first waits for the disk, and the next one finds in memory what the first one has read.
    """
    for path in (*(folder / "checkpoint").iterdir(), *(folder / "transformers").iterdir()):
        with path.open("rb") as file:
            while file.read(1 << 24):
                pass


def run(folder, work, implementation):
    """Do a piece of work in a process of its own."""
    if work.startswith("load"):
        bring_into_memory(folder)
    command = [sys.executable, str(HERE / "work.py"), str(folder), work, implementation]
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{work}, {implementation}:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def billions_of_operations(config, work):
    """Multiplications and additions that a piece of work cannot do without: 2 for each weight and token it reads."""
    weights = 12 * config["n_layers"] * config["emb_dim"] ** 2
    head = config["vocab_size"] * config["emb_dim"]
    if work == "generate":
        return 2 * (weights * (50 + NEW_TOKENS[work] - 1) + head * NEW_TOKENS[work]) / 1e9
    if work == "responses":
        read = sum(map(len, prompts(config, PROMPTS, 35, 75))) + PROMPTS * (NEW_TOKENS[work] - 1)
        return 2 * (weights * read + head * PROMPTS * NEW_TOKENS[work]) / 1e9
    if work == "step":
        return 6 * (weights + head) * 8 * 70 / 1e9  # backward costs twice as much as forward
    return None


def gigabytes_read(config, work):
    """Weights, in fp32, that a piece of work must read from memory: all of them for each token."""
    weights = 12 * config["n_layers"] * config["emb_dim"] ** 2 + config["vocab_size"] * config["emb_dim"]
    return {"load first": 1, "load later": 1, "generate": NEW_TOKENS["generate"]}.get(work, 0) * 4 * weights / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gpt2-medium (355M)", help="a name of model_configs, for its shape")
    parser.add_argument("--repeats", type=int, default=3)
    names = list(dict.fromkeys(work for work, _ in WORKS))
    parser.add_argument("--only", nargs="+", choices=names, metavar="WORK", help=f"some of: {', '.join(names)}")
    arguments = parser.parse_args()
    folder = ROOT / "outputs" / "benchmarks" / arguments.model.split("(")[-1].rstrip(")")
    prepare(folder, arguments.model)
    config = config_of(folder)

    works = [key for key in WORKS if not arguments.only or key[0] in arguments.only]
    results = {key: [] for key in works}
    for repeat in range(arguments.repeats):
        for work in dict.fromkeys(work for work, _ in works):
            for key in (key for key in works if key[0] == work):
                results[key].append(run(folder, *key))
                print(f"# {repeat + 1} {key[0]}, {key[1]}: {results[key][-1]['seconds']:.2f} s", file=sys.stderr)

    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "transformers", "llms-from-scratch"))
    print(f"{arguments.model}, random weights; {os.cpu_count()} cores {platform.machine()}; {packages}\n")
    if ("ceilings", "machine") in results:
        found = results.pop(("ceilings", "machine"))
        for name in found[0]:
            if "/s" in name:
                print(f"{name}: {statistics.median(result[name] for result in found):.0f}", end="   ")
        print("\n")
    print("| Work | Implementation | Seconds (median) | Peak GB | GFLOP/s | GB/s |\n" + "| --- " * 6 + "|")
    median = {key: statistics.median(result["seconds"] for result in found) for key, found in results.items()}
    peak = {key: statistics.median(result["peak_gb"] for result in found) for key, found in results.items()}
    for key in results:
        operations = billions_of_operations(config, key[0])
        speed = f"{operations / median[key]:.0f}" if operations else ""
        read = gigabytes_read(config, key[0])
        rate = f"{read / median[key]:.1f}" if read else ""
        print(f"| {key[0]} | {key[1]} | {median[key]:.2f} | {peak[key]:.2f} | {speed} | {rate} |")
    print("\n| Work | | Times as fast | Target | |\n| --- | --- | --- | --- | --- |")
    for (work, ours, other), target in TARGETS.items():
        if (work, ours) in median and (work, other) in median:
            ratio = median[work, other] / median[work, ours]
            print(f"| {work} | {ours} / {other} | {ratio:.2f} | {target} | {'met' if ratio >= target else 'missed'} |")
    weights = (folder / "state.pt").stat().st_size / 1e9
    print("\n| Work | | Share of the peak memory | Target | |\n| --- | --- | --- | --- | --- |")
    for (work, ours, other), target in MEMORY_TARGETS.items():
        if (work, ours) in peak and (other == "weights" or (work, other) in peak):
            share = peak[work, ours] / peak.get((work, other), weights)
            print(f"| {work} | {ours} / {other} | {share:.2f} | {target} | {'met' if share <= target else 'missed'} |")
    for work, ours in (("generate", "ours"), ("responses", "ours")):
        for other in ("reference", "transformers"):
            if (work, ours) in results and (work, other) in results:
                same = results[work, ours][0]["tokens"] == results[work, other][0]["tokens"]
                print(f"\nSame tokens, {work}, {ours} and {other}: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
