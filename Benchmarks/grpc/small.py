# SPDX-License-Identifier: Apache-2.0
"""Small calls, and many small blobs."""

CALLERS = 64
STATS = 10_000
BLOBS = 10_000


def measure_stat(bench) -> None:
    """Asks about one blob from 64 callers at once."""
    print(f"\n{CALLERS} callers", flush=True)
    figures, client = bench.figures, bench.peer_client
    with bench.peer_server() as peer, bench.memory_server() as ours:
        for server in (peer, ours):
            server.digest = client.run("put", server, 1000, 1, 1)["digest"]
        for _ in range(bench.rounds):
            for pair, server in (("C++ to C++", peer), ("C++ to ours", ours)):
                stat = client.run("stat", server, server.digest, CALLERS, STATS, bench.runs)
                figures.add("Stat", pair, STATS / float(stat["seconds"]))
    for pair in ("C++ to C++", "C++ to ours"):
        figures.line("Stat", pair, "/s")
    ratio = figures("Stat", "C++ to ours") / figures("Stat", "C++ to C++")
    figures.at_least("Stat, C++ to ours, to C++ to C++", ratio, 0.75)


def measure_many(bench) -> None:
    """Moves 10,000 blobs of 1 KiB in batches, and one by one from 64 callers."""
    print(f"\n{BLOBS:,} blobs of 1 KiB", flush=True)
    figures, client = bench.figures, bench.peer_client
    digests = {name: bench.scratch / f"digests-{name}" for name in ("C++", "ours")}
    with bench.peer_server() as peer, bench.memory_server() as ours:

        def add(pair, operation, client, server, *arguments):
            result = client.run(operation, server, *arguments)
            figures.add(operation, pair, BLOBS / float(result["seconds"]))

        for _ in range(bench.rounds):
            for server in (peer, ours):
                file, pair = digests[server.name], f"C++ to {server.name}"
                add(pair, "put-each", client, server, BLOBS, CALLERS, 1, file)
                add(pair, "get-each", client, server, CALLERS, 1, file)
            for caller in (client, bench.our_client):
                pair = f"{caller.name} to ours"
                add(pair, "put-many", caller, ours, bench.runs, digests["ours"])
                add(pair, "get-many", caller, ours, bench.runs, digests["ours"])
    for verb, each in (("get", "one Stat and one Read each"), ("put", "one Put each")):
        for pair in ("C++ to C++", "C++ to ours"):
            figures.line(f"{verb}-each", pair, "blobs/s")
        for pair in ("C++ to ours", "ours to ours"):
            figures.line(f"{verb}-many", pair, "blobs/s")
        single = figures(f"{verb}-each", "C++ to ours")
        for pair in ("C++ to ours", "ours to ours"):
            speed = figures(f"{verb}-many", pair)
            beside = f"to C++ to C++ {speed / figures(f'{verb}-each', 'C++ to C++'):.1f}x"
            figures.at_least(f"{verb}-many, {pair}, to {each}", speed / single, 10, beside)
