"""URLs as browsers read them: ada-url, and the fast path that must equal it."""

import string

import ada_url
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.event.url import PLAIN, Url, parse_by_standard, parse_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://example.com/a?b#c", Url("https://example.com/a?b#c", "/a", "?b", "#c")),
        ("HTTP://EXAMPLE.com", Url("http://example.com/", "/", "", "")),
        ("http://h.de:80/a/../b", Url("http://h.de/b", "/b", "", "")),
        ("https://h.de:8443/", Url("https://h.de:8443/", "/", "", "")),
        ("http://münchen.de/ü", Url("http://xn--mnchen-3ya.de/%C3%BC", "/%C3%BC", "", "")),
        ("https://h.de/?#", Url("https://h.de/?#", "/", "", "")),
        ("https://u:p@h.de/x", Url("https://h.de/x", "/x", "", "", had_credentials=True)),
        ("https://u@h.de/x", Url("https://h.de/x", "/x", "", "", had_credentials=True)),
        ("https://:p@h.de/x", Url("https://h.de/x", "/x", "", "", had_credentials=True)),
        ("https://@h.de/x", Url("https://h.de/x", "/x", "", "")),
        ("http:h.de", Url("http://h.de/", "/", "", "")),
        ("http://1.5/", Url("http://1.0.0.5/", "/", "", "")),
        ("ftp://h.de/", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("about:blank", None),
        ("android-app://com.google", None),
        ("https://", None),
        ("https://h de/", None),
        ("https://h.de:99999/", None),
        ("https://[::1/", None),
        ("/a", None),
        ("h.de", None),
        ("", None),
    ],
)
def test_only_http_and_https_urls_are_read(text: str, expected: Url | None) -> None:
    assert parse_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "https://www.example.com/",
        "http://localhost/a/b.html",
        "https://a-b.example.co.uk/~x/y;z=1/(a)!?q=a+b&c=%20&d=/?:@#x/?y",
        "https://example.com//a//",
        "https://example.com/a%zz",
    ],
)
def test_plain_urls_take_the_fast_path(text: str) -> None:
    assert PLAIN.fullmatch(text)


NEAR_PLAIN = [
    "https://example.com",
    "https://example.com/?",
    "https://example.com/#",
    "https://example.com/a/../b",
    "https://example.com/a/.",
    "https://example.com/a/%2E%2e/b",
    "https://example.com/.well-known/x",
    "https://example.com/a?b'c",
    "https://example.com/a\n",
    "https://example.com:443/",
    "https://user@example.com/",
    "https://xn--mnchen-3ya.de/",
    "https://xn--a/",
    "https://1.2.3.4/",
    "https://example.1/",
    "https://example.0x1f/",
    "https://a.b./",
    "https://a..b/",
    "https://Example.com/",
    "https://example.com/ü",
    "https://example.com/a b",
    "https://example.com\\a",
]


@pytest.mark.parametrize("text", NEAR_PLAIN)
def test_what_the_standard_may_rewrite_does_not_take_it(text: str) -> None:
    assert not PLAIN.fullmatch(text) or parse_by_standard(text) == parse_url(text)


def assert_same(text: str) -> None:
    assert parse_url(text) == parse_by_standard(text)


_LABELS = st.text(string.ascii_lowercase + string.digits + "-x", min_size=0, max_size=6)
_CHARACTERS = st.text(string.printable + "%2eE.ü\u00ad\u3002。", max_size=8)
_LIKELY = st.builds(
    "{}://{}/{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.lists(_LABELS | st.sampled_from(["xn--", "xn--p1ai", "0x1", "127", "com"])).map(".".join),
    st.lists(_CHARACTERS | st.sampled_from([".", "..", "%2e", ".%2E", "a.b", ""])).map("/".join),
    st.just("") | _CHARACTERS.map("?".__add__),
    st.just("") | _CHARACTERS.map("#".__add__),
)


@given(st.from_regex(PLAIN, fullmatch=True))
def test_the_fast_path_equals_the_standard(text: str) -> None:
    assert_same(text)


@given(_LIKELY)
@example("http://xn--/")
def test_the_fast_path_takes_nothing_that_the_standard_reads_differently(text: str) -> None:
    assert_same(text)


@given(_LIKELY)
def test_the_canonical_form_is_its_own(text: str) -> None:
    if url := parse_url(text):
        assert parse_url(url.href) == url._replace(had_credentials=False)


@given(_LIKELY)
def test_parts_are_those_of_the_parser(text: str) -> None:
    url = parse_url(text)
    assert (url is not None) is ada_url.check_url(text)
    if url and not url.had_credentials:
        expected = ada_url.URL(text)
        assert url == Url(expected.href, expected.pathname, expected.search, expected.hash)
