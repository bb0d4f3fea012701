"""The way into one partition of an output topic."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.batch import Batch

Delivery = asyncio.Future[Any]

#: aiokafka's number for a compression that Python itself brings along.
GZIP = 1


class DeliveryFailed(Exception):  # noqa: N818 - the field says so
    """A batch that the brokers will never take: which one and why, but no word of its content."""


class Outlet:
    """Sends batches to one partition, in order, and says when the brokers have them."""

    def __init__(self, producer: AIOKafkaProducer, tp: TopicPartition) -> None:
        self._producer = producer
        self._tp = tp

    def new_builder(self) -> BatchBuilder:
        """An empty batch."""
        return self._producer.create_batch()

    def new_compressed_builder(self) -> BatchBuilder:
        """An empty batch for one record that is too large as it is."""
        return BatchBuilder(0, GZIP)

    async def accept(self, batch: Batch) -> Delivery:
        """Queue a batch; the result is done when the brokers have it, or when they never will.

        Raises `DeliveryFailed` when that is known at once.
        """
        with self._naming(batch):
            while True:
                try:
                    delivery: Delivery = await self._producer.send_batch(
                        batch.builder, self._tp.topic, partition=self._tp.partition
                    )
                except KafkaTimeoutError:
                    continue  # the batch before still waits for a broker that is away
                return delivery

    async def deliver(self, batch: Batch) -> None:
        """Queue a batch and wait until the brokers have it; raises `DeliveryFailed`."""
        delivery = await self.accept(batch)
        with self._naming(batch):
            await delivery

    def check(self, batch: Batch, delivery: Delivery) -> None:
        """Raise `DeliveryFailed` if a delivery that is done has failed."""
        with self._naming(batch):
            delivery.result()

    def drop(self) -> None:
        """Forget the batches that wait to be sent: whoever writes here next has another epoch.

        What is on its way carries its own, and is refused where the partition has a newer one.
        """
        accumulator: Any = self._producer._message_accumulator
        for waiting in accumulator._batches.pop(self._tp, ()):
            if waiting.retry_count:
                # Its done-callback takes it out of this set, and would fail if it were not in it.
                accumulator._pending_batches.add(waiting)
            waiting.future.cancel()

    def forget(self, batch: Batch) -> None:
        """Take back the sequence numbers of a batch that was refused, with nothing sent since.

        aiokafka counts on (producer/message_accumulator.py, `_pop_batch`), and the brokers would
        refuse every later batch as out of order.
        """
        manager: Any = self._producer._txn_manager
        if manager is not None:
            manager.increment_sequence_number(self._tp, -batch.length)

    @contextmanager
    def _naming(self, batch: Batch) -> Iterator[None]:
        """Say of which batch an error is, and what would help."""
        try:
            yield
        except KafkaError as error:
            raise self._failure(batch, error) from error

    def _failure(self, batch: Batch, error: KafkaError) -> DeliveryFailed:
        text = f"{self._tp.topic}, partition {self._tp.partition}: {batch} cannot be delivered"
        if isinstance(error, MessageSizeTooLargeError):
            return DeliveryFailed(
                f"{text}; max.message.bytes must be {batch.builder.size()} or more"
            )
        return DeliveryFailed(f"{text}: {type(error).__name__}")
