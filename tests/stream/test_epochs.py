import asyncio
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.producer.message_accumulator import MessageAccumulator

from pipeline.stream.epochs import Epochs
from pipeline.stream.outlet import Outlet
from pipeline.stream.producer import _write_with
from pipeline.stream.producer_id import ProducerEpoch

FIRST, SECOND = TopicPartition("enriched", 0), TopicPartition("enriched", 1)
OURS, NEWER, OTHERS = ProducerEpoch(7, 3), ProducerEpoch(7, 5), ProducerEpoch(8, 0)


class Sent:
    """What a producer's accumulator hands to its sender."""

    def __init__(self, epochs: Epochs) -> None:
        self.producer: Any = AIOKafkaProducer(enable_idempotence=True)
        _write_with(self.producer, epochs)
        self._accumulator: MessageAccumulator = self.producer._message_accumulator

    async def queue(self, tp: TopicPartition) -> "asyncio.Future[Any]":
        builder = self.producer.create_batch()
        for _ in range(2):
            builder.append(timestamp=0, key=None, value=b"value", headers=[])
        queued: asyncio.Future[Any] = await self._accumulator.add_batch(builder, tp, 1)
        return queued

    async def batch(self, tp: TopicPartition) -> tuple[int, int, int]:
        """The producer id, the epoch and the first sequence number of the next batch to `tp`."""
        await self.queue(tp)
        written = self._accumulator._pop_batch(tp).get_data_buffer()
        numbers = [written[43:51], written[51:53], written[53:57]]
        producer_id, epoch, sequence = [int.from_bytes(number, "big") for number in numbers]
        return producer_id, epoch, sequence


async def test_every_partition_is_written_with_its_own_epoch_and_counted_by_itself() -> None:
    epochs = Epochs()
    epochs.begin(FIRST, OURS)
    epochs.begin(SECOND, OTHERS)
    sent = Sent(epochs)
    assert await sent.batch(FIRST) == (7, 3, 0)
    assert await sent.batch(SECOND) == (8, 0, 0)
    assert await sent.batch(FIRST) == (7, 3, 2)
    assert await sent.batch(SECOND) == (8, 0, 2)
    await sent.producer.stop()


async def test_a_newer_epoch_counts_anew() -> None:
    epochs = Epochs()
    epochs.begin(FIRST, OURS)
    sent = Sent(epochs)
    await sent.batch(FIRST)
    epochs.begin(FIRST, NEWER)
    assert await sent.batch(FIRST) == (7, 5, 0)
    await sent.producer.stop()


async def test_the_sequence_numbers_begin_anew_where_they_end() -> None:
    epochs = Epochs()
    epochs.begin(FIRST, OURS)
    epochs.increment_sequence_number(FIRST, 2**31 - 10)
    epochs.increment_sequence_number(FIRST, 100)
    assert epochs.sequence_number(FIRST) == 90
    epochs.increment_sequence_number(FIRST, -100)
    assert epochs.sequence_number(FIRST) == 2**31 - 10


async def test_what_waited_to_be_sent_is_not_written_with_the_next_epoch() -> None:
    epochs = Epochs()
    epochs.begin(FIRST, OURS)
    sent = Sent(epochs)
    abandoned = await sent.queue(FIRST)
    Outlet(sent.producer, FIRST).drop()
    epochs.begin(FIRST, NEWER)
    assert await sent.batch(FIRST) == (7, 5, 0)
    await asyncio.sleep(0)
    assert abandoned.cancelled()
    await sent.producer.stop()


async def test_what_waited_to_be_sent_again_is_dropped_as_well() -> None:
    epochs = Epochs()
    epochs.begin(FIRST, OURS)
    sent = Sent(epochs)
    unhandled: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unhandled.append(context))
    abandoned = await sent.queue(FIRST)
    accumulator = sent.producer._message_accumulator
    accumulator.reenqueue(accumulator._pop_batch(FIRST))
    Outlet(sent.producer, FIRST).drop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert abandoned.cancelled()
    assert accumulator._pending_batches == set()
    assert unhandled == []
    await sent.producer.stop()


async def test_one_epoch_may_serve_all_partitions() -> None:
    sent = Sent(Epochs(OTHERS))
    assert await sent.batch(FIRST) == (8, 0, 0)
    assert await sent.batch(SECOND) == (8, 0, 0)
    await sent.producer.stop()


async def test_nothing_is_written_where_nobody_has_begun() -> None:
    sent = Sent(Epochs())
    with pytest.raises(RuntimeError, match="nobody has begun to write"):
        await sent.batch(FIRST)
    await sent.producer.stop()
