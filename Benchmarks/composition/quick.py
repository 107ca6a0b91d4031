# SPDX-License-Identifier: Apache-2.0
"""What takes round trips more than it takes bytes."""

import shutil
from statistics import median

from inputs import write_blob, write_small_blobs

SEED = 1000
# The first one comes with the answer to a Stat, in the packets that a new connection may send at once.
SIZES = (8 << 10, 1 << 20, 32 << 20)
SAMPLE = 50
SMALLEST, LARGEST = 1 << 10, 32 << 10
# Reads of blobs that are near, before and among those that are not.
CONTROLS = 5


def measure_first_byte(bench) -> None:
    """Measures how much later than that of a near blob the first byte of a far one comes."""
    trip, figures = bench.round_trip, bench.figures
    print(
        f"\nFirst byte, in round trips of {trip * 1e3:.0f} ms, less that of a blob that is near;"
        " Read from far itself, less nothing",
        flush=True,
    )
    for size in SIZES:
        # One cold and two warm Reads through a daemon, and one by a command, in each round.
        count = 4 * bench.rounds
        blobs = [_make(bench, size, SEED + 100 * SIZES.index(size) + it) for it in range(count + 1)]
        near_file, near = blobs.pop()
        bench.clear_near()
        bench.put(bench.near_store, near_file)
        name = f"{size >> 10} KiB" if size < 1 << 20 else f"{size >> 20} MiB"
        for number in range(bench.rounds):
            cold, *warm, single = (digest for _, digest in blobs[4 * number : 4 * number + 4])
            with bench.near_daemon():
                digests = [near] * CONTROLS + [cold] + [near] * CONTROLS
                for digest in warm:
                    digests += [digest, near]
                seconds = bench.call("first", bench.near_target, *digests)
            # The very first read of the daemon opens files, and is not one like the others.
            control = median(it for it, digest in zip(seconds[1:], digests[1:]) if digest == near)
            for digest, it in zip(digests, seconds):
                if digest != near:
                    kind = "cold connection" if digest == cold else "warm connection"
                    figures.add(f"{name}, daemon, {kind}", (it - control) / trip)
            kinds = ["cold"] + ["warm"] * len(warm)
            for kind, it in zip(kinds, bench.call("first", bench.far_target, cold, *warm)):
                figures.add(f"{name}, Read from far, {kind} connection", it / trip)
            controls = [_command(bench, near) for _ in range(CONTROLS)]
            figures.add(f"{name}, command", (_command(bench, single) - median(controls)) / trip)
        for file, _ in [*blobs, (near_file, near)]:
            file.unlink()
        for kind in ("cold", "warm"):
            figures.line(f"{name}, Read from far, {kind} connection", "trips", 2)
        for way in ("daemon, cold connection", "daemon, warm connection", "command"):
            spread = sorted(figures.samples(f"{name}, {way}"))
            detail = f"{spread[0]:.2f} to {spread[-1]:.2f}"
            figures.at_most(f"first byte, {name}, {way}", figures(f"{name}, {way}"), 3, " trips", detail)


def _make(bench, size: int, seed: int):
    file = bench.scratch / f"first-{seed}"
    write_blob(file, size, seed)
    return file, bench.put_file(bench.far_store, file)


def _command(bench, digest: str) -> float:
    return bench.get(digest, "--output", "-", *bench.cached(), waits_for_output=True).first_byte


def measure_small(bench) -> None:
    """Restores a list of small blobs, and reads some of them one after the other."""
    count, figures = bench.options.blobs, bench.figures
    print(f"\n{count:,} blobs of {SMALLEST >> 10} to {LARGEST >> 10} KiB, cold", flush=True)
    folder, output = bench.scratch / "small", bench.scratch / "restored"
    write_small_blobs(folder, count, SMALLEST, LARGEST, SEED)
    listing = bench.scratch / "list"
    listing.write_text(bench.put(bench.far_store, "-r", folder).replace(str(folder) + "/", ""))
    digests = [line.split()[0] for line in listing.read_text().splitlines()]
    step = max(1, count // SAMPLE)
    length = sum(it.stat().st_size for it in folder.iterdir())

    def measure(way: str, *words: object) -> None:
        received = bench.link.byte_counts()[0]
        output.mkdir()
        with bench.far_work(way):
            result = bench.get("--list", listing, "--directory", output, *words)
        assert sum(it.stat().st_size for it in output.iterdir()) == length
        shutil.rmtree(output)
        figures.add(way, result.seconds)
        figures.add(f"{way}, client", result.processor_seconds)
        figures.add(f"{way}, bytes", bench.link.byte_counts()[0] - received)

    for _ in range(bench.rounds):
        each = bench.call("each", bench.far_target, *digests[::step])
        figures.add("one Stat and one Read each", sum(each) / len(each) * count)
        bench.clear_near()
        measure("list, cache", *bench.cached())
        bench.clear_near()
        with bench.near_daemon():
            measure("list, near daemon", "--store", bench.near_url)
        measure("list, from far itself", "--store", bench.far_url)
    ways = ("list, cache", "list, near daemon", "list, from far itself")
    figures.line("one Stat and one Read each", "s", 2, f"from {len(digests[::step])} of them")
    for way in ways:
        work = f"client {figures(f'{way}, client'):.1f} s, far daemon {figures(f'{way}, far'):.1f} s"
        came = f"{figures(f'{way}, bytes') / length:.2f} of the content came"
        figures.line(way, "s", 2, f"{came}; processors: {work}")
    for way in ways[:2]:
        share = figures(way) / figures("one Stat and one Read each") * 100
        figures.at_most(f"{way}, to one Stat and one Read each", share, 5, " %")
    shutil.rmtree(folder)
