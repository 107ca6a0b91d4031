# SPDX-License-Identifier: Apache-2.0
"""The tools that are compared, and the commands that a user would give to each."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Command:
    """One process: what is timed."""

    arguments: list[str]
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    output: Path | None = None


class Contestant:
    """Keeps named files and folders of `inputs` in the folder `store` and gives them back.

    All that a restore needs is below `store`, lists of digests too, so that its size is what a user pays.
    Caches that can be made again are in the folder `store` + ".cache".
    """

    name = ""
    is_peer = True
    note = ""
    # Operations that the tool cannot do in reasonable time, with the reason.
    left_out: dict[str, str] = {}

    def version(self) -> str | None:
        """Returns the version, or None where the tool is not installed."""
        raise NotImplementedError

    def create(self, store: Path) -> list[Command]:
        """Returns what makes an empty store; not timed."""
        return []

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        raise NotImplementedError

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        """Returns what restores `name` as `target`/`name`."""
        raise NotImplementedError


class Blobstore(Contestant):
    name = "blobstore"
    is_peer = False
    note = "data is synced to the disk before put returns"

    def __init__(self, binary: Path):
        self.binary = binary

    def version(self) -> str | None:
        return "this tree" if self.binary.exists() else None

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        recursive = ["-r"] if (inputs / name).is_dir() else []
        arguments = [str(self.binary), "put", *recursive, name]
        return Command(arguments, inputs, self._environment(store), output=store / f"{name}.digests")

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        digests = store / f"{name}.digests"
        if (inputs / name).is_dir():
            what = ["--list", str(digests), "-C", str(target)]
        else:
            what = [digests.read_text().split()[0], "-o", str(target / name)]
        return Command([str(self.binary), "get", *what], target, self._environment(store))

    def _environment(self, store: Path) -> dict[str, str]:
        return {"BLOBSTORE_STORE": str(store / "blobs")}


class Xet(Contestant):
    name = "hf-xet"
    note = "through its local:// endpoint from a small Python script; does not sync"
    left_out = {
        "get tree": "its local endpoint reads the index from the start for each file: 5 ms a file",
    }

    def __init__(self, tools: Path):
        self.python = tools / "bin/python"
        self.script = Path(__file__).with_name("xet.py")

    def version(self) -> str | None:
        ask = "import importlib.metadata as m; print(m.version('hf-xet'))"
        return first_line([str(self.python), "-c", ask])

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        return self._command("put", store, name, inputs, [name])

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        return self._command("get", store, name, target, [])

    def _command(
        self, verb: str, store: Path, name: str, folder: Path, names: list[str]
    ) -> Command:
        index = store / f"{name}.json"
        arguments = [str(self.python), str(self.script), verb, str(store / "xet"), str(index)]
        home = {"HF_HOME": f"{store}.cache"}
        return Command([*arguments, str(folder), *names], folder, home)


class Restic(Contestant):
    name = "restic"
    note = "encrypts; zstd; syncs each pack"

    def version(self) -> str | None:
        return first_line(["restic", "version"], word=1)

    def create(self, store: Path) -> list[Command]:
        return [self._command(store, store, "init", "--repository-version", "2")]

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        return self._command(store, inputs, "backup", "--tag", name, name)

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        return self._command(
            store, target, "restore", "latest", "--tag", name, "--target", str(target)
        )

    def _command(self, store: Path, folder: Path, *arguments: str) -> Command:
        # A cache would only copy what the local repository has.
        command = ["restic", "--quiet", "--no-cache", "--repo", str(store / "repository"), *arguments]
        return Command(command, folder, {"RESTIC_PASSWORD": "benchmark", "HOME": f"{store}.cache"})


class Borg(Contestant):
    name = "borg"
    note = "no encryption; lz4; syncs each segment"

    def __init__(self, tools: Path):
        installed = tools / "bin/borg"
        self.binary = str(installed) if installed.exists() else "borg"

    def version(self) -> str | None:
        return first_line([self.binary, "--version"], word=1)

    def create(self, store: Path) -> list[Command]:
        return [self._command(store, store, "init", "-e", "none", str(store / "repository"))]

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        return self._command(store, inputs, "create", f"{store}/repository::{name}", name)

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        return self._command(store, target, "extract", f"{store}/repository::{name}")

    def _command(self, store: Path, folder: Path, *arguments: str) -> Command:
        environment = {
            "BORG_BASE_DIR": f"{store}.cache",
            "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK": "yes",
        }
        return Command([self.binary, *arguments], folder, environment)


class Casync(Contestant):
    name = "casync"
    note = "zstd; does not sync"

    def version(self) -> str | None:
        return first_line(["casync", "--version"], word=1)

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        arguments = ["casync", "make", self._store(store), self._index(store, inputs, name), name]
        return Command(arguments, inputs)

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        index = self._index(store, inputs, name)
        return Command(["casync", "extract", self._store(store), index, str(target / name)], target)

    def _store(self, store: Path) -> str:
        return f"--store={store}/chunks.castr"

    def _index(self, store: Path, inputs: Path, name: str) -> str:
        return str(store / f"{name}.{'caidx' if (inputs / name).is_dir() else 'caibx'}")


class Copy(Contestant):
    name = "cp -r"
    is_peer = False
    note = "the floor: no digests, no deduplication; does not sync"

    def version(self) -> str | None:
        return first_line(["cp", "--version"], word=3)

    def put(self, store: Path, inputs: Path, name: str) -> Command:
        return self._command(inputs / name, store)

    def get(self, store: Path, inputs: Path, name: str, target: Path) -> Command:
        return self._command(store / name, target)

    def _command(self, source: Path, folder: Path) -> Command:
        # Without sharing blocks, as the others cannot either.
        return Command(["cp", "-r", "--reflink=never", str(source), str(folder)], folder)


def all_contestants(blobstore: Path, tools: Path) -> list[Contestant]:
    """Returns the contestants in the order in which each round runs them."""
    return [Blobstore(blobstore), Xet(tools), Restic(), Borg(tools), Casync(), Copy()]


def first_line(arguments: list[str], word: int | None = None) -> str | None:
    """Returns the first line, or one word of it, that a program prints; None where it does not run."""
    if shutil.which(arguments[0]) is None:
        return None
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
    if result.returncode != 0:
        print(f"{arguments[0]}: {result.stderr.strip()}", file=sys.stderr)
        return None
    line = result.stdout.splitlines()[0]
    return line if word is None else line.split()[word]


def complete_environment(command: Command) -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C.UTF-8", **command.environment}
