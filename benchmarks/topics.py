"""The topics that are measured on."""

from collections.abc import Iterable

from aiokafka import TopicPartition

from tests.integration.records import observer
from tests.integration.topics import create

PARTITIONS = 4


async def make_topics(brokers: str, *names: str) -> None:
    """Create topics, and wait until the broker leads all their partitions."""
    await create(brokers, *names, partitions=PARTITIONS)
    async with observer(brokers) as consumer:
        await consumer.end_offsets(partitions(names))


def partitions(topics: Iterable[str]) -> list[TopicPartition]:
    """All partitions of topics that were made here."""
    return [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
