import pytest

from pipeline.observe.health import (
    Reading,
    State,
    Verdict,
    Wait,
    health,
    readiness,
    waiting,
)

READS = State(
    answering=True,
    restored=True,
    readings={0: Reading(5, 5, 5), 2: Reading(5, 9, 9)},
    waits={},
    commit_age=0.0,
    rebalances=1,
    fenced=0,
)


@pytest.mark.parametrize(
    ("before", "reading", "seconds", "wait"),
    [
        ({}, Reading(5, 9, 9), 1.0, Wait(5, 0.0)),
        ({0: Wait(5, 3.0)}, Reading(5, 9, 9), 1.0, Wait(5, 4.0)),
        ({0: Wait(5, 3.0)}, Reading(6, 9, 9), 1.0, Wait(6, 0.0)),
        ({0: Wait(5, 3.0)}, Reading(5, 9, 9), 0.0, Wait(5, 3.0)),
        ({0: Wait(5, 3.0)}, Reading(5, 5, 5), 1.0, Wait(5, 0.0)),
        ({0: Wait(5, 3.0)}, Reading(5, 5, 9), 1.0, Wait(5, 0.0)),
        ({0: Wait(5, 3.0)}, Reading(5, None, None), 1.0, Wait(5, 0.0)),
        ({0: Wait(9, 3.0)}, Reading(5, 9, 9), 1.0, Wait(5, 0.0)),
    ],
    ids=[
        "a partition that is new waits from now on",
        "one that stands waits on",
        "one that has moved begins anew",
        "time without a broker does not count, and forgives nothing",
        "without lag nothing is waited for",
        "behind an open transaction there is nothing to read",
        "what was not fetched yet is no lag",
        "a raw topic that was made anew begins anew",
    ],
)
def test_how_long_a_partition_waits(
    before: dict[int, Wait], reading: Reading, seconds: float, wait: Wait
) -> None:
    assert waiting(before, {0: reading}, seconds) == {0: wait}


def test_a_partition_that_was_revoked_waits_no_more() -> None:
    assert waiting({0: Wait(5, 100.0)}, {}, 1.0) == {}


@pytest.mark.parametrize(
    ("waits", "reason"),
    [
        (None, None),
        ({}, None),
        ({0: Wait(5, 119.9)}, None),
        ({0: Wait(5, 120.0)}, "partition 0: lag, and no acknowledged chunk for 120 s"),
        (
            {3: Wait(5, 150.0), 1: Wait(8, 130.0), 2: Wait(1, 2.0)},
            "partitions 1, 3: lag, and no acknowledged chunk for 150 s",
        ),
    ],
    ids=["no broker yet", "no partition", "not long enough", "one stalled", "two of three stalled"],
)
def test_a_worker_is_healthy_unless_a_partition_is_stalled(
    waits: dict[int, Wait] | None, reason: str | None
) -> None:
    state = None if waits is None else READS._replace(waits=waits)
    verdict = health(state, 120)
    assert verdict.ok is (reason is None)
    assert verdict.reason == (reason or "every partition with lag makes progress")


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        (None, Verdict(ok=False, reason="no broker has answered yet")),
        (READS._replace(answering=False), Verdict(ok=False, reason="no broker answers")),
        (
            READS._replace(restored=False),
            Verdict(ok=False, reason="no partitions are assigned and positioned yet"),
        ),
        (READS, Verdict(ok=True, reason="reading partitions 0, 2")),
        (
            READS._replace(readings={}),
            Verdict(ok=True, reason="an idle spare: the other workers have all partitions"),
        ),
    ],
    ids=["starting", "broker away", "rebalancing", "reading", "idle spare"],
)
def test_when_a_worker_is_ready(state: State | None, verdict: Verdict) -> None:
    assert readiness(state) == verdict


@pytest.mark.parametrize(
    ("reading", "lag"),
    [
        (Reading(5, 9, 12), 7),
        (Reading(5, 5, 5), 0),
        (Reading(9, 5, 5), 0),
        (Reading(5, None, None), None),
    ],
)
def test_lag_is_what_is_not_acknowledged(reading: Reading, lag: int | None) -> None:
    assert reading.lag == lag
