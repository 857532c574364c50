"""OpenAI's GPT-2 from the Hugging Face Hub: a second place for the same weights, and one that needs no TensorFlow.

    bring("124M", ["config.json", "model.safetensors"], Path("data/gpt2/124M"))
    params = load_params(Path("data/gpt2/124M"), read_settings("data/gpt2/124M"))

The Hub's own environment variables count: ``HF_ENDPOINT``, the address of a mirror, and ``HF_TOKEN``, which is sent to
that address and to no other, also when the files themselves lie elsewhere. Downloads are continued as all others are
(``gpt.fetching``). A file is held against ``SHA256``, where that has it. Otherwise it is held against the size and the
digest that the Hub announces: they come from the server that sends the file, so they would not tell if it sent another.
How a folder of this form is read: ``gpt.huggingface_files``. What is downloaded stays as it came; beside it the
converted copy is made for quick starts, as with OpenAI's own files (``gpt.converted_copy``).
"""

import hashlib
import os
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from gpt.addresses import text_without_secrets, without_secrets
from gpt.checkpoint_files import WEIGHTS_FILE as OPENAI_WEIGHTS_FILE
from gpt.checkpoint_files import nest
from gpt.converted_copy import load_copy, make_copy
from gpt.fetching import FETCH_ERRORS, ask_about, discard, discard_useless, fetch
from gpt.files import READ_BYTES, sha256_of
from gpt.folders import DownloadError, require_space
from gpt.huggingface_files import (
    CONFIG_FILE,
    VOCABULARY_FILES,
    WEIGHTS_FILE,
    open_folder,
    read_settings,
    weight_files,
)
from gpt.manifest import digest_of, read_manifest

REPOSITORIES = {
    "124M": "openai-community/gpt2",
    "355M": "openai-community/gpt2-medium",
    "774M": "openai-community/gpt2-large",
    "1558M": "openai-community/gpt2-xl",
}
# Commits, each of which many public projects name as that of "main": so nothing that is uploaded later is fetched.
REVISIONS = {
    "124M": "607a30d783dfa663caf39e06633721c8d4cfcd7e",
    "355M": "6dcaa7a952f72f9298047fd5137cd6e4f05f41da",
    "774M": "32b71b12589c2f8d625668d2335a01cac3249519",
    "1558M": "15ea56dee5df4983c59b2538573817e1667135e2",
}
# SHA-256 of the files in those commits, as far as at least two independent public projects have recorded them. None
# was found twice for the small files of 774M and the vocabulary of 1558M: there, what the Hub announces has to do.
SHA256 = {
    ("124M", "config.json"): "0daed7749b4f02b8f76240d5444551d7b08712dab4d0adb8239c56ba823bb7b4",
    ("124M", "vocab.json"): "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ("124M", "merges.txt"): "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ("124M", "model.safetensors"): "248dfc3911869ec493c76e65bf2fcf7f615828b0254c12b473182f0f81d3a707",
    ("355M", "config.json"): "ef1a44d889ad1a0acc7731c78134f1b87d2d222f110e97dd10fd4117331caf22",
    ("355M", "vocab.json"): "196139668be63f3b5d6574427317ae82f612a97c5d1cdaf36ed2256dbf636783",
    ("355M", "merges.txt"): "1ce1664773c50f3e0cc8842619a93edc4624525b728b188a9e0be33b7726adc5",
    ("355M", "model.safetensors"): "fc5a354a19255ad494f3d71549390baca1ccf61d1d822b9408971705c687c9cd",
    ("774M", "model.safetensors"): "5f47f3e12f91cd33b662ce7e433b6150ad5512b5884a2cee961b50e9c3bbebce",
    ("1558M", "config.json"): "be48115d52314bc27327e160bf10197760db02ea689d10adb24db4102edf7a8a",
    ("1558M", "model.safetensors"): "0f8b28eb05a8075f48b61b6f35332978c74fc7763fa9fb4051a1c30511736a6a",
}
ENDPOINT = "https://huggingface.co"  # unless HF_ENDPOINT names another
FILES = (CONFIG_FILE, *VOCABULARY_FILES, WEIGHTS_FILE)  # the small ones first, they tell if something is wrong

# What is brought in place of OpenAI's files. The Hub has nothing that would stand for the others.
IN_PLACE_OF = {
    "encoder.json": "vocab.json",
    "vocab.bpe": "merges.txt",
    "hparams.json": CONFIG_FILE,
    OPENAI_WEIGHTS_FILE: WEIGHTS_FILE,
}

MOST_REDIRECTIONS = 5  # for a repository that has been renamed there is one

WHAT_STATUS_MEANS = dict([
    (401, "the repository does not exist, or is not for everybody: then set HF_TOKEN to a token of yours"),
    (403, "the repository is not for everybody: ask for access on its page, and set HF_TOKEN to a token of yours"),
    (404, "the repository does not have this file"),
])  # fmt: skip


def choose_source(source=None):
    """Where pretrained weights come from: "openai", "huggingface", or a folder of the Hub's form, as a ``Path``.

    Args:
        source: one of these; None for what the environment variable ``GPT2_SOURCE`` says, else "openai".

    Raises:
        ValueError: if it is none of them.
    """
    wanted = source or os.environ.get("GPT2_SOURCE") or "openai"
    if wanted in ("openai", "huggingface"):
        return wanted
    folder = Path(wanted).expanduser()
    if not (folder / CONFIG_FILE).is_file():
        raise ValueError(
            f"The source of pretrained weights (GPT2_SOURCE, source=) is {without_secrets(wanted)!r}: expected "
            f"'openai', 'huggingface' or a folder with a {CONFIG_FILE}, and "
            f"{'an address' if '://' in str(wanted) else folder.resolve()} is none."
        )
    return folder


def names_for(names):
    """The Hub's names of the files that stand for these of OpenAI's."""
    return [name for name in FILES if name in map(IN_PLACE_OF.get, names)]


def bring(model_size, names, folder):
    """Bring the named files of a model into a folder, those that are not there and right.

    Raises:
        DownloadError: naming the file, its address and what went wrong.
    """
    for name in names:
        if find_problem(folder / name, model_size) is not None:
            _bring_file(model_size, name, folder)


def find_problem(path, model_size, read_all=False):
    """Tell what is wrong with a file in a folder of the Hub's form, or return None.

    A file is held against its public digest, or where none is known, the manifest that was written when it came.

    Args:
        model_size: the size that the file should belong to.
        read_all: whether to read the file to its end even if its size and time of change are those of the manifest.
    """
    if not path.is_file():
        return "the file is missing"
    expected = expected_digest(path, model_size)
    if expected is not None:
        found = digest_of(path, {} if read_all else read_manifest(path.parent).get(path.name, {}))
        if found != expected:
            return f"expected SHA-256 {expected}, found {found}"
    if path.name == CONFIG_FILE:
        try:
            read_settings(path.parent)
        except ValueError as error:
            return str(error)
    return None


def expected_digest(path, model_size):
    """The public SHA-256 of a file, else that of the manifest, else None."""
    return SHA256.get((model_size, path.name)) or read_manifest(path.parent).get(path.name, {}).get("sha256")


def load_params(folder, settings):
    """The weights of a folder that was brought, from its converted copy; the first time, that is made.

    Returns:
        The nested dict of ``gpt_download.download_and_load_gpt2``.

    Raises:
        ValueError: if the files are damaged or do not belong together.
    """
    fingerprint = fingerprint_of(folder)
    arrays = load_copy(folder, fingerprint)
    if arrays is None and make_copy(folder, fingerprint, open_folder):
        arrays = load_copy(folder, fingerprint)
    return read_in_place(folder, settings) if arrays is None else nest(arrays, folder, settings)


def read_in_place(folder, settings):
    """The same of any folder of the Hub's form, without writing anything there."""
    shapes, read = open_folder(folder)
    return nest(((name, read(name)) for name in shapes), folder, settings)


def fingerprint_of(folder):
    """What changes when the weights change: their digests, which the manifest knows."""
    manifest = read_manifest(folder)
    return " ".join(["huggingface", *(digest_of(path, manifest.get(path.name, {})) for path in weight_files(folder))])


# ---- one file --------------------------------------------------------------------------------------------------


class _Refused(OSError):
    """The Hub does not give the file; the message says why."""


def _bring_file(model_size, name, folder):
    repository = REPOSITORIES[model_size]
    endpoint = (os.environ.get("HF_ENDPOINT") or ENDPOINT).rstrip("/")
    address = f"{endpoint}/{repository}/resolve/{REVISIONS[model_size]}/{name}"
    token = os.environ.get("HF_TOKEN", "").strip() or None
    part = folder / f"{name}.part"
    try:
        size, digest = _look_up(address, token)
        require_space(part, size)
        try:
            fetch(address, part, size, token)
            problem = _find_digest_problem(part, SHA256.get((model_size, name)) or digest)
            if problem is None:
                part.replace(folder / name)
            else:
                discard(part)
        finally:
            discard_useless(part, size)
    except DownloadError:  # no room, or no permission to write: its message says it all
        raise
    except FETCH_ERRORS as error:
        problem = str(error) if isinstance(error, _Refused) else f"{type(error).__name__}: {error}"
    if problem is not None:
        raise DownloadError(
            f"Could not get {name} of {repository} into {folder}. Tried:\n  {without_secrets(address)}\n    {problem}\n"
            "Check the network connection and run this again: files that are complete are kept, and a file that is not "
            "is continued. If this address is blocked where you are, set the environment variable HF_ENDPOINT to a "
            "mirror of the Hub, or GPT2_SOURCE to a folder with these files: " + ", ".join(FILES) + "."
        )


def _look_up(address, token):
    """What the Hub knows of a file: its size in bytes and its digest, each None if it does not say.

    Of large files it keeps a SHA-256, of the others the name that git gives to their content. It tells both before it
    refers to the place where the file lies.

    Raises:
        _Refused: if there is no such file, or not for this reader.
        FETCH_ERRORS: if there is no answer.
    """
    url = address
    for _ in range(MOST_REDIRECTIONS):
        is_ours = urlsplit(url)[:2] == urlsplit(address)[:2]  # scheme and host
        status, headers = ask_about(url, token if is_ours else None)
        if status not in (301, 302, 303, 307, 308) or "X-Linked-ETag" in headers:
            break
        url = urljoin(url, headers.get("Location", ""))
    if status >= 400:
        told = headers.get("X-Error-Message")
        meaning = WHAT_STATUS_MEANS.get(status, "the server cannot answer now")
        told = text_without_secrets(told or "", address, url).replace(token or "\0", "<HF_TOKEN>")
        raise _Refused(f"HTTP {status}: {meaning}" + (f" ({told})" if told else ""))
    size = headers.get("X-Linked-Size") or (headers.get("Content-Length") if status == 200 else None)
    digest = headers.get("X-Linked-ETag") or headers.get("ETag") or ""
    is_size = size is not None and size.isdecimal() and headers.get("Content-Encoding", "identity") == "identity"
    return int(size) if is_size else None, digest.removeprefix("W/").strip('"')


def _find_digest_problem(path, digest):
    """Hold a file against its public digest, or the one that the Hub announces: SHA-256, or SHA-1 as git takes it."""
    if re.fullmatch("[0-9a-f]{64}", digest):
        kind, found = "SHA-256", sha256_of(path)
    elif re.fullmatch("[0-9a-f]{40}", digest):
        kind, found = "SHA-1 (of git)", _git_name_of(path)
    else:
        return None
    return None if found == digest else f"expected {kind} {digest}, found {found}"


def _git_name_of(path):
    digest = hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with open(path, "rb") as file:
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
