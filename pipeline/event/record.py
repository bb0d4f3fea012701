"""One raw record, as much of it as the enrichment needs."""

from typing import NamedTuple, Protocol


class RawRecord(Protocol):
    """What the enrichment reads of a record: of ours, and as well of a Kafka client's own."""

    @property
    def value(self) -> bytes | None:
        """The event as JSON, None for a tombstone."""

    @property
    def topic(self) -> str:
        """Where it was read."""

    @property
    def partition(self) -> int:
        """The same."""

    @property
    def offset(self) -> int:
        """The same."""

    @property
    def timestamp(self) -> int:
        """Kafka's, in milliseconds since 1970."""


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
