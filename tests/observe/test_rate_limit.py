from collections.abc import Callable
from functools import partial

import pytest

from pipeline.observe.rate_limit import RateLimit


class Clock:
    """Calls later what it is given, when the test says that the time has come."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def call_later(self, seconds: float, call: Callable[..., None], key: object) -> None:
        assert seconds == 10
        self.waiting.append(partial(call, key))

    def pass_time(self) -> None:
        waiting, self.waiting = self.waiting, []
        for call in waiting:
            call()


@pytest.mark.parametrize(
    ("told", "lines"),
    [
        pytest.param([[3]], [3], id="the first at once"),
        pytest.param([[3, 5, 2], []], [3, 7], id="the rest together, when the time is over"),
        pytest.param([[1, 1], [4, 4], []], [1, 1, 8], id="and once each time"),
        pytest.param([[3], [], [2]], [3, 2], id="after a quiet time at once again"),
    ],
)
def test_when_lines_are_written(told: list[list[int]], lines: list[int]) -> None:
    clock, written = Clock(), list[int]()
    limit = RateLimit(10, clock.call_later)
    for occurrences in told:
        for count in occurrences:
            limit.tell("a", count, written.append)
        clock.pass_time()
    assert written == lines


def test_what_is_told_later_is_the_newest_line() -> None:
    clock, written = Clock(), list[str]()
    limit = RateLimit(10, clock.call_later)

    def write(line: str, count: int) -> None:
        written.append(f"{line} {count}")

    for line in "abc":
        limit.tell("key", 1, partial(write, line))
    clock.pass_time()
    assert written == ["a 1", "c 2"]


def test_each_key_has_a_line_of_its_own() -> None:
    written = list[int]()
    limit = RateLimit(10, Clock().call_later)
    for key, count in ((("code", 0), 1), (("code", 1), 2), (("code", 0), 4)):
        limit.tell(key, count, written.append)
    assert written == [1, 2]
