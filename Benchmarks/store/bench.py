# SPDX-License-Identifier: Apache-2.0
"""Compares the `blobstore` command with what a user would take instead: see README.md."""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import inputs as generator
import report
from contestants import Contestant, all_contestants
from measure import CommandFailed, check_same, empty, run, space, sync
from results import Results, Sample
from verdicts import judge

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-bench"
SEQUENCES = (
    (("put", "a"), ("put", "b"), ("get", "b"), ("get", "a")),
    (("put", "tree"), ("get", "tree")),
)


def main() -> int:
    options = parse_arguments()
    scale = generator.SMALL if options.small else generator.FULL
    folder = (options.inputs or WORK / ("inputs-small" if options.small else "inputs")).resolve()
    contestants, versions = choose(options)
    generator.prepare(folder, scale)

    places = {}
    if not options.skip_tmpfs:
        places["tmpfs"] = Path("/dev/shm")
    if not options.skip_disk:
        places["disk"] = options.disk.resolve()
    results = Results()
    for place, base in places.items():
        base.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix="blobstore-bench-", dir=base))
        try:
            for number in range(options.runs):
                for contestant in contestants:
                    if (place, contestant.name) not in results.failures:
                        progress(f"{place}, round {number + 1} of {options.runs}: {contestant.name}")
                        one_round(results, place, scratch, contestant, folder, check=number == 0)
        finally:
            shutil.rmtree(scratch)

    finish(options, results, contestants, versions, places, folder)
    return 1 if results.failures else 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blobstore", type=Path, default=ROOT / ".build/release/blobstore")
    parser.add_argument("--inputs", type=Path, help="folder with the inputs; made where missing")
    parser.add_argument("--disk", type=Path, default=WORK / "stores", help="folder on a disk")
    parser.add_argument("--skip-disk", action="store_true", help="only tmpfs")
    parser.add_argument("--skip-tmpfs", action="store_true", help="only the disk")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="names with commas between: ours,hf-xet,restic,borg,casync,cp")
    parser.add_argument("--small", action="store_true", help="64 MiB and 2,000 files, to try it")
    parser.add_argument("--markdown", type=Path, help="file for the table of the documentation")
    parser.add_argument("--json", type=Path, help="file for every sample")
    return parser.parse_args()


def choose(options: argparse.Namespace) -> tuple[list[Contestant], dict[str, str]]:
    """Returns the contestants that are wanted and installed, and their versions."""
    wanted = options.only.split(",") if options.only else None
    contestants, versions = [], {}
    for contestant in all_contestants(options.blobstore.resolve(), WORK / "tools"):
        names = {contestant.name, contestant.name.split()[0]}
        if contestant.name == "blobstore":
            names.add("ours")
        if wanted and names.isdisjoint(wanted):
            continue
        version = contestant.version()
        if version is None:
            progress(f"{contestant.name} is not installed: left out")
            continue
        contestants.append(contestant)
        versions[contestant.name] = version
    if not contestants:
        raise SystemExit("nothing to measure")
    return contestants, versions


def one_round(
    results: Results, place: str, scratch: Path, contestant: Contestant, inputs: Path, check: bool
) -> None:
    """Measures each operation once, in a store of its own for the pair and for the tree."""
    for sequence in SEQUENCES:
        folder = Path(tempfile.mkdtemp(dir=scratch))
        try:
            one_sequence(results, place, folder, contestant, inputs, sequence, check)
        except CommandFailed as failure:
            progress(f"FAILED: {failure}")
            results.failures[place, contestant.name] = str(failure)
            return
        finally:
            empty(folder)


def one_sequence(
    results: Results,
    place: str,
    folder: Path,
    contestant: Contestant,
    inputs: Path,
    sequence: tuple[tuple[str, str], ...],
    check: bool,
) -> None:
    store = folder / "store"
    store.mkdir()
    Path(f"{store}.cache").mkdir()
    for command in contestant.create(store):
        run(command)
    for verb, name in sequence:
        operation = f"{verb} {name}"
        if operation in contestant.left_out:
            continue
        generator.warm(inputs / name)
        sync(folder)
        before = space(store)
        if verb == "put":
            command = contestant.put(store, inputs, name)
        else:
            target = folder / f"target {name}"
            target.mkdir()
            command = contestant.get(store, inputs, name, target)
        usage = run(command)
        sample = Sample(usage, sync(folder), space(store) - before)
        if verb == "get":
            if check:
                check_same(inputs / name, target / name)
            empty(target)
        results.add(place, contestant.name, operation, sample)


def finish(
    options: argparse.Namespace,
    results: Results,
    contestants: list[Contestant],
    versions: dict[str, str],
    places: dict[str, Path],
    folder: Path,
) -> None:
    """Prints and writes all that was found."""
    pair = (folder / "a").stat().st_size >> 20
    described = (
        f"`a` of {pair:,} MiB that do not compress, `b` = `a` with {generator.INSERTS} inserts of "
        f"{generator.INSERT_BYTES} bytes, `tree` of {generator.describe(folder / 'tree')}"
    )
    verdicts = [it for place in places for it in judge(results, contestants, place)]
    print(f"Machine: {report.machine()}\nInputs: {described}. Median of {options.runs}.")
    for place, base in places.items():
        on_disk = place == "disk"
        print(f"\n{place} ({report.file_system(base)}). {report.legend(on_disk)}")
        print(report.as_text(report.table(results, contestants, place, on_disk)))
    print("", *report.notes(results, contestants, versions), sep="\n")
    print("", *(verdicts or ["No verdicts: they need our tool and a peer."]), sep="\n")

    if options.markdown:
        text = report.markdown(
            results, contestants, versions, places, described, options.runs, verdicts
        )
        options.markdown.write_text(text)
    if options.json:
        document = {
            "machine": report.machine(),
            "versions": versions,
            "places": {place: report.file_system(base) for place, base in places.items()},
            "samples": results.as_json(),
            "verdicts": [vars(it) for it in verdicts],
        }
        options.json.write_text(json.dumps(document, indent=1) + "\n")


def progress(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
