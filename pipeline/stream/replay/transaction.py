"""A producer whose transactions hold raw records and the replay's own position, both or neither."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, NamedTuple

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.exits import EXIT_BUG, EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.batch import Batch, batches
from pipeline.stream.connection import access_refused, client_options
from pipeline.stream.outlet import GZIP
from pipeline.stream.output_record import OutputRecord
from pipeline.stream.producer import stop_producer
from pipeline.stream.topic_creation import DEFAULT_LIMIT
from pipeline.stream.topics import Topic

#: A transaction that a killed replay leaves open keeps readers from what is behind it. The brokers
#: abort it when it is so old, in milliseconds; the next replay, when it begins.
TRANSACTION_TIMEOUT_MS: Final = 15_000
#: How long it may take to abort a transaction, in seconds; without it the broker does it.
ABORT_SECONDS: Final = 1.0
STOP_SECONDS: Final = 0.5
BATCH_BYTES: Final = 256 * 1024


class Written(NamedTuple):
    """Records that now stand one behind the other on the raw topic, the first at `first`."""

    first: int
    records: int


class TransactionalWriter:
    """Writes to `raw`, and to the topic `positions`, in one transaction at a time."""

    def __init__(self, producer: AIOKafkaProducer, raw: Topic, positions: str) -> None:
        self._producer = producer
        self._raw = raw.name
        self._limit = int(raw.number("max.message.bytes") or DEFAULT_LIMIT)
        self._positions = positions

    async def write(
        self, partition: int, records: list[OutputRecord], positions: Mapping[bytes, bytes]
    ) -> list[Written]:
        """Write `records` to a raw partition, and `positions`, each a key and its value.

        Raises `KafkaError` where the brokers refuse, `ProducerFenced` where another producer has
        taken over, `Refused` for a record that is too large. Then none of it is written.
        """
        await self._producer.begin_transaction()
        try:
            written = await self._write(partition, records, positions)
        except BaseException:
            await self._abort()
            raise
        await self._producer.commit_transaction()
        return written

    async def _write(
        self, partition: int, records: list[OutputRecord], positions: Mapping[bytes, bytes]
    ) -> list[Written]:
        sent = [
            await self._producer.send(self._positions, value, key)
            for key, value in positions.items()
        ]
        delivered = [
            (batch, await self._producer.send_batch(batch.builder, self._raw, partition=partition))
            for batch in self._fitting(records)
        ]
        written = [
            Written((await self._delivered(partition, batch, delivery)).offset, batch.length)
            for batch, delivery in delivered
        ]
        await asyncio.gather(*sent)
        return written

    def _fitting(self, records: list[OutputRecord]) -> Iterable[Batch]:
        """Fill batches; a record that is too large for the topic as it is may fit compressed."""
        for batch in batches(records, self._producer.create_batch):
            if batch.builder.size() <= self._limit:
                yield batch
            else:
                yield from batches(batch.of(records), _compressed_builder)

    async def _delivered(self, partition: int, batch: Batch, delivery: Awaitable[Any]) -> Any:
        try:
            return await delivery
        except MessageSizeTooLargeError:
            place = f"the dead letter at offset {batch.first} of partition {partition}"
            text = f"{place} needs max.message.bytes={batch.builder.size()} or more"
            raise Refused(f"{self._raw}: {text}", EXIT_BUG) from None

    async def _abort(self) -> None:
        if not self._producer._txn_manager.is_fatal_error():
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(ABORT_SECONDS):
                    await self._producer.abort_transaction()


@asynccontextmanager
async def transactional_writer(
    settings: Settings, raw: Topic, positions: str, seconds: float
) -> AsyncIterator[TransactionalWriter]:
    """Connect, and shut out every other writer with the same `positions`.

    What such a writer has left unfinished is aborted, or completed if it was decided already,
    before this returns. Raises `Refused` where the broker has no transactions.
    """
    limit = raw.number("max.message.bytes") or BATCH_BYTES
    producer = AIOKafkaProducer(
        **client_options(settings),
        transactional_id=positions,
        transaction_timeout_ms=TRANSACTION_TIMEOUT_MS,
        max_batch_size=int(min(BATCH_BYTES, limit)),
    )
    try:
        await _start(producer, seconds)
        yield TransactionalWriter(producer, raw, positions)
    finally:
        await _stop(producer)


async def _start(producer: AIOKafkaProducer, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await producer.start()
    except KafkaError as error:
        if error.retriable or access_refused(error):
            raise
        raise Refused(
            f"a replay needs a broker with transactions, and this one says {type(error).__name__}",
            EXIT_USAGE,
        ) from None


async def _stop(producer: AIOKafkaProducer) -> None:
    if producer._sender.sender_task is None:
        await producer.stop()
        return
    with suppress(KafkaError):
        # What is not delivered by now belongs to a transaction that failed.
        await stop_producer(producer, STOP_SECONDS)


def _compressed_builder() -> BatchBuilder:
    return BatchBuilder(0, GZIP, is_transactional=True)
