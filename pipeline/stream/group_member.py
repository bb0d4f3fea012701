"""The Kafka client that reads the raw topic as a member of the consumer group."""

from aiokafka import AIOKafkaConsumer
from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor

from pipeline.settings import Settings
from pipeline.stream.connection import client_options
from pipeline.stream.header_names import read_any_header_name

#: How long the group waits for a member that is silent, in seconds. Faust's own setting,
#: BROKER_SESSION_TIMEOUT, can shorten it: the embedded broker waits half of it whenever one joins.
SESSION_TIMEOUT = 10.0
REBALANCE_TIMEOUT_MS = 20_000
REQUEST_TIMEOUT_MS = 40_000
#: How long a broker may hold a fetch for which there is no record yet. Faust has 1500.
FETCH_MAX_WAIT_MS = 500
#: The largest answer to a fetch, of all partitions together.
FETCH_MAX_BYTES = 4 * 1024 * 1024
#: What all partitions together may have fetched and not yet read.
FETCHED_MAX_BYTES = 32 * 1024 * 1024
#: The least and the most that is fetched of one partition; the most is aiokafka's own.
MIN_PARTITION_BYTES, MAX_PARTITION_BYTES = 64 * 1024, 1024 * 1024
#: A worker whose output is blocked stays in its group: its health check tells, not the group.
MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000


def group_member(settings: Settings, session_timeout: float) -> AIOKafkaConsumer:
    """A client that is not connected yet; `session_timeout` in seconds."""
    read_any_header_name()
    session_timeout_ms = int(1000 * min(SESSION_TIMEOUT, session_timeout))
    return AIOKafkaConsumer(
        **client_options(settings),
        group_id=settings.group,
        group_instance_id=settings.instance_id,
        partition_assignment_strategy=[RoundRobinPartitionAssignor],
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=FETCH_MAX_WAIT_MS,
        fetch_max_bytes=FETCH_MAX_BYTES,
        session_timeout_ms=session_timeout_ms,
        heartbeat_interval_ms=session_timeout_ms // 3,
        rebalance_timeout_ms=REBALANCE_TIMEOUT_MS,
        request_timeout_ms=REQUEST_TIMEOUT_MS,
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
    )


def share_fetches(kafka: AIOKafkaConsumer) -> None:
    """Let each assigned partition have its share of what may be fetched and is not read yet.

    A batch that is longer comes nevertheless, when its partition is the first in the answer.
    """
    share = FETCHED_MAX_BYTES // max(len(kafka.assignment()), 1)
    within = max(MIN_PARTITION_BYTES, min(share, MAX_PARTITION_BYTES))
    kafka._fetcher._max_partition_fetch_bytes = within
