import pytest

from pipeline.stream.resume import Log, Position, resume

LOG = Log(begin=100, end=200)


@pytest.mark.parametrize(
    ("committed", "enriched_tail", "dead_letter_tail", "expected"),
    [
        pytest.param(None, None, None, Position(100, -1), id="a new group starts at the beginning"),
        pytest.param(150, None, None, Position(150, -1), id="outputs empty: committed"),
        pytest.param(150, 149, None, Position(150, -1), id="committed all that was written"),
        pytest.param(150, 170, None, Position(171, -1), id="died before the commit"),
        pytest.param(170, 150, None, Position(170, -1), id="the last records made no event"),
        pytest.param(150, 160, 165, Position(161, 165), id="dead letters ran ahead of the events"),
        pytest.param(150, None, 165, Position(150, 165), id="only dead letters so far"),
        pytest.param(None, 160, None, Position(161, -1), id="a new group on an old output"),
        pytest.param(99, None, None, Position(100, -1), id="committed before the log: retention"),
        pytest.param(201, None, None, Position(100, -1), id="committed beyond the end: a new log"),
        pytest.param(200, None, None, Position(200, -1), id="committed at the end: all done"),
        pytest.param(100, None, None, Position(100, -1), id="committed at the beginning"),
        pytest.param(50, 60, None, Position(100, -1), id="the log begins behind both"),
    ],
)
def test_where_a_partition_goes_on(
    committed: int | None,
    enriched_tail: int | None,
    dead_letter_tail: int | None,
    expected: Position,
) -> None:
    assert resume(LOG, committed, enriched_tail, dead_letter_tail) == expected
