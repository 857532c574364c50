"""A checkpoint's weights once more, as a safetensors file: for starts without TensorFlow, at once.

The copy is mapped, not read: the operating system is told that a stretch of memory is the file, and reads from the disk
what is looked at, when it is looked at. Any program that knows safetensors can read it, too:

    from safetensors import safe_open
    with safe_open("data/gpt2/6M/model.converted.safetensors", framework="pt") as file:
        weight = file.get_tensor("model/h0/attn/c_attn/w")      # (outputs, inputs), as nn.Linear wants it

The names are OpenAI's; matrices whose name ends in ``/w`` are transposed. The file's metadata has the checkpoint that
it was made from (``fingerprint``), and a checksum over the whole file (``crc32``, counted with eight zeros in its own
place). The checksum is compared when the copy has been made, and by ``python gpt_download.py check``. Comparing it at
each start would cost GPT-2 medium, 1.4 GB, 0.4 s with the file in memory, and 0.14 s is what loading it takes now.

The room reads the checkpoint that it converts through ``gpt.checkpoint_files``, or with a function that it is given: a
folder of the Hugging Face Hub is converted in the same way (``gpt.hub``). It brings nothing.
"""

import math
import os
import re
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gpt.checkpoint_files import CONVERTED_FILE, INDEX_FILE, WEIGHTS_FILE, open_checkpoint
from gpt.files import READ_BYTES, in_one_step, sha256_of
from gpt.folders import only_process_in
from gpt.safetensors_files import beginning_of

EARLIER_CONVERTED_FILE = "model.converted.bin"  # what earlier versions of this series made
NO_CRC = "00000000"
WORTH_A_LINE_BYTES = 100_000_000  # a smaller checkpoint is read in less than a second, copy or not


def load_copy(model_dir, fingerprint=None):
    """Return ``[(name, array)]`` mapped from the copy, or None if there is none that can be used.

    The arrays have the shapes of the checkpoint. Changing them does not change the file.

    Args:
        fingerprint: what the copy was made from; by default what :func:`fingerprint_of` says of OpenAI's files.
    """
    from safetensors import SafetensorError, safe_open

    fingerprint = fingerprint or fingerprint_of(model_dir)
    try:
        # For PyTorch, and for it alone, the library maps the file; "private": what is changed stays in memory.
        with safe_open(Path(model_dir) / CONVERTED_FILE, framework="pt") as file:
            if (file.metadata() or {}).get("fingerprint") != fingerprint:
                return None
            arrays = [(name, file.get_tensor(name).numpy()) for name in file.keys()]
    except (OSError, SafetensorError):
        return None  # not a whole copy: it is made anew
    return [(name, array.T if _is_transposed(name) else array) for name, array in arrays]


def make_copy(model_dir, fingerprint=None, open_it=None):
    """Save a checkpoint's weights for :func:`load_copy`; return whether that was possible.

    Args:
        fingerprint: as in :func:`load_copy`.
        open_it: a function from the folder to the shapes and the function that reads an array, as
            ``gpt.checkpoint_files.open_checkpoint``, which it is by default.
    """
    folder = Path(model_dir)
    fingerprint = fingerprint or fingerprint_of(folder)
    try:
        with only_process_in(folder):
            if load_copy(folder, fingerprint) is None:  # another process may have made it meanwhile
                _convert(folder, fingerprint, open_it or open_checkpoint)
    except OSError as error:
        weights = folder / WEIGHTS_FILE
        if not weights.exists() or weights.stat().st_size >= WORTH_A_LINE_BYTES:
            print(
                f"{folder / CONVERTED_FILE} could not be saved ({error}), so the next start will be as slow as this "
                "one."
            )
        return False
    return True


def find_copy_problem(path):
    """Read a converted copy to its end; tell if it is not what was written, or return None."""
    try:
        with open(path, "rb") as file:
            beginning = file.read(8)
            header = file.read(min(int.from_bytes(beginning, "little"), 100_000_000))
            noted = re.search(rb'"crc32": "([0-9a-f]{8})"', header)
            if not noted:
                return "the file has no checksum: it is damaged or was not made here"
            crc = zlib.crc32(beginning + header[: noted.start(1)] + NO_CRC.encode() + header[noted.end(1) :])
            while chunk := file.read(READ_BYTES):
                crc = zlib.crc32(chunk, crc)
    except OSError as error:
        return f"the file cannot be read ({error})"
    found = f"{crc:08x}"
    return None if found == noted[1].decode() else f"expected CRC-32 {noted[1].decode()}, found {found}"


def fingerprint_of(model_dir):
    """What changes when a checkpoint changes: its index, which has a checksum of every tensor, and the data's size.

    The time of change is not in it, so that a copy made on another machine can be used beside the same checkpoint.
    """
    folder = Path(model_dir)
    return f"{sha256_of(folder / INDEX_FILE)} {(folder / WEIGHTS_FILE).stat().st_size}"


def _is_transposed(name):
    """Whether a weight is kept as PyTorch wants it, (outputs, inputs): so it can be used where it lies in the file."""
    return name.endswith("/w")


def _convert(folder, fingerprint, open_it):
    """Write the converted copy, one weight after the other so that they never are in memory all together."""
    import torch  # it transposes several times faster than numpy

    shapes, read = open_it(folder)

    def as_kept(name):
        tensor = torch.from_numpy(read(name))
        return (tensor.T if _is_transposed(name) else tensor).contiguous().numpy()

    kept_shapes = {name: shape[::-1] if _is_transposed(name) else shape for name, shape in shapes.items()}
    beginning, crc_at = _beginning(kept_shapes, fingerprint)
    (folder / EARLIER_CONVERTED_FILE).unlink(missing_ok=True)  # it takes as much room as the new one
    with in_one_step(folder / CONVERTED_FILE) as file:
        if hasattr(os, "posix_fallocate"):  # takes the disk space at once: faster, and a full disk shows here
            numbers = sum(math.prod(shape) for shape in kept_shapes.values())
            os.posix_fallocate(file.fileno(), 0, len(beginning) + 4 * numbers)
        file.write(beginning)
        crc = zlib.crc32(beginning)
        for array in _one_ahead(as_kept, shapes):
            file.write(array)
            crc = zlib.crc32(array, crc)
        file.seek(crc_at)
        file.write(f"{crc:08x}".encode())
        file.flush()
        with ThreadPoolExecutor(1) as other:
            synced = other.submit(os.fsync, file.fileno())  # takes as long as reading back, and uses no processor
            problem = find_copy_problem(file.name)
        synced.result()
        if problem:
            raise OSError(f"what was written cannot be read back: {problem}")


def _one_ahead(function, arguments):
    """Yield what a function returns for each argument; while one result is used, another thread works on the next."""
    with ThreadPoolExecutor(1) as other:
        coming = None
        for argument in arguments:
            ready, coming = coming, other.submit(function, argument)
            if ready is not None:
                yield ready.result()
        if coming is not None:
            yield coming.result()


def _beginning(shapes, fingerprint):
    """Return how the copy begins, and the place of its checksum."""
    beginning = beginning_of(shapes, {"format": "pt", "fingerprint": fingerprint, "crc32": NO_CRC})
    return beginning, beginning.index(b'"crc32": "') + len(b'"crc32": "')
