"""The page as a browser's DOM would describe it: the contract, section 4."""

from typing import Any, Final

from pipeline.event.page_fields import clean_page_fields
from pipeline.event.page_url import read_page_url
from pipeline.event.url import Url, parse_plain_url
from pipeline.event.warnings import Warnings

#: The reserved fields that browsers' SDKs do not send.
_RARE: Final = frozenset({"name", "category", "keywords"})


def put_page(properties: dict[str, Any], page: dict[str, Any], warnings: Warnings) -> Url | None:
    """Complete the reserved fields of `properties` and of `context.page`, each from the other.

    A path and a search that neither has are derived from the URL. Gives the URL's parts, or None
    where nothing can be derived.
    """
    if url := _read_complete(properties, page):
        return url
    clean_page_fields(properties, "properties", warnings)
    clean_page_fields(page, "context.page", warnings)
    url = _put_url(properties, page, warnings)
    _put_path(properties, page, url, warnings)
    _put_search(properties, page, url, warnings)
    for field in ("title", "referrer", "keywords"):
        sent = properties.get(field, page.get(field))
        if sent is not None:
            properties[field] = sent
            page.setdefault(field, sent)
    return url


def _read_complete(properties: dict[str, Any], page: dict[str, Any]) -> Url | None:
    """Give the URL of a page to which there is nothing to do, as a browser's SDK describes it.

    It has its five texts in both places, clean and the same, and the URL's path and search. None
    says nothing: such a page may be complete as well. Nearly all are found here, in a third of the
    time, and a property test shows that the long way would have left them as they are.
    """
    href, title, referrer = (
        properties.get("url"),
        properties.get("title"),
        properties.get("referrer"),
    )
    if not (
        isinstance(href, str)
        and isinstance(title, str)
        and isinstance(referrer, str)
        and title
        and title[0] > " " < title[-1]
        and (not referrer or referrer[0] > " " < referrer[-1])
        and "@" not in referrer
        and referrer != "$direct"
        and page.get("url") == href
        and page.get("title") == title
        and page.get("referrer") == referrer
        and _RARE.isdisjoint(properties)
        and _RARE.isdisjoint(page)
        and (url := parse_plain_url(href))
    ):
        return None
    _, pathname, search, _, _ = url
    same = (
        properties.get("path") == page.get("path") == pathname
        and properties.get("search") == page.get("search") == search
    )
    return url if same else None


def _put_url(properties: dict[str, Any], page: dict[str, Any], warnings: Warnings) -> Url | None:
    sent = properties.get("url", page.get("url"))
    if sent is None:
        return None
    url = read_page_url(sent, warnings)
    if url and url.had_credentials:
        for members, path in ((properties, "properties.url"), (page, "context.page.url")):
            if members.get("url") == sent:
                warnings.add("url_credentials_removed", path)
    _put(properties, page, "url", sent, url.href if url else sent)
    return url


def _put_path(
    properties: dict[str, Any], page: dict[str, Any], url: Url | None, warnings: Warnings
) -> None:
    path = derived = url.pathname if url else None
    sent = properties.get("path", page.get("path"))
    if sent is not None and sent != derived:
        path = _begin_with("/", sent)
        if url and path != derived:
            warnings.add("path_conflict", "properties.path")
    _put(properties, page, "path", sent, path)


def _put_search(
    properties: dict[str, Any], page: dict[str, Any], url: Url | None, warnings: Warnings
) -> None:
    search = derived = url.search if url else None
    sent = properties.get("search", page.get("search"))
    if sent is not None and sent != derived:
        search = _begin_with("?", sent) if sent not in ("", "?") else ""
        if url and search != derived:
            warnings.add("search_conflict", "properties.search")
    _put(properties, page, "search", sent, search)


def _begin_with(mark: str, text: str) -> str:
    return text if text.startswith(mark) else mark + text


def _put(
    properties: dict[str, Any], page: dict[str, Any], field: str, sent: Any, final: Any
) -> None:
    """Write a field's final value, made of the value `sent`, or derived where that is None.

    Another value in `context.page` stays: the sender may have meant it.
    """
    if final is None:
        return
    properties[field] = final
    if page.get(field, sent) == sent:
        page[field] = final
