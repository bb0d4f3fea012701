import pytest

from pipeline.settings import Settings
from pipeline.stream.topic_creation import dead_letter_configs, enriched_configs
from pipeline.stream.topics import Topic, problems

UNBOUNDED = str(2**63 - 1)
KAFKAS_OWN = {
    "cleanup.policy": "delete",
    "max.message.bytes": "1048588",
    "message.timestamp.type": "CreateTime",
    "message.timestamp.before.max.ms": UNBOUNDED,
    "message.timestamp.after.max.ms": "3600000",
    "retention.ms": "604800000",
}


@pytest.mark.parametrize(
    ("configs", "max_event_bytes"),
    [
        ({}, 32_768),
        ({}, 1_000_000),
        ({"max.message.bytes": "20000000"}, 32_768),
        ({"max.message.bytes": "1000"}, 32_768),
        ({"retention.ms": "-1"}, 32_768),
        ({"message.timestamp.after.max.ms": UNBOUNDED}, 32_768),
        ({"message.timestamp.type": "LogAppendTime"}, 32_768),
    ],
    ids=[
        "Kafka's own",
        "large events",
        "large raw records",
        "small raw records",
        "kept for ever",
        "any timestamp",
        "append time",
    ],
)
def test_what_is_created_is_as_needed(configs: dict[str, str], max_event_bytes: int) -> None:
    raw = Topic("raw", 4, KAFKAS_OWN | configs)
    enriched = Topic("enriched", 4, KAFKAS_OWN | enriched_configs(raw, max_event_bytes))
    dead_letter = Topic("dead-letter", 4, KAFKAS_OWN | dead_letter_configs(raw))
    assert problems(raw, enriched, dead_letter, Settings(max_event_bytes=max_event_bytes)) == []


def test_an_enriched_record_has_room_for_the_raw_ones_headers() -> None:
    raw = Topic("raw", 4, {"max.message.bytes": "1000"})
    assert enriched_configs(raw, max_event_bytes=10)["max.message.bytes"] == "1200"


def test_a_limit_fits_into_32_bits() -> None:
    raw = Topic("raw", 4, {"max.message.bytes": str(2**31 - 1)})
    for configs in (enriched_configs(raw, 32_768), dead_letter_configs(raw)):
        assert configs["max.message.bytes"] == str(2**31 - 1)


def test_nothing_is_invented_for_a_broker_that_does_not_tell() -> None:
    assert "retention.ms" not in dead_letter_configs(Topic("raw", 4))
