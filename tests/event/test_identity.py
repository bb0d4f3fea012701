"""Who sent the event, and which event it is: the contract, section 3."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from pipeline import Enricher, Record
from tests.event.support import canonical, page, refused, run, warned

IDS = ["userId", "anonymousId"]
GENERATED = str(uuid5(NAMESPACE_URL, "kafka:raw/3/7"))


def sent_by(**ids: Any) -> dict[str, Any]:
    return {"name": "Home", "messageId": "m", **ids}


@pytest.mark.parametrize("field", IDS)
@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("u1", "u1"),
        ("\t u 1\r\n", "u 1"),
        (42, "42"),
        (0, "0"),
        (-1, "-1"),
        (2**64 - 1, "18446744073709551615"),
        ("\u00a0", "\u00a0"),
        ("null", "null"),
        ("Zoë", "Zoë"),
    ],
    ids=ascii,
)
def test_an_id(field: str, sent: Any, expected: str) -> None:
    result = run(sent_by(**{field: sent}))
    assert canonical(sent_by(**{field: sent}))[field] == expected
    assert result.key == expected.encode()  # type: ignore[union-attr]


@pytest.mark.parametrize("absent", [None, "", " \t"], ids=repr)
@pytest.mark.parametrize(("field", "other"), [IDS, IDS[::-1]])
def test_an_absent_id_is_left_out(field: str, other: str, absent: Any) -> None:
    found = canonical(sent_by(**{field: absent, other: "x"}))
    assert field not in found
    assert found[other] == "x"


@pytest.mark.parametrize("field", IDS)
@pytest.mark.parametrize("sent", [1.0, 1.5, True, False, {}, [], ["u"]], ids=repr)
def test_an_id_of_another_type_is_a_dead_letter(field: str, sent: Any) -> None:
    ids = dict.fromkeys(IDS, "x") | {field: sent}
    letter = refused(sent_by(**ids))
    assert (letter.code, letter.field, letter.stage) == ("invalid_identity", field, "validate")
    assert letter.message.startswith(f"{field}: expected a string or an integer, found a")


@pytest.mark.parametrize("absent", [{}, {"userId": None}, {"userId": "", "anonymousId": " "}])
def test_without_an_id_an_event_is_a_dead_letter(absent: Any) -> None:
    letter = refused(sent_by(**absent))
    assert (letter.code, letter.field) == ("missing_identity", "userId")


def test_the_record_is_keyed_by_the_user_id_first() -> None:
    assert run(sent_by(userId="u", anonymousId="a")).key == b"u"  # type: ignore[union-attr]
    assert run(sent_by(userId="", anonymousId="a")).key == b"a"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ("m1", "m1"),
        (" m1 ", "m1"),
        (7, "7"),
        ("", GENERATED),
        (" ", GENERATED),
        (None, GENERATED),
        (1.5, GENERATED),
        (True, GENERATED),
        ([], GENERATED),
        ({}, GENERATED),
    ],
    ids=repr,
)
def test_message_id(sent: Any, expected: str) -> None:
    assert canonical(page(messageId=sent))["messageId"] == expected
    warns = {"message_id_generated messageId"} if expected == GENERATED else set()
    assert warned(page(messageId=sent)) == warns


def test_a_generated_message_id_is_the_same_in_a_replay_and_of_no_other_record() -> None:
    places = [("raw", 3, 7), ("raw", 3, 8), ("raw", 4, 7), ("other", 3, 7), ("raw", 3, 7)]
    value = b'{"userId":"u","name":"n"}'
    first, *others, again = [
        Enricher()(Record(value, *place, timestamp=0)).value  # type: ignore[union-attr]
        for place in places
    ]
    assert first == again
    assert len({first, *others}) == 4
