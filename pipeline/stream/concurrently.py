"""The same work on many things at once, of which nothing goes on when one of them fails."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


async def concurrently(
    work: Callable[[Item], Awaitable[Result]], items: Iterable[Item], at_once: int
) -> list[Result]:
    """The results of `work` on each of `items`, in their order.

    Raises the first failure, when the rest is cancelled and has ended: with `asyncio.gather` it
    would go on, and open a partition that has been revoked or opened again meanwhile.
    """
    limit = asyncio.Semaphore(at_once)

    async def limited(item: Item) -> Result:
        async with limit:
            return await work(item)

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(limited(item)) for item in items]
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]
