"""An open loop of events at a constant rate: `python -m benchmarks.load BROKERS TOPIC RATE COUNT`.

A process of its own, so that it is late as seldom as can be. Where it is late it counts: a record's
timestamp is the moment at which it was due.
"""

import asyncio
import sys
import time
from itertools import islice
from zlib import crc32

from aiokafka import AIOKafkaProducer

from benchmarks.corpus import corpus
from benchmarks.topics import PARTITIONS

#: Between looks at what is due, in seconds.
TICK_SECONDS = 0.001


async def main(brokers: str, topic: str, rate: int, count: int) -> None:
    events = list(islice(corpus(start=int(1000 * time.time())), count))
    async with AIOKafkaProducer(bootstrap_servers=brokers) as producer:
        begin, sent = time.time(), 0
        while sent < count:
            due = min(count, int((time.time() - begin) * rate))
            for number in range(sent, due):
                key, value, _ = events[number]
                moment = int(1000 * (begin + number / rate))
                partition = crc32(key) % PARTITIONS
                await producer.send(topic, value, key, partition, timestamp_ms=moment)
            sent = due
            await asyncio.sleep(TICK_SECONDS)


if __name__ == "__main__":
    brokers, topic, rate, count = sys.argv[1:]
    asyncio.run(main(brokers, topic, int(rate), int(count)))
