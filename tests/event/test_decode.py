"""From bytes to a JSON object: the contract, section 1."""

from typing import Any

import orjson
import pytest

from pipeline import DeadLetter, Rules
from pipeline.event.decode import decode
from pipeline.event.warnings import Warnings
from tests.event.support import canonical, page, refused, run, warned

LIMIT = 1_000_000


def decoded(value: bytes) -> Any:
    return decode(value, LIMIT, Warnings())


def code(value: bytes | None) -> str | None:
    found = decode(value, LIMIT, Warnings())
    return found.code if isinstance(found, DeadLetter) else None


def nested(levels: int, opening: bytes = b"[", closing: bytes = b"]") -> bytes:
    """Give an object of so many levels, the outermost included."""
    return b'{"a":' + opening * (levels - 1) + b"1" + closing * (levels - 1) + b"}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "empty_value"),
        (b"", "empty_value"),
        (b" \t\r\n", "invalid_json"),
        (b"\xff\xfe{}", "invalid_utf8"),
        (b'{"a":"\xff"}', "invalid_utf8"),
        (b'{"a":"\xc0\x80"}', "invalid_utf8"),
        (b'{"a":"\xed\xa0\xbc"}', "invalid_utf8"),
        (b'{"a":"\\ud83c \xff"}', "invalid_utf8"),
        (b"{} \xff", "invalid_utf8"),
        (b"\xef\xbb\xbf{}", "invalid_json"),
        (b'{"a":NaN}', "invalid_json"),
        (b'{"a":Infinity}', "invalid_json"),
        (b'{"a":1,}', "invalid_json"),
        (b"{} // comment", "invalid_json"),
        (b"{'a':1}", "invalid_json"),
        (b'{"a":01}', "invalid_json"),
        (b'{"a":+1}', "invalid_json"),
        (b'{"a":.5}', "invalid_json"),
        (b'{"a":"\n"}', "invalid_json"),
        (b'{"a":"\\x"}', "invalid_json"),
        (b'{"a":\\ud83c}', "invalid_json"),
        (b"{}{}", "invalid_json"),
        (b"{", "invalid_json"),
        (b"99999999999999999999 is no JSON", "invalid_json"),
        (b"[]", "not_an_object"),
        (b'"page"', "not_an_object"),
        (b"1", "not_an_object"),
        (b"true", "not_an_object"),
        (b"null", "not_an_object"),
        (b"99999999999999999999", "number_out_of_range"),
    ],
    ids=ascii,
)
def test_what_is_no_json_object(value: bytes | None, expected: str) -> None:
    assert code(value) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("18446744073709551615", None),
        ("18446744073709551616", "number_out_of_range"),
        ("-9223372036854775808", None),
        ("-9223372036854775809", "number_out_of_range"),
        ("-18446744073709551615", "number_out_of_range"),
        ("100000000000000000000", "number_out_of_range"),
        ("1" * 5000, "number_out_of_range"),
        ("1" * 308, "number_out_of_range"),
        ("1e400", "number_out_of_range"),
        ("-1e400", "number_out_of_range"),
        ("1.7976931348623159e308", "number_out_of_range"),
        ("1.7976931348623157e308", None),
        ("18446744073709551616.0", None),
        ("18446744073709551616e0", None),
        ("0.12345678901234567890123", None),
        ("1e-400", None),
        ("-0.0", None),
        ('"18446744073709551616"', None),
        ('"a \\" 18446744073709551616"', None),
        ('["", -9223372036854775809]', "number_out_of_range"),
        ('{"18446744073709551616": 1}', None),
        ("[18446744073709551616,]", "invalid_json"),
        ('"", "a": 18446744073709551616, "a": 1', "number_out_of_range"),
        ("[1e18446744073709551616]", "number_out_of_range"),
        ("1E-18446744073709551616", None),
        ("1.18446744073709551616e5", None),
        ("[18446744073709551616 ]", "number_out_of_range"),
    ],
)
def test_numbers_are_kept_or_refused_but_never_changed(number: str, expected: str | None) -> None:
    assert code(b'{"a":' + number.encode() + b"}") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (nested(254), None),
        (nested(255), "too_deep"),
        (nested(1024), "too_deep"),
        (nested(1025), "too_deep"),
        (nested(254, b'{"a":', b"}"), None),
        (nested(255, b'{"a":', b"}"), "too_deep"),
        (b"[[]," + b"[" * 253 + b"]" * 254, "not_an_object"),
        (b"[[]," + b"[" * 254 + b"]" * 255, "too_deep"),
        (b"[" * 255 + b"]" * 255, "too_deep"),
        (b"[" * 200_000, "too_deep"),
        (b'{"a":' * 200_000, "too_deep"),
        (b'{"a":[' + b"[]," * 300 + b"[]]}", None),
        (b'{"a":"' + b"[" * 300 + b'"}', None),
        (b'{"a":"\\"' + b"[" * 300 + b'"}', None),
        (b'{"a":' + b"[" * 1000 + b"]" * 1000 + b',"a":1}', "too_deep"),
    ],
    ids=lambda value: value[:12].decode() + f"… {len(value)}" if isinstance(value, bytes) else None,
)
def test_depth(value: bytes, expected: str | None) -> None:
    assert code(value) == expected


def test_an_event_of_the_greatest_depth_is_written_back() -> None:
    value = b'{"name":"Home","userId":"u","properties":' + nested(253) + b"}"
    assert canonical(value)["properties"]["a"] == orjson.loads(nested(253))["a"]


@pytest.mark.parametrize(
    ("sent", "expected", "warns"),
    [
        (rb'"Party \ud83c"', "Party \ufffd", True),
        (rb'"\udf89 time"', "\ufffd time", True),
        (rb'"\ud83c\ud83c\udf89"', "\ufffd🎉", True),
        (rb'"\ud83c\u0041"', "\ufffdA", True),
        (rb'"\ud83c\n\udf89"', "\ufffd\n\ufffd", True),
        (rb'"\uD83C\uDF89"', "🎉", False),
        (rb'"\\ud83c"', r"\ud83c", False),
        (rb'"\\\ud83c"', "\\\ufffd", True),
        (rb'"\ud83c\\udf89"', "\ufffd\\udf89", True),
        (rb'"\ufffd"', "\ufffd", False),
    ],
    ids=ascii,
)
def test_a_lone_surrogate_is_replaced(sent: bytes, expected: str, *, warns: bool) -> None:
    warnings = Warnings()
    assert decode(b'{"a":' + sent + b"}", LIMIT, warnings) == {"a": expected}
    assert warnings == ([{"code": "invalid_unicode", "field": ""}] if warns else [])


def test_lone_surrogates_are_replaced_in_keys_too_and_warn_once() -> None:
    event = rb'{"userId":"u","messageId":"m","name":"\ud83c","properties":{"\udf89":"\ud83c"}}'
    assert canonical(event)["properties"] == {"\ufffd": "\ufffd"}
    assert warned(event) == {"invalid_unicode "}


def test_of_duplicate_keys_the_last_one_wins() -> None:
    assert decoded(b'{"a":1,"b":2,"a":3}') == {"a": 3, "b": 2}


@pytest.mark.parametrize("unicode", ["ascii", "ünïcödé"])
def test_the_limit_counts_bytes_and_is_inclusive(unicode: str) -> None:
    value = orjson.dumps(page(title=unicode))
    canonical(value, Rules(max_event_bytes=len(value)))
    letter = run(value, Rules(max_event_bytes=len(value) - 1))
    assert letter == DeadLetter(
        "too_large", f"expected at most {len(value) - 1} bytes, found {len(value)}"
    )


def test_the_limit_is_32_768_bytes_unless_set() -> None:
    value = orjson.dumps(page())
    canonical(value.ljust(32_768))
    assert refused(value.ljust(32_769)).code == "too_large"


@pytest.mark.parametrize(
    "number",
    ["0.1", "1e22", "1e16", "123456789.123456789", "5e-324", "-0.0", "9007199254740993", "1.10"],
)
def test_numbers_come_out_as_they_went_in(number: str) -> None:
    event = b'{"userId":"u","name":"n","properties":{"x":' + number.encode() + b"}}"
    found = canonical(event)["properties"]["x"]
    assert repr(found) == repr(orjson.loads(number))


@pytest.mark.parametrize("value", [b"", b"{", b'{"a":"secret', b"\xff", b"1e999", b"[1]"], ids=repr)
def test_messages_are_one_line_without_the_payload(value: bytes) -> None:
    letter = refused(value)
    assert letter.message.startswith("expected ")
    assert ", found" in letter.message
    assert "secret" not in letter.message
    assert "\n" not in letter.message
    assert (letter.stage, letter.field) == ("decode", None)
