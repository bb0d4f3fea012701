"""The reckoning itself: it must see every kind of fault."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from aiokafka import ConsumerRecord

from pipeline import DeadLetter, Enriched, Enricher, Record
from pipeline.stream.dead_letter_record import dead_letter_record
from tests.integration.delivery import Reckoning

Faults = dict[str, int]
Records = list[ConsumerRecord]

HEADERS = (("trace", b"1"), ("__connect.errors.topic", b"the sender's"))


def record(topic: str, partition: int, offset: int, value: bytes) -> ConsumerRecord:
    return ConsumerRecord(
        topic, partition, offset, 1_000 + offset, 0, b"k", value, None, 1, len(value), HEADERS
    )


def event(number: int) -> bytes:
    return b'{"userId": "u", "name": "n", "properties": {"n": %d}}' % number


RAW = [
    record("raw", 0, 0, event(0)),
    record("raw", 0, 1, b"{bad"),
    record("raw", 0, 2, event(2)),
    record("raw", 0, 5, event(5)),
    record("raw", 1, 2, event(12)),
]


def outputs() -> tuple[Records, Records]:
    """What a good worker makes of `RAW`: events, and dead letters."""
    enrich = Enricher()
    events: Records = []
    dead_letters: Records = []
    for raw in RAW:
        result = enrich(Record(raw.value, raw.topic, raw.partition, raw.offset, raw.timestamp))
        if isinstance(result, Enriched):
            headers = [*raw.headers, ("source-offset", b"%d" % raw.offset)]
            event = replace(raw, key=result.key, value=result.value, headers=headers)
            events.append(replace(event, topic="out"))
        else:
            assert isinstance(result, DeadLetter)
            headers = dead_letter_record(raw, result).headers
            dead_letters.append(replace(raw, topic="out", headers=headers))
    return events, dead_letters


def lose(events: Records, _: Records) -> None:
    del events[1]


def double(events: Records, _: Records) -> None:
    events.insert(1, events[0])


def double_dead_letter(_: Records, dead_letters: Records) -> None:
    dead_letters += dead_letters


def swap(events: Records, _: Records) -> None:
    events[0], events[1] = events[1], events[0]


def misroute(events: Records, _: Records) -> None:
    events[1] = replace(events[1], partition=1)


def invent(events: Records, _: Records) -> None:
    extra = replace(events[-1], headers=[("source-offset", b"99")], value=b"{}")
    events.append(extra)


def redate(events: Records, _: Records) -> None:
    events[0] = replace(events[0], timestamp=1)


def behead(_: Records, dead_letters: Records) -> None:
    dead_letters[0] = replace(dead_letters[0], headers=dead_letters[0].headers[1:])


def alter(events: Records, _: Records) -> None:
    events[0] = replace(events[0], value=events[0].value + b" ")


def alter_dead_letter(_: Records, dead_letters: Records) -> None:
    dead_letters[0] = replace(dead_letters[0], key=b"another")


def bury(events: Records, dead_letters: Records) -> None:
    """An event among the dead letters."""
    headers = [*HEADERS, ("__connect.errors.topic", b"raw"), ("source-offset", b"5")]
    dead_letters.append(replace(events.pop(2), headers=headers))


@pytest.mark.parametrize(
    ("spoil", "faults"),
    [
        (lambda *_: None, {}),
        (lose, {"lost": 1}),
        (double, {"duplicated": 1}),
        (double_dead_letter, {"duplicated": 1}),
        (swap, {"reordered": 1}),
        (misroute, {"misrouted": 1, "lost": 1, "duplicated": 1}),
        (invent, {"invented": 1}),
        (redate, {"wrong_timestamp": 1}),
        (behead, {"wrong_headers": 1}),
        (alter, {"altered": 1}),
        (alter_dead_letter, {"altered": 1}),
        (bury, {"altered": 1}),
    ],
)
def test_every_fault_is_seen(spoil: Callable[[Records, Records], None], faults: Faults) -> None:
    spoil(*(written := outputs()))
    reckoning = Reckoning()
    for raw in RAW:
        reckoning.expect(raw)
    for number, topic in enumerate(written):
        for output in topic:
            reckoning.find(output, dead_letter=bool(number))
    assert reckoning.delivery().faults == faults
    assert reckoning.delivery().records == len(RAW)
