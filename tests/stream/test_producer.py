import asyncio
from typing import Any, cast

import pytest

from pipeline.stream import producer
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
        self.closed = True


async def test_a_producer_that_is_abandoned_sends_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(producer, "STOP_SECONDS", 0)
    hanging = HangingProducer()
    await stop_producer(cast("Any", hanging))
    assert hanging.closed
    with pytest.raises(asyncio.CancelledError):
        await hanging.sender_task
