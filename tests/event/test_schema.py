"""The JSON Schema of a canonical event: what it accepts and what it refuses."""

from copy import deepcopy
from importlib.resources import files
from typing import Any, get_args

import orjson
import pytest
from jsonschema import Draft202012Validator

from pipeline import Enriched, Enricher, Record
from pipeline.event.schema import WARNING_FIELDS, canonical_event_schema
from pipeline.event.warnings import WarningCode

VALIDATOR = Draft202012Validator(canonical_event_schema())

SMALLEST = {
    "messageId": "m-1",
    "type": "page",
    "name": "Home",
    "anonymousId": "a-1",
    "timestamp": "2015-02-23T22:28:55.111Z",
    "originalTimestamp": "2015-02-23T22:28:55.111Z",
    "receivedAt": "2015-02-23T22:28:55.111Z",
    "version": 1,
    "properties": {},
    "context": {"page": {"name": "Home"}},
    "integrations": {},
}
CLIENT = {
    "userAgent": "Mozilla/5.0",
    "browser": {"name": "Other"},
    "os": {"name": "Other"},
    "device": {"type": "other"},
    "isBot": False,
}

GONE = object()


def changed(path: str, value: Any) -> dict[str, Any]:
    """Give the smallest event with the member at a dotted path set, or removed for `GONE`."""
    event: dict[str, Any] = deepcopy(SMALLEST)
    *parents, name = path.split(".")
    holder = event
    for parent in parents:
        holder = holder.setdefault(parent, {})
    if value is GONE:
        del holder[name]
    else:
        holder[name] = value
    return event


def warning(code: str, field: str) -> dict[str, str]:
    return {"code": code, "field": field}


def test_it_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(canonical_event_schema())


def test_it_knows_every_warning() -> None:
    assert set(WARNING_FIELDS) == set(get_args(WarningCode))


def test_the_smallest_event_is_accepted() -> None:
    VALIDATOR.validate(SMALLEST)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("userId", "u-1"),
        ("userId", "\u00a0"),  # no white space to the contract
        ("sentAt", "9999-12-31T23:59:59.999Z"),
        ("version", 2.5),
        ("integrations", {"All": False, "Segment.io": None}),
        ("channel", "browser"),
        ("custom", ["anything", None, 1e300]),
        ("custom", ""),
        ("properties.custom", None),
        ("properties.url", "/relative?x#y"),
        ("properties.path", "/a"),
        ("properties.search", ""),
        ("properties.search", "?q=\n1"),
        ("properties.referrer", ""),
        ("properties.keywords", ["a", "b c"]),
        ("context.custom", {"deep": [None]}),
        ("context.page.path", "no-slash"),
        ("context.page.search", "q=1"),
        ("context.page.custom", None),
        ("context.campaign", {"source": "x", "name": ""}),
        ("context.os", {"version": 5}),
        ("context.device", {"id": "x"}),
        ("context.isBot", True),
        ("context.warnings", [warning("invalid_unicode", "")]),
        ("context.warnings", [warning("invalid_type", "context.page.title")]),
    ],
    ids=repr,
)
def test_what_the_contract_allows_is_accepted(path: str, value: Any) -> None:
    VALIDATOR.validate(changed(path, value))


@pytest.mark.parametrize("field", SMALLEST)
def test_what_is_always_there_must_be_there(field: str) -> None:
    assert not VALIDATOR.is_valid(changed(field, GONE))


TEXTS = [
    *("messageId", "name", "userId", "anonymousId", "channel"),
    *("properties.url", "properties.title", "properties.name", "properties.category"),
    *("context.page.url", "context.page.path", "context.page.title", "context.page.name"),
    *("context.page.category", "context.userAgent", "context.channel"),
]


@pytest.mark.parametrize("path", TEXTS)
@pytest.mark.parametrize("value", [None, 5, True, [], {}, "", " ", " x", "x\n", "\tx", "x\r"])
def test_a_text_is_trimmed_and_not_empty(path: str, value: Any) -> None:
    event = changed(path, value)
    event["context"] |= {} if path == "context.userAgent" else CLIENT
    assert not VALIDATOR.is_valid(event)


@pytest.mark.parametrize("field", ["timestamp", "originalTimestamp", "receivedAt", "sentAt"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        1424730535111,
        "",
        "2015-02-23",
        "2015-02-23T22:28:55Z",
        "2015-02-23T22:28:55.1111Z",
        "2015-02-23 22:28:55.111Z",
        "2015-02-23T22:28:55.111+00:00",
        "2015-02-23T24:00:00.000Z",
        "2015-02-23T23:59:60.000Z",
        "2015-13-23T22:28:55.111Z",
        "1969-12-31T23:59:59.999Z",
        "10000-01-01T00:00:00.000Z",
        "2015-02-23T22:28:55.111Z\n",
        "2015-02-23T22:28:55.11\u0661Z",
    ],
)
def test_a_time_is_written_in_one_way(field: str, value: Any) -> None:
    assert not VALIDATOR.is_valid(changed(field, value))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("type", "track"),
        ("type", None),
        ("version", "1"),
        ("version", True),
        ("integrations", []),
        ("properties", []),
        ("context", None),
        ("category", "Docs"),
        ("writeKey", "wk"),
        ("custom", None),
        ("properties.path", "docs"),
        ("properties.path", ""),
        ("properties.search", "q=1"),
        ("properties.search", "?"),
        ("properties.search", None),
        ("properties.referrer", " "),
        ("properties.referrer", 5),
        ("properties.keywords", "a,b"),
        ("properties.keywords", []),
        ("properties.keywords", ["a", ""]),
        ("properties.keywords", [1]),
        ("context.page", GONE),
        ("context.page", []),
        ("context.page.name", GONE),
        ("context.page.referrer", None),
        ("context.page.keywords", []),
        ("context.campaign", {}),
        ("context.campaign", {"source": None, "name": " "}),
        ("context.campaign", "spring"),
        ("context.browser", {"name": ""}),
        ("context.os", []),
        ("context.device", {}),
        ("context.isBot", "true"),
        ("context.warnings", []),
        ("context.warnings", ["invalid_type"]),
        ("context.warnings", [warning("bogus", "name")]),
        ("context.warnings", [warning("path_conflict", "properties.search")]),
        ("context.warnings", [warning("invalid_type", "properties.custom")]),
        ("context.warnings", [{"code": "invalid_unicode"}]),
        ("context.warnings", [warning("invalid_unicode", "") | {"value": "x"}]),
        ("context.warnings", [warning("invalid_url", "properties.url")] * 2),
    ],
    ids=repr,
)
def test_what_the_contract_forbids_is_refused(path: str, value: Any) -> None:
    assert not VALIDATOR.is_valid(changed(path, value))


@pytest.mark.parametrize("name", ["browser", "os", "device", "isBot"])
def test_a_user_agent_tells_all_four(name: str) -> None:
    event = changed("context", SMALLEST["context"] | CLIENT)  # type: ignore[operator]
    VALIDATOR.validate(event)
    del event["context"][name]
    assert not VALIDATOR.is_valid(event)


def test_a_user_agent_tells_the_device_type() -> None:
    context = {"page": {"name": "Home"}, **CLIENT, "device": {"model": "X"}}
    assert not VALIDATOR.is_valid(changed("context", context))


def test_what_real_sdks_send_becomes_valid() -> None:
    lines = (files("pipeline") / "samples/sdk_events.jsonl").read_bytes().splitlines()
    records = [Record(line, "raw", 0, i, 1_795_413_600_000) for i, line in enumerate(lines)]
    results = [result for result in map(Enricher(), records) if isinstance(result, Enriched)]
    assert len(results) == 59
    for result in results:
        VALIDATOR.validate(orjson.loads(result.value))
