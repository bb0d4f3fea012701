import asyncio

import pytest

from pipeline.stream.concurrently import concurrently


async def test_results_come_in_the_order_of_the_items() -> None:
    async def work(item: int) -> int:
        for _ in range(10 - item):
            await asyncio.sleep(0)
        return item * item

    assert await concurrently(work, range(4), at_once=4) == [0, 1, 4, 9]


async def test_no_more_than_so_many_at_once() -> None:
    running, most = 0, 0

    async def work(_: int) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1

    await concurrently(work, range(10), at_once=3)
    assert most == 3


async def test_nothing_goes_on_when_one_has_failed() -> None:
    finished = []

    async def work(item: int) -> None:
        if item == 0:
            raise ConnectionError("away")
        await asyncio.sleep(0)
        finished.append(item)

    with pytest.raises(ConnectionError, match="away"):
        await concurrently(work, range(3), at_once=3)
    await asyncio.sleep(0)
    assert finished == []
