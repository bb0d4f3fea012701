import asyncio
import json
import os
import pty
import signal
import subprocess
from collections.abc import Mapping
from typing import Any

import pytest

from tests.commands.support import COMMAND, invoke_beside, start
from tests.integration.kafka import Kafka
from tests.integration.records import Raw, write
from tests.integration.topics import Topics, add_partitions


@pytest.fixture
async def environment(broker: str, topics: Topics) -> Mapping[str, str]:
    """Return the settings of a command; its topics exist."""
    environment = topics.environment(broker)
    created = await invoke_beside("topics", "create", settings=environment)
    assert created.exit_code == 0, created.output
    return environment


async def tail(which: str, environment: Mapping[str, str], limit: int) -> list[dict[str, Any]]:
    options = ("--from-beginning", "--limit", str(limit))
    done = await invoke_beside("tail", which, *options, settings=environment)
    assert done.exit_code == 0
    return [json.loads(line) for line in done.stdout.splitlines()]


async def started(process: subprocess.Popen[bytes]) -> None:
    """Wait until a tail has found its place."""
    assert process.stderr is not None
    line = await asyncio.to_thread(process.stderr.readline)
    assert line.startswith(b"following ")


@pytest.mark.parametrize("which", ["raw", "enriched", "dead-letter"])
async def test_each_of_the_topics(
    which: str, broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    name = getattr(topics, which.replace("-", "_"))
    headers = (("error-code", b"missing_name"), ("raw", b"\xff"), ("null", None))
    await write(broker, name, [Raw(b'{"n": 1}', 2, b"u", 1_795_413_600_000, headers)])
    assert await tail(which, environment, 1) == [
        {
            "topic": name,
            "partition": 2,
            "offset": 0,
            "timestamp": 1_795_413_600_000,
            "key": "u",
            "headers": [["error-code", "missing_name"], ["raw", "\\xff"], ["null", None]],
            "value": {"n": 1},
        }
    ]


async def test_from_the_beginning_up_to_a_limit(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    await write(broker, topics.raw, [Raw(b"%d" % n) for n in range(100)])
    found = await tail("raw", environment, 30)
    assert [record["value"] for record in found] == list(range(30))


async def test_new_records_only_each_as_it_comes(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    await write(broker, topics.raw, [Raw(b"1")])
    with start("tail", "raw", "--limit", "2", settings=environment) as process:
        await started(process)
        assert process.stdout is not None
        for value in (2, 3):
            await write(broker, topics.raw, [Raw(b"%d" % value, partition=value)])
            line = await asyncio.to_thread(process.stdout.readline)
            assert json.loads(line)["value"] == value
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("stop", "exit_code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
async def test_told_to_stop(
    stop: signal.Signals, exit_code: int, environment: Mapping[str, str]
) -> None:
    with start("tail", "raw", settings=environment) as process:
        await started(process)
        process.send_signal(stop)
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == exit_code


async def test_a_closed_pipe_is_quiet(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    with start("tail", "raw", settings=environment) as process:
        await started(process)
        assert process.stdout is not None
        process.stdout.close()
        await write(broker, topics.raw, [Raw(b"1")])
        assert process.stderr is not None
        assert await asyncio.to_thread(process.stderr.read) == b""
    assert process.returncode == 0


async def test_pretty_on_a_terminal(
    broker: str, topics: Topics, environment: Mapping[str, str]
) -> None:
    await write(broker, topics.raw, [Raw(b'{"name":"\xc2\x9b31mHome"}')])
    master, terminal = pty.openpty()
    command = [*COMMAND, "tail", "raw", "--from-beginning", "--limit", "1"]
    done = subprocess.run(  # noqa: ASYNC221 - nothing else is to be done meanwhile
        command,
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **environment, "NO_COLOR": "1", "TERM": "dumb"},
        check=True,
    )
    os.close(terminal)
    shown = os.read(master, 10_000).decode().splitlines()
    os.close(master)
    assert done.returncode == 0
    assert shown[0].startswith(f"{topics.raw} 0 @ 0  2026-")
    assert '    "name": "\\u009b31mHome"' in shown


async def test_a_topic_that_does_not_exist(broker: str, topics: Topics) -> None:
    done = await invoke_beside("tail", "enriched", settings=topics.environment(broker))
    told = f"page-pipeline: {topics.enriched} does not exist: page-pipeline topics create\n"
    assert (done.exit_code, done.stderr) == (1, told)


async def test_partitions_that_are_added_later(
    kafka: Kafka, topics: Topics, environment: Mapping[str, str]
) -> None:
    options = ("--limit", "2", "--timeout", "0.5")
    with start("tail", "raw", *options, settings=environment) as process:
        await started(process)
        await write(kafka.address, topics.raw, [Raw(b"1", 3)])
        await add_partitions(kafka.address, topics.raw, 5)
        await write(kafka.address, topics.raw, [Raw(b"2", 4)])
        assert process.stdout is not None
        lines = (await asyncio.to_thread(process.stdout.read)).splitlines()
    assert [json.loads(line)["value"] for line in lines] == [1, 2]
    assert process.returncode == 0


async def test_a_broker_that_no_longer_answers(kafka: Kafka, topics: Topics) -> None:
    environment = topics.environment(kafka.address)
    await invoke_beside("topics", "create", settings=environment)
    with start("tail", "raw", "--timeout", "1", settings=environment) as process:
        await started(process)
        kafka.freeze()
        try:
            assert process.stderr is not None
            told = await asyncio.to_thread(process.stderr.read)
        finally:
            kafka.thaw()
    assert process.returncode == 69
    assert told == b"page-pipeline: no broker could be reached within 1 s: no answer\n"
