import pytest

from pipeline.stream.replay.replay import pause


@pytest.mark.parametrize(
    ("sent", "elapsed", "expected"),
    [(0, 0.0, 0.0), (500, 0.0, 5.0), (500, 2.0, 3.0), (500, 5.0, 0.0), (500, 60.0, 0.0)],
    ids=["at first", "at once", "after a while", "as fast as allowed", "slower"],
)
def test_a_replay_waits_until_its_rate_is_kept(sent: int, elapsed: float, expected: float) -> None:
    assert pause(sent, 100, elapsed) == expected
