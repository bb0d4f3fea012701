"""Creates the three topics so that the outputs can hold whatever comes from the raw topic."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import IncompatibleBrokerVersion, TopicAuthorizationFailedError, for_code

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.authorization import not_granted
from pipeline.stream.connection import reason
from pipeline.stream.rights import Operation, Resource
from pipeline.stream.topic_admin import describe_topics
from pipeline.stream.topics import GROWTH, HEADER_ROOM, Topic, problems

TOPIC_EXISTS: Final = 36
#: As for a topic that somebody else has grown meanwhile.
INVALID_PARTITIONS: Final = 37
#: Kafka's own `max.message.bytes`, for a broker that does not tell.
DEFAULT_LIMIT: Final = 1_048_588
LARGEST_LIMIT: Final = 2**31 - 1
UNBOUNDED: Final = str(2**63 - 1)
PAUSE: Final = 0.05


async def create_topics(
    admin: AIOKafkaAdminClient, settings: Settings, partitions: int, replication_factor: int
) -> AsyncIterator[str]:
    """Create what is missing, tell each thing done in one line, and wait until it is seen.

    A new raw topic gets `partitions`; an existing one no more, as that would move users to other
    partitions. The outputs get as many as the raw topic has. Raises `Refused` where the broker
    does not do it.
    """
    raw, enriched, dead_letter = await describe_topics(admin, settings)
    if raw is None:
        yield await create_topic(
            admin, NewTopic(settings.raw_topic, partitions, replication_factor)
        )
    while raw is None:
        await asyncio.sleep(PAUSE)
        raw, _, _ = await describe_topics(admin, settings)
    for name, output, configs in (
        (settings.enriched_topic, enriched, enriched_configs(raw, settings.max_event_bytes)),
        (settings.dead_letter_topic, dead_letter, dead_letter_configs(raw)),
    ):
        if output is None:
            new = NewTopic(name, raw.partitions, replication_factor, topic_configs=configs)
            yield await create_topic(admin, new)
        elif output.partitions < raw.partitions:
            yield await _grow(admin, output, raw.partitions)
    while await _unseen(admin, settings):  # noqa: ASYNC110 - no broker tells when its metadata is new
        await asyncio.sleep(PAUSE)


async def _unseen(admin: AIOKafkaAdminClient, settings: Settings) -> bool:
    """Whether there are still problems that the creation of topics mends."""
    topics = await describe_topics(admin, settings)
    return any(problem.mended_by_creation for problem in problems(*topics, settings))


def enriched_configs(raw: Topic, max_event_bytes: int) -> dict[str, str]:
    """Give the configs of an enriched topic for `raw`.

    A canonical event goes out with the raw record's key and headers, which only the raw topic's own
    limit bounds.
    """
    limit = _limit(raw) + GROWTH * max_event_bytes
    return _output_configs(raw) | {"max.message.bytes": str(min(limit, LARGEST_LIMIT))}


def dead_letter_configs(raw: Topic) -> dict[str, str]:
    """Give the configs of a dead-letter topic for `raw`."""
    limit = _limit(raw) + HEADER_ROOM
    return _output_configs(raw) | {"max.message.bytes": str(min(limit, LARGEST_LIMIT))}


def _limit(raw: Topic) -> int:
    return int(raw.number("max.message.bytes") or DEFAULT_LIMIT)


def _output_configs(raw: Topic) -> dict[str, str]:
    """Take every timestamp, as it is, and keep records for as long as `raw` does."""
    configs = {
        "message.timestamp.type": "CreateTime",
        "message.timestamp.before.max.ms": UNBOUNDED,
        "message.timestamp.after.max.ms": UNBOUNDED,
    }
    if "retention.ms" in raw.configs:
        configs["retention.ms"] = raw.configs["retention.ms"]
    return configs


async def create_topic(admin: AIOKafkaAdminClient, topic: NewTopic) -> str:
    """Create a topic, if it is not there, and tell it in one line."""
    answer = await admin.create_topics([topic])
    for name, error_code, message in answer.topic_errors:
        if error_code != TOPIC_EXISTS:
            _refuse(name, "CREATE", error_code, message)
    return f"created {topic.name}"


async def _grow(admin: AIOKafkaAdminClient, output: Topic, partitions: int) -> str:
    try:
        answer = await admin.create_partitions({output.name: NewPartitions(partitions)})
    except IncompatibleBrokerVersion:
        raise Refused(f"{output.name}: this broker cannot add partitions", EXIT_USAGE) from None
    for name, error_code, message in answer.topic_errors:
        if error_code != INVALID_PARTITIONS:
            _refuse(name, "ALTER", error_code, message)
    return f"grew {output.name} from {output.partitions} partitions"


def _refuse(name: str, operation: Operation, error_code: int, message: str | None) -> None:
    """Raise `Refused` where a broker did not do what was asked of it."""
    if error_code == TopicAuthorizationFailedError.errno:
        raise Refused(not_granted({Resource("topic", name): [operation]}), EXIT_USAGE)
    if error_code:
        what = {"CREATE": "not created", "ALTER": "not grown"}[operation]
        raise Refused(f"{name}: {what}: {message or reason(for_code(error_code)())}", EXIT_USAGE)
