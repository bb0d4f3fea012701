"""The fence: from it on, no earlier writer of a partition can write to the output topics.

A worker that was stopped for longer than its session (a frozen virtual machine, a pause of the
whole process) does not know that its partitions have another owner, and still sends what it had
queued. The fence makes the brokers refuse that. It is an empty transaction, aborted at once: its
markers carry a new producer epoch into both output partitions, and a broker rejects every batch of
an older epoch of the same producer id from its marker on. No data is in a transaction.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import (
    ConcurrentTransactions,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    InvalidProducerEpoch,
    NotCoordinatorError,
    ProducerFenced,
    UnknownTopicOrPartitionError,
)
from aiokafka.protocol.transaction import (
    AddPartitionsToTxnRequest,
    EndTxnRequest,
    InitProducerIdRequest,
)

from pipeline.stream.producer_id import ProducerEpoch, error_codes, raise_error

#: Pause before a request is sent again, in seconds: the markers take some milliseconds.
RETRY_SECONDS = 0.02
#: The transaction is aborted at once; the broker would do it after this long, in milliseconds.
TRANSACTION_TIMEOUT_MS = 60_000
ABORT = False
#: Short of the last epoch of a producer id, 32767, behind which the brokers grant another id.
LAST_EPOCH = 32_000

_PASSING = (
    ConcurrentTransactions,
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    NotCoordinatorError,
    UnknownTopicOrPartitionError,
)


def fence_of(
    client: AIOKafkaClient, enriched_topic: str, dead_letter_topic: str, partition: int
) -> "Fence":
    """The fence before one partition of the output topics.

    The transactional id names the output and not the consumer group: two groups that write to one
    output must fence each other as well.
    """
    transactional_id = f"{enriched_topic}-{partition}"
    return Fence(client, transactional_id, (enriched_topic, dead_letter_topic), partition)


class Fence:
    """One transactional id, and the output partitions that its markers go to."""

    def __init__(
        self, client: AIOKafkaClient, transactional_id: str, topics: Iterable[str], partition: int
    ) -> None:
        self._client = client
        self._transactional_id = transactional_id
        self._partitions = [(topic, [partition]) for topic in topics]
        self._coordinator: int | None = None

    async def raise_(self) -> ProducerEpoch:
        """Shut out every earlier writer, and give the epoch to write with.

        Raises `ProducerFenced` if somebody else raised the fence at the same time, another
        `KafkaError` if the brokers refuse or cannot be reached.
        """
        await self.renew(await self.next_epoch())
        # Granted only when the markers of the aborted transaction are written.
        writer = await self.next_epoch()
        # Another id is taken here: if the next fence began with one, it would not shut out ours.
        while writer.epoch > LAST_EPOCH:
            writer = await self.next_epoch()
        return writer

    async def renew(self, writer: ProducerEpoch) -> None:
        """Use the transactional id, or the brokers forget it after a week; writing may go on."""
        await self._request(
            AddPartitionsToTxnRequest(self._transactional_id, *writer, self._partitions)
        )
        await self._request(EndTxnRequest(self._transactional_id, *writer, ABORT))

    async def next_epoch(self) -> ProducerEpoch:
        """The next epoch of the transactional id's producer."""
        response = await self._request(
            InitProducerIdRequest(self._transactional_id, TRANSACTION_TIMEOUT_MS)
        )
        return ProducerEpoch(response.producer_id, response.producer_epoch)

    async def _request(self, request: Any) -> Any:
        while True:
            try:
                return await self._send(request)
            except InvalidProducerEpoch:
                raise ProducerFenced from None
            except _PASSING:
                self._coordinator = None
                await asyncio.sleep(RETRY_SECONDS)

    async def _send(self, request: Any) -> Any:
        if self._coordinator is None:
            self._coordinator = await self._client.coordinator_lookup(
                CoordinationType.TRANSACTION, self._transactional_id
            )
        response = await self._client.send(
            self._coordinator, request, group=ConnectionGroup.COORDINATION
        )
        for code in error_codes(response):
            raise_error(code)
        return response
