from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.consumer.fetcher import PartitionRecords
from aiokafka.errors import CorruptRecordException
from aiokafka.record import memory_records
from aiokafka.record.default_records import DefaultRecordBatchBuilder, _DefaultRecordBatchBuilderPy

from pipeline.stream.header_names import read_any_header_name

NO_COMPRESSION, GZIP = 0, 1
Builder: Any = DefaultRecordBatchBuilder
PythonBuilder: Any = _DefaultRecordBatchBuilderPy


class NotUtf8(str):
    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"caf\xe9"


@pytest.fixture(autouse=True)
def _read_any_header_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "MemoryRecords", fetcher.MemoryRecords)
    monkeypatch.setattr(memory_records, "DefaultRecordBatch", memory_records.DefaultRecordBatch)
    read_any_header_name()


def read(data: bytes) -> list[Any]:
    records = fetcher.MemoryRecords(data)
    tp = TopicPartition("raw", 0)
    return list(PartitionRecords(tp, records, None, 0, None, None, True, 1))  # noqa: FBT003


@pytest.mark.parametrize("compression", [NO_COMPRESSION, GZIP], ids=["plain", "gzip"])
def test_a_name_that_is_not_utf_8_is_escaped_and_all_else_stays(compression: int) -> None:
    builder = PythonBuilder(2, compression, 0, -1, -1, -1, 10_000)
    headers = [(NotUtf8(), b"\xff"), ("naïve", None), (NotUtf8(), b"2")]
    builder.append(0, -1, b"\xfe", b"first", [])
    builder.append(1, 1_000, None, b"\xfd", headers)
    first, second = read(bytes(builder.build()))
    assert (first.key, first.value, first.timestamp, first.headers) == (b"\xfe", b"first", -1, ())
    assert (second.key, second.value, second.timestamp) == (None, b"\xfd", 1_000)
    assert second.headers == (("caf\\xe9", b"\xff"), ("naïve", None), ("caf\\xe9", b"2"))


@pytest.mark.parametrize("compression", [NO_COMPRESSION, GZIP], ids=["plain", "gzip"])
def test_other_records_are_read_as_ever(compression: int) -> None:
    builder = Builder(2, compression, 0, -1, -1, -1, 10_000)
    for offset in range(3):
        builder.append(offset, offset, b"%d" % offset, None, [("name", b"\xff")])
    records = read(bytes(builder.build()))
    assert [(each.offset, each.key, each.value) for each in records] == [
        (0, b"0", None),
        (1, b"1", None),
        (2, b"2", None),
    ]
    assert {each.headers for each in records} == {(("name", b"\xff"),)}


def built(builder: Any) -> bytes:
    for offset in range(2):
        builder.append(offset, offset, b"key", b"value", [])
    return bytes(builder.build())


def test_a_batch_with_a_wrong_checksum_is_refused() -> None:
    good = built(Builder(2, NO_COMPRESSION, 0, -1, -1, -1, 10_000))
    assert len(read(good)) == 2
    with pytest.raises(CorruptRecordException):
        read(good.replace(b"value", b"other", 1))


def test_markers_and_aborted_batches_are_no_records() -> None:
    of_a_transaction = built(Builder(2, NO_COMPRESSION, 1, 42, 0, 0, 10_000))
    records = fetcher.MemoryRecords(of_a_transaction)
    tp = TopicPartition("raw", 0)
    unchecked = (None, None, False)
    aborted = PartitionRecords(tp, records, [(42, 0)], 0, *unchecked, fetcher.READ_COMMITTED)
    assert (list(aborted), aborted.next_fetch_offset) == ([], 2)
    assert len(read(of_a_transaction)) == 2
    marker = bytearray(of_a_transaction)
    marker[22] |= 0b10_0000  # the attributes' bit of a control batch
    records = fetcher.MemoryRecords(bytes(marker))
    control = PartitionRecords(tp, records, None, 0, *unchecked, fetcher.READ_UNCOMMITTED)
    assert (list(control), control.next_fetch_offset) == ([], 2)
