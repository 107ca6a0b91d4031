#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints Tests/ChunkingTests/Resources/fastcdc-vectors.json: cuts made by another implementation.

Needs the packages blake3 and pyfastcdc 0.3.1, a port of the v2020 module of the Rust crate fastcdc.

    dev/generate-fastcdc-vectors.py > Tests/ChunkingTests/Resources/fastcdc-vectors.json
"""

import json

from blake3 import blake3
from pyfastcdc import FastCDC

KEY = "fastcdc"
STREAM = blake3(KEY.encode()).digest(8 << 20)
SMALL = (8192, 16384, 32768)
ODD = (1001, 5001, 20001)


def case(name, count, lengths, normalization=1, seed=0, zeros=False):
    minimum, average, maximum = lengths
    cutter = FastCDC(
        average,
        min_size=minimum,
        max_size=maximum,
        normalized_chunking=normalization,
        seed=seed,
    )
    content = bytes(count) if zeros else STREAM[:count]
    return {
        "name": name,
        "zeros": zeros,
        "byteCount": count,
        "minimum": minimum,
        "average": average,
        "maximum": maximum,
        "normalization": normalization,
        "seed": seed,
        "ends": [chunk.offset + chunk.length for chunk in cutter.cut_buf(content)] if count else [],
    }


CASES = [
    case("standard", 8 << 20, (128 << 10, 256 << 10, 512 << 10)),
    case("small chunks", 1 << 20, SMALL),
    case("nothing", 0, SMALL),
    case("minimum", 8192, SMALL),
    case("minimum and one", 8193, SMALL),
    case("zeros", 100_000, SMALL, zeros=True),
    case("odd tail", 100_001, SMALL),
    case("odd lengths", 300_000, ODD),
    case("average just below 2^13.5", 300_000, (4000, 11_585, 40_000)),
    case("average just above 2^13.5", 300_000, (4000, 11_586, 40_000)),
    case("equal lengths", 100_000, (4097, 4097, 4097)),
    case("normalization 0", 500_000, SMALL, normalization=0),
    case("normalization 2", 500_000, SMALL, normalization=2),
    case("normalization 3", 500_000, SMALL, normalization=3),
    case("seed", 500_000, SMALL, seed=0x0123_4567_89AB_CDEF),
]

print(json.dumps({"key": KEY, "cases": CASES}).replace('{"name"', '\n{"name"'))
