from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError

from pipeline.stream.batch import Batch, batches
from pipeline.stream.outlet import DeliveryFailed, Outlet
from pipeline.stream.output_record import OutputRecord


class Refusing:
    """In a producer's place: refuses batches with these errors, one after another."""

    def __init__(self, *errors: KafkaError) -> None:
        self._errors = list(errors)
        self.asked = 0

    async def send_batch(self, *_: Any, **__: Any) -> Any:
        self.asked += 1
        if self._errors:
            raise self._errors.pop(0)


def outlet(producer: Any) -> tuple[Outlet, Batch]:
    found = Outlet(producer, TopicPartition("enriched", 3))
    (batch,) = batches([OutputRecord(7, 0, b"key", b"value", [])], found.new_compressed_builder)
    return found, batch


async def test_a_batch_that_finds_no_room_in_time_is_offered_again() -> None:
    producer = Refusing(KafkaTimeoutError(), KafkaTimeoutError())
    out, batch = outlet(producer)
    await out.accept(batch)
    assert producer.asked == 3


async def test_a_batch_that_is_refused_for_good_says_which_and_why() -> None:
    out, batch = outlet(Refusing(MessageSizeTooLargeError()))
    with pytest.raises(DeliveryFailed, match=r"enriched, partition 3: raw offset 7, .* bytes"):
        await out.accept(batch)
