"""Asks a broker what we may do, and refuses to begin where that is less than is needed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    GroupAuthorizationFailedError,
    NotCoordinatorError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from pipeline.exits import EXIT_USAGE, Refused
from pipeline.settings import Settings
from pipeline.stream.authorization_requests import GroupOperations, TopicOperations
from pipeline.stream.producer_id import connected_client
from pipeline.stream.rights import Operation, Resource, Rights

#: Kafka's numbers: in its answers an operation is the bit of its number.
OPERATIONS: Final[dict[Operation, int]] = {
    "READ": 3,
    "WRITE": 4,
    "CREATE": 5,
    "DELETE": 6,
    "ALTER": 7,
    "DESCRIBE": 8,
    "DESCRIBE_CONFIGS": 10,
}
#: Each of these grants DESCRIBE too. Whoever may not even describe a resource has none of them;
#: of the others nothing is known then.
_DESCRIBING: Final = {"READ", "WRITE", "DELETE", "ALTER", "DESCRIBE"}
#: Only needed for topics that do not exist or have to grow, and CREATE may be the cluster's: the
#: broker's answer to the attempt decides.
_AT_THE_ATTEMPT: Final = {"CREATE", "ALTER"}

_ALL: Final = -1
#: Kafka's value for a group that does not exist, and all that the embedded broker says of a topic.
_NOT_TOLD: Final = -(2**31)

_PASSING = (CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError)
#: Between two questions to a coordinator that is still loading, in seconds.
PAUSE: Final = 0.05


async def refuse_missing_rights(settings: Settings, needed: Rights) -> None:
    """Raise `Refused`, with the names of what is missing, where the broker does not grant `needed`.

    Raises `KafkaError` where no broker can be reached. Of what a broker does not tell, all is
    granted: its answers to the requests themselves come later.
    """
    async with connected_client(settings) as client:
        try:
            missing = {
                resource: await _missing(client, resource, operations)
                for resource, operations in needed.items()
            }
        except NotImplementedError:  # aiokafka's word for a request that the broker does not know
            return
    if any(missing.values()):
        raise Refused(not_granted(missing), EXIT_USAGE)


def not_granted(missing: Mapping[Resource, Sequence[Operation]]) -> str:
    """Say what the broker does not grant, in one line."""
    told = [f"{', '.join(lacking)} on {each}" for each, lacking in missing.items() if lacking]
    return f"the broker does not grant {'; '.join(told)}"


async def _missing(
    client: AIOKafkaClient, resource: Resource, needed: Sequence[Operation]
) -> list[Operation]:
    granted = await _granted(client, resource)
    if granted is None:
        return [each for each in needed if each in _DESCRIBING]
    asked = [each for each in needed if each not in _AT_THE_ATTEMPT]
    return [each for each in asked if not granted >> OPERATIONS[each] & 1]


async def _granted(client: AIOKafkaClient, resource: Resource) -> int | None:
    """Give the operations that we may do, a bit each; None if we may not even describe it."""
    match resource.kind:
        case "topic":
            return await _on_topic(client, resource.name)
        case "group":
            return await _on_group(client, resource.name)
        case "transactional id":
            return await _on_transactional_id(client, resource.name)


async def _on_topic(client: AIOKafkaClient, name: str) -> int | None:
    answer = await client.send(client.get_random_node(), TopicOperations(name))
    (error_code, *_, operations), *_ = answer.topics
    return None if error_code == TopicAuthorizationFailedError.errno else _told(operations)


async def _on_group(client: AIOKafkaClient, name: str) -> int | None:
    try:
        coordinator = await _coordinator(client, CoordinationType.GROUP, name)
    except GroupAuthorizationFailedError:
        return None
    answer = await client.send(
        coordinator, GroupOperations(name), group=ConnectionGroup.COORDINATION
    )
    return _told(answer.groups[0][-1])


def _told(operations: int) -> int:
    return _ALL if operations == _NOT_TOLD else operations


async def _on_transactional_id(client: AIOKafkaClient, name: str) -> int | None:
    """No broker tells more than whether we may describe it; asking for an epoch is the proof."""
    try:
        await _coordinator(client, CoordinationType.TRANSACTION, name)
    except TransactionalIdAuthorizationFailed:
        return None
    return _ALL


async def _coordinator(client: AIOKafkaClient, kind: CoordinationType, name: str) -> int:
    while True:
        try:
            coordinator: int = await client.coordinator_lookup(kind, name)
        except _PASSING:
            await asyncio.sleep(PAUSE)
        else:
            return coordinator
