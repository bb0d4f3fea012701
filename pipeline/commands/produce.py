"""`page-pipeline produce`: JSON lines to the raw topic."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import click
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from pipeline.commands.background import in_background
from pipeline.commands.kafka import be_let_in, run
from pipeline.commands.lines import read_lines
from pipeline.commands.options import files_argument, timeout_option, with_settings
from pipeline.commands.progress import progress_bar
from pipeline.commands.raw_writer import RawWriter
from pipeline.settings import Settings
from pipeline.stream.broker_watch import BrokerWatch
from pipeline.stream.epochs import Epochs
from pipeline.stream.producer import start_producer, stop_producer
from pipeline.stream.producer_id import ProducerEpoch, connected_client, new_producer_id
from pipeline.stream.topic_admin import existing_topic

#: Between two requests for a producer id, in seconds.
PAUSE = 0.1


@click.command(epilog="Example: zcat events.jsonl.gz | page-pipeline produce")
@files_argument
@timeout_option
@with_settings
def produce(settings: Settings, files: tuple[Path, ...], seconds: float) -> None:
    """Write JSON lines from FILEs, or from standard input, to the raw topic.

    Each line is one record, byte for byte without its line end; blank ones are skipped. Its key is
    the event's userId, else its anonymousId. FILEs may be compressed (.gz, .zst). Ends when the
    brokers have every record, with exit code 70 if they refuse one for good.
    """
    start = time.monotonic()
    with progress_bar(files) as on_read:
        delivered = run(deliver(settings, files, seconds, on_read))
    rate = delivered / max(time.monotonic() - start, 1e-9)
    click.echo(f"{delivered} events delivered to {settings.raw_topic} ({rate:.0f}/s)", err=True)


async def deliver(
    settings: Settings,
    files: tuple[Path, ...],
    seconds: float,
    on_read: Callable[[int], None] = lambda _: None,
) -> int:
    """Write the lines of `files` to the raw topic; the number of records that the brokers have."""
    await be_let_in(settings, "produce", seconds)
    topic = await existing_topic(settings, settings.raw_topic, seconds)
    async with _producer(settings, seconds) as producer:
        writer = RawWriter(producer, topic, seconds)
        async for lines in in_background(read_lines(files, on_read)):
            await writer.write(lines)
        await writer.finish()
    return writer.delivered


@asynccontextmanager
async def _producer(settings: Settings, seconds: float) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent producer where the broker grants producer ids, else a plain one."""
    async with asyncio.timeout(seconds):
        producer_id = await _producer_id(settings)
    # PIPELINE_COMPRESSION is the outputs'.
    uncompressed = settings.model_copy(update={"compression": "none"})
    epochs = Epochs(producer_id) if producer_id else None
    producer = await start_producer(uncompressed, BrokerWatch(settings), epochs)
    try:
        yield producer
    finally:
        # After a failure there may be records that no broker takes.
        await stop_producer(producer)


async def _producer_id(settings: Settings) -> ProducerEpoch | None:
    """Ask again where the broker that grants it is still loading, as at its first request."""
    async with connected_client(settings) as client:
        while True:
            try:
                return await new_producer_id(client)
            except KafkaError as error:
                if not error.retriable:
                    raise
            await asyncio.sleep(PAUSE)
