"""`page-pipeline lag`: how far behind the workers are, and since when."""

import asyncio
from collections.abc import Mapping

import click
import orjson
from aiokafka import AIOKafkaConsumer, TopicPartition
from rich.console import Console

from pipeline.commands.kafka import be_let_in, run
from pipeline.commands.lag_table import PartitionLag, lag_json, lag_notes, lag_table
from pipeline.commands.options import timeout_option, with_settings
from pipeline.commands.output import write_out
from pipeline.settings import Settings
from pipeline.stream.connection import client_options
from pipeline.stream.header_names import read_any_header_name
from pipeline.stream.raw_log import committed_offsets
from pipeline.stream.reader import connected_reader
from pipeline.stream.resume import Log, resume
from pipeline.stream.topic_admin import existing_topic

#: How long to wait for records before looking at the positions again, in milliseconds.
POLL_MS = 100


@click.command(epilog="Example: page-pipeline lag --json | jq .lag")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
@timeout_option
@with_settings
def lag(settings: Settings, seconds: float, *, as_json: bool) -> None:
    """Show how many raw records the workers have still to read, and since when they wait.

    A line for each partition of the raw topic: what the group has committed, where the log ends,
    the records between the two, and the timestamp of the first of them. Workers commit once a
    second, so the outputs may hold more already. Joins no group and leaves nothing behind.
    """
    found = run(_measure(settings, seconds))
    if as_json:
        described = lag_json(settings.group, settings.raw_topic, found)
        write_out(orjson.dumps(described, option=orjson.OPT_APPEND_NEWLINE))
        return
    Console(highlight=False).print(lag_table(found))
    for note in lag_notes(settings.group, settings.raw_topic, found):
        click.echo(note)


async def _measure(settings: Settings, seconds: float) -> list[PartitionLag]:
    await be_let_in(settings, "lag", seconds)
    topic = await existing_topic(settings, settings.raw_topic, seconds)
    partitions = [TopicPartition(topic.name, number) for number in range(topic.partitions)]
    read_any_header_name()
    async with asyncio.timeout(seconds):
        # The ends behind the committed offsets, so that no partition is ahead of its log.
        committed = await _committed(settings, partitions)
        async with connected_reader(settings) as reader:
            log, since = await _read_from(reader, committed)
    return [
        PartitionLag(
            tp.partition,
            offset,
            log[tp].end,
            resume(log[tp], offset, None, None).start,
            since.get(tp),
        )
        for tp, offset in committed.items()
    ]


async def _committed(
    settings: Settings, partitions: list[TopicPartition]
) -> dict[TopicPartition, int | None]:
    """Ask for the group's offsets; who subscribes to nothing does not join it."""
    async with AIOKafkaConsumer(
        **client_options(settings), group_id=settings.group, enable_auto_commit=False
    ) as kafka:
        return await committed_offsets(kafka, partitions)


async def _read_from(
    reader: AIOKafkaConsumer, committed: Mapping[TopicPartition, int | None]
) -> tuple[dict[TopicPartition, Log], dict[TopicPartition, int]]:
    """Read where each log begins and ends, and the timestamp, in ms, of its first unread record.

    The end is the one that came with the records, since the embedded broker, when it is asked for
    ends, counts the records of a batch as one.
    """
    begins = await reader.beginning_offsets(list(committed))
    reader.assign(list(committed))
    for tp, offset in committed.items():
        reader.seek(tp, begins[tp] if offset is None else offset)
    since: dict[TopicPartition, int] = {}
    waiting = list(committed)
    while waiting:
        for tp, records in (await reader.getmany(*waiting, timeout_ms=POLL_MS)).items():
            since[tp] = records[0].timestamp
        waiting = [tp for tp in waiting if tp not in since and not await _at_end(reader, tp)]
    return {tp: Log(begins[tp], reader.highwater(tp)) for tp in committed}, since


async def _at_end(reader: AIOKafkaConsumer, tp: TopicPartition) -> bool:
    """Whether nothing is left to read; markers of transactions, which are no records, are not."""
    end = reader.highwater(tp)
    return end is not None and await reader.position(tp) >= end
