"""Time the two libraries that PyTorch multiplies 32-bit floats with on a CPU: MKL by itself, oneDNN when asked.

    python tests/benchmarks/products.py
    python tests/benchmarks/products.py --threads 1

For the matrices of GPT-2 small to medium and of the small model, and for several numbers of rows (one is a token of a
single text, 450 the tokens of a batch), it prints how many times as long oneDNN takes, its conversions included: more
than 1 is better for MKL. Where ``gpt.kernels`` would take oneDNN on this processor, there is a star.
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch  # noqa: E402
from torch import nn  # noqa: E402

from gpt.kernels import onednn_is_faster  # noqa: E402

SHAPES = ((256, 256), (256, 1024), (1024, 256), (256, 8192), (768, 768), (768, 3072), (3072, 768),
          (1024, 1024), (1024, 4096), (4096, 1024), (1024, 50257))  # fmt: skip
ROWS = (1, 4, 16, 32, 64, 128, 450)


def seconds(multiply, weights, times):
    """The best of five, each the mean of some calls with one weight after the other."""
    best = float("inf")
    for _ in range(6):  # the first makes kernels
        start = time.perf_counter()
        for number in range(times):
            multiply(weights[number % len(weights)])
        best = min(best, (time.perf_counter() - start) / times)
    return best


def ratio(rows, inputs, outputs):
    """Time with oneDNN over time with MKL; with a star where the series takes oneDNN."""
    x, bias, size = torch.randn(rows, inputs), torch.randn(outputs), inputs * outputs
    # As in a model of 24 blocks: when a weight is needed again, it must be fetched from memory again.
    weights = torch.randn(max(2, min(24, 100_000_000 // size)), outputs, inputs).unbind()
    times = max(len(weights), min(200, 200_000_000 // (rows * size)))
    with torch.no_grad():
        mkl = seconds(lambda weight: nn.functional.linear(x, weight, bias), weights, times)
        onednn = seconds(lambda weight: nn.functional.linear(x.to_mkldnn(), weight, bias).to_dense(), weights, times)
    return f"{onednn / mkl:.2f}{'*' if onednn_is_faster(rows, size) else ' '}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    torch.set_num_threads(parser.parse_args().threads)
    print(f"{torch.backends.cpu.get_cpu_capability()}, {torch.get_num_threads()} threads, PyTorch {torch.__version__}")
    print("oneDNN's time / MKL's; rows:" + "".join(f"{rows:>7} " for rows in ROWS))
    for inputs, outputs in SHAPES:
        found = "".join(f"{ratio(rows, inputs, outputs):>8}" for rows in ROWS)
        print(f"{f'{inputs:,} -> {outputs:,}':<28}{found}", flush=True)


if __name__ == "__main__":
    main()
