# SPDX-License-Identifier: Apache-2.0
"""Large blobs, one at a time."""

SIZE = 256 << 20
SEED = 1
PEERS = "C++ to C++"


def measure_transfers(bench) -> None:
    """Reads and puts a blob in memory; ours must be no slower than C++."""
    print("\n256 MiB in memory", flush=True)
    figures = bench.figures
    with bench.peer_server() as peer, bench.memory_server() as ours:
        pairs = {
            PEERS: (bench.peer_client, peer),
            "C++ to ours": (bench.peer_client, ours),
            "ours to ours": (bench.our_client, ours),
        }
        for _ in range(bench.rounds):
            for pair, (client, server) in pairs.items():
                put = client.run("put", server, SIZE, SEED, bench.runs)
                figures.add("Put", pair, SIZE / 1e6 / float(put["seconds"]))
                read = client.run("read", server, put["digest"], bench.runs)
                assert int(read["bytes"]) == SIZE
                figures.add("Read", pair, SIZE / 1e6 / float(read["seconds"]))
    for operation in ("Read", "Put"):
        for pair in pairs:
            figures.line(operation, pair, "MB/s")
    for operation in ("Read", "Put"):
        for pair in ("C++ to ours", "ours to ours"):
            ratio = figures(operation, pair) / figures(operation, PEERS)
            figures.at_least(f"{operation}, {pair}, to {PEERS}", ratio, 1.0)


def measure_disk(bench) -> None:
    """Reads a blob that does not compress from a warm local store."""
    print("\n256 MiB, local store on disk, warm", flush=True)
    figures, client = bench.figures, bench.peer_client
    with bench.memory_server() as memory, bench.local_server(bench.scratch / "store") as local:
        digest = client.run("put", memory, SIZE, SEED, 0)["digest"]
        assert client.run("put", local, SIZE, SEED, 0)["digest"] == digest
        for _ in range(bench.rounds):
            for place, server in (("memory", memory), ("disk", local)):
                read = client.run("read", server, digest, bench.runs)
                figures.add(f"Read from {place}", "C++ to ours", SIZE / 1e6 / float(read["seconds"]))
    for place in ("memory", "disk"):
        figures.line(f"Read from {place}", "C++ to ours", "MB/s")
    ratio = figures("Read from disk", "C++ to ours") / figures("Read from memory", "C++ to ours")
    figures.at_least("Read from disk, to memory", ratio, 0.7)
