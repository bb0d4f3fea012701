"""`page-pipeline tail`: follows a topic."""

import sys
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress

import click
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from rich.console import Console

from pipeline.commands.kafka import be_let_in, run
from pipeline.commands.options import timeout_option, with_settings
from pipeline.commands.record_line import record_line, record_text
from pipeline.settings import Settings
from pipeline.stream.reader import committed_reader
from pipeline.stream.topic_admin import existing_topic
from pipeline.stream.topics import Topic

Show = Callable[[ConsumerRecord], None]


@click.command(epilog="Example: page-pipeline tail enriched --from-beginning --limit 1 | jq .value")
@click.argument("which", type=click.Choice(["raw", "enriched", "dead-letter"]))
@click.option("--from-beginning", is_flag=True, help="Start with the oldest record, not a new one.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="End after N records.")
@timeout_option
@with_settings
def tail(
    settings: Settings, which: str, limit: int | None, seconds: float, *, from_beginning: bool
) -> None:
    """Follow the raw, the enriched or the dead-letter topic until Ctrl-C.

    Writes one JSON object a line into a pipe or file, and pretty ones on a terminal. Uses no
    consumer group, so it takes no partition from a worker and leaves nothing behind.
    """
    show = _on_terminal() if sys.stdout.isatty() else _as_line
    records = _records(settings, which, seconds, from_beginning=from_beginning)
    with suppress(KeyboardInterrupt):
        run(_show(records, show, limit))


def _as_line(record: ConsumerRecord) -> None:
    sys.stdout.buffer.write(record_line(record))
    sys.stdout.buffer.flush()


def _on_terminal() -> Show:
    console = Console()
    return lambda record: console.print(record_text(record), soft_wrap=True)


async def _show(
    records: AsyncGenerator[ConsumerRecord, None], show: Show, limit: int | None
) -> None:
    shown = 0
    async with aclosing(records):
        async for record in records:
            show(record)
            shown += 1
            if shown == limit:
                return


async def _records(
    settings: Settings, which: str, seconds: float, *, from_beginning: bool
) -> AsyncGenerator[ConsumerRecord, None]:
    """Yield records as they come, without end; raise `Refused` when no broker answers any more."""
    name = {
        "raw": settings.raw_topic,
        "enriched": settings.enriched_topic,
        "dead-letter": settings.dead_letter_topic,
    }[which]
    await be_let_in(settings, f"tail {which}", seconds)
    topic = await existing_topic(settings, name, seconds)
    async with committed_reader(settings) as consumer:
        await _position(consumer, topic, from_beginning=from_beginning)
        where = "beginning" if from_beginning else "end"
        click.echo(f"following {name} from the {where}", err=True)
        looked = time.monotonic()
        while True:
            fetched = await consumer.getmany(timeout_ms=int(seconds * 1000))
            for records in fetched.values():
                for record in records:
                    yield record
            if time.monotonic() - looked >= seconds:
                # Nothing new, or nobody there? A consumer waits for its brokers without a word.
                await _follow_new_partitions(
                    consumer, await existing_topic(settings, name, seconds)
                )
                looked = time.monotonic()


async def _position(consumer: AIOKafkaConsumer, topic: Topic, *, from_beginning: bool) -> None:
    partitions = _partitions(topic)
    find = consumer.beginning_offsets if from_beginning else consumer.end_offsets
    _assign(consumer, await find(partitions))


async def _follow_new_partitions(consumer: AIOKafkaConsumer, topic: Topic) -> None:
    """Read partitions that the topic has got since, from their beginning."""
    partitions = _partitions(topic)
    if len(partitions) > len(consumer.assignment()):
        known = {each: await consumer.position(each) for each in consumer.assignment()}
        _assign(consumer, dict.fromkeys(partitions, 0) | known)


def _partitions(topic: Topic) -> list[TopicPartition]:
    return [TopicPartition(topic.name, partition) for partition in range(topic.partitions)]


def _assign(consumer: AIOKafkaConsumer, positions: Mapping[TopicPartition, int]) -> None:
    consumer.assign([*positions])
    for partition, offset in positions.items():
        consumer.seek(partition, offset)
