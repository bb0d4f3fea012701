"""When an event happened, was sent and was received: the contract, section 7."""

from typing import Any

import pytest

from pipeline import Rules
from tests.event.support import RECEIVED, canonical, page, warned

KAFKA = "2026-11-23T06:00:00.000Z"
FIELDS = ["timestamp", "originalTimestamp", "sentAt", "receivedAt"]

#: A sender's clock that is one hour slow: sent at once, received an hour later by the true clock.
SLOW = "2026-11-23T05:00:00.000Z"
SLOW_EVENT = "2026-11-23T04:59:50.000Z"
CORRECTED = "2026-11-23T05:59:50.000Z"


def times(kafka: int = RECEIVED, rules: Rules | None = None, **sent: Any) -> dict[str, str]:
    found = canonical(page(**sent), rules, kafka)
    return {field: found[field] for field in FIELDS if field in found}


def warnings(kafka: int = RECEIVED, **sent: Any) -> set[str]:
    return warned(page(**sent), kafka=kafka)


def test_an_event_without_times_happened_when_kafka_received_it() -> None:
    expected = {"timestamp": KAFKA, "originalTimestamp": KAFKA, "receivedAt": KAFKA}
    assert times() == expected
    assert warnings() == set()


@pytest.mark.parametrize(
    ("sent", "timestamp", "original"),
    [
        # Of the right time, or without a sentAt: no correction.
        ({"timestamp": SLOW_EVENT}, SLOW_EVENT, SLOW_EVENT),
        ({"originalTimestamp": SLOW_EVENT}, SLOW_EVENT, SLOW_EVENT),
        ({"sentAt": SLOW}, KAFKA, KAFKA),
        # The clock is corrected, of whichever time was sent.
        ({"sentAt": SLOW, "timestamp": SLOW_EVENT}, CORRECTED, SLOW_EVENT),
        ({"sentAt": SLOW, "originalTimestamp": SLOW_EVENT}, CORRECTED, SLOW_EVENT),
        # Both: the correction was made upstream.
        (
            {"sentAt": SLOW, "originalTimestamp": SLOW_EVENT, "timestamp": SLOW},
            SLOW,
            SLOW_EVENT,
        ),
        ({"originalTimestamp": SLOW_EVENT, "timestamp": SLOW}, SLOW, SLOW_EVENT),
        # One of both that cannot be read is absent.
        (
            {"sentAt": SLOW, "originalTimestamp": "?", "timestamp": SLOW_EVENT},
            CORRECTED,
            SLOW_EVENT,
        ),
        (
            {"sentAt": SLOW, "originalTimestamp": SLOW_EVENT, "timestamp": "?"},
            CORRECTED,
            SLOW_EVENT,
        ),
        ({"sentAt": "?", "timestamp": SLOW_EVENT}, SLOW_EVENT, SLOW_EVENT),
        # The collector's receivedAt wins over Kafka's.
        (
            {"receivedAt": SLOW, "sentAt": SLOW, "timestamp": SLOW_EVENT},
            SLOW_EVENT,
            SLOW_EVENT,
        ),
    ],
    ids=str,
)
def test_the_senders_clock_is_corrected(sent: Any, timestamp: str, original: str) -> None:
    found = times(**sent)
    assert (found["timestamp"], found["originalTimestamp"]) == (timestamp, original)


@pytest.mark.parametrize("unsent", [None, "", " "], ids=repr)
def test_sent_at_is_there_only_if_given(unsent: Any) -> None:
    assert "sentAt" not in times(sentAt=unsent)
    assert times(sentAt="2026-11-23")["sentAt"] == "2026-11-23T00:00:00.000Z"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("tolerance", "off", "corrects"),
    [
        (30.0, 30_000, False),
        (30.0, 30_001, True),
        (0.0, 0, False),
        (0.0, 1, True),
        (0.5, 500, False),
        (0.5, 501, True),
        (1.001, 1001, False),
        (86_400.0, 86_400_000, False),
    ],
)
def test_a_small_difference_is_the_networks_delay(
    tolerance: float, off: int, sign: int, *, corrects: bool
) -> None:
    sent_at = RECEIVED - sign * off
    event = RECEIVED - 100_000_000
    found = times(rules=Rules(skew_tolerance=tolerance), sentAt=sent_at, timestamp=event)
    shifted = times(timestamp=event + sign * off)["timestamp"]
    assert found["timestamp"] == (shifted if corrects else found["originalTimestamp"])


@pytest.mark.parametrize(
    ("kafka", "sent"),
    [
        (1_000_000, {"sentAt": 10_000_000, "timestamp": 0}),
        (253_402_300_700_000, {"sentAt": 1e11, "timestamp": 253_402_300_000_000}),
    ],
    ids=["before 1970", "after 9999"],
)
def test_no_correction_leaves_the_years(kafka: int, sent: Any) -> None:
    found = times(kafka, **sent)
    assert found["timestamp"] == found["originalTimestamp"]


NOON = "2026-11-23T12:00:00.000Z"
ONE_O_CLOCK = "2026-11-23T13:00:00.000Z"
TOO_LATE = "2026-11-23T13:00:00.001Z"


@pytest.mark.parametrize(
    ("sent", "timestamp"),
    [
        ({"timestamp": ONE_O_CLOCK}, ONE_O_CLOCK),
        ({"timestamp": TOO_LATE}, None),
        ({"originalTimestamp": TOO_LATE}, None),
        ({"originalTimestamp": SLOW, "timestamp": TOO_LATE}, None),
        ({"originalTimestamp": TOO_LATE, "timestamp": SLOW}, SLOW),
        ({"sentAt": "2026-11-23T11:00Z", "timestamp": "2026-11-23T12:00Z"}, ONE_O_CLOCK),
        ({"sentAt": "2026-11-23T11:00Z", "timestamp": "2026-11-23T12:00:00.001Z"}, None),
    ],
    ids=str,
)
def test_no_event_happened_more_than_an_hour_after_its_receipt(
    sent: Any, timestamp: str | None
) -> None:
    expected = {"timestamp_in_future timestamp"} if timestamp is None else set()
    assert warnings(receivedAt=NOON, **sent) == expected
    assert times(receivedAt=NOON, **sent)["timestamp"] == (timestamp or NOON)


def test_an_event_of_the_future_keeps_its_original_timestamp() -> None:
    found = times(timestamp="2030-01-01")
    assert found["timestamp"] == KAFKA
    assert found["originalTimestamp"] == "2030-01-01T00:00:00.000Z"


KAFKAS_INVALID = [-1, -(2**63), 253_402_300_800_000, 1_795_413_600_000_000, 2**63 - 1]


@pytest.mark.parametrize("kafka", KAFKAS_INVALID)
@pytest.mark.parametrize(
    ("sent", "received_at"),
    [
        ({"sentAt": "2026-01-03", "originalTimestamp": "2026-01-02"}, "2026-01-03"),
        ({"originalTimestamp": "2026-01-02", "timestamp": "2026-01-01"}, "2026-01-02"),
        ({"timestamp": "2026-01-01"}, "2026-01-01"),
        ({}, "1970-01-01"),
    ],
    ids=str,
)
def test_without_kafkas_timestamp_the_best_that_is_left_is_taken(
    kafka: int, sent: Any, received_at: str
) -> None:
    assert times(kafka, **sent)["receivedAt"] == f"{received_at}T00:00:00.000Z"
    assert warnings(kafka, **sent) == {"invalid_timestamp receivedAt"}


def test_a_substituted_received_at_too_is_a_bound_for_the_future() -> None:
    day = "2026-01-01"
    sent: dict[str, Any] = {"sentAt": day, "originalTimestamp": day, "timestamp": "2026-01-02"}
    assert times(-1, **sent)["timestamp"] == "2026-01-01T00:00:00.000Z"
    assert warnings(-1, **sent) == {
        "invalid_timestamp receivedAt",
        "timestamp_in_future timestamp",
    }


@pytest.mark.parametrize("kafka", [0, 253_402_300_799_999])
def test_the_ends_of_kafkas_range(kafka: int) -> None:
    assert warnings(kafka) == set()


def test_kafkas_timestamp_is_not_looked_at_where_the_collector_says_it() -> None:
    assert warnings(-1, receivedAt=SLOW) == set()
    assert times(-1, receivedAt=SLOW)["receivedAt"] == SLOW


def test_an_unusable_received_at_falls_to_kafkas() -> None:
    assert times(receivedAt="soon")["receivedAt"] == KAFKA
    assert warnings(receivedAt="soon") == {"invalid_timestamp receivedAt"}
    assert warnings(-1, receivedAt="soon") == {"invalid_timestamp receivedAt"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("sent", ["?", True, [], {}, -1, "1969-12-31", "24:00"], ids=repr)
def test_a_time_that_cannot_be_read_is_absent(field: str, sent: Any) -> None:
    assert times(**{field: sent}) == times()
    assert warnings(**{field: sent}) == {f"invalid_timestamp {field}"}


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("absent", [None, "", " \n"], ids=repr)
def test_an_absent_time_earns_no_warning(field: str, absent: Any) -> None:
    assert times(**{field: absent}) == times()
    assert warnings(**{field: absent}) == set()


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize(
    "sent", [1795408200, 1795408200.0, 1795408200000, " 2026-11-23 05:30 +01 ", "2026-11-23T04:30"]
)
def test_every_time_is_written_in_one_form(field: str, sent: Any) -> None:
    written = "2026-11-23T04:30:00.000Z"
    assert times(**{field: sent})[field] == written


def test_times_are_cut_to_milliseconds_before_they_are_reckoned_with() -> None:
    found = times(
        receivedAt="2026-11-23T06:00:00.0009Z",
        sentAt="2026-11-23T05:00:00.0001Z",
        timestamp="2026-11-23T05:00:00.0009Z",
    )
    assert found["timestamp"] == KAFKA
