import asyncio
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from pipeline.settings import Settings
from pipeline.stream.topic_admin import Topics as Described
from pipeline.stream.topic_admin import admin_client, describe, describe_topics
from tests.commands.support import invoke_beside
from tests.integration import topics as topics_module
from tests.integration.kafka import Kafka, missing
from tests.integration.topics import Topics


async def described(brokers: str, topics: Topics) -> Described:
    settings = Settings(
        brokers=brokers,
        raw_topic=topics.raw,
        enriched_topic=topics.enriched,
        dead_letter_topic=topics.dead_letter,
    )
    async with admin_client(settings, 10) as admin:
        return await describe_topics(admin, settings)


async def create(brokers: str, name: str, partitions: int = 4, **config: Any) -> None:
    """Create a topic, and wait until the broker tells of it."""
    await topics_module.create(brokers, name, partitions=partitions, **config)
    async with admin_client(Settings(brokers=brokers), 10) as admin:
        while await describe(admin, [name]) == [None]:
            await asyncio.sleep(0.05)


async def partitions(brokers: str, topics: Topics) -> list[int]:
    return [topic.partitions if topic else 0 for topic in await described(brokers, topics)]


async def test_create_makes_topics_that_check_finds_as_needed(broker: str, topics: Topics) -> None:
    environment = topics.environment(broker)
    created = await invoke_beside("topics", "create", "--partitions", "3", settings=environment)
    assert (created.exit_code, created.stderr) == (0, "")
    assert await partitions(broker, topics) == [3, 3, 3]
    checked = await invoke_beside("topics", "check", settings=environment)
    assert (checked.exit_code, checked.stderr) == (0, "")
    assert checked.stdout.splitlines() == [
        f"{name}: 3 partitions" for name in (topics.raw, topics.enriched, topics.dead_letter)
    ]


async def test_create_can_be_repeated(broker: str, topics: Topics) -> None:
    for _ in range(2):
        done = await invoke_beside(
            "topics", "create", "--partitions", "2", settings=topics.environment(broker)
        )
        assert done.exit_code == 0
    assert await partitions(broker, topics) == [2, 2, 2]


async def test_the_outputs_follow_the_raw_topic_and_it_never_grows(
    kafka: Kafka, topics: Topics
) -> None:
    await create(kafka.address, topics.raw, partitions=5)
    await create(kafka.address, topics.enriched, partitions=2)
    environment = topics.environment(kafka.address)
    done = await invoke_beside("topics", "create", "--partitions", "9", settings=environment)
    assert done.exit_code == 0
    assert f"grew {topics.enriched} from 2 partitions" in done.stdout
    assert await partitions(kafka.address, topics) == [5, 5, 5]


async def test_the_outputs_can_hold_what_the_raw_topic_holds(kafka: Kafka, topics: Topics) -> None:
    await create(kafka.address, topics.raw, max_message_bytes="3000000", retention_ms="1000")
    await invoke_beside("topics", "create", settings=topics.environment(kafka.address))
    for output in (await described(kafka.address, topics))[1:]:
        assert output is not None
        assert (output.number("max.message.bytes") or 0) > 3_000_000
        assert output.number("retention.ms") == 1000
        assert output.configs["message.timestamp.type"] == "CreateTime"
        assert output.configs["message.timestamp.after.max.ms"] == str(2**63 - 1)


async def test_check_names_what_is_missing_and_creates_nothing(broker: str, topics: Topics) -> None:
    await create(broker, topics.raw)
    done = await invoke_beside("topics", "check", settings=topics.environment(broker))
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        f"{topics.raw}: 4 partitions",
        f"error: {topics.enriched} does not exist",
        "  to mend it: page-pipeline topics create",
        f"error: {topics.dead_letter} does not exist",
        "  to mend it: page-pipeline topics create",
    ]
    assert await partitions(broker, topics) == [4, 0, 0]


async def test_a_broker_that_creates_topics_by_itself_is_not_asked_to(
    topics: Topics, tmp_path: Path
) -> None:
    if lacking := missing():
        pytest.skip(lacking)
    with Kafka(tmp_path, {"auto.create.topics.enable": "true"}) as creating:
        environment = topics.environment(creating.address)
        for command in (["topics", "check"], ["produce"], ["tail", "raw"]):
            assert (await invoke_beside(*command, given=b"{}", settings=environment)).exit_code == 1
        assert await partitions(creating.address, topics) == [0, 0, 0]


@pytest.mark.parametrize(
    ("config", "value", "severity", "exit_code"),
    [
        ("max_message_bytes", "655359", "error", 1),
        ("message_timestamp_type", "LogAppendTime", "error", 1),
        ("message_timestamp_before_max_ms", "1000", "error", 1),
        ("retention_ms", "1000", "warning", 0),
    ],
)
async def test_check_looks_at_the_configs(  # noqa: PLR0917 - a table's columns are arguments
    config: str, value: str, severity: str, exit_code: int, kafka: Kafka, topics: Topics
) -> None:
    await create(kafka.address, topics.raw, max_message_bytes="100000")
    await create(kafka.address, topics.dead_letter)
    configs: dict[str, Any] = {config: value}
    await create(kafka.address, topics.enriched, **configs)
    done = await invoke_beside("topics", "check", settings=topics.environment(kafka.address))
    assert done.exit_code == exit_code
    problem, remedy = done.stdout.splitlines()[3:5]
    assert problem.startswith(f"{severity}: {topics.enriched} ")
    assert remedy.startswith("  to mend it: kafka-configs.sh ")
    assert config.replace("_", ".") in remedy


async def test_what_the_broker_cannot_do_is_told(kafka: Kafka, topics: Topics) -> None:
    environment = topics.environment(kafka.address)
    done = await invoke_beside(
        "topics", "create", "--replication-factor", "2", settings=environment
    )
    assert done.exit_code == 2
    assert done.stderr.startswith(f"page-pipeline: {topics.raw}: not created: ")
    assert done.stderr.count("\n") == 1


async def test_no_consumer_group_is_left_behind(kafka: Kafka, topics: Topics) -> None:
    environment = topics.environment(kafka.address)
    await invoke_beside("topics", "create", settings=environment)
    await invoke_beside("produce", given=b"{}", settings=environment)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    try:
        before = await admin.list_consumer_groups()
        await invoke_beside("tail", "raw", "--from-beginning", "--limit", "1", settings=environment)
        assert await admin.list_consumer_groups() == before
    finally:
        await admin.close()
