"""Indexes of TensorFlow checkpoints as TensorFlow would not write them: with any blocks, values and compression."""

from gpt.checkpoint_index import MAGIC
from gpt.crc32c import crc32c, masked

HEADER = b"\x08\x01\x1a\x02\x08\x01"  # one data file, written by version 1


def number(value):
    """Seven bits in each byte, the lowest first."""
    low, rest = value & 127, value >> 7
    return bytes([low | 128]) + number(rest) if rest else bytes([low])


def entry(shape, offset, size, checksum):
    """The protocol buffer of a tensor of 32-bit floats; fields that are 0 are left out, as always in such buffers."""
    dimensions = [b"\x08" + number(length) if length else b"" for length in shape]
    inner = b"".join(b"\x12" + number(len(dimension)) + dimension for dimension in dimensions)
    place = (b"\x20" + number(offset) if offset else b"") + (b"\x28" + number(size) if size else b"")
    shape_field = b"\x12" + number(len(inner)) + inner
    return b"\x08\x01" + shape_field + place + b"\x35" + checksum.to_bytes(4, "little")


def block(entries, kind=0):
    """A block and what stands behind it. Every third key is written whole, the others without what they share."""
    content, restarts, last = b"", [], b""
    for i, (key, value) in enumerate(entries):
        shared = 0
        if i % 3 == 0:
            restarts.append(len(content))
        else:
            while shared < min(len(key), len(last)) and key[shared] == last[shared]:
                shared += 1
        content += number(shared) + number(len(key) - shared) + number(len(value)) + key[shared:] + value
        last = key
    content += b"".join(place.to_bytes(4, "little") for place in restarts or [0])
    content += len(restarts or [0]).to_bytes(4, "little")
    return content, bytes([kind]) + masked(crc32c(content + bytes([kind]))).to_bytes(4, "little")


def index(entries, entries_in_a_block=1000, kind=0):
    """A whole index of ``[(key, value)]``."""
    table, handles = b"", []

    def add(entries, kind=0):
        nonlocal table
        content, trailer = block(entries, kind)
        handle = number(len(table)) + number(len(content))
        table += content + trailer
        return handle

    for first in range(0, len(entries), entries_in_a_block):
        some = entries[first : first + entries_in_a_block]
        handles.append((some[-1][0], add(some, kind)))
    footer = add([]) + add(handles)
    return table + footer.ljust(40, b"\0") + MAGIC
