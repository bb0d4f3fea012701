"""Faust, by its documentation: an agent, one event after the other, `await topic.send`."""

from tempfile import gettempdir

import faust

from benchmarks.peers.common import (
    BROKERS,
    DEAD_LETTER_TOPIC,
    ENRICHED_TOPIC,
    GROUP,
    RAW_TOPIC,
    process,
)
from pipeline import Record

app = faust.App(
    GROUP,
    broker=f"kafka://{BROKERS}",
    key_serializer="raw",
    value_serializer="raw",
    topic_allow_declare=False,
    topic_disable_leader=True,
    web_enabled=False,
    datadir=gettempdir(),
)
topics = {name: app.topic(name) for name in (RAW_TOPIC, ENRICHED_TOPIC, DEAD_LETTER_TOPIC)}


@app.agent(topics[RAW_TOPIC])
async def enrich_page_events(events: faust.Stream[bytes]) -> None:
    async for event in events.events():
        raw = event.message
        timestamp = round(1000 * raw.timestamp)
        record = Record(raw.value, raw.topic, raw.partition, raw.offset, timestamp)
        topic, key, value = process(record, raw.key)
        await topics[topic].send(key=key, value=value, timestamp=raw.timestamp)


if __name__ == "__main__":
    app.main()
