import logging
from collections.abc import Callable
from functools import partial

import pytest
from aiokafka import ConsumerRecord

from pipeline.event.result import Code, DeadLetter, Enriched, Result
from pipeline.stream.dead_letter_log import DeadLetterLog


def records(first: int, count: int, partition: int = 0) -> list[ConsumerRecord]:
    return [
        ConsumerRecord("raw", partition, first + n, 0, 0, b"alice", b"secret", None, 0, 0, ())
        for n in range(count)
    ]


def dead_letters(count: int, code: Code = "invalid_json") -> list[Result]:
    return [DeadLetter(code, "expected JSON, found secret") for _ in range(count)]


def never(*_: object) -> None:
    """Let the seconds between two lines never be over."""


def test_a_thousand_of_one_code_are_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    over: list[Callable[[], None]] = []

    def call_later(_: float, call: Callable[..., None], key: object) -> None:
        over.append(partial(call, key))

    log = DeadLetterLog(call_later)
    for chunk in range(100):
        log.tell(records(10 * chunk, 10), dead_letters(10))
    (ten_seconds_are_over,) = over
    ten_seconds_are_over()
    assert [(line.getMessage(), getattr(line, "offset", None)) for line in caplog.records] == [
        ("A dead letter: invalid_json (10 since the last such line)", 9),
        ("A dead letter: invalid_json (990 since the last such line)", 999),
    ]


def test_a_line_says_where_and_why_and_nothing_of_the_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    results: list[Result] = [Enriched(b"secret", b"alice"), *dead_letters(1, "too_large")]
    DeadLetterLog(never).tell(records(7, 2, partition=3), results)
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    found = {name: getattr(line, name) for name in ("topic", "partition", "offset", "code")}
    assert found == {"topic": "raw", "partition": 3, "offset": 8, "code": "too_large"}
    assert line.getMessage() == "A dead letter: too_large"


def test_each_code_and_partition_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    log = DeadLetterLog(never)
    log.tell(records(0, 2), [*dead_letters(1), *dead_letters(1, "too_deep")])
    log.tell(records(0, 1, partition=1), dead_letters(1))
    assert len(caplog.messages) == 3


def test_a_bug_of_ours_tells_where_it_is_and_not_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        int("secret")
    except ValueError as bug:
        results: list[Result] = [DeadLetter("internal_error", "", cause=bug)] * 3
    DeadLetterLog(never).tell(records(0, 3), results)
    (line,) = caplog.records
    assert line.levelno == logging.CRITICAL
    text = line.getMessage()
    assert text.startswith(
        "A bug: the record is a dead letter (3 since the last such line): ValueError\n"
    )
    assert "test_dead_letter_log.py" in text
    assert "invalid literal" not in text
