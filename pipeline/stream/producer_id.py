"""Producer ids, which a broker grants: with one, no batch is written twice or out of order."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, OperationNotAttempted, UnknownError, for_code
from aiokafka.protocol.transaction import InitProducerIdRequest

from pipeline.settings import Settings
from pipeline.stream.connection import client_options

#: Without a transaction the timeout means nothing, but the request has the field.
NO_TIMEOUT_MS = 2**31 - 1


class ProducerEpoch(NamedTuple):
    """Who may write: a producer id, and the latest of its epochs."""

    producer_id: int
    epoch: int


async def new_producer_id(client: AIOKafkaClient) -> ProducerEpoch | None:
    """A producer id of our own, None where the broker grants none: the embedded one does not.

    Raises `KafkaError` where it refuses for another reason, or cannot be reached.
    """
    request = InitProducerIdRequest(transactional_id=None, transaction_timeout_ms=NO_TIMEOUT_MS)
    response = await client.send(client.get_random_node(), request)
    try:
        raise_error(response.error_code)
    except UnknownError:
        return None
    return ProducerEpoch(response.producer_id, response.producer_epoch)


@asynccontextmanager
async def connected_client(settings: Settings) -> AsyncIterator[AIOKafkaClient]:
    """A client for single requests; raises `KafkaError` where no broker can be reached."""
    client = AIOKafkaClient(**client_options(settings))
    try:
        await client.bootstrap()
        yield client
    finally:
        await client.close()


def raise_error(code: int) -> None:
    """Raise what a broker's error code stands for."""
    error: type[KafkaError] = for_code(code)
    if code:
        raise error


def error_codes(response: Any) -> list[int]:
    """All error codes in the answer to a request about transactions.

    Where one partition is refused, the others are not attempted: that is no reason.
    """
    if hasattr(response, "error_code"):
        return [response.error_code]
    codes = [code for _topic, partitions in response.errors for _partition, code in partitions]
    return [code for code in codes if code != OperationNotAttempted.errno]
