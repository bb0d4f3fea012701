"""One chaos run: workers under a load of numbered events, faults meanwhile, a reckoning after."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError

from pipeline.stream.topics import HEADER_ROOM
from tests.integration.delivery import Delivery, check_delivery
from tests.integration.events import LARGEST_BATCH, garbage, numbered
from tests.integration.records import committed, end_offsets, observer, send, write
from tests.integration.topics import Topics, count_brokers, create
from tests.integration.worker import COMMAND, Worker

#: Events a second, on average, and how much of them come in bursts; half of the time is one.
RATE, IN_BURSTS = 2_200, 0.9
#: Whatever dies is started again after this long, in seconds.
RESTART_SECONDS = 1.0
#: How long the workers may take for what is left when the load has ended, in seconds.
CATCH_UP_SECONDS = 120.0
#: How often to look whether anything was written, in seconds.
LOOK_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    delivery: Delivery
    all_committed: bool
    #: Of workers that died meanwhile, and of those that were stopped at the end.
    deaths: list[int]
    exit_codes: list[int]
    longest_stall: float

    def __str__(self) -> str:
        each = self.delivery
        others = each.faults.keys() - {"lost", "duplicated"}
        return (
            f"{each.records} records, {each.lost} lost, {each.duplicated} duplicated,"
            f" other faults: {', '.join(sorted(others)) or 'none'},"
            f" longest stall {self.longest_stall:.1f} s"
        )


class Chaos:
    """Workers on topics of their own, supervised, under load."""

    def __init__(
        self, brokers: str, topics: Topics, folder: Path, seed: int, settings: dict[str, str]
    ) -> None:
        self.brokers = brokers
        self.topics = topics
        self.random = random.Random(seed)
        self.workers: list[Worker] = []
        self._folder = folder
        self._settings = settings
        self._supervisors: set[asyncio.Task[None]] = set()
        self._deaths: list[int] = []
        self._burst = asyncio.Event()
        self._longest_stall = 0.0
        self._sent = 0

    async def pause(self, longest: float = 3.0) -> None:
        """Wait for a random while."""
        await asyncio.sleep(self.random.uniform(0.2, longest))

    async def moment(self) -> None:
        """Wait for a random moment of a burst, so that a fault meets any state."""
        await self.pause()
        await self._burst.wait()
        await asyncio.sleep(self.random.uniform(0, 0.8))

    def start(self, *command: str, **settings: str) -> Worker:
        """Start one more worker, and again whenever it dies."""
        environment = self.topics.environment(self.brokers) | self._settings | settings
        log = self._folder / f"worker-{len(self._supervisors)}.log"
        worker = Worker(log, environment, command or COMMAND)
        worker.start()
        self.workers.append(worker)
        task = asyncio.create_task(self._supervise(worker))
        self._supervisors.add(task)
        return worker

    async def retire(self, worker: Worker) -> int:
        """Stop a worker in order, and do not start it again."""
        self.workers.remove(worker)
        return await asyncio.to_thread(worker.stop)

    async def create_topics(self) -> None:
        """Create the topics as `page-pipeline topics create` would."""
        replicas = min(3, await count_brokers(self.brokers))
        await create(self.brokers, self.topics.raw, replication=replicas)
        outputs = (self.topics.enriched, self.topics.dead_letter)
        room = str(LARGEST_BATCH + HEADER_ROOM)
        await create(self.brokers, *outputs, replication=replicas, max_message_bytes=room)

    @asynccontextmanager
    async def load(self, rate: float = RATE, age: float = 0) -> AsyncIterator[None]:
        """Send numbered events meanwhile, so many a second, in bursts; and garbage with each.

        They are `age` seconds old.
        """
        stop = asyncio.Event()
        tasks = [
            asyncio.create_task(self._send(stop, rate, age)),
            asyncio.create_task(self._watch(stop)),
        ]
        try:
            yield
        finally:
            stop.set()
            await asyncio.gather(*tasks)

    async def measure(self, count: int) -> float:
        """Start a worker where `count` records wait for it; how many a second it can do."""
        await write(self.brokers, self.topics.raw, numbered(count))
        self._sent = count
        await self.start().reads()
        begin = time.monotonic()
        async with observer(self.brokers) as consumer:
            while await self._written(consumer) < count:
                await asyncio.sleep(LOOK_SECONDS)
        return count / (time.monotonic() - begin)

    async def reckon(self) -> Outcome:
        """Let the workers finish, stop them, and compare all that was written."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CATCH_UP_SECONDS):
                while not await self._caught_up():
                    await asyncio.sleep(0.5)
        workers, self.workers = self.workers, []
        codes = [await asyncio.to_thread(worker.stop) for worker in workers]
        return Outcome(
            delivery=await check_delivery(self.brokers, self.topics),
            all_committed=await self._caught_up(),
            deaths=self._deaths,
            exit_codes=codes,
            longest_stall=self._longest_stall,
        )

    def kill(self) -> None:
        """Leave nothing behind."""
        for task in self._supervisors:
            task.cancel()
        for worker in self.workers:
            worker.kill()

    async def _caught_up(self) -> bool:
        """Whether every raw record is read, written and committed."""
        async with observer(self.brokers) as consumer:
            raw_ends = await end_offsets(consumer, self.topics.raw)
        done = await committed(self.brokers, self.topics.group, self.topics.raw)
        return done == {partition: end for partition, end in raw_ends.items() if end}

    async def _supervise(self, worker: Worker) -> None:
        while worker in self.workers:
            if worker.died():
                self._deaths.append(worker.process.returncode)
                await asyncio.sleep(RESTART_SECONDS)
                if worker in self.workers:
                    worker.start()
            await asyncio.sleep(0.05)

    async def _send(self, stop: asyncio.Event, rate: float, age: float) -> None:
        async with AIOKafkaProducer(
            bootstrap_servers=self.brokers, enable_idempotence=True, max_request_size=2_000_000
        ) as producer:
            while not stop.is_set():
                await self._send_for_a_second(producer, rate * 2 * (1 - IN_BURSTS), age)
                self._burst.set()
                await send(producer, self.topics.raw, garbage(age))
                await self._send_for_a_second(producer, rate * 2 * IN_BURSTS, age)
                self._burst.clear()

    async def _send_for_a_second(self, producer: AIOKafkaProducer, rate: float, age: float) -> None:
        for _ in range(10):
            size = int(rate / 10)
            await send(producer, self.topics.raw, numbered(size, self._sent, age))
            self._sent += size
            await asyncio.sleep(0.1)

    async def _watch(self, stop: asyncio.Event) -> None:
        """Measure the longest time in which nothing was written."""
        last, since = 0, time.monotonic()
        async with observer(self.brokers) as consumer:
            while not stop.is_set():
                with suppress(KafkaError, TimeoutError):
                    written = await asyncio.wait_for(self._written(consumer), 2)
                    if written != last:
                        last, since = written, time.monotonic()
                self._longest_stall = max(self._longest_stall, time.monotonic() - since)
                await asyncio.sleep(LOOK_SECONDS)

    async def _written(self, consumer: AIOKafkaConsumer) -> int:
        topics = (self.topics.enriched, self.topics.dead_letter)
        return sum([sum((await end_offsets(consumer, topic)).values()) for topic in topics])
