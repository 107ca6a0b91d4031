# SPDX-License-Identifier: Apache-2.0
"""Content that does not compress, the same in each run."""

import random
from pathlib import Path

PIECE = 1 << 20
EDIT_LENGTH = 100


def write_blob(file: Path, size: int, seed: int) -> None:
    source = random.Random(seed)
    with file.open("wb") as output:
        for offset in range(0, size, PIECE):
            output.write(source.randbytes(min(PIECE, size - offset)))


def write_small_blobs(folder: Path, count: int, smallest: int, largest: int, seed: int) -> None:
    source = random.Random(seed)
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:05}").write_bytes(source.randbytes(source.randint(smallest, largest)))


def write_edited(file: Path, original: Path, edits: int, seed: int) -> None:
    """Writes the original with edits at random places: bytes inserted, bytes left out, one changed."""
    source, size = random.Random(seed), original.stat().st_size
    places = sorted(source.sample(range(size - EDIT_LENGTH), edits))
    with original.open("rb") as input, file.open("wb") as output:
        for number, place in enumerate(places):
            _copy(input, output, place - input.tell())
            match number % 3:
                case 0:
                    output.write(source.randbytes(EDIT_LENGTH))
                case 1:
                    input.seek(EDIT_LENGTH, 1)
                case 2:
                    output.write(bytes([input.read(1)[0] ^ 1]))
        _copy(input, output, size - input.tell())


def _copy(input, output, length: int) -> None:
    while length > 0:
        piece = input.read(min(PIECE, length))
        output.write(piece)
        length -= len(piece)
