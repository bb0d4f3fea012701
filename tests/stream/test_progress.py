import pytest

from pipeline.stream.progress import Progress


@pytest.mark.parametrize(
    ("finished", "position"),
    [
        ([], 10),
        ([20], 20),
        ([30], 10),
        ([20, 30], 30),
        ([30, 20], 30),
        ([20, 40], 20),
        ([40, 30, 20], 40),
    ],
    ids=str,
)
def test_the_position_never_moves_over_a_hole(finished: list[int], position: int) -> None:
    progress = Progress(10)
    for next_offset in (20, 30, 40):
        progress.begin(next_offset)
    for next_offset in finished:
        progress.finish(next_offset)
    assert progress.position == position


def test_what_has_not_finished_is_in_flight() -> None:
    progress = Progress(0)
    progress.begin(5)
    progress.begin(9)
    assert progress.in_flight == 2
    progress.finish(5)
    assert progress.in_flight == 1


def test_control_records_are_skipped_when_nothing_is_in_flight() -> None:
    progress = Progress(10)
    progress.skip_to(12)
    assert progress.position == 12


def test_nothing_is_skipped_while_a_chunk_is_in_flight() -> None:
    progress = Progress(10)
    progress.begin(11)
    progress.skip_to(12)
    assert progress.position == 10


def test_the_position_never_goes_back() -> None:
    progress = Progress(10)
    progress.skip_to(0)
    assert progress.position == 10
