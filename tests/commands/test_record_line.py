import json
from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord

from pipeline.commands.record_line import record_line, record_text


def record(
    value: bytes | None = b"{}",
    key: bytes | None = b"u",
    headers: tuple[tuple[str, bytes | None], ...] = (),
    timestamp: int = 1_795_413_600_000,
) -> ConsumerRecord:
    return ConsumerRecord(
        topic="raw",
        partition=3,
        offset=7,
        timestamp=timestamp,
        timestamp_type=0,
        key=key,
        value=value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=headers,
    )


def members(given: ConsumerRecord) -> dict[str, Any]:
    line = record_line(given)
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    return dict(json.loads(line))


def test_members() -> None:
    assert list(members(record(b'{"a": 1}', headers=(("h", b"x"),))).items()) == [
        ("topic", "raw"),
        ("partition", 3),
        ("offset", 7),
        ("timestamp", 1_795_413_600_000),
        ("key", "u"),
        ("headers", [["h", "x"]]),
        ("value", {"a": 1}),
    ]


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        (None, {"key": None}),
        (b"", {"key": ""}),
        ("é".encode(), {"key": "é"}),
        (b"\xff", {"key": None, "key_base64": "/w=="}),
    ],
)
def test_key(key: bytes | None, shown: dict[str, Any]) -> None:
    found = members(record(key=key))
    assert {name: found[name] for name in found if name.startswith("key")} == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, {"value": None}),
        (b"null", {"value": None}),
        (b"[1]", {"value": [1]}),
        (b'{"a":\r\n 1\n}', {"value": {"a": 1}}),
        (b'"\\ud83c"', {"value": "\ud83c"}),
        (b"", {"value_text": ""}),
        (b"plain\n", {"value_text": "plain\n"}),
        (b"NaN", {"value_text": "NaN"}),
        (b"\xef\xbb\xbf{}", {"value_text": "\ufeff{}"}),
        (b"[" * 100_000, {"value_text": "[" * 100_000}),
        (b"\xff", {"value_base64": "/w=="}),
    ],
    ids=[
        "no value",
        "JSON null",
        "JSON",
        "JSON over several lines",
        "lone surrogate",
        "empty",
        "text",
        "NaN",
        "byte order mark",
        "too deep",
        "not UTF-8",
    ],
)
def test_value(value: bytes | None, shown: dict[str, Any]) -> None:
    found = members(record(value))
    assert {name: found[name] for name in found if name.startswith("value")} == shown


@pytest.mark.parametrize("number", [b"1e400", b"1.00", b"18446744073709551616", b"9" * 5000])
def test_numbers_stay_as_they_were_sent(number: bytes) -> None:
    assert b'"value":[' + number + b"]" in record_line(record(b"[" + number + b"]"))


def test_headers() -> None:
    headers = (("a", "é".encode()), ("a", b"\xff"), ("b", None))
    assert members(record(headers=headers))["headers"] == [["a", "é"], ["a", "\\xff"], ["b", None]]


def test_record_text() -> None:
    first, rest = record_text(record(b'{"a": 1}')).plain.split("\n", 1)
    assert first == "raw 3 @ 7  2026-11-23T06:00:00.000Z"
    assert orjson.loads(rest) == {"key": "u", "headers": [], "value": {"a": 1}}


def test_record_text_without_a_time() -> None:
    assert record_text(record(timestamp=-1)).plain.startswith("raw 3 @ 7  -1\n")
