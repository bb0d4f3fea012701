"""The page as a browser's DOM would describe it: the contract, section 4."""

from typing import Any

import pytest

from tests.event.support import canonical, event, warned

URL = "https://example.com/a?b#c"
FIELDS = ["url", "path", "search", "title", "referrer", "keywords"]


def pages(paths: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the final `properties` and `context.page` of an event, and nothing of its name."""
    found = canonical(event({"name": "Home"} | paths))
    assert found["context"]["page"].pop("name") == "Home"
    return found["properties"], found["context"]["page"]


def warnings(paths: dict[str, Any]) -> set[str]:
    return warned(event({"name": "Home"} | paths))


def test_a_url_alone_describes_the_page_in_both_places() -> None:
    described = {"url": URL, "path": "/a", "search": "?b"}
    assert pages({"properties.url": URL}) == (described, described)
    assert pages({"context.page.url": URL}) == (described, described)


def test_nothing_comes_of_nothing() -> None:
    assert pages({}) == ({}, {})


VALUES: dict[str, tuple[Any, Any]] = {
    "url": ("https://a.de/", "https://b.de/"),
    "path": ("/a", "/b"),
    "search": ("?a", "?b"),
    "title": ("A", "B"),
    "referrer": ("https://a.de/", "https://b.de/"),
    "keywords": (["a"], ["b"]),
}


@pytest.mark.parametrize("field", FIELDS)
def test_properties_come_before_context_page(field: str) -> None:
    first, second = VALUES[field]
    properties, page = pages({f"properties.{field}": first, f"context.page.{field}": second})
    assert properties[field] == first
    assert page[field] == second, "what the sender said of the page stays"


@pytest.mark.parametrize("field", FIELDS)
def test_context_page_is_used_where_properties_say_nothing(field: str) -> None:
    first, _ = VALUES[field]
    absences: list[dict[str, Any]] = [
        {},
        {f"properties.{field}": None},
        {f"properties.{field}": True},
    ]
    for absent in absences:
        properties, page = pages(absent | {f"context.page.{field}": first})
        assert properties[field] == page[field] == first


@pytest.mark.parametrize("field", FIELDS)
def test_properties_are_copied_where_context_page_says_nothing(field: str) -> None:
    first, _ = VALUES[field]
    absences: list[dict[str, Any]] = [
        {},
        {f"context.page.{field}": None},
        {f"context.page.{field}": {}},
    ]
    for absent in absences:
        properties, page = pages({f"properties.{field}": first} | absent)
        assert properties[field] == page[field] == first


@pytest.mark.parametrize("field", ["search", "referrer"])
def test_an_explicit_empty_text_is_said(field: str) -> None:
    properties, page = pages({f"properties.{field}": " ", f"context.page.{field}": "x"})
    assert (properties[field], page[field]) == ("", "x")


@pytest.mark.parametrize(
    ("field", "sent", "other", "final", "stays"),
    [
        ("url", "HTTP://A.de", " HTTP://A.de ", "http://a.de/", None),
        ("url", "HTTP://A.de", "http://a.de/", "http://a.de/", None),
        ("url", "http://a.de/", "HTTP://A.de", "http://a.de/", "HTTP://A.de"),
        ("url", "a.de", "a.de", "https://a.de/", None),
        ("url", "a.de", "A.de", "https://a.de/", "A.de"),
        ("url", "about:blank", "about:blank", "about:blank", None),
        ("path", "a", "a", "/a", None),
        ("path", "/a", "a", "/a", "a"),
        ("path", "a", "/a", "/a", None),
        ("path", 5, "5", "/5", None),
        ("search", "a=1", "a=1", "?a=1", None),
        ("search", "?a=1", "a=1", "?a=1", "a=1"),
        ("search", "?", "?", "", None),
        ("search", "", "?", "", "?"),
        ("search", "?", "", "", None),
        ("title", " A ", "A", "A", None),
        ("title", 5, "5", "5", None),
        ("referrer", "$direct", "", "", None),
        ("keywords", "a,b", ["a", "b"], ["a", "b"], None),
        ("keywords", ["a"], ["a", "b"], ["a"], ["a", "b"]),
    ],
    ids=repr,
)
def test_an_equal_member_of_context_page_becomes_the_final_value(
    field: str, sent: Any, other: Any, final: Any, stays: Any
) -> None:
    properties, page = pages({f"properties.{field}": sent, f"context.page.{field}": other})
    assert properties[field] == final
    assert page[field] == (final if stays is None else stays)


@pytest.mark.parametrize("field", [*FIELDS, "name", "category"])
@pytest.mark.parametrize("where", ["properties", "context.page"])
def test_a_reserved_member_that_is_null_is_removed(field: str, where: str) -> None:
    properties, page = pages({f"{where}.{field}": None, f"{where}.x": None})
    assert field not in properties | page
    assert {"x": None} in (properties, page), "a custom one is not"


@pytest.mark.parametrize("field", ["url", "path", "title", "keywords"])
def test_an_empty_member_is_written_to_neither(field: str) -> None:
    assert pages({f"properties.{field}": " ", f"context.page.{field}": ""}) == ({}, {})


@pytest.mark.parametrize(
    ("sent", "path", "conflict"),
    [
        ("/a", "/a", False),
        ("a", "/a", False),
        (" /a ", "/a", False),
        ("/A", "/A", True),
        ("/a/", "/a/", True),
        ("", "/a", False),
        (None, "/a", False),
        ("?x", "/?x", True),
        ("//a", "//a", True),
    ],
    ids=repr,
)
@pytest.mark.parametrize("where", ["properties", "context.page"])
def test_an_explicit_path_stays(sent: Any, path: str, where: str, *, conflict: bool) -> None:
    paths = {"properties.url": URL, f"{where}.path": sent}
    properties, page = pages(paths)
    assert properties["path"] == page["path"] == path
    assert warnings(paths) == ({"path_conflict properties.path"} if conflict else set())


@pytest.mark.parametrize(
    ("sent", "search", "conflict"),
    [
        ("?b", "?b", False),
        ("b", "?b", False),
        ("?B", "?B", True),
        ("", "", True),
        (" ", "", True),
        ("?", "", True),
        (None, "?b", False),
        (5, "?5", True),
    ],
    ids=repr,
)
@pytest.mark.parametrize("where", ["properties", "context.page"])
def test_an_explicit_search_stays(sent: Any, search: str, where: str, *, conflict: bool) -> None:
    paths = {"properties.url": URL, f"{where}.search": sent}
    properties, page = pages(paths)
    assert properties["search"] == page["search"] == search
    assert warnings(paths) == ({"search_conflict properties.search"} if conflict else set())


@pytest.mark.parametrize("url", ["https://example.com/a", "https://example.com/a?", "/a", "/a?#x"])
def test_a_url_without_a_query_has_the_search_of_the_dom(url: str) -> None:
    assert pages({"properties.url": url})[0]["search"] == ""
    assert "search_conflict properties.search" in warnings(
        {"properties.url": url, "properties.search": "?q"}
    )


def test_without_a_url_there_is_no_conflict_and_no_search() -> None:
    paths = {"properties.path": "a", "properties.title": "A"}
    assert pages(paths)[0] == {"path": "/a", "title": "A"}
    assert pages({"properties.search": "?"})[0] == {"search": ""}
    assert warnings(paths) == set()


@pytest.mark.parametrize(
    ("url", "properties", "expected"),
    [
        ("https://A.de", {"url": "https://a.de/", "path": "/", "search": ""}, set()),
        (
            "a.de/b?c",
            {"url": "https://a.de/b?c", "path": "/b", "search": "?c"},
            {"url_scheme_added properties.url"},
        ),
        (
            "/b/../c?d#e",
            {"url": "/b/../c?d#e", "path": "/c", "search": "?d"},
            {"url_relative properties.url"},
        ),
        ("about:blank", {"url": "about:blank"}, {"invalid_url properties.url"}),
        (5, {"url": "5"}, {"invalid_url properties.url"}),
    ],
)
@pytest.mark.parametrize("where", ["properties", "context.page"])
def test_what_a_url_makes_of_the_page(
    url: Any, properties: dict[str, str], expected: set[str], where: str
) -> None:
    assert pages({f"{where}.url": url}) == (properties, properties)
    assert warnings({f"{where}.url": url}) == expected


def test_a_relative_url_conflicts_like_any_other() -> None:
    paths = {"properties.url": "/a?b", "properties.path": "/c", "properties.search": "?d"}
    assert pages(paths)[0] == {"url": "/a?b", "path": "/c", "search": "?d"}
    assert warnings(paths) == {
        "url_relative properties.url",
        "path_conflict properties.path",
        "search_conflict properties.search",
    }


def test_a_relative_url_stays_as_sent_whatever_is_found_behind_a_tab() -> None:
    url = "/\t/user:secret@example.com/a"
    assert pages({"properties.url": url})[0] == {"url": url, "path": "/a", "search": ""}
    assert warnings({"properties.url": url}) == {"url_relative properties.url"}


def test_nothing_is_compared_with_an_invalid_url() -> None:
    paths = {"properties.url": "file:///a?b", "properties.path": "c", "properties.search": "d"}
    assert pages(paths)[0] == {"url": "file:///a?b", "path": "/c", "search": "?d"}
    assert warnings(paths) == {"invalid_url properties.url"}


SECRET = "https://user:secret@example.com/a"
SCHEMELESS = "//user:secret@example.com/a"
CLEAN = "https://example.com/a"


@pytest.mark.parametrize(
    ("sent", "in_properties", "in_page", "places"),
    [
        ({"properties.url": SECRET}, CLEAN, CLEAN, ["properties.url"]),
        ({"context.page.url": SECRET}, CLEAN, CLEAN, ["context.page.url"]),
        (
            {"properties.url": SECRET, "context.page.url": SECRET},
            CLEAN,
            CLEAN,
            ["properties.url", "context.page.url"],
        ),
        (
            {"properties.url": URL, "context.page.url": SECRET},
            URL,
            CLEAN,
            ["context.page.url"],
        ),
        (
            {"properties.url": SECRET, "context.page.url": URL},
            CLEAN,
            URL,
            ["properties.url"],
        ),
        ({"properties.url": SCHEMELESS}, CLEAN, CLEAN, ["properties.url"]),
        ({"context.page.url": SCHEMELESS}, CLEAN, CLEAN, ["context.page.url"]),
        (
            {"properties.url": SCHEMELESS, "context.page.url": SCHEMELESS},
            CLEAN,
            CLEAN,
            ["properties.url", "context.page.url"],
        ),
        (
            {"properties.url": CLEAN, "context.page.url": SCHEMELESS},
            CLEAN,
            SCHEMELESS,
            [],
        ),
    ],
)
def test_credentials_of_the_url_are_removed_where_they_stood(
    sent: dict[str, str], in_properties: str, in_page: str, places: list[str]
) -> None:
    properties, page = pages(sent)
    assert (properties["url"], page["url"]) == (in_properties, in_page)
    found = warnings(sent) - {"url_scheme_added properties.url"}
    assert found == {f"url_credentials_removed {place}" for place in places}


@pytest.mark.parametrize("where", ["properties", "context.page"])
def test_credentials_of_the_referrer_are_removed(where: str) -> None:
    sent = {f"{where}.referrer": "HTTPS://user:secret@example.com"}
    properties, page = pages(sent)
    assert properties["referrer"] == page["referrer"] == "https://example.com/"
    assert warnings(sent) == {f"url_credentials_removed {where}.referrer"}


def test_the_referrer_is_kept_as_sent() -> None:
    for referrer in ("HTTPS://Example.com", "android-app://com.google", "Newsletter"):
        assert pages({"properties.referrer": referrer})[0]["referrer"] == referrer


def test_everything_else_passes_through() -> None:
    custom: dict[str, Any] = {
        "referrer_host": "x",
        "tab": None,
        "hash": "#x",
        "price": 1.10,
        "list": [{"a": []}],
    }
    properties, page = pages({"properties": dict(custom), "context.page": dict(custom)})
    assert (properties, page) == (custom, custom)
