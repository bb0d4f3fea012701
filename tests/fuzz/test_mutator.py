import json

from tests.fuzz.mutator import mutator

EVENT = b'{"userId": "u", "context": {"page": {"url": "https://example.com/"}}}'
#: Enough that each kind of change occurs.
SEEDS = range(100)


def upper(data: bytes, _most: int) -> bytes:
    return data.upper()


def changed(data: bytes, most: int = 4096) -> list[bytes]:
    change = mutator(upper)
    return [change(data, most, seed) for seed in SEEDS]


def test_most_changes_are_of_one_value_of_an_event() -> None:
    events = [json.loads(each) for each in changed(EVENT) if each != EVENT.upper()]
    assert len(events) > len(SEEDS) / 2
    assert {"userId": "U", "context": {"page": {"url": "https://example.com/"}}} in events
    assert {"userId": "u", "context": {"page": {"url": "HTTPS://EXAMPLE.COM/"}}} in events
    assert any(not isinstance(event["context"], dict) for event in events)


def test_the_bytes_are_changed_where_there_is_no_value_or_no_room() -> None:
    assert set(changed(b"not json")) == {b"NOT JSON"}
    assert set(changed(b"[]")) == {b"[]"}
    assert set(changed(EVENT, most=1)) == {EVENT.upper()}


def test_the_same_seed_gives_the_same_change() -> None:
    assert changed(EVENT) == changed(EVENT)
