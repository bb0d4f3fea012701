"""Faust's consumer, with chunks instead of single records and a commit that loses nothing.

It stands behind the same interface as Faust's own (faust/transport/consumer.py), but reads Kafka
in the application's own event loop: no hop to a consumer thread and back for every fetch.
Everything that is overridden says what of Faust 0.15.3 it replaces and why. It is one class, and a
long one, because Faust asks all of this of one object.
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any, cast

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.types import TP, ConsumerMessage, Message
from mode import Service

from pipeline.observe.health import State
from pipeline.settings import Settings
from pipeline.stream.assignment import Assignment
from pipeline.stream.at_most import at_most
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.chunk import chunk_message, chunk_of
from pipeline.stream.chunk_source import ChunkSource
from pipeline.stream.group_errors import Refusals, failure_of, refusal_of
from pipeline.stream.group_member import group_member, share_fetches
from pipeline.stream.guarantees import guarantee_of
from pipeline.stream.local_consumer import LocalConsumer
from pipeline.stream.observer import LOOK_SECONDS, Observer
from pipeline.stream.rebalance_listener import RebalanceListener

logger = logging.getLogger(__name__)

#: How often to look for errors of the group, and to try again what failed, in seconds.
RETRY_SECONDS = 1.0
#: How long chunks in flight may take on a revocation or a stop, in seconds: less than the rebalance
#: timeout, since a member that is later than that is thrown out.
DRAIN_SECONDS = 12.0
#: How long the last commit may take, in seconds; without it the next owner reads records again.
LAST_COMMIT_SECONDS = 5.0
#: How long it may take to leave the group, in seconds; without it the session has to time out.
LEAVE_SECONDS = 3.0


class ChunkedConsumer(LocalConsumer):
    """Gives the agent chunks, and commits what was written."""

    logger = logging.getLogger("faust.consumer")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._settings: Settings = cast("Any", self.transport).settings
        self._watch = BrokerWatch(self._settings)
        self._assignment = Assignment(
            self._settings,
            guarantee_of(self._settings),
            self._watch,
            on_room=lambda: self._source.wake_up(),  # noqa: PLW0108 - it is made a line below
            on_failure=self.fail,
        )
        self._refusals = Refusals()
        self._source = ChunkSource(self._assignment, self._refusals.report)
        self.observer = Observer(self._settings, self._watch, self._assignment)
        self._opening: asyncio.Task[None] | None = None
        self._opened = asyncio.Event()
        self._failed = False

    # -- Starting and stopping

    async def on_start(self) -> None:
        """Connect. Replaces the consumer thread of `ThreadDelegateConsumer`."""
        self._kafka = group_member(self._settings, self.app.conf.broker_session_timeout)
        self._watch.attach(self._kafka._client)
        while True:
            try:
                await self._kafka.start()
            except KafkaError as error:
                self._refusals.report(error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def on_stop(self) -> None:
        """Finish what is in flight, commit, leave the group.

        Replaces `Consumer.on_stop` (:909), which commits without waiting for what is in flight.
        """
        await self._let_go()
        if self._kafka is not None:
            await at_most(LEAVE_SECONDS, self._kafka.stop())

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group."""
        self.kafka.subscribe(topics=list(topics), listener=RebalanceListener(self))

    def fail(self, error: Exception) -> None:
        """End the process because of `error`: no other chunk is published."""
        if not self._failed:
            self._failed = True
            self._assignment.abandon()
            self.add_future(self.app.crash(error))

    # -- Rebalancing

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Finish, commit and let go before the group goes on.

        Extends `Consumer.on_partitions_revoked` (:642), which drops the acknowledgements before
        anything is committed: thousands of records would be processed again at every rebalance.
        The group waits for us here, and our heartbeats go on.
        """
        self.stop_flow()
        self.app.flow_control.suspend()
        self.app.flow_control.clear()
        await self._let_go()
        await super().on_partitions_revoked(revoked)

    async def perform_seek(self) -> None:
        """Open the assigned partitions and read each from where its last owner ended.

        Replaces `Consumer.perform_seek` (:565). Faust calls it after every assignment before any
        record is processed (tables/recovery.py:306). An explicit seek of every partition also
        invalidates whatever was fetched before the rebalance.
        """
        self._opening = asyncio.create_task(self._open())
        try:
            await asyncio.wait([self._opening])
        finally:
            self._opening.cancel()
        if self._opening.cancelled():
            # Revoked meanwhile: Faust ends this wait and calls again after the next assignment.
            await asyncio.get_running_loop().create_future()
        self._opening.result()

    async def _open(self) -> None:
        share_fetches(self.kafka)
        while True:
            try:
                await self._assignment.open(self.kafka)
            except KafkaError as error:
                self._refusals.report(error)
                await asyncio.sleep(RETRY_SECONDS)
            else:
                self._opened.set()
                self._refusals.end()
                return

    async def _let_go(self) -> None:
        self._opened.clear()
        if self._opening is not None:
            self._opening.cancel()
            await asyncio.wait([self._opening])
        if not self._failed:
            await self._assignment.drain(DRAIN_SECONDS)
        await at_most(LAST_COMMIT_SECONDS, self._commit_last())
        await self._assignment.close()

    async def _commit_last(self) -> None:
        # Faust's `commit` joins one that is under way, which does not hold our newest offsets.
        await self.maybe_wait_for_commit_to_finish()
        await self.force_commit()

    # -- Reading

    async def _drain_messages(self, fetcher: Any) -> None:
        """Give chunks to the conductor until the worker stops.

        Replaces `Consumer._drain_messages` (:1150) and `getmany`: Faust awaits
        `wait_first(callback(message), ...)` for each record, four tasks made and three cancelled.
        """
        try:
            while not (self.should_stop or fetcher.should_stop):
                for message in await self._next_messages():
                    await self.callback(message)
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _next_messages(self) -> list[ConsumerMessage]:
        if not self._flows():
            await self.wait(self._opened.wait())
            await self.wait(self.can_resume_flow.wait())
            return []
        chunks = await self._source.next_chunks(self.kafka)
        return [chunk_message(chunk, self.app.consumer_generation_id) for chunk in chunks]

    def _flows(self) -> bool:
        return self.flow_active and self._opened.is_set()

    @Service.task
    async def _renew_fences(self) -> None:
        async for _ in self.itertimer(self._settings.fence_refresh_seconds, name="fence"):
            try:
                await self._assignment.renew_fences()
            except KafkaError as error:
                logger.warning("The fences could not be renewed: %s", type(error).__name__)

    @Service.task
    async def _watch_group(self) -> None:
        while not self.should_stop:
            self._check_group()
            await self.sleep(RETRY_SECONDS)

    @Service.task
    async def _observe(self) -> None:
        while not self.should_stop:
            await self.observer.look(self.kafka)
            await self.sleep(LOOK_SECONDS)

    def observed(self) -> State:
        """What there is to know of this worker now."""
        # A spare is given nothing to open: Faust only resumes it.
        spare = self.observer.rebalances and self.flow_active and not self.assignment()
        return self.observer.state(self.kafka, restored=self._opened.is_set() or bool(spare))

    def _check_group(self) -> None:
        if failure := failure_of(self.kafka):
            self.fail(failure)
        elif refusal := refusal_of(self.kafka):
            self._refusals.report(refusal)

    # -- Acknowledging and committing

    def ack(self, message: Message) -> bool:
        """A chunk is written. Replaces `Consumer.ack` (:806), which counts single offsets.

        Faust's list of acknowledged offsets steps over holes; `Progress` never does.
        """
        message.acked = True
        self._watch.found()
        chunk = chunk_of(message)
        chunk.partition.acknowledge(chunk.next_offset)
        return True

    async def force_commit(
        self,
        topics: Any = None,  # noqa: ARG002 - the signature is Faust's
        start_new_transaction: bool = True,  # noqa: ARG002, FBT001, FBT002 - the same
    ) -> bool:
        """Commit how far every partition is done. Replaces `Consumer.force_commit` (:983).

        A commit that fails is made again a second later: what it says stays true.
        """
        if self._flows():
            self._assignment.skip_to({tp: self._position(tp) for tp in self._assignment})
        offsets = self._assignment.committable()
        if not offsets:
            self.observer.all_committed()
            return False
        try:
            await self.kafka.commit(
                {tp: OffsetAndMetadata(offset, "") for tp, offset in offsets.items()}
            )
        except (CommitFailedError, IllegalStateError):
            return False  # the group has moved on: the next owner starts from what is written
        except KafkaError as error:
            logger.debug("The commit has to wait: %s", type(error).__name__)
            return False
        self._assignment.committed(offsets)
        self.observer.all_committed()
        return True

    def _position(self, tp: TopicPartition) -> int:
        state = self.kafka._subscription.subscription.assignment.state_value(tp)
        return state.position if state.has_valid_position else 0
