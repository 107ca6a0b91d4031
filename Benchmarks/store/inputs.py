# SPDX-License-Identifier: Apache-2.0
"""Makes the benchmark's inputs once: the pair `a` and `b`, and `tree`."""

import os
import random
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIB = 1 << 20
INSERTS = 200
INSERT_BYTES = 100
TREE_ROOTS = ("/usr/include", "/usr/lib", "/usr/share")
LARGEST_SMALL_FILE = MIB


@dataclass(frozen=True)
class Scale:
    """How much input to make."""

    pair_bytes: int
    tree_files: int


FULL = Scale(pair_bytes=1024 * MIB, tree_files=20_000)
SMALL = Scale(pair_bytes=64 * MIB, tree_files=2_000)


def prepare(folder: Path, scale: Scale) -> None:
    """Makes those inputs that `folder` lacks. Each appears whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    a, b, tree = folder / "a", folder / "b", folder / "tree"
    if not a.exists() or a.stat().st_size != scale.pair_bytes:
        b.unlink(missing_ok=True)
        _write_incompressible(a, scale.pair_bytes)
    if not b.exists():
        _write_with_inserts(a, b)
    if not tree.exists():
        _copy_tree(tree, scale.tree_files)


def warm(path: Path) -> None:
    """Reads every file below `path`, so that the page cache holds it."""
    for file in _regular_files(path) if path.is_dir() else [path]:
        with open(file, "rb", buffering=0) as source:
            while source.read(MIB):
                pass


def describe(tree: Path) -> str:
    """Returns the number of files, their total size and the median size."""
    sizes = sorted(file.stat().st_size for file in _regular_files(tree))
    return f"{len(sizes):,} files, {sum(sizes) / 1e6:,.0f} MB, median {sizes[len(sizes) // 2]:,} bytes"


def _write_incompressible(target: Path, size: int) -> None:
    generator = random.Random("a")
    partial = target.with_suffix(".partial")
    with open(partial, "wb") as out:
        for _ in range(size // MIB):
            out.write(generator.randbytes(MIB))
    partial.rename(target)


def _write_with_inserts(source: Path, target: Path) -> None:
    generator = random.Random("b")
    size = source.stat().st_size
    places = sorted(generator.sample(range(size), INSERTS))
    partial = target.with_suffix(".partial")
    with open(source, "rb") as original, open(partial, "wb") as out:
        position = 0
        for place in places:
            out.write(original.read(place - position))
            out.write(generator.randbytes(INSERT_BYTES))
            position = place
        shutil.copyfileobj(original, out, MIB)
    partial.rename(target)


def _copy_tree(target: Path, count: int) -> None:
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    copied = 0
    for root in TREE_ROOTS:
        for file in _regular_files(Path(root)):
            if copied == count:
                break
            if file.stat().st_size > LARGEST_SMALL_FILE:
                continue
            destination = partial / file.relative_to("/")
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, destination)
            copied += 1
    if copied < count:
        raise SystemExit(f"{', '.join(TREE_ROOTS)} have {copied} small files, {count} are needed")
    partial.rename(target)


def _regular_files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = Path(parent, name)
            if stat.S_ISREG(path.lstat().st_mode):
                yield path
