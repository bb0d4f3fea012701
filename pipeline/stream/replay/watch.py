"""Follows both outputs until something has come of every record that was replayed."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from pipeline.settings import Settings
from pipeline.stream.replay.outcomes import Outcome, Outcomes
from pipeline.stream.tails import source_offset

#: How long to wait where nothing comes of the records any more, in seconds.
IDLE_SECONDS: Final = 60.0
PAUSE: Final = 0.2
POLL_MS: Final = 100


class Watch:
    """Knows where the outputs ended when it was made: what comes of a replay stands behind that."""

    def __init__(
        self, settings: Settings, reader: AIOKafkaConsumer, admin: AIOKafkaAdminClient
    ) -> None:
        self._settings = settings
        self._reader = reader
        self._admin = admin
        self._positions: dict[TopicPartition, int] = {}

    async def start(self, partitions: int) -> None:
        """Note the ends of the outputs, of so many partitions."""
        topics = (self._settings.enriched_topic, self._settings.dead_letter_topic)
        outputs = [TopicPartition(topic, n) for topic in topics for n in range(partitions)]
        self._positions = dict(await self._reader.end_offsets(outputs))
        await self._committed(range(partitions))  # to be refused before anything is sent

    async def follow(
        self, outcomes: Outcomes, seconds: float, on_settled: Callable[[int], None]
    ) -> None:
        """Return when nothing is pending, or nothing has come for `IDLE_SECONDS`.

        Raises `TimeoutError` where no broker answers for `seconds`.
        """
        outputs = [tp for tp in self._positions if tp.partition in outcomes.partitions]
        if not outputs:
            return
        self._reader.assign(outputs)
        for tp in outputs:
            self._reader.seek(tp, self._positions[tp])
        now = asyncio.get_running_loop().time
        last = now()
        while outcomes.pending and now() - last < IDLE_SECONDS:
            pending = outcomes.pending
            if await self._look(outcomes, outputs, seconds):
                last = now()
            on_settled(pending - outcomes.pending)
            await asyncio.sleep(PAUSE)

    async def _look(
        self, outcomes: Outcomes, outputs: list[TopicPartition], seconds: float
    ) -> bool:
        """Read the outputs to their ends; give whether that brings us further."""
        async with asyncio.timeout(seconds):
            # In this order: what is committed is written, so the ends that follow are behind it.
            committed = await self._committed(outcomes.partitions)
            ends = await self._reader.end_offsets(outputs)
        further = False
        while unread := [tp for tp in outputs if self._positions[tp] < ends[tp]]:
            async with asyncio.timeout(seconds):
                further |= await self._read(outcomes, unread)
        return outcomes.finished(committed) or further

    async def _read(self, outcomes: Outcomes, unread: list[TopicPartition]) -> bool:
        further = False
        for tp, records in (await self._reader.getmany(*unread, timeout_ms=POLL_MS)).items():
            outcome = self._outcome(tp.topic)
            for record in records:
                offset = source_offset(record)
                if offset is not None:
                    further |= outcomes.found(outcome, tp.partition, offset)
        for tp in unread:
            self._positions[tp] = await self._reader.position(tp)
        return further

    def _outcome(self, topic: str) -> Outcome:
        return "accepted" if topic == self._settings.enriched_topic else "dead again"

    async def _committed(self, partitions: Iterable[int]) -> dict[int, int]:
        """How far the workers' group says that it is done, by raw partition."""
        tps = [TopicPartition(self._settings.raw_topic, number) for number in partitions]
        while True:
            try:
                found = await self._admin.list_consumer_group_offsets(
                    self._settings.group, partitions=tps
                )
                return {tp.partition: each.offset for tp, each in found.items()}
            except KafkaError as error:
                if not error.retriable:  # as a cluster that never had a group says at first
                    raise
            await asyncio.sleep(PAUSE)
