"""Which dead letters a replay sends, and how far it has come: decided one by one, in order."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

#: A code and a partition of the dead-letter topic: what a replay has done of them is a prefix.
Prefix = tuple[str, int]
#: `sent` it is, `skipped` for good, or `left` as it is: done before, not asked for, or not yet.
Verdict = Literal["sent", "skipped", "left"]


class Selection(NamedTuple):
    """What a person asks for. Times are milliseconds since 1970, of the raw records."""

    codes: frozenset[str] | None = None
    since: int | None = None
    until: int | None = None
    limit: int | None = None


class Prefixes:
    """How far the dead letters of each code and partition are done: up to an offset, without gaps.

    So little has to be remembered that it fits into the transaction of the records themselves. It
    is why `until` and `limit` end a prefix, and `since` moves it over what is older, for good.
    `oldest` is the earliest timestamp of what is sent.
    """

    def __init__(self, selection: Selection, positions: Mapping[Prefix, int]) -> None:
        self._selection = selection
        self._positions = dict(positions)
        self._changed: dict[Prefix, int] = {}
        self._ended: set[Prefix] = set()
        self.sent: Counter[str] = Counter()
        self.skipped: Counter[str] = Counter()
        self.oldest: float = math.inf

    @property
    def exhausted(self) -> bool:
        """Whether the limit is reached."""
        return self.sent.total() == self._selection.limit

    def start(self, partition: int) -> int:
        """Give the offset before which there is nothing to decide in a partition."""
        codes = self._selection.codes or ()
        return min((self._positions.get((code, partition), 0) for code in codes), default=0)

    def decide(self, code: str, partition: int, offset: int, timestamp: int) -> Verdict:
        """Decide on the next dead letter of a partition, and move the prefix over it or end it."""
        prefix = code, partition
        codes, since, until, _ = self._selection
        if codes is not None and code not in codes:
            return "left"
        if offset < self._positions.get(prefix, 0) or prefix in self._ended or self.exhausted:
            return "left"
        if until is not None and timestamp >= until:
            self._ended.add(prefix)
            return "left"
        self._positions[prefix] = self._changed[prefix] = offset + 1
        if since is not None and timestamp < since:
            self.skipped[code] += 1
            return "skipped"
        self.sent[code] += 1
        self.oldest = min(self.oldest, timestamp)
        return "sent"

    def changes(self) -> dict[Prefix, int]:
        """Give the positions that have moved since this was last asked: the next offset of each."""
        changed, self._changed = self._changed, {}
        return changed
