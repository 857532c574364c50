"""A checkpoint's weights once more, as a safetensors file: for starts without TensorFlow, at once.

The copy is mapped, not read: the operating system is told that a stretch of memory is the file, and reads from the disk
what is looked at, when it is looked at. Any program that knows safetensors can read it, too:

    from safetensors import safe_open
    with safe_open("data/gpt2/6M/model.converted.safetensors", framework="pt") as file:
        weight = file.get_tensor("model/h0/attn/c_attn/w")      # (outputs, inputs), as nn.Linear wants it

The names are OpenAI's; matrices whose name ends in ``/w`` are transposed. The file's metadata has the checkpoint that
it was made from (``fingerprint``), and checksums (``crc32``): eight digits for what stands before the numbers, counted
with zeros in their own place, and eight for the numbers of each weight, in the order of the file. So several weights
can be worked on at once. The checksums are compared when the copy has been made, and by ``python gpt_download.py
check``. Comparing them at each start would cost GPT-2 medium, 1.4 GB, 0.4 s of processor time with the file in memory,
and 0.14 s is what loading it takes now.

The room reads the checkpoint that it converts through ``gpt.checkpoint_files``, or with a function that it is given: a
folder of the Hugging Face Hub is converted in the same way (``gpt.hub``). It brings nothing.
"""

import json
import math
import os
import re
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from pathlib import Path

from gpt.checkpoint_files import CONVERTED_FILE, INDEX_FILE, WEIGHTS_FILE, open_checkpoint
from gpt.files import READ_BYTES, in_one_step, sha256_of
from gpt.folders import only_process_in
from gpt.safetensors_files import beginning_of

EARLIER_CONVERTED_FILE = "model.converted.bin"  # what earlier versions of this series made
MOST_AT_ONCE = 4  # weights; of more, the disk would be the limit
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
            beginning += file.read(min(int.from_bytes(beginning, "little"), 100_000_000))
        noted = re.search(rb'"crc32": "((?:[0-9a-f]{8})+)"', beginning)
        if not noted:
            return "the file has no checksums: it is damaged or was not made here"
        expected = re.findall("." * 8, noted[1].decode())
        without = beginning[: noted.start(1)] + _no_crcs(len(expected) - 1) + beginning[noted.end(1) :]
        found = f"{zlib.crc32(without):08x}"
        if found != expected[0]:
            return f"expected CRC-32 {expected[0]} of its beginning, found {found}"
        header = json.loads(beginning[8:])  # which is right, as we know now
        ends = {name: entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"}
        places = {name: (len(beginning) + start, end - start) for name, (start, end) in ends.items()}
        whole = max(map(sum, places.values()), default=len(beginning))
        if Path(path).stat().st_size != whole:
            return f"expected {whole:,} bytes, found {Path(path).stat().st_size:,}"
        sizes = {name: size for name, (_, size) in places.items()}
        crcs = _for_all(lambda name: _crc_of_part(path, *places[name]), sizes)
    except OSError as error:
        return f"the file cannot be read ({error})"
    for name, crc in zip(places, expected[1:], strict=True):
        if crcs[name] != int(crc, 16):
            return f"expected CRC-32 {crc} of {name}, found {crcs[name]:08x}"
    return None


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
    """Write the converted copy, a few weights at a time so that they never are in memory all together."""
    import torch  # it transposes several times faster than numpy

    shapes, read = open_it(folder)
    kept_shapes = {name: shape[::-1] if _is_transposed(name) else shape for name, shape in shapes.items()}
    no_crcs = _no_crcs(len(shapes))
    beginning = beginning_of(kept_shapes, {"format": "pt", "fingerprint": fingerprint, "crc32": no_crcs.decode()})
    sizes = {name: 4 * math.prod(shape) for name, shape in kept_shapes.items()}
    *starts, end = accumulate(sizes.values(), initial=len(beginning))
    places = dict(zip(sizes, starts, strict=True))
    writing = threading.Lock()
    (folder / EARLIER_CONVERTED_FILE).unlink(missing_ok=True)  # it takes as much room as the new one
    with in_one_step(folder / CONVERTED_FILE) as file:
        if hasattr(os, "posix_fallocate"):  # takes the disk space at once: faster, and a full disk shows here
            os.posix_fallocate(file.fileno(), 0, end)

        def convert(name):
            tensor = torch.from_numpy(read(name))
            array = (tensor.T if _is_transposed(name) else tensor).contiguous().numpy()
            with writing:
                file.seek(places[name])
                file.write(array)
                if hasattr(os, "posix_fadvise"):  # lets Linux write to the disk now, and not when all is converted
                    os.posix_fadvise(file.fileno(), places[name], sizes[name], os.POSIX_FADV_DONTNEED)
            return zlib.crc32(array)

        crcs = _for_all(convert, sizes)
        digits = "".join(f"{crc:08x}" for crc in (zlib.crc32(beginning), *map(crcs.get, shapes)))
        file.seek(0)
        file.write(beginning.replace(no_crcs, digits.encode(), 1))
        file.flush()
        with ThreadPoolExecutor(1) as other:
            synced = other.submit(os.fsync, file.fileno())  # takes as long as reading back, and uses no processor
            problem = find_copy_problem(file.name)
        synced.result()
        if problem:
            raise OSError(f"what was written cannot be read back: {problem}")


def _for_all(function, sizes):
    """Return ``{name: function(name)}``; a thread for each processor takes the largest that is left."""
    names = sorted(sizes, key=sizes.get, reverse=True)
    with ThreadPoolExecutor(min(MOST_AT_ONCE, os.cpu_count() or 1)) as pool:
        return dict(zip(names, pool.map(function, names), strict=True))


def _crc_of_part(path, start, size):
    crc = 0
    with open(path, "rb") as file:
        file.seek(start)
        while size and (chunk := file.read(min(size, READ_BYTES))):
            crc, size = zlib.crc32(chunk, crc), size - len(chunk)
    return crc


def _no_crcs(weights):
    """What stands in the place of the checksums when that of the beginning is counted."""
    return b"00000000" * (1 + weights)
