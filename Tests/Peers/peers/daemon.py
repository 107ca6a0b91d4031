# SPDX-License-Identifier: Apache-2.0
"""The daemon under test: `blobstore serve`, as a process of its own."""

import re
import subprocess
import sys
import threading
import time

import grpc

from peers.clients import Service, connect
from peers.processes import peak_memory

HEALTH = "grpc.health.v1.Health"
_START_TIME = 20
_STOP_TIME = 20

#: Puts sockets where sd_listen_fds(3) says, and becomes the daemon.
_ACTIVATION = """
import os, sys
descriptors = sys.argv[1].split(",")
copies = [os.dup(int(descriptor)) for descriptor in descriptors]
for number, copy in enumerate(copies, 3):
    os.dup2(copy, number)
    os.set_inheritable(number, True)
os.environ |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(copies))}
os.execv(sys.argv[2], sys.argv[2:])
"""


class Daemon:
    """`with Daemon(binary, store) as daemon: connect(daemon.target)`.

    `store` is what `--store` names: a folder or a URL. `listen` is what `--listen` names, a
    free port unless told. `sockets` are handed over to it, as systemd does.
    """

    def __init__(self, binary, store, options=(), listen="127.0.0.1:0", sockets=()):
        self._command = [binary, "serve", "--store", store, "--listen", listen, *options]
        self._sockets = sockets
        if sockets:
            descriptors = ",".join(str(socket.fileno()) for socket in sockets)
            self._command = [sys.executable, "-c", _ACTIVATION, descriptors, *self._command]
        self.log = ""
        self.urls = []

    def __enter__(self):
        self.process = subprocess.Popen(
            [str(word) for word in self._command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[socket.fileno() for socket in self._sockets],
        )
        self._readers = [
            threading.Thread(target=reader, daemon=True)
            for reader in (self._read_output, self._read_log)
        ]
        for reader in self._readers:
            reader.start()
        self._wait(lambda: self.urls, "says where it listens")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_STOP_TIME)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"the daemon does not end when told:\n{self.log}") from None
        for reader in self._readers:
            reader.join()

    @property
    def target(self):
        """The address in the form that gRPC takes."""
        scheme, _, rest = self.urls[0].partition(":")
        if scheme == "grpc+unix":
            return f"unix:{rest}"
        return rest.removeprefix("//")

    @property
    def url(self):
        return self.urls[0]

    @property
    def port(self):
        return int(self.target.rpartition(":")[2])

    def memory(self):
        """The most memory that it has had so far, in bytes."""
        return peak_memory(self.process.pid)

    def _read_output(self):
        for line in self.process.stdout:
            self.urls += re.findall(r"^listening on (\S+)$", line)

    def _read_log(self):
        for line in self.process.stderr:
            self.log += line

    def _wait(self, condition, what):
        deadline = time.monotonic() + _START_TIME
        while not condition():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._readers[1].join(1)
                raise AssertionError(f"the daemon never {what}; its log:\n{self.log}")
            time.sleep(0.02)


def wait_until_healthy(target, credentials=None):
    """Waits until a server that may just be starting answers."""
    with connect(target, credentials) as channel:
        grpc.channel_ready_future(channel).result(_START_TIME)
        health = Service(channel, HEALTH)
        health.call("Check", health.message("HealthCheckRequest")())
