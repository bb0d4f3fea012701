import pytest
from aiokafka import ConsumerRecord, TopicPartition

from pipeline.exits import EXIT_FOUND, Refused
from pipeline.stream.replay.positions import check_positions, position_record, read_position
from pipeline.stream.replay.selection import Prefix
from pipeline.stream.resume import Log


def record(key: bytes | None, value: bytes | None) -> ConsumerRecord:
    return ConsumerRecord("replay", 0, 4, 0, 0, key, value, None, 0, 0, ())


def test_a_position_is_read_as_it_was_written() -> None:
    assert read_position(record(*position_record(("invalid_json", 3), 17))) == (
        ("invalid_json", 3),
        17,
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (None, b'{"next_offset":1}'),
        (b'{"code":"a","partition":0}', None),
        (b'{"code":"a"}', b'{"next_offset":1}'),
        (b"[]", b"{}"),
        (b'{"code":"a","partition":0}', b"{bad"),
    ],
    ids=["no key", "no value", "no partition", "no object", "no JSON"],
)
def test_what_no_replay_wrote_is_refused(key: bytes | None, value: bytes | None) -> None:
    with pytest.raises(Refused, match="replay, partition 0, offset 4: expected") as refused:
        read_position(record(key, value))
    assert refused.value.exit_code == EXIT_FOUND


LOGS = {TopicPartition("dead", 0): Log(5, 10), TopicPartition("dead", 1): Log(0, 0)}


@pytest.mark.parametrize("positions", [{}, {("a", 0): 10}, {("a", 0): 1, ("b", 1): 0}])
def test_positions_within_the_log_are_good(positions: dict[Prefix, int]) -> None:
    check_positions("replay", positions, LOGS)


@pytest.mark.parametrize("positions", [{("a", 0): 11}, {("b", 1): 1}, {("b", 2): 1}])
def test_positions_behind_the_log_are_of_another_topic(positions: dict[Prefix, int]) -> None:
    with pytest.raises(Refused, match="was made anew; delete this one with it"):
        check_positions("replay", positions, LOGS)
