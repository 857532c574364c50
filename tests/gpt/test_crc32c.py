"""CRC-32C by numpy is the one of the standard, whatever the length of what it is taken of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gpt.crc32c import PLACES_BEHIND, POLYNOMIAL, WORDS_AT_A_TIME, crc32c, masked

# What Appendix B.4 of RFC 3720 (iSCSI) lists, and the nine digits that catalogues of CRCs give.
PUBLISHED = [
    (b"", 0),
    (b"123456789", 0xE3069283),
    (bytes(32), 0x8A9136AA),
    (b"\xff" * 32, 0x62A8AB43),
    (bytes(range(32)), 0x46DD794E),
    (bytes(reversed(range(32))), 0x113FDB5C),
]

SEAMS = sorted({4 * words for words in (1, 5685, 8 * 5685, WORDS_AT_A_TIME, WORDS_AT_A_TIME + 8 * 5685)})
RANDOM = np.random.default_rng(1).bytes(2 * SEAMS[-1])


def table():
    values = list(range(256))
    for _ in range(8):
        values = [value >> 1 ^ (value & 1) * POLYNOMIAL for value in values]
    return values


TABLE = table()


def byte_by_byte(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize(("data", "expected"), PUBLISHED)
def test_published_values(data, expected):
    assert crc32c(data) == byte_by_byte(data) == expected


@pytest.mark.parametrize("seam", SEAMS)
def test_lengths_around_the_seams(seam):
    for length in range(seam - 4, seam + 5, 1 if seam < 1000 else 3):
        assert crc32c(RANDOM[:length]) == byte_by_byte(RANDOM[:length])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3))
def test_any_bytes_and_arrays_that_begin_anywhere_in_memory(data, start):
    array = np.frombuffer(bytes(start) + data, np.uint8)[start:]
    assert crc32c(array) == crc32c(data) == byte_by_byte(data)


def test_the_polynomial_with_four_terms_is_a_multiple_of_the_crc_s():
    power, powers = 1 << 31, []  # x^0, x^1, x^2, ... divided by P
    for _ in range(PLACES_BEHIND[-1] + 1):
        powers.append(power)
        power = power >> 1 ^ (power & 1) * POLYNOMIAL
    terms = [PLACES_BEHIND[-1] - places for places in (0, *PLACES_BEHIND)]
    assert terms == [5685, 1362, 426, 0]
    assert powers[5685] ^ powers[1362] ^ powers[426] ^ powers[0] == 0


def test_an_array_is_taken_as_its_bytes_and_not_changed():
    array = np.random.default_rng(2).standard_normal((60, 1000), dtype=np.float32)
    before = array.copy()
    assert crc32c(array) == crc32c(array.tobytes()) == byte_by_byte(array.tobytes())
    assert np.array_equal(array, before)


def test_masking_can_be_taken_back():
    for crc in (0, 1, 0xFFFFFFFF, 0xE3069283):
        turned = (masked(crc) - 0xA282EAD8) % 2**32
        assert (turned << 15 | turned >> 17) % 2**32 == crc
