"""One line of results, printed the same way by every measurement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """``ratio``: against the yardstick of the same run, higher is better (None: it is the yardstick, or a plain time).

    ``goal``: the least ratio that we want; where the goal is a longest time, ``at_most`` says it in seconds.
    """

    what: str
    seconds: float
    ratio: float | None
    goal: float | None
    at_most: float | None = None

    @property
    def reached(self) -> bool | None:
        if self.goal is not None and self.ratio is not None:
            return self.ratio >= self.goal
        return None if self.at_most is None else self.seconds <= self.at_most

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:,.{2 if self.ratio >= 0.1 else 4}f} ×"
        goal = "" if self.goal is None else f"goal ≥ {self.goal:g} ×"
        if self.at_most is not None:
            goal = f"goal ≤ {self.at_most * 1000:g} ms"
        verdict = {True: "reached", False: "NOT reached", None: ""}[self.reached]
        return f"  {self.what:<44}{self.seconds * 1000:>12,.2f} ms{ratio:>12}   {goal:<16}{verdict}".rstrip()

    @classmethod
    def show(cls, title: str, rows: Iterable[object]) -> None:
        print(f"\n{title}", flush=True)
        for row in rows:
            print(row, flush=True)
