# SPDX-License-Identifier: Apache-2.0
"""Runs servers and commands for a limited time, and says how much work they were."""

import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

SERVER_SECONDS = 1800
COMMAND_SECONDS = 180
TICKS = os.sysconf("SC_CLK_TCK")


class CommandFailed(Exception):
    pass


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BLOBSTORE_")}
    return {**kept, "SWIFT_BACKTRACE": "enable=no"}


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


class OtherWork:
    """How much of the processors others have used since it was made, once all servers have ended."""

    def __init__(self) -> None:
        self._start, self._busy, self._ours = time.monotonic(), *self._work()

    @staticmethod
    def _work() -> tuple[float, float]:
        counts = list(map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]))
        usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        idle = counts[3] + counts[4]
        return (sum(counts) - idle) / TICKS, sum(it.ru_utime + it.ru_stime for it in usages)

    @property
    def share(self) -> float:
        busy, ours = self._work()
        others = (busy - self._busy) - (ours - self._ours)
        return max(0.0, others) / (time.monotonic() - self._start) / os.cpu_count()


class Server:
    """A server that runs; leaving the context ends it."""

    def __init__(self, command: list[object], log: Path) -> None:
        with log.open("ab") as log_file:
            self._process = subprocess.Popen(
                [str(it) for it in command],
                stdout=subprocess.PIPE,
                stderr=log_file,
                stdin=subprocess.DEVNULL,
                text=True,
                env=environment(),
            )
        self._timer = threading.Timer(SERVER_SECONDS, self._process.kill)
        self._timer.daemon = True
        self._timer.start()
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise CommandFailed(f"{command} does not start: {log.read_text()[-400:]}")

    @property
    def processor_seconds(self) -> float:
        return processor_seconds(self._process.pid)

    def stop(self) -> None:
        self._timer.cancel()
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


@dataclass(frozen=True)
class Run:
    """A command that has ended well."""

    output: str
    seconds: float
    processor_seconds: float
    # From the start of the process; nothing if it was not waited for.
    first_byte: float | None = None


def run(command: list[object], waits_for_output: bool = False) -> Run:
    """Runs a command.

    If `waits_for_output`, its output is thrown away, and when the first of it came is noted.
    """
    words, first, output = [str(it) for it in command], None, b""
    start = time.perf_counter()
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    )
    timer = threading.Timer(COMMAND_SECONDS, process.kill)
    timer.start()
    try:
        if waits_for_output:
            pipe = process.stdout.fileno()
            if os.read(pipe, 1):
                first = time.perf_counter() - start
            while os.read(pipe, 1 << 16):
                pass
        else:
            output = process.stdout.read()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    finally:
        timer.cancel()
        if process.returncode is None:
            process.kill()
            process.wait()
        process.stdout.close()
        process.stderr.close()
    if process.returncode != 0:
        reason = errors.decode(errors="replace").strip()[-400:]
        raise CommandFailed(f"{' '.join(words)}: {process.returncode} {reason}")
    return Run(output.decode(), seconds, usage.ru_utime + usage.ru_stime, first)
