"""How far a replay has come, kept in a compacted topic: one record for each code and partition.

The key is the code and the partition of the dead-letter topic, the value the next offset there.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from pipeline.exits import EXIT_FOUND, Refused
from pipeline.settings import Settings
from pipeline.stream.replay.log import find_logs
from pipeline.stream.replay.selection import Prefix
from pipeline.stream.resume import Log
from pipeline.stream.topic_admin import describe
from pipeline.stream.topic_creation import create_topic
from pipeline.stream.topics import Topic

PAUSE: Final = 0.05


def positions_topic(settings: Settings) -> str:
    """The name of the topic; it is the replays' transactional id as well."""
    return f"{settings.dead_letter_topic}-replay"


def position_record(prefix: Prefix, next_offset: int) -> tuple[bytes, bytes]:
    """The key and the value that say how far a prefix is done."""
    code, partition = prefix
    key = orjson.dumps({"code": code, "partition": partition})
    return key, orjson.dumps({"next_offset": next_offset})


def read_position(record: ConsumerRecord) -> tuple[Prefix, int]:
    """Give what a record says; raise `Refused` for one that no replay wrote."""
    try:
        key: Any = orjson.loads(record.key or b"")
        value: Any = orjson.loads(record.value or b"")
        return (str(key["code"]), int(key["partition"])), int(value["next_offset"])
    except (ValueError, TypeError, KeyError):
        place = f"{record.topic}, partition {record.partition}, offset {record.offset}"
        expected = 'expected {"code", "partition"} and {"next_offset"}'
        raise Refused(f"{place}: {expected}, found something else", EXIT_FOUND) from None


def check_positions(
    topic: str, positions: Mapping[Prefix, int], logs: Mapping[TopicPartition, Log]
) -> None:
    """Raise `Refused` for positions that were written for another dead-letter topic of its name."""
    ends = {tp.partition: log.end for tp, log in logs.items()}
    for (_, partition), position in positions.items():
        if position > ends.get(partition, 0):
            text = f"{topic} says that {position} dead letters of partition {partition} are done"
            was = "the dead-letter topic was made anew; delete this one with it"
            raise Refused(f"{text}, of {ends.get(partition, 0)}: {was}", EXIT_FOUND)


async def create_positions_topic(
    admin: AIOKafkaAdminClient, name: str, dead_letter: Topic
) -> Topic:
    """Create the topic where it is missing, with the replicas of the dead-letter topic.

    Raises `Refused` where the broker does not, or where the topic would lose positions.
    """
    (topic,) = await describe(admin, [name])
    if topic is None:
        configs = {"cleanup.policy": "compact"}
        if replicas := dead_letter.configs.get("min.insync.replicas"):
            configs["min.insync.replicas"] = replicas
        await create_topic(admin, NewTopic(name, 1, dead_letter.replicas, topic_configs=configs))
    while topic is None:
        await asyncio.sleep(PAUSE)
        (topic,) = await describe(admin, [name])
    if topic.configs.get("cleanup.policy", "compact") != "compact":
        text = "must be compacted, or it forgets what was replayed: cleanup.policy=compact"
        raise Refused(f"{name} {text}", EXIT_FOUND)
    return topic


async def read_positions(
    reader: AIOKafkaConsumer, topic: Topic, seconds: float
) -> dict[Prefix, int]:
    """The positions that were committed last."""
    positions: dict[Prefix, int] = {}
    found = await find_logs(reader, topic, seconds)
    for tp in found.logs:
        async for records in found.read(tp):
            positions.update(map(read_position, records))
    return positions
