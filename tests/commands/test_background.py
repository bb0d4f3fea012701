import asyncio
import threading
from collections.abc import Iterator

import pytest

from pipeline.commands.background import in_background


async def test_items_come_in_order() -> None:
    assert [item async for item in in_background(iter(range(100)))] == list(range(100))


async def test_the_loop_goes_on_while_an_item_is_awaited() -> None:
    go_on = threading.Event()

    def items() -> Iterator[int]:
        assert go_on.wait(10)
        yield 1

    reading = asyncio.ensure_future(anext(in_background(items())))
    await asyncio.sleep(0)
    assert not reading.done()
    go_on.set()
    assert await reading == 1


async def test_a_failure_is_raised_where_the_item_is_awaited() -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("broken")

    found = in_background(items())
    assert await anext(found) == 1
    with pytest.raises(OSError, match="broken"):
        await anext(found)


def test_nothing_keeps_the_loop_from_ending_meanwhile() -> None:
    go_on = threading.Event()

    def items() -> Iterator[int]:
        assert go_on.wait(10)
        yield 1

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(in_background(items())), 0.01)

    asyncio.run(give_up())
    go_on.set()
