"""What a replay sends, in rounds of a moderate size: one partition after the other, in order."""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from aiokafka import ConsumerRecord

from pipeline.stream.output_record import OutputRecord
from pipeline.stream.replay.log import Logs
from pipeline.stream.replay.reason import take_apart
from pipeline.stream.replay.selection import Prefix, Prefixes

#: What a round holds at most, so that memory is bounded however long the dead-letter topic is.
ROUND_RECORDS: Final = 1000
ROUND_BYTES: Final = 8 * 1024 * 1024


@dataclass(slots=True)
class Round:
    """Raw records of one partition with their codes, and how far that brings each prefix."""

    partition: int
    records: list[OutputRecord] = field(default_factory=list, repr=False)
    codes: list[str] = field(default_factory=list)
    positions: Mapping[Prefix, int] = field(default_factory=dict)
    bytes: int = 0

    def add(self, record: OutputRecord, code: str) -> None:
        """Add what is to be sent."""
        self.records.append(record)
        self.codes.append(code)
        self.bytes += len(record.value or b"")


async def rounds(
    dead_letters: Logs,
    prefixes: Prefixes,
    most: int,
    on_read: Callable[[int], None],
) -> AsyncIterator[Round]:
    """Yield what is to be sent of `dead_letters`, at most so many records at a time.

    What is yielded counts as done in `prefixes`. `on_read` is told how many records were read.
    Raises `TimeoutError` where no broker answers.
    """
    for tp in dead_letters.logs:
        current = Round(tp.partition)
        async for records in dead_letters.read(tp, prefixes.start(tp.partition)):
            for record in records:
                _decide(record, prefixes, current)
                if len(current.records) >= most or current.bytes >= ROUND_BYTES:
                    current.positions = prefixes.changes()
                    yield current
                    current = Round(tp.partition)
            on_read(len(records))
            if prefixes.exhausted:
                break
        if positions := prefixes.changes():
            current.positions = positions
            yield current
        if prefixes.exhausted:
            return


def _decide(record: ConsumerRecord, prefixes: Prefixes, current: Round) -> None:
    found = take_apart(record.headers)
    if found is None:
        return
    code = found.reason.code
    if prefixes.decide(code, record.partition, record.offset, record.timestamp) == "sent":
        current.add(_raw_record(record, found.headers), code)


def _raw_record(record: ConsumerRecord, headers: list[tuple[str, bytes | None]]) -> OutputRecord:
    """The raw record that a dead letter was, but for its offset: that is the dead letter's."""
    return OutputRecord(record.offset, record.timestamp, record.key, record.value, headers)
