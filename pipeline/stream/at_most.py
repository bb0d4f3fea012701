"""A wait with a bound that holds, whatever hangs."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def at_most(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Wait for `work` for so long, then go on without it.

    `asyncio.timeout` would wait for its cancellation as well, and a broker that hangs can hold that
    up: Faust's `maybe_wait_for_commit_to_finish` swallows it (:968), aiokafka's `close` awaits
    requests that have their own timeout, 40 seconds.
    """
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait([task], timeout=seconds)
    task.cancel()
    for each in done:
        each.result()
