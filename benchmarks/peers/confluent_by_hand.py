"""confluent-kafka, by its documentation: `consume` many, `produce` each, `flush`, commit."""

from confluent_kafka import Consumer, Message, Producer

from benchmarks.peers.common import BROKERS, GROUP, RAW_TOPIC, process
from pipeline import Record

#: As many as are there, but no longer than this for them, in seconds: latency is measured too.
MESSAGES, WAIT = 1_000, 0.01


def main() -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": GROUP,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    producer = Producer({"bootstrap.servers": BROKERS, "acks": "all"})
    consumer.subscribe([RAW_TOPIC])
    while True:
        messages = consumer.consume(MESSAGES, WAIT)
        for message in messages:
            send(producer, message)
        if messages:
            producer.flush()
            consumer.commit(asynchronous=False)


def send(producer: Producer, raw: Message) -> None:
    if raw.error():
        raise RuntimeError(raw.error())
    _, timestamp = raw.timestamp()
    record = Record(raw.value(), raw.topic(), raw.partition(), raw.offset(), timestamp)
    topic, key, value = process(record, raw.key())
    producer.produce(topic, value, key, partition=raw.partition(), timestamp=timestamp)


if __name__ == "__main__":
    main()
