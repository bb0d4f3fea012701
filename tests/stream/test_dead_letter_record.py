from typing import Any

from aiokafka import ConsumerRecord

from pipeline.event.result import DeadLetter
from pipeline.stream.dead_letter_record import dead_letter_record
from pipeline.stream.output_record import Header, OutputRecord


def record(offset: int, **parts: Any) -> ConsumerRecord:
    given = {"key": b"key", "value": b"value", "headers": ()} | parts
    return ConsumerRecord(
        "raw", 3, offset, 1000, 0, given["key"], given["value"], None, 0, 0, given["headers"]
    )


def test_it_is_the_raw_record_and_what_is_wrong_with_it() -> None:
    raw = record(8, value=b"\xff\x00", key=None, headers=(("trace", b"1"), ("trace", None)))
    written = dead_letter_record(raw, DeadLetter("invalid_field", "context: expected…", "context"))
    headers: list[Header] = [
        ("trace", b"1"),
        ("trace", None),
        ("__connect.errors.topic", b"raw"),
        ("__connect.errors.partition", b"3"),
        ("__connect.errors.offset", b"8"),
        ("__connect.errors.stage", b"validate"),
        ("__connect.errors.exception.message", "context: expected…".encode()),
        ("error-code", b"invalid_field"),
        ("error-field", b"context"),
        ("source-offset", b"8"),
    ]
    assert written == OutputRecord(8, 1000, None, b"\xff\x00", headers)


def test_without_a_field_there_is_no_header_for_it() -> None:
    written = dead_letter_record(record(1), DeadLetter("invalid_json", "expected JSON"))
    assert "error-field" not in dict(written.headers)
    assert ("__connect.errors.stage", b"decode") in written.headers


def test_a_tombstone_stays_one() -> None:
    written = dead_letter_record(record(1, value=None), DeadLetter("empty_value", "expected one"))
    assert written.value is None
