import json
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from tests.commands.support import invoke_beside
from tests.integration.kafka import Kafka
from tests.integration.records import Raw, send, write
from tests.integration.topics import Topics, create

AT = 1_795_413_600_000


@pytest.fixture
async def waiting(broker: str, topics: Topics) -> Topics:
    """Write three records to partition 0 and one to partition 1 of a raw topic with three."""
    await create(broker, topics.raw, partitions=3)
    records = [Raw(b"{}", timestamp=AT + second * 1000) for second in range(3)]
    await write(broker, topics.raw, [*records, Raw(b"{}", 1, timestamp=AT)])
    return topics


async def commit(broker: str, topics: Topics, partition: int, offset: int) -> None:
    options = {"group_id": topics.group, "enable_auto_commit": False}
    async with AIOKafkaConsumer(bootstrap_servers=broker, **options) as consumer:
        tp = TopicPartition(topics.raw, partition)
        consumer.assign([tp])
        await consumer.commit({tp: offset})


async def lag(broker: str, topics: Topics) -> dict[str, Any]:
    done = await invoke_beside("lag", "--json", settings=topics.environment(broker))
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def test_what_waits_and_since_when(broker: str, waiting: Topics) -> None:
    await commit(broker, waiting, 0, 2)
    await commit(broker, waiting, 1, 1)
    assert await lag(broker, waiting) == {
        "group": waiting.group,
        "topic": waiting.raw,
        "lag": 1,
        "since": "2026-11-23T06:00:02.000Z",
        "partitions": [
            {
                "partition": 0,
                "committed": 2,
                "end": 3,
                "lag": 1,
                "since": "2026-11-23T06:00:02.000Z",
            },
            {"partition": 1, "committed": 1, "end": 1, "lag": 0, "since": None},
            {"partition": 2, "committed": None, "end": 0, "lag": 0, "since": None},
        ],
    }


async def test_a_group_that_nobody_has_used(broker: str, waiting: Topics) -> None:
    done = await invoke_beside("lag", settings=waiting.environment(broker))
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[-4].split() == ["all", "4", "2026-11-23T06:00:00.000Z"]
    assert lines[-3] == f"group {waiting.group} on {waiting.raw}"
    assert lines[-2].startswith("nothing is committed yet")


async def test_a_committed_offset_behind_the_log_counts_as_none(
    broker: str, waiting: Topics
) -> None:
    await commit(broker, waiting, 0, 9)
    assert (await lag(broker, waiting))["lag"] == 4


async def test_a_topic_that_does_not_exist(broker: str, topics: Topics) -> None:
    done = await invoke_beside("lag", settings=topics.environment(broker))
    told = f"page-pipeline: {topics.raw} does not exist: page-pipeline topics create\n"
    assert (done.exit_code, done.stderr) == (1, told)


async def test_markers_of_transactions_are_waited_for_by_nobody(
    kafka: Kafka, topics: Topics
) -> None:
    await create(kafka.address, topics.raw, partitions=1)
    options = {"bootstrap_servers": kafka.address, "transactional_id": topics.group}
    async with AIOKafkaProducer(**options) as producer, producer.transaction():
        await send(producer, topics.raw, [Raw(b"{}", timestamp=AT)])
    found = await lag(kafka.address, topics)
    assert (found["lag"], found["since"]) == (2, "2026-11-23T06:00:00.000Z")
    await commit(kafka.address, topics, 0, 1)
    found = await lag(kafka.address, topics)
    assert (found["lag"], found["since"]) == (1, None)


async def test_no_broker(topics: Topics) -> None:
    settings = topics.environment("127.0.0.1:1")
    done = await invoke_beside("lag", "--timeout", "0.3", settings=settings)
    assert done.exit_code == 69
    assert done.stderr.startswith("page-pipeline: no broker could be reached within 0.3 s")
    assert done.stderr.count("\n") == 1
