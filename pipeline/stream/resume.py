"""Where to go on reading a partition: decided by what its output topics already hold.

The consumer group's committed offset alone would double records: a worker that dies has written
more than it committed. The output topics know exactly what was written.
"""

from typing import NamedTuple


class Log(NamedTuple):
    """The raw topic's partition: its first offset, and the one behind its last."""

    begin: int
    end: int


class Position(NamedTuple):
    """The raw offset to start from; dead letters up to `dead_letters_until` exist already."""

    start: int
    dead_letters_until: int


def resume(
    log: Log, committed: int | None, enriched_tail: int | None, dead_letter_tail: int | None
) -> Position:
    """Decide where a partition goes on.

    `committed` is the group's offset, if there is one. A tail is the raw offset of the last record
    of an output partition; None where it is empty, or was written for another raw topic of the
    same name. A committed offset outside the log counts as none: that log is gone.
    """
    starts = [log.begin]
    if committed is not None and log.begin <= committed <= log.end:
        starts.append(committed)
    if enriched_tail is not None:
        starts.append(enriched_tail + 1)
    return Position(max(starts), -1 if dead_letter_tail is None else dead_letter_tail)
