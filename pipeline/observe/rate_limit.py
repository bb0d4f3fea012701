"""One line where there might be a thousand alike."""

from collections import Counter
from collections.abc import Hashable


class RateLimit:
    """Lets one line of each key through every so many seconds, and counts what it stands for."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._told: dict[Hashable, float] = {}
        self._untold: Counter[Hashable] = Counter()

    def count(self, key: Hashable, occurrences: int, now: float) -> int:
        """How many occurrences a line written at `now` stands for; 0 means that none is written."""
        self._untold[key] += occurrences
        told = self._told.get(key)
        if told is not None and now - told < self._seconds:
            return 0
        self._told[key] = now
        return self._untold.pop(key)
