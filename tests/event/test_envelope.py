"""Type, objects, channel, version, integrations: the contract, sections 2, 4 and 8."""

from typing import Any

import pytest

from pipeline import Rules, Skipped
from tests.event.support import canonical, event, page, refused, run, warned

SKIP = Rules(other_types="skip")


@pytest.mark.parametrize("sent", ["page", " page\n", None, "", " \t"], ids=repr)
def test_a_page_event_may_leave_its_type_out(sent: Any) -> None:
    assert canonical(page(type=sent))["type"] == "page"
    assert canonical(page(type=sent), SKIP)["type"] == "page"


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("identify", '"identify"'),
        ("Page", '"Page"'),
        ("pa\nge", '"pa\\nge"'),
        ("\u00a0page", '"\\u00a0page"'),
        ("x" * 62, '"' + "x" * 62 + '"'),
        ("x" * 63, '"' + "x" * 60 + "..."),
        ("🎉" * 100, None),
        (1, "a number"),
        (True, "a boolean"),
        ({}, "an object"),
        ([], "an array"),
    ],
    ids=ascii,
)
def test_another_type(sent: Any, shown: str | None) -> None:
    letter = refused(page(type=sent))
    assert (letter.code, letter.field, letter.stage) == ("unsupported_type", "type", "validate")
    assert letter.message.startswith('type: expected "page", found ')
    assert shown is None or letter.message.endswith(" " + shown)
    assert len(letter.message) <= len('type: expected "page", found ') + 64
    assert run(page(type=sent), SKIP) == Skipped()


@pytest.mark.parametrize("batch", [[], [{"type": "page"}]], ids=repr)
@pytest.mark.parametrize("absent", [{}, {"type": None}, {"type": " "}], ids=repr)
def test_a_request_body_is_a_dead_letter(batch: Any, absent: Any) -> None:
    for rules in (Rules(), SKIP):
        letter = run({"batch": batch} | absent, rules)
        assert (letter.code, letter.field) == ("batch_envelope", "batch")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("members", "batch"), [({"type": "page"}, [1]), ({}, {"a": 1}), ({}, "x")], ids=repr
)
def test_a_batch_that_is_none_passes_through(members: Any, batch: Any) -> None:
    assert canonical(page(batch=batch, **members))["batch"] == batch


def test_a_request_body_of_another_type_is_of_another_type() -> None:
    assert refused({"type": "identify", "batch": []}).code == "unsupported_type"


OBJECTS = ["properties", "context", "context.page"]


@pytest.mark.parametrize("path", OBJECTS)
@pytest.mark.parametrize("absent", [None, "", " \n", []], ids=repr)
def test_an_absent_object_is_empty(path: str, absent: Any) -> None:
    found = canonical(event({"name": "Home", path: absent}))
    assert (found["properties"], found["context"]) == ({}, {"page": {"name": "Home"}})


@pytest.mark.parametrize("path", OBJECTS)
@pytest.mark.parametrize("sent", ["{}", 0, 1.5, False, [0], [[]]], ids=repr)
def test_another_type_than_object_is_a_dead_letter(path: str, sent: Any) -> None:
    letter = refused(event({"name": "Home", path: sent}))
    assert (letter.code, letter.field) == ("invalid_field", path)
    assert letter.message.startswith(f"{path}: expected an object, found ")


CHANNELS: list[tuple[Any, str | None, bool]] = [
    ("web", "web", False),
    (" web ", "web", False),
    ("", None, False),
    (" ", None, False),
    (None, None, False),
    (1, None, True),
    (True, None, True),
    ([], None, True),
    ({}, None, True),
]


@pytest.mark.parametrize("outer", CHANNELS, ids=repr)
@pytest.mark.parametrize("inner", [("server", "server", False), *CHANNELS[1:]], ids=repr)
def test_channel(outer: tuple[Any, str, bool], inner: tuple[Any, str, bool]) -> None:
    sent = page(channel=outer[0], context={"channel": inner[0]})
    expected = outer[1] or inner[1]
    found = canonical(sent)
    assert found.get("channel") == found["context"].get("channel") == expected
    assert ("channel" in found) is ("channel" in found["context"]) is (expected is not None)
    paths = {"channel": outer[2], "context.channel": inner[2]}
    assert warned(sent) == {f"invalid_type {path}" for path, warns in paths.items() if warns}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (2, 2),
        (2.0, 2.0),
        (-1, -1),
        (0, 0),
        (1.5, 1.5),
        ("2", 2),
        (" 2.50\n", 2.5),
        ("-1e3", -1000.0),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 1),
        ("-9223372036854775809", 1),
        ("1e400", 1),
        ("1" * 5000, 1),
        ("01", 1),
        ("+2", 1),
        (".5", 1),
        ("2.", 1),
        ("0x10", 1),
        ("1_000", 1),
        ("٣", 1),
        ("NaN", 1),
        ("true", 1),
        ("[2]", 1),
        ('"2"', 1),
        ("2 3", 1),
        ("[" * 5000, 1),
        ("", 1),
        (None, 1),
        (True, 1),
        ([2], 1),
        ({}, 1),
    ],
    ids=lambda value: ascii(value)[:30],
)
def test_version(sent: Any, expected: float) -> None:
    found = canonical(page(version=sent))["version"]
    assert repr(found) == repr(expected)
    assert warned(page(version=sent)) == set()


def test_version_is_one_where_none_was_sent() -> None:
    assert canonical(page())["version"] == 1


@pytest.mark.parametrize(
    ("sent", "expected", "warns"),
    [
        ({"All": False, "x": None}, {"All": False, "x": None}, False),
        ({}, {}, False),
        (None, {}, False),
        ("", {}, False),
        ([], {}, False),
        (True, {}, True),
        (["All"], {}, True),
        ("All", {}, True),
        (0, {}, True),
    ],
    ids=repr,
)
def test_integrations(sent: Any, expected: Any, *, warns: bool) -> None:
    whole = page(integrations=sent)
    assert canonical(whole)["integrations"] == expected
    assert warned(whole) == ({"invalid_type integrations"} if warns else set())


def test_all_integrations_are_enabled_where_none_were_sent() -> None:
    assert canonical(page())["integrations"] == {}
