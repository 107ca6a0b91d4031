# SPDX-License-Identifier: Apache-2.0
"""Programs that run beside the tests, and do not outlive them."""

import os
import subprocess
import time

from peers.processes import peak_memory

_TAIL_SIZE = 3000
_PAUSE = 0.02


class Background:
    """A program that can be stopped and started again; what it says is appended to a log.

    It gets SIGTERM when it is stopped, and SIGKILL after `patience` seconds. The system kills it
    when the thread ends that has started it, so start it in the main thread.
    """

    def __init__(self, name, command, folder, environment=(), patience=5):
        self.name = name
        self._command = ["setpriv", "--pdeathsig", "KILL", *map(str, command)]
        self._folder = folder
        self._environment = {**os.environ, **dict(environment)}
        self._patience = patience
        self._log = folder / f"{name}.log"
        self.process = None

    def start(self):
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def signal_end(self):
        """Tells the program to end, and does not wait for it."""
        if self.is_running():
            self.process.terminate()

    def stop(self):
        self.signal_end()
        if self.process is None:
            return
        try:
            self.process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """Ends the program as a loss of power would, except that the system keeps its files."""
        self.process.kill()
        self.process.wait()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def wait_until(self, condition, what, seconds):
        """Waits for something that the program shall do."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.is_running(), f"{self.name} has ended before it {what}:\n{self.log_tail()}"
            assert time.monotonic() < deadline, f"{self.name} never {what}:\n{self.log_tail()}"
            time.sleep(_PAUSE)

    def log_tail(self):
        """The last that it has said."""
        return self._log.read_bytes()[-_TAIL_SIZE:].decode(errors="replace")

    def memory(self):
        """The most memory that it has had so far, in bytes."""
        return peak_memory(self.process.pid)
