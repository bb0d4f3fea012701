"""What the brokers know of the raw topic's partitions: their ends, and what was committed."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.stream.resume import Log


async def logs(
    reader: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, Log]:
    """The first offset of each log, and the one behind its last."""
    begins = await reader.beginning_offsets(partitions)
    ends = await reader.end_offsets(partitions)
    return {tp: Log(begins[tp], ends[tp]) for tp in partitions}


async def committed_offsets(
    kafka: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
) -> dict[TopicPartition, int | None]:
    """The group's committed offset of each partition, None where there is none."""
    offsets = await asyncio.gather(*map(kafka.committed, partitions))
    return dict(zip(partitions, offsets, strict=True))
