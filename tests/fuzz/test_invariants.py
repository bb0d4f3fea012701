"""What the fuzzer checks holds of its seeds and of what it found, and can fail."""

from typing import Any
from unittest.mock import patch

import pytest

from pipeline import DeadLetter, Enriched, Enricher
from tests.fuzz.invariants import check
from tests.fuzz.seeds import seeds, words

PAGE = b'{"userId":"u","messageId":"m","name":"Home","timestamp":"2026-11-23T06:00:00.000Z"}'


@pytest.mark.parametrize("seed", [*seeds()], ids=lambda _: "")
def test_it_holds_of_every_seed(seed: bytes) -> None:
    check(seed)


def test_words_are_as_libfuzzer_reads_them() -> None:
    assert r'"\"userId\""' in words()


BUG = ValueError("a bug")
OTHER_KEY = Enriched(b'{"context":{}}', b"other")
BROKEN: dict[str, list[Any]] = {
    "exactly one result": [None],
    "a bug": [DeadLetter("internal_error", "a bug", cause=BUG)],
    "a message of one line": [DeadLetter("invalid_json", "two\nlines")],
    "shows little of the event": [DeadLetter("invalid_json", "x" * 160)],
    "the same result again": [DeadLetter("invalid_json", "x"), DeadLetter("invalid_json", "y")],
    "a code for each warning": [Enriched(b'{"context":{}}', b"u", ("url_opaque",))] * 3,
    "accepted again": [*[OTHER_KEY] * 2, DeadLetter("invalid_json", "x")],
    "comes out as it went in": [*[OTHER_KEY] * 2, Enriched(b'{"context":{"a":1}}', b"other")],
    "the same key again": [*[OTHER_KEY] * 2, Enriched(b'{"context":{}}', b"u")],
    "unexpected end of data": [Enriched(b"{", b"u")] * 3,
}


@pytest.mark.parametrize("told", BROKEN)
def test_what_does_not_hold_is_found(told: str) -> None:
    failing = pytest.raises((AssertionError, ValueError), match=told)
    with patch.object(Enricher, "__call__", side_effect=BROKEN[told]), failing:
        check(PAGE)
