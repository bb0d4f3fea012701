"""The producer of the outputs: idempotent, patient, and bounded when it is stopped."""

import asyncio
import math
from typing import Any

from aiokafka import AIOKafkaProducer

from pipeline.settings import Settings
from pipeline.stream.at_most import at_most
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.connection import client_options
from pipeline.stream.epochs import Epochs
from pipeline.stream.topics import GROWTH

#: Large enough that a chunk is a few batches. (A topic's limit is on batches, not on records.)
BATCH_BYTES = 256 * 1024
#: After this long without an answer, in milliseconds, a request is sent again on a new connection.
REQUEST_TIMEOUT_MS = 30_000
#: How long a producer may take to stop, in seconds: its batches were waited for already.
STOP_SECONDS = 1.0


async def start_producer(
    settings: Settings, watch: BrokerWatch, epochs: Epochs | None
) -> AIOKafkaProducer:
    """Connect a producer that waits for a broker that is away, however long it takes.

    With `epochs` it is idempotent and writes with those; without them it is plain. Raises
    `KafkaError` where no broker can be reached at all.
    """
    producer = AIOKafkaProducer(
        **client_options(settings),
        acks="all",
        enable_idempotence=epochs is not None,
        compression_type=None if settings.compression == "none" else settings.compression,
        max_batch_size=min(BATCH_BYTES, GROWTH * settings.max_event_bytes),
        request_timeout_ms=REQUEST_TIMEOUT_MS,
    )
    _never_expire(producer)
    watch.attach(producer.client)
    if epochs is not None:
        _write_with(producer, epochs)
    try:
        await producer.start()
    except BaseException:
        await producer.client.close()
        raise
    return producer


async def stop_producer(producer: AIOKafkaProducer, seconds: float = STOP_SECONDS) -> None:
    """Stop `producer`; what the broker has not taken after `seconds` is abandoned."""
    stopping = asyncio.create_task(producer.stop())
    try:
        await asyncio.wait([stopping], timeout=seconds)
    finally:
        stopping.cancel()
        # That does not reach its sender, which would connect again and write what is abandoned.
        producer._sender.sender_task.cancel()
    # It would wait until a broker that hangs has read what is abandoned.
    await at_most(seconds, producer.client.close())


def _write_with(producer: Any, epochs: Epochs) -> None:
    """Let a producer that has not started write with `epochs`, in all of its parts."""
    for part in (producer, producer._sender, producer._message_accumulator):
        part._txn_manager = epochs


def _never_expire(producer: Any) -> None:
    """A batch waits for its leader without end.

    Replaces `MessageAccumulator._batch_ttl` (producer/message_accumulator.py): while the leader of
    a partition is unknown, aiokafka lets a batch expire after the request timeout, idempotent or
    not, and the records would be lost or the worker ended because of a broker's restart.
    """
    producer._message_accumulator._batch_ttl = math.inf
