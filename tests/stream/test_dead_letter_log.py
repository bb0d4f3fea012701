import logging
from collections.abc import Callable
from functools import partial

import pytest

from pipeline.event.result import Code, DeadLetter
from pipeline.stream.consumed_record import ConsumedRecord
from pipeline.stream.dead_letter_log import DeadLetterLog
from pipeline.stream.outputs import Refused


def refused(
    first: int, count: int, partition: int = 0, code: Code = "invalid_json"
) -> list[Refused]:
    dead_letter = DeadLetter(code, "expected JSON, found secret")
    return [(record(first + n, partition), dead_letter) for n in range(count)]


def record(offset: int, partition: int = 0) -> ConsumedRecord:
    return ConsumedRecord("raw", partition, offset, 0, 0, b"alice", b"secret", ())


def never(*_: object) -> None:
    """Let the seconds between two lines never be over."""


def test_a_thousand_of_one_code_are_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    over: list[Callable[[], None]] = []

    def call_later(_: float, call: Callable[..., None], key: object) -> None:
        over.append(partial(call, key))

    log = DeadLetterLog(call_later)
    for chunk in range(100):
        log.tell(refused(10 * chunk, 10))
    (ten_seconds_are_over,) = over
    ten_seconds_are_over()
    assert [(line.getMessage(), getattr(line, "offset", None)) for line in caplog.records] == [
        ("A dead letter: invalid_json (10 since the last such line)", 9),
        ("A dead letter: invalid_json (990 since the last such line)", 999),
    ]


def test_a_line_says_where_and_why_and_nothing_of_the_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    DeadLetterLog(never).tell(refused(8, 1, partition=3, code="too_large"))
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    found = {name: getattr(line, name) for name in ("topic", "partition", "offset", "code")}
    assert found == {"topic": "raw", "partition": 3, "offset": 8, "code": "too_large"}
    assert line.getMessage() == "A dead letter: too_large"


def test_each_code_and_partition_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    log = DeadLetterLog(never)
    log.tell([*refused(0, 1), *refused(1, 1, code="too_deep")])
    log.tell(refused(0, 1, partition=1))
    assert len(caplog.messages) == 3


def test_a_bug_of_ours_tells_where_it_is_and_not_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        int("secret")
    except ValueError as bug:
        dead_letter = DeadLetter("internal_error", "", cause=bug)
    DeadLetterLog(never).tell([(record(offset), dead_letter) for offset in range(3)])
    (line,) = caplog.records
    assert line.levelno == logging.CRITICAL
    text = line.getMessage()
    assert text.startswith(
        "A bug: the record is a dead letter (3 since the last such line): ValueError\n"
    )
    assert "test_dead_letter_log.py" in text
    assert "invalid literal" not in text
