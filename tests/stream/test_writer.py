import asyncio
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import MessageSizeTooLargeError, TopicAuthorizationFailedError
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch

from pipeline.observe.counts import Tally
from pipeline.stream.batch import batches
from pipeline.stream.output_record import OutputRecord
from pipeline.stream.outputs import Outputs
from pipeline.stream.writer import Writer

NOTHING = Tally(0, 0, [], [], [])
TOPICS = TopicPartition("enriched", 0), TopicPartition("dead-letter", 0)


class LimitedProducer:
    """Takes no batch of more than 1,000 bytes; `values` are those of the records that it took."""

    _txn_manager = None

    def __init__(self) -> None:
        self.values: list[bytes | None] = []

    def create_batch(self) -> BatchBuilder:
        return BatchBuilder(100, 0)

    async def send_batch(self, builder: BatchBuilder, *_: Any, **__: Any) -> "asyncio.Future[Any]":
        built = bytes(builder._build())
        delivery = asyncio.get_running_loop().create_future()
        if len(built) > 1_000:
            delivery.set_exception(MessageSizeTooLargeError())
        else:
            self.values += [record.value for record in DefaultRecordBatch(built)]
            delivery.set_result(None)
        return delivery


async def test_a_dead_letter_that_is_too_large_goes_compressed_and_no_other_again() -> None:
    producer: Any = LimitedProducer()
    written = asyncio.Event()
    failures: list[Exception] = []
    writer = Writer(producer, *TOPICS, -1, failures.append)
    values = [b"first", b"x" * 5_000, b"last"]
    dead_letters = [OutputRecord(offset, 0, b"", each, []) for offset, each in enumerate(values)]
    writer.write(Outputs([], dead_letters, [], NOTHING), written.set)
    await asyncio.wait_for(written.wait(), 5)
    writer._task.cancel()
    assert (producer.values, failures) == (values, [])


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
    writer = Writer(producer, *TOPICS, -1, failures.append)
    for dead_letters in ([OutputRecord(1, 0, b"", b"", [])], []):
        events = batches([OutputRecord(0, 0, b"", b"", [])], writer.new_builder)
        writer.write(Outputs(events, dead_letters, [], NOTHING), lambda: None)
    await asyncio.sleep(0.01)
    await asyncio.gather(writer._task, return_exceptions=True)
    assert producer.sent == ["dead-letter"]
    assert len(failures) == 1
