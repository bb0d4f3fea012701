"""Who writes which partition: one producer with a producer id and an epoch for each of them.

Every output partition has a fence of its own, and so an epoch of its own; aiokafka knows one for a
whole producer. A producer for each partition would do as well, with a request and an answer for
each of them where one carries all: they are most of what a worker with little to do costs. The
price: a request is answered when its slowest partition is written.
"""

from aiokafka import TopicPartition
from aiokafka.producer.transaction_manager import TransactionManager

from pipeline.stream.producer_id import NO_TIMEOUT_MS, ProducerEpoch


class Epochs(TransactionManager):  # type: ignore[misc]  # it is untyped
    """Stands where an idempotent producer of aiokafka keeps its one producer id and epoch.

    A partition without one of its own has that of `default`.
    """

    def __init__(self, default: ProducerEpoch | None = None) -> None:
        super().__init__(transactional_id=None, transaction_timeout_ms=NO_TIMEOUT_MS)
        self._default = default
        self._epochs: dict[TopicPartition | None, ProducerEpoch] = {}
        self._sent: TopicPartition | None = None

    def begin(self, tp: TopicPartition, epoch: ProducerEpoch) -> None:
        """Write `tp` with `epoch` from now on: its batches are counted anew."""
        self._epochs[tp] = epoch
        self._sequence_numbers[tp] = 0

    def has_pid(self) -> bool:
        """So that aiokafka asks for none."""
        return True

    def sequence_number(self, tp: TopicPartition) -> int:
        """The number of the next record to `tp`.

        aiokafka asks for it directly before it asks for the producer id and the epoch of the same
        batch (producer/message_accumulator.py, `_pop_batch`), without saying which one that is.
        """
        self._sent = tp
        number: int = super().sequence_number(tp)
        return number

    def increment_sequence_number(self, tp: TopicPartition, increment: int) -> None:
        """Behind 2³¹ - 1 comes 0. aiokafka goes on below zero, which brokers refuse."""
        self._sequence_numbers[tp] = (self._sequence_numbers[tp] + increment) % 2**31

    @property
    def producer_id(self) -> int:
        """Of the partition whose sequence number was asked for."""
        return self._epoch().producer_id

    @property
    def producer_epoch(self) -> int:
        """The same."""
        return self._epoch().epoch

    def _epoch(self) -> ProducerEpoch:
        epoch = self._epochs.get(self._sent, self._default)
        if epoch is None:
            raise RuntimeError(f"nobody has begun to write {self._sent}")
        return epoch
