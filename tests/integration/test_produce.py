import gzip
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.broker import embedded_broker, free_port
from tests.commands.support import invoke, invoke_beside, start
from tests.integration.kafka import Kafka
from tests.integration.records import read
from tests.integration.topics import Topics


@pytest.fixture
async def environment(broker: str, topics: Topics) -> Mapping[str, str]:
    """Return the settings of a command; its topics exist."""
    environment = topics.environment(broker)
    created = await invoke_beside("topics", "create", settings=environment)
    assert created.exit_code == 0, created.output
    return environment


async def test_lines_become_records_byte_for_byte(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    lines = [
        b'{"userId": "u1",  "name": "a"}',
        b'{"anonymousId":"a1","n":1e300}',
        b"not JSON \xff\x00",
        b"{}\r",
    ]
    given = lines[0] + b"\n\n \t\n" + lines[1] + b"\r\n" + b"\n".join(lines[2:])
    done = await invoke_beside("produce", given=given, settings=environment)
    assert done.exit_code == 0
    assert done.stderr.startswith(f"4 events delivered to {topics.raw} (")
    records = await read(broker, topics.raw)
    assert {(record.key, record.value) for record in records} == {
        (b"u1", lines[0]),
        (b"a1", lines[1]),
        (None, lines[2]),
        (None, lines[3]),
    }


async def test_events_of_a_user_stay_in_order(
    broker: str, topics: Topics, environment: Mapping[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "events.jsonl.gz"
    lines = [b'{"userId":"%d","n":%d}' % (n % 10, n) for n in range(5000)]
    file.write_bytes(gzip.compress(b"\n".join(lines)))
    done = await invoke_beside("produce", str(file), settings=environment)
    assert done.stderr.startswith("5000 events delivered")
    records = await read(broker, topics.raw)
    for user in range(10):
        own = [record for record in records if record.key == b"%d" % user]
        assert [record.value for record in own] == lines[user::10]
        assert len({record.partition for record in own}) == 1


async def test_users_go_where_other_producers_send_them(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    """Hashes of Kafka's own test of its partitioner (UtilsTest.testMurmur2)."""
    hashes = {
        b"21": -973932308,
        b"foobar": -790332482,
        b"a-little-bit-long-string": -985981536,
        b"a-little-bit-longer-string": -1486304829,
        b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
        b"abc": 479470107,
    }
    given = b"\n".join(b'{"userId":"%s"}' % user for user in hashes)
    await invoke_beside("produce", given=given, settings=environment)
    records = await read(broker, topics.raw)
    assert {record.key: record.partition for record in records} == {
        user: (found & 0x7FFF_FFFF) % 4 for user, found in hashes.items()
    }


async def test_lines_are_delivered_as_they_come(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    async with _reader(broker, topics.raw) as consumer:
        with start("produce", settings=environment) as process:
            assert process.stdin is not None
            for line in (b'{"userId":"a"}', b'{"userId":"b"}'):
                process.stdin.write(line + b"\n")
                process.stdin.flush()
                assert (await consumer.getone()).value == line
            process.stdin.close()
            assert process.wait() == 0


@pytest.mark.parametrize(
    ("stop", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
async def test_told_to_stop(
    stop: signal.Signals,
    exit_code: int,
    broker: str,
    topics: Topics,
    environment: Mapping[str, str],
) -> None:
    async with _reader(broker, topics.raw) as consumer:
        with start("produce", settings=environment) as process:
            assert process.stdin is not None
            process.stdin.write(b"{}\n")
            process.stdin.flush()
            await consumer.getone()
            process.send_signal(stop)
            assert process.stderr is not None
            assert process.stderr.read() == b""
            assert process.wait() == exit_code


async def test_a_record_that_is_refused_for_good(kafka: Kafka, topics: Topics) -> None:
    environment = topics.environment(kafka.address)
    await invoke_beside("topics", "create", settings=environment)
    too_large = b"x" * 2_000_000
    done = await invoke_beside("produce", given=b"{}\n" * 3 + too_large, settings=environment)
    assert done.exit_code == 70
    assert done.stderr.startswith(f"page-pipeline: {topics.raw}: 1 records of partition ")
    assert ", from line 4, cannot be delivered: larger than the topic's max" in done.stderr
    assert done.stderr.count("\n") == 1


async def test_a_topic_that_does_not_exist(broker: str, topics: Topics) -> None:
    done = await invoke_beside("produce", settings=topics.environment(broker))
    told = f"page-pipeline: {topics.raw} does not exist: page-pipeline topics create\n"
    assert (done.exit_code, done.stderr) == (1, told)


@pytest.mark.parametrize(
    "command", [("produce",), ("tail", "raw"), ("topics", "check"), ("dead-letters", "replay")]
)
def test_no_broker(command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    brokers = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("PIPELINE_BROKERS", brokers)
    done = invoke(*command, "--timeout", "0.1")
    assert done.exit_code == 69
    assert done.stderr == (
        f"page-pipeline: no broker could be reached within 0.1 s: {brokers}: Connection refused\n"
    )


async def test_a_broker_that_no_longer_answers(kafka: Kafka, topics: Topics) -> None:
    environment = topics.environment(kafka.address)
    await invoke_beside("topics", "create", settings=environment)
    async with _reader(kafka.address, topics.raw) as consumer:
        with start("produce", "--timeout", "2", settings=environment) as process:
            assert process.stdin is not None
            assert process.stderr is not None
            process.stdin.write(b"{}\n")
            process.stdin.flush()
            await consumer.getone()
            kafka.freeze()
            try:
                process.stdin.write(b"{}\n")
                process.stdin.close()
                told = process.stderr.read()
                assert process.wait() == 69
            finally:
                kafka.thaw()
    assert told.startswith(b"page-pipeline: no broker took anything for 2 s (")
    assert told.count(b"\n") == 1


async def test_the_embedded_broker_grants_no_producer_ids(topics: Topics) -> None:
    with embedded_broker() as brokers:
        environment = topics.environment(brokers)
        await invoke_beside("topics", "create", settings=environment)
        done = await invoke_beside("produce", given=b"{}\n" * 1000, settings=environment)
        assert done.stderr.startswith("1000 events delivered")
        assert len(await read(brokers, topics.raw)) == 1000


def _reader(brokers: str, topic: str) -> AIOKafkaConsumer:
    consumer = AIOKafkaConsumer(bootstrap_servers=brokers, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, partition) for partition in range(4)])
    return consumer
