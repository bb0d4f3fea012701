from collections.abc import Callable

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from tests.integration.kafka import Kafka
from tests.integration.topics import Topics, create


@pytest.mark.parametrize("end", [Kafka.stop, Kafka.kill], ids=["stopped", "killed"])
async def test_a_broker_keeps_its_address_and_its_records_over_a_restart(
    kafka: Kafka, topics: Topics, end: Callable[[Kafka], None]
) -> None:
    await create(kafka.address, topics.raw, partitions=1)
    await _produce(kafka.address, topics.raw, b"before")
    end(kafka)
    kafka.start()
    await _produce(kafka.address, topics.raw, b"after")
    assert await _consume(kafka.address, topics.raw, 2) == [b"before", b"after"]


async def _produce(address: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=address, enable_idempotence=True) as producer:
        await producer.send_and_wait(topic, value)


async def _consume(address: str, topic: str, count: int) -> list[bytes | None]:
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=address, group_id=topic, auto_offset_reset="earliest"
    ) as consumer:
        return [(await consumer.getone()).value for _ in range(count)]
