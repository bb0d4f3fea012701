"""Takes chunks from what aiokafka has fetched, as far as their partitions have room."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from pipeline.stream.assignment import Assignment
from pipeline.stream.chunk import Chunk
from pipeline.stream.consumed_record import consumed_record
from pipeline.stream.group_member import FETCH_MAX_WAIT_MS

#: While records flow, a broker holds a fetch until there are so many bytes, or for so many
#: milliseconds: a fetch for each record would cost several times what its enrichment does.
GATHER_BYTES, GATHER_MS = 64 * 1024, 20
#: How long to wait for records before looking at the worker's state again, in seconds.
IDLE_SECONDS = 1.0
#: Pause after what could not be read, in seconds.
REFETCH_SECONDS = 0.2


class ChunkSource:
    """Replaces `Consumer.getmany` of Faust (transport/consumer.py:691).

    Reads aiokafka's fetcher where it keeps what it has fetched, so that whoever waits is woken by
    new records and by new room alike. `on_error` is told what the brokers refuse.
    """

    def __init__(self, assignment: Assignment, on_error: Callable[[KafkaError], None]) -> None:
        self._assignment = assignment
        self._on_error = on_error
        self._wake = asyncio.Event()

    def wake_up(self) -> None:
        """There are new records, or there is room for them."""
        self._wake.set()

    async def next_chunks(self, kafka: AIOKafkaConsumer) -> list[Chunk]:
        """The next chunk of each partition that has records and room; none after a while."""
        fetcher = kafka._fetcher
        self._wake.clear()
        with fetcher._subscriptions.fetch_context():
            # One partition at a time: an error of one must not lose what was taken from another.
            ready = [each for each in self._assignment.with_room() if each.tp in fetcher._records]
            chunks = [
                chunk
                for each in ready
                if (chunk := await self._take(kafka, each.tp, each.chunk_records))
            ]
            if chunks:
                _gather(fetcher, GATHER_BYTES, GATHER_MS)
            elif not await self._wait(fetcher):
                _gather(fetcher, 1, FETCH_MAX_WAIT_MS)
        return chunks

    async def _take(
        self, kafka: AIOKafkaConsumer, tp: TopicPartition, max_records: int
    ) -> Chunk | None:
        """The partition's next chunk.

        When the records are here, nothing is awaited any more before their partition knows of
        them: a rebalance cannot come between, and they belong to the assignment that it names.
        """
        _make_light(kafka._fetcher._records.get(tp))
        try:
            records = (await kafka._fetcher.fetched_records([tp], 0, max_records)).get(tp)
        except KafkaError as error:
            self._on_error(error)
            await self._fetch_again(kafka, tp)
            return None
        partition = self._assignment.get(tp)
        if not records or partition is None:
            return None  # revoked while a rebalance was awaited: whoever has it next seeks first
        chunk = Chunk(partition, records, records[-1].offset + 1)
        partition.fetched(records[0].offset, chunk.next_offset)
        return chunk

    async def _fetch_again(self, kafka: AIOKafkaConsumer, tp: TopicPartition) -> None:
        """Go back to the first record that no chunk has.

        aiokafka has dropped what it read before a batch with a wrong checksum (consumer/fetcher.py,
        `FetchResult.getall`), and would go on behind it.
        """
        if partition := self._assignment.get(tp):
            kafka.seek(tp, partition.next_offset)
        await asyncio.sleep(REFETCH_SECONDS)

    async def _wait(self, fetcher: Any) -> bool:
        """Wait for records or room; whether there was anything."""
        fetched = fetcher._create_fetch_waiter()
        fetched.add_done_callback(self._wake_up_for)
        with suppress(TimeoutError):
            async with asyncio.timeout(IDLE_SECONDS):
                await self._wake.wait()
        if fetched.cancel():
            return self._wake.is_set()
        fetched.exception()  # an error of the group; the coordinator keeps it to be reported
        return True

    def _wake_up_for(self, fetched: asyncio.Future[Any]) -> None:
        # Not when it was cancelled: that would wake the next wait, and so on without end.
        if not fetched.cancelled():
            self.wake_up()


def _make_light(fetched: Any) -> None:
    """Let what was fetched become records of ours, if it is no error and not at its end."""
    if unread := getattr(fetched, "_partition_records", None):
        unread._consumer_record = consumed_record


def _gather(fetcher: Any, min_bytes: int, max_wait_ms: int) -> None:
    """Let the next fetches wait until there are so many bytes, but not longer."""
    fetcher._fetch_min_bytes, fetcher._fetch_max_wait_ms = min_bytes, max_wait_ms
