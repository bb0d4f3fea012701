"""The invariants of the contract, section 0, on whatever can be sent."""

import json
from importlib.resources import files
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline import DeadLetter, Enriched, Enricher, Record, Rules, Skipped
from pipeline.event.result import Result
from tests.event.support import SCHEMA

REAL = [
    json.loads(line)
    for line in (files("pipeline") / "samples/sdk_events.jsonl").read_bytes().splitlines()
]

RULES = st.builds(
    Rules,
    max_event_bytes=st.just(1_000_000),
    other_types=st.sampled_from(["dead_letter", "skip"]),
    require_name=st.booleans(),
    skew_tolerance=st.sampled_from([0.0, 30.0, 1e12]),
)
TIMESTAMPS = st.sampled_from([-1, 0, 1_795_413_600_000, 253_402_300_799_999]) | st.integers(
    -(2**63), 2**63 - 1
)

#: What senders get wrong, and what this pipeline looks at.
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(None, "", " ", "\t x \n", True, False, [], {}, [None], {"a": None}, "$direct", "page"),
        *(0, -0.0, 1.5, 1e300, 2**63, 2**64, -(2**63) - 1, 10**11, 1795410652526, 1424730535.111),
        *("2026-11-23", "2026-11-23T05:10:52.526Z", "9999-12-31T23:59:59-01:00", "1969-12-31"),
        *("https://u:p@Example.com:443/a/../b?utm_source=a#utm_medium=b", "//h/a?UTM_Campaign=x"),
        *("example.com:8080/a", "/a?utm_term=%FF&%75tm_id=7#/r?utm_x=1", "javascript:x", "?"),
        *("?utm_source=a&utm_source=", "utm_source=a", "#?utm_content=c", "a,b, ,c", ["a", 1, ""]),
        *({"source": "a"}, {"source": "", "medium": None}, {"source": "a", "name": 5}, "\ud83c"),
        *({"name": "", "version": ""}, {"type": None, "model": "x"}, {"": {"": []}}, "1e3", "007"),
        *("Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0 Safari/537.36", "Googlebot/2.1", "🎉"),
    ]
)
#: Lone surrogates included: JSON can escape them.
TEXT = st.text(st.characters(exclude_categories=()), max_size=12)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | st.integers() | FLOATS | TEXT
JSON = st.recursive(
    SCALARS | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)

PAGE_KEYS = ["url", "path", "search", "title", "referrer", "name", "category", "keywords", "hash"]
CONTEXT_KEYS = ["campaign", "userAgent", "browser", "os", "device", "isBot", "channel", "warnings"]
TOP_KEYS = [
    *("type", "batch", "userId", "anonymousId", "messageId", "name", "category", "channel"),
    *("version", "integrations", "timestamp", "originalTimestamp", "sentAt", "receivedAt"),
    *("writeKey", "custom"),
]


def members(keys: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(keys) | TEXT, ODD | JSON, max_size=8)


PAGES = members(PAGE_KEYS)
CONTEXTS = st.builds(lambda context, page: context | {"page": page}, members(CONTEXT_KEYS), PAGES)
EVENTS = st.builds(
    lambda top, properties, context: top | {"properties": properties, "context": context},
    members(TOP_KEYS),
    PAGES,
    CONTEXTS,
)


@st.composite
def mutations(draw: st.DrawFn) -> Any:
    """A real event, a few of its values replaced."""
    event = json.loads(json.dumps(draw(st.sampled_from(REAL))))
    context = event.setdefault("context", {})
    targets = [
        (event, TOP_KEYS),
        (event.setdefault("properties", {}), PAGE_KEYS),
        (context, CONTEXT_KEYS),
        (context.setdefault("page", {}), PAGE_KEYS),
    ]
    for target, keys in draw(st.lists(st.sampled_from(targets), min_size=1, max_size=4)):
        target[draw(st.sampled_from([*keys, *target]))] = draw(ODD | JSON)
    return event


RECORDS = st.builds(
    Record,
    st.none() | st.binary() | (JSON | EVENTS | mutations()).map(lambda v: json.dumps(v).encode()),
    topic=st.just("raw"),
    partition=st.integers(0, 9),
    offset=st.integers(0, 2**63 - 1),
    timestamp=TIMESTAMPS,
)
LIKELY_PAGES = st.builds(
    Record,
    (EVENTS | mutations()).map(lambda v: json.dumps(v | {"type": "page"}).encode()),
    topic=st.just("raw"),
    partition=st.just(0),
    offset=st.just(0),
    timestamp=TIMESTAMPS,
)

thorough = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def without_warnings(value: bytes) -> bytes:
    event = orjson.loads(value)
    event["context"].pop("warnings", None)
    return orjson.dumps(event)


@thorough
@given(RECORDS, RULES)
def test_every_record_has_one_result_and_the_same_again(record: Record, rules: Rules) -> None:
    result: Result = Enricher(rules)(record)
    assert isinstance(result, Enriched | DeadLetter | Skipped)
    assert Enricher(rules)(record) == result
    if isinstance(result, DeadLetter):
        assert result.code != "internal_error"
        assert len(result.message.splitlines()) == 1
        assert len(result.message) < 160, "it shows little of the event"


@thorough
@given(LIKELY_PAGES, RULES, TIMESTAMPS)
def test_a_canonical_event_is_valid_and_comes_out_as_it_went_in(
    record: Record, rules: Rules, other: int
) -> None:
    result = Enricher(rules)(record)
    if isinstance(result, Enriched):
        SCHEMA.validate(orjson.loads(result.value))
        again = Enricher(rules)(Record(result.value, "other", 1, 1, other))
        assert isinstance(again, Enriched), again
        assert without_warnings(again.value) == without_warnings(result.value)
        assert again.key == result.key


def in_range(value: Any) -> bool:
    """Whether a value has no integer of more than 64 bits and no lone surrogate."""
    if isinstance(value, dict):
        return all(in_range(inner) for pair in value.items() for inner in pair)
    if isinstance(value, list):
        return all(map(in_range, value))
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return not isinstance(value, int) or -(2**63) <= value < 2**64


@thorough
@given(JSON.filter(in_range), TEXT.filter(in_range))
def test_custom_values_come_out_unchanged(value: Any, key: str) -> None:
    key = f"x{key}"
    custom = {key: value}
    event = {"userId": "u", "name": "n", "properties": custom, "context": custom, "x": value}
    result = Enricher()(Record(json.dumps(event).encode(), "raw", 0, 0, 0))
    assert isinstance(result, Enriched)
    found = json.loads(result.value)
    expected = repr(json.loads(json.dumps(value)))
    assert repr(found["properties"][key]) == expected
    assert repr(found["context"][key]) == expected
    assert value is None or repr(found["x"]) == expected


@thorough
@given(JSON)
def test_numbers_are_refused_rather_than_changed(value: Any) -> None:
    event = {"userId": "u", "name": "n", "properties": {"x": value}}
    result = Enricher()(Record(json.dumps(event).encode(), "raw", 0, 0, 0))
    if isinstance(result, DeadLetter):
        assert result.code == "number_out_of_range"
        assert not in_range(value)


@pytest.mark.parametrize("line", range(len(REAL)))
def test_real_events_are_idempotent(line: int) -> None:
    record = Record(json.dumps(REAL[line]).encode(), "raw", 0, line, 1_795_413_600_000)
    result = Enricher()(record)
    if isinstance(result, Enriched):
        again = Enricher()(record._replace(value=result.value, offset=99, timestamp=-1))
        assert isinstance(again, Enriched)
        assert without_warnings(again.value) == without_warnings(result.value)
