"""The page as a browser's DOM would describe it: the contract, section 4."""

from typing import Any

from pipeline.event.page_fields import clean_page_fields
from pipeline.event.page_url import read_page_url
from pipeline.event.url import Url
from pipeline.event.warnings import Warnings


def put_page(properties: dict[str, Any], page: dict[str, Any], warnings: Warnings) -> Url | None:
    """Complete the reserved fields of `properties` and of `context.page`, each from the other.

    A path and a search that neither has are derived from the URL. Gives the URL's parts, or None
    where nothing can be derived.
    """
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
