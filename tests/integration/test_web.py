"""A real worker's web server on a real Kafka: health, readiness, and where it listens."""

import asyncio
import signal
import socket
import time

import pytest

from pipeline.broker import free_port
from tests.integration.events import numbered
from tests.integration.kafka import Kafka
from tests.integration.records import read_until, write
from tests.integration.topics import Topics, create, delete
from tests.integration.web import address, answers, get
from tests.integration.worker import Start

#: Pages of Faust's own server.
FAUST_PAGES = ("/", "/table/", "/router/", "/graph/", "/stats/", "/performance/")


@pytest.fixture
async def made(kafka: Kafka, topics: Topics) -> Topics:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter)
    return topics


async def test_a_worker_that_cannot_write_is_not_healthy_until_it_can(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start(PIPELINE_STALL_SECONDS="2")
    await answers(worker, "/readyz", 200, "reading partitions 0, 1, 2, 3")
    await answers(worker, "/healthz", 200)
    await delete(kafka.address, made.enriched)
    await write(kafka.address, made.raw, numbered(200))
    await answers(worker, "/healthz", 503, "partition")
    assert (await get(worker, "/readyz")).status == 200
    kafka.freeze()  # its connections stay open
    try:
        await answers(worker, "/readyz", 503, "no broker answers")
    finally:
        kafka.thaw()
    await create(kafka.address, made.enriched)
    await answers(worker, "/healthz", 200)
    await read_until(kafka.address, [made.enriched, made.dead_letter], 200)
    assert worker.stop() == 0


async def test_a_broker_that_is_away_makes_a_worker_unready_but_not_unhealthy(
    kafka: Kafka, made: Topics, start: Start
) -> None:
    worker = start(PIPELINE_STALL_SECONDS="1")
    await answers(worker, "/readyz", 200)
    await write(kafka.address, made.raw, numbered(20_000))  # some are under way when it ends
    kafka.kill()
    try:
        await answers(worker, "/readyz", 503, "no broker answers")
        until = time.monotonic() + 4
        while time.monotonic() < until:  # longer than a stall may take
            assert (await get(worker, "/healthz")).status == 200
            await asyncio.sleep(0.2)
        second = start(PIPELINE_STALL_SECONDS="1")
        await answers(second, "/readyz", 503, "no broker has answered yet")
        assert (await get(second, "/healthz")).status == 200
        assert second.stop() == 0
    finally:
        kafka.start()
    await answers(worker, "/readyz", 200)
    await answers(worker, "/healthz", 200)


@pytest.mark.usefixtures("made")
async def test_a_worker_with_nothing_to_do_is_ready_again_when_the_broker_is_back(
    kafka: Kafka, start: Start
) -> None:
    worker = start()
    await answers(worker, "/readyz", 200)
    kafka.kill()
    try:
        await answers(worker, "/readyz", 503, "no broker answers")
    finally:
        kafka.start()
    await answers(worker, "/readyz", 200)
    assert "The broker answers again" in worker.log


@pytest.mark.usefixtures("made")
async def test_a_worker_is_not_ready_until_the_group_has_given_it_partitions(start: Start) -> None:
    frozen = start()
    await answers(frozen, "/readyz", 200)
    frozen.send(signal.SIGSTOP)  # the group waits for it
    second = start()
    await answers(second, "/readyz", 503, "no partitions are assigned")
    frozen.send(signal.SIGCONT)
    for worker in (frozen, second):
        await answers(worker, "/readyz", 200, "reading partitions")


async def test_a_worker_without_a_partition_is_a_ready_spare(
    kafka: Kafka, topics: Topics, start: Start
) -> None:
    await create(kafka.address, topics.raw, topics.enriched, topics.dead_letter, partitions=1)
    workers = [start(), start()]
    async with asyncio.timeout(20):
        while sorted([(await get(worker, "/readyz")).json["reason"] for worker in workers]) != [
            "an idle spare: the other workers have all partitions",
            "reading partition 0",
        ]:
            await asyncio.sleep(0.1)
    assert any("the other workers have them all" in worker.log for worker in workers)


async def test_a_port_that_is_in_use_ends_the_worker_with_one_line(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        worker = start(PIPELINE_WEB_PORT=str(port))
        assert await worker.ends() == 2
    (line,) = worker.log.splitlines()
    assert f"PIPELINE_WEB_PORT: 127.0.0.1:{port} is in use" in line


@pytest.mark.usefixtures("made")
async def test_only_our_pages_are_served_where_the_option_says(start: Start) -> None:
    port = free_port()
    worker = start("--web-port", str(port), PIPELINE_WEB_PORT="1")
    assert await address(worker) == f"http://127.0.0.1:{port}"
    assert [(await get(worker, path)).status for path in FAUST_PAGES] == [404] * len(FAUST_PAGES)
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\n")  # and never the rest of it
        assert worker.stop() == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
