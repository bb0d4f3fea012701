"""The dead letters of a test, and what it does with them."""

import asyncio
import json
import signal
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from click.testing import Result

from pipeline.event.result import Code, DeadLetter
from pipeline.stream.batch import batches
from pipeline.stream.dead_letter_record import dead_letter_record
from pipeline.stream.outlet import Outlet
from pipeline.stream.output_record import OutputRecord
from tests.commands.support import invoke_beside
from tests.commands.support import start as start_command
from tests.integration.kafka import Kafka
from tests.integration.records import (
    READ_SECONDS,
    Raw,
    end_offsets,
    observer,
    partitions,
    read,
)
from tests.integration.topics import Topics, create

MONDAY = 1_795_392_000_000  # 2026-11-23T00:00Z


class DeadLetters:
    """What a test does with its topics, and with the command on them."""

    def __init__(self, kafka: Kafka, topics: Topics) -> None:
        self.brokers = kafka.address
        self.topics = topics
        self.settings = topics.environment(kafka.address)

    async def write(self, records: Iterable[tuple[Code, Raw]]) -> None:
        """Write dead letters as the worker does."""
        letters: defaultdict[int, list[OutputRecord]] = defaultdict(list)
        for number, (code, raw) in enumerate(records):
            letters[raw.partition].append(dead_letter(self.topics.raw, number, code, raw))
        async with AIOKafkaProducer(bootstrap_servers=self.brokers) as producer:
            for partition, records_of in letters.items():
                outlet = Outlet(producer, TopicPartition(self.topics.dead_letter, partition))
                for batch in batches(records_of, outlet.new_builder):
                    await outlet.deliver(batch)

    async def listed(self, *options: str) -> Any:
        done = await self._run("list", "--json", *options)
        return json.loads(done.stdout)

    async def replay(self, *options: str, wait: bool = False) -> Result:
        return await self._run("replay", *options, *([] if wait else ["--no-wait"]))

    async def raw(self) -> list[ConsumerRecord]:
        """What a worker reads, when nobody's transaction is open."""
        async with asyncio.timeout(READ_SECONDS):
            while await self._ends("read_committed") != await self._ends("read_uncommitted"):
                await asyncio.sleep(0.05)
        return await read(self.brokers, self.topics.raw, isolation_level="read_committed")

    async def values(self) -> list[bytes]:
        return sorted(record.value for record in await self.raw())

    async def freeze_in_a_transaction(self, process: subprocess.Popen[bytes]) -> None:
        """Stop a replay's clock while its transaction holds records, and others are committed."""
        async with (
            observer(self.brokers) as all_,
            observer(self.brokers, isolation_level="read_committed") as committed,
        ):
            while True:
                assert process.poll() is None
                process.send_signal(signal.SIGSTOP)
                stable = sum((await end_offsets(committed, self.topics.raw)).values())
                written = sum((await end_offsets(all_, self.topics.raw)).values())
                if 0 < stable < written == sum((await end_offsets(all_, self.topics.raw)).values()):
                    return
                process.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.01)

    def starts(self, *options: str) -> subprocess.Popen[bytes]:
        command = ("dead-letters", "replay", "--no-wait", *options)
        return start_command(*command, settings=self.settings)

    async def use_small_raw_topic(self) -> None:
        """Use a raw topic that takes 2000 bytes at once."""
        self.topics = replace(self.topics, raw=f"{self.topics.raw}-2")
        self.settings = self.topics.environment(self.brokers)
        await create(self.brokers, self.topics.raw, max_message_bytes="2000")
        await self.ready()

    async def ready(self) -> None:
        """Wait until the broker tells of the topics that it has created."""
        for topic in (self.topics.raw, self.topics.enriched, self.topics.dead_letter):
            while not await self.exists(topic):
                await asyncio.sleep(0.05)

    async def exists(self, topic: str) -> bool:
        async with observer(self.brokers) as consumer:
            return bool(await partitions(consumer, topic))

    async def _run(self, command: str, *options: str) -> Result:
        done = await invoke_beside("dead-letters", command, *options, settings=self.settings)
        assert done.exit_code == 0, done.output
        return done

    async def _ends(self, isolation_level: str) -> dict[int, int]:
        async with observer(self.brokers, isolation_level=isolation_level) as consumer:
            return await end_offsets(consumer, self.topics.raw)


def dead_letter(topic: str, offset: int, code: Code, raw: Raw) -> OutputRecord:
    value, partition, key, timestamp, headers = raw
    record = ConsumerRecord(topic, partition, offset, timestamp, 0, key, value, None, 0, 0, headers)
    field = "name" if code == "missing_name" else None
    message = f"expected a page event, found number {offset}"
    return dead_letter_record(record, DeadLetter(code, message, field))


def numbered(count: int, code: Code = "invalid_json") -> list[tuple[Code, Raw]]:
    return [(code, Raw(b"%08d" % n, n % 4, timestamp=MONDAY + n)) for n in range(count)]
