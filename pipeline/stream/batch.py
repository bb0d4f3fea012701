"""Record batches: what a producer sends, and what a broker takes or refuses as a whole."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.outputs import OutputRecord

#: What Kafka says where there is none. A batch that begins with it holds nothing else: aiokafka's
#: builder (record/_crecords/default_records.pyx, `append`) takes it for a first timestamp that is
#: not set yet, and the next record's would become the first one's too.
NO_TIMESTAMP: Final = -1


class Batch(NamedTuple):
    """A full batch, and the records in it."""

    builder: BatchBuilder
    records: Sequence[OutputRecord]

    def __str__(self) -> str:
        first, last = self.records[0].offset, self.records[-1].offset
        of = f"raw offset {first}" if first == last else f"raw offsets {first} to {last}"
        return f"{of}, {self.builder.size()} bytes"


def batches(
    records: Sequence[OutputRecord], new_builder: Callable[[], BatchBuilder]
) -> Iterator[Batch]:
    """The records in batches, in order, each as full as its builder lets it be."""
    start = 0
    while start < len(records):
        builder = new_builder()
        # What `BatchBuilder.append` calls, without the wrapper: that takes as long again.
        append = builder._builder.append
        end = start
        without_time = records[start].timestamp == NO_TIMESTAMP
        # The first record of a batch always finds room, however large it is.
        while end < len(records):
            _offset, timestamp, key, value, headers = records[end]
            if without_time and timestamp != NO_TIMESTAMP:
                break
            if append(end - start, timestamp, key, value, headers) is None:
                break
            end += 1
        builder._relative_offset = end - start
        builder.close()
        yield Batch(builder, records[start:end])
        start = end
