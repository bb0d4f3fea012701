"""A worker that is told to stop ends with exit code 0, whatever its broker does just then."""

import asyncio
import signal
from collections.abc import Callable

import pytest

from tests.integration.events import numbered
from tests.integration.kafka import Kafka
from tests.integration.records import read_until, write
from tests.integration.topics import Topics, create
from tests.integration.worker import Start


@pytest.mark.parametrize(
    ("leave", "come_back"),
    [(Kafka.kill, Kafka.start), (Kafka.freeze, Kafka.thaw)],
    ids=["killed", "frozen"],
)
async def test_a_stop_does_not_wait_for_a_broker_that_is_away(
    kafka: Kafka,
    topics: Topics,
    start: Start,
    leave: Callable[[Kafka], None],
    come_back: Callable[[Kafka], None],
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    worker = start()
    await worker.reads()
    await write(kafka.address, topics.raw, numbered(2_000))
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], 500)
    leave(kafka)
    try:
        assert worker.stop() == 0
    finally:
        come_back(kafka)
        # Its cluster may have given it up; the next test wants a broker that works.
        await create(kafka.address, f"{topics.raw}-again")


async def test_whoever_is_told_to_stop_again_and_again_stops_once(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    worker = start()
    await worker.reads()
    await write(kafka.address, topics.raw, numbered(2_000))
    while not worker.died():
        worker.send(signal.SIGTERM)
        await asyncio.sleep(0.005)
    assert worker.stop() == 0
