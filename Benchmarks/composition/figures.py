# SPDX-License-Identifier: Apache-2.0
"""What was measured, and how it stands to what is wanted."""

from collections import defaultdict
from statistics import median


class Figures:
    """Samples by name; of each the median counts."""

    def __init__(self) -> None:
        self._samples: dict[str, list[float]] = defaultdict(list)
        self.all_met = True

    def add(self, name: str, value: float) -> None:
        self._samples[name].append(value)

    def __call__(self, name: str) -> float:
        return median(self._samples[name])

    def samples(self, name: str) -> list[float]:
        return self._samples[name]

    def line(self, name: str, unit: str, digits: int = 0, detail: str = "") -> None:
        samples = self._samples[name]
        spread = f"{min(samples):,.{digits}f} to {max(samples):,.{digits}f}"
        text = f"  {name:<46} {median(samples):>9,.{digits}f} {unit}  ({spread})  {detail}"
        print(text.rstrip(), flush=True)

    def at_least(self, goal: str, value: float, wanted: float, unit: str = "x", detail: str = "") -> None:
        self._verdict(goal, f"{value:.2f}{unit} (target {wanted:.2f}{unit})", value >= wanted, detail)

    def at_most(self, goal: str, value: float, wanted: float, unit: str = "x", detail: str = "") -> None:
        self._verdict(goal, f"{value:.2f}{unit} (limit {wanted:.2f}{unit})", value <= wanted, detail)

    def _verdict(self, goal: str, text: str, is_met: bool, detail: str) -> None:
        self.all_met = self.all_met and is_met
        print(f"{'PASS ' if is_met else 'BELOW'}  {goal:<46} {text}  {detail}".rstrip(), flush=True)
