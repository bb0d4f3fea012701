"""Where a worker goes on, on a real Kafka: decided by what the output topics hold."""

import asyncio
import signal
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from pipeline.broker import embedded_broker
from pipeline.settings import Settings
from pipeline.stream.exactly_once import ExactlyOnce
from pipeline.stream.fence import fence_of
from pipeline.stream.producer_id import connected_client
from tests.integration.delivery import check_delivery
from tests.integration.events import numbered
from tests.integration.kafka import Kafka
from tests.integration.records import (
    READ_SECONDS,
    Raw,
    committed,
    end_offsets,
    observer,
    read,
    read_until,
    write,
)
from tests.integration.topics import Topics, create
from tests.integration.worker import Start, Worker

EVENT = b'{"userId": "u", "name": "n"}'


@pytest.fixture
async def made(kafka: Kafka, topics: Topics) -> Topics:
    """The three topics, of one partition each."""
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter, partitions=1)
    return topics


def sources(records: Sequence[ConsumerRecord]) -> list[int]:
    """The raw offsets behind output records."""
    return [int(dict(each.headers)["source-offset"]) for each in records]


async def commit(kafka: Kafka, topics: Topics, offset: int) -> None:
    """Commit an offset in the workers' name."""
    tp = TopicPartition(topics.raw, 0)
    async with AIOKafkaConsumer(
        bootstrap_servers=kafka.address, group_id=topics.group, enable_auto_commit=False
    ) as consumer:
        consumer.assign([tp])
        await consumer.commit({tp: OffsetAndMetadata(offset, "")})


async def fence(kafka: Kafka, topics: Topics, times: int = 1) -> None:
    """Raise the fence before partition 0, as another worker would."""
    async with connected_client(Settings(brokers=kafka.address)) as client:
        for _ in range(times):
            await fence_of(client, topics.enriched, topics.dead_letter, 0).raise_()


async def test_what_was_written_and_not_committed_is_not_written_again(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await write(kafka.address, made.raw, [Raw(EVENT), Raw(b"{bad"), Raw(EVENT), Raw(b"{bad")])
    worker = start()
    await read_until(kafka.address, [made.enriched, made.dead_letter], 4)
    worker.stop()
    await commit(kafka, made, 0)
    await write(kafka.address, made.raw, [Raw(EVENT)])
    start()
    assert sources(await read_until(kafka.address, [made.enriched], 3)) == [0, 2, 4]
    assert sources(await read(kafka.address, made.dead_letter)) == [1, 3]


@pytest.mark.parametrize(
    ("before", "after"),
    [("at_least_once", "exactly_once"), ("exactly_once", "at_least_once")],
)
async def test_the_guarantee_may_be_changed_while_no_worker_runs(
    kafka: Kafka, made: Topics, start: Start, before: str, after: str
) -> None:
    raw = [Raw(EVENT), Raw(b"{bad"), Raw(EVENT)]
    for number, guarantee in enumerate((before, after), 1):
        await write(kafka.address, made.raw, raw)
        worker = start(PIPELINE_GUARANTEE=guarantee)
        await read_until(kafka.address, [made.enriched, made.dead_letter], 3 * number)
        assert worker.stop() == 0
    assert (await check_delivery(kafka.address, made)).faults == {}


async def test_an_offset_that_was_reset_skips_records_but_repeats_none(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await write(kafka.address, made.raw, [Raw(EVENT)] * 2)
    worker = start()
    await read_until(kafka.address, [made.enriched], 2)
    worker.stop()
    await write(kafka.address, made.raw, [Raw(EVENT)] * 8)
    await commit(kafka, made, 7)
    start()
    assert sources(await read_until(kafka.address, [made.enriched], 5)) == [0, 1, 7, 8, 9]


async def test_a_tail_behind_many_control_records_is_found(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await write(kafka.address, made.raw, [Raw(EVENT), Raw(b"{bad")])
    worker = start()
    await read_until(kafka.address, [made.enriched, made.dead_letter], 2)
    worker.stop()
    await fence(kafka, made, times=30)
    await commit(kafka, made, 0)
    await write(kafka.address, made.raw, [Raw(EVENT)])
    start()
    assert sources(await read_until(kafka.address, [made.enriched], 2)) == [0, 2]
    assert sources(await read(kafka.address, made.dead_letter)) == [1]


async def test_an_output_emptied_by_retention_goes_on_from_what_was_committed(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await write(kafka.address, made.raw, [Raw(EVENT)] * 3)
    worker = start()
    await read_until(kafka.address, [made.enriched], 3)
    worker.stop()
    await empty(kafka, made.enriched)
    await write(kafka.address, made.raw, [Raw(EVENT)])
    start()
    assert sources(await read_until(kafka.address, [made.enriched], 1)) == [3]


async def test_what_retention_takes_before_it_is_read_is_skipped(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start()
    await worker.reads(1)
    worker.send(signal.SIGSTOP)
    large = EVENT + b" " * 30_000  # some hundred are more than one fetch
    await write(kafka.address, made.raw, [Raw(large)] * 200)
    await empty(kafka, made.raw, until=150)
    worker.send(signal.SIGCONT)
    async with asyncio.timeout(READ_SECONDS):
        while await committed(kafka.address, made.group, made.raw) != {0: 200}:
            await asyncio.sleep(0.1)
    assert sources(await read(kafka.address, made.enriched))[-50:] == [*range(150, 200)]
    assert worker.stop() == 0


async def test_a_raw_topic_made_anew_is_read_from_its_beginning(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await write(kafka.address, made.raw, [Raw(EVENT), Raw(b"{bad"), Raw(EVENT)])
    worker = start()
    await read_until(kafka.address, [made.enriched, made.dead_letter], 3)
    worker.stop()
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.delete_topics([made.raw])
    await admin.close()
    await create(kafka.address, made.raw, partitions=1)
    anew = [Raw(EVENT, timestamp=1_790_000_000_001), Raw(b"{bad", timestamp=1_790_000_000_001)]
    await write(kafka.address, made.raw, anew)
    start()
    records = await read_until(kafka.address, [made.enriched, made.dead_letter], 5)
    assert sources(records) == [0, 2, 0, 1, 1]


async def test_a_committed_offset_beyond_the_end_starts_at_the_beginning_and_is_reset(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    await commit(kafka, made, 1_000)
    await write(kafka.address, made.raw, [Raw(EVENT)] * 2)
    worker = start()
    assert sources(await read_until(kafka.address, [made.enriched], 2)) == [0, 1]
    assert worker.stop() == 0
    assert await committed(kafka.address, made.group, made.raw) == {0: 2}


async def test_a_worker_whose_fence_is_lost_raises_it_again(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start()
    await worker.reads(1)
    await fence(kafka, made)
    await write(kafka.address, made.raw, [Raw(EVENT)] * 3)
    assert sources(await read_until(kafka.address, [made.enriched], 3)) == [0, 1, 2]
    assert worker.log.count("Fenced") == 1
    assert worker.stop() == 0


async def test_a_worker_that_is_fenced_again_and_again_gives_up(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start()
    await worker.reads(1)
    for times in range(1, 5):
        await fence(kafka, made)
        await write(kafka.address, made.raw, [Raw(EVENT)])
        await worker.logs("Fenced", times)
        if times < 4:
            await read_until(kafka.address, [made.enriched], times)
    assert await worker.ends() == 70


async def test_the_fence_is_renewed_while_records_flow(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start(PIPELINE_FENCE_REFRESH_SECONDS="1", PIPELINE_LOG_LEVEL="debug")
    await worker.reads(1)
    for count in range(1, 4):
        await worker.logs("The fences are renewed", count)
        await write(kafka.address, made.raw, [Raw(EVENT)])
        await read_until(kafka.address, [made.enriched], count)
    assert worker.stop() == 0
    assert (await check_delivery(kafka.address, made)).faults == {}


async def test_a_worker_that_the_brokers_have_forgotten_goes_on(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    old = [Raw(EVENT, timestamp=1_500_000_000_000), Raw(b"{bad", timestamp=1_500_000_000_000)]
    worker = start(PIPELINE_FENCE_REFRESH_SECONDS="1", PIPELINE_LOG_LEVEL="debug")
    await worker.reads(1)
    await write(kafka.address, made.raw, old)
    await read_until(kafka.address, [made.enriched, made.dead_letter], 2)
    await worker.logs("The fences are renewed", worker.log.count("The fences are renewed") + 2)
    await write(kafka.address, made.raw, old)
    records = await read_until(kafka.address, [made.enriched, made.dead_letter], 4)
    assert sources(records) == [0, 2, 1, 3]
    assert "forgotten the writer" in worker.log
    assert worker.stop() == 0


async def test_a_zombie_cannot_write_once_the_fence_is_raised(kafka: Kafka, made: Topics) -> None:
    async with connected_client(Settings(brokers=kafka.address)) as client:
        zombie = await fence_of(client, made.enriched, made.dead_letter, 0).raise_()
    await fence(kafka, made)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.address, enable_idempotence=True)
    producer._txn_manager.set_pid_and_epoch(*zombie)
    async with producer:
        for topic in (made.enriched, made.dead_letter):
            with pytest.raises(ProducerFenced):
                await producer.send_and_wait(topic, b"late", partition=0)


async def test_two_groups_on_one_output_fence_each_other(kafka: Kafka, made: Topics) -> None:
    settings = Settings(
        brokers=kafka.address, enriched_topic=made.enriched, dead_letter_topic=made.dead_letter
    )
    other = settings.model_copy(update={"group": "another"})
    tp = TopicPartition(settings.raw_topic, 0)
    first = await ExactlyOnce(settings)._fence([tp])
    second = await ExactlyOnce(other)._fence([tp])
    assert first[tp].producer_id == second[tp].producer_id
    assert first[tp].epoch < second[tp].epoch


async def test_a_fence_that_is_lost_does_not_keep_the_others_from_being_renewed(
    kafka: Kafka, topics: Topics
) -> None:
    await create(kafka.address, topics.enriched, topics.dead_letter, partitions=2)
    settings = Settings(
        brokers=kafka.address, enriched_topic=topics.enriched, dead_letter_topic=topics.dead_letter
    )
    lost, ours = TopicPartition("raw", 0), TopicPartition("raw", 1)
    epochs = await ExactlyOnce(settings)._fence([lost, ours])
    await ExactlyOnce(settings)._fence([lost])
    before = await read_ends(kafka, topics.enriched)
    await ExactlyOnce(settings).renew(epochs)
    async with asyncio.timeout(READ_SECONDS):  # the markers come a moment after the answer
        while (after := await read_ends(kafka, topics.enriched))[1] == before[1]:
            await asyncio.sleep(0.05)
    assert after[0] == before[0]


async def read_ends(kafka: Kafka, topic: str) -> dict[int, int]:
    async with observer(kafka.address) as consumer:
        return await end_offsets(consumer, topic)


async def test_one_worker_can_have_64_partitions(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter, partitions=64)
    raw = [each._replace(partition=n % 64) for n, each in enumerate(numbered(6_400))]
    await write(kafka.address, topics.raw, raw)
    begin, worker = monotonic(), start()
    await worker.reads(64)
    print(f"64 partitions are read after {monotonic() - begin:.1f} s")  # noqa: T201 - pytest -rP
    await read_until(kafka.address, [topics.enriched, topics.dead_letter], 6_400)
    process = psutil.Process(worker.process.pid)
    assert process.memory_info().rss < 300 * 2**20
    assert len(process.net_connections()) < 64
    worker.send(signal.SIGTERM)
    assert await worker.ends() == 0
    assert (await check_delivery(kafka.address, topics)).faults == {}


async def empty(kafka: Kafka, topic: str, until: int = -1) -> None:
    """Delete the records of partition 0, all or those before an offset, as retention does."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.address)
    await admin.start()
    await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(until)})
    await admin.close()


async def test_a_broker_without_transactions_is_refused_in_one_line(
    topics: Topics, tmp_path: Path
) -> None:
    with embedded_broker() as address:
        await create(address, topics.raw, topics.enriched, topics.dead_letter)
        worker = Worker(tmp_path / "worker.log", topics.environment(address))
        worker.start()
        assert await worker.ends() == 2
    (line,) = [line for line in worker.log.splitlines() if "PIPELINE_GUARANTEE" in line]
    assert "exactly_once needs a broker with transactions" in line
    assert "with at_least_once it works" in line
