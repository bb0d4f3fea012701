"""At least once: go on from what was committed; what was written since is written again."""

import logging
from collections.abc import Mapping, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.settings import Settings
from pipeline.stream.guarantee import Opening
from pipeline.stream.producer_id import ProducerEpoch, connected_client, new_producer_id
from pipeline.stream.raw_log import committed_offsets, logs
from pipeline.stream.reader import connected_reader
from pipeline.stream.resume import resume

logger = logging.getLogger(__name__)


class AtLeastOnce:
    """No fence, and no look at what the outputs hold."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def check(self) -> None:
        """Every broker can give this; say how well."""
        async with connected_client(self._settings) as client:
            if await new_producer_id(client) is None:
                logger.warning(
                    "Guarantee: at least once, and the producer is not idempotent: the broker"
                    " grants no producer ids, so a lost answer can double a batch"
                )
            else:
                logger.info("Guarantee: at least once, with an idempotent producer")

    async def prepare(
        self, kafka: AIOKafkaConsumer, assigned: Sequence[TopicPartition]
    ) -> Mapping[TopicPartition, Opening]:
        """Resume from the committed offsets."""
        async with connected_reader(self._settings) as reader:
            log = await logs(reader, assigned)
        committed = await committed_offsets(kafka, assigned)
        async with connected_client(self._settings) as client:
            epoch = await new_producer_id(client)
        return {tp: Opening(resume(log[tp], committed[tp], None, None), epoch) for tp in assigned}

    async def renew(self, epochs: Mapping[TopicPartition, ProducerEpoch]) -> None:
        """There is no fence."""
