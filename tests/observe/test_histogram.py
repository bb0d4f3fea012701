from pipeline.observe.histogram import Histogram


def test_a_value_is_in_the_bucket_of_its_own_bound_and_in_all_above() -> None:
    histogram = Histogram((1, 2.5))
    histogram.add([2.5, 0.5, 1.0, 9.0])
    assert histogram.buckets == [("1.0", 2), ("2.5", 3), ("+Inf", 4)]
    assert histogram.sum == 13.0


def test_chunks_add_up() -> None:
    histogram = Histogram((1,))
    for chunk in ([0.5], [], [2.0, 0.25]):
        histogram.add(chunk)
    assert histogram.buckets == [("1.0", 2), ("+Inf", 3)]
    assert histogram.sum == 2.75
