"""The members of an event that stand around the page: the contract, sections 2, 4 and 8."""

import json
from typing import Any, Final

import orjson

from pipeline.event.result import DeadLetter, Skipped
from pipeline.event.rules import Rules
from pipeline.event.values import is_absent, is_absent_object, is_number, kind, trim
from pipeline.event.warnings import Warnings

#: How much of an event a dead letter's message may hold, in characters.
_SHOWN: Final = 64


def put_type(event: dict[str, Any], rules: Rules) -> DeadLetter | Skipped | None:
    """Make an event a page event; refuse one of another type (the contract, section 2)."""
    sent = event.get("type")
    if sent == "page":
        return None
    if is_absent(sent):
        if isinstance(event.get("batch"), list):
            message = "batch: expected one event, found an array for the producer to split"
            return DeadLetter("batch_envelope", message, "batch")
    elif not isinstance(sent, str) or trim(sent) != "page":
        if rules.other_types == "skip":
            return Skipped()
        message = f'type: expected "page", found {_show(sent)}'
        return DeadLetter("unsupported_type", message, "type")
    event["type"] = "page"
    return None


def put_objects(event: dict[str, Any]) -> DeadLetter | None:
    """Make `properties`, `context` and `context.page` objects (the contract, section 4)."""
    return (
        _put_object(event, "properties", "properties")
        or _put_object(event, "context", "context")
        or _put_object(event["context"], "page", "context.page")
    )


def put_channel(event: dict[str, Any], warnings: Warnings) -> None:
    """Write the channel to the event and to its context (the contract, section 8)."""
    context: dict[str, Any] = event["context"]
    if "channel" in event:
        _clean_channel(event, "channel", warnings)
    if "channel" in context:
        _clean_channel(context, "context.channel", warnings)
    if channel := event.get("channel") or context.get("channel"):
        event["channel"] = context["channel"] = channel


def put_version(event: dict[str, Any]) -> None:
    """Make `version` a number, 1 where it is none (the contract, section 8)."""
    version = event.get("version")
    if isinstance(version, str):
        version = _read_number(trim(version))
    event["version"] = version if is_number(version) else 1


def put_integrations(event: dict[str, Any], warnings: Warnings) -> None:
    """Make `integrations` an object, empty where it is none (the contract, section 8)."""
    sent = event.get("integrations")
    if isinstance(sent, dict):
        return
    event["integrations"] = {}
    if not is_absent_object(sent):
        warnings.add("invalid_type", "integrations")


def _show(value: Any) -> str:
    if not isinstance(value, str):
        return kind(value)
    shown = json.dumps(value)  # one line of ASCII, whatever was sent
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."


def _put_object(members: dict[str, Any], field: str, path: str) -> DeadLetter | None:
    sent = members.get(field)
    if isinstance(sent, dict):
        return None
    if not is_absent_object(sent):
        message = f"{path}: expected an object, found {kind(sent)}"
        return DeadLetter("invalid_field", message, path)
    members[field] = {}
    return None


def _clean_channel(members: dict[str, Any], path: str, warnings: Warnings) -> None:
    sent = members["channel"]
    if isinstance(sent, str) and (channel := trim(sent)):
        members["channel"] = channel
        return
    del members["channel"]
    if not is_absent(sent):
        warnings.add("invalid_type", path)


def _read_number(text: str) -> Any:
    try:
        number = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    # An integer of more than 64 bits has become a float.
    return None if isinstance(number, float) and text.lstrip("-").isdigit() else number
