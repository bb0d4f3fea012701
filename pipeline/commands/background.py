"""Reads in a thread what may keep its reader waiting, so that the event loop never does."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import TypeVar

Item = TypeVar("Item")


async def in_background(items: Iterator[Item]) -> AsyncIterator[Item]:
    """Yield what a blocking iterator yields.

    The threads are daemons: one that waits for a terminal must not keep Ctrl-C from ending us, as
    one of an executor would.
    """
    while (item := await _next_of(items)) is not None:
        yield item


def _next_of(items: Iterator[Item]) -> asyncio.Future[Item | None]:
    """Start to read the next item; None is the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Item | None] = loop.create_future()

    def finish(item: Item | None, error: Exception | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(item)
        else:
            future.set_exception(error)

    def read() -> None:
        item, failure = None, None
        try:
            item = next(items, None)
        except Exception as error:  # noqa: BLE001 - it is raised where the item is awaited
            failure = error
        with suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(finish, item, failure)

    threading.Thread(target=read, daemon=True).start()
    return future
