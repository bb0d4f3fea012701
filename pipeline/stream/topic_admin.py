"""Asks a broker about the three topics."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, TopicAuthorizationFailedError
from aiokafka.protocol.metadata import MetadataRequest

from pipeline.exits import EXIT_FOUND, Refused
from pipeline.settings import Settings
from pipeline.stream.connection import client_options, wait_for_broker
from pipeline.stream.topics import Topic

#: The raw, the enriched and the dead-letter topic; None is one that does not exist.
Topics = tuple[Topic | None, Topic | None, Topic | None]


@asynccontextmanager
async def admin_client(settings: Settings, seconds: float) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect an admin client; raise `Refused` as `wait_for_broker` does."""
    await wait_for_broker(settings, seconds)
    admin = AIOKafkaAdminClient(
        **client_options(settings), request_timeout_ms=max(1, int(seconds * 1000))
    )
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()


async def describe_topics(admin: AIOKafkaAdminClient, settings: Settings) -> Topics:
    """Describe the three topics."""
    names = (settings.raw_topic, settings.enriched_topic, settings.dead_letter_topic)
    raw, enriched, dead_letter = await describe(admin, names)
    return raw, enriched, dead_letter


async def existing_topic(settings: Settings, name: str, seconds: float) -> Topic:
    """Describe one topic; raise `Refused` if it does not exist, or as `wait_for_broker` does."""
    async with admin_client(settings, seconds) as admin, asyncio.timeout(seconds):
        (topic,) = await describe(admin, [name])
    if topic is None:
        raise Refused(f"{name} does not exist: page-pipeline topics create", EXIT_FOUND)
    return topic


async def describe(admin: AIOKafkaAdminClient, names: Sequence[str]) -> list[Topic | None]:
    """Describe topics by name; None is one that does not exist.

    Asks so that a broker with `auto.create.topics.enable` does not create it.
    """
    request = MetadataRequest(list(names), allow_auto_topic_creation=False)
    answer = (await admin._send_request(request)).to_object()
    replicas = {topic["topic"]: _replicas(topic) for topic in answer["topics"]}
    configs = await _configs(admin, [name for name in names if replicas[name]])
    brokers = len(answer["brokers"])
    return [
        Topic(name, len(found), configs.get(name, {}), min(found), brokers) if found else None
        for name, found in ((name, replicas[name]) for name in names)
    ]


def _replicas(topic: Mapping[str, Any]) -> list[int]:
    """Give how many replicas each partition has; nothing for a topic that does not exist."""
    if topic["error_code"] == TopicAuthorizationFailedError.errno:
        raise TopicAuthorizationFailedError(topic["topic"])
    return [len(partition["replicas"]) for partition in topic["partitions"]]


async def _configs(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, str]]:
    """Give the configs by topic; none for a topic whose configs we are not allowed to see."""
    if not names:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    try:
        answers = await admin.describe_configs(resources)
    except IncompatibleBrokerVersion:
        return {}
    return {
        name: {key: value for key, value, *_ in entries if value is not None}
        for answer in answers
        for error_code, _, _, name, entries in answer.resources
        if not error_code
    }
