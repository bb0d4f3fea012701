"""Sends dead letters to the raw topic again, each once, however often it is killed and repeated."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, aclosing, asynccontextmanager
from typing import Final

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import ProducerFenced

from pipeline.exits import EXIT_BUG, EXIT_FOUND, Refused
from pipeline.settings import Settings
from pipeline.stream.reader import FETCH_WAIT_MS, committed_reader
from pipeline.stream.replay.log import Logs, find_logs
from pipeline.stream.replay.outcomes import Outcomes
from pipeline.stream.replay.positions import (
    check_positions,
    create_positions_topic,
    position_record,
    positions_topic,
    read_positions,
)
from pipeline.stream.replay.rounds import ROUND_RECORDS, Round, rounds
from pipeline.stream.replay.selection import Prefix, Prefixes, Selection
from pipeline.stream.replay.transaction import TransactionalWriter, transactional_writer
from pipeline.stream.replay.watch import Watch
from pipeline.stream.resume import Log
from pipeline.stream.topic_admin import admin_client, describe, describe_topics
from pipeline.stream.topics import Topic

#: Shows, under a name, how many of so many things are done; gives the function to tell it by.
ShowProgress = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]

FENCED: Final = (
    "another replay has taken over, or the brokers did not take a batch in time; what this one had"
    " not finished is not sent, and the next replay goes on from there"
)


class Replay:
    """One replay of the dead letters that there are when it begins."""

    def __init__(
        self,
        settings: Settings,
        admin: AIOKafkaAdminClient,
        topics: tuple[Topic, Topic],
        dead_letters: Logs,
        show: ShowProgress,
    ) -> None:
        self._settings = settings
        self._admin = admin
        self.raw, self._dead_letter = topics
        self._dead_letters = dead_letters
        self._reader, _, self._seconds = dead_letters
        self._show = show
        self._name = positions_topic(settings)
        self._watch = Watch(settings, self._reader, admin)

    async def plan(self, selection: Selection) -> Prefixes:
        """Decide as `send` would, but send nothing, and leave another replay alone."""
        async with asyncio.timeout(self._seconds):
            (topic,) = await describe(self._admin, [self._name])
        positions = await self._positions(topic) if topic is not None else {}
        prefixes = Prefixes(selection, positions)
        async with aclosing(self._rounds(prefixes, ROUND_RECORDS)) as planned:
            async for _ in planned:
                pass
        return prefixes

    async def send(self, selection: Selection, rate: int) -> tuple[Prefixes, Outcomes]:
        """Send what is selected, at most `rate` records a second.

        Raises `Refused` where another replay takes over, `KafkaError` where the brokers refuse,
        `TimeoutError` where they do not answer.
        """
        async with asyncio.timeout(self._seconds):
            topic = await create_positions_topic(self._admin, self._name, self._dead_letter)
        try:
            async with transactional_writer(
                self._settings, self.raw, self._name, self._seconds
            ) as writer:
                # Behind the fence: no other replay moves them any more.
                prefixes = Prefixes(selection, await self._positions(topic))
                async with asyncio.timeout(self._seconds):
                    await self._watch.start(self.raw.partitions)
                return prefixes, await self._send(writer, prefixes, rate)
        except ProducerFenced:
            raise Refused(FENCED, EXIT_BUG) from None

    async def wait(self, outcomes: Outcomes) -> None:
        """Wait until something has come of everything, or nothing comes any more."""
        with self._show("waiting for the workers", outcomes.pending) as on_settled:
            await self._watch.follow(outcomes, self._seconds, on_settled)

    async def _send(self, writer: TransactionalWriter, prefixes: Prefixes, rate: int) -> Outcomes:
        outcomes = Outcomes()
        now = asyncio.get_running_loop().time
        start = now()
        async with aclosing(self._rounds(prefixes, min(rate, ROUND_RECORDS))) as planned:
            async for each in planned:
                await asyncio.sleep(pause(outcomes.replayed.total(), rate, now() - start))
                await self._write(writer, each, outcomes)
        return outcomes

    async def _write(self, writer: TransactionalWriter, each: Round, outcomes: Outcomes) -> None:
        positions = dict(position_record(*position) for position in each.positions.items())
        async with asyncio.timeout(self._seconds):
            written = await writer.write(each.partition, each.records, positions)
        codes = each.codes
        for first, records in written:
            outcomes.sent(each.partition, first, codes[:records])
            codes = codes[records:]

    async def _positions(self, topic: Topic) -> dict[Prefix, int]:
        positions = await read_positions(self._reader, topic, self._seconds)
        # Anew: a replay that has ended meanwhile may have done what was not there before.
        self._dead_letters = await find_logs(self._reader, self._dead_letter, self._seconds)
        check_positions(self._name, positions, self._dead_letters.logs)
        return positions

    async def _rounds(self, prefixes: Prefixes, most: int) -> AsyncGenerator[Round, None]:
        total = sum(
            max(0, log.end - max(log.begin, prefixes.start(tp.partition)))
            for tp, log in self._dead_letters.logs.items()
        )
        with self._show("reading dead letters", total) as on_read:
            async for each in rounds(self._dead_letters, prefixes, most, on_read):
                yield each


@asynccontextmanager
async def open_replay(
    settings: Settings, seconds: float, show: ShowProgress
) -> AsyncIterator[Replay]:
    """Connect; raise `Refused` where the topics are not as a replay needs them."""
    async with (
        admin_client(settings, seconds) as admin,
        committed_reader(settings, FETCH_WAIT_MS) as reader,
    ):
        async with asyncio.timeout(seconds):
            raw, dead_letter = check_topics(settings, *await describe_topics(admin, settings))
        dead_letters = await find_logs(reader, dead_letter, seconds)
        check_partitions(raw, dead_letters.logs)
        yield Replay(settings, admin, (raw, dead_letter), dead_letters, show)


def pause(sent: int, rate: int, elapsed: float) -> float:
    """Give how long to wait, in seconds, so that what was sent is no more than `rate` a second."""
    return max(0.0, sent / rate - elapsed)


def check_topics(
    settings: Settings, raw: Topic | None, enriched: Topic | None, dead_letter: Topic | None
) -> tuple[Topic, Topic]:
    """Give the raw and the dead-letter topic; raise `Refused` where a record could not go back."""
    if raw is None or enriched is None or dead_letter is None:
        topics = {
            settings.raw_topic: raw,
            settings.enriched_topic: enriched,
            settings.dead_letter_topic: dead_letter,
        }
        missing = next(name for name in topics if topics[name] is None)
        raise Refused(f"{missing} does not exist: page-pipeline topics create", EXIT_FOUND)
    if raw.configs.get("message.timestamp.type") == "LogAppendTime":
        text = "replaces the dead letters' timestamps with its own"
        raise Refused(f"{raw.name} {text}; expected message.timestamp.type=CreateTime", EXIT_FOUND)
    return raw, dead_letter


def check_partitions(raw: Topic, logs: Mapping[TopicPartition, Log]) -> None:
    """Raise `Refused` where there are dead letters of a partition that the raw topic lacks."""
    for tp, log in logs.items():
        if tp.partition >= raw.partitions and log.begin < log.end:
            text = f"has {raw.partitions} partitions, and there are dead letters of partition"
            raise Refused(f"{raw.name} {text} {tp.partition}", EXIT_FOUND)
