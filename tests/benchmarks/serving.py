"""Size, time to load and speed of a model in PyTorch and in llama.cpp, in its three number formats, on one thread.

    python -m pip install --no-deps -r notebooks/judge-requirements.txt
    python tests/benchmarks/serving.py                              the shapes of the small model and of GPT-2 small
    python tests/benchmarks/serving.py --models "gpt2-medium (355M)"

Weights and vocabulary are random: what is measured does not depend on them. Each measurement is a process of its own,
and one after the other is repeated; the table has the medians, lowest and highest in brackets. A measurement loads the
model (program and libraries are there already, and the file is in memory), then continues a prompt of 50 tokens by 128.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
sys.path[:0] = [str(REPO / folder) for folder in ("", "notebooks", "data/builders", "tests/support")]

FILES = {
    "PyTorch": "model.pth",
    "llama.cpp F32": "F32.gguf",
    "llama.cpp F16": "F16.gguf",
    "llama.cpp Q8_0": "Q8_0.gguf",
}
PROMPT = list(range(100, 150))
NEW_TOKENS = 128
WARM_UP = 4  # tokens before, not counted: what a program does only once


def write_files(name, folder):
    """Write a random model of a shape in all four formats."""
    import itertools

    import torch

    from helpers import byte_characters, write_vocabulary
    from previous_chapters import NUMBER_FORMATS, GPTModel, config_of, save_as_gguf, save_weights

    torch.manual_seed(0)
    model = GPTModel(config_of(name)).eval()
    pairs = itertools.product(byte_characters(), repeat=2)  # each a merge, and so a token
    write_vocabulary(folder, [" ".join(pair) for pair in itertools.islice(pairs, config_of(name)["vocab_size"] - 257)])
    save_weights(model, folder / FILES["PyTorch"])
    for number_format in NUMBER_FORMATS:
        save_as_gguf(model, folder / f"{number_format}.gguf", folder, number_format=number_format)


def measure_pytorch(name, path):
    import torch

    from previous_chapters import GPTModel, config_of, generate, load_weights, without_weights

    torch.set_num_threads(1)
    start = time.perf_counter()
    with without_weights():
        model = GPTModel(config_of(name)).eval()
    load_weights(model, path)
    loaded = time.perf_counter()
    for new_tokens in (WARM_UP, NEW_TOKENS):
        begun = time.perf_counter()
        generate(model, torch.tensor([PROMPT]), new_tokens, config_of(name)["context_length"])
    return loaded - start, NEW_TOKENS / (time.perf_counter() - begun)


def measure_llama_cpp(path):
    import requests
    import xllamacpp  # noqa: F401

    from serve_judge import start_server

    start = time.perf_counter()
    server = start_server(path, 0, 0, 1)
    loaded = time.perf_counter()
    session = requests.Session()
    session.trust_env = False  # no proxy
    asked = {"prompt": PROMPT, "ignore_eos": True, "temperature": 0, "cache_prompt": False}
    for new_tokens in (WARM_UP, NEW_TOKENS):
        begun = time.perf_counter()
        answer = session.post(
            f"{server.listening_address}/completion", json={**asked, "n_predict": new_tokens}, timeout=600
        ).json()
    seconds = time.perf_counter() - begun
    if answer["tokens_predicted"] != NEW_TOKENS:
        raise RuntimeError(f"expected {NEW_TOKENS} tokens, found {answer['tokens_predicted']}")
    return loaded - start, NEW_TOKENS / seconds


def measure(kind, name, path):
    """Measure in this process, print the result as JSON, and end the process."""
    found = measure_pytorch(name, path) if kind == "PyTorch" else measure_llama_cpp(path)
    print(json.dumps(found), flush=True)
    os._exit(0)  # llama.cpp's own end may wait


def measured_apart(kind, name, path):
    command = [sys.executable, __file__, "--measure", kind, name, str(path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    return json.loads(output.splitlines()[-1])


def spread(values, digits):
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{middle} ({low} to {high})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["gpt2-tiny (6M)", "gpt2-small (124M)"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        kind, name, path = arguments.measure
        measure(kind, name, Path(path))
    for name in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            paths = {kind: Path(folder) / file for kind, file in FILES.items()}
            write_files(name, Path(folder))
            found = {kind: [] for kind in FILES}
            for _ in range(arguments.rounds):
                for kind, path in paths.items():
                    found[kind].append(measured_apart(kind, name, path))
            print(f"\n| {name} | Size, MB | Load, s | Tokens per second |\n| --- | --- | --- | --- |")
            for kind, path in paths.items():
                loads, speeds = zip(*found[kind], strict=True)
                print(f"| {kind} | {path.stat().st_size / 1e6:.0f} | {spread(loads, 2)} | {spread(speeds, 0)} |")


if __name__ == "__main__":
    main()
