"""CRC-32C, the checksum in TensorFlow's files, by numpy: no other library here offers it to Python.

    crc32c(b"123456789")       # 0xe3069283

A CRC reads bytes as one long polynomial with coefficients 0 and 1, the first bit the highest power, and is the
remainder after division by a fixed polynomial P. Adding a multiple of P leaves the remainder as it is, and to add is
XOR. P divides

    x^5685 + x^1362 + x^426 + 1

(found by trying all with four terms; there is none below x^5275). So it divides the 32nd power of that, too, which with
such coefficients is x^(32 * 5685) + x^(32 * 1362) + x^(32 * 426) + 1. In words of 32 bits: the first word of a message
can go if it is XORed into the words 4323, 5259 and 5685 places behind it. Between them lie thousands of words that can
go at the same time, each into places of its own: work for numpy. With three more squarings it is eight times as many.
The method is "Chorba" (Russell 2024, arXiv:2412.16398).
"""

from functools import cache
from itertools import accumulate

import numpy as np

POLYNOMIAL = 0x82F63B78  # P without x^32: the highest bit is the coefficient of 1, the lowest that of x^31
PLACES_BEHIND = (5685 - 1362, 5685 - 426, 5685)
WORDS_AT_A_TIME = 1 << 17  # half a megabyte: it stays in the processor's own memory
ALL_ONES = b"\x54\x64\x1f\x64"  # a CRC starts with 32 ones: what would lead there if it started with zeros


def crc32c(data):
    """Return the CRC-32C, a number below 2**32, of bytes or of an array without gaps.

    A gigabyte takes about as long as with ``zlib.crc32``; the first call makes a table, in 0.04 s of processor time.
    """
    data = np.frombuffer(data, np.uint8)
    odd = len(data) % 4
    beginning = (bytes(4) + ALL_ONES + data[:odd].tobytes())[-8:]  # zeros before the highest power change nothing
    words = _shortened(np.frombuffer(beginning, "<u4"), data[odd:].view("<u4"), spread=8)
    words = _shortened(words[:0], words, spread=1)
    bits = np.unpackbits(words.view(np.uint8), bitorder="little")
    remainders = _remainders()
    return int(np.bitwise_xor.reduce(remainders[len(remainders) - len(bits) :] * bits)) ^ 0xFFFFFFFF


def masked(crc):
    """A CRC as TensorFlow stores it: turned by 15 bits and shifted, because a CRC over CRCs would be a weak one."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) % 2**32


def _shortened(beginning, words, spread):
    """Return at most ``spread * 5685`` words that have the same remainder as the beginning and the words after it."""
    places_behind = [spread * places for places in PLACES_BEHIND]
    kept = beginning
    for start in range(0, len(words), WORDS_AT_A_TIME):
        block = np.concatenate([kept, words[start : start + WORDS_AT_A_TIME]])
        end = max(0, len(block) - places_behind[-1])
        for first in range(0, end, places_behind[0]):
            going = block[first : min(first + places_behind[0], end)]
            for places in places_behind:
                target = block[first + places :][: len(going)]
                np.bitwise_xor(target, going, out=target)
        kept = block[end:]
    return kept


@cache
def _remainders():
    """What remains of each bit by itself, for 5685 words: x^32 of the last one, and x times as much of each before."""
    bits = range(32 * PLACES_BEHIND[-1])
    times_x = accumulate(bits, lambda value, _: value >> 1 ^ (value & 1) * POLYNOMIAL, initial=1)
    return np.fromiter(times_x, np.uint32)[:0:-1].copy()
