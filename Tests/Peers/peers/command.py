# SPDX-License-Identifier: Apache-2.0
"""The command `blobstore` as a client, its time and memory watched."""

import dataclasses
import os
import subprocess
import tempfile
import time

from peers.processes import peak_memory

#: What the command says of itself: see "Exit status" in Documentation/CommandLine.md.
ABSENT, USAGE, DAMAGED, UNAVAILABLE = 1, 64, 65, 69

#: For how many seconds a server may show no sign of life: no test shall take minutes.
_PATIENCE = {"BLOBSTORE_STALL_TIMEOUT": "20"}


@dataclasses.dataclass
class Result:
    """What became of a command."""

    status: int
    output: bytes
    messages: str
    seconds: float
    #: The most memory that it has had, in bytes.
    memory: int


class Command:
    """`Command(binary, store).run("has", digest)`.

    Without a store, the words say which one is used.
    """

    def __init__(self, binary, store, environment=()):
        self._binary = binary
        self._store = [] if store is None else ["--store", str(store)]
        self._environment = {**os.environ, **_PATIENCE, **dict(environment)}

    def start(self, *words, **streams):
        """Starts the command, which goes on beside the test."""
        words = [word.hex() if isinstance(word, bytes) else str(word) for word in words]
        return subprocess.Popen(
            [str(self._binary), words[0], *self._store, *words[1:]],
            env=self._environment,
            **streams,
        )

    def run(self, *words, content=b"", seconds=60):
        """Runs the command with a content of its input; one that takes too long fails the test."""
        with (
            tempfile.TemporaryFile() as source,
            tempfile.TemporaryFile() as output,
            tempfile.TemporaryFile() as messages,
        ):
            source.write(content)
            source.seek(0)
            start = time.monotonic()
            process = self.start(*words, stdin=source, stdout=output, stderr=messages)
            status, memory = _wait(process, seconds)
            output.seek(0)
            messages.seek(0)
            return Result(
                status,
                output.read(),
                messages.read().decode(),
                time.monotonic() - start,
                memory,
            )


def check_messages(result):
    """Messages are short lines of the program, whatever a server would like to say."""
    lines = result.messages.splitlines()
    assert 1 <= len(lines) <= 3, result.messages
    for line in lines:
        assert line.startswith("blobstore: ")
        assert len(line) < 1000
        assert line.isprintable(), "the server writes to the terminal"


def _wait(process, seconds):
    """Waits for the end of a process and returns its status and the memory that it took."""
    deadline = time.monotonic() + seconds
    memory = 0
    while time.monotonic() < deadline:
        memory = max(memory, peak_memory(process.pid))
        if process.poll() is not None:
            return process.returncode, memory
        time.sleep(0.005)
    process.kill()
    process.wait()
    raise AssertionError(f"{process.args} has not ended after {seconds} s")
