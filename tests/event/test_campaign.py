"""The campaign that brought the visitor: the contract, section 5."""

from typing import Any

import pytest
from ada_url import URLSearchParams
from hypothesis import given
from hypothesis import strategies as st

from pipeline.event.campaign import read_campaign
from tests.event.support import canonical, event, warned

FULL = {
    "source": "news",
    "medium": "email",
    "term": "a",
    "content": "b",
    "id": "7",
    "source_platform": "p",
    "creative_format": "f",
    "marketing_tactic": "t",
    "name": "Spring",
}
QUERY = (
    "utm_source=news&utm_medium=email&utm_campaign=Spring&utm_term=a&utm_content=b&utm_id=7"
    "&utm_source_platform=p&utm_creative_format=f&utm_marketing_tactic=t"
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (QUERY, FULL),
        ("", {}),
        ("a=1&b=2", {}),
        ("utm_source=a&x=1", {"source": "a"}),
        ("UTM_Source=News&Utm_MEDIUM=x", {"source": "News", "medium": "x"}),
        ("utm_Foo=1", {"foo": "1"}),
        ("utm_campaign=a", {"name": "a"}),
        ("utm_name=a", {"name": "a"}),
        ("utm_campaign=a&utm_name=b", {"name": "a"}),
        ("utm_name=b&utm_campaign=a", {"name": "a"}),
        ("utm_campaign=&utm_name=b", {"name": "b"}),
        ("utm_source=a+b%20c", {"source": "a b c"}),
        ("utm_source=a%2Bb", {"source": "a+b"}),
        ("utm_source=%E6%98%A5", {"source": "春"}),
        ("utm_source=春", {"source": "春"}),
        ("utm_source=%FF", {"source": "\ufffd"}),
        ("utm_source=%E6%98", {"source": "\ufffd"}),
        ("utm_source=%ED%A0%BC", {"source": "\ufffd\ufffd\ufffd"}),
        ("utm_source=%EF%BB%BFa", {"source": "\ufeffa"}),
        ("utm_source=%zz%4", {"source": "%zz%4"}),
        ("utm_source=a=b", {"source": "a=b"}),
        ("utm_source=a;utm_medium=b", {"source": "a;utm_medium=b"}),
        ("utm_source=a?b#c", {"source": "a?b#c"}),
        ("utm_source=+a%09", {"source": "a"}),
        ("utm_source=", {}),
        ("utm_source", {}),
        ("utm_source=+", {}),
        ("utm_source=a&utm_source=b", {"source": "b"}),
        ("utm_source=a&UTM_SOURCE=b", {"source": "b"}),
        ("utm_source=a&utm_source=", {"source": "a"}),
        ("utm_=a", {}),
        ("utm=a", {}),
        ("my_utm_source=a", {}),
        ("?utm_source=a", {}),
        ("+utm_source=a", {}),
        ("utm_%53ource=a", {"source": "a"}),
        ("%75%54%6d%5Fsource=a", {"source": "a"}),
        ("&&utm_source=a&", {"source": "a"}),
        ("utm_\u212a=a", {"\u212a": "a"}),
        ("utm_İ=a", {"İ": "a"}),
    ],
    ids=ascii,
)
def test_parameters_of_a_query(query: str, expected: dict[str, str]) -> None:
    assert read_campaign(query) == expected


_KEY = st.sampled_from(
    ["utm_a", "UTM_a", "%55tm_A", "u%74m_", "utm_%C3%BC", "x", "", "utm_campaign"]
)
_TOKENS = ["x", "Z", "%2B", "%C3%A9", "%20", "%zz", "%", "+", "=", "&", "?", " ", "é", ";", "#"]
_VALUE = st.lists(st.sampled_from(_TOKENS), max_size=5).map("".join)


@given(st.lists(st.builds("{}={}".format, _KEY, _VALUE) | _VALUE).map("&".join))
def test_parameters_are_parsed_as_the_standard_does(query: str) -> None:
    expected: dict[str, str] = {}
    for key, value in URLSearchParams("?" + query).items():
        if key[:4].lower() == "utm_" and key[4:] and (text := value.strip("\t\n\f\r ")):
            expected[key[4:].lower()] = text
    if "campaign" in expected:
        expected["name"] = expected.pop("campaign")
    assert read_campaign(query) == expected


def campaign(paths: dict[str, Any]) -> Any:
    return canonical(event({"name": "Home"} | paths))["context"].get("campaign")


def url(rest: str) -> dict[str, str]:
    return {"properties.url": f"https://example.com/{rest}"}


@pytest.mark.parametrize(
    ("paths", "source"),
    [
        (url("?utm_source=query#utm_source=hash"), "query"),
        (url("?x#utm_source=hash"), "hash"),
        (url("#/route?utm_source=hash"), "hash"),
        (url("#?utm_source=hash"), "hash"),
        (url("#/route?x=1?utm_source=hash"), None),
        (url("#/route&utm_source=hash"), "hash"),
        (url("#utm_medium=x?utm_source=behind"), "behind"),
        (url("?utm_source=#utm_source=hash"), "hash"),
        (url("?utm_=a#utm_source=hash"), "hash"),
        (url("?utm_source=url") | {"properties.search": "?utm_source=explicit"}, "explicit"),
        (url("?utm_source=url") | {"properties.search": ""}, None),
        (url("?utm_source=url") | {"context.page.search": "utm_source=page"}, "page"),
        ({"properties.search": "utm_source=alone"}, "alone"),
        ({"properties.search": "??utm_source=alone"}, None),
        ({"properties.url": "/a?utm_source=relative"}, "relative"),
        ({"properties.url": "/a#utm_source=relative"}, "relative"),
        ({"properties.url": "a.de#utm_source=bare"}, "bare"),
        ({"properties.url": "file:///a?utm_source=x#utm_source=y"}, None),
        ({"properties.hash": "#utm_source=sent"}, "sent"),
        ({"properties.hash": "utm_source=sent"}, "sent"),
        ({"properties.hash": "#/route?utm_source=sent"}, "sent"),
        ({"properties.hash": "#?utm_source=sent"}, "sent"),
        ({"properties.hash": ["utm_source=sent"]}, None),
        ({"properties.hash": None}, None),
        ({"context.page.hash": "#utm_source=sent"}, None),
        (url("#utm_source=url") | {"properties.hash": "#utm_source=sent"}, "url"),
        (url("#x") | {"properties.hash": "#utm_source=sent"}, "sent"),
        ({"properties.referrer": "https://a.de/?utm_source=x"}, None),
    ],
    ids=lambda paths: str(paths) if isinstance(paths, dict) else None,
)
def test_where_the_pages_campaign_is_read(paths: dict[str, Any], source: str | None) -> None:
    found = campaign(paths)
    assert found == (None if source is None else {"source": source})


ABC = url("?utm_source=a&utm_medium=b&utm_campaign=c")


@pytest.mark.parametrize(
    "absent", [None, "", " ", [], {}, {"source": ""}, {"source": " ", "name": None}], ids=repr
)
def test_without_an_explicit_campaign_it_is_the_pages(absent: Any) -> None:
    sent = {"context.campaign": absent}
    assert campaign(sent | ABC) == {"source": "a", "medium": "b", "name": "c"}
    assert campaign(sent) is None
    for paths in (sent, sent | ABC):
        assert warned(event({"name": "Home"} | paths)) == set()


@pytest.mark.parametrize("sent", ["a", 0, 1.5, False, [1], [{}]], ids=repr)
def test_a_campaign_of_another_type_is_removed(sent: Any) -> None:
    paths = {"context.campaign": sent}
    assert campaign(paths) is None
    assert campaign(paths | ABC) == {"source": "a", "medium": "b", "name": "c"}
    for with_or_without in (paths, paths | ABC):
        assert warned(event({"name": "Home"} | with_or_without)) == {
            "invalid_type context.campaign"
        }


@pytest.mark.parametrize(
    "explicit",
    [
        {"source": "x"},
        {"content": "x"},
        {"source": "a", "medium": "x"},
        {"source": "A"},
        {"source": "a", "medium": 5},
        {"source": "a", "medium": False},
        {"source": "a", "medium": []},
        {"source": "a", "medium": {}},
        {"source": 5},
        {"source": "", "content": "x"},
        {"x": []},
        {"x": 0},
        {"Source": "a"},
    ],
    ids=repr,
)
def test_an_explicit_campaign_is_kept_whole(explicit: dict[str, Any]) -> None:
    assert campaign({"context.campaign": explicit} | ABC) == explicit


@pytest.mark.parametrize(
    ("explicit", "expected"),
    [
        ({"source": "a"}, [("source", "a"), ("medium", "b"), ("name", "c")]),
        ({"name": "c"}, [("name", "c"), ("source", "a"), ("medium", "b")]),
        (
            {"medium": "", "x": None, "source": " a "},
            [("medium", "b"), ("x", None), ("source", " a "), ("name", "c")],
        ),
        (
            {"name": None, "source": "a", "tm_source": 5},
            [("name", "c"), ("source", "a"), ("tm_source", 5), ("medium", "b")],
        ),
        (
            {"name": "c", "medium": "b", "source": "a", "content": "x"},
            [("name", "c"), ("medium", "b"), ("source", "a"), ("content", "x")],
        ),
    ],
    ids=repr,
)
def test_an_explicit_campaign_that_agrees_is_completed(
    explicit: dict[str, Any], expected: list[tuple[str, Any]]
) -> None:
    assert list(campaign({"context.campaign": explicit} | ABC).items()) == expected


def test_an_explicit_campaign_is_kept_where_the_page_has_none() -> None:
    assert campaign({"context.campaign": {"source": "a", "x": ""}}) == {"source": "a", "x": ""}
