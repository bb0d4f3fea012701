"""What has become of the records that were replayed."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

#: `dropped`: the worker's PIPELINE_OTHER_TYPES is `skip`, and it was of another type.
Outcome = Literal["accepted", "dead again", "dropped"]


class _Sent(NamedTuple):
    """Consecutive records on the raw topic: a code each, None for one that is settled."""

    first: int
    codes: list[str | None]


class Outcomes:
    """The codes of what was sent, by its place on the raw topic, until something came of it."""

    def __init__(self) -> None:
        self._sent: defaultdict[int, list[_Sent]] = defaultdict(list)
        self.replayed: Counter[str] = Counter()
        self.settled: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)

    @property
    def pending(self) -> int:
        """How many have come to nothing yet."""
        return self.replayed.total() - sum(counts.total() for counts in self.settled.values())

    @property
    def partitions(self) -> list[int]:
        """The partitions that something was sent to."""
        return sorted(self._sent)

    def sent(self, partition: int, first: int, codes: Sequence[str]) -> None:
        """Note records that went to consecutive offsets, behind all that went there before."""
        self._sent[partition].append(_Sent(first, [*codes]))
        self.replayed.update(codes)

    def found(self, outcome: Outcome, partition: int, offset: int) -> bool:
        """Note what became of a raw record, ours or not.

        Gives whether that brings us further: whether it is not behind the last record of ours.
        """
        sent = self._sent.get(partition, [])
        index = bisect_right(sent, offset, key=lambda each: each.first) - 1
        if index >= 0 and offset < sent[index].first + len(sent[index].codes):
            self._settle(outcome, sent[index], offset - sent[index].first)
            return True
        return index < len(sent) - 1

    def finished(self, committed: Mapping[int, int]) -> bool:
        """Note how far the worker is done, when all that it wrote before that has been noted.

        What is done and was not found has been dropped. Gives whether there was such a record.
        """
        before = self.pending
        for partition, offset in committed.items():
            self._finish(self._sent.get(partition, []), offset)
        return self.pending < before

    def _finish(self, sent: list[_Sent], committed: int) -> None:
        while sent and sent[0].first < committed:
            done = min(len(sent[0].codes), committed - sent[0].first)
            for index in range(done):
                self._settle("dropped", sent[0], index)
            if done < len(sent[0].codes):
                return
            sent.pop(0)

    def _settle(self, outcome: Outcome, sent: _Sent, index: int) -> None:
        code = sent.codes[index]
        if code is not None:
            self.settled[code][outcome] += 1
            sent.codes[index] = None
