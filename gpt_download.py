"""The GPT-2 checkpoints that OpenAI published: which there are, bringing, checking and reading them.

A checkpoint is a folder of seven files: three small ones that describe the model and its vocabulary, and a
TensorFlow checkpoint with the weights. :func:`download_and_load_gpt2` brings what is missing, checks it and
returns the weights as numpy arrays. A checkpoint that is complete is read without touching the network, and a download
that was interrupted, by the network or by the end of the process, goes on where it stopped.

    settings, params = download_and_load_gpt2("124M", "data/gpt2")

    python gpt_download.py get 124M          # bring it now, for later
    python gpt_download.py check 124M        # read every file to its end, and say of each whether it is right

The same weights are on the Hugging Face Hub, in a form that needs no TensorFlow. The environment variable GPT2_SOURCE,
or ``source=`` and ``--source``, says where from: ``openai`` (as long as nobody says otherwise), ``huggingface``, or a
folder of the Hub's form on this machine.

How a download is continued stands in gpt/fetching.py, the formats of the weights in gpt/checkpoint_files.py,
gpt/converted_copy.py and gpt/huggingface_files.py, what is special about the Hub in gpt/hub.py.
"""

import argparse
import json
import os
from pathlib import Path

from gpt import hub, huggingface_files

# What is marked F401 is not used below, but belongs to what this module offers.
from gpt.addresses import without_secrets
from gpt.checkpoint_files import (
    CONVERTED_FILE,
    INDEX_FILE,
    WEIGHTS_FILE,
    count_parameters,
    find_settings_problem,
    load_gpt2_params_from_tf_ckpt,
    nest,
)
from gpt.converted_copy import find_copy_problem, load_copy, make_copy
from gpt.fetching import (  # noqa: F401
    FETCH_ERRORS,
    OVERLAP_BYTES,
    RETRIES,
    discard,
    discard_useless,
    fetch,
    find_md5_problem,
)
from gpt.files import sha256_of  # noqa: F401
from gpt.folders import LOCK_FILE, DownloadError, only_process_in, require_space  # noqa: F401
from gpt.manifest import MANIFEST_FILE, digest_of, read_manifest, record  # noqa: F401

SHIPPED_SIZE = "6M"  # the small checkpoint that comes with this repository
SHIPPED_FOLDER = Path(__file__).resolve().parent / "data" / "gpt2"
OPENAI_SIZES = ("124M", "355M", "774M", "1558M")
KNOWN_SIZES = (SHIPPED_SIZE, *OPENAI_SIZES)

# Where OpenAI's sizes are published, tried in this order. A reader's own mirror, the environment variable
# GPT2_BASE_URL (an http(s) address or a local folder that holds <size>/<file>), is tried before them.
BASE_URLS = (
    "https://openaipublic.blob.core.windows.net/gpt-2/models",
    "https://f001.backblazeb2.com/file/LLMs-from-scratch/gpt2",
)

# hparams.json comes before the weights because it tells how large they must be.
FILENAMES = (
    "checkpoint",
    "encoder.json",
    "hparams.json",
    WEIGHTS_FILE,
    INDEX_FILE,
    "model.ckpt.meta",
    "vocab.bpe",
)

# Sizes in bytes and SHA-256 digests of OpenAI's files, where they are publicly known. "any" stands for all four sizes.
# No SHA-256 has been published of the weights, index and meta files of 355M, 774M and 1558M. They are held against the
# size that hparams.json tells and the MD5 that the server sends, if it does. Both tell of damage on the way; they would
# not tell if that server sent other weights. Of the same models, the Hub's weights have a public SHA-256 (gpt/hub.py).
FILE_SIZES = {
    ("any", "checkpoint"): 77,
    ("any", "encoder.json"): 1_042_301,
    ("any", "vocab.bpe"): 456_318,
    ("124M", "hparams.json"): 90,
    ("124M", INDEX_FILE): 5_215,
    ("124M", "model.ckpt.meta"): 471_155,
    ("355M", "hparams.json"): 91,
    ("355M", INDEX_FILE): 10_399,
    ("355M", "model.ckpt.meta"): 926_519,
}
SHA256 = {
    ("any", "checkpoint"): "dd1b025d2e155283f5e300ce95bf6d5b6bc0f7fe010db73daa6975eb896ab9cb",
    ("any", "encoder.json"): "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ("any", "vocab.bpe"): "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ("124M", "hparams.json"): "d9d56e4121c427164e0c55c6f03c08e1daf9002b9b672825112d19097b680318",
    ("124M", WEIGHTS_FILE): "2060c885360cc0cf41d7a6dbc4d24b5127aae20260c8b5ae521b5a6578407118",
    ("124M", INDEX_FILE): "71916f763f9746f9b2a06b12d91996cf1084ae008d0424543d39391c5f2dc687",
    ("124M", "model.ckpt.meta"): "4668c448fa11531fd6700460487f73e82d3272960cea942252f8744bf225c77b",
}


def download_and_load_gpt2(model_size, models_dir, *, source=None):
    """Return the settings and weights of a GPT-2 checkpoint, downloading what is missing.

    Args:
        model_size: ``"124M"``, ``"355M"``, ``"774M"`` or ``"1558M"`` (OpenAI's), or the small one that is
            shipped with this repository.
        models_dir: folder that holds, or shall hold, one folder per size.
        source: where what is missing comes from: ``"openai"``, ``"huggingface"`` (no TensorFlow is needed then), or a
            folder of the Hub's form, with a ``config.json``, which is read where it lies. By default what the
            environment variable ``GPT2_SOURCE`` says, else ``"openai"``. What is there already, from either of the
            two, is not fetched again. The small model always comes from this repository.

    Returns:
        ``(settings, params)``: the contents of ``hparams.json``, and a nested dict of float32 arrays:
        ``params["wte"]`` (n_vocab, n_embd), ``params["wpe"]`` (n_ctx, n_embd), the final layer norm
        ``params["g"]`` and ``params["b"]`` (n_embd,), and for each block i
        ``params["blocks"][i]["attn"]["c_attn"]["w"]`` (n_embd, 3 * n_embd) and so on, OpenAI's names.

    Raises:
        ValueError: for an unknown size or source.
        DownloadError: when a file could not be fetched from anywhere.
    """
    model_dir, form = _bring(model_size, models_dir, FILENAMES, source)
    if form == "openai":
        settings = json.loads((model_dir / "hparams.json").read_text(encoding="utf-8"))
        return settings, load_gpt2_params(model_dir, settings)
    settings = huggingface_files.read_settings(model_dir)
    load = hub.load_params if form == "huggingface" else hub.read_in_place
    return settings, load(model_dir, settings)


def download_files(model_size, models_dir, names=FILENAMES, *, source=None):
    """Bring the named files of a checkpoint into ``models_dir/model_size``, if they are not there and right.

    What they are like is then written to a manifest there, so that later calls notice every change without network,
    and read only the files that changed. One process downloads at a time; others wait for it.

    From the Hub come, in place of these files, those that stand for them there: ``vocab.json`` for ``encoder.json``.

    Returns:
        The folder, a ``Path``.

    Raises:
        ValueError, DownloadError: as :func:`download_and_load_gpt2`.
    """
    return _bring(model_size, models_dir, names, source)[0]


def _bring(model_size, models_dir, names, source):
    """Do what :func:`download_files` does; return the folder and its form: "openai", "huggingface" or "folder"."""
    if model_size not in KNOWN_SIZES:
        raise ValueError(f"Unknown model size {model_size!r}: choose one of {', '.join(KNOWN_SIZES)}.")
    source = hub.choose_source(source)
    if isinstance(source, Path):
        return source, "folder"
    model_dir, names_there = Path(models_dir) / model_size, hub.names_for(names)
    if model_size == SHIPPED_SIZE:
        source, forms = "openai", ["openai"]
    else:
        forms = sorted(("openai", "huggingface"), key=lambda form: form != source)

    def is_complete(form):
        if form == "huggingface":
            return names_there and not any(hub.find_problem(model_dir / name, model_size) for name in names_there)
        return not any(find_problem(model_dir / name, model_size) for name in names)

    form = next(filter(is_complete, forms), None)
    if form is None:
        form = source
        with only_process_in(model_dir):  # looked at again: another process may have brought them meanwhile
            if form == "huggingface":
                hub.bring(model_size, names_there, model_dir)
            else:
                for name in names:
                    if find_problem(model_dir / name, model_size) is not None:
                        fetch_file(model_size, name, model_dir)
    if model_dir.resolve() != (SHIPPED_FOLDER / SHIPPED_SIZE).resolve():  # those files belong to git
        record(model_dir, names_there if form == "huggingface" else names)
    return model_dir, form


def bytes_to_download(model_size, models_dir, parameters):
    """How many bytes of a checkpoint are not there yet, so far as their size tells; nothing is read or fetched.

    Args:
        parameters: how many the checkpoint has, four bytes each.
    """
    model_dir, source = Path(models_dir) / model_size, hub.choose_source()
    if isinstance(source, Path) or huggingface_files.is_there(model_dir):
        return 0
    on_the_hub = source == "huggingface" and model_size != SHIPPED_SIZE and not (model_dir / WEIGHTS_FILE).exists()
    total = 0
    for name in hub.FILES if on_the_hub else FILENAMES:
        path = model_dir / name
        is_large = name in (WEIGHTS_FILE, huggingface_files.WEIGHTS_FILE)
        whole = 4 * parameters if is_large else _look_up(FILE_SIZES, model_size, name) or 1_000_000
        part = path.with_name(f"{name}.part")
        if not path.exists():
            total += max(0, whole - (part.stat().st_size if part.exists() else 0))
    return total


def find_problem(path, model_size, name=None, read_all=False):
    """Tell what is wrong with a checkpoint file, or return None if it is present and right.

    Args:
        path: the file to look at; its folder's ``hparams.json`` tells how large the weights must be.
        model_size: the size the file should belong to.
        name: the file's name in the checkpoint, if ``path`` still carries a temporary one.
        read_all: whether to read the file to its end even if the manifest has its size and its time of change.

    A file is held against its published size and SHA-256, and where none is published against the manifest's.
    """
    path = Path(path)
    name = name or path.name
    if not path.is_file():
        return "the file is missing"
    found_size = path.stat().st_size
    expected_size = expected_bytes(path.parent, model_size, name)
    if expected_size is not None and found_size != expected_size:
        return f"expected {expected_size:,} bytes, found {found_size:,}"
    if found_size == 0:
        return "the file is empty"
    expected_digest = _expected_digest(path, model_size, name)
    if expected_digest is not None:
        recorded = {} if read_all else read_manifest(path.parent).get(path.name, {})
        found_digest = digest_of(path, recorded)
        if found_digest != expected_digest:
            return f"expected SHA-256 {expected_digest}, found {found_digest}"
    if name == "hparams.json":
        return find_settings_problem(path)
    return None


def _expected_digest(path, model_size, name):
    """The published SHA-256 of a file, else that of the manifest, else None."""
    return _look_up(SHA256, model_size, name) or read_manifest(path.parent).get(path.name, {}).get("sha256")


def expected_bytes(model_dir, model_size, name):
    """Number of bytes a checkpoint file must have, or None where it is not known."""
    if name != WEIGHTS_FILE:
        return _look_up(FILE_SIZES, model_size, name)
    settings_path = Path(model_dir) / "hparams.json"
    if find_problem(settings_path, model_size) is not None:
        return None
    return 4 * count_parameters(json.loads(settings_path.read_text(encoding="utf-8")))


def _look_up(table, model_size, name):
    """An entry for this very size, or the one that all of OpenAI's sizes share."""
    shared = table.get(("any", name)) if model_size in OPENAI_SIZES else None
    return table.get((model_size, name), shared)


def base_urls(model_size):
    """Addresses to try for a size, in order: the reader's own mirror, then the public ones."""
    own = os.environ.get("GPT2_BASE_URL")
    public = (str(SHIPPED_FOLDER),) if model_size == SHIPPED_SIZE else BASE_URLS
    return ((own,) if own else ()) + public


def fetch_file(model_size, name, model_dir):
    """Bring one checkpoint file into ``model_dir``, trying one address after the other.

    The file is written under the name ``<name>.part`` and renamed only when it is complete and right, so a
    file with its final name is never half a file. If its size is known beforehand, the part of a download that broke
    off is kept, with a note of where it came from (``<name>.part.json``), and the next try continues it.

    Raises:
        DownloadError: naming the file, every address tried, and what went wrong at each; or the folder, if it cannot
            be written to or has not enough space.
    """
    part = Path(model_dir) / f"{name}.part"
    expected_size = expected_bytes(model_dir, model_size, name)
    require_space(part, expected_size)
    causes = []
    for base in base_urls(model_size):
        source = f"{base.rstrip('/')}/{model_size}/{name}"
        try:
            md5 = fetch(source, part, expected_size)
            problem = find_problem(part, model_size, name)
            if problem is None and _look_up(SHA256, model_size, name) is None:
                problem = find_md5_problem(part, md5)
            if problem is None:
                part.replace(part.with_name(name))
            else:
                discard(part)
        except FETCH_ERRORS as error:
            problem = f"{type(error).__name__}: {error}"
        finally:
            discard_useless(part, expected_size)
        if problem is None:
            return
        causes.append(f"  {without_secrets(source)}\n    {problem}")
    raise DownloadError(
        f"Could not get {name} of GPT-2 {model_size} into {model_dir}. Tried:\n"
        + "\n".join(causes)
        + f"\n{_advice(model_size)}"
    )


def _advice(model_size):
    if model_size == SHIPPED_SIZE:
        return f"This model comes with the repository: restore {SHIPPED_FOLDER / model_size} from it (git checkout)."
    return (
        "Check the network connection and run this again: files that are complete are kept, and a file that is "
        "not is continued. If these addresses are blocked where you are, set the environment variable "
        "GPT2_BASE_URL to a mirror of your own (a web address or a folder that holds <size>/<file>)."
    )


def load_gpt2_params(model_dir, settings):
    """Return the weights of a checkpoint folder, from the converted copy beside it if there is one.

    The first time, TensorFlow's format is read, with a checksum of every weight, and the weights are saved once more as
    a safetensors file. Later that file is mapped into memory: without copying, and the disk is read only as weights are
    used. When the checkpoint has changed since, it is converted anew.

    Returns:
        The nested dict of :func:`download_and_load_gpt2`. Changing its arrays does not change the file.

    Raises:
        ImportError: if there is no copy that can be used, and the checkpoint is unlike OpenAI's in that only TensorFlow
            reads it, and there is none.
        ValueError: if the checkpoint is damaged or does not belong to the settings.
    """
    arrays = load_copy(model_dir)
    if arrays is None and make_copy(model_dir):
        arrays = load_copy(model_dir)
    if arrays is None:
        return load_gpt2_params_from_tf_ckpt(model_dir, settings)
    return nest(arrays, model_dir, settings)


def check(model_size, models_dir):
    """Read all files of a checkpoint to their end; print a line about each, and return whether none is wrong."""
    folder, is_right = Path(models_dir) / model_size, True
    print(folder)
    for name in names_in(folder):
        path = folder / name
        if name in hub.FILES:
            problem = hub.find_problem(path, model_size, read_all=True)
            has_digest = hub.expected_digest(path, model_size) is not None
        else:
            problem = find_problem(path, model_size, read_all=True)
            has_digest = _expected_digest(path, model_size, name) is not None
        is_right = is_right and problem is None
        if problem is None and not has_digest:
            problem = "right, as far as its size tells: no checksum of it is known"
        print(f"  {name:<32}{problem or 'right'}")
    copy = folder / CONVERTED_FILE
    problem = find_copy_problem(copy) if copy.exists() else "not there: it is made when the model is loaded"
    if copy.exists() and problem is not None:
        is_right, problem = False, f"{problem}. Remove it: it is made anew when the model is loaded"
    print(f"  {copy.name:<32}{problem or 'right'}")
    return is_right


def names_in(model_dir):
    """The names of a checkpoint's files: those of the Hub if they are what lies there, otherwise OpenAI's."""
    is_of_hub = huggingface_files.is_there(model_dir) and not (Path(model_dir) / WEIGHTS_FILE).is_file()
    return hub.FILES if is_of_hub else FILENAMES


def main():
    parser = argparse.ArgumentParser(description="Look after the checkpoints of GPT-2.")
    commands = parser.add_subparsers(dest="command", required=True)
    getting = commands.add_parser("get", help="bring what is missing, and make the copy for quick starts")
    getting.add_argument("--source", help="openai, huggingface (needs no TensorFlow), or a folder of the Hub's form")
    checking = commands.add_parser("check", help="read every file of a checkpoint to its end, and say if it is right")
    for each in (getting, checking):
        each.add_argument("size", choices=KNOWN_SIZES)
        each.add_argument("--models-dir", default=SHIPPED_FOLDER, help="folder with one folder per size: %(default)s")
    arguments = parser.parse_args()
    if arguments.command == "get":
        try:
            settings, _ = download_and_load_gpt2(arguments.size, arguments.models_dir, source=arguments.source)
        except (OSError, ValueError, ImportError) as error:
            raise SystemExit(f"{error}") from None
        print(f"GPT-2 {arguments.size} is there and can be read: {settings}")
        raise SystemExit(0)
    raise SystemExit(0 if check(arguments.size, arguments.models_dir) else 1)


if __name__ == "__main__":
    main()
