"""From a canonical event to the bytes and the key of its record: the contract, section 8."""

from typing import Any, Final

import orjson

from pipeline.event.result import Enriched
from pipeline.event.warnings import Warnings

#: The members of the contract, in the order in which they are written.
ORDER: Final = (
    "messageId",
    "type",
    "name",
    "userId",
    "anonymousId",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "receivedAt",
    "channel",
    "version",
    "properties",
    "context",
    "integrations",
)
_NO_EVENT: Final[dict[str, Any]] = dict.fromkeys(ORDER)


def encode(event: dict[str, Any], warnings: Warnings) -> Enriched:
    """Write an event, unknown members behind the known ones, in their order.

    Without the write key, a credential, and without `null`, which is absent at the top level.
    `context.warnings` is the pipeline's own.
    """
    event.pop("writeKey", None)
    context: dict[str, Any] = event["context"]
    context.pop("warnings", None)
    if warnings:
        context["warnings"] = warnings
    key: str = event["userId"] or event["anonymousId"]
    ordered = _NO_EVENT | event
    # Deleting the few takes less than copying the others.
    for member in [member for member, value in ordered.items() if value is None]:
        del ordered[member]
    codes = tuple([warning["code"] for warning in warnings]) if warnings else ()
    # Without a NamedTuple's own constructor, which is a Python function.
    return tuple.__new__(Enriched, (orjson.dumps(ordered), key.encode(), codes))
