"""How a subject drains a backlog: CPU per event, rate and memory."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import NamedTuple
from zlib import crc32

from aiokafka import AIOKafkaConsumer

from benchmarks.corpus import Raw
from benchmarks.subjects import Subject
from benchmarks.topics import PARTITIONS, make_topics, partitions
from benchmarks.usage import Usage
from tests.integration import records
from tests.integration.topics import Topics, delete
from tests.integration.worker import Worker

#: Between looks at the outputs, in seconds. A look is two requests to the broker.
LOOK_SECONDS = 0.05
#: A subject that needs longer for a run is taken for dead, in seconds.
PATIENCE_SECONDS = 600.0


class Drain(NamedTuple):
    """One run. CPU and rate are of what lies between 10 % and 100 % of the outputs.

    The first memory is that at 10 %; `start_seconds` end with 1 %.
    """

    cpu_us_per_event: float
    events_per_second: float
    first_memory_mb: float
    peak_memory_mb: float
    start_seconds: float


class _Look(NamedTuple):
    written: int
    cpu: float
    memory: int
    time: float


class Backlog(NamedTuple):
    """A raw topic that holds `size` events; `folder` is for logs."""

    brokers: str
    folder: Path
    size: int
    topic: str = "page-events-raw"

    async def fill(self, events: Iterable[Raw]) -> None:
        """Make the topic from the first of `events`; a visitor keeps to a partition."""
        await make_topics(self.brokers, self.topic)
        raw = (
            records.Raw(value, crc32(key) % PARTITIONS, key, timestamp)
            for key, value, timestamp in islice(events, self.size)
        )
        await records.write(self.brokers, self.topic, raw)


async def drain(backlog: Backlog, subject: Subject, processes: int = 1) -> Drain:
    """Run `subject` until it has written its share of the backlog."""
    brokers, count = backlog.brokers, round(backlog.size * subject.share)
    topics = replace(Topics.of(subject.name), raw=backlog.topic)
    outputs = (topics.enriched, topics.dead_letter)
    await make_topics(brokers, *outputs)
    # Some keep files, of which none is to stay.
    temporary = {"TMPDIR": str(backlog.folder)}
    settings = {**topics.environment(brokers), **temporary, **subject.settings}
    workers = [
        Worker(backlog.folder / f"{topics.group}-{number}.log", settings, subject.command)
        for number in range(processes)
    ]
    begin = perf_counter()
    try:
        for worker in workers:
            worker.start()
        usage = Usage(*(worker.process.pid for worker in workers))
        async with asyncio.timeout(PATIENCE_SECONDS), records.observer(brokers) as consumer:
            looks = [look async for look in _looks(consumer, outputs, workers, usage, count)]
    finally:
        for worker in workers:
            worker.kill()
        await delete(brokers, *outputs)
    first = next(look for look in looks if look.written >= count / 10)
    last = looks[-1]
    events, seconds = last.written - first.written, last.time - first.time
    return Drain(
        1e6 * (last.cpu - first.cpu) / events,
        events / seconds,
        first.memory / 1e6,
        max(look.memory for look in looks) / 1e6,
        next(look.time for look in looks if look.written >= count / 100) - begin,
    )


async def _looks(
    consumer: AIOKafkaConsumer,
    outputs: Iterable[str],
    workers: Sequence[Worker],
    usage: Usage,
    count: int,
) -> AsyncIterator[_Look]:
    while True:
        written = sum((await consumer.end_offsets(partitions(outputs))).values())
        yield _Look(written, usage.cpu_seconds(), usage.memory_bytes(), perf_counter())
        if written >= count:
            return
        for worker in workers:
            if worker.died():
                raise RuntimeError(f"it ended early:\n{worker.log[-2000:]}")
        await asyncio.sleep(LOOK_SECONDS)
