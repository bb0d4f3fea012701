"""Where to go on reading a partition: decided by what its output topics already hold.

The consumer group's committed offset alone would double records: a worker that dies has written
more than it committed. The output topics know exactly what was written.
"""

from typing import NamedTuple


class Log(NamedTuple):
    """The raw topic's partition: its first offset, and the one behind its last."""

    begin: int
    end: int


class Tail(NamedTuple):
    """The raw record behind the last record of an output partition; timestamps are in ms.

    `raw_timestamp` is that of the raw record which stands at `offset` now, None where none does.
    """

    offset: int
    timestamp: int
    raw_timestamp: int | None

    @property
    def valid(self) -> bool:
        """The guard: otherwise the raw topic was made anew under the same name."""
        return self.timestamp == self.raw_timestamp


class Position(NamedTuple):
    """The raw offset to start from; dead letters up to `dead_letters_until` exist already."""

    start: int
    dead_letters_until: int


def resume(
    log: Log, committed: int | None, enriched: Tail | None, dead_letter: Tail | None
) -> Position:
    """Decide where a partition goes on.

    `committed` is the group's offset, if there is one; one outside the log counts as none, since
    that log is gone. A tail that is not valid counts as none too, each by itself.
    """
    starts = [log.begin]
    if committed is not None and log.begin <= committed <= log.end:
        starts.append(committed)
    if enriched is not None and enriched.valid:
        starts.append(enriched.offset + 1)
    written = dead_letter.offset if dead_letter is not None and dead_letter.valid else -1
    return Position(max(starts), written)
