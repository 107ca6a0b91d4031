# SPDX-License-Identifier: Apache-2.0
"""Blobs whose digests are known from elsewhere."""

import pytest

VECTORS = [
    (b"", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"),
    (b"Hello World", "41f8394111eb713a22165c46c90ab8f0fd9399c92028fd6d288944b23ff5bf76"),
    (b"\x00\x01", "7b7015bb92cf0b318037702a6cdd81dee41224f734684c2c122cd6359cb1ee63"),
    (
        bytes(range(255)) * 4096,
        "a82c5154a7a0c262c6fdb929a317585646f8fbcf80326d0a7b8747edaf2d99d2",
    ),
]


@pytest.mark.parametrize(("content", "digest"), VECTORS, ids=["empty", "hello", "A", "B"])
def test_the_blobs_of_upstreams_fixtures_have_their_digests(castore, content, digest):
    assert castore.put([content]).hex() == digest
    assert castore.read(bytes.fromhex(digest)) == content
