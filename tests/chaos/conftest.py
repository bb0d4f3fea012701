import os
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.chaos.cluster import Cluster
from tests.chaos.run import Chaos, Outcome
from tests.integration.kafka import VERSION, Kafka
from tests.integration.topics import Topics

#: A running cluster to prove the guarantee on, instead of brokers of the suite's own.
BROKERS = os.environ.get("BROKERS")

VERSIONS = os.environ.get("KAFKA_VERSIONS", VERSION).split()

Run = Callable[..., AbstractAsyncContextManager[Chaos]]


@pytest.fixture(scope="session", params=[BROKERS] if BROKERS else VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Name the Kafka that a test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def kafka(version: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Start a Kafka of the suite's own, of each version that KAFKA_VERSIONS names."""
    if BROKERS:
        pytest.skip(f"needs control of the broker, and BROKERS is {BROKERS}")
    with Kafka(tmp_path_factory.mktemp("chaos"), version=version) as broker:
        yield broker


@pytest.fixture
def brokers(request: pytest.FixtureRequest, version: str) -> str:  # noqa: ARG001 - its parameter
    """Give the brokers to work with: those that BROKERS names, else the suite's own."""
    return BROKERS or str(request.getfixturevalue("kafka").address)


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[Cluster]:
    """Start three brokers."""
    cluster = Cluster(tmp_path)
    try:
        await cluster.start()
        yield cluster
    finally:
        cluster.kill()


@pytest.fixture
def seed() -> int:
    """Choose what happens when; CHAOS_SEED repeats a run."""
    return int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))


@pytest.fixture
def run(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> Run:
    """Make a run against some brokers, with topics of its own."""

    @asynccontextmanager
    async def run(brokers: str, **settings: str) -> AsyncIterator[Chaos]:
        topics = Topics.of(request.node.name)
        chaos = Chaos(brokers, topics, tmp_path, seed, settings)
        await chaos.create_topics()
        try:
            yield chaos
        finally:
            chaos.kill()

    return run


@pytest.fixture
def report(request: pytest.FixtureRequest, seed: int) -> Callable[[Outcome], None]:
    """Print an outcome, whatever pytest captures."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    assert capture is not None

    def report(outcome: Outcome) -> None:
        with capture.global_and_fixture_disabled():
            print(f"\n{request.node.name}, seed {seed}: {outcome}")  # noqa: T201

    return report
