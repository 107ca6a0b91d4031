# SPDX-License-Identifier: Apache-2.0
"""What the server needs while many read large blobs."""

from processes import ClientFailed

SIZE = 1 << 30
FAST, SLOW = 8, 56
LIMIT = 150 << 20
# Of the data segment, where what is reserved counts as well, such as 8 stacks of threads.
DATA_LIMIT = 256 << 20
# One connection for all, and one for each.
CONNECTIONS = (1, FAST + SLOW)


def measure_memory(bench) -> None:
    """Reads 1 GiB from the local store 64 times at once, fast and slowly.

    The data segment of the server is limited, so that it would end if it asked for more.
    """
    print(f"\n{FAST + SLOW} readers of 1 GiB, local store on disk, {SLOW} of them slow", flush=True)
    client, folder = bench.peer_client, bench.scratch / "crowded"
    with bench.local_server(folder) as server:
        digest = client.run("put", server, SIZE, 1, 0)["digest"]
    for connections in CONNECTIONS:
        with bench.local_server(folder, data_limit=DATA_LIMIT) as server:
            try:
                result = client.run("crowd", server, FAST, SLOW, connections, digest)
                assert int(result["bytes"]) == FAST * SIZE
            except ClientFailed as failure:
                print(f"  {failure}")
                result = None
            # A server that ran out of memory has no high water any more.
            peak = server.high_water() if server.is_alive() and result else float("inf")
        if result:
            speed = FAST * SIZE / 1e6 / float(result["seconds"])
            detail = f"fast ones {speed:,.0f} MB/s in all, slow ones {int(result['slow-bytes']) / 1e6:,.0f} MB"
        else:
            detail = "the server or a client has failed"
        goal = f"peak memory, {connections} connection{'s' * (connections > 1)}"
        bench.figures.below(goal, peak / 2**20, LIMIT / 2**20, detail)
