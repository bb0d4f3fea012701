"""Exactly once: shut out earlier writers, then go on behind what the outputs hold."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.concurrently import concurrently
from pipeline.stream.connection import access_refused
from pipeline.stream.fence import Fence, fence_of
from pipeline.stream.guarantee import Opening
from pipeline.stream.producer_id import ProducerEpoch, connected_client
from pipeline.stream.raw_log import committed_offsets, logs
from pipeline.stream.reader import connected_reader
from pipeline.stream.resume import Tail, resume
from pipeline.stream.tails import read_tails, timestamps_at

logger = logging.getLogger(__name__)

#: Fences raised at the same time: each is four requests to a coordinator.
FENCES_AT_ONCE = 16


class ExactlyOnce:
    """Fence, then tails, then positions: in this order, or a late write could follow the look."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._outputs = (settings.enriched_topic, settings.dead_letter_topic)

    async def check(self) -> None:
        """Ask for a producer epoch, with a transactional id that no partition has."""
        async with connected_client(self._settings) as client:
            try:
                await Fence(client, f"{self._outputs[0]}-check", (), 0).next_epoch()
            except KafkaError as error:
                if error.retriable or access_refused(error):
                    raise
                raise Refused(
                    "PIPELINE_GUARANTEE: exactly_once needs a broker with transactions, and this"
                    f" one says {type(error).__name__}; with at_least_once it works",
                    EXIT_USAGE,
                ) from None
        logger.info("Guarantee: exactly once")

    async def prepare(
        self, kafka: AIOKafkaConsumer, assigned: Sequence[TopicPartition]
    ) -> Mapping[TopicPartition, Opening]:
        """Fence the output partitions of `assigned`, and find where each of them goes on."""
        if not assigned:
            return {}
        epochs = await self._fence(assigned)
        async with connected_reader(self._settings) as reader:
            tails = [await self._tails(reader, topic, assigned) for topic in self._outputs]
            log = await logs(reader, assigned)
        committed = await committed_offsets(kafka, assigned)
        return {
            tp: Opening(
                resume(log[tp], committed[tp], *(found.get(tp) for found in tails)), epochs[tp]
            )
            for tp in assigned
        }

    async def renew(self, epochs: Mapping[TopicPartition, ProducerEpoch]) -> None:
        """Renew the fences that are still ours; where one is not, the next write is refused."""
        async with connected_client(self._settings) as client:
            renewals = [
                fence_of(client, *self._outputs, tp.partition).renew(epoch)
                for tp, epoch in epochs.items()
            ]
            # All of them, also behind one that fails.
            results = await asyncio.gather(*renewals, return_exceptions=True)
        for failure in results:
            if isinstance(failure, BaseException) and not isinstance(failure, ProducerFenced):
                raise failure

    async def _fence(
        self, assigned: Sequence[TopicPartition]
    ) -> dict[TopicPartition, ProducerEpoch]:
        async with connected_client(self._settings) as client:

            async def fence(tp: TopicPartition) -> ProducerEpoch:
                return await fence_of(client, *self._outputs, tp.partition).raise_()

            epochs = await concurrently(fence, assigned, FENCES_AT_ONCE)
        return dict(zip(assigned, epochs, strict=True))

    async def _tails(
        self, reader: AIOKafkaConsumer, topic: str, assigned: Sequence[TopicPartition]
    ) -> dict[TopicPartition, Tail]:
        """The tails of an output topic, and what the raw topic holds at their offsets."""
        outputs = await read_tails(reader, [TopicPartition(topic, tp.partition) for tp in assigned])
        sources = {
            TopicPartition(self._settings.raw_topic, output.partition): source
            for output, source in outputs.items()
        }
        timestamps = await timestamps_at(reader, {tp: raw.offset for tp, raw in sources.items()})
        return {tp: Tail(*source, timestamps.get(tp)) for tp, source in sources.items()}
