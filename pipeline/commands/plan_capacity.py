"""How many workers and partitions a rate of events needs: arithmetic on measured figures."""

import math
from dataclasses import dataclass
from typing import Final

# Measured, see docs/performance.md; its tables say on what. Whoever measures anew, writes it here.

#: CPU of an event from Kafka to Kafka, exactly once, in a backlog ("From Kafka to Kafka").
CPU_MICROSECONDS: Final = 20.8
#: The size of the events that this was measured with, on average.
MEASURED_EVENT_BYTES: Final = 1_200
#: Peak memory of one worker.
WORKER_MEMORY_MB: Final = 200
#: How much longer a canonical event is than its raw one, on average over the same events.
GROWTH: Final = 1.25
#: How long all partitions stand still when a worker joins or leaves ("Rebalancing" in
#: docs/capacity.md).
REBALANCE_SECONDS: Final = 0.6
#: How long the partitions of a killed worker stand still: the group's session timeout comes first.
KILLED_SECONDS: Final = 10.0 + REBALANCE_SECONDS

# Chosen.

#: How busy a worker may be in the ordinary hour, as a share of a core.
BUSY: Final = 0.6
#: A raw topic cannot get more partitions without moving users: so it begins with room.
PARTITIONS_PER_WORKER: Final = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rate of events needs. Sizes are in bytes, without compression and replicas.

    `busiest` is the share of a core that the worker with most partitions uses; `capacity` is how
    many events a second can come before lag grows. `catch_up_seconds` is the time after an outage
    until nothing waits any more, infinite where nothing is to spare. The `…_lag` are how many
    records wait after a rebalance and after a worker was killed.
    """

    partitions: int
    partitions_needed: int
    workers: int
    cores: float
    busiest: float
    memory_mb: int
    bytes_in: float
    bytes_out: float
    capacity: float
    catch_up_seconds: float
    rebalance_lag: float
    killed_lag: float

    @property
    def enough(self) -> bool:
        """Whether there are as many partitions as workers are needed."""
        return self.partitions >= self.partitions_needed


def plan(
    rate: float, event_bytes: float, partitions: int | None = None, outage_seconds: float = 0
) -> Plan:
    """Reckon what `rate` events a second of `event_bytes` need, and how an outage is caught up.

    Without `partitions`, as many as are needed, with room to grow.
    """
    cpu = CPU_MICROSECONDS / 1e6 * max(1.0, event_bytes / MEASURED_EVENT_BYTES)
    cores = rate * cpu
    needed = math.ceil(cores / BUSY)
    if partitions is None:
        partitions = PARTITIONS_PER_WORKER * needed
    workers = next(
        (count for count in range(1, partitions) if cores * _share(partitions, count) <= BUSY),
        partitions,
    )
    share = _share(partitions, workers)
    capacity = 1 / (cpu * share)
    spare = capacity - rate
    return Plan(
        partitions=partitions,
        partitions_needed=needed,
        workers=workers,
        cores=cores,
        busiest=cores * share,
        memory_mb=workers * WORKER_MEMORY_MB,
        bytes_in=rate * event_bytes,
        bytes_out=rate * event_bytes * GROWTH,
        capacity=capacity,
        catch_up_seconds=outage_seconds * rate / spare if spare > 0 else math.inf,
        rebalance_lag=rate * REBALANCE_SECONDS,
        killed_lag=rate * KILLED_SECONDS * share,
    )


def _share(partitions: int, workers: int) -> float:
    """Give the share of the events that goes to the worker with most partitions."""
    return math.ceil(partitions / workers) / partitions
