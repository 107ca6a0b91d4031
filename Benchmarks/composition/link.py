# SPDX-License-Identifier: Apache-2.0
"""A link with a delay between a near and a far side on this machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FAR_PORT = 8000
DEVICE = "wire"


class LinkFailed(Exception):
    pass


def _ip(*words: object, is_needed: bool = True, program: str = "ip") -> str:
    command = [program, *map(str, words)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=30)
    if result.returncode != 0 and is_needed:
        raise LinkFailed(f"{' '.join(command)}: {result.stderr.strip()}")
    return result.stdout


class _Relay:
    """A program of this folder that delays what passes, and says on request how much that was."""

    def __init__(self, *arguments: object) -> None:
        command = [sys.executable, *map(str, arguments)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.first_line = self._process.stdout.readline().strip()
        if not self.first_line:
            self.stop()
            raise LinkFailed(f"{arguments[0]} does not start")

    def byte_counts(self) -> tuple[int, int]:
        """Returns what the near side has received and sent."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        received, sent = self._process.stdout.readline().split()
        return int(received), int(sent)

    @property
    def pid(self) -> int:
        return self._process.pid

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


class Namespaces:
    """Two network namespaces with a pair of interfaces between them.

    The delay is made by netem, or, if the kernel has no netem, by `tunnel.py` between two TUN devices.
    """

    def __init__(self, delay: float, rate: float | None, kind: str) -> None:
        tag = os.getpid()
        self._near, self._far = f"blobs-near-{tag}", f"blobs-far-{tag}"
        self.near = ["ip", "netns", "exec", self._near]
        self.far = ["ip", "netns", "exec", self._far]
        self.listen_address = self.address = f"10.213.77.2:{FAR_PORT}"
        self._relay: _Relay | None = None
        try:
            for name in (self._near, self._far):
                _ip("netns", "add", name)
                for place in ("all", "default"):
                    setting = f"net.ipv6.conf.{place}.disable_ipv6=1"
                    _ip("netns", "exec", name, "sysctl", "-qw", setting, is_needed=False)
                _ip("-n", name, "link", "set", "lo", "up")
            self.name = self._connect(delay, rate, kind)
            for name, address in ((self._near, "10.213.77.1"), (self._far, "10.213.77.2")):
                _ip("-n", name, "address", "add", f"{address}/30", "dev", DEVICE)
                _ip("-n", name, "link", "set", "dev", DEVICE, "mtu", 1500, "txqueuelen", 10000, "up")
            if self._relay:
                for name, peer in ((self._near, "10.213.77.2"), (self._far, "10.213.77.1")):
                    _ip("-n", name, "route", "replace", peer, "dev", DEVICE)
        except BaseException:
            self.close()
            raise

    def _connect(self, delay: float, rate: float | None, kind: str) -> str:
        if kind in ("auto", "netem"):
            try:
                _ip("link", "add", "name", DEVICE, "netns", self._near, "type", "veth",
                    "peer", "name", DEVICE, "netns", self._far)  # fmt: skip
                for name in (self._near, self._far):
                    limit = [] if rate is None else ["rate", f"{int(rate * 8)}bit"]
                    _ip("-n", name, "qdisc", "add", "dev", DEVICE, "root", "netem",
                        "delay", f"{delay * 1e3}ms", "limit", 100_000, *limit, program="tc")  # fmt: skip
                return "netem"
            except LinkFailed as failure:
                if kind == "netem":
                    raise
                print(f"no netem ({failure}); delaying packets between TUN devices", file=sys.stderr)
                _ip("-n", self._near, "link", "del", "dev", DEVICE, is_needed=False)
        self._relay = _Relay(
            HERE / "tunnel.py", self._near, self._far, DEVICE, delay, rate or 0
        )
        return "TUN devices"

    @property
    def relay_pid(self) -> int | None:
        return self._relay and self._relay.pid

    def byte_counts(self) -> tuple[int, int]:
        """Returns what the near side has received and sent, headers of IP included."""
        stats = json.loads(_ip("-n", self._near, "-s", "-j", "link", "show", "dev", DEVICE))[0]["stats64"]
        return stats["rx"]["bytes"], stats["tx"]["bytes"]

    def close(self) -> None:
        if self._relay:
            self._relay.stop()
        for name in (self._near, self._far):
            _ip("netns", "del", name, is_needed=False)


class Proxy:
    """A proxy for TCP on loopback, where no namespaces can be made.

    It knows no slow start and no lost packets, so that some things take less time than they would.
    """

    name = "proxy"
    near: list[str] = []
    far: list[str] = []

    def __init__(self, delay: float, rate: float | None) -> None:
        self.listen_address = "127.0.0.1:28431"
        self._relay = _Relay(HERE / "proxy.py", self.listen_address, delay, rate or 0)
        self.address = self._relay.first_line

    @property
    def relay_pid(self) -> int | None:
        return self._relay.pid

    def byte_counts(self) -> tuple[int, int]:
        return self._relay.byte_counts()

    def close(self) -> None:
        self._relay.stop()


def make_link(delay: float, rate: float | None, kind: str) -> Namespaces | Proxy:
    if kind != "proxy":
        try:
            return Namespaces(delay, rate, kind)
        except (LinkFailed, OSError) as failure:
            if kind != "auto":
                raise
            print(
                f"cannot make network namespaces, for which root is needed: {failure}\n"
                "a proxy on loopback delays what passes: no slow start, figures are kinder",
                file=sys.stderr,
            )
    return Proxy(delay, rate)
