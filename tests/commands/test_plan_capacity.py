import math

import pytest

from pipeline.commands import plan_capacity
from pipeline.commands.plan_capacity import Plan, plan


@pytest.fixture(autouse=True)
def _round_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 µs an event, so 10,000 events a second on a core, and 6,000 in the ordinary hour."""
    monkeypatch.setattr(plan_capacity, "CPU_MICROSECONDS", 100.0)


@pytest.mark.parametrize(
    ("given", "needed", "workers", "busiest"),
    [
        pytest.param((1, 1200, 1), 1, 1, 0.0001, id="next to nothing"),
        pytest.param((6000, 1200, 1), 1, 1, 0.6, id="as much as one worker takes"),
        pytest.param((6001, 1200, 4), 2, 2, 0.30005, id="a little more"),
        pytest.param((6000, 600, 1), 1, 1, 0.6, id="short events cost the same"),
        pytest.param((6000, 2400, 4), 2, 2, 0.6, id="long events cost more"),
        pytest.param((12_000, 1200, 3), 2, 3, 0.4, id="three partitions for two are uneven"),
        pytest.param((20_000, 1200, 12), 4, 4, 0.5, id="evenly shared"),
        pytest.param((20_000, 1200, 2), 4, 2, 1.0, id="too few partitions"),
    ],
)
def test_workers_and_partitions(
    given: tuple[float, float, int], needed: int, workers: int, busiest: float
) -> None:
    found = plan(*given)
    assert (found.partitions_needed, found.workers) == (needed, workers)
    assert found.busiest == pytest.approx(busiest)
    assert found.enough == (given[-1] >= needed)


def test_without_partitions_there_is_room_for_twice_the_workers() -> None:
    found = plan(20_000, 1200)
    assert (found.workers, found.partitions) == (4, 8)


def test_cores_and_memory() -> None:
    found = plan(20_000, 1200, 12)
    assert found.cores == pytest.approx(2)
    assert found.memory_mb == 4 * plan_capacity.WORKER_MEMORY_MB


def test_network() -> None:
    found = plan(1000, 1000, 4)
    assert (found.bytes_in, found.bytes_out) == (1e6, 1.25e6)


@pytest.mark.parametrize(
    ("rate", "partitions", "capacity", "catch_up"),
    [
        pytest.param(5000, 1, 10_000, 600, id="as long as it lasted, with half to spare"),
        pytest.param(12_000, 12, 20_000, 900, id="two workers"),
        pytest.param(10_000, 1, 10_000, math.inf, id="nothing to spare"),
        pytest.param(20_000, 1, 10_000, math.inf, id="less than comes"),
    ],
)
def test_after_an_outage_of_ten_minutes(
    rate: float, partitions: int, capacity: float, catch_up: float
) -> None:
    found = plan(rate, 1200, partitions, 600)
    assert found.capacity == pytest.approx(capacity)
    assert found.catch_up_seconds == pytest.approx(catch_up)


def test_what_waits_after_a_rebalance_and_after_a_kill() -> None:
    found: Plan = plan(10_000, 1200, 4)
    assert found.workers == 2
    assert found.rebalance_lag == pytest.approx(6_000)
    assert found.killed_lag == pytest.approx(53_000), "one of two workers had half of it"
