"""Consumers outside any group: for single records and the ends of logs, and for whole logs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiokafka import AIOKafkaConsumer

from pipeline.settings import Settings
from pipeline.stream.connection import client_options
from pipeline.stream.header_names import read_any_header_name

#: What is wanted is a record or two of each partition. In bytes.
FETCH_BYTES = 64 * 1024
#: What is read is there already: a broker need not wait for more, and a fetch that waits would hold
#: up every request behind it on the same connection. In milliseconds.
FETCH_WAIT_MS = 10


@asynccontextmanager
async def connected_reader(settings: Settings) -> AsyncIterator[AIOKafkaConsumer]:
    """Connect; raises `KafkaError` where no broker can be reached."""
    async with AIOKafkaConsumer(
        **client_options(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        max_partition_fetch_bytes=FETCH_BYTES,
    ) as reader:
        yield reader


@asynccontextmanager
async def committed_reader(
    settings: Settings, fetch_wait_ms: int = 500
) -> AsyncIterator[AIOKafkaConsumer]:
    """Read what the worker reads: whatever its headers, if a transaction has not aborted it.

    A broker waits so long for records to come; `FETCH_WAIT_MS` is for what is there already.
    """
    read_any_header_name()
    reader = AIOKafkaConsumer(
        **client_options(settings),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        fetch_max_wait_ms=fetch_wait_ms,
    )
    try:
        await reader.start()
        yield reader
    finally:
        # While a broker is away, aiokafka's own cancellation of a fetch escapes from `stop`.
        with suppress(asyncio.CancelledError):
            await reader.stop()
