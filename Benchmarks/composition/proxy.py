# SPDX-License-Identifier: Apache-2.0
"""Carries TCP connections to a server, each piece of them some time after it came.

usage: proxy.py SERVER-ADDRESS:PORT SECONDS BYTES-A-SECOND|0

Prints where it listens, then for each line of standard input how many bytes have come back and how many
were sent. A new connection waits for one round trip, as long as its handshake would take.
"""

import asyncio
import socket
import sys

# Of each direction of a connection; who sends more waits.
QUEUE_LIMIT = 64 << 20
PIECE = 64 << 10


class Direction:
    """All connections share the rate."""

    def __init__(self, delay: float, rate: float) -> None:
        self._delay, self._rate = delay, rate
        self._free_at = 0.0
        self.byte_count = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(QUEUE_LIMIT // PIECE)

        async def deliver() -> None:
            while True:
                due, piece = await queue.get()
                if due > clock():
                    await asyncio.sleep(due - clock())
                if not piece:
                    writer.close()
                    return
                writer.write(piece)
                await writer.drain()

        task = asyncio.create_task(deliver())
        try:
            while piece := await reader.read(PIECE):
                self.byte_count += len(piece)
                now = clock()
                if self._rate:
                    self._free_at = max(now, self._free_at) + len(piece) / self._rate
                    now = self._free_at
                await queue.put((now + self._delay, piece))
        except OSError:
            pass
        await queue.put((clock() + self._delay, b""))
        await asyncio.gather(task, return_exceptions=True)


async def main() -> None:
    host, port = sys.argv[1].rsplit(":", 1)
    delay, rate = float(sys.argv[2]), float(sys.argv[3])
    up, down = Direction(delay, rate), Direction(delay, rate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay)
        far_reader, far_writer = await asyncio.open_connection(host, port, limit=PIECE)
        for it in (writer, far_writer):
            it.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(up.carry(reader, far_writer), down.carry(far_reader, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=PIECE)
    print("{}:{}".format(*server.sockets[0].getsockname()), flush=True)
    commands = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(commands)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while await commands.readline():
        print(down.byte_count, up.byte_count, flush=True)


asyncio.run(main())
