"""The index of a TensorFlow checkpoint: which tensors it has, and where in the data file their numbers lie.

    index = read_index("data/gpt2/6M/model.ckpt.index")
    index["model/wpe"]             # its shape, and the place, size and checksum of its numbers

An index is a LevelDB table: blocks with sorted keys and their values, a block that lists those blocks, and a footer
that tells where the list is. The values are protocol buffers; TensorFlow's tensor_bundle.proto describes them. Every
block has a checksum, so an index that was damaged is told from one of a kind that this room does not know. It knows
what OpenAI's checkpoints have: one data file, 32-bit floats, little-endian, and no compression.
"""

import math
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from gpt.crc32c import crc32c, masked

FOOTER_BYTES, MAGIC = 48, (0xDB4775248B80FB57).to_bytes(8, "little")
TRAILER_BYTES = 5  # behind each block: how it is compressed, and its checksum
FLOAT, FLOAT_BYTES, NEWEST_VERSION = 1, 4, 1

# A protocol buffer's field begins with 8 * its number + 0 if a number follows, 2 for a length and bytes, 5 for 4 bytes.
SHARDS, ENDIANNESS, VERSION, PRODUCER, OLDEST_READER = 0x08, 0x10, 0x1A, 0x08, 0x10  # header and version
DTYPE, SHAPE, OFFSET, SIZE, CHECKSUM, DIMENSION, LENGTH = 0x08, 0x12, 0x20, 0x28, 0x35, 0x12, 0x08  # tensor and shape


class UnknownKind(Exception):
    """The index is not damaged, but it has something that this room does not know."""


class Place(NamedTuple):
    """A tensor's shape, where in the data file its bytes begin, how many they are, and their masked CRC-32C."""

    shape: tuple
    offset: int
    size: int
    checksum: int


def read_index(path):
    """Return ``{name: Place}``, sorted by name.

    Raises:
        ValueError: if the file is damaged: cut off, too long, or with a wrong byte.
        UnknownKind: if it is whole, but is compressed, or has several data files or other numbers, for example.
    """
    content = Path(path).read_bytes()
    try:
        entries = [entry for place in _blocks(content) for entry in _entries(content, *place)]
        keys = [key for key, _ in entries]
        if keys[:1] != [b""] or keys != sorted(set(keys)):
            raise ValueError("expected sorted names after a header")
        _check_header(entries[0][1])
        places = [(name, _place(value)) for name, value in entries[1:]]
        return {name.decode("utf-8"): place for name, place in places}
    except ValueError as error:
        raise ValueError(f"{Path(path).name}: {error}") from error


def _blocks(content):
    """Return ``(offset, size)`` of each block with entries."""
    if not content.endswith(MAGIC):
        raise ValueError("the file does not end as an index of TensorFlow does")
    footer = BytesIO(content[-FOOTER_BYTES : -len(MAGIC)])
    other, listing = [(_number(footer), _number(footer)) for _ in range(2)]
    if sum(listing) + TRAILER_BYTES + FOOTER_BYTES != len(content):
        raise ValueError(f"expected {sum(listing) + TRAILER_BYTES + FOOTER_BYTES} bytes, found {len(content)}")
    _entries(content, *other)  # TensorFlow leaves this block empty, but its checksum must be right, too
    values = [BytesIO(value) for _, value in _entries(content, *listing)]
    return [(_number(value), _number(value)) for value in values]


def _entries(content, offset, size):
    """Return the ``(key, value)`` pairs of a block; of a key only what differs from the last one is written."""
    end = offset + size
    block, kind, checksum = content[offset:end], content[end : end + 1], content[end + 1 : end + TRAILER_BYTES]
    if masked(crc32c(block + kind)) != int.from_bytes(checksum, "little"):
        raise ValueError(f"the checksum of bytes {offset} to {end} is wrong")
    if kind != b"\0":
        raise UnknownKind("its index is compressed")
    places = int.from_bytes(block[-4:], "little")  # at the end, where some keys are written whole, and how many
    stream, key, entries = BytesIO(block[: max(0, len(block) - 4 * places - 4)]), b"", []
    while stream.tell() < len(stream.getbuffer()):
        shared, new, length = _number(stream), _number(stream), _number(stream)
        key = key[:shared] + _bytes(stream, new)
        entries.append((key, _bytes(stream, length)))
    return entries


def _check_header(value):
    header = _fields(value, SHARDS, ENDIANNESS, VERSION)
    version = _fields(header.get(VERSION, [b""])[-1], PRODUCER, OLDEST_READER)
    if header.get(SHARDS) != [1]:
        raise UnknownKind("it has not one data file, but several")
    if header.get(ENDIANNESS, [0]) != [0]:
        raise UnknownKind("its numbers are big-endian")
    if version.get(OLDEST_READER, [0])[-1] > NEWEST_VERSION:
        raise UnknownKind("its format is of a later version")


def _place(value):
    tensor = _fields(value, DTYPE, SHAPE, OFFSET, SIZE, CHECKSUM)
    dimensions = _fields(tensor.get(SHAPE, [b""])[-1], DIMENSION).get(DIMENSION, [])
    shape = tuple(_fields(dimension, LENGTH).get(LENGTH, [0])[-1] for dimension in dimensions)
    if tensor.get(DTYPE) != [FLOAT] or 0 in shape:
        raise UnknownKind("it has tensors of other numbers than 32-bit floats, or of none")
    offset, size, checksum = (tensor.get(key, [0])[-1] for key in (OFFSET, SIZE, CHECKSUM))
    if size != FLOAT_BYTES * math.prod(shape):
        raise ValueError(f"expected {FLOAT_BYTES} bytes for each number of shape {shape}, found {size}")
    return Place(shape, offset, size, checksum)


def _fields(message, *known):
    """Return ``{field: [values]}`` of a protocol buffer: a number or bytes for each time that the field is there."""
    stream, fields = BytesIO(message), {}
    while stream.tell() < len(message):
        field = _number(stream)
        if field not in known:
            raise UnknownKind(f"its index has a field that is not known, {field:#x}")
        if field % 8 == 2:
            value = _bytes(stream, _number(stream))
        else:
            value = int.from_bytes(_bytes(stream, 4), "little") if field % 8 == 5 else _number(stream)
        fields.setdefault(field, []).append(value)
    return fields


def _number(stream):
    """Read a number: seven bits in each byte, the lowest first; the eighth bit tells whether more follow."""
    value, shift, more = 0, 0, True
    while more:
        byte = _bytes(stream, 1)[0]
        value, shift, more = value | (byte & 127) << shift, shift + 7, byte & 128
    return value


def _bytes(stream, count):
    found = stream.read(min(count, 1 << 30))
    if len(found) != count:
        raise ValueError("something ends too early")
    return found
