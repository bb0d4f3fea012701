from pipeline.observe.rate_limit import RateLimit


def test_the_first_is_told_at_once_and_the_rest_together_when_the_time_has_passed() -> None:
    limit = RateLimit(10)
    assert limit.count("a", 3, now=100.0) == 3
    assert limit.count("a", 5, now=100.5) == 0
    assert limit.count("a", 2, now=109.9) == 0
    assert limit.count("a", 1, now=110.0) == 8
    assert limit.count("a", 1, now=119.9) == 0


def test_each_key_has_a_line_of_its_own() -> None:
    limit = RateLimit(10)
    assert limit.count(("code", 0), 1, now=0.0) == 1
    assert limit.count(("code", 1), 1, now=0.0) == 1
    assert limit.count(("code", 0), 1, now=0.0) == 0
