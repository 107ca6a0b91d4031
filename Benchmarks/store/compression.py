# SPDX-License-Identifier: Apache-2.0
"""What compression costs and gains: puts the same inputs at several levels.

usage: compression.py BLOBSTORE INPUTS-FOLDER [RUNS]

The inputs are those of bench.py: `tree` compresses, `a` does not. Levels take turns in each round; figures are medians.
"""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from contestants import Command
from measure import run, space

LEVELS = ("none", "1", "2", "3", "6")


def main() -> None:
    blobstore, inputs = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    for name in ("tree", "a"):
        samples = {level: [] for level in LEVELS}
        for _ in range(runs):
            for level in LEVELS:
                samples[level].append(measure(blobstore, inputs, name, level))
        show(name, samples)


def measure(blobstore: Path, inputs: Path, name: str, level: str) -> tuple[float, float, int]:
    store = Path(tempfile.mkdtemp(dir="/dev/shm", prefix="blobstore-compression-"))
    recursive = ["-r"] if (inputs / name).is_dir() else []
    arguments = [str(blobstore), "put", "--compression", level, *recursive, name]
    try:
        usage = run(Command(arguments, inputs, {"BLOBSTORE_STORE": str(store)}))
        return usage.wall, usage.processor, space(store).length
    finally:
        shutil.rmtree(store)


def show(name: str, samples: dict[str, list[tuple[float, float, int]]]) -> None:
    medians = {
        level: tuple(statistics.median(column) for column in zip(*rows))
        for level, rows in samples.items()
    }
    plain = medians["none"]
    print(f"\n{name}: level, wall s, processor s, stored MB; ratios to no compression")
    for level, (wall, processor, size) in medians.items():
        print(
            f"  {level:>4}  {wall:5.2f} {processor:6.2f} {size / 1e6:8.1f}"
            f"   {wall / plain[0]:5.2f}x time  {size / plain[2]:5.2f}x space"
        )


if __name__ == "__main__":
    main()
