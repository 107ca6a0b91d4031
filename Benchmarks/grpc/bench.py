# SPDX-License-Identifier: Apache-2.0
"""Measures our gRPC server and client beside C++ ones: see README.md."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from figures import Figures
from memory import measure_memory
from processes import Client, ClientFailed, Server
from small import measure_many, measure_stat
from transfers import measure_disk, measure_transfers

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-bench"
PARTS = {
    "transfers": measure_transfers,
    "stat": measure_stat,
    "many": measure_many,
    "disk": measure_disk,
    "memory": measure_memory,
}


class Bench:
    """What all parts need."""

    def __init__(self, options: argparse.Namespace, scratch: Path) -> None:
        self.runs = options.runs
        self.rounds = options.rounds
        self.scratch = scratch
        self.figures = Figures()
        self._ours = options.ours.resolve()
        self._daemon = options.blobstore.resolve()
        peers = options.peers.resolve()
        self._peer_server = peers / "server"
        self.our_client = Client("ours", self._ours)
        self.peer_client = Client("C++", peers / "client")

    def peer_server(self) -> Server:
        return Server("C++", [str(self._peer_server), "ADDRESS"])

    def memory_server(self) -> Server:
        return Server("ours", [str(self._ours), "serve", "ADDRESS", "memory"])

    def local_server(self, folder: Path, data_limit: int | None = None) -> Server:
        """The daemon as users run it."""
        command = [str(self._daemon), "serve", "--listen", "ADDRESS", "--store", str(folder)]
        return Server("daemon", command, data_limit)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ours", type=Path, default=ROOT / "Benchmarks/.build/release/grpc-benchmark")
    parser.add_argument("--blobstore", type=Path, default=ROOT / ".build/release/blobstore")
    parser.add_argument("--peers", type=Path, default=WORK / "grpc-cpp")
    parser.add_argument("--rounds", type=int, default=5, help="how often the pairs take their turns")
    parser.add_argument("--runs", type=int, default=3, help="measurements of a turn; the median counts")
    parser.add_argument("--only", help=f"parts with commas between: {','.join(PARTS)}")
    options = parser.parse_args()
    wanted = options.only.split(",") if options.only else list(PARTS)

    WORK.mkdir(exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix="grpc-", dir=WORK))
    bench = Bench(options, scratch)
    try:
        for part in wanted:
            PARTS[part](bench)
    except ClientFailed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    finally:
        shutil.rmtree(scratch)
    print("\nPASS" if bench.figures.all_met else "\nBELOW")
    return 0


if __name__ == "__main__":
    sys.exit(main())
