import asyncio
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import TopicAuthorizationFailedError
from aiokafka.producer.message_accumulator import BatchBuilder

from pipeline.observe.counts import Tally
from pipeline.stream.batch import batches
from pipeline.stream.output_record import OutputRecord
from pipeline.stream.outputs import Outputs
from pipeline.stream.writer import Writer

NOTHING = Tally(0, 0, [], [], [])


class Producer:
    """Takes events, refuses dead letters."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(1_000, 0)

    async def send_batch(self, _: BatchBuilder, topic: str, **__: Any) -> "asyncio.Future[Any]":
        self.sent.append(topic)
        delivery = asyncio.get_running_loop().create_future()
        if topic == "dead-letter":
            delivery.set_exception(TopicAuthorizationFailedError(topic))
        else:
            delivery.set_result(None)
        return delivery


async def test_nothing_is_sent_behind_a_dead_letter_that_is_refused() -> None:
    producer: Any = Producer()
    failures: list[Exception] = []
    enriched, dead_letter = TopicPartition("enriched", 0), TopicPartition("dead-letter", 0)
    writer = Writer(producer, enriched, dead_letter, -1, failures.append)
    for dead_letters in ([OutputRecord(1, 0, b"", b"", [])], []):
        events = batches([OutputRecord(0, 0, b"", b"", [])], writer.new_builder)
        writer.write(Outputs(events, dead_letters, [], NOTHING), lambda: None)
    await asyncio.sleep(0.01)
    await asyncio.gather(writer._task, return_exceptions=True)
    assert producer.sent == ["dead-letter"]
    assert len(failures) == 1
