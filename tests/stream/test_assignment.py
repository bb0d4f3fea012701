import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    KafkaConnectionError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
    TopicAuthorizationFailedError,
)

from pipeline.settings import Settings
from pipeline.stream import assignment, opener
from pipeline.stream.assignment import REFENCES, Assignment
from pipeline.stream.guarantee import Guarantee, Opening
from pipeline.stream.outlet import DeliveryFailed
from pipeline.stream.resume import Position

TP = TopicPartition("raw", 0)
NO_WATCH: Any = None


class FakeWriter:
    """Fails when a test says so."""

    def __init__(self, *_: Any, on_failure: Any, **__: Any) -> None:
        self.on_failure = on_failure
        self.closed = False

    async def close(self) -> None:
        self.closed = True


class FakeKafka:
    """The member of the group: what it is assigned."""

    def __init__(self) -> None:
        self.assigned = {TP}

    def assignment(self) -> set[TopicPartition]:
        return self.assigned

    def seek(self, tp: TopicPartition, offset: int) -> None:
        """Every partition is positioned."""


class FakeGuarantee:
    """Opens partitions; `failures` are raised first, and `opened` counts."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self.opened = 0

    async def prepare(
        self, _kafka: Any, assigned: Sequence[TopicPartition]
    ) -> Mapping[TopicPartition, Opening]:
        if self.failures:
            raise self.failures.pop(0)
        self.opened += 1
        return {tp: Opening(Position(0, -1), None) for tp in assigned}

    async def renew(self, _epochs: Any) -> None:
        """Nobody forgets."""


class Opened:
    """An assignment with one open partition."""

    def __init__(self) -> None:
        self.kafka: Any = FakeKafka()
        self.guarantee = FakeGuarantee()
        self.failures: list[Exception] = []
        self.writers: list[FakeWriter] = []
        self.producers: list[str] = []
        self.assignment = Assignment(
            Settings(),
            cast("Guarantee", self.guarantee),
            NO_WATCH,
            on_room=lambda: None,
            on_failure=self.failures.append,
        )

    def new_writer(self, *arguments: Any, **options: Any) -> FakeWriter:
        self.writers.append(FakeWriter(*arguments, **options))
        return self.writers[-1]

    async def start_producer(self, *_: Any) -> object:
        self.producers.append("started")
        return object()

    async def stop_producer(self, _: object) -> None:
        self.producers.append("stopped")

    async def refenced(self) -> None:
        while self.assignment._refences:
            await asyncio.wait(self.assignment._refences)


@pytest.fixture
async def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    async def nothing(*_: Any) -> None: ...

    opened = Opened()
    monkeypatch.setattr(assignment, "REFENCE_SECONDS", 0)
    monkeypatch.setattr(opener, "refuse_outgrown_outputs", nothing)
    monkeypatch.setattr(opener, "start_producer", opened.start_producer)
    monkeypatch.setattr(opener, "stop_producer", opened.stop_producer)
    monkeypatch.setattr(opener, "Writer", opened.new_writer)
    await opened.assignment.open(opened.kafka)
    return opened


def refused(cause: Exception) -> DeliveryFailed:
    failed = DeliveryFailed("refused")
    failed.__cause__ = cause
    return failed


def fenced() -> DeliveryFailed:
    return refused(ProducerFenced())


async def test_a_lost_fence_is_raised_again_once_however_many_chunks_are_refused(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(4):
        opened.writers[0].on_failure(fenced())
    await opened.refenced()
    assert [record.levelno for record in caplog.records].count(logging.WARNING) == 1
    assert opened.guarantee.opened == len(opened.writers) == 2
    assert opened.writers[0].closed
    assert not opened.failures


async def test_a_partition_that_is_opened_again_keeps_its_share(opened: Opened) -> None:
    opened.kafka.assigned = {TopicPartition("raw", number) for number in range(64)}
    await opened.assignment.open(opened.kafka)
    before = {each: each.chunk_records for each in opened.assignment.with_room()}
    assert list(before.values()) == [250] * 64
    opened.writers[-1].on_failure(fenced())
    await opened.refenced()
    (again,) = set(opened.assignment.with_room()) - before.keys()
    assert again.chunk_records == 250


@pytest.mark.parametrize(
    ("cause", "fenced"), [(ProducerFenced(), 1), (OutOfOrderSequenceNumber(), 0)]
)
async def test_a_partition_is_opened_again_three_times_at_most(
    opened: Opened, cause: Exception, fenced: int
) -> None:
    for _ in range(4):
        opened.writers[-1].on_failure(failed := refused(cause))
        await opened.refenced()
    assert opened.guarantee.opened == 4
    assert opened.failures == [failed]
    assert opened.assignment.fenced == 4 * fenced


async def test_every_renewal_of_the_fences_gives_three_times_more(opened: Opened) -> None:
    for _ in range(4):
        opened.writers[-1].on_failure(fenced())
        await opened.refenced()
        await opened.assignment.renew_fences()
    assert opened.guarantee.opened == 5
    assert not opened.failures


async def test_a_delivery_that_fails_for_another_reason_ends_the_process(opened: Opened) -> None:
    opened.writers[0].on_failure(failed := refused(MessageSizeTooLargeError()))
    assert opened.failures == [failed]
    assert opened.guarantee.opened == 1


async def test_the_producer_lives_as_long_as_the_assignment(opened: Opened) -> None:
    opened.writers[0].on_failure(fenced())
    await opened.refenced()
    assert opened.producers == ["started"]
    await opened.assignment.open(opened.kafka)
    assert opened.producers == ["started", "stopped", "started"]
    await opened.assignment.close()
    assert opened.producers[-1] == "stopped"


async def test_a_spare_needs_no_producer(opened: Opened) -> None:
    opened.kafka.assigned = set()
    await opened.assignment.open(opened.kafka)
    assert opened.producers == ["started", "stopped"]


async def test_a_right_that_was_taken_away_is_waited_for_and_said_once(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(REFENCES + 2):
        opened.writers[-1].on_failure(refused(TopicAuthorizationFailedError("enriched")))
        opened.guarantee.failures = [TopicAuthorizationFailedError("enriched")]
        await opened.refenced()
    assert not opened.failures
    errors = [each.message for each in caplog.records if each.levelno == logging.ERROR]
    assert errors == ["Kafka refuses, trying again: not authorized for topic enriched"]


async def test_another_refusal_is_said_when_the_partition_has_got_on(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    for position in (0, 7):
        opened.assignment.skip_to(dict.fromkeys(opened.assignment, position))
        opened.writers[-1].on_failure(refused(TopicAuthorizationFailedError("enriched")))
        await opened.refenced()
    assert [each.levelno for each in caplog.records].count(logging.ERROR) == 2


async def test_a_fence_waits_for_the_brokers(opened: Opened) -> None:
    opened.guarantee.failures = [KafkaConnectionError(), KafkaConnectionError()]
    opened.writers[0].on_failure(fenced())
    await opened.refenced()
    assert opened.guarantee.opened == 2


async def test_a_cancellation_of_aiokafkas_own_is_no_revocation(opened: Opened) -> None:
    opened.guarantee.failures = [asyncio.CancelledError()]
    with pytest.raises(KafkaConnectionError):
        await opened.assignment.open(opened.kafka)


async def test_a_partition_of_somebody_else_is_not_fenced_again(opened: Opened) -> None:
    opened.writers[0].on_failure(fenced())
    opened.kafka.assigned = set()
    await opened.refenced()
    assert opened.guarantee.opened == 1
    assert not opened.failures


async def test_nothing_is_opened_once_the_assignment_is_closed(opened: Opened) -> None:
    opened.guarantee.failures = [KafkaConnectionError() for _ in range(1_000)]
    opened.writers[0].on_failure(fenced())
    await asyncio.sleep(0)
    await opened.assignment.close()
    assert not opened.assignment._refences
    assert list(opened.assignment) == []


async def test_a_bug_while_a_fence_is_raised_ends_the_process(opened: Opened) -> None:
    bug = ZeroDivisionError()
    opened.guarantee.failures = [bug]
    opened.writers[0].on_failure(fenced())
    await opened.refenced()
    await asyncio.sleep(0)
    assert opened.failures == [bug]
