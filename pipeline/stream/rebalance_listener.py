"""What the group says of a rebalance, handed on to Faust."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiokafka import TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from faust.types import TP

if TYPE_CHECKING:
    from pipeline.stream.consumer import ChunkedConsumer

logger = logging.getLogger(__name__)


class RebalanceListener(ConsumerRebalanceListener):  # type: ignore[misc]  # it is untyped
    """Tells Faust of a rebalance, as its own listener does (drivers/aiokafka.py:139)."""

    def __init__(self, consumer: "ChunkedConsumer") -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Before the group rebalances; it waits for this to return."""
        with self._failing():
            self._consumer.app.on_rebalance_start()
            await self._consumer.on_partitions_revoked({TP(*tp) for tp in revoked})

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """After the group has rebalanced."""
        generation = self._consumer.kafka._coordinator.generation
        self._consumer.app.consumer_generation_id = generation
        with self._failing():
            await self._consumer.on_partitions_assigned({TP(*tp) for tp in assigned}, generation)
            self._consumer.observer.rebalances += 1
            if not assigned:
                logger.info("Reading no partition: the other workers have them all")

    @contextmanager
    def _failing(self) -> Iterator[None]:
        """A bug ends the process: aiokafka would log it and go on with nobody reading."""
        try:
            yield
        except Exception as error:
            self._consumer.fail(error)
            raise
