"""The tail of an output partition: the raw offset of the last record in it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

#: How many offsets before the end the first look begins, and by how much each further look grows.
#: The last offsets are mostly control records: the markers of the fence.
FIRST_LOOK = 4
GROWTH = 16
#: How long to wait for records before looking at the positions again, in milliseconds.
POLL_MS = 20


class Source(NamedTuple):
    """The raw record that an output record came of: its offset, and its timestamp in ms."""

    offset: int
    timestamp: int


async def read_tails(
    reader: AIOKafkaConsumer, partitions: Iterable[TopicPartition]
) -> dict[TopicPartition, Source]:
    """Read the tails of `partitions`; one that holds no record of ours has none.

    `reader` belongs to no group; what it is assigned is replaced.
    """
    wanted = list(partitions)
    begins: Mapping[TopicPartition, int] = await reader.beginning_offsets(wanted)
    starts: dict[TopicPartition, int] = dict(await reader.end_offsets(wanted))
    tails: dict[TopicPartition, Source] = {}
    look = FIRST_LOOK
    while wanted := [tp for tp in wanted if tp not in tails and starts[tp] > begins[tp]]:
        ends = {tp: starts[tp] for tp in wanted}
        starts = {tp: max(begins[tp], ends[tp] - look) for tp in wanted}
        async for tp, record in _between(reader, starts, ends):
            if (offset := source_offset(record)) is not None:
                tails[tp] = Source(offset, record.timestamp)
        look *= GROWTH
    return tails


async def timestamps_at(
    reader: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int]
) -> dict[TopicPartition, int]:
    """The timestamps, in ms, of the records at `offsets`, where there are such records."""
    begins: Mapping[TopicPartition, int] = await reader.beginning_offsets(list(offsets))
    ends: Mapping[TopicPartition, int] = await reader.end_offsets(list(offsets))
    starts = {tp: at for tp, at in offsets.items() if begins[tp] <= at < ends[tp]}
    timestamps = {}
    async for tp, record in _between(reader, starts, {tp: at + 1 for tp, at in starts.items()}):
        timestamps[tp] = record.timestamp
    return timestamps


async def _between(
    reader: AIOKafkaConsumer,
    starts: Mapping[TopicPartition, int],
    ends: Mapping[TopicPartition, int],
) -> AsyncIterator[tuple[TopicPartition, ConsumerRecord]]:
    """The records from `starts` up to, and not including, `ends`."""
    if not starts:
        return  # aiokafka's consumer never stops again once it was assigned nothing
    reader.assign(list(starts))
    for tp, start in starts.items():
        reader.seek(tp, start)
    # The position moves over control records, which are never returned.
    while unread := [tp for tp in starts if await reader.position(tp) < ends[tp]]:
        fetched = await reader.getmany(*unread, timeout_ms=POLL_MS)
        for tp, records in fetched.items():
            for record in records:
                if starts[tp] <= record.offset < ends[tp]:
                    yield tp, record


def source_offset(record: ConsumerRecord) -> int | None:
    """The raw offset that an output record names; of several such headers the last is ours."""
    for name, value in reversed(record.headers):
        if name == "source-offset" and value and value.isdigit():
            return int(value)
    return None
