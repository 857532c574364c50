"""What every part of the GPU run needs: its settings, rows of results, the data, a model, time and memory.

A part is a script of its own, started by ``run_all.py`` in a process of its own. It adds rows to a file, one after the
other, so that what it has found is kept when its time is over. A row's outcome is one of:

    ok                  measured, or found as expected
    failed              not as expected, or an error: the note says which
    not on this device  makes no sense here, such as an out-of-memory error of a GPU on a CPU
    not installed       a package that the run does without, such as transformers
"""

import argparse
import contextlib
import gc
import io
import itertools
import json
import statistics
import sys
import time
import traceback
import warnings
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "notebooks"), str(HERE)]

import torch  # noqa: E402

from gpt.instructions import create_instruction_loader, split_instruction_data  # noqa: E402
from gpt.model import GPTModel, config_of  # noqa: E402
from gpt.templates import format_input  # noqa: E402
from gpt.tokenizer import load_tokenizer  # noqa: E402
from gpt.weights import load_weights_into_gpt, without_weights  # noqa: E402

OK, FAILED, NOT_HERE, MISSING = "ok", "failed", "not on this device", "not installed"


def settings(description):
    """The command line of a part; the same for all."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="folder for everything that is written")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--model", default="gpt2-medium (355M)", help="a name of model_configs, for its shape")
    parser.add_argument("--vocabulary", type=Path, help="a folder with another encoder.json and vocab.bpe")
    parser.add_argument("--quick", action="store_true", help="little data and few repeats: does everything run?")
    arguments = parser.parse_args()
    arguments.size = arguments.model.split("(")[-1].rstrip(")")
    arguments.checkpoint = arguments.out / "models" / arguments.size
    torch.set_float32_matmul_precision("highest")  # fp32 is fp32, not TF32
    if arguments.quick:
        torch.set_num_threads(1)  # with more, models this small are many times slower on a busy machine
    return arguments


class Rows:
    """Results of a part, kept in a file after each row."""

    def __init__(self, arguments, part):
        self.part, self.rows = part, []
        self.path = arguments.out / f"{part}.json"
        self.path.unlink(missing_ok=True)

    def add(self, name, outcome=OK, note="", **figures):
        """Add a row; ``figures`` are numbers with a unit in their name, such as ``ms`` or ``peak_gb``."""
        self.rows.append({"part": self.part, "name": name, "outcome": outcome, "note": str(note), **figures})
        self.path.write_text(json.dumps(self.rows, indent=1), encoding="utf-8")
        numbers = "  ".join(f"{key} {shown(value)}" for key, value in figures.items())
        print(f"    [{outcome}] {name}  {numbers}  {note}".rstrip(), flush=True)

    def check(self, name, is_right, note="", **figures):
        self.add(name, OK if is_right else FAILED, note, **figures)

    @contextlib.contextmanager
    def going_on(self, name):
        """Whatever goes wrong inside becomes a row of this name, and the part goes on."""
        try:
            yield
        except ImportError as error:
            self.add(name, MISSING, error)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            note = f"{type(error).__name__}: {first_lines(error)} ({Path(place.filename).name}:{place.lineno})"
            self.add(name, FAILED, note)
        free_memory()

    @contextlib.contextmanager
    def measured(self, arguments, name):
        """A dict for figures (and a ``note``), which become a row with the peak memory unless something goes wrong."""
        with self.going_on(name):
            figures = {}
            with peak_memory(arguments) as memory:
                yield figures
            self.add(name, OK, figures.pop("note", ""), **figures, **memory)


def first_lines(error, characters=300):
    return " ".join(str(error).split())[:characters]


def shown(value):
    return f"{value:.4g}" if isinstance(value, float) else str(value)


# ---- data and models --------------------------------------------------------------------------------------


def tokenizer_of(arguments):
    return load_tokenizer(arguments.checkpoint)


def entries(arguments):
    """The instruction data, in a quick run only some of it: ``(train, test, validation)``."""
    data = json.loads((ROOT / "data" / "instruction-data.json").read_text(encoding="utf-8"))
    return split_instruction_data(data[:24] if arguments.quick else data)


def loaders(arguments, batch_size=8, shuffle=True):
    """Training and validation loader as notebook 04 makes them."""
    train, _, validation = entries(arguments)
    common = {"tokenizer": tokenizer_of(arguments), "batch_size": batch_size}
    common["allowed_max_length"] = 56 if arguments.quick else config_of(arguments.model)["context_length"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of entries that a quick run cuts
        return (
            create_instruction_loader(train, shuffle=shuffle, drop_last=True, **common),
            create_instruction_loader(validation, **common),
        )


def prompts(arguments, count):
    """Token ids of the first test prompts, each ``(tokens,)``, on the device."""
    tokenizer, (_, test, _) = tokenizer_of(arguments), entries(arguments)
    texts = [format_input(entry) for entry in itertools.islice(itertools.cycle(test), count)]
    most = 20 if arguments.quick else 10_000
    return [torch.tensor(tokenizer.encode(text)[-most:], device=arguments.device) for text in texts]


def load_params(arguments):
    """The checkpoint's weights, from its converted copy: without TensorFlow."""
    from gpt_download import load_gpt2_params

    hparams = json.loads((arguments.checkpoint / "hparams.json").read_text(encoding="utf-8"))
    return load_gpt2_params(arguments.checkpoint, hparams)


def load_model(arguments, device=None, **changes):
    """The random model of the checkpoint, with a head of its own.

    Its token embedding as the head would make each token its own most probable successor, and a generated text one
    token over and over. So the rows of the head are put into another order.
    """
    with without_weights():
        model = GPTModel({**config_of(arguments.model), **changes})
    load_weights_into_gpt(model, load_params(arguments))
    order = torch.randperm(len(model.out_head.weight), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        model.out_head.weight.copy_(model.out_head.weight[order])
    return model.to(device or arguments.device).eval()


# ---- time and memory --------------------------------------------------------------------------------------


def is_cuda(arguments):
    return torch.device(arguments.device).type == "cuda"


def wait_for(arguments):
    if is_cuda(arguments):
        torch.cuda.synchronize()


def seconds_of(arguments, work, repeats=5, warm_up=2):
    """Median time of ``work()`` until the device is done with it."""
    found = []
    for number in range(warm_up + repeats):
        wait_for(arguments)
        start = time.perf_counter()
        work()
        wait_for(arguments)
        if number >= warm_up:
            found.append(time.perf_counter() - start)
    return statistics.median(found)


def free_memory():
    gc.collect()
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        with contextlib.suppress(RuntimeError):  # a session that is broken says so elsewhere
            torch.cuda.empty_cache()


@contextlib.contextmanager
def peak_memory(arguments):
    """A dict that holds ``peak_gb`` after ``with``: the most memory that tensors took on the GPU; empty on a CPU."""
    found = {}
    if is_cuda(arguments):
        torch.cuda.init()  # nothing can be reset before that
        free_memory()
        torch.cuda.reset_peak_memory_stats()
    yield found
    if is_cuda(arguments):
        found["peak_gb"] = torch.cuda.max_memory_allocated() / 1e9


@contextlib.contextmanager
def silent():
    """Hide what is printed, and return it as a text stream."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()):
        yield out
