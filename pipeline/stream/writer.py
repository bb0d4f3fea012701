"""Writes one partition's outputs in order, several chunks in flight.

Two rules make a restart safe. A chunk counts as written only when the brokers have acknowledged
every record of it. And its dead letters are acknowledged before its events are sent, so that
whatever stands before the last event of the enriched topic is complete in both topics.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import MessageSizeTooLargeError
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.stream.batch import Batch, batches
from pipeline.stream.outlet import Delivery, DeliveryFailed, Outlet
from pipeline.stream.output_record import OutputRecord
from pipeline.stream.outputs import Outputs

Written = Callable[[], Any]


class Writer:
    """The outputs of one partition.

    Dead letters up to the raw offset `dead_letters_until` exist already. `on_failure` is called
    with the exception of a delivery that failed for good; the chunk that it belongs to is never
    reported as written, nor is any behind it committed.
    """

    def __init__(
        self,
        producer: AIOKafkaProducer,
        enriched: TopicPartition,
        dead_letter: TopicPartition,
        dead_letters_until: int,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._enriched = Outlet(producer, enriched)
        self._dead_letter = Outlet(producer, dead_letter)
        self._dead_letters_until = dead_letters_until
        self._on_failure = on_failure
        self._queue: asyncio.Queue[tuple[Outputs, Written]] = asyncio.Queue()
        self._closed = False
        self._task = asyncio.create_task(self._run())

    def new_builder(self) -> BatchBuilder:
        """An empty batch of events."""
        return self._enriched.new_builder()

    def write(self, outputs: Outputs, on_written: Written) -> None:
        """Queue the outputs of a chunk; `on_written` is called when the brokers have them all."""
        self._queue.put_nowait((outputs, on_written))

    async def close(self) -> None:
        """Stop writing. What is on its way is followed no further, what waits is dropped."""
        self._closed = True
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._queue = asyncio.Queue()  # whoever was fenced may stay closed for hours
        for outlet in (self._dead_letter, self._enriched):
            outlet.drop()

    async def _run(self) -> None:
        # A failure cancels this task, which takes effect only where it waits: the next chunk may
        # need no wait, and nothing may be written behind what was not.
        while not self._task.cancelling():
            # No name for what was written: while this waits, it would keep a megabyte.
            await self._write_outputs(*await self._queue.get())

    async def _write_outputs(self, outputs: Outputs, on_written: Written) -> None:
        with self._reporting():
            await self._write_dead_letters(self._missing(outputs.dead_letters))
            await self._write_events(outputs.events, on_written)

    async def _write_events(self, events: Sequence[Batch], on_written: Written) -> None:
        """Queue the events of a chunk, and go on with the next one while the brokers take them."""
        missing = len(events)

        def delivered(batch: Batch, delivery: Delivery) -> None:
            nonlocal missing
            if delivery.cancelled() or (self._closed and delivery.exception()):
                return  # abandoned
            with self._reporting():
                self._enriched.check(batch, delivery)
                missing -= 1
                if not missing:
                    on_written()

        # Callbacks, because a task for each would take longer than a small chunk's enrichment.
        for batch in events:
            delivery = await self._enriched.accept(batch)
            delivery.add_done_callback(partial(delivered, batch))
        if not events:
            on_written()

    def _missing(self, dead_letters: Sequence[OutputRecord]) -> Sequence[OutputRecord]:
        if dead_letters and dead_letters[0].offset <= self._dead_letters_until:
            return [each for each in dead_letters if each.offset > self._dead_letters_until]
        return dead_letters

    async def _write_dead_letters(self, records: Sequence[OutputRecord]) -> None:
        for batch in batches(records, self._dead_letter.new_builder):
            try:
                await self._dead_letter.deliver(batch)
            except DeliveryFailed as failed:
                if not isinstance(failed.__cause__, MessageSizeTooLargeError):
                    raise
                self._dead_letter.forget(batch)
                await self._write_compressed(batch.of(records))

    async def _write_compressed(self, records: Sequence[OutputRecord]) -> None:
        """A dead letter is its raw record and some headers more: it may just not fit as it is."""
        for record in records:
            for batch in batches([record], self._dead_letter.new_compressed_builder):
                await self._dead_letter.deliver(batch)

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, nothing more is written
            self._task.cancel()
            self._on_failure(error)
