"""Record batches: what a producer sends, and what a broker takes or refuses as a whole."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.output_record import Header, OutputRecord

#: What Kafka says where there is none. A batch that begins with it holds nothing else: aiokafka's
#: builder (record/_crecords/default_records.pyx, `append`) takes it for a first timestamp that is
#: not set yet, and the next record's would become the first one's too.
NO_TIMESTAMP: Final = -1


class Batch(NamedTuple):
    """A batch of `length` records, of offsets from `first` to `last`, that takes no more."""

    builder: BatchBuilder
    length: int
    first: int
    last: int

    def of(self, records: Iterable[OutputRecord]) -> Sequence[OutputRecord]:
        """Those of `records` that are in the batch, given that it was made of them."""
        return [record for record in records if self.first <= record.offset <= self.last]

    def __str__(self) -> str:
        one = self.first == self.last
        of = f"raw offset {self.first}" if one else f"raw offsets {self.first} to {self.last}"
        return f"{of}, {self.builder.size()} bytes"


class Batches:
    """Puts records into batches, in order, each as full as its builder lets it be."""

    def __init__(self, new_builder: Callable[[], BatchBuilder]) -> None:
        self._new_builder = new_builder
        self._full: list[Batch] = []
        self._builder: Any = None
        self._append: Any = None
        self._count = self._first = self._last = 0
        self._without_time = False

    def append(
        self,
        offset: int,
        timestamp: int,
        key: bytes | None,
        value: bytes | None,
        headers: list[Header],
    ) -> None:
        """Put a record into the batch that is being filled, or into a new one."""
        if (
            not self._count
            or (self._without_time and timestamp != NO_TIMESTAMP)
            or self._append(self._count, timestamp, key, value, headers) is None
        ):
            self._begin(offset, timestamp)
            # The first record of a batch always finds room, however large it is.
            self._append(0, timestamp, key, value, headers)
        self._count += 1
        self._last = offset

    def finish(self) -> Sequence[Batch]:
        """The batches; the last may have room left."""
        if self._count:
            self._builder._relative_offset = self._count
            self._builder.close()
            self._full.append(Batch(self._builder, self._count, self._first, self._last))
            self._count = 0
        return self._full

    def _begin(self, offset: int, timestamp: int) -> None:
        self.finish()
        self._builder = self._new_builder()
        # What `BatchBuilder.append` calls, without the wrapper: that takes as long again.
        self._append = self._builder._builder.append
        self._first = offset
        self._without_time = timestamp == NO_TIMESTAMP


def batches(
    records: Iterable[OutputRecord], new_builder: Callable[[], BatchBuilder]
) -> Sequence[Batch]:
    """The records in batches."""
    filling = Batches(new_builder)
    for record in records:
        filling.append(*record)
    return filling.finish()
