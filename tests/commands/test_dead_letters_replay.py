import time

import pytest

from pipeline.commands.dead_letters_replay import _warn_of_retention
from pipeline.stream.replay.selection import Prefixes, Selection
from pipeline.stream.topics import Topic

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("configs", "age", "warned"),
    [
        ({"retention.ms": str(2 * HOUR)}, HOUR, False),
        ({"retention.ms": str(2 * HOUR)}, 3 * HOUR, True),
        ({"retention.ms": "-1"}, 3 * HOUR, False),
        ({}, 3 * HOUR, False),
        ({"retention.ms": str(2 * HOUR)}, None, False),
    ],
    ids=["younger", "older", "kept for ever", "not told", "nothing sent"],
)
def test_records_that_the_broker_may_delete_at_once_are_warned_of(
    configs: dict[str, str],
    age: int | None,
    warned: bool,  # noqa: FBT001
    capsys: pytest.CaptureFixture[str],
) -> None:
    prefixes = Prefixes(Selection(), {})
    if age is not None:
        prefixes.decide("invalid_json", 0, 0, int(time.time() * 1000) - age)
    _warn_of_retention(Topic("raw", 1, configs), prefixes)
    assert capsys.readouterr().err.startswith("warning: retention.ms of raw") == warned
