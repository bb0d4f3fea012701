"""What Faust asks of every consumer, answered by an aiokafka client in the application's own loop.

Faust's own (`ThreadDelegateConsumer`) answers from a thread.
"""

from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from faust.transport.consumer import Consumer
from faust.types import TP


class LocalConsumer(Consumer):
    """Faust's interface over `kafka`, which whoever extends this connects."""

    _kafka: AIOKafkaConsumer | None = None

    @property
    def kafka(self) -> AIOKafkaConsumer:
        """The connected client."""
        if self._kafka is None:
            raise RuntimeError("the consumer has not been started")
        return self._kafka

    @property
    def is_connected(self) -> bool:
        """Whether there is a client."""
        return self._kafka is not None

    def assignment(self) -> set[TP]:
        """The partitions this worker has."""
        return {TP(*tp) for tp in self.kafka.assignment()}

    def highwater(self, tp: TP) -> int:
        """The end of a partition's log, as far as it is known."""
        return self.kafka.highwater(TopicPartition(*tp)) or 0

    async def position(self, tp: TP) -> int | None:
        """The next offset to fetch."""
        position: int = await self.kafka.position(TopicPartition(*tp))
        return position

    def topic_partitions(self, topic: str) -> int | None:
        """How many partitions a topic has."""
        return len(self.kafka.partitions_for_topic(topic) or ()) or None

    def close(self) -> None:
        """Faust calls this in a rebalance that meets a stop; `on_stop` does all there is to do."""

    async def create_topic(self, *_arguments: Any, **_options: Any) -> None:
        """Faust declares topics here; ours are made by `page-pipeline topics create`."""

    def _never(self, *_arguments: Any, **_options: Any) -> Any:
        """Only what `ChunkedConsumer` replaces would call it."""
        raise NotImplementedError

    _commit = _getmany = _new_topicpartition = _seek = _to_message = _never
    earliest_offsets = highwaters = key_partition = seek_to_committed = seek_wait = _never
