# SPDX-License-Identifier: Apache-2.0
"""Large blobs: how fast they come, and how much of them."""

from inputs import write_blob, write_edited
from processes import run

SEED = 7
CROWD_SIZE = 64 << 20
#: What a chunk takes in the list that a server sends, and a group of content in that of hashes.
CHUNK_ENTRY_SIZE, HASH_SIZE, GROUP_SIZE = 40, 32, 16 << 10
WAYS = ("far", "cache", "near daemon")


def make_large(bench) -> str:
    """Puts the large blob into the far store, if that has not been done, and keeps its file."""
    file = bench.scratch / "large"
    if not file.exists():
        write_blob(file, bench.options.size << 20, SEED)
        bench.large = bench.put_file(bench.far_store, file)
    return bench.large


def measure_speed(bench) -> None:
    """Reads a cold blob through a cache, and the whole of it with Read over the same link."""
    size, figures = bench.options.size << 20, bench.figures
    print(f"\n{bench.options.size} MiB, cold", flush=True)
    digest, output = make_large(bench), bench.scratch / "output"

    def measure(way: str, *words: object) -> None:
        with bench.far_work(way):
            result = bench.get(digest, "--output", output, *words)
        assert output.stat().st_size == size
        output.unlink()
        figures.add(way, size / 1e6 / result.seconds)
        figures.add(f"{way}, client", result.processor_seconds)

    for _ in range(bench.rounds):
        measure("far", "--store", bench.far_url)
        bench.clear_near()
        measure("cache", *bench.cached())
        bench.clear_near()
        with bench.near_daemon() as near:
            measure("near daemon", "--store", bench.near_url)
            figures.add("near daemon, near", near.processor_seconds)
    for way in WAYS:
        work = f"client {figures(f'{way}, client'):.1f} s"
        if way == "near daemon":
            work += f", near daemon {figures(f'{way}, near'):.1f} s"
        work += f", far daemon {figures(f'{way}, far'):.1f} s"
        if figures(f"{way}, link"):
            work += f", link {figures(f'{way}, link'):.1f} s"
        figures.line(way, "MB/s", detail=f"processors: {work}")
    for way in WAYS[1:]:
        figures.at_least(f"speed, {way}, to Read from far", figures(way) / figures("far"), 0.8)


def measure_bytes(bench) -> None:
    """Reads an edited blob when the original is near."""
    print(f"\n{bench.options.size} MiB, edited, the original near", flush=True)
    figures, output = bench.figures, bench.scratch / "output"
    original = make_large(bench)
    original_chunks = _chunks(bench, original)
    for edits in map(int, bench.options.edits.split(",")):
        file = bench.scratch / f"edited-{edits}"
        write_edited(file, bench.scratch / "large", edits, SEED + edits)
        edited = bench.put_file(bench.far_store, file)
        file.unlink()
        changed = {it: size for it, size in _chunks(bench, edited).items() if it not in original_chunks}
        length = sum(changed.values())
        lists = CHUNK_ENTRY_SIZE * len(_chunks(bench, edited)) + HASH_SIZE * (
            bench.options.size * (1 << 20) // GROUP_SIZE
        )
        bench.clear_near()
        assert bench.put_file(bench.near_store, bench.scratch / "large") == original
        received, sent = bench.link.byte_counts()
        result = bench.get(edited, "--output", output, *bench.cached())
        came, went = (now - then for now, then in zip(bench.link.byte_counts(), (received, sent)))
        output.unlink()
        detail = (
            f"{came / 1e6:.2f} MB came, {went / 1e6:.2f} MB went; {len(changed)} chunks of"
            f" {length / 1e6:.2f} MB have changed, {came / length:.2f} times as much came; the lists of"
            f" chunks and hashes have {lists / 1e6:.2f} MB; {result.seconds:.2f} s"
        )
        name = f"bytes, {edits} edits, to changed chunks and lists"
        figures.at_most(name, came / (length + lists), 1.2, detail=detail)


def _chunks(bench, digest: str) -> dict[str, int]:
    lines = run([bench.blobstore, "chunks", "--store", bench.far_store, digest]).output.splitlines()
    return {words[0]: int(words[2]) for words in map(str.split, lines)}


def measure_crowd(bench) -> None:
    """Lets many read one cold blob through a daemon at once."""
    readers, figures = bench.options.readers, bench.figures
    print(f"\n{readers} readers of {CROWD_SIZE >> 20} MiB at once", flush=True)
    file = bench.scratch / "crowded"
    write_blob(file, CROWD_SIZE, SEED + 1)
    digest = bench.put_file(bench.far_store, file)
    file.unlink()
    for _ in range(bench.rounds):
        received = bench.link.byte_counts()[0]
        bench.get(digest, "--output", bench.scratch / "output", "--store", bench.far_url)
        figures.add("one transfer", (bench.link.byte_counts()[0] - received) / 1e6)
        bench.clear_near()
        with bench.near_daemon() as near:
            received = bench.link.byte_counts()[0]
            result = bench.call("crowd", bench.near_target, digest, readers)
            figures.add("all readers", (bench.link.byte_counts()[0] - received) / 1e6)
            figures.add("the last reader", max(result["seconds"]))
            figures.add("the last first byte", max(result["first"]))
            figures.add("crowd, near", near.processor_seconds)
        assert len(result["lengths"]) == readers and min(result["lengths"]) >= CROWD_SIZE
    figures.line("one transfer", "MB", 2)
    figures.line("all readers", "MB", 2)
    figures.line("the last reader", "s", 2, f"near daemon {figures('crowd, near'):.1f} s of processor")
    figures.line("the last first byte", "s", 2)
    ratio = figures("all readers") / figures("one transfer")
    figures.at_most(f"bytes, {readers} readers, to one transfer", ratio, 1.1)
