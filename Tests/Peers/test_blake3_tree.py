# SPDX-License-Identifier: Apache-2.0
"""Checks the means with which the other tests judge."""

import pytest

from peers import slices
from peers.blake3_tree import fold, subtree_value
from peers.content import digest_of, noise
from peers.outboards import group_values


@pytest.mark.parametrize("size", [0, 1, 64, 65, 1024, 1025, 4096, 16384, 16385, 100_000])
def test_our_tree_of_python_leads_to_the_digests_of_the_blake3_package(size):
    content = noise("tree", size)
    assert subtree_value(content, is_root=True) == digest_of(content)


@pytest.mark.parametrize("shift", [0, 2, 4, 10])
def test_the_groups_of_a_blob_lead_to_its_digest(shift):
    content = noise("groups", 50_000)
    assert fold(group_values(content, shift), is_root=True) == digest_of(content)


@pytest.mark.parametrize("form", ["parents", "siblings"])
@pytest.mark.parametrize(
    "ranges", [[(0, None)], [(3, 20), (40, 41)], [(99, None)], [(0, 1), (48, 49)]]
)
def test_what_our_encoder_of_slices_makes_our_decoder_takes(ranges, form):
    content = noise("slices", 50_000)
    made = slices.encode(content, ranges, 4, form)
    size, parts = slices.decode(made, digest_of(content), ranges, 4, form)
    assert size == len(content)
    assert all(content[start:].startswith(part) for start, part in parts.items())


@pytest.mark.parametrize("form", ["parents", "siblings"])
@pytest.mark.parametrize("offset", [0, 8, 40, 72, 5000, -1])
def test_our_decoder_of_slices_finds_one_wrong_bit(offset, form):
    content = noise("slices", 50_000)
    # The size is proven by the last chunk alone.
    ranges = [(0, 20), (48, None)]
    made = bytearray(slices.encode(content, ranges, 4, form))
    made[offset] ^= 1
    with pytest.raises(ValueError, match="the slice"):
        slices.decode(bytes(made), digest_of(content), ranges, 4, form)
