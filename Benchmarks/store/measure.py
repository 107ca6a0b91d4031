# SPDX-License-Identifier: Apache-2.0
"""Runs one command and measures it; measures folders; compares what was restored."""

import filecmp
import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from contestants import Command, complete_environment

TIMEOUT_SECONDS = 300
ERROR_TAIL = 400


class CommandFailed(Exception):
    pass


@dataclass(frozen=True)
class Usage:
    wall: float
    processor: float
    peak_bytes: int
    # Processor seconds that other processes, and the kernel for itself, used meanwhile.
    others: float


@dataclass(frozen=True)
class Space:
    """What a folder takes: `allocated` on the disk, `length` as the sum of the files' sizes."""

    allocated: int
    length: int

    def __sub__(self, other: "Space") -> "Space":
        return Space(self.allocated - other.allocated, self.length - other.length)


def run(command: Command) -> Usage:
    """Runs the command; throws `CommandFailed` when it fails or takes too long.

    Processor time includes all descendants that were waited for, peak memory is that of the largest of them.
    GNU time starts the command, for a child's peak counts what its parent had before exec: of Python, 30 MiB.
    """
    with tempfile.TemporaryDirectory(prefix="blobstore-bench-") as scratch:
        peak, errors = Path(scratch, "peak"), Path(scratch, "errors")
        with open(command.output or os.devnull, "wb") as out, open(errors, "wb") as err:
            busy = machine_busy()
            start = time.perf_counter()
            process = subprocess.Popen(
                ["time", "--quiet", "--format=%M", f"--output={peak}", *command.arguments],
                cwd=command.folder,
                env=complete_environment(command),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
            timer = threading.Timer(TIMEOUT_SECONDS, os.killpg, (process.pid, signal.SIGKILL))
            timer.start()
            try:
                _, status, used = os.wait4(process.pid, 0)
                wall = time.perf_counter() - start
                busy = machine_busy() - busy
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
            finally:
                timer.cancel()
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            reason = errors.read_text(errors="replace").strip()[-ERROR_TAIL:]
            if wall >= TIMEOUT_SECONDS:
                reason = f"took longer than {TIMEOUT_SECONDS} s"
            raise CommandFailed(f"{' '.join(command.arguments)[:ERROR_TAIL]}: {reason}")
        processor = used.ru_utime + used.ru_stime
        return Usage(wall, processor, int(peak.read_text()) * 1024, max(0.0, busy - processor))


def machine_busy() -> float:
    """Returns the processor seconds that the machine was not idle, of all cores; steal counts."""
    with open("/proc/stat") as stat:
        user, nice, system, _, _, irq, softirq, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def sync(folder: Path) -> float:
    """Returns the seconds that the folder's file system needs to write all that is pending."""
    start = time.perf_counter()
    subprocess.run(["sync", "--file-system", str(folder)], check=True)
    return time.perf_counter() - start


def space(folder: Path) -> Space:
    allocated = length = 0
    for parent, _, names in os.walk(folder):
        allocated += os.lstat(parent).st_blocks * 512
        for name in names:
            entry = os.lstat(os.path.join(parent, name))
            allocated += entry.st_blocks * 512
            length += entry.st_size
    return Space(allocated, length)


def empty(folder: Path) -> None:
    """Frees the space of all files below the folder, but leaves the files.

    For minutes ext4 does not use the number of a deleted file again, and tries each such number for every new file:
    after trees were deleted, `cp -r` of 20,000 files took 15 s in place of 1.5 s. So nothing is deleted before the
    last measurement.
    """
    for file in files_below(folder):
        os.chmod(folder / file, 0o600)  # Restic and casync write-protect theirs.
        os.truncate(folder / file, 0)


def check_same(source: Path, restored: Path) -> None:
    """Throws `CommandFailed` where a file differs, is missing, or is too many."""
    if source.is_file():
        names = [Path(".")]
    else:
        names = files_below(source)
        if names != files_below(restored):
            raise CommandFailed(f"{restored} has other files than {source}")
    filecmp.clear_cache()  # It goes by size and time only, and restored files have both right.
    for name in names:
        if not (restored / name).is_file():
            raise CommandFailed(f"{restored / name} is missing")
        if not filecmp.cmp(source / name, restored / name, shallow=False):
            raise CommandFailed(f"{restored / name} differs from {source / name}")


def files_below(folder: Path) -> list[Path]:
    return sorted(
        Path(parent, name).relative_to(folder)
        for parent, _, names in os.walk(folder)
        for name in names
    )
