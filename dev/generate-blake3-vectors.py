#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes Tests/BLAKE3Tests/Resources/blake3-vectors.json with the official implementation.

Needs the package `blake3`, which binds the official Rust code. Parameters are those of the official
test vectors: byte i of every input is i mod 251, which is prime, so that blocks that trade places
show; lengths lie at the edges of blocks, chunks and vectors; 131 bytes of output are two blocks and
a bit.
"""

import json
from pathlib import Path

from blake3 import blake3

KEY = b"whats the Elvish word for friend"
CONTEXT = "BLAKE3 2019-12-27 16:29:52 test vectors context"
OUTPUT_LENGTH = 131
LENGTHS = [
    *range(9), 63, 64, 65, 127, 128, 129, 1023, 1024, 1025, 2048, 2049, 3072, 3073, 4096, 4097,
    5120, 5121, 6144, 6145, 7168, 7169, 8192, 8193, 16384, 31744, 102400,
]
TARGET = Path(__file__).parent.parent / "Tests/BLAKE3Tests/Resources/blake3-vectors.json"


def case(length: int) -> dict:
    data = bytes(i % 251 for i in range(length))
    return {
        "inputByteCount": length,
        "hash": blake3(data).hexdigest(length=OUTPUT_LENGTH),
        "keyedHash": blake3(data, key=KEY).hexdigest(length=OUTPUT_LENGTH),
        "derivedKey": blake3(data, derive_key_context=CONTEXT).hexdigest(length=OUTPUT_LENGTH),
    }


vectors = {"key": KEY.decode(), "context": CONTEXT, "cases": [case(n) for n in LENGTHS]}
TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(vectors, indent=1) + "\n")
