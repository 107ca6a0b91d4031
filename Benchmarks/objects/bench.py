# SPDX-License-Identifier: Apache-2.0
"""Compares stores in buckets with what a user would take instead, on the same S3 servers.

Puts and gets `a` (1 GiB that does not compress), `b` (`a` with 200 inserts of 100 bytes) and `tree`
(20,000 small files), as the comparison of local stores does. The servers run beside the tools, on the same
processors, and keep their data in memory.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

import inputs as generator
from clients import Blobstore, Plain, RcloneCopy, Restic
from figures import Figures
from measure import CommandFailed, check_same, run
from peers.s3_proxy import FaultProxy
from peers.s3_servers import SERVERS

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build-bench"
PAIR = (("put", "a"), ("put", "b"), ("get", "b"), ("get", "a"))
TREE = (("put", "tree"), ("get", "tree"))
MIB = 1 << 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blobstore", type=Path, default=ROOT / ".build/release/blobstore")
    parser.add_argument("--servers", default="rclone,seaweed", help="names with commas between")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--small", action="store_true", help="64 MiB and 2,000 files, to try it")
    options = parser.parse_args()
    options.blobstore = options.blobstore.resolve()
    folder = WORK / ("inputs-small" if options.small else "inputs")
    generator.prepare(folder, generator.SMALL if options.small else generator.FULL)
    all_met = True
    for name in options.servers.split(","):
        with tempfile.TemporaryDirectory(prefix="blobstore-objects-", dir="/dev/shm") as scratch:
            folder_of_server = Path(scratch, "server")
            folder_of_server.mkdir()
            with SERVERS[name](folder_of_server) as server:
                all_met &= measure(options, name, server, folder, Path(scratch))
    print("\nPASS" if all_met else "\nBELOW")
    return 0


def measure(options, server_name, server, inputs, scratch) -> bool:
    print(f"\n{server_name}", flush=True)
    figures, peaks, stored = Figures(), {}, {}
    clients = [Blobstore(options.blobstore), Restic(), Plain(), RcloneCopy()]
    for number in range(options.rounds):
        # Who comes first is slower, as memory comes from outside of the machine.
        clients = clients[1:] + clients[:1]
        for client in clients:
            bucket = server.make_bucket(f"{client.name}-{number}")
            place = scratch / f"{client.name}-{number}"
            place.mkdir()
            client.prepare(server, bucket, place)
            try:
                for command in client.create():
                    run(command)
                for label, sequence in (("pair", PAIR), ("tree", TREE)):
                    measure_sequence(figures, peaks, client, inputs, place, label, sequence, number)
                    stored[client.name, label] = stored_bytes(server, bucket)
            except CommandFailed as failure:
                print(f"  {client.name} failed: {failure}", flush=True)
                figures.all_met = False
            remove(server, bucket)
            shutil.rmtree(place)
    report(figures, peaks, stored)
    requests(options, figures, server, inputs, scratch)
    return figures.all_met


def measure_sequence(figures, peaks, client, inputs, place, label, sequence, number):
    seconds = 0.0
    for verb, name in sequence:
        generator.warm(inputs / name)
        target = place / f"target-{name}"
        if verb == "put":
            usage = run(client.put(inputs, name))
        else:
            target.mkdir()
            usage = run(client.get(inputs, name, target))
            if number == 0:
                check_same(inputs / name, target / name)
            shutil.rmtree(target)
        figures.add(f"{client.name}: {verb} {name}", usage.wall)
        peaks[client.name] = max(peaks.get(client.name, 0), usage.peak_bytes)
        seconds += usage.wall
    figures.add(f"{client.name}: {label}", seconds)


def report(figures, peaks, stored):
    names = list(dict.fromkeys(client for client, _ in stored))
    for name in names:
        for verb, what in (*PAIR, *TREE):
            figures.line(f"{name}: {verb} {what}", "s", 2)
        pair, both = (stored[name, label] / 1e6 for label in ("pair", "tree"))
        print(f"  {name}: stored {pair:,.0f} MB, with tree {both:,.0f} MB; peak {peaks[name] / MIB:,.0f} MiB")
    if {"blobstore", "restic"} <= set(names):
        for label in ("pair", "tree"):
            ratio = figures(f"restic: {label}") / figures(f"blobstore: {label}")
            figures.at_least(f"speed, {label}, to restic", ratio, 2)
        ratio = stored["blobstore", "tree"] / stored["restic", "tree"]
        figures.at_most("stored bytes, to restic", ratio, 1.1)
        figures.at_most("peak memory", peaks["blobstore"] / MIB, 200, " MiB")


def requests(options, figures, server, inputs, scratch):
    """Counts the requests that small files take, in both layouts."""
    counts = {}
    with FaultProxy(server) as proxy:
        for layout in ("packed", "castore"):
            client = Blobstore(options.blobstore, layout)
            bucket = server.make_bucket(f"requests-{layout}")
            place = scratch / f"requests-{layout}"
            place.mkdir()
            client.prepare(proxy, bucket, place)
            for verb in ("put", "get"):
                proxy.forget()
                if verb == "put":
                    run(client.put(inputs, "tree"))
                else:
                    (place / "target").mkdir()
                    run(client.get(inputs, "tree", place / "target"))
                counts[verb, layout] = len(proxy.requests)
            remove(server, bucket)
            shutil.rmtree(place)
    for verb in ("put", "get"):
        packed, castore = counts[verb, "packed"], counts[verb, "castore"]
        detail = f"{packed:,} to {castore:,}"
        figures.at_most(f"requests, {verb} tree, to castore", 100 * packed / castore, 1, " %", detail)


def stored_bytes(server, bucket) -> int:
    pages = server.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return sum(entry["Size"] for page in pages for entry in page.get("Contents", []))


def remove(server, bucket) -> None:
    """Removes a bucket with what is in it, so that the memory lasts."""
    # A bucket of many objects takes long to go.
    client = server.client(attempts=5, read_time=300)
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        keys = [{"Key": entry["Key"]} for entry in page.get("Contents", [])]
        if keys:
            client.delete_objects(Bucket=bucket, Delete={"Objects": keys, "Quiet": True})
    # Only with the bucket do the volumes of SeaweedFS go.
    client.delete_bucket(Bucket=bucket)


if __name__ == "__main__":
    sys.exit(main())
