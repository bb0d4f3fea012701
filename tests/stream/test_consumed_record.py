from aiokafka import TopicPartition
from aiokafka.record.default_records import DefaultRecord

from pipeline.stream.consumed_record import ConsumedRecord, consumed_record


def test_each_member_is_what_aiokafka_read() -> None:
    headers = [("trace", b"1"), ("trace", None)]
    record = DefaultRecord(7, 1_000, 1, b"key", b"value", headers)
    assert consumed_record(TopicPartition("raw", 3), record) == ConsumedRecord(
        topic="raw",
        partition=3,
        offset=7,
        timestamp=1_000,
        timestamp_type=1,
        key=b"key",
        value=b"value",
        headers=headers,
    )


def test_it_may_be_logged() -> None:
    record = consumed_record(
        TopicPartition("raw", 3), DefaultRecord(7, 0, 0, b"alice", b"secret", [])
    )
    assert repr(record) == "ConsumedRecord(raw/3/7)"
