"""The delivery guarantee: what is done before a partition is read and written."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.stream.producer_id import ProducerEpoch
from pipeline.stream.resume import Position


class Opening(NamedTuple):
    """How a partition is opened: where to read from, and with which epoch to write, if with any."""

    position: Position
    epoch: ProducerEpoch | None


class Guarantee(Protocol):
    """One way to open partitions; `at_least_once.py` and `exactly_once.py` are the two."""

    async def check(self) -> None:
        """Say what holds; raises `Refused` where the broker cannot give it."""
        ...

    async def prepare(
        self, kafka: AIOKafkaConsumer, assigned: Sequence[TopicPartition]
    ) -> Mapping[TopicPartition, Opening]:
        """How to open each of `assigned`; raises `KafkaError` where the brokers do not answer."""
        ...

    async def renew(self, epochs: Mapping[TopicPartition, ProducerEpoch]) -> None:
        """Keep the brokers from forgetting who may write."""
        ...
