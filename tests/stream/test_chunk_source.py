import asyncio
from contextlib import nullcontext
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException, KafkaError
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from pipeline.stream import chunk_source
from pipeline.stream.chunk_source import GATHER_BYTES, GATHER_MS, ChunkSource
from pipeline.stream.consumed_record import ConsumedRecord
from pipeline.stream.group_member import FETCH_MAX_WAIT_MS
from pipeline.stream.guarantee import Opening
from pipeline.stream.partition import Partition
from pipeline.stream.resume import Position

TP = TopicPartition("raw", 0)
NO_WRITER: Any = None


def batch(first_offset: int) -> bytearray:
    """A batch of two records."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1_000)
    for offset in range(2):
        builder.append(offset, 0, None, b"value", [])
    built = bytearray(builder.build())
    built[:8] = first_offset.to_bytes(8, "big")
    return built


def corrupted(built: bytearray) -> bytearray:
    return built[:-1] + bytes([built[-1] ^ 1])


class FakeKafka:
    """A client that has fetched `log`, and fetches it again from wherever it is told to."""

    def __init__(self, log: bytearray) -> None:
        self._fetcher = self._subscriptions = cast("Any", self)
        self.log = log
        self._records: dict[TopicPartition, FetchResult] = {}
        self.has_valid_position, self.active, self.paused = True, True, False
        self.seek(TP, 0)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self.position = offset
        records = MemoryRecords(bytes(self.log))
        unpacked = PartitionRecords(tp, records, None, offset, None, None, True, 1)  # noqa: FBT003
        self._records[tp] = FetchResult(
            tp, assignment=cast("Any", self), partition_records=unpacked, backoff=0
        )

    async def fetched_records(self, *_: Any) -> dict[TopicPartition, list[Any]]:
        return {TP: self._records[TP].getall(500)}

    def consumed_to(self, offset: int) -> None:
        self.position = offset

    def state_value(self, _tp: TopicPartition) -> "FakeKafka":
        return self

    fetch_context = staticmethod(nullcontext)
    _create_fetch_waiter = staticmethod(lambda: asyncio.get_running_loop().create_future())


class FakeAssignment(dict[TopicPartition, Partition]):
    with_room = dict.values


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunk_source, "REFETCH_SECONDS", 0)
    monkeypatch.setattr(chunk_source, "IDLE_SECONDS", 0)


async def test_what_was_read_before_a_corrupt_batch_is_read_again() -> None:
    kafka = FakeKafka(batch(0) + corrupted(batch(2)))
    errors: list[KafkaError] = []

    def heal(error: KafkaError) -> None:
        errors.append(error)
        kafka.log = batch(0) + batch(2)

    partition = Partition(TP, Opening(Position(0, -1), None), NO_WRITER, lambda: None, 1)
    source = ChunkSource(cast("Any", FakeAssignment({TP: partition})), heal)
    assert await source.next_chunks(cast("Any", kafka)) == []
    (chunk,) = await source.next_chunks(cast("Any", kafka))
    assert [record.offset for record in chunk.records] == [0, 1, 2, 3]
    assert {type(record) for record in chunk.records} == {ConsumedRecord}
    assert [type(error) for error in errors] == [CorruptRecordException]


async def test_a_wait_that_ends_without_records_does_not_end_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kafka = FakeKafka(bytearray())
    source = ChunkSource(cast("Any", FakeAssignment()), lambda _: None)
    assert await source.next_chunks(cast("Any", kafka)) == []
    monkeypatch.setattr(chunk_source, "IDLE_SECONDS", 60)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await source.next_chunks(cast("Any", kafka))


async def test_a_fetch_gathers_records_while_they_flow_and_takes_the_first_after_a_pause() -> None:
    kafka: Any = FakeKafka(batch(0))
    partition = Partition(TP, Opening(Position(0, -1), None), NO_WRITER, lambda: None, 1)
    source = ChunkSource(cast("Any", FakeAssignment({TP: partition})), lambda _: None)
    assert await source.next_chunks(kafka)
    assert (kafka._fetch_min_bytes, kafka._fetch_max_wait_ms) == (GATHER_BYTES, GATHER_MS)
    kafka._records.clear()
    assert not await source.next_chunks(kafka)
    assert (kafka._fetch_min_bytes, kafka._fetch_max_wait_ms) == (1, FETCH_MAX_WAIT_MS)
