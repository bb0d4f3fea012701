import pytest

from pipeline.stream.replay.outcomes import Outcomes


@pytest.fixture
def outcomes() -> Outcomes:
    """Two runs of records in partition 0, somebody else's between them, and one in partition 1."""
    outcomes = Outcomes()
    outcomes.sent(0, 10, ["a", "a", "b"])
    outcomes.sent(0, 20, ["b", "b"])
    outcomes.sent(1, 5, ["a"])
    return outcomes


def test_all_are_pending_at_first(outcomes: Outcomes) -> None:
    assert (outcomes.pending, outcomes.partitions) == (6, [0, 1])
    assert outcomes.replayed == {"a": 3, "b": 3}


@pytest.mark.parametrize(
    ("partition", "offset", "pending", "further"),
    [
        pytest.param(0, 10, 5, True, id="the first"),
        pytest.param(0, 12, 5, True, id="the last of a run"),
        pytest.param(0, 21, 5, True, id="the last"),
        pytest.param(1, 5, 5, True, id="of another partition"),
        pytest.param(0, 9, 6, True, id="somebody else's, before ours"),
        pytest.param(0, 13, 6, True, id="somebody else's, between ours"),
        pytest.param(0, 22, 6, False, id="somebody else's, behind ours"),
        pytest.param(2, 10, 6, False, id="of a partition that nothing was sent to"),
    ],
)
def test_a_result_settles_its_record(
    outcomes: Outcomes,
    partition: int,
    offset: int,
    pending: int,
    further: bool,  # noqa: FBT001
) -> None:
    assert outcomes.found("accepted", partition, offset) == further
    assert outcomes.pending == pending


def test_results_count_by_code_and_once(outcomes: Outcomes) -> None:
    for _ in range(2):
        outcomes.found("accepted", 0, 10)
        outcomes.found("dead again", 0, 12)
    assert outcomes.settled == {"a": {"accepted": 1}, "b": {"dead again": 1}}


@pytest.mark.parametrize(
    ("committed", "dropped", "further"),
    [
        ({}, {}, False),
        ({0: -1, 1: 5}, {}, False),
        ({0: 12}, {"a": {"accepted": 1, "dropped": 1}}, True),
        ({0: 21}, {"a": {"accepted": 1, "dropped": 1}, "b": {"dropped": 2}}, True),
        ({0: 99, 1: 6}, {"a": {"accepted": 1, "dropped": 2}, "b": {"dropped": 3}}, True),
    ],
    ids=["nothing", "not so far", "within a run", "within the second run", "all"],
)
def test_what_is_done_without_a_result_was_dropped(
    outcomes: Outcomes,
    committed: dict[int, int],
    dropped: dict[str, dict[str, int]],
    further: bool,  # noqa: FBT001
) -> None:
    outcomes.found("accepted", 0, 10)
    assert outcomes.finished(committed) == further
    assert outcomes.settled == (dropped or {"a": {"accepted": 1}})
    assert not outcomes.finished(committed)
