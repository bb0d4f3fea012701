import pytest

from pipeline.stream.resume import Log, Position, Tail, resume

LOG = Log(begin=100, end=200)


def ours(offset: int) -> Tail:
    return Tail(offset, timestamp=1, raw_timestamp=1)


def another_time(offset: int) -> Tail:
    return Tail(offset, timestamp=1, raw_timestamp=2)


def gone(offset: int) -> Tail:
    return Tail(offset, timestamp=1, raw_timestamp=None)


@pytest.mark.parametrize(
    ("committed", "enriched", "dead_letter", "expected"),
    [
        pytest.param(None, None, None, Position(100, -1), id="a new group starts at the beginning"),
        pytest.param(150, None, None, Position(150, -1), id="outputs empty: committed"),
        pytest.param(150, ours(149), None, Position(150, -1), id="committed all that was written"),
        pytest.param(150, ours(170), None, Position(171, -1), id="died before the commit"),
        pytest.param(170, ours(150), None, Position(170, -1), id="the last records made no event"),
        pytest.param(150, ours(160), ours(165), Position(161, 165), id="dead letters ran ahead"),
        pytest.param(150, None, ours(165), Position(150, 165), id="only dead letters so far"),
        pytest.param(None, ours(160), None, Position(161, -1), id="a new group on an old output"),
        pytest.param(None, ours(199), ours(198), Position(200, 198), id="all is written"),
        pytest.param(99, None, None, Position(100, -1), id="committed before the log: retention"),
        pytest.param(201, None, None, Position(100, -1), id="committed beyond the end: a new log"),
        pytest.param(201, ours(160), None, Position(161, -1), id="beyond the end, and a tail"),
        pytest.param(200, None, None, Position(200, -1), id="committed at the end: all done"),
        pytest.param(100, None, None, Position(100, -1), id="committed at the beginning"),
        pytest.param(50, ours(60), None, Position(100, -1), id="the log begins behind both"),
        pytest.param(
            110, gone(60), gone(61), Position(110, -1), id="retention took the raw records"
        ),
        pytest.param(110, another_time(160), None, Position(110, -1), id="raw topic made anew"),
        pytest.param(110, gone(300), gone(301), Position(110, -1), id="made anew, and shorter"),
        pytest.param(110, ours(160), another_time(165), Position(161, -1), id="only ours counts"),
        pytest.param(110, another_time(160), ours(165), Position(110, 165), id="each by itself"),
    ],
)
def test_where_a_partition_goes_on(
    committed: int | None, enriched: Tail | None, dead_letter: Tail | None, expected: Position
) -> None:
    assert resume(LOG, committed, enriched, dead_letter) == expected
