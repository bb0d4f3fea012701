"""What the tests of the core share: an event that needs nothing, and its way through."""

from typing import Any

import jsonschema
import orjson

from pipeline import DeadLetter, Enriched, Enricher, Record, Rules, Skipped
from pipeline.event.schema import canonical_event_schema

#: Kafka's time of every record here: 2026-11-23T06:00:00Z.
RECEIVED: int = 1_795_413_600_000

Event = dict[str, Any]

SCHEMA = jsonschema.Draft202012Validator(canonical_event_schema())


def event(paths: dict[str, Any] | None = None) -> Event:
    """Give an event of a sender and an id, with values at dotted paths."""
    found: Event = {"messageId": "m1", "userId": "u1"}
    for path, value in (paths or {}).items():
        *outer, last = path.split(".")
        members = found
        for key in outer:
            members = members.setdefault(key, {})
        members[last] = value
    return found


def page(**members: Any) -> Event:
    """Give an event that earns no warning, with `members` on top of it."""
    return event({"name": "Home"} | members)


def run(
    event: Any, rules: Rules | None = None, kafka: int = RECEIVED
) -> Enriched | DeadLetter | Skipped:
    value = event if event is None or isinstance(event, bytes) else orjson.dumps(event)
    return Enricher(rules or Rules())(Record(value, "raw", 3, 7, kafka))


def canonical(event: Any, rules: Rules | None = None, kafka: int = RECEIVED) -> Event:
    """Enrich an event that must become a canonical one, by the schema too, and read that."""
    result = run(event, rules, kafka)
    assert isinstance(result, Enriched), result
    found: Event = orjson.loads(result.value)
    SCHEMA.validate(found)
    return found


def warned(event: Any, rules: Rules | None = None, kafka: int = RECEIVED) -> set[str]:
    """Give the warnings of an event, each as `code field`."""
    warnings = canonical(event, rules, kafka)["context"].get("warnings", [])
    found = {f"{warning['code']} {warning['field']}" for warning in warnings}
    assert len(found) == len(warnings), "a pair of code and field came twice"
    return found


def refused(event: Any, rules: Rules | None = None) -> DeadLetter:
    """Enrich an event that must become a dead letter."""
    result = run(event, rules)
    assert isinstance(result, DeadLetter), result
    return result
