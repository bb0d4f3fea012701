"""Workers as they should not be: what the suite must be able to find out.

`python -m tests.chaos.bad_worker auto_commit` commits by the clock, whatever was delivered.
`python -m tests.chaos.bad_worker acknowledge_early` is our own worker, but acknowledges a chunk
when it is handed to the producer.
"""

import asyncio
import sys
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord

from pipeline import DeadLetter, Enriched, Enricher, Record
from pipeline.settings import Settings, load_settings
from pipeline.stream.dead_letter_record import dead_letter_record
from pipeline.stream.output_record import OutputRecord
from pipeline.stream.outputs import Outputs
from pipeline.stream.partition import Partition
from pipeline.stream.worker import run


async def auto_commit(settings: Settings) -> None:
    """The loop of many a tutorial."""
    enrich = Enricher(settings.rules)
    consumer = AIOKafkaConsumer(
        settings.raw_topic,
        bootstrap_servers=settings.brokers,
        group_id=settings.group,
        group_instance_id=settings.instance_id,
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        auto_commit_interval_ms=100,
        session_timeout_ms=6_000,
    )
    producer = AIOKafkaProducer(bootstrap_servers=settings.brokers, linger_ms=500)
    async with consumer, producer:
        print('"Reading it, partitions 0, 1, 2, 3"', flush=True)  # noqa: T201 - what the runs await
        while True:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for raw in records:
                    record = Record(raw.value, raw.topic, raw.partition, raw.offset, raw.timestamp)
                    match enrich(record):
                        case Enriched() as event:
                            await _send(
                                producer, settings.enriched_topic, raw.partition, _event(raw, event)
                            )
                        case DeadLetter() as dead_letter:
                            await _send(
                                producer,
                                settings.dead_letter_topic,
                                raw.partition,
                                dead_letter_record(raw, dead_letter),
                            )


def _event(raw: ConsumerRecord, event: Enriched) -> OutputRecord:
    headers = [*raw.headers, ("source-offset", b"%d" % raw.offset)]
    return OutputRecord(raw.offset, raw.timestamp, event.key, event.value, headers)


async def _send(
    producer: AIOKafkaProducer, topic: str, partition: int, record: OutputRecord
) -> None:
    _offset, timestamp, key, value, headers = record
    await producer.send(
        topic, value, key, partition=partition, timestamp_ms=timestamp, headers=headers
    )


def acknowledge_early(settings: Settings) -> int:
    """Our own worker with one line in the wrong place, and a producer that lingers."""

    def publish_early(self: Partition, outputs: Outputs, on_written: Callable[[], Any]) -> None:
        self._unwritten += 1
        on_written()
        asyncio.get_running_loop().call_later(2, self._writer.write, outputs, lambda: None)

    Partition.publish = publish_early  # type: ignore[method-assign]
    return run(settings, [])


if __name__ == "__main__":
    if sys.argv[1] == "auto_commit":
        asyncio.run(auto_commit(load_settings()))
    else:
        sys.exit(acknowledge_early(load_settings()))
