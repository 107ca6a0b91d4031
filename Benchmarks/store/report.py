# SPDX-License-Identifier: Apache-2.0
"""Tables of the results: as text, and as Markdown for the documentation."""

import os
import platform
import re
from pathlib import Path

from contestants import Contestant
from results import OPERATIONS, PAIR_PUTS, TREE_PUT, Results
from verdicts import Verdict

NOTHING = "-"


def table(results: Results, contestants: list[Contestant], place: str, on_disk: bool) -> list[list[str]]:
    """Returns the rows of one place, the heading first."""
    rows = [["", *OPERATIONS, "a: MB", "b adds: MB", "tree: MB", "peak: MiB"]]
    for contestant in contestants:
        name = contestant.name
        times = [_time(results, place, name, it, on_disk) for it in OPERATIONS]
        sizes = [_size(results, place, name, it) for it in (*PAIR_PUTS, *TREE_PUT)]
        measured = any(results.has(place, name, (it,)) for it in OPERATIONS)
        peak = f"{results.peak(place, name) / 2**20:,.0f}" if measured else NOTHING
        rows.append([name, *times, *sizes, peak])
    return rows


def legend(on_disk: bool) -> str:
    text = "Seconds: wall / processor"
    if on_disk:
        text += " (+ what a sync afterwards took)"
    return text + ". MB: space taken in the file system / sum of file lengths."


def as_text(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:]))]
        ).rstrip()
        for row in rows
    )


def as_markdown(rows: list[list[str]]) -> str:
    heading, *body = ["| " + " | ".join(row) + " |" for row in rows]
    rule = "|---" + "|---:" * (len(rows[0]) - 1) + "|"
    return "\n".join([heading, rule, *body])


def notes(results: Results, contestants: list[Contestant], versions: dict[str, str]) -> list[str]:
    lines = []
    for contestant in contestants:
        lines.append(f"{contestant.name} ({versions[contestant.name]}): {contestant.note}.")
        for operation, reason in contestant.left_out.items():
            lines.append(f"{contestant.name} is left out of {operation}: {reason}.")
    share = results.disturbance(os.cpu_count() or 1)
    lines.append(f"Other processes used {share:.0%} of the processors meanwhile.")
    for (place, name), reason in results.failures.items():
        lines.append(f"{name} FAILED on {place}: {reason}")
    return lines


def markdown(
    results: Results,
    contestants: list[Contestant],
    versions: dict[str, str],
    places: dict[str, Path],
    inputs: str,
    runs: int,
    verdicts: list[Verdict],
) -> str:
    parts = [
        f"Machine: {machine()}.",
        f"Inputs: {inputs}. Page cache warm, median of {runs}, contestants in turn.",
    ]
    for place, folder in places.items():
        on_disk = place == "disk"
        title = f"### Stores on {place} ({file_system(folder)})"
        parts += [title, legend(on_disk), as_markdown(table(results, contestants, place, on_disk))]
    parts.append("\n".join(f"- {line}" for line in notes(results, contestants, versions)))
    if verdicts:
        rows = [["goal", "on", "ratio", "limit", "figures", ""]] + [
            [
                it.goal,
                it.place,
                f"{it.ratio:.2f}",
                f"{it.limit:.2f}",
                it.detail,
                "pass" if it.passed else "below",
            ]
            for it in verdicts
        ]
        parts += ["### Goals", as_markdown(rows)]
    return "\n\n".join(parts) + "\n"


def machine() -> str:
    """Returns processor, cores, memory and kernel; no names."""
    processor = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    memory = re.search(r"^MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text(), re.M)
    kernel = re.match(r"[\d.]+", platform.release())
    return ", ".join(
        [
            processor[1] if processor else platform.machine(),
            f"{os.cpu_count()} cores",
            f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "memory unknown",
            f"{platform.system()} {kernel[0] if kernel else ''}".strip(),
        ]
    )


def file_system(folder: Path) -> str:
    """Returns the type of the file system that holds the folder."""
    resolved = folder.resolve()
    best, kind = 0, "unknown"
    for line in Path("/proc/self/mounts").read_text().splitlines():
        point, found = line.split()[1:3]
        if resolved.is_relative_to(point) and len(point) >= best:
            best, kind = len(point), found
    return kind


def _time(results: Results, place: str, name: str, operation: str, on_disk: bool) -> str:
    one = (operation,)
    if not results.has(place, name, one):
        return NOTHING
    text = f"{results.wall(place, name, one):.2f} / {results.processor(place, name, one):.2f}"
    if on_disk and operation.startswith("put"):
        text += f" (+{results.sync(place, name, one):.2f})"
    return text


def _size(results: Results, place: str, name: str, operation: str) -> str:
    one = (operation,)
    if not results.has(place, name, one):
        return NOTHING
    allocated, length = results.allocated(place, name, one), results.length(place, name, one)
    return f"{allocated / 1e6:,.1f} / {length / 1e6:,.1f}"
