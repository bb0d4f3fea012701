"""What we assume of the private parts of Faust and aiokafka, one by one.

Both are pinned. When a new version moves one of these, this says which, before a record is lost.
"""

import inspect
import math
from collections.abc import Callable
from typing import Any

import aiokafka
import faust
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.consumer.fetcher import Fetcher, FetchResult, PartitionRecords
from aiokafka.consumer.group_coordinator import GroupCoordinator
from aiokafka.consumer.subscription_state import SubscriptionState, TopicPartitionState
from aiokafka.producer.message_accumulator import BatchBuilder, MessageAccumulator
from aiokafka.producer.sender import Sender, SendProduceReqHandler
from aiokafka.producer.transaction_manager import TransactionManager
from faust.app import App
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from faust.transport.consumer import Consumer
from faust.web.drivers.aiohttp import Server
from mode import Worker

from pipeline.stream.outlet import GZIP


def test_the_versions_are_those_that_were_read() -> None:
    assert (faust.__version__, aiokafka.__version__) == ("0.15.3", "0.14.0")


SAYS: dict[str, tuple[Callable[..., Any], str]] = {
    "how much of a partition is fetched may change": (
        Fetcher._get_actions_per_node,
        "self._max_partition_fetch_bytes",
    ),
    "Faust seeks after every assignment and before the flow is resumed": (
        Recovery._resume_streams,
        "consumer.perform_seek()",
    ),
    "Faust's revocation drops acknowledgements, so ours come first": (
        Consumer.on_partitions_revoked,
        "self._acked.pop(tp, None)",
    ),
    "Faust's fetcher runs `_drain_messages`": (
        Consumer._drain_messages,
        "consumer_should_stop() or fetcher_should_stop()",
    ),
    "Faust commits by `force_commit`": (Consumer.commit, "await self.force_commit("),
    "Faust's tables sleep a second before anything is assigned": (
        TableManager.on_start,
        "await self.sleep(1.0)",
    ),
    "Faust hands an agent's bug to `_on_agent_error`": (App.agent, "on_error=self._on_agent_error"),
    "Faust resumes a worker without partitions and positions nothing": (
        Recovery._resume_streams,
        'self.log.info("Resuming streams with empty assignment")',
    ),
    "Faust's web server starts by `start_server`": (
        Server.on_start,
        "await self.web.start_server()",
    ),
    "Faust makes its web server in `_new_web`": (App._new_web, "by_url(self.conf.web)"),
    "mode's worker shuts its loop down in `_shutdown_loop`": (
        Worker.stop_and_shutdown,
        "self._shutdown_loop()",
    ),
    "aiokafka awaits the revocation before it joins again": (
        GroupCoordinator._on_join_prepare,
        "await res",
    ),
    "aiokafka's heartbeats go on during the revocation": (
        GroupCoordinator.ensure_active_group,
        "await self._stop_heartbeat_task()",
    ),
    "aiokafka holds back records while a rebalance is under way": (
        Fetcher.fetched_records,
        "if self._subscriptions.reassignment_in_progress:",
    ),
    "aiokafka drops what was fetched before a seek": (
        FetchResult.check_assignment,
        "if position != self._partition_records.next_fetch_offset:",
    ),
    "aiokafka's fetches wait for as many bytes, and as long, as the fetcher says now": (
        Fetcher._get_actions_per_node,
        "self._fetch_max_wait_ms,\n                self._fetch_min_bytes,",
    ),
    "aiokafka makes a record of what it has read by `_consumer_record`": (
        PartitionRecords._unpack_records,
        "consumer_record = self._consumer_record(tp, record)",
    ),
    "aiokafka's coordinator waits until its error was taken": (
        GroupCoordinator._push_error_to_user,
        "self._error_consumed_fut",
    ),
    "aiokafka lets a batch without a leader expire": (
        MessageAccumulator.drain_by_nodes,
        "if self._batches[tp][0].expired():",
    ),
    "aiokafka asks for metadata without a pause when a leader is unknown": (
        Sender._sender_routine,
        "fut = self.client.force_metadata_update()",
    ),
    "aiokafka counts sequence numbers when it takes a batch": (
        MessageAccumulator._pop_batch,
        "increment_sequence_number(batch.tp, batch.record_count)",
    ),
    "aiokafka gives a batch that is sent again no other epoch": (
        MessageAccumulator._pop_batch,
        "if self._txn_manager is not None and not_retry:",
    ),
    "a batch that is refused fails alone": (
        SendProduceReqHandler.handle_response,
        "batch.failure(exception=exc)",
    ),
    "aiokafka notes what is on its way, and a batch that is done takes itself out": (
        MessageAccumulator._pop_batch,
        "self._pending_batches.remove(batch)",
    ),
    "aiokafka takes a batch out that waits to be sent again": (
        MessageAccumulator.reenqueue,
        "self._pending_batches.remove(batch)",
    ),
    "an idempotent producer never gives a batch up by the clock": (
        SendProduceReqHandler._can_retry,
        "self._sender._txn_manager is None and batch.expired()",
    ),
    "an older epoch is ProducerFenced": (
        SendProduceReqHandler.handle_response,
        "if error is InvalidProducerEpoch:",
    ),
    "aiokafka asks for no producer id when it has one": (
        Sender._maybe_wait_for_pid,
        "self._txn_manager.has_pid()",
    ),
}


@pytest.mark.parametrize(("function", "line"), SAYS.values(), ids=SAYS)
def test_the_source_still_says(function: Callable[..., Any], line: str) -> None:
    assert line in inspect.getsource(function)


PRIVATE: dict[str, tuple[type, str]] = {
    "the metadata request that is slowed down": (AIOKafkaClient, "_metadata_update"),
    "the wait for records": (Fetcher, "_create_fetch_waiter"),
    "the activity that keeps a member in its group": (SubscriptionState, "fetch_context"),
    "the coordinator's error": (GroupCoordinator, "check_errors"),
    "the position behind control records": (TopicPartitionState, "has_valid_position"),
    "whether a partition's end may be asked for": (SubscriptionState, "is_assigned"),
    "the producer id of the fence": (TransactionManager, "producer_id"),
    "the epoch of the fence": (TransactionManager, "producer_epoch"),
    "whether a transaction can still be aborted": (TransactionManager, "is_fatal_error"),
    "whether a producer has started": (Sender, "sender_task"),
}


@pytest.mark.parametrize(("owner", "name"), PRIVATE.values(), ids=PRIVATE)
def test_what_we_use_is_there(owner: type, name: str) -> None:
    assert hasattr(owner, name)


async def test_the_clients_have_the_parts_that_we_reach_for() -> None:
    consumer = AIOKafkaConsumer(group_id="g")
    assert {"_client", "_subscription"} <= vars(consumer).keys()
    producer = AIOKafkaProducer(enable_idempotence=True)
    assert {"_txn_manager", "_message_accumulator", "_sender", "client"} <= vars(producer).keys()
    for part in (producer._message_accumulator, producer._sender):
        assert part._txn_manager is producer._txn_manager
    assert not producer._message_accumulator._batches
    producer._message_accumulator._batch_ttl = math.inf
    await consumer.stop()
    await producer.stop()


def test_the_first_record_of_a_batch_always_finds_room() -> None:
    builder = BatchBuilder(0, 0)
    assert builder.append(timestamp=0, key=None, value=b"x" * 1000, headers=[]) is not None
    assert builder.append(timestamp=0, key=None, value=b"x", headers=[]) is None


def test_a_builder_appends_by_another_and_counts() -> None:
    builder = BatchBuilder(1_000, 0)
    assert builder.append(timestamp=5, key=b"k", value=b"v", headers=[]) is not None
    other = BatchBuilder(1_000, 0)
    assert other._builder.append(0, 5, b"k", b"v", []) is not None
    assert (builder._relative_offset, other._relative_offset) == (1, 0)
    other._relative_offset = 1
    assert bytes(builder._build()) == bytes(other._build())
    assert builder.record_count() == other.record_count() == 1


def test_our_number_for_gzip_is_its() -> None:
    assert AIOKafkaProducer._COMPRESSORS["gzip"][1] == GZIP
