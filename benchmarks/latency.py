"""How long an event takes at a constant rate, from when it was due to its arrival at a consumer."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer

from benchmarks.subjects import Subject
from benchmarks.topics import PARTITIONS, make_topics, partitions
from benchmarks.usage import Usage
from pipeline import child
from tests.integration import records
from tests.integration.topics import Topics, delete
from tests.integration.worker import Worker

#: Before what is measured: caches fill, connections open.
WARM_UP_SECONDS = 3
#: Behind what is measured, since reads take more than they were asked for.
COOL_DOWN_SECONDS = 1
PATIENCE_SECONDS = 120.0
_PROBES = [records.Raw(b'{"userId": "u1", "name": "probe"}', n) for n in range(PARTITIONS)]


class Latency(NamedTuple):
    """One run, milliseconds from due to arrived."""

    p50_ms: float
    p99_ms: float
    max_ms: float
    cpu_us_per_event: float


class Load(NamedTuple):
    """`rate` events a second; what is measured lasts `seconds`. `folder` is for logs."""

    brokers: str
    folder: Path
    rate: int
    seconds: int


async def latency(load: Load, subject: Subject) -> Latency:
    """Run `subject` under a constant load."""
    brokers = load.brokers
    topics = Topics.of(subject.name)
    outputs = (topics.enriched, topics.dead_letter)
    await make_topics(brokers, topics.raw, *outputs)
    worker = Worker(
        load.folder / f"{topics.group}.log",
        {**topics.environment(brokers), **subject.settings},
        subject.command,
    )
    worker.start()
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), _reader(brokers, outputs) as consumer:
            await records.write(brokers, topics.raw, _PROBES)
            await _arrivals(consumer, PARTITIONS)
            return await _measure(load, topics.raw, consumer, Usage(worker.process.pid))
    finally:
        worker.kill()
        await delete(brokers, topics.raw, *outputs)


async def _measure(load: Load, topic: str, consumer: AIOKafkaConsumer, usage: Usage) -> Latency:
    count = load.rate * (WARM_UP_SECONDS + load.seconds + COOL_DOWN_SECONDS)
    arguments = (load.brokers, topic, str(load.rate), str(count))
    generator = child.start(sys.executable, "-m", "benchmarks.load", *arguments)
    try:
        await _arrivals(consumer, load.rate * WARM_UP_SECONDS)
        cpu = usage.cpu_seconds()
        measured = await _arrivals(consumer, load.rate * load.seconds)
        cpu = usage.cpu_seconds() - cpu
    finally:
        child.stop(generator)
    percentiles = quantiles(measured, n=100)
    return Latency(percentiles[49], percentiles[98], max(measured), 1e6 * cpu / len(measured))


async def _arrivals(consumer: AIOKafkaConsumer, count: int) -> list[float]:
    """The next `count` records' milliseconds from when they were due, or a few more."""
    taken: list[float] = []
    while len(taken) < count:
        fetched = await consumer.getmany(timeout_ms=1000)
        now = 1000 * time.time()
        taken += [now - each.timestamp for found in fetched.values() for each in found]
    return taken


@asynccontextmanager
async def _reader(brokers: str, topics: Sequence[str]) -> AsyncIterator[AIOKafkaConsumer]:
    async with AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest") as reader:
        reader.assign(partitions(topics))
        yield reader
