# SPDX-License-Identifier: Apache-2.0
"""What was measured, and how it stands to what is wanted."""

from collections import defaultdict
from statistics import median


class Figures:
    """Speeds by operation and pair of client and server; more is better."""

    def __init__(self) -> None:
        self._samples: dict[tuple[str, str], list[float]] = defaultdict(list)
        self.all_met = True

    def add(self, operation: str, pair: str, speed: float) -> None:
        self._samples[operation, pair].append(speed)

    def __call__(self, operation: str, pair: str) -> float:
        return median(self._samples[operation, pair])

    def line(self, operation: str, pair: str, unit: str) -> None:
        samples = self._samples[operation, pair]
        spread = f"{min(samples):,.0f} to {max(samples):,.0f}"
        print(f"  {operation:<24} {pair:<22} {median(samples):>9,.0f} {unit}  ({spread})")

    def at_least(self, goal: str, ratio: float, wanted: float, detail: str = "") -> None:
        self._verdict(goal, f"{ratio:.2f}x (target {wanted:.2f}x)", ratio >= wanted, detail)

    def below(self, goal: str, mebibytes: float, limit: float, detail: str = "") -> None:
        self._verdict(goal, f"{mebibytes:.0f} MiB (limit {limit:.0f} MiB)", mebibytes < limit, detail)

    def _verdict(self, goal: str, text: str, is_met: bool, detail: str) -> None:
        self.all_met = self.all_met and is_met
        print(f"{'PASS ' if is_met else 'BELOW'}  {goal:<46} {text}  {detail}".rstrip(), flush=True)
