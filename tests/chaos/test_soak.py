"""Half an hour at a third of the maximum with a fault each minute: nothing lost, memory flat."""

import asyncio
import os
import signal
import time

import psutil
import pytest

from tests.chaos import faults
from tests.chaos.conftest import Run
from tests.chaos.run import Chaos
from tests.chaos.test_chaos import Report, assert_exactly_once
from tests.integration.kafka import Kafka

MINUTES = float(os.environ.get("SOAK_MINUTES", "30"))
#: The maximum is measured with so many records.
BACKLOG = 200_000
#: What a worker may grow by between its first and its last minutes.
GROWTH_BYTES = 50 * 2**20

pytestmark = pytest.mark.soak


async def test_a_worker_bears_half_an_hour_of_faults(
    kafka: Kafka, run: Run, report: Report
) -> None:
    sizes: list[int] = []
    async with run(kafka.address) as chaos:
        maximum = await chaos.measure(BACKLOG)
        async with chaos.load(rate=maximum / 3):
            first, second = chaos.workers[0], chaos.start()
            end = time.monotonic() + MINUTES * 60
            while time.monotonic() < end:
                await asyncio.gather(first.reads(2), second.reads(2))
                sizes.append(psutil.Process(first.process.pid).memory_info().rss)
                await asyncio.sleep(chaos.random.uniform(30, 40))
                await _fault(chaos, kafka)
                await asyncio.sleep(15)
        report(outcome := await chaos.reckon())
    assert_exactly_once(outcome)
    megabytes = [size // 2**20 for size in sizes]
    print(f"a third of {maximum:.0f}/s; memory of the first worker, MB: {megabytes}")  # noqa: T201
    assert max(sizes[-3:]) - min(sizes[:3]) < GROWTH_BYTES


async def _fault(chaos: Chaos, kafka: Kafka) -> None:
    """One fault that the second worker or the broker recovers from; the first worker stays."""
    second = chaos.workers[1]
    match chaos.random.randrange(6):
        case 0:
            second.send(signal.SIGTERM)
            await second.restarts()
        case 1:
            second.send(signal.SIGKILL)
            await second.restarts()
        case 2:
            second.send(signal.SIGSTOP)
            await asyncio.sleep(faults.BEYOND_THE_SESSION)
            second.send(signal.SIGCONT)
        case 3:
            await asyncio.to_thread(kafka.stop)
            await asyncio.to_thread(kafka.start)
        case 4:
            await asyncio.to_thread(kafka.kill)
            await asyncio.to_thread(kafka.start)
        case 5:
            kafka.freeze()
            await asyncio.sleep(8)
            kafka.thaw()
