"""quixstreams, by its documentation: a dataframe that applies the core and writes to a topic."""

from tempfile import gettempdir
from typing import Any

from quixstreams import Application, message_context
from quixstreams.models import Serializer, Topic

from benchmarks.peers.common import (
    BROKERS,
    DEAD_LETTER_TOPIC,
    ENRICHED_TOPIC,
    GROUP,
    RAW_TOPIC,
    Output,
    process,
)
from pipeline import Record


class OutputSerializer(Serializer):
    """Writes the value that the core has made."""

    def __call__(self, value: Output, ctx: Any) -> bytes | None:  # noqa: ARG002
        return value.value


app = Application(
    broker_address=BROKERS,
    consumer_group=GROUP,
    auto_offset_reset="earliest",
    auto_create_topics=False,
    loglevel="WARNING",
    state_dir=gettempdir(),
)
raw_topic = app.topic(RAW_TOPIC, key_deserializer="bytes", value_deserializer="bytes")
outputs = {
    name: app.topic(name, key_serializer="bytes", value_serializer=OutputSerializer())
    for name in (ENRICHED_TOPIC, DEAD_LETTER_TOPIC)
}


def enrich(value: bytes, key: bytes, timestamp: int, _headers: Any) -> Output:
    raw = message_context()
    return process(Record(value, raw.topic, raw.partition, raw.offset, timestamp), key)


def topic_of(value: Output, _key: Any, _timestamp: int, _headers: Any) -> Topic:
    return outputs[value.topic]


events = app.dataframe(raw_topic)
events = events.apply(enrich, metadata=True)
events.to_topic(topic_of, key=lambda output: output.key)

if __name__ == "__main__":
    app.run()
