import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.broker import embedded_broker
from tests.integration.grants import PRINCIPALS, Acl, grant_as_documented, granted
from tests.integration.kafka import Kafka, missing
from tests.integration.secured import Secured, secured_kafka
from tests.integration.topics import Topics
from tests.integration.worker import COMMAND, Start, Worker

_WITHOUT_KAFKA = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def broker(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the address of a real Kafka, or of the embedded broker where Kafka cannot run."""
    if _lacking(request.config):
        with embedded_broker() as address:
            yield address
    else:
        yield request.getfixturevalue("kafka").address


@pytest.fixture(scope="session")
def kafka(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kafka]:
    """Start a real Kafka for the whole session; whoever stops it starts it again."""
    if lacking := _lacking(request.config):
        pytest.skip(lacking)
    with Kafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def secured(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Secured]:
    """Start a Kafka that lets not everybody in, and nobody do everything."""
    if lacking := _lacking(request.config):
        pytest.skip(lacking)
    secured = secured_kafka(tmp_path_factory.mktemp("secured"), PRINCIPALS.values())
    with secured.kafka:
        yield secured


@pytest.fixture(scope="session")
def acls(secured: Secured) -> list[Acl]:
    """Grant what the documentation says, and give it as the broker has it."""
    grant_as_documented(secured.kafka)
    return asyncio.run(granted(secured.plain))


@pytest.fixture
def topics(request: pytest.FixtureRequest) -> Topics:
    """Name topics and a group of this test's own; `create` makes the topics."""
    return Topics.of(request.node.name)


@pytest.fixture
def start(kafka: Kafka, topics: Topics, tmp_path: Path) -> Iterator[Start]:
    """Start workers on the test's topics; whatever is left of them at the end is killed."""
    workers: list[Worker] = []

    def start(*options: str, **settings: str) -> Worker:
        environment = topics.environment(kafka.address) | settings
        log = tmp_path / f"worker-{len(workers)}.log"
        workers.append(Worker(log, environment, (*COMMAND, *options)))
        workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


def _lacking(config: pytest.Config) -> str | None:
    """Say what Kafka lacks here, remember it for the last line, and never accept it in CI."""
    lacking = missing()
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(f"CI must test on a real Kafka: {lacking}", pytrace=False)
    if lacking:
        config.stash[_WITHOUT_KAFKA] = lacking
    return lacking


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let nobody take a run without Kafka for a full one: this is the last line printed."""
    if lacking := config.stash.get(_WITHOUT_KAFKA, None):
        print(f"!!! NOT TESTED ON A REAL KAFKA: {lacking}. Install Java 17 and Maven. !!!")  # noqa: T201
