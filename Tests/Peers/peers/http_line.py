# SPDX-License-Identifier: Apache-2.0
"""HTTP/1.1 as bytes on a line: where messages begin and end, and nothing about their meaning.

Heads and bodies stay as they came, so that they can be passed on without a signature noticing.
"""

import re

PIECE = 64 << 10
_HEAD_LIMIT = 256 << 10


class End:
    """One end of a connection, from which heads and the bytes of bodies are taken in turn."""

    def __init__(self, socket):
        self.socket = socket
        self._rest = b""

    def head(self):
        """The next head with its empty line; `None` if the other side has no more to say."""
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            content = self.socket.recv(PIECE)
            if not content or len(self._rest) > _HEAD_LIMIT:
                return None
            self._rest += content
        content, self._rest = self._rest[: end + 4], self._rest[end + 4 :]
        return Head(content)

    def body(self, framing):
        """The pieces of a body, as they come; a connection that ends too early is an `OSError`."""
        while not framing.is_done:
            content = self._rest or self.socket.recv(PIECE)
            if not content:
                if framing.ends_with_the_connection:
                    return
                raise ConnectionError("the connection has ended within a body")
            count = framing.take(content)
            self._rest = content[count:]
            yield content[:count]


class Head:
    """The first line of a message and its headers."""

    def __init__(self, content):
        self.content = content
        first, *lines = content.decode("latin-1").split("\r\n")
        self.words = first.split(" ")
        pairs = (line.partition(":") for line in lines if line)
        self.headers = {name.strip().lower(): value.strip() for name, _, value in pairs}

    @property
    def status(self):
        """The status, if it is the head of an answer."""
        return int(self.words[1])

    @property
    def closes(self):
        return self.headers.get("connection", "").lower() == "close"

    def request_framing(self):
        return self._framing(Counted(0))

    def answer_framing(self, method):
        if method == "HEAD" or self.status in {204, 304}:
            return Counted(0)
        return self._framing(UntilTheEnd())

    def _framing(self, default):
        if "chunked" in self.headers.get("transfer-encoding", "").lower():
            return Chunked()
        if "content-length" in self.headers:
            return Counted(int(self.headers["content-length"]))
        return default


class Counted:
    """A body whose length is known."""

    ends_with_the_connection = False

    def __init__(self, length):
        self.length = length
        self._rest = length

    @property
    def is_done(self):
        return self._rest == 0

    def take(self, content):
        """How many of these bytes belong to the body."""
        count = min(len(content), self._rest)
        self._rest -= count
        return count


class UntilTheEnd:
    """A body that ends with the connection."""

    length = None
    is_done = False
    ends_with_the_connection = True

    def take(self, content):
        return len(content)


class Chunked:
    """A body in chunks, each with its size before it, and maybe with headers after the last one."""

    length = None
    ends_with_the_connection = False

    def __init__(self):
        self.is_done = False
        self._line = b""
        #: How many bytes of a chunk and the end of its line are still to come.
        self._rest = 0
        self._is_last = False

    def take(self, content):
        position = 0
        while position < len(content) and not self.is_done:
            if self._rest > 0:
                count = min(self._rest, len(content) - position)
                self._rest -= count
                position += count
                continue
            end = content.find(b"\n", position) + 1 or len(content)
            self._line += content[position:end]
            position = end
            if self._line.endswith(b"\n"):
                self._end_line(self._line.strip())
                self._line = b""
        return position

    def _end_line(self, line):
        if self._is_last:
            self.is_done = not line
        else:
            size = int(re.match(rb"[0-9a-fA-F]+", line)[0], 16)
            self._is_last = size == 0
            self._rest = size + 2 if size else 0
