from collections.abc import Sequence

import pytest
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch

from pipeline.stream.batch import batches
from pipeline.stream.output_record import OutputRecord


def record(offset: int, timestamp: int = 1000, value: bytes | None = b"value") -> OutputRecord:
    return OutputRecord(offset, timestamp, b"key", value, [("name", b"1"), ("name", None)])


def new_builder() -> BatchBuilder:
    return BatchBuilder(400, 0)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([10], [[0]], id="one"),
        pytest.param([100] * 5, [[0, 1], [2, 3], [4]], id="as many as there is room for"),
        pytest.param([10, 1000, 10], [[0], [1], [2]], id="a large one finds room of its own"),
    ],
)
def test_batches_are_full(sizes: Sequence[int], expected: list[list[int]]) -> None:
    records = [record(offset, value=b"x" * size) for offset, size in enumerate(sizes)]
    made = batches(records, new_builder)
    assert [[each.offset for each in batch.of(records)] for batch in made] == expected
    for batch in made:
        assert batch.length == len(batch.of(records))
        # aiokafka takes a batch for empty, and for delivered, that says so.
        assert batch.builder.record_count() == batch.length
        assert batch.builder.closed()


@pytest.mark.parametrize(
    "timestamps",
    [
        [1000, 1000],
        [2000, 1000, 3000],
        [0, 1, 2],
        [-1],
        [-1, -1],
        [-1, 0],
        [-1, 1000, 2000],
        [-1, -1, 1000, -1],
        [1000, -1, 2000],
    ],
    ids=str,
)
def test_a_record_keeps_its_timestamp(timestamps: Sequence[int]) -> None:
    records = [record(offset, timestamp) for offset, timestamp in enumerate(timestamps)]
    found = [
        each
        for batch in batches(records, new_builder)
        for each in DefaultRecordBatch(batch.builder._build())
    ]
    assert [each.timestamp for each in found] == timestamps
    assert {(each.key, each.value) for each in found} == {(b"key", b"value")}
    assert {tuple(each.headers) for each in found} == {(("name", b"1"), ("name", None))}


@pytest.mark.parametrize(
    ("offsets", "text"),
    [([7], "raw offset 7, 80 bytes"), ([7, 9], "raw offsets 7 to 9, 99 bytes")],
    ids=["one", "two"],
)
def test_a_batch_says_what_it_holds(offsets: Sequence[int], text: str) -> None:
    records = [OutputRecord(each, 1000, b"secret", b"secret", []) for each in offsets]
    (batch,) = batches(records, new_builder)
    assert str(batch) == text
