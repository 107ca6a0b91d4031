# SPDX-License-Identifier: Apache-2.0
"""Checks the means with which the other tests judge."""

import pytest

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
