from typing import Any

import pytest
from aiokafka import TopicPartition

from pipeline.stream.guarantee import Opening
from pipeline.stream.partition import CHUNK_RECORDS, MAX_CHUNKS, MAX_RECORDS, MIN_SHARE, Partition
from pipeline.stream.resume import Position

NO_WRITER: Any = None


def one_of(partitions: int) -> Partition:
    opening = Opening(Position(0, -1), None)
    return Partition(TopicPartition("raw", 0), opening, NO_WRITER, lambda: None, partitions)


def fetch(partition: Partition, chunks: int, records: int) -> None:
    for _ in range(chunks):
        partition.fetched(partition.next_offset, partition.next_offset + records)


@pytest.mark.parametrize(
    ("partitions", "longest"),
    [(1, 1000), (4, 1000), (16, 1000), (32, 500), (64, 250), (320, 50), (10_000, 50)],
    ids=str,
)
def test_chunks_are_shorter_where_there_are_many_partitions(partitions: int, longest: int) -> None:
    assert one_of(partitions).chunk_records == longest


def test_there_is_room_for_some_chunks_however_short() -> None:
    fetch(partition := one_of(1), MAX_CHUNKS - 1, records=1)
    assert partition.has_room
    fetch(partition, 1, records=1)
    assert not partition.has_room


@pytest.mark.parametrize("partitions", [16, 64, 1000], ids=str)
def test_there_is_room_for_two_of_the_longest_chunks(partitions: int) -> None:
    partition = one_of(partitions)
    fetch(partition, 1, partition.chunk_records)
    assert partition.has_room
    fetch(partition, 1, partition.chunk_records)
    assert not partition.has_room


def test_what_is_written_makes_room() -> None:
    partition = one_of(64)
    fetch(partition, 2, partition.chunk_records)
    partition.acknowledge(partition.chunk_records)
    assert partition.has_room


@pytest.mark.parametrize("partitions", [1, 4, 16, 64, 320], ids=str)
def test_all_together_have_no_more_than_so_many_records(partitions: int) -> None:
    partition = one_of(partitions)
    while partition.has_room:
        fetch(partition, 1, partition.chunk_records)
    assert partitions * partition.next_offset <= MAX_RECORDS
    assert MIN_SHARE <= partition.next_offset <= MAX_CHUNKS * CHUNK_RECORDS


def test_room_is_told_of_when_there_was_none() -> None:
    told: list[str] = []
    opening = Opening(Position(0, -1), None)
    partition = Partition(
        TopicPartition("raw", 0), opening, NO_WRITER, lambda: told.append("room"), 64
    )
    fetch(partition, 2, partition.chunk_records)
    partition.acknowledge(partition.chunk_records)
    partition.acknowledge(2 * partition.chunk_records)
    assert told == ["room"]
