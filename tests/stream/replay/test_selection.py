from typing import NamedTuple

import pytest

from pipeline.stream.replay.selection import Prefix, Prefixes, Selection


class Letter(NamedTuple):
    code: str
    partition: int
    offset: int
    timestamp: int


#: `a` and `b` in turn in partition 0, then an `a` in partition 1. Each is 10 ms later.
LETTERS = [Letter("ab"[n % 2], 0, n, 10 * n) for n in range(6)] + [Letter("a", 1, 0, 60)]


def decide(selection: Selection, positions: dict[Prefix, int]) -> tuple[str, dict[Prefix, int]]:
    """Give a letter for each verdict, and the positions that changed."""
    prefixes = Prefixes(selection, positions)
    verdicts = [prefixes.decide(*letter) for letter in LETTERS]
    sent = sum(prefixes.sent.values())
    assert (sent, sum(prefixes.skipped.values())) == (
        verdicts.count("sent"),
        verdicts.count("skipped"),
    )
    return "".join({"sent": "S", "skipped": "-", "left": "."}[each] for each in verdicts), (
        prefixes.changes()
    )


@pytest.mark.parametrize(
    ("selection", "positions", "expected", "changed"),
    [
        pytest.param(Selection(), {}, "SSSSSSS", {("a", 0): 5, ("b", 0): 6, ("a", 1): 1}, id="all"),
        pytest.param(
            Selection(frozenset("a")), {}, "S.S.S.S", {("a", 0): 5, ("a", 1): 1}, id="one code"
        ),
        pytest.param(
            Selection(),
            {("a", 0): 3, ("b", 0): 6, ("a", 1): 1},
            "....S..",
            {("a", 0): 5},
            id="what is done is left",
        ),
        pytest.param(
            Selection(since=25),
            {},
            "---SSSS",
            {("a", 0): 5, ("b", 0): 6, ("a", 1): 1},
            id="what is older is skipped, and done",
        ),
        pytest.param(
            Selection(until=25), {}, "SSS....", {("a", 0): 3, ("b", 0): 2}, id="until a time"
        ),
        pytest.param(
            Selection(since=10, until=30),
            {},
            "-SS....",
            {("a", 0): 3, ("b", 0): 2},
            id="between two times",
        ),
        pytest.param(
            Selection(limit=3), {}, "SSS....", {("a", 0): 3, ("b", 0): 2}, id="up to a limit"
        ),
        pytest.param(
            Selection(since=5, limit=1),
            {},
            "-S.....",
            {("a", 0): 1, ("b", 0): 2},
            id="nothing is skipped behind the limit",
        ),
        pytest.param(
            Selection(frozenset("b"), limit=2), {}, ".S.S...", {("b", 0): 4}, id="limit of a code"
        ),
    ],
)
def test_each_is_sent_skipped_or_left(
    selection: Selection,
    positions: dict[Prefix, int],
    expected: str,
    changed: dict[Prefix, int],
) -> None:
    assert decide(selection, positions) == (expected, changed)


@pytest.mark.parametrize("selection", [Selection(until=25), Selection(limit=2), Selection()])
def test_what_is_left_is_sent_the_next_time(selection: Selection) -> None:
    first, positions = decide(selection, {})
    second, _ = decide(Selection(), positions)
    assert second == "".join("." if verdict == "S" else "S" for verdict in first)


def test_until_ends_a_prefix_though_an_older_one_follows() -> None:
    prefixes = Prefixes(Selection(until=10), {})
    assert [prefixes.decide("a", 0, n, time) for n, time in enumerate((5, 15, 5))] == [
        "sent",
        "left",
        "left",
    ]


def test_changes_are_told_once() -> None:
    prefixes = Prefixes(Selection(), {})
    prefixes.decide("a", 0, 7, 0)
    assert prefixes.changes() == {("a", 0): 8}
    assert prefixes.changes() == {}


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(None, 0), ({"a"}, 7), ({"a", "b"}, 5), ({"a", "new"}, 0)],
    ids=["any code", "one", "the least of them", "one that was never replayed"],
)
def test_reading_starts_where_something_may_be_left(codes: set[str] | None, expected: int) -> None:
    positions = {("a", 0): 7, ("b", 0): 5, ("a", 1): 1}
    selection = Selection(None if codes is None else frozenset(codes))
    assert Prefixes(selection, positions).start(0) == expected
