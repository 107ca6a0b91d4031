# SPDX-License-Identifier: Apache-2.0
"""Starts servers and runs clients, all on loopback and for a limited time."""

import os
import signal
import socket
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

SERVER_SECONDS = 1200
CLIENT_SECONDS = 180
# Freed memory stays with the process, and one arena serves all threads: the fastest for each side. The
# daemon arranges that for itself.
FAST_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
    "MALLOC_ARENA_MAX": "1",
}


def environment(name: str) -> dict[str, str]:
    return {**os.environ, "SWIFT_BACKTRACE": "enable=no", **({} if name == "daemon" else FAST_MEMORY)}


class ClientFailed(Exception):
    pass


class Server:
    """A server that runs; leaving the context ends it."""

    def __init__(self, name: str, command: list[str], data_limit: int | None = None) -> None:
        self.name = name
        self._port = _free_port()
        command = [it.replace("ADDRESS", self.address) for it in command]
        if data_limit is not None:
            # Threads have small stacks, for these count as data, whether used or not.
            command = ["prlimit", f"--data={data_limit}", f"--stack={1 << 20}", *command]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(name),
        )
        self._timer = threading.Timer(SERVER_SECONDS, self._process.kill)
        self._timer.daemon = True
        self._timer.start()
        line = self._process.stdout.readline()
        if not line.startswith("listening on "):
            self.stop()
            raise ClientFailed(f"{name} does not start: {line!r}")

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def high_water(self) -> int:
        """Returns the most memory that the server has had at once, in bytes."""
        for line in Path(f"/proc/{self._process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
        raise ClientFailed(f"{self.name} has ended")

    def stop(self) -> None:
        self._timer.cancel()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _free_port() -> int:
    """Returns a port below those that the system gives to clients."""
    for port in range(21000, 32000):
        with socket.socket() as candidate:
            candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                candidate.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise ClientFailed("no port is free")


@dataclass(frozen=True)
class Client:
    """A program that measures a server."""

    name: str
    program: Path

    def run(self, command: str, server: Server, *arguments: object) -> dict[str, str]:
        """Returns what the program prints: lines of a name and a value."""
        words = [str(self.program), command, server.address, *map(str, arguments)]
        try:
            result = subprocess.run(
                words,
                capture_output=True,
                text=True,
                timeout=CLIENT_SECONDS,
                env=environment(self.name),
            )
        except subprocess.TimeoutExpired as failure:
            raise ClientFailed(f"{' '.join(words)}: takes too long") from failure
        if result.returncode != 0:
            reason = result.stderr.strip()[-400:]
            raise ClientFailed(f"{' '.join(words)}: {result.returncode} {reason}")
        return dict(line.split(" ", 1) for line in result.stdout.splitlines())
