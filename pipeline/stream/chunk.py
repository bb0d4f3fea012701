"""A chunk: consecutive records of one partition, carried by one Faust event.

Faust's cost is per event, not per byte: four tasks are made and three cancelled for each. A chunk
of some hundred records pays it once.
"""

from dataclasses import dataclass, field
from typing import Any, cast

import faust
from faust.types import AppT
from faust.types.tuples import ConsumerMessage, Message

from pipeline.stream.consumed_record import ConsumedRecord
from pipeline.stream.partition import Partition


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """`next_offset` is where the partition's log goes on behind the last record.

    `records` is empty once they are enriched.
    """

    partition: Partition
    records: list[ConsumedRecord] = field(repr=False)  # it may be logged, and they must not
    next_offset: int


def chunk_message(chunk: Chunk, generation_id: int) -> ConsumerMessage:
    """The Faust message that carries `chunk` to the agent."""
    last = chunk.records[-1]
    return ConsumerMessage(
        last.topic,
        last.partition,
        last.offset,
        last.timestamp / 1000,
        last.timestamp_type,
        headers=None,
        key=None,
        value=chunk,  # type: ignore[arg-type]  # Faust only hands it on
        checksum=None,
        tp=chunk.partition.tp,
        generation_id=generation_id,
    )


def chunk_of(message: Message) -> Chunk:
    """The chunk that `message` carries."""
    chunk: Any = message.value
    return cast("Chunk", chunk)


class ChunkSchema(faust.Schema[None, Chunk]):
    """Hands the chunk to the agent as it is: decoding is the pure core's work."""

    def loads_key(self, *_arguments: Any, **_options: Any) -> None:
        """No key: a chunk has one for each of its records."""

    def loads_value(self, app: AppT, message: Message, **_options: Any) -> Chunk:  # noqa: ARG002
        """The chunk itself."""
        return chunk_of(message)
