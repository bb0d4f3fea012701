"""Real events of 18 SDKs and the specifications' own, byte for byte."""

from pathlib import Path

import orjson
import pytest

from tests.event.golden import FILES, enrich_lines
from tests.event.support import SCHEMA

EXPECTED = [
    pytest.param(sent, line, id=f"{expected.stem} {line + 1}")
    for sent, expected in FILES.items()
    for line in range(len(expected.read_bytes().splitlines()))
]


@pytest.mark.parametrize(("sent", "line"), EXPECTED)
def test_an_event_becomes_what_was_read_and_approved(sent: Path, line: int) -> None:
    found = enrich_lines(sent)[line]
    assert found == FILES[sent].read_bytes().splitlines()[line]
    if b'"code"' not in found[:7]:
        SCHEMA.validate(orjson.loads(found))


@pytest.mark.parametrize("sent", FILES, ids=lambda path: path.stem)
def test_every_event_has_its_line(sent: Path) -> None:
    assert len(enrich_lines(sent)) == len(FILES[sent].read_bytes().splitlines())


def test_all_but_one_of_the_sdks_events_are_canonical() -> None:
    expected = next(iter(FILES.values()))
    refused = [line for line in expected.read_bytes().splitlines() if line.startswith(b'{"code"')]
    assert [orjson.loads(line)["code"] for line in refused] == ["missing_name"]
