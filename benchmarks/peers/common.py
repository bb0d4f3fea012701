"""What all peers share: the topics' names, and the same core as the worker's."""

import os
from typing import Final, NamedTuple

from pipeline import DeadLetter, Enriched, Enricher, Record

BROKERS: Final = os.environ["PIPELINE_BROKERS"]
GROUP: Final = os.environ["PIPELINE_GROUP"]
RAW_TOPIC: Final = os.environ["PIPELINE_RAW_TOPIC"]
ENRICHED_TOPIC: Final = os.environ["PIPELINE_ENRICHED_TOPIC"]
DEAD_LETTER_TOPIC: Final = os.environ["PIPELINE_DEAD_LETTER_TOPIC"]

_enrich = Enricher()


class Output(NamedTuple):
    """A record to write."""

    topic: str
    key: bytes | None
    value: bytes | None


def process(raw: Record, key: bytes | None) -> Output:
    """Enrich one record. Its dead letter is the record as it came: no peer writes headers."""
    match _enrich(raw):
        case Enriched() as event:
            return Output(ENRICHED_TOPIC, event.key, event.value)
        case DeadLetter():
            return Output(DEAD_LETTER_TOPIC, key, raw.value)
        case _:
            raise AssertionError("nothing is skipped by default")
