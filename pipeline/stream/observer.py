"""Looks at a worker's partitions once a second, for its health checks and its metrics."""

from time import monotonic

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.exits import Refused
from pipeline.observe.health import Reading, State, Wait, waiting
from pipeline.settings import Settings
from pipeline.stream.assignment import Assignment
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.connection import Unreachable, greet

#: Between two looks, in seconds.
LOOK_SECONDS = 1.0
#: What counts at most between two looks, in seconds: this process may have been frozen itself.
LONGEST_LOOK_SECONDS = 5.0


class Observer:
    """What is to be said of one consumer and its assignment."""

    def __init__(self, settings: Settings, watch: BrokerWatch, assignment: Assignment) -> None:
        self.rebalances = 0
        self._settings = settings
        self._watch = watch
        self._assignment = assignment
        self._waits: dict[int, Wait] = {}
        self._silent = False
        self._looked = self._committed = monotonic()

    def all_committed(self) -> None:
        """All that is acknowledged is committed."""
        self._committed = monotonic()

    async def look(self, kafka: AIOKafkaConsumer) -> None:
        """Note how long partitions with lag have stood still while a broker answered."""
        seconds = min(monotonic() - self._looked, LONGEST_LOOK_SECONDS)
        waits = waiting(self._waits, self._readings(kafka), seconds)
        stands = any(wait.seconds for wait in waits.values())
        self._silent = stands and not await self._broker_answers()
        if self._silent:
            waits = waiting(self._waits, self._readings(kafka), 0.0)
        if self._watch.away:
            kafka._client.force_metadata_update()  # by itself it asks every five minutes
        self._waits = waits
        self._looked = monotonic()

    def state(self, kafka: AIOKafkaConsumer, *, restored: bool) -> State:
        """All that is known now."""
        readings = self._readings(kafka)
        return State(
            answering=not (self._watch.away or self._silent),
            restored=restored,
            readings=readings,
            waits={number: wait for number, wait in self._waits.items() if number in readings},
            commit_age=monotonic() - self._committed,
            rebalances=self.rebalances,
            fenced=self._assignment.fenced,
        )

    def _readings(self, kafka: AIOKafkaConsumer) -> dict[int, Reading]:
        return {
            tp.partition: _reading(kafka, tp, partition.progress.position)
            for tp in self._assignment
            if (partition := self._assignment.get(tp))
        }

    async def _broker_answers(self) -> bool:
        """Ask over a new connection: one that has fallen silent is noticed late."""
        if self._watch.away:
            return False
        try:
            await greet(self._settings)
        except Unreachable:
            return False
        except Refused:
            return True  # an answer too
        return True


def _reading(kafka: AIOKafkaConsumer, tp: TopicPartition, position: int) -> Reading:
    if not kafka._subscription.is_assigned(tp):
        return Reading(position, None, None)  # about to be revoked
    end: int | None = kafka.highwater(tp)
    stable: int | None = kafka.last_stable_offset(tp)
    return Reading(position, end if stable is None or stable < 0 else stable, end)
