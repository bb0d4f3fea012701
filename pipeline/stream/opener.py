"""Makes an assigned partition ready to be read and written."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaConnectionError

from pipeline.settings import Settings
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.epochs import Epochs
from pipeline.stream.guarantee import Guarantee, Opening
from pipeline.stream.outgrown import refuse_outgrown_outputs
from pipeline.stream.partition import Partition
from pipeline.stream.producer import start_producer, stop_producer
from pipeline.stream.writer import Writer

logger = logging.getLogger(__name__)

#: Told of a partition that its outputs cannot be delivered, and why.
DeliveryFailedFor = Callable[[TopicPartition, Exception], None]


class Opener:
    """Fences, positions and starts partitions, with one producer until it is closed.

    `on_room` is called when another chunk may be fetched.
    """

    def __init__(
        self,
        settings: Settings,
        guarantee: Guarantee,
        watch: BrokerWatch,
        on_room: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._guarantee = guarantee
        self._watch = watch
        self._on_room = on_room
        self._producer: AIOKafkaProducer | None = None
        self._epochs = Epochs()

    async def open(
        self,
        kafka: AIOKafkaConsumer,
        assigned: Sequence[TopicPartition],
        on_failure: DeliveryFailedFor,
    ) -> dict[TopicPartition, Partition]:
        """Open `assigned`, and let `kafka` read each from where its last owner ended.

        Raises `KafkaError` where the brokers do not answer, `Refused` where there is an assigned
        partition that the outputs do not have.
        """
        try:
            await refuse_outgrown_outputs(self._settings)
            openings = await self._guarantee.prepare(kafka, assigned)
            await self._start_producer(openings)
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            # aiokafka's own cancellation of a fetch, which escapes from a consumer that is stopped
            # while the brokers are away (consumer/fetcher.py, `close`).
            raise KafkaConnectionError("the brokers went away") from None
        # All of them before any is started: one that was revoked meanwhile raises.
        for tp, opening in openings.items():
            kafka.seek(tp, opening.position.start)
        return {
            tp: self._start(tp, opening, partial(on_failure, tp), len(kafka.assignment()))
            for tp, opening in openings.items()
        }

    async def close(self) -> None:
        """Stop the producer; what the brokers have not taken after a second is abandoned."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await stop_producer(producer)

    async def _start_producer(self, openings: Mapping[TopicPartition, Opening]) -> None:
        if self._producer is None and openings:
            idempotent = all(opening.epoch for opening in openings.values())
            epochs = self._epochs if idempotent else None
            self._producer = await start_producer(self._settings, self._watch, epochs)

    def _start(
        self,
        tp: TopicPartition,
        opening: Opening,
        on_failure: Callable[[Exception], None],
        partitions: int,
    ) -> Partition:
        enriched = TopicPartition(self._settings.enriched_topic, tp.partition)
        dead_letter = TopicPartition(self._settings.dead_letter_topic, tp.partition)
        if opening.epoch:
            for output in (enriched, dead_letter):
                self._epochs.begin(output, opening.epoch)
        writer = Writer(
            self._producer,
            enriched=enriched,
            dead_letter=dead_letter,
            dead_letters_until=opening.position.dead_letters_until,
            on_failure=on_failure,
        )
        where = {"topic": tp.topic, "partition": tp.partition, "offset": opening.position.start}
        logger.debug("Starting at offset %d", opening.position.start, extra=where)
        return Partition(tp, opening, writer, self._on_room, partitions)
