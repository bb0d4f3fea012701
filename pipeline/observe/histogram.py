"""A Prometheus histogram that takes a whole chunk of values at once."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate


class Histogram:
    """How many values were at most each of `bounds`, which ascend, and the sum of all."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, values: Iterable[float]) -> None:
        """Count `values`. Those of a chunk are much alike: few buckets are looked at."""
        ordered = sorted(values)
        self.sum += sum(ordered)
        bucket = counted = 0
        while counted < len(ordered):
            bucket = bisect_left(self._bounds, ordered[counted], bucket)
            is_last = bucket == len(self._bounds)
            until = len(ordered) if is_last else bisect_right(ordered, self._bounds[bucket])
            self._counts[bucket] += until - counted
            counted = until

    @property
    def buckets(self) -> list[tuple[str, float]]:
        """Each bound and how many values were at most that, `+Inf` last, as Prometheus wants it."""
        bounds = [*map(str, map(float, self._bounds)), "+Inf"]
        return list(zip(bounds, accumulate(self._counts), strict=True))
