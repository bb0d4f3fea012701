"""Who sent the event, and which event it is: the contract, section 3."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from pipeline.event.record import RawRecord
from pipeline.event.result import DeadLetter
from pipeline.event.values import is_integer, kind, trim
from pipeline.event.warnings import Warnings


def put_identity(event: dict[str, Any]) -> DeadLetter | None:
    """Clean `userId` and `anonymousId`, None where absent; an event has at least one of them."""
    for field in ("userId", "anonymousId"):
        sent = event.get(field)
        if isinstance(sent, str):
            event[field] = trim(sent) or None
        elif is_integer(sent):
            event[field] = str(sent)
        elif sent is None:
            event[field] = None
        else:
            message = f"{field}: expected a string or an integer, found {kind(sent)}"
            return DeadLetter("invalid_identity", message, field)
    if event["userId"] or event["anonymousId"]:
        return None
    message = "userId: expected one, or an anonymousId, found neither"
    return DeadLetter("missing_identity", message, "userId")


def put_message_id(event: dict[str, Any], record: RawRecord, warnings: Warnings) -> None:
    """Clean `messageId`; make one that a replay repeats where there is none."""
    sent = event.get("messageId")
    if isinstance(sent, str) and (message_id := trim(sent)):
        event["messageId"] = message_id
    elif is_integer(sent):
        event["messageId"] = str(sent)
    else:
        place = f"kafka:{record.topic}/{record.partition}/{record.offset}"
        event["messageId"] = str(uuid5(NAMESPACE_URL, place))
        warnings.add("message_id_generated", "messageId")
