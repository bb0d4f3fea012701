"""Topics of a test's own, so that tests can share one broker."""

import asyncio
import re
import uuid
from dataclasses import dataclass
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic

from pipeline.stream.topic_admin import describe

CREATE_SECONDS = 30.0
TOPIC_ALREADY_EXISTS = 36


@dataclass(frozen=True, slots=True)
class Topics:
    """The names of a worker's topics and of its consumer group."""

    raw: str
    enriched: str
    dead_letter: str
    group: str

    @classmethod
    def of(cls, test: str) -> "Topics":
        """Names that no other test and no other run uses."""
        name = f"{re.sub(r'[^a-zA-Z0-9]+', '-', test).strip('-')[:100]}-{uuid.uuid4().hex[:8]}"
        return cls(f"{name}-raw", f"{name}-enriched", f"{name}-dead-letter", name)

    def environment(self, brokers: str) -> dict[str, str]:
        """Return the settings that point a worker or a command at these topics."""
        return {
            "PIPELINE_BROKERS": brokers,
            "PIPELINE_GROUP": self.group,
            "PIPELINE_RAW_TOPIC": self.raw,
            "PIPELINE_ENRICHED_TOPIC": self.enriched,
            "PIPELINE_DEAD_LETTER_TOPIC": self.dead_letter,
            "PIPELINE_WEB_PORT": "0",  # several workers run on one machine here
        }


async def create(
    brokers: str, *names: str, partitions: int = 4, replication: int = 1, **config: str
) -> None:
    """Create topics; a topic's settings are given with `_` for `.`: `max_message_bytes="1000"`."""
    settings = {name.replace("_", "."): value for name, value in config.items()}
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        topics = [NewTopic(name, partitions, replication, topic_configs=settings) for name in names]
        async with asyncio.timeout(CREATE_SECONDS):
            # A broker that has just started may not have found its controller yet.
            while not _all_exist(await admin.create_topics(topics)):
                await asyncio.sleep(0.2)
            # Nor does it tell of what the controller has created at once.
            while None in await describe(admin, names):
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def count_brokers(brokers: str) -> int:
    """How many brokers the cluster has."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        return len((await admin.describe_cluster())["brokers"])
    finally:
        await admin.close()


def _all_exist(response: Any) -> bool:
    return all(error in (0, TOPIC_ALREADY_EXISTS) for _, error, *_ in response.topic_errors)


async def delete(brokers: str, *names: str) -> None:
    """Delete topics, and wait until the broker no longer tells of them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        await admin.delete_topics(list(names))
        while any(await describe(admin, names)):
            await asyncio.sleep(0.05)
    finally:
        await admin.close()


async def add_partitions(brokers: str, name: str, partitions: int) -> None:
    """Let a topic have so many partitions, and wait until the broker tells of them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=brokers)
    await admin.start()
    try:
        await admin.create_partitions({name: NewPartitions(partitions)})
        while (
            topic := (await describe(admin, [name]))[0]
        ) is None or topic.partitions < partitions:
            await asyncio.sleep(0.05)
    finally:
        await admin.close()
