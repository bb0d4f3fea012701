"""Reads the logs of a topic as they are now, one partition after the other."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from pipeline.stream.raw_log import logs
from pipeline.stream.resume import Log
from pipeline.stream.topics import Topic

#: How long to wait for records before looking at the position again, in milliseconds.
POLL_MS = 100


class Logs(NamedTuple):
    """The logs of a topic's partitions, and a reader of them that gives up after `seconds`."""

    reader: AIOKafkaConsumer
    logs: Mapping[TopicPartition, Log]
    seconds: float

    async def read(self, tp: TopicPartition, start: int = 0) -> AsyncIterator[list[ConsumerRecord]]:
        """Yield the records of a partition from `start` on, as they are fetched.

        Raises `TimeoutError` where nothing comes. What the reader is assigned is replaced.
        """
        begin, end = self.logs[tp]
        position = max(begin, start)
        self.reader.assign([tp])
        self.reader.seek(tp, position)
        while position < end:
            fetched: Sequence[ConsumerRecord] = []
            async with asyncio.timeout(self.seconds):
                # The position moves over control records too, which are never returned.
                while not fetched and position < end:
                    fetched = (await self.reader.getmany(tp, timeout_ms=POLL_MS)).get(tp, [])
                    position = await self.reader.position(tp)
            yield [record for record in fetched if record.offset < end]
            await asyncio.sleep(0)  # what was fetched ahead comes without any wait


async def find_logs(reader: AIOKafkaConsumer, topic: Topic, seconds: float) -> Logs:
    """Find where the logs of a topic begin and end."""
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    async with asyncio.timeout(seconds):
        return Logs(reader, await logs(reader, partitions), seconds)
