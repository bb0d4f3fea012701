import asyncio
import logging
import os
import signal

import pytest
from aiokafka import errors

from pipeline.commands.kafka import run
from pipeline.exits import EXIT_TERMINATED, Refused


async def fail(error: Exception) -> None:
    logging.getLogger("aiokafka").error("an attempt failed")
    raise error


@pytest.mark.parametrize(
    ("error", "exit_code", "told"),
    [
        (
            errors.TopicAuthorizationFailedError("raw"),
            2,
            "the broker refuses: not authorized for topic raw",
        ),
        (TimeoutError(), 69, "the broker does not answer in time; see --timeout"),
        (errors.KafkaConnectionError("gone"), 69, "the broker does not answer: "),
        (errors.NodeNotReadyError("gone"), 69, "the broker does not answer: "),
        (errors.RequestTimedOutError(), 69, "the broker does not answer: "),
        (errors.InvalidTopicError("raw?"), 70, "the broker reports: raw?"),
        (Refused("no such topic", 1), 1, "no such topic"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_failures(
    error: Exception, exit_code: int, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Refused) as refused:
        run(fail(error))
    assert refused.value.exit_code == exit_code
    assert str(refused.value).startswith(told)
    assert caplog.messages == []


def test_result() -> None:
    assert run(asyncio.sleep(0, "done")) == "done"


def test_other_failures_are_bugs() -> None:
    with pytest.raises(KeyError):
        run(fail(KeyError()))


@pytest.mark.parametrize(
    ("stop", "ends"),
    [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, SystemExit)],
    ids=["Ctrl-C", "SIGTERM"],
)
def test_told_to_stop_the_work_is_cancelled_first(
    stop: signal.Signals, ends: type[BaseException]
) -> None:
    closed = False

    async def work() -> None:
        nonlocal closed
        try:
            os.kill(os.getpid(), stop)
            await asyncio.sleep(60)
        finally:
            closed = True

    with pytest.raises(ends) as ended:
        run(work())
    assert closed
    if isinstance(ended.value, SystemExit):
        assert ended.value.code == EXIT_TERMINATED


def test_the_log_is_not_silent_afterwards(caplog: pytest.LogCaptureFixture) -> None:
    run(asyncio.sleep(0))
    logging.getLogger("aiokafka").error("heard")
    assert caplog.messages == ["heard"]
