"""What is done to the workers and to the broker, each at random moments of a run."""

import asyncio
import signal

from tests.chaos.cluster import Cluster
from tests.chaos.proxy import Proxy
from tests.chaos.run import Chaos
from tests.integration.kafka import Kafka

#: Longer than a worker's session with its group (10 s), in seconds: its partitions are given away.
BEYOND_THE_SESSION = 14.0


async def stop_workers(chaos: Chaos) -> None:
    """SIGTERM, three times."""
    worker = chaos.start()
    for _ in range(3):
        await worker.reads()
        await chaos.moment()
        worker.send(signal.SIGTERM)
        await worker.restarts()


async def kill_workers(chaos: Chaos, *command: str) -> None:
    """SIGKILL, three times, with static membership: the partitions come back at once."""
    worker = chaos.start(*command, PIPELINE_INSTANCE_ID="one")
    for _ in range(3):
        await worker.reads()
        await chaos.moment()
        worker.send(signal.SIGKILL)
        await worker.restarts()


async def kill_one_of_two(chaos: Chaos) -> None:
    """SIGKILL of a dynamic member: the other takes over when its session has ended."""
    first, second = chaos.start(), chaos.start()
    for worker in (first, second):
        await asyncio.gather(first.reads(2), second.reads(2))
        await chaos.moment()
        worker.send(signal.SIGKILL)
        await worker.restarts()
    await asyncio.gather(first.reads(2), second.reads(2))


async def scale(chaos: Chaos) -> None:
    """From one worker to three, and back to one."""
    first = chaos.start()
    await first.reads()
    others = []
    for _ in range(2):
        others.append(chaos.start())
        await others[-1].reads_something()
        await chaos.moment()
    for worker in others:
        assert await chaos.retire(worker) == 0
        await chaos.moment()
    await first.reads()


async def storm(chaos: Chaos) -> None:
    """Workers that come and go while the group still rebalances, and partitions are opened."""
    first = chaos.start()
    for _ in range(6):
        others = [chaos.start(), chaos.start()]
        await asyncio.gather(*(worker.logs("Guarantee: ") for worker in others))
        for worker in others:
            await asyncio.sleep(chaos.random.uniform(0, 1))
            assert await chaos.retire(worker) == 0
    await first.reads()


async def rolling_restart(chaos: Chaos) -> None:
    """One worker after the other, with static membership, as a StatefulSet does it."""
    workers = [chaos.start(PIPELINE_INSTANCE_ID=f"pod-{number}") for number in range(3)]
    for worker in workers:
        await worker.reads_something()
    for worker in workers:
        await chaos.moment()
        worker.send(signal.SIGTERM)
        await worker.restarts()
        await worker.reads_something()


async def freeze_worker(chaos: Chaos) -> None:
    """SIGSTOP for longer than the session, then SIGCONT: a zombie with records in its queue."""
    first, second = chaos.start(), chaos.start()
    await asyncio.gather(first.reads(2), second.reads(2))
    for zombie, other in ((first, second), (second, first)):
        await chaos.moment()
        zombie.send(signal.SIGSTOP)
        await asyncio.sleep(BEYOND_THE_SESSION)
        await other.reads(4)
        zombie.send(signal.SIGCONT)
        await asyncio.gather(first.reads(2), second.reads(2))


async def cut_off_worker(chaos: Chaos, proxy: Proxy) -> None:
    """A network partition for longer than the session, then healed: the worker was alive."""
    cut_off = chaos.start(PIPELINE_BROKERS=f"127.0.0.1:{proxy.port}")
    other = chaos.start()
    await asyncio.gather(cut_off.reads(2), other.reads(2))
    await chaos.moment()
    proxy.cut()
    await asyncio.sleep(BEYOND_THE_SESSION)
    await other.reads(4)
    proxy.heal()
    await asyncio.gather(cut_off.reads(2), other.reads(2))


async def stop_broker(chaos: Chaos, kafka: Kafka) -> None:
    """SIGTERM of the only broker, and 15 seconds without one."""
    await chaos.start().reads()
    await chaos.moment()
    await asyncio.to_thread(kafka.stop)
    await asyncio.sleep(15)
    await asyncio.to_thread(kafka.start)
    await chaos.moment()


async def kill_broker(chaos: Chaos, kafka: Kafka) -> None:
    """SIGKILL of the only broker, twice."""
    await chaos.start().reads()
    for _ in range(2):
        await chaos.moment()
        await asyncio.to_thread(kafka.kill)
        await chaos.pause()
        await asyncio.to_thread(kafka.start)
    await chaos.moment()


async def freeze_broker(chaos: Chaos, kafka: Kafka) -> None:
    """SIGSTOP of the only broker for 12 seconds: connections stay, nothing answers."""
    await chaos.start().reads()
    await chaos.moment()
    kafka.freeze()
    await asyncio.sleep(12)
    kafka.thaw()
    await chaos.moment()


async def start_without_broker(chaos: Chaos, kafka: Kafka) -> None:
    """A worker that starts while the broker is away."""
    await asyncio.to_thread(kafka.stop)
    worker = chaos.start()
    await worker.logs("waiting for it")
    await asyncio.to_thread(kafka.start)
    await worker.reads()
    await chaos.moment()


async def kill_leader(chaos: Chaos, cluster: Cluster) -> None:
    """SIGKILL of the broker that leads a partition, and its return."""
    await chaos.start().reads()
    await chaos.moment()
    leader = await cluster.leader(chaos.topics.enriched, 0)
    await asyncio.to_thread(leader.kill)
    await asyncio.sleep(8)
    await asyncio.to_thread(leader.start)
    await chaos.moment()


async def below_min_insync(chaos: Chaos, cluster: Cluster) -> None:
    """One replica left where two must take a record, for 20 seconds: nothing can be written."""
    await chaos.start().reads()
    await chaos.moment()
    stopped = [cluster.nodes[node] for node in (2, 3)]
    for kafka in stopped:
        kafka.freeze()
    await asyncio.sleep(20)
    for kafka in stopped:
        kafka.thaw()
    await chaos.moment()
