"""Which rule of the contract decides a member of an event: one table, for the explanation."""

from collections.abc import Collection
from typing import Final, NamedTuple

from pipeline.event.values import is_absent
from pipeline.event.warnings import WarningCode

Path = tuple[str, ...]


class Rule(NamedTuple):
    """A rule in a line, and the section of docs/contract.md that has the whole of it."""

    section: int
    text: str


_TIME: Final = Rule(7, "written in UTC, with milliseconds")
_IDENTITY: Final = Rule(3, "a trimmed string; an integer becomes one")
_CHANNEL: Final = Rule(8, "the event's, else that of context, written to both")
_ADDED: Final = "read from context.userAgent, unless the sender sent it"
_FILLED: Final = "the sender's, cleaned, where it differs; else the final value of properties"

#: By the path of a member; one of an object holds for everything in it.
RULES: Final[dict[Path, Rule]] = {
    ("type",): Rule(2, '"page", also where it is absent'),
    ("userId",): _IDENTITY,
    ("anonymousId",): _IDENTITY,
    ("messageId",): Rule(
        3, "the sender's; else made of the record's place, so that a replay repeats it"
    ),
    ("name",): Rule(
        3, "the first present of name, properties.name, context.page.name, a title, the path"
    ),
    ("category",): Rule(3, "a canonical event has it in properties.category"),
    ("properties", "category"): Rule(3, "the event's category, else that of properties"),
    ("properties", "url"): Rule(
        4, "that of properties, else of context.page, written as browsers do"
    ),
    ("properties", "path"): Rule(
        4, "that of properties, else of context.page, else the URL's, with a / in front"
    ),
    ("properties", "search"): Rule(
        4, "that of properties, else of context.page, else the URL's, with its ?"
    ),
    ("properties", "title"): Rule(4, "that of properties, else of context.page"),
    ("properties", "referrer"): Rule(
        4, 'that of properties, else of context.page, without credentials; for $direct ""'
    ),
    ("properties", "keywords"): Rule(
        4, "that of properties, else of context.page, as a list of strings"
    ),
    ("properties", "name"): Rule(4, "the sender's, cleaned"),
    ("properties", "hash"): Rule(5, "passes through; a campaign may be read from it"),
    ("context", "page", "url"): Rule(4, _FILLED),
    ("context", "page", "path"): Rule(4, _FILLED),
    ("context", "page", "search"): Rule(4, _FILLED),
    ("context", "page", "title"): Rule(4, _FILLED),
    ("context", "page", "referrer"): Rule(4, _FILLED),
    ("context", "page", "keywords"): Rule(4, _FILLED),
    ("context", "page", "category"): Rule(4, "the sender's, cleaned"),
    ("context", "page", "name"): Rule(4, "where context.page lacks it, the event's name"),
    ("context", "campaign"): Rule(
        5,
        "the sender's whole; else, or behind one that agrees, the utm_ parameters of the search,"
        " the fragment or the hash",
    ),
    ("context", "userAgent"): Rule(6, "a trimmed string"),
    ("context", "browser"): Rule(6, _ADDED),
    ("context", "os"): Rule(6, _ADDED),
    ("context", "device"): Rule(6, _ADDED),
    ("context", "isBot"): Rule(6, _ADDED),
    ("timestamp",): Rule(
        7,
        "the event's, corrected by how far the sender's clock was off at sentAt, if that is much"
        " and not done already; receivedAt if there is none, or it is over an hour later",
    ),
    ("originalTimestamp",): Rule(
        7, "the sender's originalTimestamp, else its timestamp, else the final timestamp"
    ),
    ("sentAt",): _TIME,
    ("receivedAt",): Rule(7, "the collector's, else the timestamp of the Kafka record"),
    ("channel",): _CHANNEL,
    ("context", "channel"): _CHANNEL,
    ("version",): Rule(8, "a number, or a string that holds one; else 1"),
    ("integrations",): Rule(8, "an object; else {}, which enables all"),
    ("writeKey",): Rule(8, "a credential, which is never published"),
    ("context", "warnings"): Rule(8, "the pipeline's own list"),
}

#: What everything else stands in; what they hold has rules of its own.
_OBJECTS: Final = (("properties",), ("context",), ("context", "page"))
_OBJECT: Final = Rule(4, "an object; where it is absent, an empty one")

_PASSES: Final = Rule(8, "the contract does not name it: it passes through")
_ABSENT: Final = "it is absent: nothing was sent"
#: Why a member is not there, by the warning that it has.
_UNUSABLE: Final[dict[WarningCode, str]] = {
    "invalid_type": "its JSON type makes no sense there",
    "invalid_timestamp": "it is no time that can be read",
}


def is_named(path: Path) -> bool:
    """Whether the contract names a member, or an object that holds it."""
    return any(path[:length] in RULES for length in range(1, len(path) + 1))


def rule_of(path: Path) -> Rule:
    """Give the rule that decides a member of a canonical event, or removes one of a raw event."""
    if path in _OBJECTS:
        return _OBJECT
    for length in range(len(path), 0, -1):
        if rule := RULES.get(path[:length]):
            return rule
    return _PASSES


def rule_of_removal(path: Path, value: object, warnings: Collection[tuple[str, str]]) -> Rule:
    """Give the rule by which a raw event's member is not in the canonical one."""
    rule = rule_of(path)
    if is_absent(value):
        return rule._replace(text=_ABSENT)
    fields = [".".join(path[:length]) for length in range(1, len(path) + 1)]
    for code, text in _UNUSABLE.items():
        if any((code, field) in warnings for field in fields):
            return rule._replace(text=text)
    return rule
