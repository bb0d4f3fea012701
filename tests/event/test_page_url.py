"""What a sender calls the page's URL: the contract, section 4, `url`."""

import pytest

from pipeline.event.page_url import read_page_url
from pipeline.event.url import Url
from pipeline.event.warnings import Warnings

ADDED = "url_scheme_added"
RELATIVE = "url_relative"
INVALID = "invalid_url"


def read(text: str) -> tuple[Url | None, list[str]]:
    warnings = Warnings()
    url = read_page_url(text, warnings)
    assert {warning["field"] for warning in warnings} <= {"properties.url"}
    return url, [warning["code"] for warning in warnings]


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("https://Example.com", "https://example.com/"),
        ("http:example.com", "http://example.com/"),
        ("\x01https://example.com/", "https://example.com/"),
    ],
)
def test_a_url_is_written_as_browsers_write_it(text: str, href: str) -> None:
    url, warnings = read(text)
    assert (url and url.href, warnings) == (href, [])


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("//example.com/a?b#c", "https://example.com/a?b#c"),
        ("//localhost/a", "https://localhost/a"),
        ("//h:8080", "https://h:8080/"),
        ("///h/a", "https://h/a"),
        ("//u:p@h/a", "https://h/a"),
        ("example.com", "https://example.com/"),
        ("example.com/a", "https://example.com/a"),
        ("example.com?q", "https://example.com/?q"),
        ("example.com#f", "https://example.com/#f"),
        ("Example.COM./a", "https://example.com./a"),
        ("example.com:8080", "https://example.com:8080/"),
        ("example.com:8080/a", "https://example.com:8080/a"),
        ("example.com:443?q", "https://example.com/?q"),
        ("1.2.3.4:80/a", "https://1.2.3.4:80/a"),
        (".example.com/a", "https://.example.com/a"),
        ("münchen.de:80/a", "https://xn--mnchen-3ya.de:80/a"),
        ("a.b/c@d \\e", "https://a.b/c@d%20/e"),
        ("1.5", "https://1.0.0.5/"),
        ("[::1.2.3.4]/a", "https://[::102:304]/a"),
    ],
)
def test_a_scheme_is_added_in_front_of_a_host(text: str, href: str) -> None:
    url, warnings = read(text)
    assert (url and url.href, warnings) == (href, [ADDED])


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("/", ("/", "", "")),
        ("/a/../b?q=ü#f g", ("/b", "?q=%C3%BC", "#f%20g")),
        ("/a\\b", ("/a/b", "", "")),
        ("/a:b", ("/a:b", "", "")),
        ("/?", ("/", "", "")),
        ("/example.com/a", ("/example.com/a", "", "")),
    ],
)
def test_a_path_is_no_url_but_has_the_parts_of_one(text: str, parts: tuple[str, str, str]) -> None:
    assert read(text) == (Url(text, *parts), [RELATIVE])


@pytest.mark.parametrize(
    "text",
    [
        "javascript:void(0)",
        "data:text/html,x",
        "about:blank",
        "file:///C:/a.html",
        "mailto:a@example.com",
        "chrome-extension://abc/a.html",
        "ftp://example.com/",
        "https://",
        "http://?q",
        "https://exa mple.com/",
        "https://example.com:99999/",
        "//",
        "//exa mple.com/",
        "//h:99999/",
        "/\\example.com/a",
        "\\\\example.com\\a",
        "?q=example.com",
        "#example.com",
        "localhost",
        "localhost/a.b",
        "localhost:8080/a",
        "example.",
        ".example",
        ".",
        "..",
        "example.com:",
        "example.com:/a",
        "münchen.de:/a",
        "1.2.3.4:",
        "1.2.3.4:a",
        "example.com:80a/",
        "example.com:99999",
        "example.com:٨٠",
        "user@example.com",
        "user:pw@example.com/a",
        "exa mple.com/",
        "exa\u00a0mple.com/",
        "example.com\\a",
        "example。com/a",
        "tel:1.5",
        "mailto:a.b",
        "javascript:alert(1.5)",
        "urn:isbn:1.2",
        "a.b:c/",
    ],
    ids=ascii,
)
def test_anything_else_is_no_page_url(text: str) -> None:
    assert read(text) == (None, [INVALID])
