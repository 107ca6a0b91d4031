# SPDX-License-Identifier: Apache-2.0
"""FastCDC as the Rust crate `fastcdc` 3.2.1 does it in its module v2020, written to be read.

castore uses it with normalization level 1, no seed, half of the average as the least length and
twice as much as the most. The package `fastcdc` of PyPI cuts elsewhere.
"""

import hashlib

_WORD = (1 << 64) - 1

#: The hash that stands for each byte.
_GEAR = [int.from_bytes(hashlib.md5(bytes([b]) * 64).digest()[:8], "big") for b in range(256)]

#: By number of bits: constants of the format, which follow no rule.
_MASKS = {
    5: 0x0000000001804110,
    6: 0x0000000001803110,
    7: 0x0000000018035100,
    8: 0x0000001800035300,
    9: 0x0000019000353000,
    10: 0x0000590003530000,
    11: 0x0000D90003530000,
    12: 0x0000D90103530000,
    13: 0x0000D90303530000,
    14: 0x0000D90313530000,
    15: 0x0000D90F03530000,
    16: 0x0000D90303537000,
    17: 0x0000D90703537000,
    18: 0x0000D90707537000,
    19: 0x0000D91707537000,
    20: 0x0000D91747537000,
    21: 0x0000D91767537000,
    22: 0x0000D93767537000,
    23: 0x0000D93777537000,
    24: 0x0000D93777577000,
    25: 0x0000DB3777577000,
}


def chunks(content, average, minimum=None, maximum=None, level=1, seed=0):
    """Cuts content into chunks; there are none of nothing."""
    cutter = _Cutter(average, minimum or average // 2, maximum or average * 2, level, seed)
    view, result = memoryview(content), []
    while view:
        length = cutter.first_length(view)
        result.append(bytes(view[:length]))
        view = view[length:]
    return result


class _Cutter:
    def __init__(self, average, minimum, maximum, level, seed):
        self._average, self._minimum, self._maximum = average, minimum, maximum
        bits = _nearest_log2(average)
        self._strict, self._loose = _MASKS[bits + level], _MASKS[bits - level]
        self._gear = [word ^ seed for word in _GEAR]

    def first_length(self, content):
        """The length of the chunk with which content begins."""
        if len(content) <= self._minimum:
            return len(content)
        length = min(len(content), self._maximum)
        # Bytes are taken in pairs, so the last of an odd number never counts.
        start, center, end = (
            number & ~1 for number in (self._minimum, min(length, self._average), length)
        )
        word = 0
        for first, last, mask in (
            (start, center, self._strict),
            (max(start, center), end, self._loose),
        ):
            for offset, byte in enumerate(content[first:last], first):
                word = (word << 1) + self._gear[byte] & _WORD
                if not word & mask:
                    # The byte at which the hash is right belongs to the next chunk.
                    return offset
        return length


def _nearest_log2(number):
    below = number.bit_length() - 1
    return below + (number * number >= 1 << 2 * below + 1)
