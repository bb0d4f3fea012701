"""Writing to topics, and reading them whole."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

READ_SECONDS = 120.0


class Raw(NamedTuple):
    """A record to write to the raw topic."""

    value: bytes | None
    partition: int = 0
    key: bytes | None = None
    timestamp: int = 1_790_000_000_000
    headers: tuple[tuple[str, bytes | None], ...] = ()


async def write(brokers: str, topic: str, records: Iterable[Raw], **options: Any) -> None:
    """Write `records`, and wait until the broker has them all."""
    async with AIOKafkaProducer(bootstrap_servers=brokers, linger_ms=5, **options) as producer:
        await send(producer, topic, records)
        await producer.flush()


async def send(producer: AIOKafkaProducer, topic: str, records: Iterable[Raw]) -> None:
    """Hand `records` to a producer, which sends them in the background."""
    for value, partition, key, timestamp, headers in records:
        await producer.send(
            topic,
            value,
            key,
            partition=partition,
            timestamp_ms=timestamp,
            headers=list(headers),
        )


async def read(brokers: str, topic: str, **options: Any) -> list[ConsumerRecord]:
    """All records of a topic, partition by partition."""
    return [record async for record in stream(brokers, topic, **options)]


async def stream(
    brokers: str, topic: str, partition: int | None = None, **options: Any
) -> AsyncIterator[ConsumerRecord]:
    """The records of a topic, or of one partition of it, in the order of partition and offset."""
    async with AIOKafkaConsumer(
        bootstrap_servers=brokers,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=2**24,
        fetch_max_wait_ms=10,  # what is read is there already
        **options,
    ) as consumer:
        for tp in await partitions(consumer, topic):
            if partition is not None and tp.partition != partition:
                continue
            end = (await consumer.end_offsets([tp]))[tp]
            consumer.assign([tp])
            await consumer.seek_to_beginning(tp)
            while await consumer.position(tp) < end:
                for fetched in (await consumer.getmany(timeout_ms=20)).values():
                    for record in fetched:
                        yield record


async def read_until(brokers: str, topics: Iterable[str], count: int) -> list[ConsumerRecord]:
    """Wait until `topics` hold `count` records between them, and read them."""
    names = list(topics)
    async with asyncio.timeout(READ_SECONDS):
        async with observer(brokers) as consumer:
            while (
                sum([sum((await end_offsets(consumer, each)).values()) for each in names]) < count
            ):
                await asyncio.sleep(0.1)
        while (
            len(records := [each for name in names for each in await read(brokers, name)]) < count
        ):
            await asyncio.sleep(0.1)
    return records


async def committed(brokers: str, group: str, topic: str) -> dict[int, int]:
    """The group's committed offset of each partition of a topic that has one."""
    async with AIOKafkaConsumer(bootstrap_servers=brokers, group_id=group) as consumer:
        offsets = {
            tp.partition: await consumer.committed(tp) for tp in await partitions(consumer, topic)
        }
    return {partition: offset for partition, offset in offsets.items() if offset is not None}


@asynccontextmanager
async def observer(brokers: str, **options: Any) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer outside any group, to look at offsets."""
    async with AIOKafkaConsumer(bootstrap_servers=brokers, **options) as consumer:
        yield consumer


async def end_offsets(consumer: AIOKafkaConsumer, topic: str) -> dict[int, int]:
    """Where each partition of a topic ends: as many as records, or more with control records."""
    ends = await consumer.end_offsets(await partitions(consumer, topic))
    return {tp.partition: end for tp, end in ends.items()}


async def partitions(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The partitions of a topic."""
    await consumer._client.add_topic(topic)
    numbers = consumer.partitions_for_topic(topic) or ()
    return [TopicPartition(topic, number) for number in sorted(numbers)]
