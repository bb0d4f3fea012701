"""bytewax, by its documentation: a flow from its Kafka source through the core to its Kafka sink.

A batch at a time with `flat_map_batch`, which costs less than `map`. Without a recovery store, the
cheapest way: it commits nothing, and a flow that is started again begins anew.
"""

from collections.abc import Iterable

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource, KafkaSourceMessage
from bytewax.dataflow import Dataflow

from benchmarks.peers.common import BROKERS, RAW_TOPIC, process
from pipeline import Record


def enrich(
    batch: list[KafkaSourceMessage[bytes, bytes]],
) -> Iterable[KafkaSinkMessage[bytes, bytes]]:
    for raw in batch:
        _, timestamp = raw.timestamp
        record = Record(raw.value, raw.topic, raw.partition, raw.offset, timestamp)
        topic, key, value = process(record, raw.key)
        yield KafkaSinkMessage(key, value, topic=topic, timestamp=timestamp)


flow = Dataflow("enrich_page_events")
raw_events = op.input("raw", flow, KafkaSource(BROKERS.split(","), [RAW_TOPIC]))
outputs = op.flat_map_batch("enrich", raw_events, enrich)
op.output("outputs", outputs, KafkaSink(BROKERS.split(","), topic=None))
