# SPDX-License-Identifier: Apache-2.0
"""The three arrangements in which the hashes of a blob are sent beside it.

All are made of the chaining values of the groups of 2^shift chunks.
"""

from peers.blake3_tree import CHUNK_SIZE, fold, left_count, subtree_value

RUN_COUNT = 1024
VALUE_SIZE = 32


def group_values(content, shift):
    """The chaining value of each group; the digest alone, if there is one group."""
    size = CHUNK_SIZE << shift
    groups = [content[start : start + size] for start in range(0, len(content), size)] or [b""]
    is_root = len(groups) == 1
    return [subtree_value(group, number << shift, is_root) for number, group in enumerate(groups)]


def pre_order_pairs(values):
    """Both children of each node, the node before what is below it."""
    if len(values) == 1:
        return b""
    count = left_count(len(values))
    left, right = values[:count], values[count:]
    return fold(left) + fold(right) + pre_order_pairs(left) + pre_order_pairs(right)


def group_list(values):
    """The groups, nothing if there is only one."""
    return b"".join(values) if len(values) > 1 else b""


def run_lists(values):
    """The runs of 1024 groups, unless there is one run, and then the groups of each."""
    if len(values) == 1:
        return b""
    runs = [values[start : start + RUN_COUNT] for start in range(0, len(values), RUN_COUNT)]
    heads = b"".join(map(fold, runs)) if len(runs) > 1 else b""
    return heads + b"".join(b"".join(run) for run in runs if len(run) > 1)


def values_in(list_bytes):
    """Takes a list of chaining values apart."""
    return [list_bytes[i : i + VALUE_SIZE] for i in range(0, len(list_bytes), VALUE_SIZE)]
