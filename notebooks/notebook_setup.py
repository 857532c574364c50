"""What every notebook of the series needs and none of them teaches: paths, device, choice of model.

Three things here change the whole process and not only what they return: the import lets figures of a notebook have
more pixels (:func:`draw_crisply`), and :func:`choose_device` and :func:`load_pretrained` set how memory is kept.
"""

import hashlib
import json
import os
import re
import sys
import tempfile
from pathlib import Path

import torch

from gpt.addresses import has_secrets, without_secrets
from gpt.data_files import files_at, place_of_download
from gpt.files import read_json, write_atomically
from gpt_download import CONVERTED_FILE, SHIPPED_SIZE, bytes_to_download, download_and_load_gpt2, download_files
from previous_chapters import (
    GPTModel,
    config_of,
    is_right,
    keep_few_kernels,
    keep_freed_memory,
    load_instruction_data,
    load_reference,
    load_tokenizer,
    load_weights_into_gpt,
    model_configs,
    parameters_of,
    preflight,
    read_enough,
    split_instruction_data,
    without_weights,
)

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data"
HELP = f"More about it: {ROOT / 'notebooks' / 'TROUBLESHOOTING.md'}"  # at the end of an error

SMALL_MODEL = next(name for name in model_configs if SHIPPED_SIZE in name)
GPU_MODEL = "gpt2-medium (355M)"

TRAINING_CHECKPOINT = "training-checkpoint.pt"  # in the output folder; from it notebook 04 goes on after a disconnect

# Older releases computed wrong results on Apple GPUs: this model's first loss came out as 19.9 instead of 3.8.
FIRST_TORCH_RIGHT_ON_MPS = (2, 9)


def draw_crisply():
    """Let figures in a notebook have twice as many pixels, as today's screens have; elsewhere it does nothing."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is None:
        return
    shell.config.InlineBackend.figure_formats = {"retina"}  # for a backend that is started later
    if "matplotlib_inline.backend_inline" in sys.modules:
        sys.modules["matplotlib_inline.backend_inline"].set_matplotlib_formats("retina")


draw_crisply()


def choose_device(wanted=None):
    """Return the device to compute on: an NVIDIA GPU, else an Apple GPU on which torch is right, else the CPU.

    If it is the CPU, this process keeps memory that was freed from now on (``gpt.kernels.keep_freed_memory``): it must
    be said before the first large tensor is made, and this is the call that comes before all computing.

    Args:
        wanted: "cuda", "mps" or "cpu", to take that one and no other.

    Raises:
        ValueError: if this machine does not have the one that is wanted.
    """
    has = {"cuda": torch.cuda.is_available, "mps": torch.backends.mps.is_available, "cpu": lambda: True}
    if wanted and not has[wanted]():
        found = ", ".join(name for name, is_there in has.items() if is_there())
        raise ValueError(f"The device {wanted!r} is not there: PyTorch {torch.__version__} finds {found}. {HELP}")
    torch_version = tuple(int(number) for number in re.findall(r"\d+", torch.__version__)[:2])
    if wanted:
        device = torch.device(wanted)
    elif torch.cuda.is_available():
        device = torch.device("cuda")
    elif torch.backends.mps.is_available() and torch_version >= FIRST_TORCH_RIGHT_ON_MPS:
        device = torch.device("mps")
    else:
        device = torch.device("cpu")
    if device.type == "cpu":
        keep_freed_memory()
    print(f"Device: {device}")
    return device


def choose_model(device):
    """Return the name of the model to use, a key of ``model_configs``, and print which and why.

    The environment variable ``CHOOSE_MODEL`` decides if it is set. Otherwise a machine with a GPU gets the model of
    the book-like chapters, and a machine without one gets the small model that is shipped in data/gpt2.

    Raises:
        ValueError: if the environment variable names no known model.
    """
    wanted = os.environ.get("CHOOSE_MODEL")
    if wanted and wanted not in model_configs:
        names = ", ".join(repr(name) for name in model_configs)
        raise ValueError(f"The environment variable CHOOSE_MODEL is {wanted!r}: expected one of {names}. {HELP}")
    if wanted:
        model, reason = wanted, "the environment variable CHOOSE_MODEL says so"
    elif device.type == "cpu":
        model, reason = SMALL_MODEL, "there is no GPU to compute on; it is small enough for a laptop"
    else:
        model, reason = GPU_MODEL, "there is a GPU"
    print(f"Model:  {model}, because {reason}.")
    return model


def model_size_of(model_name):
    """``"gpt2-medium (355M)"`` -> ``"355M"``, the name of its checkpoint."""
    return model_name.split(" ")[-1].lstrip("(").rstrip(")")


def load_vocabulary(model_name):
    """Return the tokenizer of a model; its two small files are downloaded if they are missing."""
    names = ("encoder.json", "vocab.bpe")
    return load_tokenizer(download_files(model_size_of(model_name), DATA / "gpt2", names))


def load_pretrained(model_name):
    """Do what notebook 01 does step by step: return ``(model, tokenizer)``, the model in evaluation mode.

    For all but the small model, environment variables tell oneDNN how much it may keep, unless they are set already
    (``gpt.kernels.keep_few_kernels``). oneDNN looks at them once, before its first computation.
    """
    if model_name != SMALL_MODEL:  # whose steps are so short that making kernels takes a tenth
        keep_few_kernels()
    _, params = download_and_load_gpt2(model_size=model_size_of(model_name), models_dir=DATA / "gpt2")
    with without_weights():
        model = GPTModel(config_of(model_name))
    load_weights_into_gpt(model, params)
    return model.eval(), load_vocabulary(model_name)


def plan_ahead(model_name, device, model=None):
    """Hold what the series needs with a model against this machine, see ``gpt.preflight``; it takes a few seconds.

    Args:
        model: the model, if it is loaded already.
    """
    size = model_size_of(model_name)
    train_data, _, _ = split_instruction_data(load_data())
    return preflight(
        model_name, device, train_data, model=model,
        download=bytes_to_download(size, DATA / "gpt2", parameters_of(config_of(model_name))[1]),
        is_converted=(DATA / "gpt2" / size / CONVERTED_FILE).exists(),
        models_dir=DATA / "gpt2", outputs_dir=output_folder(model_name, create=False),
    )  # fmt: skip


def chosen_data():
    """The data that is not the series' own, a path or an address, or None.

    The environment variable ``INSTRUCTION_DATA`` decides if it is set, otherwise what notebook 00 has kept with
    :func:`choose_data`.

    Raises:
        FileNotFoundError: if the file of an address is gone that was kept only without its secrets.
    """
    chosen, came_from = os.environ.get("INSTRUCTION_DATA"), ""
    if not chosen and _choice_of_data().is_file():
        chosen, _, came_from = _choice_of_data().read_text(encoding="utf-8").strip().partition("\n")
    if came_from and not Path(chosen).is_file():
        raise FileNotFoundError(
            f"The data that notebook 00 downloaded from {came_from} is not there any more ({chosen}), and the secret "
            "parts of that address are not kept: set INSTRUCTION_DATA to the whole address again, or to None in "
            f"notebook 00 for the data of the series. {HELP}"
        )
    return _whole_path(chosen) if chosen else None


def _choice_of_data():
    return results_folder() / "instruction-data.txt"


def choose_data(source):
    """Let all notebooks take their data from a path or an address, or, with None, the data of the series again.

    The choice is kept in a file. Of an address with secrets (user and password, or a signature behind a ?) it keeps
    the place of the downloaded file, and the address only without them; so it is downloaded at once.

    Raises:
        ValueError, DownloadError: if such an address cannot be downloaded. The choice is then as it was before.
    """
    path = _choice_of_data()
    if source is None:
        path.unlink(missing_ok=True)
        return
    kept = _whole_path(source)
    if has_secrets(source):
        (file,) = files_at(source, _downloads())
        kept = f"{file.resolve()}\n{without_secrets(source)}"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, kept.encode("utf-8"))


def _downloads():
    return results_folder() / "downloads"


def _whole_path(source):
    """A path that leads to the same file from any folder; notebooks run in their own."""
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", str(source)):
        return str(source)
    places = [Path(source).expanduser(), ROOT / source]
    return str(next((place for place in places if place.exists()), places[0]).resolve())


def load_data():
    """Return the instruction data: that of the series, or what was chosen instead, and then what was read is printed.

    Raises:
        ValueError, FileNotFoundError: see ``gpt.data_formats.read_enough``.
    """
    source = chosen_data()
    if source is None:
        return load_instruction_data(DATA / "instruction-data.json")
    entries, _ = read_enough(source, _downloads())
    return entries


def reference_for(model_name):
    """The runs to draw behind a loss curve, or None.

    Runs of ours are about the data of the series, so with other data there are none. The published run of GPT-2 medium
    is about the book's data set, which a reader may well have chosen: it is drawn whatever the data.
    """
    reference = load_reference(DATA / "reference", model_name)
    return None if reference and reference.is_band and chosen_data() else reference


def short_name(model_name):
    """``"gpt2-medium (355M)"`` -> ``"gpt2-medium355M"``, for file and folder names."""
    return re.sub(r"[ ()]", "", model_name)


def results_folder():
    """The folder of all results, whatever the model: ``outputs/``, or what ``OUTPUTS_DIR`` names."""
    return Path(os.environ.get("OUTPUTS_DIR") or ROOT / "outputs")


def output_folder(model_name, create=True, variation=""):
    """The folder for everything that the notebooks make with this model.

    It lies in ``outputs/`` unless the environment variable ``OUTPUTS_DIR`` names another place.

    Args:
        create: whether to make the folder if it is not there. A notebook that first reads what an earlier one has
            written leaves that to it, so that no empty folder stays behind.
        variation: what is done otherwise than in the notebooks, as part of the name: a folder of its own.

    Raises:
        OSError: if nothing can be written there. It is tried here, because otherwise a notebook would find out only
            when its work is done.
    """
    name = short_name(model_name)
    if source := chosen_data():  # a folder of its own, also for two files of one name
        if has_secrets(source):  # as choose_data keeps it
            source = str(place_of_download(source, _downloads()).resolve())
        stem = re.sub(r"\W+", "-", Path(source).stem)[:40]
        name += f"-{stem}-{hashlib.sha256(source.encode('utf-8')).hexdigest()[:6]}"
    folder = results_folder() / "-".join(filter(None, (name, variation)))
    try:
        try_to_write(folder, create)
    except OSError as error:
        raise OSError(
            f"The notebooks cannot write their results to {folder} ({type(error).__name__}: {error}). Set the "
            'environment variable OUTPUTS_DIR to a folder of your own, before you start Jupyter or with os.environ["'
            f'OUTPUTS_DIR"] = "..." below the setup cell, in all notebooks that use it (04 to 07). {HELP}'
        ) from error
    return folder


def try_to_write(folder, create=True):
    """Make a folder if it is wanted and not there, and write to it if it is there. An OSError says why that fails."""
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    if folder.is_dir():
        with tempfile.TemporaryFile(dir=folder):
            pass


def require(path, notebook):
    """Return ``path`` if the file is there.

    Raises:
        FileNotFoundError: naming the notebook that makes the file.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(
            f"{path} is not there yet: run {notebook} with this model first, then this one again. What {notebook} "
            "wrote on another machine, such as another Colab session, is not on this one: run it here (on Colab put "
            f"%run {notebook} into a cell of its own), or keep its results in a folder that both can reach (on "
            f"Colab: on your Google Drive) and set the environment variable OUTPUTS_DIR to it in both. {HELP}"
        )
    return Path(path)


def read_result(path, notebook):
    """Return what a JSON file of the results holds.

    Raises:
        FileNotFoundError, ValueError: if it is not there or damaged, naming it and the notebook that makes it.
    """
    return read_json(require(path, notebook), notebook)


def digest_of_entries(data):
    """SHA-256 of the instructions, inputs and outputs of a list of entries, however their file is formatted."""
    entries = [[entry["instruction"], entry.get("input", ""), entry["output"]] for entry in data]
    return hashlib.sha256(json.dumps(entries).encode("utf-8")).hexdigest()


def load_families(data):
    """Return the family of each entry, a list of dicts with ``family`` and ``answer``, or None for other data.

    The families stand in data/instruction-families.json, in the order of the entries and without their texts. Beside
    it, in instruction-families.sha256, stands the digest of the entries that they belong to. To any others, even if
    there are just as many, they would give wrong names, and all scores per family would be false.
    """
    path = DATA / "instruction-families.json"
    digest_path = path.with_suffix(".sha256")
    if not digest_path.is_file() or digest_path.read_text(encoding="utf-8").strip() != digest_of_entries(data):
        print(f"No families: {path.name} belongs to other entries than these {len(data)}.")
        return None
    return json.loads(path.read_text(encoding="utf-8"))


def load_test_families(test_data):
    """Return the family of each test entry as in :func:`load_families`; other data than ours is one closed family."""
    data = load_instruction_data(DATA / "instruction-data.json")
    families = load_families(data)
    if families and digest_of_entries(split_instruction_data(data)[1]) == digest_of_entries(test_data):
        return split_instruction_data(families)[1]
    return [{"family": "all", "answer": "closed"}] * len(test_data)


def load_right_answers(test_data, responses):
    """For each test entry whether its response is an exact match, or None where many answers would be good."""
    return [
        is_right(entry, response) if family["answer"] == "closed" else None
        for entry, response, family in zip(test_data, responses, load_test_families(test_data), strict=True)
    ]
