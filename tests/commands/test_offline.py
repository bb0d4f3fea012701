import json
from typing import Any

import orjson
import pytest

from pipeline import DeadLetter, Enricher, Record, Rules
from pipeline.commands.offline import OfflineEnrichment, dead_letter_line

EVENT = b'{"userId":"u","name":"Home","messageId":"m"}'
WITHOUT_ID = b'{"userId":"u","name":"Home"}'


class Run(OfflineEnrichment):
    """Keeps its dead letters."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.lines: list[bytes] = []
        super().__init__(rules or Rules(), "raw", 1_795_413_600_000, self.lines.append)

    @property
    def refused(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in self.lines]


def test_each_line_is_a_record_of_partition_0() -> None:
    record = Record(WITHOUT_ID, "raw", 0, 2, 1_795_413_600_000)
    expected = Enricher()(record)
    assert Run().enrich([b"", b" \t", WITHOUT_ID]) == getattr(expected, "value", b"") + b"\n"


def test_offsets_go_on_from_block_to_block() -> None:
    whole, parts = Run(), Run()
    expected = whole.enrich([WITHOUT_ID, b"", WITHOUT_ID])
    assert parts.enrich([WITHOUT_ID]) + parts.enrich([b"", WITHOUT_ID]) == expected
    assert len({json.loads(line)["messageId"] for line in expected.splitlines()}) == 2


def test_dead_letters_name_their_line() -> None:
    run = Run()
    run.enrich([EVENT, b""])
    run.enrich([b"{", EVENT, b"{}"])
    assert [(each["line"], each["code"]) for each in run.refused] == [
        (3, "invalid_json"),
        (5, "missing_identity"),
    ]


@pytest.mark.parametrize("blank", [b"", b" ", b"\t \r", b"\x0b\x0c"])
def test_blank_lines_are_no_records(blank: bytes) -> None:
    run = Run()
    assert run.enrich([blank]) == b""
    assert run.lines == []
    assert run.summary(1).startswith("0 events")


def test_summary() -> None:
    run = Run(Rules(other_types="skip"))
    run.enrich([EVENT, WITHOUT_ID, b"{", b"[", b"{}", b'{"type":"track"}', b""])
    assert run.summary(2.0).splitlines() == [
        "6 events in 2.0 s (3/s): canonical 2, dead letters 3, skipped 1",
        "dead letters: invalid_json 2, missing_identity 1",
        "warnings: message_id_generated 1",
    ]


def test_summary_of_nothing() -> None:
    assert Run().summary(0) == "0 events in 0.0 s (0/s): canonical 0, dead letters 0, skipped 0"


@pytest.mark.parametrize(
    ("value", "given"),
    [
        (b"plain", {"value": "plain"}),
        ("é😀\x00".encode(), {"value": "é😀\x00"}),
        (b"", {"value": ""}),
        (b"\xff\x00", {"value_base64": "/wA="}),
        (b"\xed\xa0\x80", {"value_base64": "7aCA"}),
    ],
    ids=["text", "UTF-8", "empty", "not UTF-8", "a surrogate"],
)
def test_dead_letter_line(value: bytes, given: dict[str, str]) -> None:
    line = dead_letter_line(7, value, DeadLetter("missing_name", "expected a name", "name"))
    assert line.endswith(b"}\n")
    described = {"line": 7, "code": "missing_name", "field": "name", "message": "expected a name"}
    assert list(orjson.loads(line).items()) == list((described | given).items())


def test_a_bug_is_told_without_what_it_says(capfd: pytest.CaptureFixture[str]) -> None:
    class Broken(Run):
        def __init__(self) -> None:
            super().__init__()
            self._enricher = self._stumble  # type: ignore[assignment]

        def _stumble(self, _: Record) -> DeadLetter:
            nothing: dict[str, DeadLetter] = {}
            try:
                return nothing["a secret"]
            except KeyError as bug:
                return DeadLetter("internal_error", "a bug", cause=bug)

    run = Broken()
    run.enrich([EVENT])
    error = capfd.readouterr().err
    assert error.startswith("page-pipeline: a bug of ours in line 1: KeyError < _stumble")
    assert "a secret" not in error
    assert run.refused[0]["code"] == "internal_error"
