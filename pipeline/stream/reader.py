"""A consumer outside any group, for single records and the ends of logs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from pipeline.settings import Settings
from pipeline.stream.connection import client_options

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
