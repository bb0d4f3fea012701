"""What the page is called, and its category: the contract, section 3."""

from typing import Any

import pytest

from pipeline import Rules
from tests.event.support import canonical, event, refused, warned

URL = "https://example.com/from/url"
NAMED = Rules(require_name=True)

#: Every place that can name a page, the first before the others.
PLACES = ["name", "properties.name", "context.page.name", "properties.title", "context.page.title"]


@pytest.mark.parametrize("first", range(len(PLACES)), ids=PLACES)
def test_the_first_name_of_all_wins(first: int) -> None:
    sent = event({"properties.url": URL} | {place: f"from {place}" for place in PLACES[first:]})
    assert canonical(sent)["name"] == f"from {PLACES[first]}"
    assert warned(sent) == set()


@pytest.mark.parametrize("blank", [None, "", " \n"], ids=repr)
def test_what_is_absent_names_nothing(blank: Any) -> None:
    sent = event(dict.fromkeys(PLACES, blank) | {"context.page.title": "Title"})
    assert canonical(sent)["name"] == "Title"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (event({"properties.path": "explicit"}), "/explicit"),
        (event({"context.page.path": "/page"}), "/page"),
        (event({"properties.url": URL}), "/from/url"),
        (event({"context.page.url": "https://example.com"}), "/"),
    ],
)
def test_a_path_names_a_page_and_warns(sent: Any, expected: str) -> None:
    assert canonical(sent)["name"] == expected
    assert warned(sent) == {"name_derived name"}


@pytest.mark.parametrize(
    "sent",
    [
        event(),
        event({"properties.url": "about:blank"}),
        event({"properties.search": "?q"}),
        event({"name": {}}),
        event({"name": [], "properties.title": False}),
    ],
)
def test_a_page_without_any_name_is_a_dead_letter(sent: Any) -> None:
    letter = refused(sent)
    assert (letter.code, letter.field) == ("missing_name", "name")


@pytest.mark.parametrize("place", PLACES)
def test_a_name_may_be_required(place: str) -> None:
    sent = event({place: f"from {place}"})
    if "title" in place:
        letter = refused(sent, NAMED)
        assert (letter.code, letter.field) == ("missing_name", "name")
    else:
        assert canonical(sent, NAMED)["name"] == f"from {place}"


def test_a_path_is_no_required_name() -> None:
    assert refused(event({"properties.url": URL}), NAMED).code == "missing_name"


@pytest.mark.parametrize(
    ("sent", "expected", "warns"),
    [
        (" Home ", "Home", False),
        (404, "404", False),
        (1e5, "100000.0", False),
        (True, "Title", True),
        ([], "Title", True),
        ({}, "Title", True),
    ],
    ids=repr,
)
def test_the_top_level_name_is_cleaned(sent: Any, expected: str, *, warns: bool) -> None:
    found = event({"name": sent, "properties.title": "Title"})
    assert canonical(found)["name"] == expected
    assert warned(found) == ({"invalid_type name"} if warns else set())


def test_properties_name_stays_what_the_sender_made_it() -> None:
    found = canonical(event({"name": "Top", "properties.name": " Own "}))
    assert (found["name"], found["properties"]["name"]) == ("Top", "Own")
    assert "name" not in canonical(event({"name": "Top"}))["properties"]


@pytest.mark.parametrize(
    ("sent", "expected"), [("Own", "Own"), (" Own", "Own"), ("", "Top"), (None, "Top"), ([], "Top")]
)
def test_context_page_name_is_filled_where_absent(sent: Any, expected: str) -> None:
    assert canonical(event({"name": "Top", "context.page.name": sent}))["context"]["page"] == {
        "name": expected
    }


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("Docs", None, "Docs"),
        (None, "Docs", "Docs"),
        (" Docs ", "Other", "Docs"),
        ("", "Docs", "Docs"),
        (5, "Docs", "5"),
        ([], " Docs", "Docs"),
        (None, None, None),
        ("", "", None),
    ],
    ids=repr,
)
def test_category(outer: Any, inner: Any, expected: str | None) -> None:
    sent = event({"name": "Home", "category": outer, "properties.category": inner})
    found = canonical(sent)
    assert "category" not in found
    assert found["properties"].get("category") == expected
    assert ("category" in found["properties"]) is (expected is not None)
    assert warned(sent) == ({"invalid_type category"} if outer == [] else set())


def test_the_category_of_context_page_is_the_senders() -> None:
    found = canonical(event({"name": "Home", "category": "Docs", "context.page.category": " Own "}))
    assert found["context"]["page"]["category"] == "Own"
    assert (
        "category" not in canonical(event({"name": "Home", "category": "Docs"}))["context"]["page"]
    )
    assert (
        "category"
        not in canonical(event({"name": "n", "context.page.category": "x"}))["properties"]
    )
