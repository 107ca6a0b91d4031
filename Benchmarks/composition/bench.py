# SPDX-License-Identifier: Apache-2.0
"""Measures reads through a cache: near is a store on disk, far a daemon beyond a link with a delay.

The link is a pair of network namespaces; netem delays what passes, or where the kernel has none,
`tunnel.py`. Its bytes are those that the near interface counts, where a packet that a network card would
cut counts its headers once. All processes run on this machine and share its processors.

speed  A large cold blob, with `get --substituter` and through a daemon on the near side, against `get`
       from far, which is one Read. The near store and the output are on disk.
first  How much later than that of a near blob the first byte of a far one comes, in round trips: by a
       gRPC client in Python through a daemon on the near side, which connects to far when it starts, so
       that a cold connection is one that has carried nothing; and by the command, which has to connect.
bytes  The edited large blob, when the original is near, against the chunks that have changed.
small  A list of small blobs, against a Stat and a Read of each, from a sample of them in sequence.
crowd  Many readers of one cold blob through a daemon, against one transfer.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from figures import Figures
from large import measure_bytes, measure_crowd, measure_speed
from link import LinkFailed, make_link
from processes import CommandFailed, OtherWork, Run, Server, processor_seconds, run
from quick import measure_first_byte, measure_small

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WORK = ROOT / ".build-bench"
PARTS = {
    "speed": measure_speed,
    "first": measure_first_byte,
    "bytes": measure_bytes,
    "small": measure_small,
    "crowd": measure_crowd,
}


class Bench:
    """What all parts need: a store with a daemon beyond the link, and stores and daemons before it."""

    def __init__(self, options: argparse.Namespace, scratch: Path, link) -> None:
        self.options = options
        self.rounds = options.rounds
        self.round_trip = 2 * options.delay / 1e3
        self.scratch = scratch
        self.link = link
        self.figures = Figures()
        self.blobstore = options.blobstore.resolve()
        self.far_store = scratch / "far"
        self.near_store = scratch / "near"
        self.far_url = f"grpc+http://{link.address}"
        self._log = scratch / "log"
        self._socket = scratch / "near.sock"
        self.near_url = f"grpc+unix:{self._socket}"
        self._far: Server | None = None

    @contextmanager
    def far_daemon(self):
        place = ["--listen", self.link.listen_address, "--store", self.far_store]
        with Server([*self.link.far, self.blobstore, "serve", *place], self._log) as server:
            self._far = server
            yield server

    @contextmanager
    def near_daemon(self):
        """A daemon on the near side whose store is filled from the far one."""
        self._socket.unlink(missing_ok=True)
        place = ["--listen", self._socket, "--store", self.near_store, "--substituter", self.far_url]
        with Server([*self.link.near, self.blobstore, "serve", *place], self._log) as server:
            yield server

    def put(self, store: Path, *words: object) -> str:
        return run([self.blobstore, "put", "--store", store, "--quiet", *words]).output

    def put_file(self, store: Path, file: Path) -> str:
        return self.put(store, file).split()[0]

    def cached(self) -> list[object]:
        """The options of a command that uses the near store, filled from the far one."""
        return ["--store", self.near_store, "--substituter", self.far_url]

    def get(self, *words: object, waits_for_output: bool = False) -> Run:
        command = [*self.link.near, self.blobstore, "get", "--quiet", *words]
        return run(command, waits_for_output)

    def call(self, command: str, target: str, *words: object):
        """Runs `calls.py` on the near side."""
        program = [*self.link.near, sys.executable, HERE / "calls.py", command, target]
        return json.loads(run([*program, *words]).output)

    @property
    def near_target(self) -> str:
        return f"unix:{self._socket}"

    @property
    def far_target(self) -> str:
        return self.link.address

    def clear_near(self) -> None:
        shutil.rmtree(self.near_store, ignore_errors=True)
        self.near_store.mkdir()
        self.put(self.near_store, "/dev/null")

    @contextmanager
    def far_work(self, name: str):
        """Notes the processor time of the far daemon, and that of the link if it is a program."""
        far, relay = self._far.processor_seconds, self._relay_seconds()
        yield
        self.figures.add(f"{name}, far", self._far.processor_seconds - far)
        self.figures.add(f"{name}, link", self._relay_seconds() - relay)

    def _relay_seconds(self) -> float:
        pid = self.link.relay_pid
        return processor_seconds(pid) if pid else 0


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--blobstore", type=Path, default=ROOT / ".build/release/blobstore")
    parser.add_argument("--rounds", type=int, default=3, help="how often everything is measured")
    parser.add_argument("--only", help=f"parts with commas between: {','.join(PARTS)}")
    parser.add_argument("--delay", type=float, default=10, help="of each direction, in milliseconds")
    parser.add_argument("--rate", default="1000", help="in Mbit/s, or 'none'")
    parser.add_argument("--link", choices=["auto", "netem", "tun", "proxy"], default="auto")
    parser.add_argument("--size", type=int, default=1024, help="of the large blob, in MiB")
    parser.add_argument("--edits", default="3,30,100", help="of the large blob, with commas between")
    parser.add_argument("--blobs", type=int, default=2000, help="how many small ones")
    parser.add_argument("--readers", type=int, default=50, help="of one blob at once")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(PARTS)
    rate = None if options.rate == "none" else float(options.rate) * 1e6 / 8

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    WORK.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="composition-", dir=WORK))
    link, others = None, OtherWork()
    try:
        link = make_link(options.delay / 1e3, rate, options.link)
        bench = Bench(options, scratch, link)
        speed = "no limit" if rate is None else f"{options.rate} Mbit/s"
        print(f"link: {link.name}, {bench.round_trip * 1e3:.0f} ms round trip, {speed}", flush=True)
        bench.put(bench.far_store, "/dev/null")
        with bench.far_daemon():
            for part in wanted:
                PARTS[part](bench)
    except (CommandFailed, LinkFailed) as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    finally:
        if link:
            link.close()
        shutil.rmtree(scratch)
    print(f"\nOther processes used {others.share:.0%} of the processors meanwhile.")
    print("PASS" if bench.figures.all_met else "\nBELOW")
    return 0


if __name__ == "__main__":
    sys.exit(main())
