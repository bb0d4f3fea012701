import asyncio
from typing import Any, cast

import pytest

from pipeline.stream.producer import stop_producer


class HangingProducer:
    """A producer whose broker hangs."""

    def __init__(self) -> None:
        self._sender = self.client = self
        self.sender_task = asyncio.create_task(asyncio.Event().wait())
        self.closed = False

    async def stop(self) -> None:
        await asyncio.Event().wait()

    async def close(self) -> None:
        """The broker reads nothing more: what was sent stays where it is."""
        self.closed = True
        await asyncio.Event().wait()


async def test_a_producer_that_is_abandoned_sends_nothing_more() -> None:
    hanging = HangingProducer()
    await stop_producer(cast("Any", hanging), seconds=0.01)
    assert hanging.closed
    with pytest.raises(asyncio.CancelledError):
        await hanging.sender_task
