import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError

from pipeline.stream import consumer
from pipeline.stream.consumer import ChunkedConsumer
from pipeline.stream.group_errors import Refusals
from pipeline.stream.rebalance_listener import RebalanceListener

Ended = asyncio.Future[None]


class FakeConsumer:
    """What `ChunkedConsumer` is to the group, and what is reported of it."""

    def __init__(self, coordination: Ended, fetching: Ended) -> None:
        coordinator = SimpleNamespace(
            _coordination_task=coordination, check_errors=self.check_errors
        )
        fetcher = SimpleNamespace(error_future=fetching)
        self.kafka = SimpleNamespace(_coordinator=coordinator, _fetcher=fetcher)
        self.error: KafkaError | None = None
        self.failed: list[Exception] = []
        self.reported: list[KafkaError] = []
        self.fail = self.failed.append
        self._refusals = SimpleNamespace(report=self.reported.append)

    def check_errors(self) -> None:
        if self.error:
            raise self.error


def checked(consumer: FakeConsumer) -> FakeConsumer:
    check: Any = ChunkedConsumer._check_group
    check(consumer)
    return consumer


def running() -> Ended:
    return asyncio.get_running_loop().create_future()


def failed(error: Exception) -> Ended:
    future = running()
    future.set_exception(error)
    return future


async def test_what_the_group_refuses_is_reported_and_tried_again() -> None:
    consumer = FakeConsumer(running(), running())
    consumer.error = GroupAuthorizationFailedError()
    checked(consumer)
    assert consumer.reported == [consumer.error]
    assert consumer.failed == []


@pytest.mark.parametrize("part", ["coordination", "fetching"])
async def test_a_worker_that_would_read_nothing_any_more_ends(part: str) -> None:
    bug = KafkaError("Unexpected error")
    tasks = {"coordination": running(), "fetching": running()} | {part: failed(bug)}
    assert checked(FakeConsumer(**tasks)).failed == [bug]


async def test_a_client_that_has_been_stopped_is_no_failure() -> None:
    stopped, cancelled = running(), running()
    stopped.set_result(None)
    cancelled.cancel()
    consumer = checked(FakeConsumer(stopped, cancelled))
    assert consumer.failed == consumer.reported == []


@pytest.mark.parametrize("moment", ["on_partitions_revoked", "on_partitions_assigned"])
async def test_a_bug_in_a_rebalance_ends_the_worker(moment: str) -> None:
    bug = ZeroDivisionError()

    async def fail(*_: Any) -> None:
        raise bug

    consumer: Any = FakeConsumer(running(), running())
    consumer.kafka._coordinator.generation = 1
    consumer.app = SimpleNamespace(on_rebalance_start=lambda: None)
    consumer.on_partitions_revoked = consumer.on_partitions_assigned = fail
    with pytest.raises(ZeroDivisionError):
        await getattr(RebalanceListener(consumer), moment)([])
    assert consumer.failed == [bug]


async def test_what_is_refused_again_after_an_opening_is_an_error_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(consumer, "RETRY_SECONDS", 0)
    refusals = [GroupAuthorizationFailedError(), GroupAuthorizationFailedError(), None] * 2

    async def refuse_twice(_: Any) -> None:
        if refusal := refusals.pop(0):
            raise refusal

    kafka = SimpleNamespace(_fetcher=SimpleNamespace(), assignment=lambda: [0])
    worker: Any = SimpleNamespace(
        kafka=kafka,
        _assignment=SimpleNamespace(open=refuse_twice),
        _refusals=Refusals(),
        _opened=asyncio.Event(),
    )
    for _ in range(2):
        await ChunkedConsumer._open(worker)
    assert [line.levelname for line in caplog.records].count("ERROR") == 2
