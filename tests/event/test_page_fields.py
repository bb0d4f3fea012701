"""The reserved fields of a page, each by itself: "cleaned" in the contract, section 4."""

from typing import Any

import pytest

from pipeline.event.page_fields import clean_page_fields
from pipeline.event.warnings import Warnings

WHERE = ["properties", "context.page"]
TEXTS = ["url", "path", "search", "title", "referrer", "name", "category"]
MAY_BE_EMPTY = ["search", "referrer"]
ABSENT = object()


def cleaned(field: str, sent: Any, where: str = "properties") -> tuple[Any, list[str]]:
    """Clean one field: its value, or ABSENT, and the warnings, each as `code field`."""
    members, warnings = {"custom": 1, field: sent}, Warnings()
    clean_page_fields(members, where, warnings)
    assert members.pop("custom") == 1
    assert members.keys() <= {field}
    return members.get(field, ABSENT), [f"{w['code']} {w['field']}" for w in warnings]


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("a", "a"),
        ("\r\n a b\t\f", "a b"),
        (" a", "a"),
        ("a ", "a"),
        ("\u00a0a", "\u00a0a"),
        (0, "0"),
        (42, "42"),
        (2**64 - 1, "18446744073709551615"),
        (1.0, "1.0"),
        (1e5, "100000.0"),
        (1e22, "1e+22"),
        (-0.0, "-0.0"),
    ],
    ids=ascii,
)
def test_texts_are_trimmed_and_numbers_become_text(field: str, sent: Any, expected: str) -> None:
    assert cleaned(field, sent) == (expected, [])


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("sent", [True, False, {}, {"a": 1}, [], ["a"]], ids=repr)
def test_another_type_is_removed(field: str, sent: Any, where: str) -> None:
    assert cleaned(field, sent, where) == (ABSENT, [f"invalid_type {where}.{field}"])


@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize("sent", ["", " \t\n\f\r"], ids=repr)
def test_an_empty_text_is_absent_but_for_search_and_referrer(field: str, sent: str) -> None:
    assert cleaned(field, sent) == ("" if field in MAY_BE_EMPTY else ABSENT, [])


@pytest.mark.parametrize("field", [*TEXTS, "keywords"])
def test_null_is_removed(field: str) -> None:
    assert cleaned(field, None) == (ABSENT, [])


@pytest.mark.parametrize(
    ("sent", "expected"),
    [("$direct", ""), (" $direct ", ""), ("$Direct", "$Direct"), ("$direct/", "$direct/")],
)
def test_the_direct_placeholder_of_rudderstack(sent: str, expected: str) -> None:
    assert cleaned("referrer", sent) == (expected, [])


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("field", ["url", "referrer"])
@pytest.mark.parametrize(
    ("sent", "expected", "warns"),
    [
        ("https://user:pw@Example.com", "https://example.com/", True),
        ("https://user@example.com/a?b#c", "https://example.com/a?b#c", True),
        ("https://:pw@example.com/", "https://example.com/", True),
        ("https://Example.com", "https://Example.com", False),
        ("https://Example.com/@a", "https://Example.com/@a", False),
        ("https://@Example.com", "https://@Example.com", False),
        ("https://:@Example.com", "https://:@Example.com", False),
        ("ftp://user:pw@example.com/", "ftp://user:pw@example.com/", False),
        ("//user:pw@example.com/", "//user:pw@example.com/", False),
        ("user:pw@example.com", "user:pw@example.com", False),
    ],
)
def test_credentials_are_removed_from_urls(
    sent: str, expected: str, field: str, where: str, *, warns: bool
) -> None:
    warnings = [f"url_credentials_removed {where}.{field}"] if warns else []
    assert cleaned(field, sent, where) == (expected, warnings)


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize(
    ("sent", "expected", "warns"),
    [
        (["a", "b"], ["a", "b"], False),
        ([" a\n", "", " ", "b"], ["a", "b"], False),
        (["a,b"], ["a,b"], False),
        (["a", "a"], ["a", "a"], False),
        ("a", ["a"], False),
        (" a, b ,,c,", ["a", "b", "c"], False),
        ("", ABSENT, False),
        (" , ,", ABSENT, False),
        ([], ABSENT, False),
        (["", " "], ABSENT, False),
        (["a", 1, 2], ["a"], True),
        (["a", None], ["a"], True),
        ([["a"]], ABSENT, True),
        ({}, ABSENT, True),
        ({"a": 1}, ABSENT, True),
        (5, ABSENT, True),
        (True, ABSENT, True),
    ],
    ids=repr,
)
def test_keywords_become_a_list_of_texts(
    sent: Any, expected: Any, where: str, *, warns: bool
) -> None:
    warnings = [f"invalid_type {where}.keywords"] if warns else []
    assert cleaned("keywords", sent, where) == (expected, warnings)
