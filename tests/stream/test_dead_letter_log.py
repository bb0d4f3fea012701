import logging

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


def test_a_thousand_of_one_code_are_two_lines(caplog: pytest.LogCaptureFixture) -> None:
    log = DeadLetterLog()
    for chunk in range(100):
        log.tell(records(10 * chunk, 10), dead_letters(10), now=0.15 * chunk)
    assert caplog.messages == [
        "A dead letter: invalid_json (10 since the last such line)",
        "A dead letter: invalid_json (670 since the last such line)",
    ]


def test_a_line_says_where_and_why_and_nothing_of_the_record(
    caplog: pytest.LogCaptureFixture,
) -> None:
    results: list[Result] = [Enriched(b"secret", b"alice"), *dead_letters(1, "too_large")]
    DeadLetterLog().tell(records(7, 2, partition=3), results, now=0.0)
    (line,) = caplog.records
    assert line.levelno == logging.WARNING
    found = {name: getattr(line, name) for name in ("topic", "partition", "offset", "code")}
    assert found == {"topic": "raw", "partition": 3, "offset": 8, "code": "too_large"}
    assert line.getMessage() == "A dead letter: too_large"


def test_each_code_and_partition_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    log = DeadLetterLog()
    log.tell(records(0, 2), [*dead_letters(1), *dead_letters(1, "too_deep")], now=0.0)
    log.tell(records(0, 1, partition=1), dead_letters(1), now=0.0)
    assert len(caplog.messages) == 3


def test_a_bug_of_ours_tells_where_it_is_and_not_what_it_says(
    caplog: pytest.LogCaptureFixture,
) -> None:
    try:
        int("secret")
    except ValueError as bug:
        results: list[Result] = [DeadLetter("internal_error", "", cause=bug)] * 3
    DeadLetterLog().tell(records(0, 3), results, now=0.0)
    (line,) = caplog.records
    assert line.levelno == logging.CRITICAL
    text = line.getMessage()
    assert text.startswith(
        "A bug: the record is a dead letter (3 since the last such line): ValueError\n"
    )
    assert "test_dead_letter_log.py" in text
    assert "invalid literal" not in text
