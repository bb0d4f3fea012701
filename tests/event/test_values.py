"""Trimmed, absent, integer, number: the words of the contract."""

from typing import Any

import pytest

from pipeline.event.values import is_absent, is_absent_object, is_integer, is_number, kind, trim


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("a", "a"),
        ("", ""),
        ("\t\n\f\r a b\r\n\t", "a b"),
        (" \t\n\f\r", ""),
        ("\u00a0a\u00a0", "\u00a0a\u00a0"),
        ("\va\v", "\va\v"),
        ("\x00a\x1f", "\x00a\x1f"),
        ("\u3000", "\u3000"),
    ],
    ids=ascii,
)
def test_trim(text: str, trimmed: str) -> None:
    assert trim(text) == trimmed


@pytest.mark.parametrize(
    ("value", "absent", "absent_object"),
    [
        (None, True, True),
        ("", True, True),
        (" \f", True, True),
        ([], False, True),
        ({}, False, False),
        ([None], False, False),
        (0, False, False),
        (False, False, False),
        ("\u00a0", False, False),
    ],
    ids=repr,
)
def test_absent(value: Any, *, absent: bool, absent_object: bool) -> None:
    assert is_absent(value) is absent
    assert is_absent_object(value) is absent_object


@pytest.mark.parametrize(
    ("value", "integer", "number"),
    [(1, True, True), (1.0, False, True), (True, False, False), ("1", False, False)],
    ids=repr,
)
def test_numbers(value: Any, *, integer: bool, number: bool) -> None:
    assert is_integer(value) is integer
    assert is_number(value) is number


def test_every_kind_of_json_value_has_a_name() -> None:
    values: list[Any] = [{}, [], "", 1, 1.5, True, None]
    assert [kind(value) for value in values] == [
        "an object",
        "an array",
        "a string",
        "a number",
        "a number",
        "a boolean",
        "null",
    ]
