# SPDX-License-Identifier: Apache-2.0
"""What was measured, and its medians."""

from collections import defaultdict
from dataclasses import asdict, dataclass
from statistics import median

from measure import Space, Usage

PAIR_PUTS = ("put a", "put b")
PAIR_GETS = ("get b", "get a")
TREE_PUT = ("put tree",)
TREE_GET = ("get tree",)
OPERATIONS = PAIR_PUTS + PAIR_GETS + TREE_PUT + TREE_GET


@dataclass(frozen=True)
class Sample:
    """One run of one operation: `sync` is how long a sync afterwards took, `grown` what the store grew by."""

    usage: Usage
    sync: float
    grown: Space


class Results:
    """Samples by place (file system), contestant and operation."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str, str], list[Sample]] = defaultdict(list)
        self.failures: dict[tuple[str, str], str] = {}

    def add(self, place: str, contestant: str, operation: str, sample: Sample) -> None:
        self._samples[place, contestant, operation].append(sample)

    def has(self, place: str, contestant: str, operations: tuple[str, ...]) -> bool:
        """Returns whether all the operations were measured, with the right bytes."""
        return (place, contestant) not in self.failures and all(
            (place, contestant, operation) in self._samples for operation in operations
        )

    def wall(self, place: str, contestant: str, operations: tuple[str, ...]) -> float:
        return sum(self._median(place, contestant, operations, lambda it: it.usage.wall))

    def processor(self, place: str, contestant: str, operations: tuple[str, ...]) -> float:
        return sum(self._median(place, contestant, operations, lambda it: it.usage.processor))

    def sync(self, place: str, contestant: str, operations: tuple[str, ...]) -> float:
        return sum(self._median(place, contestant, operations, lambda it: it.sync))

    def allocated(self, place: str, contestant: str, operations: tuple[str, ...]) -> float:
        return sum(self._median(place, contestant, operations, lambda it: it.grown.allocated))

    def length(self, place: str, contestant: str, operations: tuple[str, ...]) -> float:
        return sum(self._median(place, contestant, operations, lambda it: it.grown.length))

    def peak(self, place: str, contestant: str) -> int:
        return max(
            sample.usage.peak_bytes
            for (where, who, _), samples in self._samples.items()
            if (where, who) == (place, contestant)
            for sample in samples
        )

    def disturbance(self, cores: int) -> float:
        """Returns the share of the machine that others used while something was measured."""
        usages = [sample.usage for samples in self._samples.values() for sample in samples]
        return sum(it.others for it in usages) / (cores * sum(it.wall for it in usages) or 1)

    def as_json(self) -> list[dict]:
        return [
            {"place": place, "contestant": contestant, "operation": operation, **asdict(sample)}
            for (place, contestant, operation), samples in self._samples.items()
            for sample in samples
        ]

    def _median(self, place, contestant, operations, figure) -> list[float]:
        return [
            median(figure(sample) for sample in self._samples[place, contestant, operation])
            for operation in operations
        ]
