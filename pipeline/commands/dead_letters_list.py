"""Counts the dead letters, and writes the counts for a person or for a program."""

import json
from collections.abc import Iterator
from typing import Any

import orjson

from pipeline.commands.kafka import be_let_in
from pipeline.commands.printable import printable
from pipeline.commands.progress import counted_progress
from pipeline.commands.text_table import text_table
from pipeline.event.instant import is_instant, write_instant
from pipeline.settings import Settings
from pipeline.stream.reader import FETCH_WAIT_MS, committed_reader
from pipeline.stream.replay.log import find_logs
from pipeline.stream.replay.tally import Sample, Tally
from pipeline.stream.topic_admin import existing_topic


async def count(settings: Settings, found: Tally, seconds: float) -> Tally:
    """Read the dead-letter topic as it is now, and count what there is in `found`."""
    await be_let_in(settings, "dead-letters list", seconds)
    topic = await existing_topic(settings, settings.dead_letter_topic, seconds)
    async with committed_reader(settings, FETCH_WAIT_MS) as reader:
        dead_letters = await find_logs(reader, topic, seconds)
        total = sum(log.end - log.begin for log in dead_letters.logs.values())
        with counted_progress("reading dead letters", total) as on_read:
            for tp in dead_letters.logs:
                async for records in dead_letters.read(tp):
                    for record in records:
                        found.add(record)
                    on_read(len(records))
    return found


def as_json(topic: str, found: Tally) -> bytes:
    """Write one JSON object, in one line."""
    counts = [{"code": code, "day": day, "count": n} for (code, day), n in _counts(found)]
    described = {
        "topic": topic,
        "dead_letters": found.counts.total(),
        "others": found.others,
        "counts": counts,
        "newest": [_described(sample) for sample in found.newest()],
    }
    return orjson.dumps(described, option=orjson.OPT_APPEND_NEWLINE)


def as_text(topic: str, found: Tally) -> bytes:
    """Write what a person reads."""
    return "".join(f"{line}\n" for line in _lines(topic, found)).encode()


def _lines(topic: str, found: Tally) -> Iterator[str]:
    yield f"{topic}: {found.counts.total()} dead letters"
    if found.others:
        yield f"and {found.others} records that the pipeline did not write"
    if found.counts:
        rows = [(code, day or "no day", n) for (code, day), n in _counts(found)]
        yield ""
        yield from text_table(("code", "day", "dead letters"), rows)
    for sample in found.newest():
        time = write_instant(sample.timestamp) if is_instant(sample.timestamp) else "no time"
        yield ""
        yield f"{sample.reason.code}  partition {sample.partition}, offset {sample.offset}  {time}"
        yield f"  {one_line(sample.reason.message)}"


def one_line(text: str) -> str:
    """Escape what others sent, so that a terminal shows it, and on one line."""
    return printable(json.dumps(text, ensure_ascii=False)[1:-1])


def _counts(found: Tally) -> list[tuple[tuple[str, str | None], int]]:
    return sorted(found.counts.items(), key=lambda each: (each[0][0], each[0][1] or ""))


def _described(sample: Sample) -> dict[str, Any]:
    timestamp, partition, offset, reason = sample
    return {
        "code": reason.code,
        "field": reason.field,
        "message": reason.message,
        "partition": partition,
        "offset": offset,
        "timestamp": timestamp,
        "source_offset": reason.source_offset,
    }
