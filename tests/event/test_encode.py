"""From a canonical event to the bytes and the key of its record: the contract, section 8."""

from typing import Any

import pytest

from pipeline import Enriched
from pipeline.event.encode import ORDER
from tests.event.support import canonical, page, run, warned

#: Every member of the contract, the last one first.
COMPLETE = {
    "integrations": {},
    "context": {},
    "properties": {},
    "version": 2,
    "channel": "web",
    "receivedAt": "2026-11-23",
    "sentAt": "2026-11-23",
    "originalTimestamp": "2026-11-23",
    "timestamp": "2026-11-23",
    "anonymousId": "a",
    "userId": "u",
    "name": "Home",
    "type": "page",
    "messageId": "m",
}


def test_the_known_members_come_in_the_promised_order_and_the_unknown_in_their_own() -> None:
    found = canonical({"z": 1} | COMPLETE | {"a": 2})
    assert list(found) == [*reversed(COMPLETE), "z", "a"]


def test_what_is_not_there_leaves_no_gap() -> None:
    found = list(canonical(page()))
    assert found == [member for member in ORDER if member in found]
    assert "sentAt" not in found
    assert "channel" not in found
    assert "anonymousId" not in found


@pytest.mark.parametrize("value", [1, "x", "", " ", [], {}, [None], {"a": None}, False], ids=repr)
def test_unknown_members_pass_through(value: Any) -> None:
    found = canonical(page(foo=value, context={"foo": value}, properties={"foo": value}))
    assert found["foo"] == found["context"]["foo"] == found["properties"]["foo"] == value


def test_null_is_absent_at_the_top_level_alone() -> None:
    found = canonical(page(foo=None, properties={"foo": None}, context={"foo": None, "ip": None}))
    assert "foo" not in found
    assert found["properties"] == {"foo": None}
    assert found["context"].keys() >= {"foo", "ip"}


@pytest.mark.parametrize("value", ["secret", 1, None, {"a": [1]}], ids=repr)
def test_the_write_key_is_removed(value: Any) -> None:
    assert "writeKey" not in canonical(page(writeKey=value))
    assert warned(page(writeKey=value)) == set()


@pytest.mark.parametrize("sent", [[{"code": "x", "field": "y"}], [], None, 5], ids=repr)
def test_the_warnings_are_the_pipelines_own(sent: Any) -> None:
    assert "warnings" not in canonical(page(context={"warnings": sent}))["context"]
    warned_event = canonical(page(context={"warnings": sent}, integrations=5))
    assert warned_event["context"]["warnings"] == [
        {"code": "invalid_type", "field": "integrations"}
    ]


def test_the_result_counts_its_warnings_by_code() -> None:
    result = run(page(integrations=5, channel=5, properties={"url": "about:blank"}))
    assert isinstance(result, Enriched)
    assert sorted(result.warnings) == ["invalid_type", "invalid_type", "invalid_url"]


def test_what_a_sender_says_of_its_place_passes_through() -> None:
    said = {"ip": "::1", "locale": "de-DE", "active": True, "library": {"name": "x"}}
    found = canonical(page(context=said))["context"]
    assert {key: found[key] for key in said} == said


@pytest.mark.parametrize("user_id", ["u1", "Zoë", "🎉"])
def test_the_key_is_utf_8(user_id: str) -> None:
    result = run(page(userId=user_id))
    assert isinstance(result, Enriched)
    assert result.key == user_id.encode("utf-8")
