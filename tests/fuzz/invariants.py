"""What holds of the core whatever bytes are sent: the contract, section 0."""

import importlib
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import orjson

import pipeline.event
from pipeline import DeadLetter, Enriched, Enricher, Record, Rules, Skipped
from pipeline.event import page
from pipeline.event.result import Result

#: 2026-11-23T06:00:00Z, and another time for what goes through a second time.
RECEIVED, LATER = 1_795_413_600_000, 1_800_000_000_000

RULES = [
    Rules(),
    Rules(other_types="skip"),
    Rules(require_name=True),
    Rules(other_types="skip", require_name=True),
]

_MODULES = [
    importlib.import_module(f"pipeline.event.{module.name}")
    for module in pkgutil.iter_modules(pipeline.event.__path__)
]
_CACHES = [
    each for module in _MODULES for each in vars(module).values() if hasattr(each, "cache_clear")
]


def check(value: bytes) -> None:
    """Raise where one does not; the length of `value` chooses the rules."""
    enrich = Enricher(RULES[len(value) % len(RULES)])
    record = Record(value, "raw", 3, 7, RECEIVED)
    result = enrich(record)
    _check_kind(result)
    with _the_long_way():
        _expect(enrich(record) == result, "the same result again, the long way too")
    if isinstance(result, Enriched):
        _check_event(result, enrich(Record(result.value, "other", 1, 1, LATER)))


@contextmanager
def _the_long_way() -> Iterator[None]:
    """Do without what is remembered, and without what is done faster."""
    for cache in _CACHES:
        cache.cache_clear()
    with patch.object(page, "_read_complete", return_value=None):
        yield


def _check_kind(result: Result) -> None:
    _expect(isinstance(result, Enriched | DeadLetter | Skipped), "exactly one result")
    if isinstance(result, DeadLetter):
        if result.cause is not None:
            raise result.cause
        _expect(len(result.message.splitlines()) == 1, "a message of one line")
        _expect(len(result.message) < 160, "a message that shows little of the event")


def _check_event(result: Enriched, again: Result) -> None:
    event = _read(result.value)
    codes = [warning["code"] for warning in event["context"].get("warnings", [])]
    _expect(tuple(codes) == result.warnings, "a code for each warning")
    _expect(isinstance(again, Enriched), "a canonical event that is accepted again")
    if isinstance(again, Enriched):
        _expect(_unwarned(again) == _unwarned(result), "an event that comes out as it went in")
        _expect(again.key == result.key, "the same key again")


def _unwarned(result: Enriched) -> dict[str, Any]:
    event = _read(result.value)
    event["context"].pop("warnings", None)
    return event


def _read(value: bytes) -> dict[str, Any]:
    event: dict[str, Any] = orjson.loads(value)
    return event


def _expect(held: object, what: str) -> None:
    """Not `assert`: a fuzzer may run with `-O`."""
    if not held:
        raise AssertionError(f"expected {what}")
