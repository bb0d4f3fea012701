"""The campaign that brought the visitor: the contract, section 5."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote_plus

from pipeline.event.url import Url
from pipeline.event.values import is_absent, is_absent_object, trim
from pipeline.event.warnings import Warnings

#: A parameter whose key begins with `utm_`, in whatever case and however encoded, and has a value.
_PARAMETER: Final = re.compile(
    r"(?:^|&)((?:u|%[57]5)(?:t|%[57]4)(?:m|%[46]d)(?:_|%5f)[^&=]*)=([^&]+)",
    re.IGNORECASE | re.ASCII,
)
_NONE: Final[Mapping[str, str]] = {}


def put_campaign(
    properties: dict[str, Any], context: dict[str, Any], url: Url | None, warnings: Warnings
) -> None:
    """Write the page's campaign to the context, or complete the one that the sender made of it."""
    found = _page_campaign(properties, url)
    sent = context.get("campaign")
    if found and isinstance(sent, dict) and found.items() <= sent.items():
        return  # as nearly always: the SDK has read it too
    if isinstance(sent, dict) and not all(map(is_absent, sent.values())):
        _complete(sent, found)
    elif found:
        context["campaign"] = dict(found)
    else:
        context.pop("campaign", None)
    if not isinstance(sent, dict) and not is_absent_object(sent):
        warnings.add("invalid_type", "context.campaign")


# Many visitors come by the same link. The cache holds the text of 512 events, at the most.
@lru_cache(maxsize=512)
def read_campaign(query: str) -> Mapping[str, str]:
    """Read the `utm_` parameters of a query without its `?`; the keys are the members' names."""
    campaign: dict[str, str] = {}
    for key, value in _PARAMETER.findall(query):
        # As bytes, because `str.lower` takes the Kelvin sign for a K.
        member = _decode(key).encode().lower().decode()[4:]
        text = trim(_decode(value))
        if member and text:
            campaign[member] = text
    if name := campaign.pop("campaign", None):
        campaign["name"] = name
    return campaign


def _decode(text: str) -> str:
    # Most of it is plain, and finding that out here takes a fifth of the call.
    return unquote_plus(text) if "%" in text or "+" in text else text


def _page_campaign(properties: dict[str, Any], url: Url | None) -> Mapping[str, str]:
    """Read the first place that has a campaign: the search, the fragment, the sent hash."""
    search = properties.get("search")
    found = read_campaign(search.removeprefix("?")) if search else _NONE
    if not found and url and url.hash:
        found = read_campaign(_behind_route(url.hash))
    if not found and isinstance(sent := properties.get("hash"), str):
        found = read_campaign(_behind_route(sent))
    return found


def _behind_route(fragment: str) -> str:
    """Of `#/route?query` give the query, of any other fragment the whole."""
    _, mark, query = fragment.partition("?")
    return query if mark else fragment.removeprefix("#")


def _complete(sent: dict[str, Any], found: Mapping[str, str]) -> None:
    """Add what an SDK missed, if it read the same campaign: one member equal, and none different.

    Two campaigns are never mixed: that would invent one nobody ran.
    """
    missing = {member: text for member, text in found.items() if is_absent(sent.get(member))}
    shared = found.keys() - missing.keys()
    if shared and all(_is_text(sent[member], found[member]) for member in shared):
        sent.update(missing)


def _is_text(value: Any, text: str) -> bool:
    return isinstance(value, str) and trim(value) == text
