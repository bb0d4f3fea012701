"""One assigned partition of the raw topic, from its assignment to its revocation."""

import asyncio
from collections.abc import Callable

from aiokafka import TopicPartition
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.guarantee import Opening
from pipeline.stream.outputs import Outputs
from pipeline.stream.progress import Progress
from pipeline.stream.writer import Writer, Written

#: Chunks of one partition between the fetch and the broker's acknowledgement: enough to enrich one
#: while another is on its way.
MAX_CHUNKS = 4


class Partition:
    """What is in flight for one partition, and how far it is done.

    A new one is made for every assignment, so an acknowledgement that comes late finds the object
    it belongs to and no other. `on_room` is called when a chunk is done.
    """

    def __init__(
        self, tp: TopicPartition, opening: Opening, writer: Writer, on_room: Callable[[], None]
    ) -> None:
        self.tp = tp
        self.epoch = opening.epoch
        self.committed = opening.position.start
        self.progress = Progress(opening.position.start)
        self.next_offset = opening.position.start
        self._writer = writer
        self._on_room = on_room
        self.active = True
        self.lost = False
        self._unwritten = 0
        self._written = asyncio.Event()
        self._written.set()

    @property
    def in_flight(self) -> int:
        """How many records are on their way, gaps in their offsets included."""
        return self.next_offset - self.progress.position if self.active else 0

    @property
    def has_room(self) -> bool:
        """Whether another chunk may be fetched."""
        return self.progress.in_flight < MAX_CHUNKS

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
        self.progress.finish(next_offset)
        self._unwritten -= 1
        if not self._unwritten:
            self._written.set()
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
