"""The partitions that this worker has now."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import (
    KafkaError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
)

from pipeline.settings import Settings
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.connection import access_refused, reason
from pipeline.stream.guarantee import Guarantee
from pipeline.stream.opener import Opener
from pipeline.stream.partition import Partition

logger = logging.getLogger(__name__)

#: Whoever lost a fence and is still assigned after this long, in seconds, raises it again.
REFENCE_SECONDS = 1.0
#: How often one assignment may do so until the fences are renewed: two workers must not fence each
#: other without end.
REFENCES = 3

FENCED = "Fenced: somebody else writes partition %d now; what was not written is dropped"
#: They do so a day after the last write, by the timestamps of what was written; then the markers of
#: a renewed fence tell them of the epoch again, but not of the sequence numbers.
FORGOTTEN = "The brokers have forgotten the writer of partition %d: what was not written is dropped"

#: The refusals after which a partition is opened again, and what is logged.
LOST: dict[type, str] = {
    ProducerFenced: FENCED,
    OutOfOrderSequenceNumber: FORGOTTEN,
}


class Assignment:
    """Opens, drains and closes partitions as the consumer group assigns and revokes them.

    `on_room` is called when another chunk may be fetched, `on_failure` with what ends the process.
    """

    def __init__(
        self,
        settings: Settings,
        guarantee: Guarantee,
        watch: BrokerWatch,
        *,
        on_room: Callable[[], None],
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._settings = settings
        self._guarantee = guarantee
        self._opener = Opener(settings, guarantee, watch, on_room)
        self._on_room = on_room
        self._on_failure = on_failure
        self.fenced = 0
        self._partitions: dict[TopicPartition, Partition] = {}
        self._losses: Counter[TopicPartition] = Counter()
        self._refused: dict[TopicPartition, int] = {}
        self._refences: set[asyncio.Task[None]] = set()

    def __iter__(self) -> Iterator[TopicPartition]:
        return iter(self._partitions)

    def get(self, tp: TopicPartition) -> Partition | None:
        """The partition, if it is open."""
        return self._partitions.get(tp)

    def with_room(self) -> list[Partition]:
        """The partitions of which another chunk may be fetched."""
        return [partition for partition in self._partitions.values() if partition.has_room]

    # -- Opening and closing

    async def open(self, kafka: AIOKafkaConsumer) -> None:
        """Open every assigned partition.

        Raises `KafkaError` where the brokers do not answer, `Refused` where there is an assigned
        partition that the outputs do not have.
        """
        await self.close()
        assigned = sorted(kafka.assignment())
        await self._open(kafka, assigned)
        logger.info("Reading %s, %s", self._settings.raw_topic, _listed(assigned))

    async def drain(self, seconds: float) -> None:
        """Publish no more chunks, and wait for those in flight, but not longer than `seconds`."""
        drains = [partition.drain() for partition in self._partitions.values()]
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*drains), seconds)

    async def close(self) -> None:
        """Let go of all partitions; what is still in flight is abandoned."""
        while refences := list(self._refences):  # another may be lost while these end
            for task in refences:
                task.cancel()
            await asyncio.gather(*refences, return_exceptions=True)
        partitions, self._partitions = self._partitions, {}
        self._losses.clear()
        await asyncio.gather(*(partition.close() for partition in partitions.values()))
        await self._opener.close()

    def abandon(self) -> None:
        """Publish nothing more."""
        for partition in self._partitions.values():
            partition.lose()

    async def _open(self, kafka: AIOKafkaConsumer, assigned: Sequence[TopicPartition]) -> None:
        def failed(tp: TopicPartition, error: Exception) -> None:
            self._delivery_failed(kafka, tp, error)

        opened = await self._opener.open(kafka, assigned, failed)
        self._partitions |= opened

    # -- Committing

    def skip_to(self, positions: Mapping[TopicPartition, int]) -> None:
        """Count what lies before `positions` as done where nothing is in flight.

        It is no record: control batches of the raw topic's own transactions.
        """
        for tp, position in positions.items():
            self._partitions[tp].progress.skip_to(position)

    def committable(self) -> dict[TopicPartition, int]:
        """How far the partitions are done, where that is further than what was committed."""
        positions = {tp: each.progress.position for tp, each in self._partitions.items()}
        return {
            tp: position
            for tp, position in positions.items()
            if position > self._partitions[tp].committed
        }

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """The brokers have stored these offsets."""
        for tp, offset in offsets.items():
            if tp in self._partitions:
                self._partitions[tp].committed = offset

    # -- The fence

    async def renew_fences(self) -> None:
        """Keep the brokers from forgetting who may write."""
        epochs = {tp: each.epoch for tp, each in self._partitions.items() if each.epoch}
        await self._guarantee.renew(epochs)
        self._losses.clear()
        logger.debug("The fences are renewed")

    def _delivery_failed(
        self, kafka: AIOKafkaConsumer, tp: TopicPartition, error: Exception
    ) -> None:
        if tp not in self._partitions:
            return  # let go of meanwhile: what is in flight is abandoned
        lost, refused = LOST.get(type(error.__cause__)), access_refused(error)
        if not (lost or refused):
            self._on_failure(error)
            return
        if self._partitions[tp].lost:
            return  # the brokers refuse every chunk that was in flight
        if lost:
            self._losses[tp] += 1
            self.fenced += lost is FENCED
            logger.warning(lost, tp.partition, extra={"topic": tp.topic, "partition": tp.partition})
        else:
            self._say_refused(tp, error)
        self._partitions[tp].lose()
        task = asyncio.create_task(self._refence(kafka, tp, error))
        self._refences.add(task)
        task.add_done_callback(self._refenced)

    def _refenced(self, task: asyncio.Task[None]) -> None:
        self._refences.discard(task)
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._on_failure(error)

    async def _refence(self, kafka: AIOKafkaConsumer, tp: TopicPartition, error: Exception) -> None:
        """Raise the fence again if the partition is still ours: its new owner would have it."""
        await asyncio.sleep(REFENCE_SECONDS)
        if tp not in kafka.assignment():
            return
        if self._losses[tp] > REFENCES:
            self._on_failure(error)
            return
        await self._partitions[tp].close()
        while tp in kafka.assignment():
            try:
                await self._open(kafka, [tp])
            except KafkaError as refused:
                self._say_refused(tp, refused)
                await asyncio.sleep(REFENCE_SECONDS)
            else:
                self._on_room()
                return

    def _say_refused(self, tp: TopicPartition, error: Exception) -> None:
        """Say what the brokers refuse, once until the partition has got on."""
        position = self._partitions[tp].progress.position
        said, self._refused[tp] = self._refused.get(tp, -1), position
        where = {"topic": tp.topic, "partition": tp.partition}
        if position > said:
            logger.error("Kafka refuses, trying again: %s", reason(error), extra=where)
        else:
            logger.debug("Kafka still refuses: %s", reason(error), extra=where)


def _listed(partitions: Sequence[TopicPartition]) -> str:
    numbers = ", ".join(str(tp.partition) for tp in partitions)
    return f"partition{'s' * (len(partitions) > 1)} {numbers}"
