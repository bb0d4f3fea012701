"""Whether a worker makes progress, and whether it is ready: decided from what is told, no clock."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Reading(NamedTuple):
    """How far one partition is acknowledged, and where its log ends.

    `readable` is the offset behind the last record that may be read, `end` that behind the last
    there is; an open transaction lies between them. None where no fetch has told yet.
    """

    position: int
    readable: int | None
    end: int | None

    @property
    def is_behind(self) -> bool:
        """Whether there is a record that could be acknowledged and is not."""
        return self.readable is not None and self.readable > self.position

    @property
    def lag(self) -> int | None:
        """How many offsets are still to be acknowledged."""
        return None if self.end is None else max(0, self.end - self.position)


class Wait(NamedTuple):
    """For how many seconds a partition with lag has stood at `position`."""

    position: int
    seconds: float = 0.0


class State(NamedTuple):
    """What a worker knows of itself once it has found its brokers.

    `restored` says that the group has assigned partitions, none to a spare, and that each has
    been positioned. `commit_age` is for how many seconds something acknowledged has waited for
    its commit.
    """

    answering: bool
    restored: bool
    readings: Mapping[int, Reading]
    waits: Mapping[int, Wait]
    commit_age: float
    rebalances: int
    fenced: int


class Verdict(NamedTuple):
    """What a probe is told."""

    ok: bool
    reason: str


def waiting(
    before: Mapping[int, Wait], readings: Mapping[int, Reading], seconds: float
) -> dict[int, Wait]:
    """How long each partition waits by now, `seconds` after `before`.

    A partition without lag waits for nothing, and one that has moved begins anew. Time that must
    not count, because no broker answered, is given as no seconds at all.
    """
    return {
        partition: Wait(reading.position, before[partition].seconds + seconds)
        if reading.is_behind and _stood(before.get(partition), reading)
        else Wait(reading.position)
        for partition, reading in readings.items()
    }


def health(state: State | None, stall_seconds: float) -> Verdict:
    """Whether no partition with lag has gone `stall_seconds` without an acknowledged chunk."""
    waits = state.waits if state else {}
    stalled = [partition for partition, wait in waits.items() if wait.seconds >= stall_seconds]
    if stalled:
        longest = max(waits[partition].seconds for partition in stalled)
        return Verdict(
            ok=False,
            reason=f"{_listed(stalled)}: lag, and no acknowledged chunk for {longest:.0f} s",
        )
    return Verdict(ok=True, reason="every partition with lag makes progress")


def readiness(state: State | None) -> Verdict:
    """Whether the worker is connected, assigned (or an idle spare) and positioned."""
    if state is None:
        return Verdict(ok=False, reason="no broker has answered yet")
    if not state.answering:
        return Verdict(ok=False, reason="no broker answers")
    if not state.restored:
        return Verdict(ok=False, reason="no partitions are assigned and positioned yet")
    if not state.readings:
        return Verdict(ok=True, reason="an idle spare: the other workers have all partitions")
    return Verdict(ok=True, reason=f"reading {_listed(state.readings)}")


def _stood(before: Wait | None, reading: Reading) -> bool:
    return before is not None and before.position == reading.position


def _listed(partitions: Iterable[int]) -> str:
    numbers = sorted(partitions)
    plural = "s" if len(numbers) > 1 else ""
    return f"partition{plural} {', '.join(map(str, numbers))}"
