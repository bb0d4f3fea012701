"""What is written to Kafka for one raw record: the contract, sections 8 and 9, as records."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from aiokafka import ConsumerRecord

from pipeline.event.result import DeadLetter, Enriched, Result

Header = tuple[str, bytes | None]


class OutputRecord(NamedTuple):
    """One record to write. `timestamp` is in milliseconds, `offset` the raw record's."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[Header]


class Outputs(NamedTuple):
    """What becomes of a chunk: canonical events and dead letters, each in the order of offsets."""

    events: list[OutputRecord]
    dead_letters: list[OutputRecord]


def outputs_of(records: Sequence[ConsumerRecord], results: Iterable[Result]) -> Outputs:
    """The records to write for a chunk, given the result for each of its records."""
    outputs = Outputs([], [])
    for record, result in zip(records, results, strict=True):
        if isinstance(result, Enriched):
            outputs.events.append(_event(record, result))
        elif isinstance(result, DeadLetter):
            outputs.dead_letters.append(_dead_letter(record, result))
    return outputs


def _event(record: ConsumerRecord, event: Enriched) -> OutputRecord:
    headers = [*record.headers, _source_offset(record)]
    return OutputRecord(record.offset, record.timestamp, event.key, event.value, headers)


def _dead_letter(record: ConsumerRecord, dead_letter: DeadLetter) -> OutputRecord:
    headers = [*record.headers, *_error_headers(record, dead_letter), _source_offset(record)]
    return OutputRecord(record.offset, record.timestamp, record.key, record.value, headers)


def _error_headers(record: ConsumerRecord, dead_letter: DeadLetter) -> list[Header]:
    """Named as Kafka Connect names them, so that existing tools show them."""
    headers = {
        "__connect.errors.topic": record.topic,
        "__connect.errors.partition": str(record.partition),
        "__connect.errors.offset": str(record.offset),
        "__connect.errors.stage": dead_letter.stage,
        "__connect.errors.exception.message": dead_letter.message,
        "error-code": dead_letter.code,
    }
    if dead_letter.field is not None:
        headers["error-field"] = dead_letter.field
    return [(name, text.encode()) for name, text in headers.items()]


def _source_offset(record: ConsumerRecord) -> Header:
    return "source-offset", b"%d" % record.offset
