"""One raw record, as much of it as the enrichment needs."""

from typing import NamedTuple


class Record(NamedTuple):
    """A record of the raw topic.

    `value` is the event as JSON, or None (a tombstone). `timestamp` is Kafka's, in milliseconds
    since 1970; -1 when there is none.
    """

    value: bytes | None
    topic: str
    partition: int
    offset: int
    timestamp: int

    def __repr__(self) -> str:
        # Without the value: a record may be logged, its payload never.
        return f"Record({self.topic}/{self.partition}/{self.offset})"
