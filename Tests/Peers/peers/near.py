# SPDX-License-Identifier: Apache-2.0
"""A near store that fetches what it has not got, as a daemon or within a command."""

import os
import re
import time
from pathlib import Path
from urllib.parse import urlencode

from peers.clients import Castore, connect
from peers.command import Command
from peers.content import digest_of
from peers.daemon import Daemon

PACKAGE = "snix.castore.v1"


def substituters(*urls):
    """The options that name remote stores, each a URL or a pair of URL and parameters."""
    options = []
    for number, item in enumerate(urls):
        url, parameters = (item, {}) if isinstance(item, str) else item
        name = "AB"[number] if number < 2 else f"{number}"
        parameters = {"name": name, "priority": number, "timeout": "2s", **parameters}
        options += ["--substituter", f"{url}?{urlencode(parameters)}"]
    return options


class Near(Daemon):
    """`with Near(binary, folder, [a.url, b.url]) as near: near.castore.read(digest)`."""

    def __init__(self, binary, folder, remotes, options=()):
        super().__init__(binary, folder, [*substituters(*remotes), *options])
        self.folder = folder

    def __enter__(self):
        super().__enter__()
        self.channel = connect(self.target)
        self.castore = Castore(self.channel, PACKAGE)
        return self

    def __exit__(self, *reason):
        self.channel.close()
        super().__exit__(*reason)


def check_store(binary, folder):
    """Makes sure that a store holds nothing wrong, and returns what it holds."""
    if not (Path(folder) / "format").exists():
        return set()
    command = Command(binary, folder)
    result = command.run("fsck")
    assert result.status == 0, result.output.decode() + result.messages
    result = command.run("list")
    assert result.status == 0, result.messages
    digests = {bytes.fromhex(line) for line in result.output.decode().split()}
    for digest in digests:
        result = command.run("cat", digest)
        assert result.status == 0, result.messages
        assert digest_of(result.output) == digest
    return digests


def descriptors(pid):
    """How many descriptors a process has, and how many of them are sockets."""
    links = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            links.append(os.readlink(link))
        except OSError:
            continue
    return len(links), sum(link.startswith("socket:") for link in links)


def thread_count(pid):
    return int(re.search(r"Threads:\s*(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1))


def busy_seconds(pid, seconds=1.0):
    """How long a process uses a processor within a time."""

    def used():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before = used()
    time.sleep(seconds)
    return used() - before


def settle(measure, limit, seconds=15):
    """Waits until a measure is down to a limit, and returns the last one."""
    deadline = time.monotonic() + seconds
    while (value := measure()) > limit and time.monotonic() < deadline:
        time.sleep(0.1)
    return value
