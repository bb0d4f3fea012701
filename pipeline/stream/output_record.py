"""One record to write to Kafka."""

from typing import NamedTuple

Header = tuple[str, bytes | None]


class OutputRecord(NamedTuple):
    """`timestamp` is in milliseconds, `offset` that of the record it came of."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[Header]
