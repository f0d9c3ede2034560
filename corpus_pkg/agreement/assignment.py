"""The assignment problem: pairs of two sides, each member at most once, of the greatest total weight.

Shortest augmenting paths with a potential for each column, after Jonker and Volgenant (1987), over the pairs that have
a weight and no others: what two passes share is sparse. O(n m log m) at worst for n members and m pairs.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Any, TypeVar

R = TypeVar("R")
C = TypeVar("C")


def best_matching(weights: Mapping[tuple[R, C], float]) -> list[tuple[R, C]]:
    """Return pairs of the greatest total weight, each member in one pair at most, sorted.

    Weights are greater than 0; what has none is never paired. Members are of types that can be ordered, across the
    sides too. Where several sets of pairs are best, the same one is chosen when the sides change places (unless nothing
    but that tells them apart).
    """
    rows, columns = Counter(row for row, _ in weights), Counter(column for _, column in weights)
    # Most members meet no more than one of the other side: their pairs are certain.
    certain = [pair for pair in weights if rows[pair[0]] == columns[pair[1]] == 1]
    contested = {pair: weight for pair, weight in weights.items() if rows[pair[0]] > 1 or columns[pair[1]] > 1}
    return sorted(certain + _from_either_side(contested)) if contested else sorted(certain)


def _from_either_side(weights: Mapping[tuple[Any, Any], float]) -> list[tuple[Any, Any]]:
    forth = sorted(weights.items())
    back = sorted(((column, row), weight) for (row, column), weight in weights.items())
    return [(row, column) for column, row in _match(dict(back))] if back < forth else _match(dict(forth))


def _match(weights: Mapping[tuple[Any, Any], float]) -> list[tuple[Any, Any]]:
    rows = {row: number for number, row in enumerate(dict.fromkeys(row for row, _ in weights))}
    columns = {column: number for number, column in enumerate(dict.fromkeys(column for _, column in weights))}
    # Beside its columns each row has one of its own, which costs nothing: there it stays unpaired.
    costs: list[dict[int, float]] = [{len(columns) + number: 0} for number in rows.values()]
    for (row, column), weight in weights.items():
        costs[rows[row]][columns[column]] = -weight
    matching = _Matching(costs)
    for number in rows.values():
        matching.add(number)
    names = list(columns)
    return [
        (row, names[matching.column[number]]) for row, number in rows.items() if matching.column[number] < len(names)
    ]


class _Matching:
    """Pairs that grow by the shortest augmenting path of one row after the other.

    `costs` are those of each row's columns; `column` is that of each row, `row` that of each column.
    """

    def __init__(self, costs: list[dict[int, float]]) -> None:
        self._costs = costs
        self._potential: dict[int, float] = {}
        self.column: dict[int, int] = {}
        self.row: dict[int, int] = {}

    def add(self, start: int) -> None:
        """Pair one more row at the least cost; rows that were paired stay so, if with other columns."""
        distances: dict[int, float] = {}
        before: dict[int, int] = {}
        done: set[int] = set()
        queue: list[tuple[float, int]] = []
        row = start
        base: float = 0  # whole numbers stay whole, so that great weights are exact
        while True:
            for column, cost in self._costs[row].items():
                distance = base + cost - self._potential.get(column, 0)
                if column not in done and distance < distances.get(column, _FAR):
                    distances[column], before[column] = distance, row
                    heapq.heappush(queue, (distance, column))
            nearest = _pop(queue, done)
            done.add(nearest)
            if nearest not in self.row:
                break
            row = self.row[nearest]
            base = distances[nearest] - self._costs[row][nearest] + self._potential.get(nearest, 0)
        for column in done:
            self._potential[column] = self._potential.get(column, 0) + distances[column] - distances[nearest]
        self._augment(start, nearest, before)

    def _augment(self, start: int, free: int, before: Mapping[int, int]) -> None:
        """Pair all rows along the way that leads from `start` to a free column anew."""
        row, column = before[free], free
        while row != start:
            self.row[column] = row
            column, self.column[row] = self.column[row], column
            row = before[column]
        self.row[column], self.column[row] = row, column


_FAR = float("inf")


def _pop(queue: list[tuple[float, int]], done: set[int]) -> int:
    """Take the nearest column that has not been looked at; every row has one that is free, so there always is one."""
    while True:
        _, column = heapq.heappop(queue)
        if column not in done:
            return column
