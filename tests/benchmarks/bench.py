"""Time every stage of the series beside the reference implementation and transformers, on this machine.

    python tests/benchmarks/bench.py                       GPT-2 medium's shape, random weights (make bench)
    python tests/benchmarks/bench.py --model "gpt2-tiny (6M)" --repeats 1
    python tests/benchmarks/bench.py --log "what changed"  append the run to log.json (then: results.py)

Every piece of work runs in a process of its own, the implementations in turn, several times; medians are reported.
The checkpoint is written once to outputs/benchmarks/ (about 6 GB for GPT-2 medium's shape).
"""

import argparse
import contextlib
import io
import json
import os
import platform
import shlex
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "data" / "builders"), str(ROOT / "notebooks"), str(HERE)]

from entries import append_entry, entry_tables  # noqa: E402
from work import NEW_TOKENS, WORKS, config_of  # noqa: E402

from gpt.kernels import choose_precision  # noqa: E402


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


def machine():
    """What is known of this machine: cores, processor, instructions for bf16, memory, system."""
    import torch

    found = {"cores": os.cpu_count(), "processor": processor()}
    can = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}  # not in PyTorch 2.6
    found["instructions"] = [name for name in ("avx512_bf16", "amx_bf16") if can.get(name)]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:  # not on Windows
        found["memory_gb"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9)
    return {**found, "system": f"{platform.system()} {platform.machine()}"}


def processor():
    path = Path("/proc/cpuinfo")
    names = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in names if line.startswith("model name")]
    return names[0] if names else platform.processor()


def chosen_works(only, bf16):
    """The works to do: some of them if asked, and those in bf16 if the processor has instructions for it."""
    works = [key for key in WORKS if not only or key[0] in only]
    if not bf16:
        with contextlib.redirect_stdout(io.StringIO()):
            bf16 = choose_precision("cpu") == "bf16"
    if not bf16:
        left_out = [key for key in works if key[1].endswith("bf16")]
        works = [key for key in works if key not in left_out]
        if left_out:
            print(f"Left out, because this processor has no instructions for bf16 (--bf16 asks for it): "
                  f"{', '.join(' '.join(key) for key in left_out)}\n")  # fmt: skip
    return works


def entry_of(results, **known):
    """The results of a run as an entry of the log."""
    entry, found = {"date": date.today().isoformat(), **known}, dict(results)
    for key in [key for key in found if key[0] == "ceilings"]:
        for result in found.pop(key):
            for name in (name for name in result if "/s" in name):
                entry.setdefault("ceilings", {}).setdefault(name, []).append(result[name])
    entry["measurements"] = [
        {"work": work, "implementation": implementation}
        | {field: [round(result[field], 4) for result in done] for field in ("seconds", "peak_gb")}
        for (work, implementation), done in found.items()
    ]
    entry["same_tokens"] = [
        {"work": work, "other": other, "same": found[work, "ours"][0]["tokens"] == found[work, other][0]["tokens"]}
        for work in NEW_TOKENS
        for other in ("reference", "transformers")
        if (work, "ours") in found and (work, other) in found
    ]
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gpt2-medium (355M)", help="a name of model_configs, for its shape")
    parser.add_argument("--repeats", type=int, default=3)
    names = list(dict.fromkeys(work for work, _ in WORKS))
    parser.add_argument("--only", nargs="+", choices=names, metavar="WORK", help=f"some of: {', '.join(names)}")
    parser.add_argument("--bf16", action="store_true", help="bf16 works on a processor without instructions, too")
    parser.add_argument("--log", metavar="NOTE", help="append the run to log.json with this note")
    arguments = parser.parse_args()
    folder = ROOT / "outputs" / "benchmarks" / arguments.model.split("(")[-1].rstrip(")")
    prepare(folder, arguments.model)
    config = config_of(folder)

    works = chosen_works(arguments.only, arguments.bf16)
    results = {key: [] for key in works}
    for repeat in range(arguments.repeats):
        for work in dict.fromkeys(work for work, _ in works):
            for key in (key for key in works if key[0] == work):
                results[key].append(run(folder, *key))
                print(f"# {repeat + 1} {key[0]}, {key[1]}: {results[key][-1]['seconds']:.2f} s", file=sys.stderr)

    entry = entry_of(
        results,
        command=shlex.join(["python", "tests/benchmarks/bench.py", *command_line(sys.argv[1:])]),
        whole=not arguments.only,
        model=arguments.model,
        config={name: config[name] for name in ("vocab_size", "context_length", "emb_dim", "n_layers")},
        weights_gb=(folder / "state.pt").stat().st_size / 1e9,
        machine=machine(),
        versions={name: version(name) for name in ("torch", "transformers", "llms-from-scratch")},
        note=arguments.log or "",
    )
    print(entry_tables(entry))
    if arguments.log is not None:
        append_entry(entry)
        print("\nAppended to tests/benchmarks/log.json. Next: python tests/benchmarks/results.py")


def command_line(arguments):
    """The arguments without the note, which the entry has anyway."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--log")
    return parser.parse_known_args(arguments)[1]


if __name__ == "__main__":
    main()
