"""Fetch, check and read the GPT-2 checkpoints that OpenAI published.

A checkpoint is a folder of seven files: three small ones that describe the model and its vocabulary, and a
TensorFlow checkpoint with the weights. :func:`download_and_load_gpt2` brings what is missing, checks it and
returns the weights as numpy arrays. A checkpoint that is complete is read without touching the network, and a download
that was interrupted, by the network or by the end of the process, goes on where it stopped.
"""

import base64
import hashlib
import json
import math
import os
import re
import shutil
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import requests
from filelock import FileLock, Timeout
from requests.adapters import HTTPAdapter
from tqdm import tqdm
from urllib3.exceptions import HTTPError, MaxRetryError, ProtocolError, ReadTimeoutError
from urllib3.util import Retry

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
MANIFEST_FILE = "manifest.json"  # what the files were like when they were found right
LOCK_FILE = "download.lock"  # held while a process downloads into the folder

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
OVERLAP_BYTES = 64 * 1024  # asked for once more where nothing else tells that the server still has the same file
TIMEOUT_SECONDS = (10, 30)  # to connect, and without a single byte
RETRIES = 5  # in a row that brought nothing new, until the next address is tried
BACKOFF_SECONDS = 1  # before the second try, twice as long before each later one ...
LONGEST_WAIT_SECONDS = 30  # ... but not longer than this, even if a server asks for it


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

    What they are like is then written to a manifest there, so that later calls notice every change without network,
    and read only the files that changed. One process downloads at a time; others wait for it.

    Returns:
        The folder, a ``Path``.

    Raises:
        ValueError, DownloadError: as :func:`download_and_load_gpt2`.
    """
    if model_size not in KNOWN_SIZES:
        raise ValueError(f"Unknown model size {model_size!r}: choose one of {', '.join(KNOWN_SIZES)}.")
    model_dir = Path(models_dir) / model_size
    if any(find_problem(model_dir / name, model_size) for name in names):
        with _only_process_in(model_dir):
            for name in names:  # looked at again: another process may have brought them meanwhile
                if find_problem(model_dir / name, model_size) is not None:
                    fetch_file(model_size, name, model_dir)
    _write_manifest(model_dir, names)
    return model_dir


@contextmanager
def _only_process_in(model_dir):
    """Wait until no other process downloads or converts there. One that is killed does not leave the folder locked."""
    try:
        model_dir.mkdir(parents=True, exist_ok=True)
        lock = FileLock(model_dir / LOCK_FILE)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            print(f"Another process is at work in {model_dir}: waiting for it.")
            lock.acquire()
    except OSError as error:
        raise _cannot_write(model_dir, error) from error
    try:
        yield
    finally:
        with suppress(OSError):  # Windows removes it itself, when it is released
            (model_dir / LOCK_FILE).unlink()
        lock.release()


def _cannot_write(model_dir, error):
    return DownloadError(
        f"Cannot write to {model_dir} ({type(error).__name__}: {error}). Choose a folder in which you may write as "
        "models_dir, or change the permissions of this one."
    )


def find_problem(path, model_size, name=None):
    """Tell what is wrong with a checkpoint file, or return None if it is present and right.

    Args:
        path: the file to look at; its folder's ``hparams.json`` tells how large the weights must be.
        model_size: the size the file should belong to.
        name: the file's name in the checkpoint, if ``path`` still carries a temporary one.

    A file is held against its published size and SHA-256, and where none is published against the manifest's. It is
    not read to the end if the manifest has its size and its time of change.
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
    recorded = _read_manifest(path.parent).get(path.name, {})
    expected_digest = _look_up(SHA256, model_size, name) or recorded.get("sha256")
    if expected_digest is not None:
        found_digest = recorded["sha256"] if _is_unchanged(path, recorded) else sha256_of(path)
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


def _read_manifest(model_dir):
    """``{name: {"bytes": ..., "sha256": ..., "mtime_ns": ...}}``, empty if there is no manifest that can be read."""
    try:
        manifest = json.loads((model_dir / MANIFEST_FILE).read_text(encoding="utf-8"))
        return {name: entry for name, entry in manifest.items() if {"bytes", "sha256", "mtime_ns"} == set(entry)}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _is_unchanged(path, recorded):
    state = path.stat()
    return (state.st_size, state.st_mtime_ns) == (recorded.get("bytes"), recorded.get("mtime_ns"))


def _write_manifest(model_dir, names):
    """Record what files that were found right are like, if the manifest does not know it yet."""
    manifest = _read_manifest(model_dir)
    changed = [name for name in names if not _is_unchanged(model_dir / name, manifest.get(name, {}))]
    is_shipped = model_dir.resolve() == (SHIPPED_FOLDER / SHIPPED_SIZE).resolve()  # those files belong to git
    if not changed or is_shipped or not os.access(model_dir, os.W_OK):
        return
    part = model_dir / f"{MANIFEST_FILE}.part"
    try:
        for name in changed:
            state = (model_dir / name).stat()
            digest = sha256_of(model_dir / name)
            manifest[name] = {"bytes": state.st_size, "sha256": digest, "mtime_ns": state.st_mtime_ns}
        part.write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        part.replace(model_dir / MANIFEST_FILE)
    except OSError:  # a full disk, for one: the files are right all the same
        with suppress(OSError):
            part.unlink()


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
    _require_space(part, expected_size)
    causes = []
    for base in base_urls(model_size):
        source = f"{base.rstrip('/')}/{model_size}/{name}"
        try:
            md5 = _bring_part(source, part, expected_size)
            problem = find_problem(part, model_size, name)
            if problem is None and _look_up(SHA256, model_size, name) is None:
                problem = _find_md5_problem(part, md5)
            if problem is None:
                part.replace(part.with_name(name))
            else:
                _discard(part)
        except (OSError, HTTPError) as error:  # those of requests are OSErrors, those of urllib3 are HTTPErrors
            problem = f"{type(error).__name__}: {error}"
        finally:
            if not _bytes_to_continue(part, expected_size):
                _discard(part)
        if problem is None:
            return
        causes.append(f"  {source}\n    {problem}")
    if model_size == SHIPPED_SIZE:
        advice = f"This model comes with the repository: restore {SHIPPED_FOLDER / model_size} from it (git checkout)."
    else:
        advice = (
            "Check the network connection and run this again: files that are complete are kept, and a file that is "
            "not is continued. If these addresses are blocked where you are, set the environment variable "
            "GPT2_BASE_URL to a mirror of your own (a web address or a folder that holds <size>/<file>)."
        )
    raise DownloadError(
        f"Could not get {name} of GPT-2 {model_size} into {model_dir}. Tried:\n" + "\n".join(causes) + f"\n{advice}"
    )


def _require_space(part, expected_size):
    """Raise a DownloadError if the disk cannot hold what is missing of a file. Make its folder, if necessary."""
    folder = part.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise _cannot_write(folder, error) from error
    needed = (expected_size or 0) - (part.stat().st_size if part.exists() else 0)
    if needed > free:
        raise DownloadError(
            f"Not enough disk space for {part.stem}: {needed:,} bytes are needed in {folder}, and {free:,} are free. "
            "Make room there, or choose another folder as models_dir, and run this again."
        )


def _find_md5_problem(path, md5):
    """Tell if a file has not the MD5 that the server sent (in base64, or None)."""
    if md5 is None:
        return None
    with open(path, "rb") as file:
        digest = hashlib.md5(usedforsecurity=False)
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    found = base64.b64encode(digest.digest()).decode("ascii")
    return None if found == md5 else f"the server announced the MD5 {md5}, found {found}"


class _PartDoesNotFit(Exception):
    """The file at an address does not continue the part that is here."""


def _bring_part(source, part, expected_size):
    """Copy a local file or a web address to ``part``; return the MD5 that it shall have, or None if nobody told."""
    if not re.match(r"https?://", source):
        with open(source, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            _require_size(size, expected_size)
            _discard(part)
            _write_part(iter(lambda: file.read(CHUNK_BYTES), b""), part, 0, size)
        return None
    most = at_first = _bytes_to_continue(part, expected_size)
    failures = 0
    with _session() as session:
        while True:
            try:
                return _receive(session, source, part, expected_size)
            except _PartDoesNotFit:
                _discard(part)
            except (requests.ConnectionError, requests.Timeout, ProtocolError, ReadTimeoutError) as error:
                size = _bytes_to_continue(part, expected_size)
                failures = 1 if size > most else failures + 1
                most = max(most, size)
                if failures > _allowed_failures(error, has_received=most > at_first):
                    raise
                wait = min(BACKOFF_SECONDS * 2 ** (failures - 1), LONGEST_WAIT_SECONDS)
                print(f"{part.stem}: the connection broke off after {size:,} bytes, next try in {wait} s.")
                time.sleep(wait)


def _session():
    """A connection that tries again by itself until an answer begins; proxies are those of the environment.

    Certificates are always checked: against the bundle that REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or SSL_CERT_FILE names,
    else against those that come with requests.
    """
    retry = Retry(
        total=RETRIES,
        connect=1,
        read=False,  # no answer within the timeout: counted in _bring_part
        other=0,
        status_forcelist=(429, 500, 502, 503, 504),
        raise_on_status=False,
        backoff_factor=BACKOFF_SECONDS,
        backoff_max=LONGEST_WAIT_SECONDS,
        retry_after_max=LONGEST_WAIT_SECONDS,
    )
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=retry))
    session.mount("https://", HTTPAdapter(max_retries=retry))
    session.verify = os.environ.get("SSL_CERT_FILE") or True  # the other two come first, and requests reads them
    return session


def _allowed_failures(error, has_received):
    """How many failures of this kind in a row an address is granted."""
    if error.args and isinstance(error.args[0], MaxRetryError):  # urllib3 has tried to connect more than once
        return RETRIES if has_received else 0
    if isinstance(error, (requests.Timeout, ReadTimeoutError)):
        return 1  # a server that stalls twice will stall again, and each time costs the reader a whole timeout
    return RETRIES


def _receive(session, source, part, expected_size):
    """Ask a web address for what ``part`` lacks and write it there; return the MD5 that the file shall have, or None.

    A part is continued where it ends if it came from this address and the server's ETag is still the same. Otherwise,
    from another mirror for one, its last bytes are asked for once more, and must be the same.

    Raises:
        _PartDoesNotFit: if the part has to be thrown away.
        OSError, urllib3.exceptions.HTTPError: those of requests and urllib3, or if the answer cannot be the file.
    """
    size = _bytes_to_continue(part, expected_size)
    note = _read_note(part) if size else {}
    if size and size == expected_size:
        return note["md5"]
    etag = note.get("etag") if note.get("source") == source else None
    start = size if etag else max(0, size - OVERLAP_BYTES)
    # "identity": of a body that is compressed on the way, neither length nor ranges are those of the file.
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    if start and etag:
        headers["If-Range"] = etag
    with session.get(source, stream=True, timeout=TIMEOUT_SECONDS, headers=headers) as response:
        start = _first_byte(response, start, expected_size, etag)
        if start:  # Content-MD5 would be that of the range; Azure sends that of the whole file beside it
            md5 = response.headers.get("x-ms-blob-content-md5", note["md5"])
        else:
            md5 = None if _is_compressed(response) else response.headers.get("Content-MD5")
            _discard(part)
        if expected_size is not None:
            etag = response.headers.get("ETag", "")
            # A weak ETag (W/...) does not promise the same bytes, and the overlap has not been compared yet.
            is_certain = etag.startswith('"') and start in (0, size)
            _write_note(part, {"source": source, "etag": etag if is_certain else None, "md5": md5})
        # What has come in is taken at once: requests' iter_content would lose the chunk in which a connection breaks.
        chunks = iter(lambda: response.raw.read1(CHUNK_BYTES, decode_content=True), b"")
        _write_part(chunks, part, start, expected_size or response.raw.length_remaining)
        return md5


def _first_byte(response, start, expected_size, etag):
    """Return where in the file an answer begins: at ``start``, which it was asked for, or 0 if it is the whole file.

    Raises:
        _PartDoesNotFit, OSError: as :func:`_receive`.
    """
    if start and response.status_code in (206, 416):
        wanted_range = f"bytes {start}-{expected_size - 1}/{expected_size}"
        is_changed = etag and response.headers.get("ETag", etag) != etag
        if response.headers.get("Content-Range") != wanted_range or is_changed or _is_compressed(response):
            raise _PartDoesNotFit
    elif response.status_code == 200:
        start = 0
    else:
        response.raise_for_status()
        raise OSError(f"unexpected answer {response.status_code} {response.reason}")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        raise OSError("the server sent a web page instead of the file")
    announced = response.raw.length_remaining  # Content-Length
    if announced is not None and not _is_compressed(response):
        _require_size(start + announced, expected_size)
    return start


def _is_compressed(response):
    return response.headers.get("Content-Encoding", "identity") != "identity"


def _require_size(size, expected_size):
    if expected_size not in (None, size):
        raise OSError(f"expected {expected_size:,} bytes, found {size:,}")


def _write_part(chunks, part, start, total):
    """Write the chunks to ``part`` from byte ``start`` on, with a progress bar; what is there already must agree."""
    with (
        open(part, "r+b" if start else "w+b") as file,
        tqdm(total=total or None, initial=start, unit="iB", unit_scale=True, desc=part.stem) as progress_bar,
    ):
        file.seek(start)
        for chunk in chunks:
            present = file.read(len(chunk))
            if present != chunk[: len(present)]:
                raise _PartDoesNotFit
            file.write(chunk[len(present) :])
            progress_bar.update(len(chunk))
        file.flush()
        os.fsync(file.fileno())


def _note_of(part):
    return part.with_name(f"{part.name}.json")


def _read_note(part):
    """Where a part came from, ``{"source": ..., "etag": ..., "md5": ...}``; ``{}`` if nothing tells."""
    try:
        note = json.loads(_note_of(part).read_text(encoding="utf-8"))
        return note if {"source", "etag", "md5"} == set(note) else {}
    except (OSError, ValueError, TypeError):
        return {}


def _write_note(part, note):
    if note != _read_note(part):
        _note_of(part).write_text(json.dumps(note), encoding="utf-8")


def _bytes_to_continue(part, expected_size):
    """Number of bytes of a part that a download can continue: none of one without note, or larger than the file."""
    size = part.stat().st_size if part.exists() and _read_note(part) else 0
    return size if expected_size is not None and size <= expected_size else 0


def _discard(part):
    part.unlink(missing_ok=True)
    _note_of(part).unlink(missing_ok=True)


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
    """Save a checkpoint's weights for :func:`_map_converted`; return whether that was possible."""
    try:
        with _only_process_in(path.parent):
            if _map_converted(path, fingerprint) is None:  # another process may have made it meanwhile
                _convert(path, fingerprint, model_dir)
    except OSError as error:
        print(f"{path} could not be saved ({error}), so the next start will be as slow as this one.")
        return False
    return True


def _convert(path, fingerprint, model_dir):
    """Write the converted copy, one weight after the other so that they never are in memory all together."""
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
    except BaseException:
        part.unlink(missing_ok=True)
        raise


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
    # With oneDNN, TensorFlow keeps the memory of the largest weight until the process ends; without, it gives it back.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    # TensorFlow takes seconds to import and is needed only here.
    with _native_log_hidden():
        import tensorflow as tf

    def or_say_damaged(function, *arguments):
        try:
            return function(*arguments)
        except (tf.errors.OpError, RuntimeError, IndexError) as error:
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
