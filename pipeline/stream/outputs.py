"""What is written to Kafka for one raw record: the contract, sections 8 and 9, as records."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.event.result import DeadLetter, Enriched, Result
from pipeline.stream.consumed_record import ConsumedRecord

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


def outputs_of(records: Sequence[ConsumedRecord], results: Iterable[Result]) -> Outputs:
    """The records to write for a chunk, given the result for each of its records."""
    events, dead_letters = outputs = Outputs([], [])
    for record, result in zip(records, results, strict=True):
        if isinstance(result, Enriched):
            # Without a call: all but a few records come here.
            headers = [*record.headers, ("source-offset", b"%d" % record.offset)]
            events.append(
                OutputRecord(record.offset, record.timestamp, result.key, result.value, headers)
            )
        elif isinstance(result, DeadLetter):
            dead_letters.append(_dead_letter(record, result))
    return outputs


def _dead_letter(record: ConsumedRecord, dead_letter: DeadLetter) -> OutputRecord:
    source_offset = ("source-offset", b"%d" % record.offset)
    headers = [*record.headers, *_error_headers(record, dead_letter), source_offset]
    return OutputRecord(record.offset, record.timestamp, record.key, record.value, headers)


def _error_headers(record: ConsumedRecord, dead_letter: DeadLetter) -> list[Header]:
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
