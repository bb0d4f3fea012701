from collections.abc import Sequence

import pytest
from aiokafka import ConsumerRecord

from pipeline.event.result import Code, DeadLetter
from pipeline.stream.dead_letter_record import dead_letter_record
from pipeline.stream.replay.tally import Tally

DAY = 86_400_000


def dead_letter(offset: int, code: Code, timestamp: int) -> ConsumerRecord:
    raw = ConsumerRecord("raw", 0, offset, timestamp, 0, None, b"{", None, 0, 0, ())
    written = dead_letter_record(raw, DeadLetter(code, "expected, found"))
    return ConsumerRecord(
        "dead", 0, offset, timestamp, 0, None, b"{", None, 0, 0, tuple(written.headers)
    )


def counted(tally: Tally, timestamps: Sequence[int], code: Code = "too_deep") -> Tally:
    for offset, timestamp in enumerate(timestamps):
        tally.add(dead_letter(offset, code, timestamp))
    return tally


def test_days_are_those_of_the_raw_records_in_utc() -> None:
    tally = counted(Tally(0, None, None), [0, DAY - 1, DAY, -1, 2**62])
    assert tally.counts == {
        ("too_deep", "1970-01-01"): 2,
        ("too_deep", "1970-01-02"): 1,
        ("too_deep", None): 2,
    }


@pytest.mark.parametrize(
    ("samples", "expected"), [(0, []), (2, [3, 1]), (9, [3, 1, 2, 0])], ids=str
)
def test_the_newest_come_first(samples: int, expected: list[int]) -> None:
    tally = counted(Tally(samples, None, None), [10, 30, 20, 40])
    assert [sample.offset for sample in tally.newest()] == expected


def test_each_code_has_newest_of_its_own() -> None:
    tally = counted(Tally(1, None, None), [1, 2])
    tally.add(dead_letter(7, "empty_value", 0))
    newest = [(sample.reason.code, sample.offset) for sample in tally.newest()]
    assert newest == [("empty_value", 7), ("too_deep", 1)]


@pytest.mark.parametrize(
    ("codes", "since", "expected"),
    [(None, None, 3), ({"too_deep"}, None, 3), ({"too_large"}, None, 0), (None, 20, 2)],
    ids=["all", "of a code", "of another code", "since a time"],
)
def test_only_what_is_asked_for(codes: set[str] | None, since: int | None, expected: int) -> None:
    tally = Tally(3, None if codes is None else frozenset(codes), since)
    assert counted(tally, [10, 20, 30]).counts.total() == expected


def test_what_the_pipeline_did_not_write_is_counted_apart() -> None:
    tally = Tally(3, None, None)
    tally.add(ConsumerRecord("dead", 0, 0, 0, 0, None, b"{", None, 0, 0, (("error-code", b"x"),)))
    assert (tally.others, tally.counts.total(), tally.newest()) == (1, 0, [])
