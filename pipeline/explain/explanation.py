"""What became of one raw event, member by member: from what, and by which rule of the contract."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import orjson

from pipeline.event.decode import decode
from pipeline.event.enricher import Enricher
from pipeline.event.instant import read_canonical
from pipeline.event.record import Record
from pipeline.event.result import DeadLetter, Enriched, Skipped
from pipeline.event.rules import Rules
from pipeline.event.values import is_absent_object
from pipeline.event.warnings import Warnings
from pipeline.explain.influence import Event, Input, find_influences, leaves
from pipeline.explain.members import Path, Rule, rule_of, rule_of_removal

#: `sent`: as it was sent. `changed`: the same member, in another form or corrected. `copied`: the
#: value of another member. `derived`: made of others. `default`: of nothing that was sent.
#: `moved`: only elsewhere in the canonical event. `removed`: not in it.
How = Literal["sent", "changed", "copied", "derived", "default", "moved", "removed"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the canonical event, or one of the raw event that is not in it.

    `value` is the canonical one, of a removed or moved member the raw one. `sources` name what it
    comes from; of a moved member, where it is now. `note` adds what can only be said of this event.
    """

    path: Path
    value: Any
    how: How
    sources: tuple[str, ...]
    rule: Rule
    note: str = ""


@dataclass(frozen=True, slots=True)
class Canonical:
    """The explanation of a canonical event: both events, and the members in their order."""

    raw: Event
    event: Event
    members: tuple[Member, ...]
    warnings: tuple[tuple[str, str], ...]


Explanation = Canonical | DeadLetter | Skipped

_MISSING: Final = object()


def explain(record: Record, rules: Rules) -> Explanation:
    """Enrich a record as the worker does, and explain the canonical event that became of it.

    A dead letter and a skip say themselves what they are.
    """
    result = Enricher(rules)(record)
    if not isinstance(result, Enriched):
        return result
    raw = decode(record.value, rules.max_event_bytes, Warnings())
    if isinstance(raw, DeadLetter):
        raise TypeError("the same value cannot be decoded now, and could before")
    event: Event = orjson.loads(result.value)
    influences = find_influences(raw, record, rules)
    listed = event["context"].get("warnings", ())
    warnings = tuple((each["code"], each["field"]) for each in listed)
    members = (*_canonical(raw, event, influences), *_gone(raw, event, influences, warnings))
    return Canonical(raw, event, members, warnings)


def _canonical(
    raw: Event, event: Event, influences: Mapping[Path, list[Input]]
) -> Iterator[Member]:
    sent = dict(leaves(raw))
    for path, value in leaves(event):
        how, sources = _origin(path, value, sent, influences.get(path, []))
        note = _clock(event) if path == ("timestamp",) and how != "sent" else ""
        yield Member(path, value, how, sources, rule_of(path), note)


def _origin(
    path: Path, value: Any, sent: Mapping[Path, Any], inputs: list[Input]
) -> tuple[How, tuple[str, ...]]:
    if _equal(sent.get(path, _MISSING), value):
        return "sent", (".".join(path),)
    equal = [each for each in inputs if _equal(sent.get(each.path, _MISSING), value)]
    if equal and not any(each.path == path for each in inputs):
        return "copied", (equal[0].name,)
    sources = _names(inputs)
    if any(each.path == path for each in inputs):
        return "changed", sources
    return ("derived" if sources else "default"), sources


def _names(inputs: list[Input]) -> tuple[str, ...]:
    """Name the inputs; of one that is known to a parameter, that one."""
    known = {each.path for each in inputs if each.parameter}
    return tuple(each.name for each in inputs if each.parameter or each.path not in known)


def _gone(
    raw: Event,
    event: Event,
    influences: Mapping[Path, list[Input]],
    warnings: tuple[tuple[str, str], ...],
) -> Iterator[Member]:
    """Yield the members of the raw event that the canonical one does not have."""
    canonical = {path for path, _ in leaves(event)}
    objects = {path[:length] for path in canonical for length in range(1, len(path))}
    for path, value in leaves(raw):
        filled = path in objects and (value == {} or is_absent_object(value))
        if path in canonical or filled:
            continue
        now = tuple(
            ".".join(to)
            for to, inputs in influences.items()
            if any(each.path == path for each in inputs)
        )
        rule = rule_of_removal(path, value, warnings)
        yield Member(path, value, "moved" if now else "removed", now, rule)


def _clock(event: Event) -> str:
    """Say how far the sender's clock was off, if that is what the timestamp was corrected by."""
    names = ("receivedAt", "sentAt", "timestamp", "originalTimestamp")
    times = [read_canonical(event.get(name, "")) for name in names]
    received_at, sent_at, final, original = (time or 0 for time in times)
    off = received_at - sent_at
    if "sentAt" not in event or not off or final - original != off:
        return ""
    return f"the sender's clock was {abs(off) / 1000:.15g} s {'slow' if off > 0 else 'fast'}"


def _equal(one: object, other: object) -> bool:
    """Whether two values are the same JSON: `true` is not 1, nor is 1.0."""
    return one is not _MISSING and orjson.dumps(one) == orjson.dumps(other)
