# SPDX-License-Identifier: Apache-2.0
"""The goals: how our figures stand to those of the best peer."""

from dataclasses import dataclass

from contestants import Contestant
from results import PAIR_GETS, PAIR_PUTS, TREE_GET, TREE_PUT, Results

TIME_LIMIT = 0.5
SPACE_LIMIT = 1.15
FLOOR_LIMIT = 3.0
PEAK_LIMIT_BYTES = 150 << 20
FLOOR = "cp -r"


@dataclass(frozen=True)
class Verdict:
    place: str
    goal: str
    detail: str
    ratio: float
    limit: float
    passed: bool

    def __str__(self) -> str:
        word = "PASS " if self.passed else "BELOW"
        return (
            f"{word}  {self.place:<6} {self.goal:<16} "
            f"ratio {self.ratio:5.2f}, limit {self.limit:.2f}  ({self.detail})"
        )


def judge(results: Results, contestants: list[Contestant], place: str) -> list[Verdict]:
    """Returns a verdict for each goal that our tool and at least one peer were measured for."""
    ours = next((it.name for it in contestants if it.name == "blobstore"), None)
    peers = [it.name for it in contestants if it.is_peer]
    verdicts = []
    if ours is None:
        return []

    for goal, operations in [
        ("put the pair", PAIR_PUTS),
        ("get the pair", PAIR_GETS),
        ("put the tree", TREE_PUT),
        ("get the tree", TREE_GET),
    ]:
        rivals = [it for it in peers if results.has(place, it, operations)]
        if rivals and results.has(place, ours, operations):
            best = min(rivals, key=lambda it: results.wall(place, it, operations))
            mine, theirs = (results.wall(place, it, operations) for it in (ours, best))
            detail = f"{mine:.2f} s, {best} {theirs:.2f} s"
            verdicts.append(_less(place, goal, detail, mine / theirs, TIME_LIMIT))

    for goal, operations in [("size of the pair", PAIR_PUTS), ("size of the tree", TREE_PUT)]:
        rivals = [it for it in peers if results.has(place, it, operations)]
        if rivals and results.has(place, ours, operations):
            best = min(rivals, key=lambda it: results.allocated(place, it, operations))
            mine, theirs = (results.allocated(place, it, operations) for it in (ours, best))
            detail = f"{mine / 1e6:,.1f} MB, {best} {theirs / 1e6:,.1f} MB"
            verdicts.append(_at_most(place, goal, detail, mine / theirs, SPACE_LIMIT))

    for goal, operations in [("put small files", TREE_PUT), ("get small files", TREE_GET)]:
        if all(results.has(place, it, operations) for it in (ours, FLOOR)):
            mine, floor = (results.wall(place, it, operations) for it in (ours, FLOOR))
            detail = f"{mine:.2f} s, {FLOOR} {floor:.2f} s"
            verdicts.append(_at_most(place, goal, detail, mine / floor, FLOOR_LIMIT))

    if results.has(place, ours, ()) and any(
        results.has(place, ours, it) for it in (PAIR_PUTS, TREE_PUT)
    ):
        peak = results.peak(place, ours)
        detail = f"{peak / 2**20:.0f} MiB, limit {PEAK_LIMIT_BYTES / 2**20:.0f} MiB"
        verdicts.append(_less(place, "peak memory", detail, peak / PEAK_LIMIT_BYTES, 1.0))
    return verdicts


def _less(place: str, goal: str, detail: str, ratio: float, limit: float) -> Verdict:
    return Verdict(place, goal, detail, ratio, limit, ratio < limit)


def _at_most(place: str, goal: str, detail: str, ratio: float, limit: float) -> Verdict:
    return Verdict(place, goal, detail, ratio, limit, ratio <= limit)
