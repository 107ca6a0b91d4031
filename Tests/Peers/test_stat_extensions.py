# SPDX-License-Identifier: Apache-2.0
"""What Stat tells who knows the extensions: size, content, hashes."""

import functools

import pytest

from peers.blake3_tree import fold
from peers.content import EMPTY_DIGEST, SPLIT_SIZE, digest_of, frames, noise
from peers.outboards import (
    RUN_COUNT,
    group_list,
    group_values,
    pre_order_pairs,
    run_lists,
    values_in,
)

PAIRS, LIST, RUNS = 1, 2, 3
ARRANGEMENTS = {PAIRS: pre_order_pairs, LIST: group_list, RUNS: run_lists}
STANDARD_SHIFT = 4
GROUP_SIZE = 16 << 10
MIB = 1 << 20

values_of = functools.cache(group_values)


@pytest.mark.parametrize("size", [0, 1, 5000, SPLIT_SIZE])
def test_the_size_is_always_told(own_client, size):
    reply = own_client.stat(own_client.put([noise("sized", size)]))
    assert reply.HasField("size")
    assert reply.size == size
    assert not reply.HasField("inlined")
    assert not reply.HasField("bao_shift")


@pytest.mark.parametrize("size", [1, 999, 1000])
def test_content_up_to_the_limit_is_in_the_answer(own_client, size):
    content = noise("inlined", size)
    assert own_client.stat(own_client.put([content]), inline_limit=1000).inlined == content


def test_content_over_the_limit_is_absent_from_the_answer(own_client):
    digest = own_client.put([noise("not inlined", 1001)])
    assert not own_client.stat(digest, inline_limit=1000).HasField("inlined")


def test_the_content_of_the_empty_blob_is_present_and_empty(own_client):
    reply = own_client.stat(EMPTY_DIGEST, inline_limit=1)
    assert reply.HasField("inlined")
    assert (reply.inlined, reply.size) == (b"", 0)


def test_no_limit_makes_an_answer_too_large(own_client):
    content = noise("large inlined", 6 * MIB)
    digest = own_client.put(frames(content, MIB))
    reply = own_client.stat(
        digest, inline_limit=(1 << 64) - 1, send_chunks=True, send_bao=True, bao_shift=0
    )
    assert reply.ByteSize() < 4 * MIB
    assert not reply.HasField("inlined")


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize(
    "size", [0, 1, GROUP_SIZE, GROUP_SIZE + 1, 2 * GROUP_SIZE, 5 * GROUP_SIZE + 3, 250_000]
)
def test_hashes_are_those_that_python_computes(own_client, arrangement, size):
    content = noise("hashed", size)
    reply = own_client.stat(own_client.put([content]), send_bao=True, bao_format=arrangement)
    assert reply.HasField("bao_shift")
    assert (reply.bao_shift, reply.bao_format) == (STANDARD_SHIFT, arrangement)
    assert reply.bao == ARRANGEMENTS[arrangement](values_of(content, STANDARD_SHIFT))


def test_hashes_are_pairs_for_groups_of_16_kib_unless_something_else_is_asked_for(stock_client):
    content = noise("hashed", 250_000)
    reply = stock_client.stat(stock_client.put([content]), send_bao=True)
    assert reply.bao == pre_order_pairs(values_of(content, STANDARD_SHIFT))


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
@pytest.mark.parametrize("shift", [0, 2, 4, 5, 7, 10])
def test_hashes_are_for_groups_as_large_as_asked_for_or_larger(own_client, arrangement, shift):
    content = noise("groups", 300_001)
    digest = own_client.put([content])
    reply = own_client.stat(digest, send_bao=True, bao_shift=shift, bao_format=arrangement)
    assert shift <= reply.bao_shift <= max(shift, STANDARD_SHIFT)
    assert reply.bao == ARRANGEMENTS[arrangement](values_of(content, reply.bao_shift))


@pytest.mark.parametrize("shift", [11, 63, (1 << 32) - 1])
def test_groups_larger_than_there_are_have_an_answer(own_client, shift):
    content = noise("large groups", 300_001)
    reply = own_client.stat(own_client.put([content]), send_bao=True, bao_shift=shift)
    assert reply.bao_shift <= 10
    assert reply.bao == pre_order_pairs(values_of(content, reply.bao_shift))


def test_an_arrangement_that_nobody_knows_is_answered_with_pairs(own_client):
    content = noise("arrangement", 100_000)
    reply = own_client.stat(own_client.put([content]), send_bao=True, bao_format=99)
    assert reply.bao_format == PAIRS
    assert reply.bao == pre_order_pairs(values_of(content, STANDARD_SHIFT))


def test_lists_of_several_runs_lead_to_the_digest(own_client):
    content = noise("runs", 17 * MIB + 5)
    digest = own_client.put(frames(content, MIB))
    assert digest == digest_of(content)
    listed = own_client.stat(digest, send_bao=True, bao_format=LIST).bao
    in_runs = own_client.stat(digest, send_bao=True, bao_format=RUNS).bao
    values = values_in(listed)
    assert len(values) == -(-len(content) // GROUP_SIZE) > RUN_COUNT
    assert fold(values, is_root=True) == digest
    assert in_runs == run_lists(values)
