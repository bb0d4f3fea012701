"""aiokafka, by its documentation: `getmany`, batches from `create_batch`, commit when sent."""

import asyncio
from asyncio import Future
from collections.abc import Sequence
from typing import Any

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from benchmarks.peers.common import (
    BROKERS,
    DEAD_LETTER_TOPIC,
    ENRICHED_TOPIC,
    GROUP,
    RAW_TOPIC,
    process,
)
from pipeline import Record


async def main() -> None:
    consumer = AIOKafkaConsumer(
        RAW_TOPIC,
        bootstrap_servers=BROKERS,
        group_id=GROUP,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=BROKERS, acks="all", max_batch_size=256 * 1024)
    async with consumer, producer:
        while True:
            fetched = await consumer.getmany(timeout_ms=1000)
            sent = [
                delivery
                for tp, records in fetched.items()
                for delivery in await send(producer, tp.partition, records)
            ]
            await asyncio.gather(*sent)
            if sent:
                await consumer.commit()


async def send(
    producer: AIOKafkaProducer, partition: int, records: Sequence[ConsumerRecord]
) -> list[Future[Any]]:
    """Write what becomes of a partition's records to the same partition of the output topics."""
    sent = []
    batches = {topic: producer.create_batch() for topic in (ENRICHED_TOPIC, DEAD_LETTER_TOPIC)}
    for raw in records:
        record = Record(raw.value, raw.topic, raw.partition, raw.offset, raw.timestamp)
        topic, key, value = process(record, raw.key)
        output = {"key": key, "value": value, "timestamp": raw.timestamp}
        if batches[topic].append(**output) is None:
            sent.append(await producer.send_batch(batches[topic], topic, partition=partition))
            batches[topic] = producer.create_batch()
            batches[topic].append(**output)
    for topic, batch in batches.items():
        if batch.record_count():
            sent.append(await producer.send_batch(batch, topic, partition=partition))
    return sent


if __name__ == "__main__":
    uvloop.run(main())
