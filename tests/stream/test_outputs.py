from collections.abc import Sequence
from typing import Any

from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import DefaultRecordBatch

from pipeline.event.result import DeadLetter, Enriched, Result, Skipped
from pipeline.observe.counts import Tally
from pipeline.stream.consumed_record import ConsumedRecord
from pipeline.stream.outputs import Outputs, enrich_chunk

EVENT = Enriched(b"{}", b"user", ("invalid_url", "invalid_type"))
DEAD_LETTER = DeadLetter("empty_value", "expected one")


def record(offset: int, headers: Sequence[tuple[str, bytes | None]] = ()) -> ConsumedRecord:
    return ConsumedRecord("raw", 3, offset, 1000 + offset, 0, b"key", b"value", headers)


def outputs(records: list[ConsumedRecord], *results: Result) -> Outputs:
    """What becomes of `records` if the core gives `results`."""
    given = iter(results)
    core: Any = lambda _: next(given)  # noqa: E731 - the core, as little of it as there can be
    return enrich_chunk(records, core, lambda: BatchBuilder(100, 0))


def events(found: Outputs) -> list[Any]:
    return [each for batch in found.events for each in DefaultRecordBatch(batch.builder._build())]


def test_an_event_keeps_headers_and_timestamp_and_names_its_source() -> None:
    (event,) = events(outputs([record(7, (("trace", b"1"), ("trace", None)))], EVENT))
    assert (event.timestamp, event.key, event.value) == (1007, b"user", b"{}")
    assert list(event.headers) == [("trace", b"1"), ("trace", None), ("source-offset", b"7")]


def test_a_dead_letter_is_written_and_told_of() -> None:
    found = outputs([raw := record(8)], DEAD_LETTER)
    assert [each.offset for each in found.dead_letters] == [8]
    assert (found.refused, found.events) == ([(raw, DEAD_LETTER)], [])


def test_both_outputs_keep_the_order_of_the_offsets() -> None:
    kinds = (EVENT, DEAD_LETTER, EVENT, Skipped(), EVENT, DEAD_LETTER)
    found = outputs([record(offset) for offset in range(6)], *kinds)
    sources = [dict(event.headers)["source-offset"] for event in events(found)]
    assert sources == [b"0", b"2", b"4"]
    assert [(batch.first, batch.last) for batch in found.events] == [(0, 0), (2, 2), (4, 4)]
    assert [each.offset for each in found.dead_letters] == [1, 5]


def test_all_is_counted_and_what_is_skipped_is_not_delivered() -> None:
    found = outputs([record(offset) for offset in range(4)], EVENT, DEAD_LETTER, Skipped(), EVENT)
    warnings = ["invalid_url", "invalid_type"] * 2
    assert found.tally == Tally(2, 1, ["empty_value"], warnings, [1000, 1003, 1001])


def test_nothing_becomes_of_nothing() -> None:
    assert outputs([]) == ([], [], [], Tally(0, 0, [], [], []))


def test_the_records_are_let_go_of() -> None:
    outputs(records := [record(1), record(2)], EVENT, DEAD_LETTER)
    assert not records
