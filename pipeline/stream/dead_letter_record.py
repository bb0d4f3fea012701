"""A dead letter as it is written to Kafka: the contract, section 9."""

from pipeline.event.result import DeadLetter
from pipeline.stream.consumed_record import ConsumedRecord
from pipeline.stream.output_record import Header, OutputRecord


def dead_letter_record(record: ConsumedRecord, dead_letter: DeadLetter) -> OutputRecord:
    """The raw record as it came, and headers that say where it was and what is wrong with it."""
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
