"""A real worker process on a real Kafka: bytes in, bytes out."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.producer import message_accumulator, producer
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy

from pipeline import Enriched, Enricher, Record
from tests.commands.support import invoke_beside
from tests.integration.delivery import check_delivery
from tests.integration.events import GARBAGE, MANY_HEADERS, PARTITIONS, numbered
from tests.integration.kafka import Kafka
from tests.integration.records import Raw, committed, read, read_until, write
from tests.integration.topics import Topics, add_partitions, create
from tests.integration.worker import Start

SAMPLES = Path("pipeline/samples/sdk_events.jsonl").read_bytes().splitlines()


async def create_topics(kafka: Kafka, topics: Topics) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)


@asynccontextmanager
async def load(kafka: Kafka, topics: Topics, count: int) -> AsyncIterator[None]:
    """Write numbered events meanwhile, in bursts; afterwards all of them are written and read."""
    sizes = [count // 20] * 20

    async def produce() -> None:
        for index, size in enumerate(sizes):
            await write(kafka.address, topics.raw, numbered(size, index * size))

    producing = asyncio.create_task(produce())
    try:
        yield
    finally:
        await producing
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], count)


async def all_is_committed(kafka: Kafka, topics: Topics) -> bool:
    raw = await read(kafka.address, topics.raw)
    ends = {each.partition: each.offset + 1 for each in raw}
    return await committed(kafka.address, topics.group, topics.raw) == ends


async def test_every_sample_event_comes_out_as_the_core_says(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    headers = (("trace", b"\x00\xff"), ("trace", None))
    raw = [
        Raw(value, index % PARTITIONS, b"any key", 1_795_000_000_000 + index, headers)
        for index, value in enumerate(SAMPLES)
    ]
    await write(kafka.address, topics.raw, raw)
    start()
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], len(raw))
    enrich = Enricher()
    expected = []
    for each in await read(kafka.address, topics.raw):
        record = Record(each.value, each.topic, each.partition, each.offset, each.timestamp)
        result = enrich(record)
        if isinstance(result, Enriched):
            source = (*headers, ("source-offset", b"%d" % each.offset))
            expected.append((each.partition, each.timestamp, result.key, result.value, source))
    found = [
        (each.partition, each.timestamp, each.key, each.value, each.headers)
        for each in await read(kafka.address, topics.enriched)
    ]
    assert found == expected
    assert len(found) == 59


async def test_garbage_comes_out_as_dead_letters_byte_for_byte(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    raw = [Raw(value, 1, b"key", headers=MANY_HEADERS) for value in GARBAGE.values()]
    await write(kafka.address, topics.raw, raw, max_request_size=2_000_000)
    start()
    dead_letters = await read_until(kafka.address, [topics.dead_letter], len(raw))
    assert [(each.key, each.value) for each in dead_letters] == [(b"key", raw.value) for raw in raw]
    assert (await check_delivery(kafka.address, topics)).faults == {}
    assert [dict(each.headers)["error-code"].decode() for each in dead_letters] == [
        "empty_value",
        "empty_value",
        "invalid_json",
        "not_an_object",
        "invalid_utf8",
        "too_large",
        "too_large",
        "number_out_of_range",
    ]


async def test_a_header_whose_name_is_not_utf_8_blocks_nothing(
    kafka: Kafka, topics: Topics, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create_topics(kafka, topics)
    for module in (producer, message_accumulator):  # the compiled builder would refuse it
        monkeypatch.setattr(module, "DefaultRecordBatchBuilder", _DefaultRecordBatchBuilderPy)
    headers = ((NotUtf8(), b"\xff"), ("name", b"value"))
    events = [Raw(b'{"userId": "u", "name": "n"}', headers=headers), *numbered(200)]
    await write(kafka.address, topics.raw, events)
    worker = start()
    found = await read_until(kafka.address, [topics.enriched, topics.dead_letter], 201)
    first = found[0].headers
    assert first == (("caf\\xe9", b"\xff"), ("name", b"value"), ("source-offset", b"0"))
    assert worker.stop() == 0
    tail = ("tail", "raw", "--from-beginning", "--limit", "201")
    shown = await invoke_beside(*tail, settings=topics.environment(kafka.address))
    assert '["caf\\\\xe9","\\\\xff"]' in shown.stdout


class NotUtf8(str):
    """A header's name that goes out as other bytes."""

    __slots__ = ()

    def encode(self, *_: object) -> bytes:
        return b"caf\xe9"


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
async def test_raw_topics_are_read_and_outputs_written_in_every_compression(
    kafka: Kafka, topics: Topics, start: Start, codec: str
) -> None:
    await create_topics(kafka, topics)
    await write(kafka.address, topics.raw, numbered(200), compression_type=codec)
    start(PIPELINE_COMPRESSION=codec)
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], 200)
    assert (await check_delivery(kafka.address, topics)).faults == {}


async def test_a_stop_finishes_what_is_in_flight(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    async with load(kafka, topics, 40_000):
        for _ in range(2):
            worker = start()
            await worker.reads()
            assert worker.stop() == 0
        worker = start()
    assert worker.stop() == 0
    assert await all_is_committed(kafka, topics)
    assert (await check_delivery(kafka.address, topics)).faults == {}


async def test_a_worker_that_is_killed_three_times_loses_nothing(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    async with load(kafka, topics, 40_000):
        for _ in range(3):
            # Static membership: the next one need not wait for the session of the killed to end.
            worker = start(PIPELINE_INSTANCE_ID="one")
            await worker.reads()
            worker.stop(signal.SIGKILL)
        start(PIPELINE_INSTANCE_ID="one")
    assert (await check_delivery(kafka.address, topics)).lost == 0


async def test_workers_that_come_and_go_share_the_partitions(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    async with load(kafka, topics, 40_000):
        first = start()
        await first.reads(4)
        second = start()
        await second.reads(2)
        await first.reads(2)
        assert second.stop() == 0
        await first.reads(4)
    assert first.stop() == 0
    assert (await check_delivery(kafka.address, topics)).faults == {}


@pytest.mark.parametrize("end", [Kafka.stop, Kafka.kill], ids=["stopped", "killed"])
async def test_a_broker_that_goes_away_is_waited_for(
    kafka: Kafka, topics: Topics, start: Start, end: Callable[[Kafka], None]
) -> None:
    await create_topics(kafka, topics)
    worker = start()
    await worker.reads()
    await write(kafka.address, topics.raw, numbered(20_000))
    with restarted(kafka, end):
        await worker.logs("waiting for it")
    await write(kafka.address, topics.raw, numbered(1_000, 20_000))
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], 21_000)
    await worker.logs("answers again")
    assert worker.log.count("waiting for it") == worker.log.count("answers again")
    assert worker.stop() == 0
    assert (await check_delivery(kafka.address, topics)).faults == {}


async def test_a_broker_that_is_away_at_the_start_is_waited_for(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    with restarted(kafka, Kafka.stop):
        worker = start()
        await worker.logs("waiting for it")
    await worker.reads()


async def test_a_stop_ends_the_wait_for_a_broker(kafka: Kafka, start: Start) -> None:
    with restarted(kafka, Kafka.stop):
        worker = start()
        await worker.logs("waiting for it")
        assert worker.stop() == 0


async def test_records_of_an_aborted_transaction_are_not_read(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create_topics(kafka, topics)
    async with AIOKafkaProducer(
        bootstrap_servers=kafka.address, transactional_id=topics.group
    ) as producer:
        for number in range(4):
            await producer.begin_transaction()
            value = b'{"userId": "u", "name": "%d"}' % number
            await producer.send(topics.raw, value, partition=0)
            await (producer.abort_transaction() if number % 2 else producer.commit_transaction())
    worker = start()
    events = await read_until(kafka.address, [topics.enriched], 2)
    assert [each.headers[-1] for each in events] == [
        ("source-offset", b"0"),
        ("source-offset", b"4"),
    ]
    async with asyncio.timeout(10):
        while await committed(kafka.address, topics.group, topics.raw) != {0: 8}:
            await asyncio.sleep(0.1)
    assert worker.stop() == 0


async def test_missing_topics_are_refused_with_the_command_that_makes_them(
    topics: Topics, start: Start
) -> None:
    worker = start()
    assert await worker.ends() == 1
    for name in (topics.raw, topics.enriched, topics.dead_letter):
        assert f"{name} does not exist: page-pipeline topics create" in worker.log


async def test_a_raw_topic_that_outgrows_its_outputs_ends_the_worker(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter, partitions=2)
    async with AIOKafkaConsumer(  # it leads the group, and looks for new partitions more often
        topics.raw,
        bootstrap_servers=kafka.address,
        group_id=topics.group,
        metadata_max_age_ms=500,
    ):
        worker = start()
        await worker.reads(1)
        await add_partitions(kafka.address, topics.raw, 3)
        assert await worker.ends() == 1
    assert f"{topics.enriched} has 2 partitions, but {topics.raw} has 3 by now" in worker.log


async def test_an_enriched_topic_that_cannot_hold_an_event_is_refused(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.dead_letter)
    await create(kafka.address, topics.enriched, max_message_bytes="600000")
    worker = start()
    assert await worker.ends() == 1
    assert "a canonical event can have 655360" in worker.log
    assert "--add-config max.message.bytes=655360" in worker.log


@pytest.fixture
async def small_dead_letter_topic(kafka: Kafka, topics: Topics) -> None:
    await create(kafka.address, topics.raw, topics.enriched, partitions=1)
    await create(kafka.address, topics.dead_letter, partitions=1, max_message_bytes="50000")


@pytest.mark.usefixtures("small_dead_letter_topic")
async def test_a_dead_letter_that_its_topic_refuses_is_compressed(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    values = [b"{bad", b"x" * 90_000, b"{bad", b'{"userId": "u", "name": "n"}', b"y" * 90_000]
    await write(kafka.address, topics.raw, [Raw(value) for value in values])
    worker = start()
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], len(values))
    assert (await check_delivery(kafka.address, topics)).faults == {}
    assert worker.stop() == 0


@pytest.mark.usefixtures("small_dead_letter_topic")
async def test_a_dead_letter_that_does_not_fit_at_all_ends_the_worker(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    values = [b'{"userId": "u", "name": "n"}', os.urandom(60_000), b"{bad"]
    await write(kafka.address, topics.raw, [Raw(value) for value in values])
    worker = start()
    assert await worker.ends() == 70
    assert f"{topics.dead_letter}, partition 0: raw offset 1, 60" in worker.log
    assert "max.message.bytes must be" in worker.log
    assert await committed(kafka.address, topics.group, topics.raw) == {}


@contextmanager
def restarted(kafka: Kafka, end: Callable[[Kafka], None]) -> Iterator[None]:
    """Without a broker meanwhile; with the same one afterwards."""
    end(kafka)
    try:
        yield
    finally:
        kafka.start()
