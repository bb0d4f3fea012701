from pipeline.observe.counts import Counts, Tally


def test_chunks_add_up() -> None:
    counts = Counts()
    for _ in range(2):
        warnings = ["invalid_url", "invalid_type", "invalid_url"]
        counts.add(Tally(2, 1, ["invalid_json"], warnings, [1_000, 1_001, 1_003]), now=2_000)
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
