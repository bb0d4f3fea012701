"""How many dead letters there are, of which code and day, and the newest ones of each code."""

from collections import Counter, defaultdict
from heapq import heappush, heappushpop
from typing import NamedTuple

from aiokafka import ConsumerRecord

from pipeline.event.instant import is_instant, write_instant
from pipeline.stream.replay.reason import Reason, take_apart

DAY_LENGTH = len("2015-02-23")


class Sample(NamedTuple):
    """A dead letter: when its raw record was sent, in ms, where it stands, and why it is one."""

    timestamp: int
    partition: int
    offset: int
    reason: Reason


class Tally:
    """Counts dead letters, of `codes` and not older than `since` where these are given.

    Keeps the newest of each code, so many `samples`. Days are UTC, None for a timestamp that is no
    time of the years 1970 to 9999. `others` are records that the pipeline did not write.
    """

    def __init__(self, samples: int, codes: frozenset[str] | None, since: int | None) -> None:
        self._samples = samples
        self._codes = codes
        self._since = since
        self._newest: defaultdict[str, list[Sample]] = defaultdict(list)
        self.counts: Counter[tuple[str, str | None]] = Counter()
        self.others = 0

    def add(self, record: ConsumerRecord) -> None:
        """Count a record of the dead-letter topic, if it is asked for."""
        if self._since is not None and record.timestamp < self._since:
            return
        found = take_apart(record.headers)
        if found is None:
            self.others += 1
        elif self._codes is None or found.reason.code in self._codes:
            self.counts[found.reason.code, _day(record.timestamp)] += 1
            self._keep(Sample(record.timestamp, record.partition, record.offset, found.reason))

    def newest(self) -> list[Sample]:
        """Give the samples: by code, the newest first."""
        return [
            sample
            for code in sorted(self._newest)
            for sample in sorted(self._newest[code], reverse=True)
        ]

    def _keep(self, sample: Sample) -> None:
        kept = self._newest[sample.reason.code]
        if len(kept) < self._samples:
            heappush(kept, sample)
        elif kept:
            heappushpop(kept, sample)


def _day(timestamp: int) -> str | None:
    return write_instant(timestamp)[:DAY_LENGTH] if is_instant(timestamp) else None
