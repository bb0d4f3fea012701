"""Real events and what must become of them, byte for byte, one line each.

`sdk_events.jsonl` is what page events of 18 SDKs become, `specification.jsonl` the examples of the
public specifications of Segment and of Customer.io. A canonical event is its own line; a dead
letter is an object of its code, field and message.

After a change that is meant, `python -m tests.event.golden` writes the expected lines anew: read
each line that differs against the contract before it is committed.
"""

from importlib.resources import files
from pathlib import Path

import orjson

from pipeline import DeadLetter, Enriched, Enricher, Record

FOLDER = Path(__file__).parent

#: The events that are sent, and the lines that must become of them.
FILES = {
    Path(str(files("pipeline") / "samples/sdk_events.jsonl")): FOLDER / "sdk_events.expected.jsonl",
    FOLDER / "specification.jsonl": FOLDER / "specification.expected.jsonl",
}

#: 2026-11-23T06:00:00Z
RECEIVED = 1_795_413_600_000


def enrich_lines(sent: Path) -> list[bytes]:
    """Enrich the events of a file as the records of one partition; a line for each."""
    enrich = Enricher()
    return [
        _line(enrich(Record(value, "page-events-raw", 0, offset, RECEIVED)))
        for offset, value in enumerate(sent.read_bytes().splitlines())
    ]


def _line(result: object) -> bytes:
    if isinstance(result, Enriched):
        return result.value
    assert isinstance(result, DeadLetter)
    return orjson.dumps({"code": result.code, "field": result.field, "message": result.message})
