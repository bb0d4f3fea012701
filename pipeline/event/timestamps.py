"""When an event happened, was sent and was received: the contract, section 7."""

from typing import Any, Final

from pipeline.event.instant import is_instant, read_canonical, read_instant, write_instant
from pipeline.event.values import is_absent
from pipeline.event.warnings import Warnings

#: How far ahead of its receipt an event is believed to be, in milliseconds.
_BELIEVED_AHEAD: Final = 3_600_000


def put_timestamps(
    event: dict[str, Any], kafka_timestamp: int, skew_tolerance: float, warnings: Warnings
) -> None:
    """Write an event's times, its `timestamp` corrected by how far the sender's clock was off.

    `kafka_timestamp` is in milliseconds since 1970, `skew_tolerance` in seconds.
    """
    sent_at = _clean(event, "sentAt", warnings)
    original = (
        _clean(event, "originalTimestamp", warnings) if "originalTimestamp" in event else None
    )
    timestamp = _clean(event, "timestamp", warnings)
    received_at = _clean(event, "receivedAt", warnings) if "receivedAt" in event else None
    if received_at is None:
        received_at = _receive(kafka_timestamp, (sent_at, original, timestamp), warnings)
        event["receivedAt"] = write_instant(received_at)
    if original is None or timestamp is None:  # whoever sends both has corrected the one already
        own = timestamp if original is None else original
        text = event.get("originalTimestamp") or event.get("timestamp") or event["receivedAt"]
        timestamp = _correct(own, sent_at, received_at, skew_tolerance)
        event["originalTimestamp"] = text
        event["timestamp"] = text if timestamp == own else write_instant(timestamp)
    if timestamp > received_at + _BELIEVED_AHEAD:
        event["timestamp"] = event["receivedAt"]
        warnings.add("timestamp_in_future", "timestamp")


def _clean(event: dict[str, Any], field: str, warnings: Warnings) -> int | None:
    """Write a time in its canonical form, None if it is absent; give it in milliseconds."""
    sent = event.get(field)
    if sent is None:
        return None
    # Nearly every time is sent as it is to be written: writing it again would double the work.
    if isinstance(sent, str) and (instant := read_canonical(sent)) is not None:
        return instant
    instant = read_instant(sent)
    event[field] = None if instant is None else write_instant(instant)
    if instant is None and not is_absent(sent):
        warnings.add("invalid_timestamp", field)
    return instant


def _receive(kafka_timestamp: int, others: tuple[int | None, ...], warnings: Warnings) -> int:
    """Give the time of receipt: Kafka's, or the best that is left."""
    if is_instant(kafka_timestamp):
        return kafka_timestamp
    warnings.add("invalid_timestamp", "receivedAt")
    return next((instant for instant in others if instant is not None), 0)


def _correct(own: int | None, sent_at: int | None, received_at: int, skew_tolerance: float) -> int:
    """Shift an event's own time by the difference between the collector's clock and the sender's.

    A small difference is the network's delay, and no shift leaves the years 1970 to 9999.
    """
    if own is None:
        return received_at
    if sent_at is None or abs(received_at - sent_at) / 1000 <= skew_tolerance:
        return own
    corrected = received_at - (sent_at - own)
    return corrected if is_instant(corrected) else own
