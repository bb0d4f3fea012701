"""The reserved fields of a page, each by itself: "cleaned" in the contract, section 4."""

from typing import Any, Final

import orjson

from pipeline.event.url import parse_url
from pipeline.event.values import is_number, trim
from pipeline.event.warnings import Warnings

_TEXTS: Final = ("url", "path", "search", "title", "referrer", "name", "category")

#: Where an empty string says something, as in the DOM: "no query", "direct".
_MAY_BE_EMPTY: Final = ("search", "referrer")


def clean_page_fields(members: dict[str, Any], where: str, warnings: Warnings) -> None:
    """Clean `properties` or `context.page`; an absent field is no longer a key afterwards."""
    for field in _TEXTS:
        sent = members.get(field)
        # Nearly every text is clean: seeing that here takes a fifth of the call.
        if isinstance(sent, str) and (
            sent[0] > " " and sent[-1] > " " if sent else field in _MAY_BE_EMPTY
        ):
            continue
        if field in members:
            clean_text(members, field, f"{where}.{field}", warnings)
    if members.get("referrer") == "$direct":
        members["referrer"] = ""  # RudderStack's placeholder
    for field in ("url", "referrer"):
        if "@" in members.get(field, ""):
            _remove_credentials(members, field, f"{where}.{field}", warnings)
    if "keywords" in members:
        _clean_keywords(members, f"{where}.keywords", warnings)


def clean_text(members: dict[str, Any], field: str, path: str, warnings: Warnings) -> None:
    """Make a field that is there a trimmed string, or remove it."""
    value = members[field]
    if isinstance(value, str):
        text = trim(value)
        if text or field in _MAY_BE_EMPTY:
            members[field] = text
            return
    elif is_number(value):
        members[field] = orjson.dumps(value).decode()
        return
    elif value is not None:
        warnings.add("invalid_type", path)
    del members[field]


def _remove_credentials(members: dict[str, Any], field: str, path: str, warnings: Warnings) -> None:
    url = parse_url(members[field])
    if url and url.had_credentials:
        members[field] = url.href
        warnings.add("url_credentials_removed", path)


def _clean_keywords(members: dict[str, Any], path: str, warnings: Warnings) -> None:
    sent = members["keywords"]
    items = sent.split(",") if isinstance(sent, str) else sent
    if not isinstance(items, list):
        items = [] if items is None else [items]
    if not all(isinstance(item, str) for item in items):
        warnings.add("invalid_type", path)
    keywords = [trimmed for item in items if isinstance(item, str) and (trimmed := trim(item))]
    if keywords:
        members["keywords"] = keywords
    else:
        del members["keywords"]
