"""Finds by experiment what a canonical value comes from: change one input, and see what changes.

The enrichment itself stays a closed box, and the only implementation of its rules: the explanation
cannot say anything else than what the worker does.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple
from urllib.parse import unquote_plus

import orjson

from pipeline.event.enricher import Enricher
from pipeline.event.instant import read_instant, write_instant
from pipeline.event.record import Record
from pipeline.event.result import DeadLetter, Enriched
from pipeline.event.rules import Rules
from pipeline.event.values import is_absent, is_number
from pipeline.explain.members import Path, is_named

Event = dict[str, Any]

#: The inputs that are no members of the event.
KAFKA_TIMESTAMP: Final = "the Kafka record's timestamp"
KAFKA_PLACE: Final = "the Kafka record's topic, partition and offset"

_OTHER: Final = "explain-other"
#: Where an empty string says something: "no query", "direct" (the contract, section 4).
_MAY_BE_EMPTY: Final = ("search", "referrer")
#: Where a campaign is read from, and a parameter of it with its key (the contract, section 5).
_WITH_PARAMETERS: Final = ("url", "search", "hash")
_PARAMETER: Final = re.compile(r"(?:^|(?<=[?&#]))([^?&#=]+)=([^&#]+)")
#: Who sends more is told of the URL alone: each of them costs two enrichments.
MOST_PARAMETERS: Final = 50
_CAMPAIGN: Final = ("context", "campaign")
#: What is told of the event, and nothing of the event itself.
WARNINGS: Final = ("context", "warnings")


class Input(NamedTuple):
    """Something that a result may depend on, and the record with something else in its place.

    `path` is where it stands in the event, if it does; `parameter` a part of what stands there.
    """

    name: str
    path: Path
    variants: list[Record]
    parameter: bool = False


def leaves(event: Event, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of an event that is no object with members, and where it stands."""
    for name, value in event.items():
        inner = (*path, name)
        if isinstance(value, dict) and value:
            yield from leaves(value, inner)
        else:
            yield inner, value


def find_influences(event: Event, record: Record, rules: Rules) -> dict[Path, list[Input]]:
    """Find for each member of the canonical event the inputs whose change changes it.

    `event` is the value of `record`, decoded.
    """
    enrich = Enricher(replace(rules, max_event_bytes=2**31))
    plain = record._replace(value=orjson.dumps(event))
    expected = _written(enrich, plain) or {}
    found: dict[Path, list[Input]] = {path: [] for path in expected if path != WARNINGS}
    for each in _inputs(event, plain):
        for path in _changed(enrich, expected, each):
            if path in found and (path[:2] == _CAMPAIGN or not each.parameter):
                found[path].append(each)
    return found


def _changed(enrich: Enricher, expected: dict[Path, Any], each: Input) -> set[Path]:
    changed: set[Path] = set()
    for variant in each.variants:
        written = _written(enrich, variant)
        if written is None:  # a dead letter: of the member itself we know that it mattered
            changed.add(each.path)
        else:
            changed |= {path for path, value in expected.items() if written.get(path) != value}
    return changed


def _written(enrich: Enricher, record: Record) -> dict[Path, Any] | None:
    """Give the members of the canonical event; None where there is no such event."""
    result = enrich(record)
    if isinstance(result, DeadLetter) and result.code == "missing_name":
        # Without what it was named by; the name differs now, and the rest can still be seen.
        named = orjson.loads(record.value or b"") | {"name": _OTHER}
        result = enrich(record._replace(value=orjson.dumps(named)))
    if not isinstance(result, Enriched):
        return None
    return dict(leaves(orjson.loads(result.value)))


def _inputs(event: Event, record: Record) -> Iterator[Input]:
    for path, value in leaves(event):
        if not is_named(path):
            continue
        changed = [_without(event, path), *(_with(event, path, other) for other in _others(value))]
        if value == "" and path[-1] in _MAY_BE_EMPTY:
            changed.append(_with(event, path, _OTHER))
        yield Input(".".join(path), path, _records(record, changed))
        if path[-1] in _WITH_PARAMETERS and isinstance(value, str):
            yield from _parameters(event, record, path, value)
    later = record._replace(timestamp=record.timestamp + 1)
    yield Input(KAFKA_TIMESTAMP, (), [later, record._replace(timestamp=-1)])
    yield Input(KAFKA_PLACE, (), [record._replace(offset=record.offset + 1)])


def _others(value: Any) -> Iterator[Any]:
    """Yield another value of the same kind; none for what is absent, which nothing comes from."""
    if isinstance(value, bool):
        yield not value
    elif is_number(value):
        yield value - 1 if value > 0 else value + 1  # 64 bits stay 64 bits
    elif isinstance(value, list) and value:
        yield [*value, _OTHER]
    elif isinstance(value, str) and not is_absent(value):
        instant = read_instant(value)
        yield _OTHER if instant is None else write_instant(instant - 1 if instant else 1)


def _parameters(event: Event, record: Record, path: Path, text: str) -> Iterator[Input]:
    """Yield each parameter of a campaign in a URL: without a value, and with another."""
    parameters = [
        found
        for found in _PARAMETER.finditer(text)
        if unquote_plus(found[1]).lower().startswith("utm_")
    ]
    for found in parameters[:MOST_PARAMETERS]:
        changed = [
            _with(event, path, text[: found.start(2)] + other + text[found.end(2) :])
            for other in ("", _OTHER)
        ]
        name = f"{found[1]} in {'.'.join(path)}"
        yield Input(name, path, _records(record, changed), parameter=True)


def _records(record: Record, events: list[Event]) -> list[Record]:
    return [record._replace(value=orjson.dumps(event)) for event in events]


def _without(event: Event, path: Path) -> Event:
    first, *rest = path
    if rest:
        return event | {first: _without(event[first], tuple(rest))}
    return {name: value for name, value in event.items() if name != first}


def _with(event: Event, path: Path, value: Any) -> Event:
    first, *rest = path
    return event | {first: _with(event[first], tuple(rest), value) if rest else value}
