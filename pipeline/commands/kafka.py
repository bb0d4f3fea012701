"""Runs what a command does with Kafka, and says in one line what the brokers did not let it do."""

import asyncio
import logging
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    NodeNotReadyError,
    RequestTimedOutError,
)

from pipeline.exits import EXIT_BUG, EXIT_TERMINATED, EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.authorization import refuse_missing_rights
from pipeline.stream.connection import Unreachable, access_refused, reason, wait_for_broker
from pipeline.stream.rights import rights_of

Result = TypeVar("Result")

_NO_ANSWER = (KafkaConnectionError, NodeNotReadyError, RequestTimedOutError)


class _Terminated(Exception):  # noqa: N818 - SIGTERM is no error
    pass


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run `work` to its end; raise `Refused` for whatever goes wrong between us and the brokers.

    Ctrl-C and SIGTERM cancel it first, so that its connections are closed, and then end us.
    """
    # Every attempt that fails is logged below; the one line at the end says it once.
    logging.disable(logging.CRITICAL)
    try:
        return asyncio.run(_until_terminated(work))
    except _Terminated:
        sys.exit(EXIT_TERMINATED)
    except TimeoutError:
        raise Unreachable("the broker does not answer in time; see --timeout") from None
    except KafkaError as error:
        if access_refused(error):
            raise Refused(f"the broker refuses: {reason(error)}", EXIT_USAGE) from None
        if isinstance(error, _NO_ANSWER):
            raise Unreachable(f"the broker does not answer: {reason(error)}") from None
        raise Refused(f"the broker reports: {reason(error)}", EXIT_BUG) from None
    finally:
        logging.disable(logging.NOTSET)


async def be_let_in(settings: Settings, command: str, seconds: float) -> None:
    """Wait for a broker, and raise `Refused` where it does not grant what `command` needs."""
    await wait_for_broker(settings, seconds)
    async with asyncio.timeout(seconds):
        await refuse_missing_rights(settings, rights_of(command, settings))


async def _until_terminated(work: Coroutine[Any, Any, Result]) -> Result:
    terminated = False
    task = asyncio.ensure_future(work)

    def terminate() -> None:
        nonlocal terminated
        terminated = task.cancel()

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_report_unless_told)
    with suppress(RuntimeError):  # signals reach the main thread only
        loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await task
    except asyncio.CancelledError:
        if terminated:
            raise _Terminated from None
        raise


def _report_unless_told(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report what nobody awaited, unless it is one failure's copy for another record of ours."""
    if not isinstance(context.get("exception"), KafkaError):
        loop.default_exception_handler(context)
