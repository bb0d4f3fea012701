"""The enrichment of one record, whole."""

from typing import Any

import orjson
import pytest

from pipeline import DeadLetter, Enricher, Record
from tests.event.support import RECEIVED, page, refused


class Unwritable:
    """A bug that no check of a type finds."""

    def __str__(self) -> str:
        raise RuntimeError("payload")


#: Events with the fault of every code from the named one on, in the order of the checks.
FAULTS: dict[str, Any] = {
    "batch_envelope": {"batch": [], "userId": 1.5, "properties": 1},
    "unsupported_type": {"type": "track", "batch": [], "userId": 1.5, "properties": 1},
    "invalid_identity": {"userId": 1.5, "properties": 1},
    "missing_identity": {"properties": 1},
    "invalid_field": {"userId": "u", "properties": 1},
    "missing_name": {"userId": "u"},
}


@pytest.mark.parametrize("code", FAULTS)
def test_faults_are_told_in_the_order_of_the_contract(code: str) -> None:
    assert refused(FAULTS[code]).code == code


@pytest.mark.parametrize("code", FAULTS)
def test_a_message_names_the_field_what_was_expected_and_what_was_found(code: str) -> None:
    letter = refused(FAULTS[code])
    assert letter.message.startswith(f"{letter.field}: expected ")
    assert ", found " in letter.message


def test_of_two_invalid_objects_the_outer_one_is_told() -> None:
    assert refused(page(properties=1, context=1)).field == "properties"
    assert refused(page(context=1)).field == "context"


def test_of_two_invalid_ids_the_user_id_is_told() -> None:
    assert refused({"userId": [], "anonymousId": []}).field == "userId"
    assert refused({"userId": "u", "anonymousId": []}).field == "anonymousId"


#: Records that only a bug can make, each wrong for another step.
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "decode": {"value": 5},
    "put_message_id": {"value": b'{"userId": "u", "name": "n"}', "topic": Unwritable()},
    "put_timestamps": {"timestamp": "payload"},
}


@pytest.mark.parametrize("impossible", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_bug_becomes_a_dead_letter_that_keeps_its_cause(impossible: dict[str, Any]) -> None:
    record = Record(orjson.dumps(page()), "raw", 3, 7, RECEIVED)._replace(**impossible)
    letter = Enricher()(record)
    assert isinstance(letter, DeadLetter)
    assert (letter.code, letter.stage) == ("internal_error", "validate")
    bug = type(letter.cause).__name__
    assert letter.message == f"expected no exception, found {bug}: a bug of the pipeline"


def test_an_enricher_keeps_nothing_of_one_record_for_the_next() -> None:
    enrich = Enricher()
    record = Record(b'{"userId":"u","properties":{"url":"/a?utm_source=x"}}', "raw", 0, 1, 5)
    other = Record(b'{"userId":"v","name":5,"type":"pag"}', "raw", 0, 2, 5)
    assert [enrich(record), enrich(other)] == [enrich(record), enrich(other)]
