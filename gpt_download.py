"""Fetch, check and read the GPT-2 checkpoints that OpenAI published.

A checkpoint is a folder of seven files: three small ones that describe the model and its vocabulary, and a
TensorFlow checkpoint with the weights. :func:`download_and_load_gpt2` brings what is missing, checks it and
returns the weights as numpy arrays. A checkpoint that is complete is read without touching the network.
"""

import hashlib
import json
import math
import os
import re
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import requests
from tqdm import tqdm

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

WEIGHTS_FILE = "model.ckpt.data-00000-of-00001"
# hparams.json comes before the weights because it tells how large they must be.
FILENAMES = (
    "checkpoint",
    "encoder.json",
    "hparams.json",
    WEIGHTS_FILE,
    "model.ckpt.index",
    "model.ckpt.meta",
    "vocab.bpe",
)

CONVERTED_FILE = "model.converted.bin"  # the weights once more, made here for later starts

# Sizes in bytes and SHA-256 digests of OpenAI's files, where they are known. "any" stands for all four sizes.
FILE_SIZES = {
    ("any", "checkpoint"): 77,
    ("any", "encoder.json"): 1_042_301,
    ("any", "vocab.bpe"): 456_318,
    ("124M", "hparams.json"): 90,
    ("124M", "model.ckpt.index"): 5_215,
    ("124M", "model.ckpt.meta"): 471_155,
    ("355M", "hparams.json"): 91,
    ("355M", "model.ckpt.index"): 10_399,
    ("355M", "model.ckpt.meta"): 926_519,
}
SHA256 = {
    ("any", "checkpoint"): "dd1b025d2e155283f5e300ce95bf6d5b6bc0f7fe010db73daa6975eb896ab9cb",
    ("any", "encoder.json"): "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ("any", "vocab.bpe"): "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ("124M", "hparams.json"): "d9d56e4121c427164e0c55c6f03c08e1daf9002b9b672825112d19097b680318",
    ("124M", WEIGHTS_FILE): "2060c885360cc0cf41d7a6dbc4d24b5127aae20260c8b5ae521b5a6578407118",
    ("124M", "model.ckpt.index"): "71916f763f9746f9b2a06b12d91996cf1084ae008d0424543d39391c5f2dc687",
    ("124M", "model.ckpt.meta"): "4668c448fa11531fd6700460487f73e82d3272960cea942252f8744bf225c77b",
}

CHUNK_BYTES = 1024 * 1024
TIMEOUT_SECONDS = (10, 60)  # to connect, and between two chunks


class DownloadError(OSError):
    """A checkpoint file could not be obtained from any address; the message tells what was tried and why not."""


def download_and_load_gpt2(model_size, models_dir):
    """Return the settings and weights of a GPT-2 checkpoint, downloading what is missing.

    Args:
        model_size: ``"124M"``, ``"355M"``, ``"774M"`` or ``"1558M"`` (OpenAI's), or the small one that is
            shipped with this repository.
        models_dir: folder that holds, or shall hold, one folder per size.

    Returns:
        ``(settings, params)``: the contents of ``hparams.json``, and a nested dict of float32 arrays:
        ``params["wte"]`` (n_vocab, n_embd), ``params["wpe"]`` (n_ctx, n_embd), the final layer norm
        ``params["g"]`` and ``params["b"]`` (n_embd,), and for each block i
        ``params["blocks"][i]["attn"]["c_attn"]["w"]`` (n_embd, 3 * n_embd) and so on, OpenAI's names.

    Raises:
        ValueError: for an unknown size.
        DownloadError: when a file could not be fetched from anywhere.
    """
    model_dir = download_files(model_size, models_dir)
    settings = json.loads((model_dir / "hparams.json").read_text(encoding="utf-8"))
    return settings, load_gpt2_params(model_dir, settings)


def download_files(model_size, models_dir, names=FILENAMES):
    """Bring the named files of a checkpoint into ``models_dir/model_size``, if they are not there and right.

    Returns:
        The folder, a ``Path``.

    Raises:
        ValueError, DownloadError: as :func:`download_and_load_gpt2`.
    """
    if model_size not in KNOWN_SIZES:
        raise ValueError(f"Unknown model size {model_size!r}: choose one of {', '.join(KNOWN_SIZES)}.")
    model_dir = Path(models_dir) / model_size
    for name in names:
        if find_problem(model_dir / name, model_size) is not None:
            fetch_file(model_size, name, model_dir)
    return model_dir


def find_problem(path, model_size, name=None):
    """Tell what is wrong with a checkpoint file, or return None if it is present and right.

    Args:
        path: the file to look at; its folder's ``hparams.json`` tells how large the weights must be.
        model_size: the size the file should belong to.
        name: the file's name in the checkpoint, if ``path`` still carries a temporary one.
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
    expected_digest = _look_up(SHA256, model_size, name)
    if expected_digest is not None:
        found_digest = sha256_of(path)
        if found_digest != expected_digest:
            return f"expected SHA-256 {expected_digest}, found {found_digest}"
    if name == "hparams.json":
        return find_settings_problem(path)
    return None


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


def find_settings_problem(path):
    """Tell what is wrong with an ``hparams.json``, or return None."""
    try:
        settings = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        return f"the file is not valid JSON ({error})"
    keys = {"n_vocab", "n_ctx", "n_embd", "n_head", "n_layer"}
    if not isinstance(settings, dict) or set(settings) != keys:
        return f"expected a JSON object with the keys {sorted(keys)}"
    if not all(isinstance(value, int) and value > 0 for value in settings.values()):
        return f"expected positive whole numbers, found {settings}"
    return None


def count_parameters(settings):
    """Number of weights in a GPT-2 checkpoint; the output head shares the token embedding's."""
    width = settings["n_embd"]
    block = 12 * width * width + 13 * width  # attention 4 w² + 4 w, feed-forward 8 w² + 5 w, two norms 4 w
    return (settings["n_vocab"] + settings["n_ctx"] + 2) * width + settings["n_layer"] * block


def sha256_of(path):
    """SHA-256 digest of a file, as a hexadecimal string."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def base_urls(model_size):
    """Addresses to try for a size, in order: the reader's own mirror, then the public ones."""
    own = os.environ.get("GPT2_BASE_URL")
    public = (str(SHIPPED_FOLDER),) if model_size == SHIPPED_SIZE else BASE_URLS
    return ((own,) if own else ()) + public


def fetch_file(model_size, name, model_dir):
    """Bring one checkpoint file into ``model_dir``, trying one address after the other.

    The file is written under the name ``<name>.part`` and renamed only when it is complete and right, so a
    file with its final name is never half a file.

    Raises:
        DownloadError: naming the file, every address tried, and what went wrong at each.
    """
    model_dir.mkdir(parents=True, exist_ok=True)
    part = model_dir / f"{name}.part"
    causes = []
    for base in base_urls(model_size):
        source = f"{base.rstrip('/')}/{model_size}/{name}"
        try:
            _copy_to_part(source, part, name)
        except (requests.RequestException, OSError) as error:
            problem = f"{type(error).__name__}: {error}"
        else:
            problem = find_problem(part, model_size, name)
        if problem is None:
            part.replace(model_dir / name)
            return
        part.unlink(missing_ok=True)
        causes.append(f"  {source}\n    {problem}")
    if model_size == SHIPPED_SIZE:
        advice = f"This model comes with the repository: restore {SHIPPED_FOLDER / model_size} from it (git checkout)."
    else:
        advice = (
            "Check the network connection and run this again: files that are complete are kept. If these addresses "
            "are blocked where you are, set the environment variable GPT2_BASE_URL to a mirror of your own "
            "(a web address or a folder that holds <size>/<file>)."
        )
    raise DownloadError(
        f"Could not get {name} of GPT-2 {model_size} into {model_dir}. Tried:\n" + "\n".join(causes) + f"\n{advice}"
    )


def _copy_to_part(source, part, name):
    """Copy a web address or a local file to ``part``, with a progress bar."""
    if not re.match(r"https?://", source):
        with open(source, "rb") as file:
            _write_part(iter(lambda: file.read(CHUNK_BYTES), b""), Path(source).stat().st_size, part, name)
        return
    # "identity": compressed on the way, the file's length could not be checked against Content-Length.
    headers = {"Accept-Encoding": "identity"}
    with requests.get(source, stream=True, timeout=TIMEOUT_SECONDS, headers=headers) as response:
        response.raise_for_status()
        announced = int(response.headers.get("Content-Length", 0))
        written = _write_part(response.iter_content(CHUNK_BYTES), announced, part, name)
    if announced and written != announced:
        raise OSError(f"the connection ended after {written:,} of {announced:,} bytes")


def _write_part(chunks, total, part, name):
    """Write the chunks to ``part``; return the number of bytes written."""
    with (
        open(part, "wb") as file,
        tqdm(total=total or None, unit="iB", unit_scale=True, desc=name) as progress_bar,
    ):
        for chunk in chunks:
            file.write(chunk)
            progress_bar.update(len(chunk))
        return file.tell()


def load_gpt2_params(model_dir, settings):
    """Return the weights of a checkpoint folder, from the converted copy beside it if there is one.

    The first time, TensorFlow reads the checkpoint, and the weights are saved once more as a plain file of numbers.
    Later that file is mapped into memory: without TensorFlow, without copying, and the disk is read only as weights
    are used. When the checkpoint has changed since, it is converted anew.

    Returns:
        The nested dict of :func:`download_and_load_gpt2`. Changing its arrays does not change the file.
    """
    path, fingerprint = Path(model_dir) / CONVERTED_FILE, _fingerprint(model_dir)
    arrays = _map_converted(path, fingerprint)
    if arrays is None:
        if not _write_converted(path, fingerprint, model_dir):
            return load_gpt2_params_from_tf_ckpt(model_dir, settings)
        arrays = _map_converted(path, fingerprint)
    return _nest(((name, array.T if _is_transposed(name) else array) for name, array in arrays), model_dir, settings)


def _is_transposed(name):
    """Whether a weight is kept as PyTorch wants it, (outputs, inputs): so it can be used where it lies in the file."""
    return name.endswith("/w")


def _fingerprint(model_dir):
    """What changes when a checkpoint changes: its index, which has a checksum of every tensor, and the data's state."""
    data = (Path(model_dir) / WEIGHTS_FILE).stat()
    return f"{sha256_of(Path(model_dir) / 'model.ckpt.index')} {data.st_size} {data.st_mtime_ns}"


def _map_converted(path, fingerprint):
    """Return ``[(name, array)]`` mapped from a converted copy, or None if there is none that can be used.

    The file is one line of JSON, the fingerprint and the shapes, and after it all numbers as 32-bit floats.
    """
    try:
        with open(path, "rb") as file:
            header = json.loads(file.readline(CHUNK_BYTES))
            begins_at = file.tell()
        sizes = [math.prod(shape) for _, shape in header["arrays"]]
        if header["fingerprint"] != fingerprint or path.stat().st_size != begins_at + 4 * sum(sizes):
            return None
        numbers = np.memmap(path, dtype="<f4", mode="c", offset=begins_at)  # "c": what is changed stays in memory
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not a whole copy, perhaps from another version: it is made anew
    parts = np.split(numbers, np.cumsum(sizes)[:-1])
    return [(name, part.reshape(shape)) for (name, shape), part in zip(header["arrays"], parts, strict=True)]


def _write_converted(path, fingerprint, model_dir):
    """Save a checkpoint's weights for :func:`_map_converted`, one after the other so that they never are in memory
    all together; return whether that was possible. A copy is never half written."""
    import torch  # it transposes several times faster than numpy

    shapes, read = _open_checkpoint(model_dir)
    arrays = [(name, shape[::-1] if _is_transposed(name) else shape) for name, shape in shapes.items()]
    header = json.dumps({"fingerprint": fingerprint, "arrays": arrays}).encode()
    header += b" " * (-(len(header) + 1) % 4096) + b"\n"  # the numbers begin where a page of memory does
    part = path.with_name(f"{path.name}.part")
    try:
        with open(part, "wb") as file:
            if hasattr(os, "posix_fallocate"):  # takes the disk space at once: faster, and a full disk shows here
                os.posix_fallocate(file.fileno(), 0, len(header) + 4 * sum(math.prod(shape) for _, shape in arrays))
            file.write(header)
            for name, _ in arrays:
                tensor = torch.from_numpy(read(name))
                file.write((tensor.T if _is_transposed(name) else tensor).contiguous().numpy())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        print(f"{path} could not be saved ({error}), so the next start will be as slow as this one.")
        return False
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return True


@contextmanager
def _native_log_hidden():
    """Hide what compiled libraries write to the error stream, past Python, while they load.

    TensorFlow reports there that *it* found no GPU driver, which readers take for a fault of their machine. An
    exception during the import is raised as always.
    """
    saved, null = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(null)


def load_gpt2_params_from_tf_ckpt(model_dir, settings):
    """Read all weights of a TensorFlow checkpoint into the nested dict of :func:`download_and_load_gpt2`."""
    shapes, read = _open_checkpoint(model_dir)
    return _nest(((name, read(name)) for name in shapes), model_dir, settings)


def _open_checkpoint(model_dir):
    """Open a TensorFlow checkpoint; return ``{name: shape}`` and a function that reads the array of a name."""
    # TensorFlow takes seconds to import and is needed only here.
    with _native_log_hidden():
        import tensorflow as tf

    def or_say_damaged(function, *arguments):
        try:
            return function(*arguments)
        except (tf.errors.OpError, RuntimeError) as error:
            # TensorFlow checks every tensor's checksum, but does not say what to do about a wrong one.
            raise ValueError(
                f"{model_dir}: the checkpoint is damaged ({error}). "
                "Remove the folder and run this again to fetch it anew."
            ) from error

    reader = or_say_damaged(tf.train.load_checkpoint, str(Path(model_dir) / "model.ckpt"))
    # OpenAI stores the matrices of its 1-by-1 convolutions as (1, inputs, outputs).
    shapes = {name: shape[-2:] for name, shape in sorted(reader.get_variable_to_shape_map().items())}
    return shapes, lambda name: or_say_damaged(reader.get_tensor, name).reshape(shapes[name])


def _nest(arrays, model_dir, settings):
    """Nest ``(name, array)`` pairs as TensorFlow names them, like paths.

    ``model/h3/attn/c_attn/w``: block 3, attention, the layer that makes queries, keys and values, its weight matrix.
    Only the final layer norm, ``model/ln_f``, stands at the top, as ``params["g"]`` and ``params["b"]``.
    """
    params = {"blocks": [{} for _ in range(settings["n_layer"])]}
    for name, array in arrays:
        *path, last = name.removeprefix("model/").removeprefix("ln_f/").split("/")
        target = params
        for key in path:
            block = re.fullmatch(r"h(\d+)", key)
            if block and int(block[1]) >= settings["n_layer"]:
                raise ValueError(
                    f"{model_dir}: hparams.json announces {settings['n_layer']} blocks, but the checkpoint holds "
                    f"{name}. Remove the folder and download the model again."
                )
            target = params["blocks"][int(block[1])] if block else target.setdefault(key, {})
        target[last] = array
    return params
