"""The short way through a page that is complete gives what the long way would."""

from copy import deepcopy
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.event import page
from pipeline.event.warnings import Warnings

COMPLETE = {
    "url": "https://example.com/a?b#c",
    "path": "/a",
    "search": "?b",
    "title": "A",
    "referrer": "https://example.org/",
}
NO_SEARCH = COMPLETE | {"url": "https://example.com/a", "search": ""}
TEXTS = ["", " ", " A", "A\n", "@", "$direct", "/a", "/b", "?b", "?", "//a.de/a"]
URLS = ["https://u:p@a.de/", "https://example.com/@/a", "https://EXAMPLE.com/a?b#c"]
OTHERS: list[Any] = [None, 1, 1.0, True, [], ["k"], {}]
VALUES = st.sampled_from([*TEXTS, *URLS, *OTHERS])
NAMES = [*COMPLETE, "name", "category", "keywords", "product"]
FIELDS = st.sampled_from(NAMES)
CHANGES = st.dictionaries(FIELDS, VALUES, max_size=2)


@st.composite
def descriptions(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give `properties` and `context.page`: complete, changed alike, and changed each by itself."""
    alike = draw(st.sampled_from([COMPLETE, NO_SEARCH])) | draw(CHANGES)
    properties, other = alike | draw(CHANGES), alike | draw(CHANGES)
    for members in (properties, other):
        members.pop(draw(st.none() | FIELDS) or "", None)
    return properties, other


def outcome(described: tuple[dict[str, Any], dict[str, Any]]) -> Any:
    properties, other = deepcopy(described)
    warnings = Warnings()
    url = page.put_page(properties, other, warnings)
    # As text: to Python 1, 1.0 and True are the same.
    return url, repr((list(properties.items()), list(other.items()), warnings))


def long_way(described: tuple[dict[str, Any], dict[str, Any]]) -> Any:
    with patch.object(page, "_read_complete", return_value=None):
        return outcome(described)


def test_a_complete_page_takes_the_short_way() -> None:
    for described in (COMPLETE, NO_SEARCH, COMPLETE | {"referrer": "", "product": 1}):
        with patch.object(page, "clean_page_fields", side_effect=AssertionError):
            page.put_page(dict(described), dict(described), Warnings())


@pytest.mark.parametrize("field", NAMES)
def test_both_ways_have_the_same_end_whatever_one_field_is(field: str) -> None:
    for value in [*TEXTS, *URLS, *OTHERS]:
        both, change = COMPLETE | {field: value}, {field: value}
        for described in ((both, both), (COMPLETE, COMPLETE | change), (both, COMPLETE)):
            assert outcome(described) == long_way(described), value


@given(descriptions())
def test_both_ways_have_the_same_end(described: tuple[dict[str, Any], dict[str, Any]]) -> None:
    assert outcome(described) == long_way(described)
