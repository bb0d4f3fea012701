"""The JSON Schema (draft 2020-12) of a canonical event: what a consumer may rely on.

It says in the schema's words what the contract says of the result, and nothing of what a sender may
add: unknown members are allowed wherever the contract passes them through.
"""

from typing import Any, Final

from pipeline.event.warnings import WarningCode

Schema = dict[str, Any]

_BLANK: Final = r"[\t\n\f\r ]"

#: Trimmed by the contract's white space, and not empty.
TEXT: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "not": {"pattern": f"^{_BLANK}|{_BLANK}$"},
}
TEXT_OR_EMPTY: Final[Schema] = {**TEXT, "minLength": 0}

#: UTC, milliseconds, 1970 to 9999. (Python lets a line feed follow a `$`: hence the length.)
TIME: Final[Schema] = {
    "type": "string",
    "pattern": (
        "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
        r"T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z$"
    ),
    "maxLength": 24,
}

#: An object with at least one present member.
FILLED: Final[Schema] = {
    "type": "object",
    "not": {
        "additionalProperties": {
            "anyOf": [{"type": "null"}, {"type": "string", "pattern": f"^{_BLANK}*$"}]
        }
    },
}

PAGE_FIELDS: Final = (
    "url",
    "path",
    "search",
    "title",
    "referrer",
    "name",
    "category",
    "keywords",
)
REMOVABLE: Final = (
    "name",
    "category",
    *(f"properties.{field}" for field in PAGE_FIELDS),
    *(f"context.page.{field}" for field in PAGE_FIELDS),
    *(f"context.{name}" for name in ("campaign", "userAgent", "browser", "os", "device", "isBot")),
    "channel",
    "context.channel",
    "integrations",
)
#: The fields that each warning may name: the table of the contract, section 8.
WARNING_FIELDS: Final[dict[WarningCode, tuple[str, ...]]] = {
    "invalid_unicode": ("",),
    "message_id_generated": ("messageId",),
    "name_derived": ("name",),
    "url_scheme_added": ("properties.url",),
    "url_relative": ("properties.url",),
    "invalid_url": ("properties.url",),
    "path_conflict": ("properties.path",),
    "search_conflict": ("properties.search",),
    "url_credentials_removed": (
        "properties.url",
        "properties.referrer",
        "context.page.referrer",
        "context.page.url",
    ),
    "invalid_type": REMOVABLE,
    "invalid_timestamp": ("timestamp", "originalTimestamp", "sentAt", "receivedAt"),
    "timestamp_in_future": ("timestamp",),
}


def canonical_event_schema() -> Schema:
    """Give the JSON Schema of a canonical event, as a new dictionary."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Canonical page event",
        "description": "What the pipeline publishes for one raw page event.",
        "type": "object",
        "required": [
            "messageId",
            "type",
            "name",
            "timestamp",
            "originalTimestamp",
            "receivedAt",
            "version",
            "properties",
            "context",
            "integrations",
        ],
        "anyOf": [{"required": ["userId"]}, {"required": ["anonymousId"]}],
        "properties": {
            **_envelope(),
            "properties": _properties(),
            "context": _context(),
            "category": False,
            "writeKey": False,
        },
        # A null at the top level is absent (section 8).
        "additionalProperties": {"not": {"type": "null"}},
    }


def _envelope() -> Schema:
    return {
        "messageId": _cited(TEXT, 3, "Identifies the event; the same in every replay."),
        "type": _cited({"const": "page"}, 2, "Always a page event."),
        "name": _cited(TEXT, 3, "The page's name, else its title or path."),
        "userId": _cited(TEXT, 3, "Who it was, as the sender knows them."),
        "anonymousId": _cited(TEXT, 3, "Who it was, as the device knows them."),
        "timestamp": _cited(TIME, 7, "When it happened, the device's clock corrected."),
        "originalTimestamp": _cited(TIME, 7, "When it happened by the device's clock."),
        "sentAt": _cited(TIME, 7, "When it was sent, by the device's clock."),
        "receivedAt": _cited(TIME, 7, "When the collector or Kafka received it."),
        "channel": _cited(TEXT, 8, "Where it was sent from; the same as `context.channel`."),
        "version": _cited({"type": "number"}, 8, "The event's version; 1 where none was given."),
        "integrations": _cited({"type": "object"}, 8, "Destinations; empty means all."),
    }


def _properties() -> Schema:
    page = _page_fields()
    page["path"] = {**TEXT, "pattern": "^/"}
    page["search"] = {**TEXT_OR_EMPTY, "pattern": r"^(\?[\s\S]+)?$"}
    return _cited({"type": "object", "properties": page}, 4, "The page as its DOM shows it.")


def _context() -> Schema:
    page = {"type": "object", "required": ["name"], "properties": _page_fields()}
    members = {
        "page": _cited(page, 4, "The page as the SDK saw it, which may differ."),
        "campaign": _cited(FILLED, 5, "The campaign, from the sender or from `utm_` parameters."),
        "userAgent": _cited(TEXT, 6, "The user agent as sent."),
        "browser": _cited(FILLED, 6, "The browser's name and version."),
        "os": _cited(FILLED, 6, "The operating system's name and version."),
        "device": _cited(FILLED, 6, "The device's type, manufacturer and model."),
        "isBot": _cited({"type": "boolean"}, 6, "Whether a bot or crawler sent it."),
        "channel": _cited(TEXT, 8, "The same as the top-level `channel`."),
        "warnings": _cited(_warnings(), 8, "What could not be used or was derived; no pair twice."),
    }
    derived = ["browser", "os", "device", "isBot"]
    typed = {"required": derived, "properties": {"device": {"required": ["type"]}}}
    context = {
        "type": "object",
        "required": ["page"],
        "properties": members,
        "dependentSchemas": {"userAgent": typed},
    }
    return _cited(context, 8, "Where it happened. Members that are not listed are the sender's.")


def _page_fields() -> Schema:
    return {
        **dict.fromkeys(PAGE_FIELDS, TEXT),
        "search": TEXT_OR_EMPTY,
        "referrer": TEXT_OR_EMPTY,
        "keywords": {"type": "array", "minItems": 1, "items": TEXT},
    }


def _warnings() -> Schema:
    return {
        "type": "array",
        "minItems": 1,
        "uniqueItems": True,
        "items": {
            "type": "object",
            "required": ["code", "field"],
            "additionalProperties": False,
            "properties": {"code": {"enum": list(WARNING_FIELDS)}, "field": {"type": "string"}},
            "anyOf": [
                {"properties": {"code": {"const": code}, "field": {"enum": list(fields)}}}
                for code, fields in WARNING_FIELDS.items()
            ],
        },
    }


def _cited(schema: Schema, section: int, meaning: str) -> Schema:
    return {"description": f"{meaning} The contract, section {section}.", **schema}
