"""Writes lines to the raw topic in batches, and counts those that the brokers have."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import Any, Final, NamedTuple, NoReturn

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.commands.record_key import record_key
from pipeline.exits import EXIT_BUG, EXIT_USAGE, Refused
from pipeline.stream.connection import Unreachable, access_refused, reason
from pipeline.stream.topics import Topic

#: Enough records for one request to be cheap; a topic's own limit may be smaller.
BATCH_BYTES: Final = 256 * 1024


class _Batch(NamedTuple):
    builder: BatchBuilder
    first_line: int


class _Delivery(NamedTuple):
    partition: int
    first_line: int
    records: int

    def __str__(self) -> str:
        return f"{self.records} records of partition {self.partition}, from line {self.first_line}"


class RawWriter:
    """Writes to `topic` through `producer`, which takes at most two batches of a partition at once.

    Whatever cannot be delivered raises `Refused`: for good, or because no broker took anything for
    `seconds`.
    """

    def __init__(self, producer: AIOKafkaProducer, topic: Topic, seconds: float) -> None:
        self._producer = producer
        self._topic = topic.name
        self._partitions = list(range(topic.partitions))
        self._batch_bytes = int(min(BATCH_BYTES, topic.number("max.message.bytes") or BATCH_BYTES))
        self._seconds = seconds
        self._partition_of = DefaultPartitioner()
        self._deliveries: deque[tuple[_Delivery, Awaitable[Any]]] = deque()
        self._lines = 0
        self.delivered = 0

    async def write(self, lines: list[bytes]) -> None:
        """Send lines, each as one record, byte for byte; blank ones are skipped."""
        batches: dict[int, _Batch] = {}
        for number, line in enumerate(lines, self._lines + 1):
            if not line or line.isspace():
                continue
            key = record_key(line)
            partition = self._partition_of(key, self._partitions, self._partitions)
            batch = batches.get(partition)
            if batch is None or batch.builder.append(timestamp=None, key=key, value=line) is None:
                if batch is not None:
                    await self._send(partition, batch)
                batch = batches[partition] = _Batch(BatchBuilder(self._batch_bytes, 0), number)
                batch.builder.append(timestamp=None, key=key, value=line)
        self._lines += len(lines)
        for partition, batch in batches.items():
            await self._send(partition, batch)

    async def finish(self) -> None:
        """Wait until the brokers have every record."""
        while self._deliveries:
            await self._await_oldest()

    async def _send(self, partition: int, batch: _Batch) -> None:
        """Queue a batch; wait while its partition's queue is full."""
        records = batch.builder.record_count()
        delivery = _Delivery(partition, batch.first_line, records)
        with self._failing(delivery):
            async with asyncio.timeout(self._seconds):
                delivered = await self._producer.send_batch(
                    batch.builder, self._topic, partition=partition
                )
        self._deliveries.append((delivery, delivered))
        while len(self._deliveries) > 2 * len(self._partitions):
            await self._await_oldest()

    async def _await_oldest(self) -> None:
        delivery, delivered = self._deliveries.popleft()
        with self._failing(delivery):
            async with asyncio.timeout(self._seconds):
                await delivered
        self.delivered += delivery.records

    @contextmanager
    def _failing(self, delivery: _Delivery) -> Iterator[None]:
        try:
            yield
        except (TimeoutError, KafkaTimeoutError):
            text = f"no broker took anything for {self._seconds:g} s"
            raise Unreachable(f"{text} {self._so_far()}") from None
        except MessageSizeTooLargeError:
            self._refuse(delivery, "larger than the topic's max.message.bytes", EXIT_BUG)
        except KafkaError as error:
            code = EXIT_USAGE if access_refused(error) else EXIT_BUG
            self._refuse(delivery, reason(error), code)

    def _refuse(self, delivery: _Delivery, why: str, exit_code: int) -> NoReturn:
        text = f"{self._topic}: {delivery}, cannot be delivered: {why}"
        raise Refused(f"{text} {self._so_far()}", exit_code) from None

    def _so_far(self) -> str:
        return f"({self.delivered} events were delivered)"
