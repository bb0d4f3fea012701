"""How far one partition is done."""

from collections import deque


class Progress:
    """The contiguous prefix of finished chunks of one partition.

    Chunks begin in the order of their offsets and may finish in any order; `position` moves over
    a chunk only when it and everything before it is finished, so it is always safe to commit.
    """

    def __init__(self, position: int) -> None:
        self.position = position
        self._begun: deque[int] = deque()
        self._finished: set[int] = set()

    @property
    def in_flight(self) -> int:
        """How many chunks have begun and are not yet part of the prefix."""
        return len(self._begun)

    def begin(self, next_offset: int) -> None:
        """A chunk that ends before `next_offset` has begun."""
        self._begun.append(next_offset)

    def finish(self, next_offset: int) -> None:
        """The chunk that ends before `next_offset` is finished."""
        self._finished.add(next_offset)
        while self._begun and self._begun[0] in self._finished:
            self.position = self._begun.popleft()
            self._finished.remove(self.position)

    def skip_to(self, position: int) -> None:
        """Nothing is in flight and the log holds no record before `position`."""
        if not self._begun:
            self.position = max(self.position, position)
