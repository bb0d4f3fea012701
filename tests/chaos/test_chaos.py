"""Nothing lost, nothing twice, whatever dies. `make chaos` runs all, CI what is marked `short`."""

import signal
import sys
from collections.abc import Awaitable, Callable

import pytest

from pipeline.broker import free_port
from tests.chaos import faults
from tests.chaos.cluster import Cluster
from tests.chaos.conftest import Run
from tests.chaos.proxy import Proxy
from tests.chaos.run import Chaos, Outcome
from tests.integration.kafka import Kafka

Report = Callable[[Outcome], None]
pytestmark = pytest.mark.chaos
short = pytest.mark.short

TEN_DAYS = 10 * 24 * 3600.0


def assert_exactly_once(outcome: Outcome) -> None:
    assert outcome.delivery.faults == {}
    assert outcome.all_committed
    assert set(outcome.deaths) <= {0, -signal.SIGKILL}
    assert set(outcome.exit_codes) == {0}


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.stop_workers, id="SIGTERM", marks=short),
        pytest.param(faults.kill_workers, id="SIGKILL", marks=short),
        pytest.param(faults.kill_one_of_two, id="SIGKILL-one-of-two"),
        pytest.param(faults.scale, id="1-3-1-workers"),
        pytest.param(faults.storm, id="rebalances-without-end"),
        pytest.param(faults.rolling_restart, id="rolling-restart"),
        pytest.param(faults.freeze_worker, id="SIGSTOP-beyond-the-session", marks=short),
    ],
)
async def test_workers_that_die_lose_and_double_nothing(
    brokers: str, run: Run, report: Report, fault: Callable[[Chaos], Awaitable[None]]
) -> None:
    async with run(brokers) as chaos:
        async with chaos.load():
            await fault(chaos)
        report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.stop_broker, id="stopped-15-s"),
        pytest.param(faults.kill_broker, id="killed", marks=short),
        pytest.param(faults.freeze_broker, id="frozen-12-s"),
        pytest.param(faults.start_without_broker, id="away-at-the-start"),
    ],
)
async def test_a_broker_that_goes_away_costs_nothing(
    kafka: Kafka, run: Run, report: Report, fault: Callable[[Chaos, Kafka], Awaitable[None]]
) -> None:
    async with run(kafka.address) as chaos:
        async with chaos.load():
            await fault(chaos, kafka)
        report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(faults.kill_leader, id="leader-killed"),
        pytest.param(faults.below_min_insync, id="below-min-insync-20-s"),
    ],
)
async def test_a_cluster_that_loses_brokers_costs_nothing(
    cluster: Cluster, run: Run, report: Report, fault: Callable[[Chaos, Cluster], Awaitable[None]]
) -> None:
    async with run(cluster.address) as chaos:
        async with chaos.load():
            await fault(chaos, cluster)
        report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)


async def test_a_backlog_costs_nothing_where_brokers_remember_producers_for_longer_than_its_age(
    tmp_path_factory: pytest.TempPathFactory, run: Run, report: Report
) -> None:
    """As the page says: by default they forget within a day, by the timestamps of the events."""
    settings = {"producer.id.expiration.ms": str(2**31 - 1)}
    with Kafka(tmp_path_factory.mktemp("backlog"), settings) as kafka:
        async with run(kafka.address) as chaos:
            async with chaos.load(age=TEN_DAYS):
                await faults.freeze_worker(chaos)
            report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)


async def test_a_worker_that_is_cut_off_writes_nothing_when_it_is_back(
    tmp_path_factory: pytest.TempPathFactory, run: Run, report: Report
) -> None:
    inside, outside = free_port(), free_port()
    settings = {
        "listeners": "PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}"
        f",PROXIED://127.0.0.1:{inside}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{{port}},PROXIED://127.0.0.1:{outside}",
        "listener.security.protocol.map": (
            "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT"
        ),
        "inter.broker.listener.name": "PLAINTEXT",
    }
    with Kafka(tmp_path_factory.mktemp("proxied"), settings) as kafka:
        async with Proxy(outside, inside) as proxy, run(kafka.address) as chaos:
            async with chaos.load():
                await faults.cut_off_worker(chaos, proxy)
            report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)


@pytest.mark.parametrize("kind", ["auto_commit", "acknowledge_early"])
@short
async def test_the_suite_finds_out_a_worker_that_loses_records(
    brokers: str, run: Run, report: Report, kind: str
) -> None:
    async with run(brokers) as chaos:
        async with chaos.load():
            await faults.kill_workers(chaos, sys.executable, "-m", "tests.chaos.bad_worker", kind)
        report(outcome := await chaos.reckon())
    assert outcome.delivery.lost > 0
