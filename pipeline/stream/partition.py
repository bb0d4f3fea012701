"""One assigned partition of the raw topic, from its assignment to its revocation."""

import asyncio
import math
from collections.abc import Callable

from aiokafka import TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.guarantee import Opening
from pipeline.stream.outputs import Outputs
from pipeline.stream.progress import Progress
from pipeline.stream.writer import Writer, Written

#: The longest chunk, in records: some twenty milliseconds of work, so that no heartbeat is late.
CHUNK_RECORDS = 1000
#: Chunks of one partition between the fetch and the broker's acknowledgement: enough to enrich one
#: while another is on its way.
MAX_CHUNKS = 4
#: About so many records of all partitions may be between the two, so that many partitions need no
#: more memory than a few. Each has a share of its own: one whose outputs cannot be written holds up
#: no other.
MAX_RECORDS = 32_000
#: The least share. Shorter chunks would cost more than what is in them.
MIN_SHARE = 100


class Partition:
    """What is in flight for one partition, and how far it is done.

    A new one is made for every assignment, so an acknowledgement that comes late finds the object
    it belongs to and no other. `on_room` is called when another chunk may be fetched again; the
    worker has `partitions` of them.
    """

    def __init__(
        self,
        tp: TopicPartition,
        opening: Opening,
        writer: Writer,
        on_room: Callable[[], None],
        partitions: int,
    ) -> None:
        self.tp = tp
        self.epoch = opening.epoch
        self.committed = opening.position.start
        self.progress = Progress(opening.position.start)
        self.next_offset = opening.position.start
        self._writer = writer
        self._on_room = on_room
        self._share = max(MAX_RECORDS // partitions, MIN_SHARE)
        self.active = True
        self.lost = False
        self._unwritten = 0
        self._written = asyncio.Event()
        self._written.set()

    @property
    def has_room(self) -> bool:
        """Whether another chunk may be fetched."""
        records = self.next_offset - self.progress.position  # or fewer: offsets have gaps
        return self.progress.in_flight < MAX_CHUNKS and records < self._share

    @property
    def chunk_records(self) -> int:
        """The longest chunk that may be fetched: two of them at least have room."""
        return min(CHUNK_RECORDS, math.ceil(self._share / 2))

    def new_builder(self) -> BatchBuilder:
        """An empty batch of events."""
        return self._writer.new_builder()

    def fetched(self, first_offset: int, next_offset: int) -> None:
        """A chunk is on its way to the agent; until it is written, nothing behind it counts."""
        if first_offset < self.next_offset:
            raise RuntimeError(f"fetched {first_offset}, expected {self.next_offset} or later")
        self.next_offset = next_offset
        self.progress.begin(next_offset)

    def publish(self, outputs: Outputs, on_written: Written) -> None:
        """Write what became of a chunk; `on_written` is called when the broker has all of it."""
        if not self.active:
            return  # revoked while the chunk waited: whoever is assigned next reads it again
        self._unwritten += 1
        self._written.clear()
        self._writer.write(outputs, on_written)

    def acknowledge(self, next_offset: int) -> None:
        """The brokers have every record of the chunk that ends before `next_offset`."""
        was_full = not self.has_room
        self.progress.finish(next_offset)
        self._unwritten -= 1
        if not self._unwritten:
            self._written.set()
        if was_full:
            self._on_room()

    def lose(self) -> None:
        """Publish no more chunks; those in flight will never be written here."""
        self.active = False
        self.lost = True
        self._written.set()

    async def drain(self) -> None:
        """Publish no more chunks, and wait until those that were published are written."""
        self.active = False
        await self._written.wait()

    async def close(self) -> None:
        """Let go of the partition; what is still in flight is abandoned."""
        self.active = False
        await self._writer.close()
