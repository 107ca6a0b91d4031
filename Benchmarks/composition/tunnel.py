# SPDX-License-Identifier: Apache-2.0
"""Carries packets between TUN devices of two network namespaces, each some time after it came.

usage: tunnel.py NEAR FAR DEVICE SECONDS BYTES-A-SECOND|0

Does what `tc qdisc add … netem delay … rate …` does, for kernels without it. TCP is that of the
kernel, and hands over packets of up to 64 KiB, as to any network card that cuts them itself.
"""

import ctypes
import fcntl
import os
import select
import struct
import sys
import time
from collections import deque

TUNSETIFF, TUNSETOFFLOAD = 0x400454CA, 0x400454D0
IFF_TUN, IFF_NO_PI, IFF_VNET_HDR = 0x0001, 0x1000, 0x4000
TUN_F_CSUM, TUN_F_TSO4 = 1, 2
CLONE_NEWNET = 0x40000000
VNET_HEADER = 10
ETHERNET_HEADER = 14
# More than that waits nowhere; packets are lost then.
QUEUE_LIMIT = 64 << 20

libc = ctypes.CDLL(None, use_errno=True)


def open_device(namespace: str, name: str) -> int:
    place = os.open(f"/var/run/netns/{namespace}", os.O_RDONLY)
    if libc.setns(place, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")
    os.close(place)
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), flags))
    fcntl.ioctl(device, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4)
    return device


def wire_length(packet: bytes) -> int:
    """Returns how long the packets are into which a network card would cut this one."""
    length = len(packet) - VNET_HEADER
    header, segment = struct.unpack_from("<HH", packet, 2)
    count = 1
    if packet[1] and segment:
        count = max(1, -(-(length - header) // segment))
    return length + (count - 1) * header + count * ETHERNET_HEADER


class Direction:
    def __init__(self, source: int, target: int, delay: float, rate: float) -> None:
        self.source, self._target, self._delay, self._rate = source, target, delay, rate
        self._waiting: deque[tuple[float, bytes]] = deque()
        self._waiting_bytes = 0
        self._free_at = 0.0
        self.byte_count = 0
        self.lost = 0

    @property
    def due(self) -> float | None:
        return self._waiting[0][0] if self._waiting else None

    def take(self) -> None:
        for _ in range(32):
            try:
                packet = os.read(self.source, 1 << 17)
            except BlockingIOError:
                return
            if self._waiting_bytes > QUEUE_LIMIT:
                self.lost += 1
                continue
            length = wire_length(packet)
            self.byte_count += length
            now = time.monotonic()
            if self._rate:
                self._free_at = max(now, self._free_at) + length / self._rate
                now = self._free_at
            self._waiting.append((now + self._delay, packet))
            self._waiting_bytes += len(packet)

    def deliver(self) -> None:
        while self._waiting and self._waiting[0][0] <= time.monotonic():
            packet = self._waiting.popleft()[1]
            self._waiting_bytes -= len(packet)
            try:
                os.write(self._target, packet)
            except OSError:
                self.lost += 1


def main() -> None:
    near_space, far_space, name, delay, rate = sys.argv[1:]
    near, far = open_device(near_space, name), open_device(far_space, name)
    up = Direction(near, far, float(delay), float(rate))
    down = Direction(far, near, float(delay), float(rate))
    by_source = {near: up, far: down}
    print("ready", flush=True)
    while True:
        dues = [it.due for it in (up, down) if it.due is not None]
        wait = max(0.0, min(dues) - time.monotonic()) if dues else None
        for source in select.select([near, far, sys.stdin.fileno()], [], [], wait)[0]:
            if source in by_source:
                by_source[source].take()
            elif not os.read(source, 4096):
                return
            else:
                print(down.byte_count, up.byte_count, flush=True)
        down.deliver()
        up.deliver()


main()
