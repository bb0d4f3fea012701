from pipeline import Record
from pipeline.event.result import DeadLetter, Enriched, Result, Skipped
from pipeline.observe.counts import Counts, Tally, tally_of

RESULTS: list[Result] = [
    Enriched(b"", b"", ("invalid_url", "invalid_type")),
    DeadLetter("invalid_json", ""),
    Skipped(),
    Enriched(b"", b"", ("invalid_url",)),
]
RECORDS = [Record(b"", "raw", 0, offset, 1_000 + offset) for offset in range(4)]


def test_a_tally_holds_what_became_of_a_chunk() -> None:
    tally = tally_of(RECORDS, RESULTS)
    assert (tally.enriched, tally.skipped, tally.dead_letters) == (2, 1, ["invalid_json"])
    assert sorted(tally.warnings) == ["invalid_type", "invalid_url", "invalid_url"]
    assert tally.timestamps == [1_000, 1_001, 1_003], "what is skipped is not delivered"


def test_chunks_add_up() -> None:
    counts = Counts()
    for _ in range(2):
        counts.add(tally_of(RECORDS, RESULTS), now=2_000)
    assert counts.results == {"enriched": 4, "dead_letter": 2, "skipped": 2}
    assert counts.dead_letters == {"invalid_json": 2}
    assert counts.warnings == {"invalid_url": 4, "invalid_type": 2}


def test_end_to_end_is_from_the_timestamp_to_the_acknowledgement() -> None:
    counts = Counts()
    times = [1_995, 1_000, 2_500, -1]  # 5 ms ago, a second ago, in the future, none at all
    counts.add(Tally(4, 0, [], [], times), now=2_000)
    buckets = dict(counts.end_to_end.buckets)
    assert [buckets[bound] for bound in ("0.005", "0.5", "1.0", "+Inf")] == [2, 2, 3, 3]
    assert counts.end_to_end.sum == 1.005
