from typing import Any

from aiokafka import ConsumerRecord

from pipeline.event.result import DeadLetter, Enriched, Result, Skipped
from pipeline.stream.outputs import Header, OutputRecord, outputs_of


def record(offset: int, **parts: Any) -> ConsumerRecord:
    given = {"key": b"key", "value": b"value", "timestamp": 1000, "headers": ()} | parts
    return ConsumerRecord(
        "raw", 3, offset, given["timestamp"], 0, given["key"], given["value"], None, 0, 0,
        given["headers"],
    )  # fmt: skip


def test_an_event_keeps_headers_and_timestamp_and_names_its_source() -> None:
    raw = record(7, timestamp=123, headers=(("trace", b"1"), ("trace", None)))
    outputs = outputs_of([raw], [Enriched(b"{}", b"user")])
    headers = [("trace", b"1"), ("trace", None), ("source-offset", b"7")]
    assert outputs == ([OutputRecord(7, 123, b"user", b"{}", headers)], [])


def test_a_dead_letter_is_the_raw_record_and_what_is_wrong_with_it() -> None:
    raw = record(8, value=b"\xff\x00", key=None, headers=(("trace", b"1"),))
    outputs = outputs_of([raw], [DeadLetter("invalid_field", "context: expected…", "context")])
    headers: list[Header] = [
        ("trace", b"1"),
        ("__connect.errors.topic", b"raw"),
        ("__connect.errors.partition", b"3"),
        ("__connect.errors.offset", b"8"),
        ("__connect.errors.stage", b"validate"),
        ("__connect.errors.exception.message", "context: expected…".encode()),
        ("error-code", b"invalid_field"),
        ("error-field", b"context"),
        ("source-offset", b"8"),
    ]
    assert outputs == ([], [OutputRecord(8, 1000, None, b"\xff\x00", headers)])


def test_without_a_field_there_is_no_header_for_it() -> None:
    outputs = outputs_of([record(1)], [DeadLetter("invalid_json", "expected JSON")])
    names = [name for name, _ in outputs.dead_letters[0].headers]
    assert "error-field" not in names
    assert ("__connect.errors.stage", b"decode") in outputs.dead_letters[0].headers


def test_a_tombstone_stays_one() -> None:
    outputs = outputs_of([record(1, value=None)], [DeadLetter("empty_value", "expected a value")])
    assert outputs.dead_letters[0].value is None


def test_a_skipped_record_is_written_nowhere() -> None:
    assert outputs_of([record(1)], [Skipped()]) == ([], [])


def test_both_outputs_keep_the_order_of_the_offsets() -> None:
    results: list[Result] = [Enriched(b"", b""), DeadLetter("empty_value", ""), Enriched(b"", b"")]
    outputs = outputs_of([record(1), record(2), record(3)], results)
    assert [each.offset for each in outputs.events] == [1, 3]
    assert [each.offset for each in outputs.dead_letters] == [2]
