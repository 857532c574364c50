"""Hold exports of the large shapes against transformers: GPT-2 small and medium in full size, with random weights.

    python tests/benchmarks/exported_shapes.py              # both; 355M takes 1.6 GB of disk and 7 GB of memory
    python tests/benchmarks/exported_shapes.py "gpt2-small (124M)"

The routine tests do this with the small model and with one block of these shapes. Prints the largest difference of the
logits in float32 and in float64, the time to write the folder, and how much memory that took beyond the model.
"""

import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(REPO), str(REPO / "data" / "builders"), str(REPO / "tests" / "support")]

import torch  # noqa: E402
from transformers import AutoModelForCausalLM  # noqa: E402

from gpt.machine import peak_memory  # noqa: E402
from helpers import write_vocabulary  # noqa: E402
from previous_chapters import GPTModel, config_of, load_from_huggingface, model_configs, save_to_huggingface  # noqa: E402


def merges(count):
    """So many merges of bytes that no two make the same token: pairs of letters, then three, then four."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    made, tokens = [], list(letters)
    while True:
        longer = []
        for token in tokens:
            for letter in letters:
                made.append(f"{token} {letter}")
                longer.append(token + letter)
                if len(made) == count:
                    return made
        tokens = longer


def measure(model_name, folder):
    config = config_of(model_name)
    torch.manual_seed(0)
    model = GPTModel(config).eval()
    write_vocabulary(folder / "vocabulary", merges(config["vocab_size"] - 257))
    before, start = peak_memory(torch.device("cpu")), time.perf_counter()
    save_to_huggingface(model, folder / "export", vocabulary=folder / "vocabulary")
    seconds, more = time.perf_counter() - start, peak_memory(torch.device("cpu")) - before
    size = (folder / "export" / "model.safetensors").stat().st_size
    print(f"{model_name}: {size:,} bytes of weights written in {seconds:.1f} s, {more / 1e6:.0f} MB of memory more")
    start = time.perf_counter()
    back = load_from_huggingface(folder / "export")
    seconds = time.perf_counter() - start
    same = all(torch.equal(tensor, back.state_dict()[name]) for name, tensor in model.state_dict().items())
    print(f"   read back in {seconds:.1f} s; every weight the same bit for bit: {same}")
    del back
    theirs = AutoModelForCausalLM.from_pretrained(folder / "export").eval()
    tokens = torch.randint(config["vocab_size"], (1, 32))
    with torch.no_grad():
        logits = model(tokens)
        difference = (logits - theirs(tokens).logits).abs().max().item()
        print(f"   logits between {logits.min():.2f} and {logits.max():.2f}; differ by at most {difference:.1e} (fp32)")
        theirs = theirs.double()
        expected = theirs(tokens).logits
        del theirs
        difference = (model.double()(tokens) - expected).abs().max().item()
    print(f"   differ by at most {difference:.1e} (float64)")


if __name__ == "__main__":
    for name in sys.argv[1:] or [name for name in model_configs if "124M" in name or "355M" in name]:
        with tempfile.TemporaryDirectory() as folder:
            measure(name, Path(folder))
