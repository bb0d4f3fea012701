"""`page-pipeline demo`: the first minute, from nothing to canonical events and dead letters."""

import asyncio
import os
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Final

import click
from aiokafka import ConsumerRecord
from rich.console import Console

from pipeline import child
from pipeline.broker import embedded_broker
from pipeline.commands.demo_report import (
    show_counts,
    show_dead_letters,
    show_event,
    show_next_steps,
    show_way_in,
)
from pipeline.commands.kafka import be_let_in, run
from pipeline.commands.options import timeout_option
from pipeline.commands.produce import deliver
from pipeline.exits import EXIT_BUG, Refused
from pipeline.settings import PREFIX, Settings, load_settings
from pipeline.stream.reader import connected_reader
from pipeline.stream.topic_admin import admin_client
from pipeline.stream.topic_creation import create_topics

SAMPLES: Final = Path(__file__).parents[1] / "samples"
GOOD_EVENTS: Final = SAMPLES / "sdk_events.jsonl"
BAD_EVENTS: Final = SAMPLES / "bad_events.jsonl"
PARTITIONS: Final = 4
#: How long the worker may take from its start to the last record; 8 are usual.
WORKER_SECONDS: Final = 60.0
#: Where no terminal tells how wide the output may be.
WIDTH: Final = 120


@click.command(epilog="Example: page-pipeline demo --keep")
@click.option("--keep", is_flag=True, help="Keep everything running until Ctrl-C.")
@click.option(
    "--brokers",
    metavar="HOST:PORT[,...]",
    help="Use a running Kafka, and topics there that are deleted at the end; how to connect is"
    " taken from the environment.",
)
@timeout_option
def demo(brokers: str | None, seconds: float, *, keep: bool) -> None:
    """See raw page events become canonical ones, with nothing else installed.

    Starts a broker in memory and a worker, sends events that real SDKs sent and some that went
    wrong, and shows what becomes of them. Ends by itself, and leaves nothing behind.
    """
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    try:
        _demonstrate(console, brokers, seconds, keep=keep)
    except KeyboardInterrupt:
        if not keep:
            raise


def _demonstrate(console: Console, brokers: str | None, seconds: float, *, keep: bool) -> None:
    with nullcontext(brokers) if brokers else embedded_broker() as address:
        variables = _running_kafka(address) if brokers else _embedded(address)
        os.environ.update(variables)  # from where the worker takes them too
        settings = load_settings()
        with _topics(settings, seconds, delete=brokers is not None), _worker() as (worker, log):
            console.print(f"[green]✓[/] a broker on {settings.brokers}, with three topics")
            count = run(deliver(settings, (GOOD_EVENTS, BAD_EVENTS), seconds))
            console.print(f"[green]✓[/] {count} raw events on {settings.raw_topic}")
            with console.status("A worker joins its consumer group ..."):
                records = run(_results(settings, count, worker, log))
            console.print("[green]✓[/] enriched by one worker")
            _show(console, settings, records)
            if keep:
                show_way_in(console, variables)
                worker.wait()
                raise _ended(log)
    show_next_steps(console)


def _show(console: Console, settings: Settings, records: list[ConsumerRecord]) -> None:
    canonical = [record.value for record in records if record.topic == settings.enriched_topic]
    dead_letters = [record for record in records if record.topic == settings.dead_letter_topic]
    show_event(console, GOOD_EVENTS.read_bytes().splitlines(), canonical)
    show_counts(console, canonical, len(dead_letters))
    show_dead_letters(console, dead_letters)


def _embedded(address: str) -> dict[str, str]:
    """The settings for the embedded broker; the user's, made for another, are dropped."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        del os.environ[name]
    return {
        "PIPELINE_BROKERS": address,
        "PIPELINE_GUARANTEE": "at_least_once",
        # Faust's setting: the embedded broker waits half of it, in seconds, for more workers.
        "BROKER_SESSION_TIMEOUT": "3",
    }


def _running_kafka(brokers: str) -> dict[str, str]:
    """The settings for topics and a group that nobody else there uses."""
    name = f"page-demo-{uuid.uuid4().hex[:8]}"
    return {
        "PIPELINE_BROKERS": brokers,
        "PIPELINE_GROUP": name,
        "PIPELINE_RAW_TOPIC": f"{name}-raw",
        "PIPELINE_ENRICHED_TOPIC": f"{name}-enriched",
        "PIPELINE_DEAD_LETTER_TOPIC": f"{name}-dead-letter",
    }


@contextmanager
def _topics(settings: Settings, seconds: float, *, delete: bool) -> Iterator[None]:
    """Create the topics, and `delete` them at the end."""
    run(_create_topics(settings, seconds))
    try:
        yield
    finally:
        if delete:
            run(_delete_topics(settings, seconds))


@contextmanager
def _worker() -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Run a worker; give its process and its log."""
    environment = {**os.environ, "PIPELINE_LOG_FORMAT": "text", "PIPELINE_WEB_PORT": "0"}
    with tempfile.TemporaryFile() as log:
        process = child.start(
            sys.executable, "-m", "pipeline", "worker", env=environment, output=log
        )
        try:
            yield process, log
        finally:
            child.stop(process)


async def _create_topics(settings: Settings, seconds: float) -> None:
    await be_let_in(settings, "demo", seconds)
    async with admin_client(settings, seconds) as admin, asyncio.timeout(seconds):
        async for _ in create_topics(admin, settings, PARTITIONS, replication_factor=1):
            pass


async def _delete_topics(settings: Settings, seconds: float) -> None:
    async with admin_client(settings, seconds) as admin:
        await admin.delete_topics(
            [settings.raw_topic, settings.enriched_topic, settings.dead_letter_topic]
        )


async def _results(
    settings: Settings, count: int, worker: subprocess.Popen[bytes], log: IO[bytes]
) -> list[ConsumerRecord]:
    """Wait until the worker has made something of `count` raw records, and read that."""
    records: list[ConsumerRecord] = []
    deadline = asyncio.get_running_loop().time() + WORKER_SECONDS
    async with connected_reader(settings) as reader:
        reader.subscribe([settings.enriched_topic, settings.dead_letter_topic])
        while len(records) < count:
            if worker.poll() is not None or asyncio.get_running_loop().time() > deadline:
                raise _ended(log)
            for fetched in (await reader.getmany(timeout_ms=200)).values():
                records += fetched
    return records


def _ended(log: IO[bytes]) -> Refused:
    log.seek(0)
    lines = log.read().decode().splitlines() or ["nothing"]
    return Refused(f"the worker did not do its work; the last it said: {lines[-1]}", EXIT_BUG)
